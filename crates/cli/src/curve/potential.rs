//! The drift potential over the overlap with the class axis.

use super::classes::error_column;
use super::{Point, Quantity};
use regimes::Answer;
use regimes::error::Result;
use regimes::models::Model;
use regimes::models::parameter::{Domain, Parameter};
use regimes::numerics::Estimate;
use regimes::numerics::precision::CURVE_TOLERANCE;
use regimes::transitions::potential::drift_potential;
use regimes_output::{Cell, Column};

const Q: Parameter = Parameter {
    name: "q",
    symbol: "q",
    latex: "q",
    aliases: &[],
    help: "overlap of the noisy point with the class axis, x·m/|m| per root μ̃ scale",
    domain: Domain::Real,
    default: Some("-3:3:#61"),
    required: false,
};

/// V(q, t).
pub(crate) const POTENTIAL: Quantity = Quantity {
    name: "potential",
    about: "V(q, t) = ½q² − 2μ̃² log cosh(q e^(−t) √d): one well before t_S (curvature), two after",
    has: |entry| entry.classes && entry.name != "mixture",
    samples: false,
    parameters: &[Q],
    example: "--t 2,3,4 --q -3:3:#61",
    columns: || {
        vec![
            Column::number("q", "q", ""),
            Column::estimate("potential", "V", "per unit of q²", "BBDM24", CURVE_TOLERANCE).flat(),
            error_column(),
        ]
    },
    cells: potential,
};

fn potential(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let q = point.values.required(Q.name)?;
    let d = model.dimension();
    let value = match model.reduced_mean() {
        _ if d.is_infinite() => Answer::absent("the wells of V lie at √d: give a finite d"),
        Some(mean) => {
            let scale = Estimate::rounded(point.noise.decay()) * Estimate::exact(d).sqrt();
            Answer::Value(drift_potential(q, mean, scale))
        }
        None => Answer::absent("only two opposite classes have this potential"),
    };
    let mut cells = vec![Cell::Number(q)];
    cells.extend(super::flat(Ok(value)));
    Ok(cells)
}
