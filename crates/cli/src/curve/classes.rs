//! Curves of the class posterior: cloning probability and class entropy.

use super::{Point, Quantity};
use regimes::Answer;
use regimes::classes::Posterior;
use regimes::error::Result;
use regimes::models::Model;
use regimes::numerics::Estimate;
use regimes::numerics::precision::CURVE_TOLERANCE;
use regimes_output::Column;

/// φ(t), the probability that two clones end in one class.
pub(crate) const PHI: Quantity = Quantity {
    name: "phi",
    about: "φ(t): probability that two backward runs from one x_t end in the same class",
    has: |entry| entry.classes,
    samples: false,
    parameters: &[],
    example: "--t 0.5:8:#40",
    columns: || {
        vec![
            Column::estimate("phi", "φ", "probability", "BBDM24 Eq. 6", CURVE_TOLERANCE).flat(),
            error_column(),
        ]
    },
    cells: |model, point| Ok(super::flat(posterior(model, point, |p| p.clone)).to_vec()),
};

/// H(class | x_t) and the information about the class.
pub(crate) const CLASS_ENTROPY: Quantity = Quantity {
    name: "class-entropy",
    about: "H(class | x_t), what x_t leaves open about the class, and I(class; x_t), in nats",
    has: |entry| entry.classes,
    samples: false,
    parameters: &[],
    example: "--t 0.5:8:#40",
    columns: || {
        vec![
            Column::estimate("class_entropy", "H", "nats", "BBDM24", CURVE_TOLERANCE).flat(),
            error_column(),
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
        let mut cells = super::flat(posterior(model, point, |p| p.entropy)).to_vec();
        cells.push(posterior(model, point, |p| p.information).into());
        Ok(cells)
    },
};

/// The column of a curve's error bound.
pub(crate) fn error_column() -> Column {
    Column { tolerance: CURVE_TOLERANCE, ..Column::number("error", "error", "bound") }
}

fn posterior(
    model: &dyn Model,
    point: &Point<'_>,
    part: impl Fn(&Posterior) -> Estimate,
) -> Result<Answer> {
    model
        .classes()
        .try_and_then(|classes| Ok(Answer::Value(part(&classes.posterior(point.noise)?))))
}
