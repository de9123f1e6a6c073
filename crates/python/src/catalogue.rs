//! What there is: models with their parameters, quantities, curves.

use pyo3::prelude::*;
use regimes::ask::{Strings, spectrum};
use regimes::models::{CATALOGUE, Parameter as Described};
use regimes::quantities::Curve;
use regimes::strings;

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
    let strings = strings::CATALOGUE.iter().filter(|e| strings::meant(e.name, None).is_some());
    let gaussian = CATALOGUE.iter().map(|entry| (entry.name, entry.about, of(entry.parameters)));
    gaussian.chain(strings.map(|entry| (entry.name, entry.about, of(entry.parameters)))).collect()
}

/// The curves of a model by name.
#[pyfunction]
pub(crate) fn curves(model: &str) -> Vec<&'static str> {
    if strings::meant(model, None).is_some() {
        return Strings::named(model).map_or_else(|_| Vec::new(), |strings| strings.curves());
    }
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
