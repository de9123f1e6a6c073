//! What there is: models with their parameters, quantities, curves.

use pyo3::prelude::*;
use regimes::ask::spectrum;
use regimes::catalogue;
use regimes::models::Parameter as Described;
use regimes::quantities::Curve;

/// Name, other spellings, symbol, meaning, default and whether it must be given.
type Parameter =
    (&'static str, Vec<&'static str>, &'static str, &'static str, Option<&'static str>, bool);

/// Every model: its name, what it is, and its parameters.
#[pyfunction]
pub(crate) fn models() -> Vec<(&'static str, &'static str, Vec<Parameter>)> {
    let of = |all: &[Described]| {
        let all = all.iter();
        all.map(|p| (p.name, p.aliases.to_vec(), p.symbol, p.help, p.default, p.required)).collect()
    };
    let described = |name: &'static str| {
        catalogue::named(name, None).ok().map(|entry| (name, entry.about, of(entry.parameters)))
    };
    catalogue::names().filter_map(described).collect()
}

/// The curves of a model by name.
#[pyfunction]
pub(crate) fn curves(model: &str) -> Vec<&'static str> {
    let Ok(entry) = catalogue::named(model, None) else { return Vec::new() };
    let others: &[&str] = if entry.process.is_of_tokens() { &[] } else { &[spectrum::NAME] };
    Curve::of(entry).map(|curve| curve.name).chain(others.iter().copied()).collect()
}

/// The words that a question about a model may hold, beside parameters with values.
#[pyfunction]
pub(crate) fn words(model: &str) -> Vec<&'static str> {
    let entry = catalogue::named(model, None);
    let mut words = entry.map_or_else(|_| Vec::new(), regimes::ask::times::words);
    words.extend([regimes::steps::LEVELS, regimes::validate::SHARED]);
    words
}
