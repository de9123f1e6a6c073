//! Curves of the class posterior: cloning probability and class entropy.

use super::{Curve, Point};
use crate::Answer;
use crate::classes::Posterior;
use crate::error::Result;
use crate::models::{Entry, Model};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::table::Column;

/// φ(t), the probability that two clones end in one class.
pub static PHI: Curve = Curve {
    name: "phi",
    about: "φ(t): probability that two backward runs from one x_t end in the same class",
    process: Process::Gaussian,
    has: |entry| entry.classes,
    samples: false,
    parameters: &[],
    example: "--t 0.5:8:#40",
    columns: || {
        vec![Column::estimate("phi", "φ", "probability", "BBDM24 Eq. 6", CURVE_TOLERANCE).flat()]
    },
    cells: |model, point| Ok(vec![posterior(model, point, |p| p.clone).into()]),
    explanation: None,
};

/// H(class | x_t) and the information about the class.
pub static CLASS_ENTROPY: Curve = Curve {
    name: "class-entropy",
    about: "H(class | x_t), what x_t leaves open about the class, and I(class; x_t), in nats",
    process: Process::Gaussian,
    has: Entry::tells_classes,
    samples: false,
    parameters: &[],
    example: "--t 0.5:8:#40",
    columns: || {
        vec![
            Column::estimate("class_entropy", "H", "nats", "BBDM24", CURVE_TOLERANCE).flat(),
            Column::estimate(
                "class_information",
                "I(class; x_t)",
                "nats",
                "BBDM24",
                CURVE_TOLERANCE,
            ),
        ]
    },
    cells: |model, point| {
        if let Some(losses) = model.losses() {
            let information = losses.class_information(point.noise()?);
            let left = |all| information.clone().map(|information| all - information);
            let entropy = losses.label_entropy().and_then(left);
            return Ok(vec![Ok(entropy).into(), Ok(information).into()]);
        }
        Ok(vec![
            posterior(model, point, |p| p.entropy).into(),
            posterior(model, point, |p| p.information).into(),
        ])
    },
    explanation: None,
};

fn posterior(
    model: &dyn Model,
    point: &Point<'_>,
    part: impl Fn(&Posterior) -> Estimate,
) -> Result<Answer> {
    model
        .classes()
        .try_and_then(|classes| Ok(Answer::Value(part(&classes.posterior(point.noise()?)?))))
}
