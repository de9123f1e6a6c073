//! Which part of which file: the flags that choose lines, columns, classes, channels and a scale.

use super::request::with_parameters;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::dataset::chosen::{Chosen, OF_A_FILE, OF_SAMPLES};
use regimes::error::Result;
use regimes::sweep::Typed;
use std::path::Path;

/// Adds the file and the flags that choose a part of it.
pub(super) fn with_selection(command: Command) -> Command {
    let file = Arg::new("file").value_name("FILE").required(true);
    let file = file
        .value_hint(ValueHint::FilePath)
        .help("the data: npy, npz, IDX, text, safetensors, CIFAR records, or a folder of pictures");
    with_parameters(command.arg(file), OF_A_FILE.iter().chain(&OF_SAMPLES))
}

/// The file, and the part of it that was asked for.
///
/// # Errors
/// Flags that do not fit each other or the file; files that do not hold what they should.
pub(super) fn selected(matches: &ArgMatches) -> Result<Chosen<'static>> {
    let path = matches.text("file").unwrap_or_default();
    Chosen::of_a_file(Path::new(path), &|name| matches.text(name))
}
