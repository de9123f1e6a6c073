//! Parameters as flags, and what was typed as the library reads it.

use super::known::{known, names_of};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use regimes::models::parameter::{Domain, Parameter};
use regimes::sweep::Typed;

pub(crate) use regimes::sweep::{Models, Request};

/// A parameter as a flag, or as a positional argument if it is called `file`.
pub(crate) fn argument(parameter: &Parameter) -> Arg {
    let mut help = parameter.help.to_owned();
    if let Some(default) = parameter.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    // Where negative numbers make sense, so do ranges such as -3:3:#61, which look like flags.
    let arg = Arg::new(parameter.name)
        .help(help)
        .action(ArgAction::Set)
        .allow_negative_numbers(true)
        .allow_hyphen_values(parameter.domain == Domain::Real);
    if parameter.name == "file" {
        return arg.value_name("FILE").value_hint(ValueHint::FilePath);
    }
    let arg = match parameter.domain {
        Domain::Name(names) => known(arg, names.iter().copied()),
        Domain::Text if parameter.symbol == "FILE" => arg.value_hint(ValueHint::FilePath),
        Domain::Text => names_of(parameter.name).into_iter().fold(arg, known),
        _ => arg,
    };
    arg.long(parameter.name).aliases(parameter.aliases.iter().copied()).value_name(parameter.symbol)
}

/// Adds the parameters of a command to its definition.
pub(crate) fn with_parameters<'a>(
    command: Command,
    parameters: impl IntoIterator<Item = &'a Parameter>,
) -> Command {
    parameters.into_iter().fold(command, |command, p| command.arg(argument(p)))
}

/// This face, which alone may say how the library reads clap's matches.
pub(crate) struct CommandLine;

impl Typed<CommandLine> for ArgMatches {
    fn typed(&self, name: &str) -> Option<(usize, &str)> {
        let text: &String = self.get_one(name)?;
        // A value without a place was not typed: after all that were.
        Some((self.index_of(name).unwrap_or(usize::MAX), text))
    }
}
