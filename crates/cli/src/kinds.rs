//! The kinds of data below a command, each by its name.

use clap::Command;
use regimes::catalogue;
use regimes::models::Entry;

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
