//! What may be given to ask for steps.

use super::ancestral::Start;
use super::level::{Level, ends};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::models::{Entry, Order};
use crate::quantities::accuracy;
use crate::quantities::information::ORDER;

const fn name(
    name: &'static str,
    symbol: &'static str,
    help: &'static str,
    domain: Domain,
) -> Parameter {
    Parameter {
        name,
        symbol,
        latex: symbol,
        aliases: &[],
        help,
        domain,
        default: None,
        required: false,
    }
}

/// Which sampler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampler {
    /// Ancestral sampling: DDPM with the posterior variance.
    Ancestral,
    /// Deterministic sampling: DDIM, Euler in σ.
    Ddim,
}

const SAMPLER: Parameter = Parameter {
    default: Some("ancestral"),
    ..name(
        "sampler",
        "SAMPLER",
        "ancestral (DDPM with the posterior variance) or ddim (deterministic, Euler in σ; Gaussian data)",
        Domain::Name(&["ancestral", "ddim"]),
    )
};

pub(super) const GRID: Parameter = Parameter {
    required: true,
    ..name(
        "grid",
        "GRID",
        "optimal, geometric, arctan, karras, entropic, rescaled-entropic, class-entropic, dilated, uniform-t, a schedule (even in its own time), or a csv file with a column snr, sigma or t",
        Domain::Text,
    )
};

pub(super) const STEPS: Parameter =
    name("steps", "K", "number of steps; a file has its own", Domain::Whole { infinite: false });

const SNR: Parameter = name(
    "snr",
    "A:B",
    "the ends of the grid as signal-to-noise ratios, in either order",
    Domain::Text,
);

const SIGMA_NOISE: Parameter = name(
    "sigma-noise",
    "A:B",
    "the ends of the grid as noise levels σ_VE, instead of --snr",
    Domain::Text,
);

const START: Parameter = Parameter {
    default: Some("exact"),
    ..name(
        "start",
        "START",
        "law at the first level: exact, ve (N(0, σ²) for x = a + σz) or vp (N(0, 1) for x_t, usual practice)",
        Domain::Name(&["exact", "ve", "vp"]),
    )
};

pub(super) const KAPPA: Parameter = name(
    "kappa",
    "κ",
    "of the grid dilated: half of its steps are at snr below κ²/d",
    Domain::Positive,
);

/// Most steps of a grid: a hundred times those of any chain in use.
const MOST_STEPS: f64 = 1e5;

/// Everything that may be given for a kind of data.
pub(super) fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend([GRID, STEPS, SNR, SIGMA_NOISE, SAMPLER, START, KAPPA, ORDER]);
    all.extend(accuracy::class_seed(entry));
    all
}

pub(super) fn sampler(values: &Values) -> Sampler {
    if values.text(SAMPLER.name) == Some("ddim") { Sampler::Ddim } else { Sampler::Ancestral }
}

pub(super) fn start(values: &Values) -> Start {
    match values.text(START.name) {
        Some("ve") => Start::Ve,
        Some("vp") => Start::Vp,
        _ => Start::Exact,
    }
}

pub(super) fn order(values: &Values) -> Order {
    if values.text(ORDER.name) == Some("class-bit") { Order::ClassBit } else { Order::Asymptotic }
}

/// The number of steps, where it was given.
pub(super) fn steps(values: &Values) -> Result<Option<usize>> {
    match values.number(STEPS.name) {
        Some(steps) if steps > MOST_STEPS => {
            Err(Error::argument("--steps", steps, format!("must be at most {MOST_STEPS}")))
        }
        steps => Ok(steps.map(|steps| steps as usize)),
    }
}

/// The ends that were given, the noisier first.
pub(super) fn given_ends(values: &Values) -> Result<Option<[Level; 2]>> {
    match (values.text(SNR.name), values.text(SIGMA_NOISE.name)) {
        (Some(_), Some(_)) => {
            Err(Error::Usage("give the ends by --snr or by --sigma-noise, not by both".into()))
        }
        (Some(text), None) => ends("--snr", text, Level::at_snr).map(Some),
        (None, Some(text)) => ends("--sigma-noise", text, Level::at_sigma).map(Some),
        (None, None) => Ok(None),
    }
}
