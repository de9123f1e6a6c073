//! The kinds of data below a command, each by its name.

use super::schedules;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use regimes::catalogue;
use regimes::error::{Error, Result};
use regimes::models::{Entry, Parameter};
use regimes::process::Process;

/// Adds to `parent` a command for every name of which `of` makes one. What has Gaussian noise and that of
/// tokens takes the flags of both; of Gaussian noise it needs none of the others.
pub(crate) fn below(parent: Command, of: impl Fn(&'static Entry) -> Option<Command>) -> Command {
    catalogue::names().fold(parent, |parent, name| {
        let mut commands = catalogue::kinds(name).filter_map(&of);
        let Some(first) = commands.next() else { return parent };
        parent.subcommand(commands.fold(first, with_flags))
    })
}

fn with_flags(command: Command, other: Command) -> Command {
    let new: Vec<_> = other
        .get_arguments()
        .filter(|arg| command.get_arguments().all(|known| known.get_id() != arg.get_id()))
        .map(|arg| arg.clone().required(false))
        .collect();
    command.args(new)
}

/// Flags of parameters, and those of schedules where a kind of data has Gaussian noise.
pub(crate) fn flags(entry: &Entry, parameters: &[Parameter]) -> Vec<&'static str> {
    let gaussian = (entry.process == Process::Gaussian).then(schedules::names);
    parameters.iter().map(|p| p.name).chain(gaussian.into_iter().flatten()).collect()
}

/// Refuses flags that only the other kind of data of this name has: they would be silently ignored.
///
/// # Errors
/// [`Error::Usage`] naming the first.
pub(crate) fn heed(
    entry: &'static Entry,
    matches: &ArgMatches,
    flags: impl Fn(&'static Entry) -> Vec<&'static str>,
) -> Result<()> {
    let own = flags(entry);
    let typed = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let others = catalogue::kinds(entry.name).filter(|other| other.process != entry.process);
    match others.flat_map(flags).filter(|name| !own.contains(name)).find(typed) {
        Some(name) => {
            let kind = if entry.process.is_of_tokens() { "tokens" } else { "gaussian noise" };
            Err(Error::Usage(format!(
                "--{name} is none of {} under {kind}: leave it out",
                entry.name
            )))
        }
        None => Ok(()),
    }
}
