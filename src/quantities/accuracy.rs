//! How accurate finite-size averages are to be, and what decides sampled ones.

use crate::classes::Classes;
use crate::models::parameter::{Domain, Parameter, Values};
use crate::models::{Entry, Model};
use crate::rem::finite::Ensemble;
use crate::sweep::Request;

/// How accurate.
pub const TOLERANCE: Parameter = Parameter {
    name: "tolerance",
    symbol: "tolerance",
    latex: "\\epsilon",
    aliases: &[],
    help: "accuracy of finite-size averages, relative to 1 + |mean| (nats for entropies); looser is faster [default: 1e-10; 1e-3 where the covariance has several eigenvalues and x is sampled]",
    domain: Domain::Positive,
    default: None,
    required: false,
};

const SEED: Parameter = Parameter {
    name: "seed",
    symbol: "seed",
    latex: "seed",
    aliases: &[],
    help: "decides every number that is drawn, where x is sampled",
    domain: Domain::Whole { infinite: false },
    default: Some("1"),
    required: false,
};

/// Both flags.
pub const PARAMETERS: [Parameter; 2] = [TOLERANCE, SEED];

/// The seed, for models whose class posterior may be sampled: those with any classes, from a file.
pub fn class_seed(entry: &Entry) -> Option<Parameter> {
    entry.parameters.iter().any(|p| p.name == "file").then_some(SEED)
}

/// Whether the class posterior of a model is sampled: its errors are then statistical.
pub fn classes_are_sampled(model: &dyn Model) -> bool {
    model.classes().found().is_some_and(Classes::is_sampled)
}

/// The ensemble with the accuracy and the seed of a row.
pub fn applied(ensemble: Ensemble, values: &Values) -> Ensemble {
    let ensemble = match values.number(TOLERANCE.name) {
        Some(tolerance) => ensemble.with_tolerance(tolerance),
        None => ensemble,
    };
    match values.number(SEED.name) {
        Some(seed) => ensemble.with_seed(seed as u64),
        None => ensemble,
    }
}

/// Loosest tolerance that any row asks for.
pub fn asked(request: &Request) -> Option<f64> {
    let values = request.axis(TOLERANCE.name)?.values.iter().copied();
    values.reduce(f64::max)
}
