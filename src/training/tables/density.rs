//! The density of the features' covariance, band by band: a row for each eigenvalue.

use crate::error::{Error, Result};
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::parameters::{self, POINTS};
use crate::training::setting::Setting;

/// Most eigenvalues of one band.
const MOST: f64 = 1e5;

/// The table of the density.
///
/// # Errors
/// Wrong arguments; more than one combination of them.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &parameters::of_density())?)?;
    let rows = setting.request.rows()?;
    if rows != 1 {
        let message = format!(
            "the density of one network is shown at a time, not of {rows}: give every parameter one value"
        );
        return Err(Error::Usage(message));
    }
    let values = setting.request.at(0);
    let points = values.required(POINTS.name)?;
    if points > MOST {
        return Err(Error::argument("--points", points, format!("must be at most {MOST}")));
    }
    let asked = setting.asked(&values)?.required()?;
    let density = asked.learner.bands()?.density(&asked.learner.ensemble, points as usize)?;
    let mut columns = setting.columns();
    columns.extend([
        Column::number("band", "band", "from 0, the lowest"),
        Column::number("eigenvalue", "λ", "eigenvalue of U"),
        Column::number("density", "ρ", "share of the eigenvalues per unit"),
        Column::number("log_density", "λρ", "share of the eigenvalues per unit of log λ"),
        Column::number("log_share", "dμ/dλ", "share of the loss per unit of log λ"),
    ]);
    let mut head = setting.head("training density", columns, density.len());
    head.notes.extend(asked.notes());
    let first = setting.cells(&values)?;
    let row = move |index: usize| {
        let at = density[index];
        let mut cells = first.clone();
        let numbers =
            [at.band as f64, at.eigenvalue, at.density, at.eigenvalue * at.density, at.overlap];
        cells.extend(numbers.map(Cell::Number));
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}
