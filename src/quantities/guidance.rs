//! What guidance adds, against where it begins or ends; the parameters that say how classes are guided.

use super::explanation::Explanation;
use super::{Curve, Point};
use crate::Answer;
use crate::error::{Error, Result};
use crate::guidance::{Guidance, Guided, Sampler, checked};
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter, Values};
use crate::process::{Noise, Process};
use crate::table::{Cell, Column};

/// ω, where 0 is no guidance.
pub const OMEGA: Parameter = Parameter {
    latex: "\\omega",
    aliases: &["ω"],
    ..Parameter::optional(
        "omega",
        "ω",
        "strength of guidance: S_c + ω (S_c − S); 0 is none, −1 the score of both classes",
        Domain::Real,
    )
};

/// 1 + ω, as most programs count.
pub const SCALE: Parameter = Parameter {
    latex: "1 + \\omega",
    ..Parameter::optional(
        "guidance-scale",
        "1 + ω",
        "the same as most programs count it, 1 + ω: 1 is no guidance",
        Domain::Real,
    )
};

/// The sampler.
pub const SAMPLER: Parameter = Parameter::optional(
    "sampler",
    "SAMPLER",
    "sde (stochastic, ancestral) or ode (deterministic, DDIM)",
    Domain::Name(&["sde", "ode"]),
)
.by_default("sde");

/// a of the power law.
pub const POWER: Parameter = Parameter {
    latex: "a",
    ..Parameter::optional(
        "power",
        "a",
        "guidance by a power of the difference, S_c + ω |S_c − S|^a (S_c − S)",
        Domain::Real,
    )
    .by_default("0")
};

/// Accuracy that shifts and variances meet; those of a power state theirs.
pub const TOLERANCE: f64 = 1e-9;

/// What all results of guidance state.
pub const CONVENTION: &str = "S_c + omega (S_c - S); guidance scale = 1 + omega";

/// ω as it was given, one way or the other.
///
/// # Errors
/// [`Error::Usage`] unless exactly one of them is given; [`Error::Argument`] for strengths that are none.
pub fn omega(values: &Values) -> Result<f64> {
    let power = values.number(POWER.name).unwrap_or(0.0);
    match (values.number(OMEGA.name), values.number(SCALE.name)) {
        (Some(omega), None) => checked(omega, power).map(|()| omega),
        (None, Some(scale)) if scale >= 0.0 => checked(scale - 1.0, power).map(|()| scale - 1.0),
        (None, Some(scale)) => Err(Error::argument(
            "--guidance-scale",
            scale,
            "must be 0 (the score of both classes) or above; 1 is no guidance",
        )),
        (Some(_), Some(_)) => {
            Err(Error::Usage("--omega and --guidance-scale = 1 + ω say the same: give one".into()))
        }
        (None, None) => Err(Error::Usage(
            "the strength is missing: give --omega, or --guidance-scale = 1 + ω".into(),
        )),
    }
}

/// The sampler that was asked for.
pub fn sampler(values: &Values) -> Sampler {
    if values.text(SAMPLER.name) == Some("ode") { Sampler::Ode } else { Sampler::Sde }
}

/// Guidance of a model by what was given, between two noise levels or all along.
///
/// # Errors
/// Wrong arguments.
pub fn guidance(
    model: &dyn Model,
    values: &Values,
    window: Option<[Noise; 2]>,
) -> Result<Answer<Guidance>> {
    let omega = omega(values)?;
    let power = values.number(POWER.name).unwrap_or(0.0);
    model.opposite_classes().try_and_then(|pair| {
        let guidance = Guidance::new(pair, omega, power, sampler(values), window)?;
        if pair.variance.value == 0.0 && pair.separation.value > 0.0 {
            return Ok(Answer::absent("counted in units of σ: the classes have no spread"));
        }
        Ok(Answer::Value(guidance))
    })
}

/// Shift and variance against the end of guidance.
pub static GUIDANCE: Curve = Curve {
    name: "guidance",
    about: "shift of the mean and variance of what guidance generates, if it acts until t, and if from t on",
    process: Process::Gaussian,
    has: |entry| entry.classes && !entry.latent,
    samples: false,
    parameters: &[OMEGA, SCALE, SAMPLER, POWER],
    example: "--omega 1,3 --t 0.5:6:#12",
    columns: || {
        let column = |name: &str, symbol: &str, unit: &'static str| {
            Column::estimate(name, symbol, unit, "PVBM25", TOLERANCE)
        };
        vec![
            Column::number("strength", "ω", ""),
            column("mean_shift", "δ/σ", "σ, guided before t").flat(),
            column("variance_ratio", "v/σ²", "guided before t"),
            column("mean_shift_after", "δ/σ", "σ, guided after t"),
            column("variance_ratio_after", "v/σ²", "guided after t"),
        ]
    },
    cells: against_the_end,
    explanation: Some(&Explanation {
        symbol: "δ",
        latex: "\\delta",
        lines: &[
            (
                "y = x·m e^(−t)/Γ, γ = |m|² e^(−2t)/Γ: dy = [1 + ω (1 − tanh y)] dγ + dW, y(0) = 0, x·m/|m| → σ² y/|m|",
                "y &= x \\cdot m\\, e^{-t}/\\Gamma,\\ \\gamma = |m|^2 e^{-2t}/\\Gamma: \\quad dy = [1 + \\omega (1 - \\tanh y)]\\, d\\gamma + dW",
                "PVBM25",
            ),
            (
                "ode: ζ = (y − γ)/√γ, k = √γ: dζ/dk = ω [1 − tanh(k² + kζ)], ζ(0) ~ N(0, 1), x·m/|m| → |m| + σζ",
                "\\text{ode:}\\quad d\\zeta/dk &= \\omega [1 - \\tanh(k^2 + k\\zeta)], \\quad \\zeta(0) \\sim \\mathcal{N}(0, 1)",
                "PVBM25",
            ),
        ],
        remarks: &[
            "the stochastic sampler's shift is σ²c(ω)/|m|, which vanishes in units of σ at large d; the deterministic sampler's is of order σ at every d: guidance is harmless in high dimension for one and not for the other",
            "guidance acts at γ = O(1), around t_S: what a window adds is never undone, and outside it nothing is",
        ],
        intermediates: &[],
    }),
};

fn against_the_end(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let noise = point.noise()?;
    let strength = omega(point.values)?;
    let mut cells = vec![Cell::Number(strength)];
    for other in [f64::INFINITY, 0.0] {
        let other = Noise::at_time(other)?;
        let found = if noise.time() == other.time() {
            // A window without extent.
            model.opposite_classes().map(|_| Guided::NONE)
        } else {
            guidance(model, point.values, Some([other, noise]))?.map(|guidance| guidance.outcome())
        };
        cells.push(Ok(found.as_ref().map(|guided| guided.mean_shift)).into());
        cells.push(Ok(found.map(|guided| guided.variance_ratio)).into());
    }
    Ok(cells)
}
