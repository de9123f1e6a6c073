//! The spectrum of the features' covariance: a row for each band.

use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::parameters;
use crate::training::setting::Setting;

/// Error that edges and shares promise.
const TOLERANCE: f64 = 1e-8;

/// The table of bands.
///
/// # Errors
/// Wrong arguments; more than one combination of them.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &parameters::of_spectrum())?)?;
    let rows = setting.request.rows()?;
    if rows != 1 {
        let message = format!(
            "the bands of one network are shown at a time, not of {rows}: give every parameter one value"
        );
        return Err(Error::Usage(message));
    }
    let values = setting.request.at(0);
    let asked = setting.asked(&values)?.required()?;
    let bands = asked.learner.bands()?;
    let share = |name: &str, symbol: &str, unit: &'static str| {
        Column::estimate(name, symbol, unit, "BUBM25", TOLERANCE)
    };
    let mut columns = setting.columns();
    columns.push(Column::number("band", "band", "from 0, the lowest"));
    columns.extend([
        share("lower", "λ_−", "eigenvalue of U"),
        share("upper", "λ_+", "eigenvalue of U"),
        share("weight", "∫ρ", "share of the eigenvalues"),
        Column::number("count", "ψ_p ∫ρ", "eigenvalues over d"),
        share("mass", "∫dμ", "overlap with the noise to be learned"),
        share("loss_share", "∫dμ/λ", "share of the loss that training removes"),
        Column::number("tau_first", "ψ_p/(2Δλ_+)", "training time"),
        Column::number("tau_last", "ψ_p/(2Δλ_−)", "training time"),
        share("atom", "s²", "eigenvalue of U"),
        share("atom_weight", "ρ(s²)", "share of the eigenvalues"),
    ]);
    let mut head = setting.head("training spectrum", columns, bands.bands.len());
    head.notes.extend(asked.notes());
    let first = setting.cells(&values)?;
    let origin = if asked.learner.draws.is_finite() {
        Estimate::exact(0.0)
    } else {
        asked.learner.coefficients.s2
    };
    let row = move |index: usize| {
        let band = &bands.bands[index];
        let learner = &asked.learner;
        let mut cells = first.clone();
        cells.push(Cell::Number(index as f64));
        let value = |e: Estimate| -> Cell { Ok(e.into()).into() };
        cells.extend([value(band.lower), value(band.upper), value(band.weight)]);
        cells.push(Cell::Number(band.weight.value * learner.psi_p));
        cells.extend([value(band.mass), value(band.loss_share)]);
        cells.push(Cell::Number(learner.mode_time(band.upper.value)));
        cells.push(Cell::Number(learner.mode_time(band.lower.value)));
        let atom = if bands.atom_weight > 0.0 {
            Answer::Value(origin)
        } else {
            Answer::absent("no eigenvalue sits there: p is at most the number of rows")
        };
        cells.push(Ok(atom).into());
        cells.push(value(Estimate::rounded(bands.atom_weight)));
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}
