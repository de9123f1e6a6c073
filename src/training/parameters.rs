//! What may be given to ask about training.

use crate::models::parameter::{Domain, Parameter};
use crate::quantities::noise;

pub(super) const ACTIVATION: Parameter = Parameter {
    required: true,
    ..Parameter::of_text(
        "activation",
        "φ",
        "activation of the random features: a name (tanh, relu, erf, …) or an expression in z",
    )
};

pub(super) const PSI_N: Parameter = Parameter {
    latex: "\\psi_n",
    ..Parameter::optional("psi-n", "ψ_n", "samples over dimension, ψ_n = n/d", Domain::Positive)
};

pub(super) const PSI_P: Parameter = Parameter {
    latex: "\\psi_p",
    ..Parameter::optional("psi-p", "ψ_p", "features over dimension, ψ_p = p/d", Domain::Positive)
};

pub(super) const N: Parameter = Parameter::optional(
    "n",
    "n",
    "number of training samples, in place of --psi-n; needs --d",
    Domain::Whole { infinite: false },
);

pub(super) const P: Parameter = Parameter::optional(
    "p",
    "p",
    "number of features, in place of --psi-p; needs --d",
    Domain::Whole { infinite: false },
);

/// The dimension.
pub const D: Parameter = Parameter::optional(
    "d",
    "d",
    "dimension of the data, for --n, --p and --learning-rate",
    Domain::Whole { infinite: false },
);

pub(super) const SPECTRUM: Parameter = Parameter::of_text(
    "spectrum",
    "Σ",
    "spectrum of the data's covariance as weight:eigenvalue;weight:eigenvalue;…",
)
.by_default("1:1");

pub(super) const DRAWS: Parameter = Parameter::optional(
    "noise-draws",
    "m",
    "noise draws for each sample, the same all through training; inf averages over the noise",
    Domain::Whole { infinite: true },
)
.by_default("inf");

/// The training time.
pub const TAU: Parameter = Parameter::optional(
    "tau",
    "τ",
    "training time of the gradient flow dA/dτ = −d² ∂L/∂A; inf is the end of training",
    Domain::Extended,
);

/// The ridge.
pub const RIDGE: Parameter = Parameter::optional(
    "ridge",
    "ζ",
    "the minimum with the penalty (Δζ/(dp))|A|², instead of a training time",
    Domain::NonNegative,
);

pub(super) const LEARNING_RATE: Parameter = Parameter::optional(
    "learning-rate",
    "η",
    "rate of full-batch gradient descent, for times in steps: τ = kη/d²; needs --d",
    Domain::Positive,
);

/// Steps of gradient descent.
pub const STEPS: Parameter = Parameter::optional(
    "steps",
    "k",
    "steps of full-batch gradient descent (epochs), instead of --tau; needs --learning-rate",
    Domain::NonNegative,
);

pub(super) const READOUT: Parameter = Parameter::optional(
    "readout",
    "READOUT",
    "what descent moves: ntk is A of (A/√p)φ, τ = kη/d²; standard is A/√p itself, τ = kηp/d²",
    Domain::Name(&["ntk", "standard"]),
)
.by_default("ntk");

fn common() -> Vec<Parameter> {
    let own = [ACTIVATION, PSI_N, PSI_P, N, P, D];
    own.into_iter()
        .chain(noise::PARAMETERS)
        .chain([SPECTRUM, DRAWS, LEARNING_RATE, READOUT])
        .collect()
}

/// What may be given to ask for losses.
pub fn of_losses() -> Vec<Parameter> {
    let mut all = common();
    all.extend([TAU, RIDGE, STEPS]);
    all
}

/// What may be given to ask for times.
pub fn of_times() -> Vec<Parameter> {
    common()
}

/// What may be given to ask for the spectrum.
pub fn of_spectrum() -> Vec<Parameter> {
    let without = [LEARNING_RATE.name, READOUT.name];
    common().into_iter().filter(|p| !without.contains(&p.name)).collect()
}

/// What may be given to ask about linear scores.
pub fn of_linear() -> Vec<Parameter> {
    let ridge = Parameter { help: "ridge c added to the samples' covariance", ..RIDGE };
    vec![PSI_N, ridge]
}

/// What may be given to ask for the density.
pub fn of_density() -> Vec<Parameter> {
    of_spectrum().into_iter().chain([POINTS]).collect()
}

/// What may be given to ask for the collapse of a trained score: all but the time.
pub fn of_collapse() -> Vec<Parameter> {
    let is_time = |p: &Parameter| noise::PARAMETERS.iter().any(|time| time.name == p.name);
    of_losses().into_iter().filter(|p| !is_time(p)).collect()
}

pub(super) const POINTS: Parameter = Parameter::optional(
    "points",
    "POINTS",
    "eigenvalues in each band, closer together at its edges",
    Domain::Whole { infinite: false },
)
.by_default("100");
