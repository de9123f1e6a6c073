//! Every kind of data by name, whatever noise does to it.

use crate::error::{Error, Result};
use crate::models::{self, Entry};
use crate::process::Process;
use crate::strings;
use crate::suggest::among;

/// Every kind of data. One that has Gaussian noise and that of tokens stands here twice.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    models::CATALOGUE.iter().chain(strings::CATALOGUE)
}

/// The kinds called `name`, Gaussian noise first.
pub fn kinds(name: &str) -> impl Iterator<Item = &'static Entry> {
    all().filter(move |entry| entry.name == name)
}

/// Every name, once.
pub fn names() -> impl Iterator<Item = &'static str> {
    all()
        .map(|entry| entry.name)
        .enumerate()
        .filter_map(|(k, name)| all().take(k).all(|other| other.name != name).then_some(name))
}

/// The kind called `name` under a corruption that may be given: what has Gaussian noise too is strings
/// where another is.
///
/// # Errors
/// [`Error::Argument`] for a name that does not exist, with the nearest one that does.
pub fn named(name: &str, corruption: Option<&str>) -> Result<&'static Entry> {
    let of_tokens = |entry: &&Entry| entry.process.is_of_tokens();
    let meant = corruption.filter(|text| *text != GAUSSIAN);
    let found = meant.and_then(|_| kinds(name).find(of_tokens)).or_else(|| kinds(name).next());
    found.ok_or_else(|| {
        Error::argument("model", name, format!("must be one of {}", among(name, names())))
    })
}

/// The corruption that is none of tokens.
pub const GAUSSIAN: &str = "gaussian";

/// Kinds of data of a process.
pub fn of(process: Process) -> impl Iterator<Item = &'static Entry> {
    all().filter(move |entry| entry.process == process)
}
