//! Forward to t and back with the exact score: what of the start is still there.

use super::Curve;
use super::explanation::Explanation;
use crate::Answer;
use crate::classes::{Classes, class_error};
use crate::error::{Error, Result};
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::{Noise, Process};
use crate::table::{Cell, Column};

const START: Parameter = Parameter::optional(
    "start-class",
    "CLASS",
    "label or number of the class from which the runs start, for retention_given_start",
    Domain::Text,
);

/// Accuracy of the overlap where it is a slope of the information on the class.
const OVERLAP_TOLERANCE: f64 = 1e-8;

/// Class retention and overlap of a U-turn.
pub static UTURN: Curve = Curve {
    name: "uturn",
    about: "forward to t and back with the exact score: probability of the same class, overlap of start and end",
    process: Process::Gaussian,
    has: |entry| !entry.latent,
    samples: false,
    parameters: &[START],
    example: "--t 0.25:4:#16",
    columns: || {
        vec![
            Column::estimate("class_retention", "φ", "probability", "SFW24", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("overlap", "q", "per dimension", "GSV05", OVERLAP_TOLERANCE),
            Column::estimate(
                "retention_given_start",
                "φ_k",
                "probability",
                "SFW24",
                CURVE_TOLERANCE,
            ),
        ]
    },
    cells: |model, point| {
        let noise = point.noise()?;
        let retention = model
            .classes()
            .try_and_then(|classes| Ok(Answer::Value(classes.posterior(noise)?.clone)));
        let given = match point.values.text(START.name) {
            Some(name) => given_start(model, name, noise)?,
            None => Cell::EMPTY,
        };
        Ok(vec![retention.into(), overlap(model, noise).into(), given])
    },
    explanation: Some(&Explanation {
        symbol: "φ",
        latex: "\\varphi",
        lines: &[
            (
                "P(same class) = E Σ_k P(k|x_t)² = φ(t); from class k: E[P(k|x_t) | k]",
                "P(\\text{same class}) &= \\mathbb{E} \\sum_k P(k|x_t)^2 = \\varphi(t); \\quad \\text{from class } k: \\mathbb{E}[P(k|x_t)\\,|\\,k]",
                "SFW24",
            ),
            (
                "E a·a′/d = E|E[a|x_t]|²/d = E|a|²/d − mmse/d",
                "\\mathbb{E}\\, a \\cdot a'/d &= \\mathbb{E}|\\mathbb{E}[a|x_t]|^2/d = \\mathbb{E}|a|^2/d - \\mathrm{mmse}/d",
                "GSV05",
            ),
        ],
        remarks: &[
            "start and end are two draws from P(a|x_t), so that a U-turn and cloning measure the same curve (Nishimori)",
            "back by the SDE, or any exact sampler of the posterior: the probability-flow ODE from the same x_t returns one point, which keeps the class of two symmetric clusters with probability Φ(√γ) > φ; a backward run from fresh noise is no U-turn",
            "with the empirical score of n samples the overlap is φ_C·E|a|²/d + (1 − φ_C) times this one to leading order: it jumps at t_C, while that of the population does not",
        ],
        intermediates: &[],
    }),
};

/// E a·a′/d = E|a|²/d − mmse/d, the class included.
fn overlap(model: &dyn Model, noise: Noise) -> Result<Answer> {
    let within = model.mmse(noise)?;
    let mmse = match model.classes() {
        Answer::Value(classes) => {
            let class = match classes.mmse(noise)? {
                Answer::Absent(_) => class_error(classes, noise)?,
                known => known,
            };
            let share = class.map(|class| class / model.dimension());
            within.and_then(|within| share.map(|share| within + share))
        }
        Answer::Absent(_) => within,
    };
    Ok(mmse.and_then(|mmse| model.second_moment().map(|all| all - mmse)))
}

/// E[P(k|x_t) | k] for the class called `name`.
///
/// # Errors
/// [`Error::Argument`] for a class that does not exist.
fn given_start(model: &dyn Model, name: &str, noise: Noise) -> Result<Cell> {
    let classes = match model.classes() {
        Answer::Value(classes) => classes,
        Answer::Absent(reason) => {
            return Err(Error::argument("--start-class", name, reason.into_owned()));
        }
    };
    let count = classes.weights().len();
    let by_label = (0..count).find(|&k| classes.label(k) == name);
    let by_number =
        || name.parse::<usize>().ok().filter(|k| (1..=count).contains(k)).map(|k| k - 1);
    let Some(k) = by_label.or_else(by_number) else {
        let labels: Vec<String> = (0..count).map(|k| classes.label(k)).collect();
        let expected = format!("must be one of the classes {}", labels.join(", "));
        return Err(Error::argument("--start-class", name, expected));
    };
    Ok(retention_from(classes, k, noise).into())
}

fn retention_from(classes: &dyn Classes, k: usize, noise: Noise) -> Result<Answer> {
    let weights = classes.weights();
    if weights.len() != 2 {
        return classes.retention(k, noise);
    }
    // E[P(k|x)²]/w_k = 1 − E[P(1|x) P(2|x)]/w_k.
    let clone = classes.posterior(noise)?.clone;
    Ok(Answer::Value(1.0 - (1.0 - clone) / Estimate::rounded(2.0 * weights[k])))
}
