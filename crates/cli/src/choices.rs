//! What would have been right where a command, model or quantity has no such name.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// The names that could stand there, unless the message suggests one already; where a flag stands in
/// the place of a name, what must come before it.
pub(super) fn instead(
    error: &clap::Error,
    definition: &Command,
    words: &[OsString],
) -> Option<String> {
    let wrong = match error.kind() {
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand)
            else {
                return None;
            };
            wrong.as_str()
        }
        ErrorKind::UnknownArgument => "-",
        _ => return None,
    };
    let before = |word: &&OsString| match wrong {
        "-" => !word.to_string_lossy().starts_with('-'),
        wrong => *word != wrong,
    };
    let mut command = definition;
    for word in words.iter().skip(1).take_while(before) {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    let names: Vec<&str> = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set() && c.get_name() != "help")
        .map(Command::get_name)
        .collect();
    if names.is_empty() {
        return None;
    }
    let names = names.join(", ");
    Some(match (wrong, command.get_subcommand_value_name()) {
        ("-", Some(what)) => format!("A {what} comes first: {names}"),
        ("-", None) => return None,
        _ => format!("There are: {names}"),
    })
}
