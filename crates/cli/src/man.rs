//! `man --output DIR`: manual pages, one for the program and one for each of its commands.
//!
//! The flags of a command are those of all models and quantities below it: a page lists each once and
//! says where it applies.

use super::examples;
use super::verb::{Act, Verb};
use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use regimes::error::{Error, Result};
use regimes_output::Target;
use std::path::{Path, PathBuf};

/// Exit statuses and their meaning, as the README states them.
const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "Answered. That there is no transition is an answer."),
    ("1", "An output that could not be written, a verification or strict comparison that failed."),
    ("2", "Wrong input; the message names the argument, its value and what would be right."),
    ("3", "A tolerance was missed; the best value and its error are still printed."),
];

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| command,
    act: Act::Own(|_, around| write(&(around.program.definition)(), around.target).map(|()| 0)),
};

fn head() -> Command {
    Command::new("man")
        .about("write the manual pages into the folder given by --output")
        .after_help("Example: regimes man --output man1")
}

/// Every page and the name of its file.
///
/// # Errors
/// [`Error::Output`] if a page cannot be rendered.
fn pages(root: &Command) -> Result<Vec<(String, Vec<u8>)>> {
    let commands: Vec<&Command> = root.get_subcommands().collect();
    let names: Vec<String> = std::iter::once("regimes".to_owned())
        .chain(commands.iter().map(|c| format!("regimes-{}", c.get_name())))
        .collect();
    let top = Command::new("regimes")
        .override_usage("regimes COMMAND [MODEL] [--parameter VALUE ...]")
        .args(root.get_arguments().cloned());
    let mut pages = vec![page(root, top, &names)?];
    for command in commands {
        let name = command.get_name();
        let mut usage = format!("regimes {name}");
        let mut inner = command;
        while let Some(next) = inner.get_subcommands().next() {
            positionals(inner, &mut usage);
            usage.push_str(&format!(" {}", inner.get_subcommand_value_name().unwrap_or("COMMAND")));
            inner = next;
        }
        positionals(inner, &mut usage);
        usage.push_str(" [OPTIONS]");
        let flat = Command::new(format!("regimes-{name}"))
            .bin_name(format!("regimes {name}"))
            .override_usage(usage)
            .args(flags(command));
        pages.push(page(command, flat, &names)?);
    }
    Ok(pages)
}

fn positionals(command: &Command, usage: &mut String) {
    for arg in command.get_positionals() {
        let name = arg.get_value_names().and_then(|names| names.first());
        usage.push_str(&format!(" {}", name.map_or(arg.get_id().as_str(), |n| n.as_str())));
    }
}

/// A flag with the help texts it has below a command, and where each of them holds.
struct Flag {
    arg: Arg,
    texts: Vec<(String, Vec<String>)>,
    places: usize,
}

/// All arguments of a command and of those below it, each once.
fn flags(command: &Command) -> Vec<Arg> {
    let mut all: Vec<Flag> = Vec::new();
    let leaves = collect(command, "", &mut all);
    all.into_iter().map(|flag| flag.merged(leaves)).collect()
}

/// Collects arguments; returns the number of commands without further ones below.
fn collect(command: &Command, place: &str, all: &mut Vec<Flag>) -> usize {
    let mut leaves = 0;
    for inner in command.get_subcommands() {
        // The first word below the command is where a flag applies.
        let place = if place.is_empty() { inner.get_name() } else { place };
        leaves += collect(inner, place, all);
    }
    for arg in command.get_arguments() {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let found = all.iter_mut().find(|f| f.arg.get_id() == arg.get_id());
        let reach = leaves.max(1);
        match found {
            Some(flag) => {
                flag.places += reach;
                match flag.texts.iter_mut().find(|(text, _)| *text == help) {
                    Some((_, places)) if places.iter().any(|p| p == place) => {}
                    Some((_, places)) => places.push(place.to_owned()),
                    None => flag.texts.push((help, vec![place.to_owned()])),
                }
            }
            None => all.push(Flag {
                arg: arg.clone(),
                texts: vec![(help, vec![place.to_owned()])],
                places: reach,
            }),
        }
    }
    leaves.max(1)
}

impl Flag {
    fn merged(self, leaves: usize) -> Arg {
        let everywhere = self.places >= leaves;
        let help = match &self.texts[..] {
            [(text, _)] if everywhere => text.clone(),
            texts => texts
                .iter()
                .map(|(text, places)| format!("{text} ({})", places.join(", ")))
                .collect::<Vec<_>>()
                .join("; "),
        };
        // Whether it must be there is a matter of each command below.
        self.arg.help(help).required(false)
    }
}

/// A page: NAME, SYNOPSIS, DESCRIPTION, OPTIONS, what stands below, EXAMPLES, EXIT STATUS, SEE ALSO.
fn page(command: &Command, flat: Command, names: &[String]) -> Result<(String, Vec<u8>)> {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    let own = flat.get_name().to_owned();
    let mut flat = flat.about(about).disable_version_flag(true);
    if !long.is_empty() {
        flat = flat.long_about(long);
    }
    let man = Man::new(flat)
        .title(own.clone())
        .section("1")
        .date("")
        .source(format!("regimes {}", env!("CARGO_PKG_VERSION")))
        .manual("regimes");
    let mut out = Vec::new();
    man.render_title(&mut out)
        .and_then(|()| man.render_name_section(&mut out))
        .and_then(|()| man.render_synopsis_section(&mut out))
        .and_then(|()| man.render_description_section(&mut out))
        .and_then(|()| man.render_options_section(&mut out))
        .and_then(|()| rest(command, &own, names, &mut out))
        .map_err(|source| Error::Output { target: format!("{own}.1"), source })?;
    Ok((format!("{own}.1"), out))
}

fn rest(command: &Command, own: &str, names: &[String], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut roff = Roff::default();
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_some() {
        let heading = command.get_subcommand_value_name().unwrap_or("COMMAND");
        roff.control("SH", [heading]);
        for inner in below {
            roff.control("TP", []);
            roff.text([bold(inner.get_name())]);
            roff.text([roman(inner.get_about().map(ToString::to_string).unwrap_or_default())]);
        }
    }
    if own != "regimes" {
        roff.control("SH", ["COMMON OPTIONS"]);
        let flags = "Every command also takes the options of regimes(1): the format and the file of \
                     the output, its digits, the number of threads, and quiet.";
        roff.text([roman(flags)]);
    }
    roff.control("SH", ["EXAMPLES"]);
    let mut shown: Vec<String> = examples::of(command);
    for example in command.get_subcommands().flat_map(examples::of) {
        if !shown.contains(&example) {
            shown.push(example);
        }
    }
    for example in shown {
        roff.control("PP", []);
        roff.text([bold(example)]);
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in EXIT_STATUS {
        roff.control("TP", []);
        roff.text([bold(*status)]);
        roff.text([roman(*meaning)]);
    }
    roff.control("SH", ["SEE ALSO"]);
    let others: Vec<String> =
        names.iter().filter(|name| *name != own).map(|name| format!("{name}(1)")).collect();
    roff.text([roman(others.join(", "))]);
    roff.to_writer(out)
}

/// Writes every page into a folder: all of them or none.
///
/// # Errors
/// [`Error::Usage`] without a folder; [`Error::Output`] if it cannot be written.
fn write(definition: &Command, target: &Target) -> Result<()> {
    let Target::File(folder) = target else {
        return Err(Error::Usage(
            "man needs the folder for its pages: --output DIR, such as man1".into(),
        ));
    };
    let failed = |source| Error::Output { target: folder.display().to_string(), source };
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let exists = folder.is_dir();
    // On the same file system as the folder, so that what is complete only takes its name.
    let staged = tempfile::Builder::new()
        .prefix(".regimes-man-")
        .tempdir_in(if exists { folder.as_path() } else { parent.as_path() })
        .map_err(failed)?;
    let pages = pages(definition)?;
    for (name, bytes) in &pages {
        std::fs::write(staged.path().join(name), bytes).map_err(failed)?;
    }
    if exists {
        let moved = |name: &String| std::fs::rename(staged.path().join(name), folder.join(name));
        return pages.iter().try_for_each(|(name, _)| moved(name)).map_err(failed);
    }
    readable(staged.path()).map_err(failed)?;
    std::fs::rename(staged.path(), folder).map_err(failed)
}

/// A temporary folder is its owner's alone; manual pages are everybody's.
fn readable(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
