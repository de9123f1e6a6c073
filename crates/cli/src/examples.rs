//! Examples in `--help`: every command has one, the manual pages repeat them, tests run them.

use clap::Command;
use regimes::models::Entry;

/// The command lines that the help of `command` shows, each beginning with `regimes`.
pub fn of(command: &Command) -> Vec<String> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    text.lines()
        .map(|line| line.trim().trim_start_matches("Example: "))
        .filter(|line| line.starts_with("regimes "))
        .map(str::to_owned)
        .collect()
}

/// Gives every command that groups others, and has no example of its own, that of the first of them.
pub(super) fn inherited(command: Command) -> Command {
    let command = command.mut_subcommands(inherited);
    if !of(&command).is_empty() {
        return command;
    }
    let first = command.get_subcommands().find_map(|inner| of(inner).into_iter().next());
    match first {
        Some(example) => command.after_help(format!("Example: {example}")),
        None => command,
    }
}

/// The same with a finite dimension, which a number of samples needs.
pub(super) fn with_dimension(entry: &Entry) -> String {
    let model = without_samples(entry);
    // Some take their dimension from elsewhere.
    let own = entry.parameters.iter().any(|p| p.name == "d");
    let d = if model.contains("--d ") || !own { "" } else { " --d 64" };
    format!("{model}{d}")
}

/// The arguments of a model's example without its number of samples.
pub(super) fn without_samples(entry: &Entry) -> &'static str {
    let shortest = |text: &'static str, flag| text.split(flag).next().unwrap_or("");
    shortest(shortest(entry.example, " --n "), " --alpha ")
}
