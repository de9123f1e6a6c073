//! What there is: models with their parameters, quantities, curves.

use pyo3::prelude::*;
use regimes::ask::spectrum;
use regimes::models::{CATALOGUE, Entry};
use regimes::quantities::Curve;

/// Name, other spellings, symbol, meaning, default and whether it must be given.
type Parameter =
    (&'static str, Vec<&'static str>, &'static str, &'static str, Option<&'static str>, bool);

/// Every model: its name, what it is, and its parameters.
#[pyfunction]
pub(crate) fn models() -> Vec<(&'static str, &'static str, Vec<Parameter>)> {
    let of = |entry: &Entry| {
        let all = entry.parameters.iter();
        all.map(|p| (p.name, p.aliases.to_vec(), p.symbol, p.help, p.default, p.required)).collect()
    };
    CATALOGUE.iter().map(|entry| (entry.name, entry.about, of(entry))).collect()
}

/// The curves of a model by name.
#[pyfunction]
pub(crate) fn curves(model: &str) -> Vec<&'static str> {
    let entry = CATALOGUE.iter().find(|entry| entry.name == model);
    let names = |entry| Curve::of(entry).map(|curve| curve.name).chain([spectrum::NAME]).collect();
    entry.map_or_else(Vec::new, names)
}

/// The words that a question about a model may hold, beside parameters with values.
#[pyfunction]
pub(crate) fn words(model: &str) -> Vec<&'static str> {
    let entry = CATALOGUE.iter().find(|entry| entry.name == model);
    let mut words = entry.map_or_else(Vec::new, regimes::ask::times::words);
    words.extend([regimes::steps::LEVELS, regimes::validate::SHARED]);
    words
}
