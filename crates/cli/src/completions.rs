//! `completions SHELL`: a script that lets a shell complete commands, flags and the names they take.

use super::definition;
use super::known::known;
use super::page::print_text;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command, ValueEnum};
use clap_complete::Shell;
use regimes::error::{Error, Result};

/// Shells by name.
fn shells() -> Vec<(String, Shell)> {
    Shell::value_variants().iter().map(|shell| (shell.to_string(), *shell)).collect()
}

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Own(|matches, around| print_text(&script(matches)?, around.target).map(|()| 0)),
};

fn head() -> Command {
    Command::new("completions")
        .about("a script that completes commands, flags and names in a shell")
        .after_help("Example: regimes completions bash")
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let names: Vec<String> = shells().into_iter().map(|(name, _)| name).collect();
    let help = names.join(", ");
    command.arg(known(Arg::new("shell").value_name("SHELL").required(true).help(help), names))
}

/// The script.
///
/// # Errors
/// [`Error::Argument`] for a shell that is not known.
pub(super) fn script(matches: &ArgMatches) -> Result<String> {
    let name = matches.get_one::<String>("shell").map(String::as_str).unwrap_or("");
    let shells = shells();
    let Some((_, shell)) = shells.iter().find(|(known, _)| known == name) else {
        let names: Vec<&str> = shells.iter().map(|(known, _)| known.as_str()).collect();
        let hint = regimes::suggest::did_you_mean(name, names.iter().copied());
        let expected = format!("must be one of {}{hint}", names.join(", "));
        return Err(Error::argument("SHELL", name, expected));
    };
    let mut out = Vec::new();
    clap_complete::generate(*shell, &mut definition(), "regimes", &mut out);
    Ok(String::from_utf8_lossy(&out).into_owned())
}
