//! The drift potential over the overlap with the class axis.

use super::explanation::Explanation;
use super::{Curve, Point};
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::table::{Cell, Column};
use crate::transitions::potential::drift_potential;

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
pub static POTENTIAL: Curve = Curve {
    name: "potential",
    about: "V(q, t) = ½q² − 2μ̃² log cosh(q e^(−t) √d): one well before t_S (curvature), two after",
    process: Process::Gaussian,
    has: |entry| entry.classes && entry.name != "mixture",
    samples: false,
    parameters: &[Q],
    example: "--t 2,3,4 --q -3:3:#61",
    columns: || {
        vec![
            Column::number("q", "q", ""),
            Column::estimate("potential", "V", "per unit of q²", "BBDM24", CURVE_TOLERANCE).flat(),
        ]
    },
    cells: potential,
    explanation: Some(&Explanation {
        symbol: "V",
        latex: "V",
        lines: &[(
            "V(q, t) = ½ q² − 2 μ̃² log cosh(q e^(−t) √d)",
            "V(q, t) &= \\tfrac12 q^2 - 2 \\tilde\\mu^2 \\log\\cosh(q e^{-t} \\sqrt d)",
            "BBDM24",
        )],
        remarks: &["its curvature at q = 0 changes sign at t_S.curvature"],
        intermediates: &[],
    }),
};

fn potential(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let noise = point.noise()?;
    let q = point.values.required(Q.name)?;
    let d = model.dimension();
    let value = match model.reduced_mean() {
        _ if d.is_infinite() => Answer::absent("the wells of V lie at √d: give a finite d"),
        Some(mean) => {
            let scale = Estimate::rounded(noise.decay()) * Estimate::exact(d).sqrt();
            Answer::Value(drift_potential(q, mean, scale))
        }
        None => Answer::absent("only two opposite classes have this potential"),
    };
    Ok(vec![Cell::Number(q), Ok(value).into()])
}
