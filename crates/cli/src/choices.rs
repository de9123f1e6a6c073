//! What would have been right where a command, model or quantity has no such name.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// The names that could stand there, unless the message suggests one already.
pub(super) fn instead(
    error: &clap::Error,
    definition: &Command,
    words: &[OsString],
) -> Option<String> {
    let suggested = error.get(ContextKind::SuggestedSubcommand).is_some();
    if error.kind() != ErrorKind::InvalidSubcommand || suggested {
        return None;
    }
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let mut command = definition;
    for word in words.iter().skip(1).take_while(|word| *word != wrong.as_str()) {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    let names: Vec<&str> = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set() && c.get_name() != "help")
        .map(Command::get_name)
        .collect();
    (!names.is_empty()).then(|| format!("There are: {}", names.join(", ")))
}
