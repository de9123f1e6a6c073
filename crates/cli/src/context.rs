//! What every command needs of the run that it is part of: how it was called, the head of its tables,
//! the model by name, the way to standard error.

use clap::{ArgMatches, Command};
use regimes::ask::shell;
use regimes::catalogue;
use regimes::error::{Error, Result};
use regimes::models::{Entry, parameter};
use regimes::process::Process;
use regimes::quantities::noise;
use regimes::strings::noise::CORRUPTION;
use regimes::sweep::Typed;
use regimes::table::{Column, Head, Plan};
use std::ffi::OsString;
use std::io::Write;

/// Where the flags that all commands share stand in their help.
pub(crate) const COMMON: &str = "Output and computation";

/// Exit status for wrong input.
pub(crate) const MISUSED: u8 = 2;

/// Exit status for numerics that did not reach their tolerance.
pub(crate) const MISSED_TOLERANCE: u8 = 3;

/// Says what missed its tolerance; the exit status.
pub(crate) fn missed(what: &str) -> u8 {
    say(&format!("warning: a value did not reach its tolerance ({what})"));
    MISSED_TOLERANCE
}

/// The program as a whole, for commands that run others.
#[derive(Debug)]
pub(crate) struct Program {
    /// Every flag of every command.
    pub(crate) definition: fn() -> Command,
    /// The same, where the flags of a command are made when it is entered.
    pub(crate) on_demand: fn() -> Command,
    /// The table that a command line describes.
    pub(crate) plan: fn(&ArgMatches, &Context) -> Result<Plan<'static>>,
}

/// What a table needs to know of the run that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) command_line: String,
    pub(crate) digits: Option<usize>,
    pub(crate) program: &'static Program,
}

impl Context {
    /// A table as this run calls it: the command line that was typed, the digits that were asked for.
    pub(crate) fn named<'a>(&self, mut plan: Plan<'a>) -> Plan<'a> {
        plan.head.command_line = self.command_line.clone();
        plan.head.digits = self.digits;
        plan
    }
}

/// A new table head with the crate's conventions.
pub(crate) fn head(
    context: &Context,
    command: &str,
    model: &str,
    columns: Vec<Column>,
    rows: usize,
) -> Head {
    Head {
        command_line: context.command_line.clone(),
        digits: context.digits,
        ..Head::new(command, model, columns, rows)
    }
}

/// The only place that writes to standard error; a closed one is nobody's fault.
pub(crate) fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// What was typed, quoted for a shell, without the flags that do not change the result.
pub(crate) fn command_line(arguments: &[OsString]) -> String {
    let mut words = vec!["regimes".to_owned()];
    let mut skip = false;
    for argument in arguments.iter().skip(1) {
        let word = argument.to_string_lossy();
        let without_result = ["--output", "--threads", "--checkpoint", "--shard", "--format"];
        if std::mem::take(&mut skip) || ["--quiet", "--resume"].contains(&word.as_ref()) {
            continue;
        }
        if without_result.contains(&word.as_ref()) {
            skip = true;
            continue;
        }
        // -q, -oFILE and both in one word.
        if let Some(short) = word.strip_prefix('-').map(|short| short.trim_start_matches('q'))
            && (short.is_empty() && word.len() > 1 || short.starts_with('o'))
        {
            skip = short == "o";
            continue;
        }
        if without_result.iter().any(|flag| word.starts_with(&format!("{flag}="))) {
            continue;
        }
        words.push(shell(&word));
    }
    words.join(" ")
}

/// The word below a command, and its arguments.
pub(crate) fn below(matches: &ArgMatches) -> Result<(&str, &ArgMatches)> {
    matches.subcommand().ok_or_else(|| Error::Usage("a word is missing: try --help".into()))
}

/// The kind of data called `name`, under the corruption that its arguments name.
pub(crate) fn entry(name: &str, matches: &ArgMatches) -> Result<&'static Entry> {
    let entry = catalogue::named(name, matches.text(CORRUPTION.name))?;
    // A noise level of the other kind would be silently ignored.
    for other in catalogue::kinds(name).filter(|other| other.process != entry.process) {
        let foreign =
            noise::coordinates(other.process).iter().find(|p| matches.typed(p.name).is_some());
        if let Some(p) = foreign {
            let (flag, text) = (format!("--{}", p.name), matches.text(p.name).unwrap_or_default());
            let expected = match other.process {
                Process::Gaussian => "is a level of Gaussian noise: tokens have --kept",
                Process::Tokens | Process::Beliefs => {
                    "is a level of tokens: name their --corruption, masked or uniform"
                }
            };
            return Err(Error::argument(flag, text, expected));
        }
    }
    Ok(entry)
}

/// A whole number from 1 to `most`.
pub(crate) fn whole(matches: &ArgMatches, name: &str, most: usize) -> Result<Option<usize>> {
    let text = matches.get_one::<String>(name);
    text.map(|text| parameter::whole(&format!("--{name}"), text, most)).transpose()
}
