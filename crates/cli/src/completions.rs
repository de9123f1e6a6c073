//! `completions SHELL`: a script by which a shell asks the program itself what could come next. It is
//! short, and knows every command, flag and name of the program that it asks.

use super::context::MISUSED;
use super::known::known;
use super::page::print_text;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command};
use clap_complete::env::{EnvCompleter, Shells};
use regimes::error::{Error, Result};
use regimes_output::Target;
use std::ffi::OsString;
use std::path::Path;

/// Set by the script to the name of the shell that asks.
const ASKS: &str = "REGIMES_COMPLETE";

/// Name of the program, where it is found by its name alone.
const PROGRAM: &str = "regimes";

/// `completions`.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Own(|matches, around| print_text(&script(matches)?, around.target).map(|()| 0)),
};

fn head() -> Command {
    Command::new("completions")
        .about("a script that completes commands, flags and names in a shell")
        .after_help(
            "Example: regimes completions bash\n\nIn ~/.bashrc: source <(regimes completions bash)",
        )
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let names: Vec<&str> = Shells::builtins().names().collect();
    let help = names.join(", ");
    command.arg(known(Arg::new("shell").value_name("SHELL").required(true).help(help), names))
}

/// How the script is to call the program: by its name, or by the path that it was called by.
fn called() -> String {
    let Some(own) = std::env::args_os().next() else { return PROGRAM.into() };
    let path = Path::new(&own);
    if path.components().count() < 2 {
        return PROGRAM.into();
    }
    std::path::absolute(path).unwrap_or(path.into()).to_string_lossy().into_owned()
}

/// The script.
///
/// # Errors
/// [`Error::Argument`] for a shell that is not known.
fn script(matches: &ArgMatches) -> Result<String> {
    let name = matches.get_one::<String>("shell").map(String::as_str).unwrap_or("");
    let shells = Shells::builtins();
    let Some(shell) = shells.iter().find(|shell| shell.name() == name) else {
        let names: Vec<&str> = shells.names().collect();
        let known = regimes::suggest::among(name, names.iter().copied());
        let expected = format!("must be one of {known}");
        return Err(Error::argument("SHELL", name, expected));
    };
    let mut out = Vec::new();
    let written = shell.write_registration(ASKS, PROGRAM, PROGRAM, &called(), &mut out);
    text(written, out)
}

/// Answers a shell that asks; nothing where none does. The exit status.
pub(super) fn answered(arguments: &[OsString], definition: fn() -> Command) -> Option<u8> {
    let name = std::env::var(ASKS).ok()?;
    let shells = Shells::builtins();
    let shell = shells.iter().find(|shell| shell.name() == name)?;
    let typed = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let answer = candidates(shell, definition, typed.cloned().collect());
    let printed = answer.and_then(|text| print_text(&text, &Target::Stdout));
    // A shell shows nothing where nothing fits.
    Some(if printed.is_ok() { 0 } else { MISUSED })
}

fn candidates(
    shell: &dyn EnvCompleter,
    definition: fn() -> Command,
    typed: Vec<OsString>,
) -> Result<String> {
    let here = std::env::current_dir().ok();
    let mut out = Vec::new();
    let written = shell.write_complete(&mut definition(), typed, here.as_deref(), &mut out);
    text(written, out)
}

fn text(written: std::io::Result<()>, out: Vec<u8>) -> Result<String> {
    let failed = |source| Error::Output { target: "the answer to a shell".into(), source };
    written.map_err(failed).map(|()| String::from_utf8_lossy(&out).into_owned())
}
