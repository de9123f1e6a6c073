//! `--resume` and `--shard`: tables whose finished rows outlive the run that computed them.

use super::context::{COMMON, say};
use super::page::{self, progress};
use super::verb::{Act, Verb};
use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::error::{Error, Result};
use regimes::inputs;
use regimes_output::destination::file_name;
use regimes_output::journal::Journal;
use regimes_output::run::Run;
use regimes_output::shard::Shard;
use regimes_output::{FORMATS, Format, Plan, Summary, Target};
use std::path::{Path, PathBuf};

/// Adds the flags where they can be used.
pub(super) fn with_flags(command: Command) -> Command {
    defined(command, true)
}

/// Adds them without showing them: they are read anywhere, and refused with the reason where they
/// cannot be used.
pub(super) fn with_hidden_flags(command: Command) -> Command {
    defined(command, false)
}

fn defined(command: Command, shown: bool) -> Command {
    command
        .arg(Arg::new("resume").long("resume").global(true).hide(!shown).help_heading(COMMON).action(ArgAction::SetTrue).help(
            "keep finished rows in FILE.journal beside --output FILE, and go on from it if it is there",
        ))
        .arg(Arg::new("shard").long("shard").global(true).hide(!shown).help_heading(COMMON).value_name("i/N").help(
            "compute every N-th row from the i-th on, into --output PART, for merge to join",
        ))
}

/// What the flags ask for.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    output: PathBuf,
    resume: bool,
    /// Set where `output` is to be a shard and not a table.
    shard: Option<Shard>,
}

impl Kept {
    /// Reads the flags; none where neither is given.
    ///
    /// # Errors
    /// [`Error::Argument`] and [`Error::Usage`] where they make no sense.
    pub(super) fn read(
        matches: &ArgMatches,
        (verb, inner): (&Verb, &ArgMatches),
        of_rows: fn() -> Vec<String>,
        target: &Target,
    ) -> Result<Option<Self>> {
        let resume = inner.get_flag("resume");
        let typed: Option<&String> = inner.get_one("shard");
        let flag = match (typed, resume) {
            (Some(_), _) => "--shard",
            (None, true) => "--resume",
            (None, false) => return Ok(None),
        };
        let shard = typed.map(|text| Shard::parse("--shard", text)).transpose()?;
        if !matches!(verb.act, Act::Rows(_)) {
            let command = verb.name();
            let instead = match verb.act {
                Act::Whole(_, why) if !why.is_empty() => format!("; {why}"),
                _ => String::new(),
            };
            let known = of_rows().join(", ");
            return Err(Error::Usage(format!(
                "{flag} goes with {known}, not with {command}{instead}"
            )));
        }
        let Target::File(output) = target else {
            return Err(Error::Usage(format!(
                "{flag} needs --output FILE: finished rows are kept beside it"
            )));
        };
        if shard.is_some() {
            if let Some(format) = matches.get_one::<String>("format") {
                let expected = "a shard holds rows in no format yet: give --format to merge";
                return Err(Error::argument("--format", format, expected));
            }
            let ending = output.extension().map(|e| e.to_string_lossy().to_lowercase());
            let formats = FORMATS.iter().map(|f| f.name()).chain(["txt"]);
            if let Some(format) = formats.into_iter().find(|f| ending.as_deref() == Some(f)) {
                let expected = format!(
                    "a shard is no {format} yet: name it like table.1of4, and give merge the table's name"
                );
                return Err(Error::argument("--output", output.display(), expected));
            }
        }
        let output = file_name("--output", output)?;
        Ok(Some(Self { output, resume, shard }))
    }

    /// True where no table is written, only a shard.
    pub(super) fn shard_only(&self) -> bool {
        self.shard.is_some()
    }

    /// Where finished rows wait.
    fn journal(&self) -> PathBuf {
        let mut name = self.output.clone().into_os_string();
        name.push(".journal");
        name.into()
    }

    /// Computes what is missing and writes the table, or the shard.
    ///
    /// # Errors
    /// The first error of a row; [`Error::File`] for a journal of another run; [`Error::Output`] if
    /// writing fails.
    pub(super) fn write(
        &self,
        plan: &Plan<'_>,
        format: &dyn Format,
        quiet: bool,
    ) -> Result<Summary> {
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        let run = Run::new(plan.head.clone(), files()?, shard);
        if self.resume
            && self.shard.is_some()
            && let Some(finished) = finished(&self.output, &run)
        {
            if !quiet {
                say(&format!("{}: already complete", self.output.display()));
            }
            return finished.summary();
        }
        let journal = if self.resume {
            Journal::resume(&self.journal(), &run)?
        } else {
            Journal::unnamed(&self.output, &run)?
        };
        if journal.found() > 0 && !quiet {
            say(&format!(
                "resumed: {} of {} rows found in {}",
                journal.found(),
                journal.wanted(),
                journal.path().display()
            ));
        }
        let heard = progress(journal.found(), journal.wanted(), "rows", quiet);
        let journal = journal.fill(&*plan.row, &heard)?;
        if let Some(difference) = run.difference(&Run::new(plan.head.clone(), files()?, shard)) {
            return Err(journal.error(format!(
                "a file changed while the rows were computed ({difference}): remove the journal and run again"
            )));
        }
        if self.shard.is_some() {
            let summary = journal.summary()?;
            journal.rename(&self.output)?;
            return Ok(summary);
        }
        let target = Target::File(self.output.clone());
        let summary = page::write_table(journal.plan(), format, &target, &|_| ())?;
        journal.remove()?;
        Ok(summary)
    }
}

/// The files read for this run.
pub(super) fn files() -> Result<Vec<(String, String)>> {
    let files = inputs::fingerprints()?;
    Ok(files.into_iter().map(|(path, text)| (path.to_string_lossy().into_owned(), text)).collect())
}

/// The shard at `path`, if it is all of this one already.
fn finished(path: &Path, run: &Run) -> Option<Journal> {
    let journal = Journal::read(path).ok()?;
    let same = run.difference(journal.run()).is_none() && journal.run().shard == run.shard;
    (same && journal.complete()).then_some(journal)
}
