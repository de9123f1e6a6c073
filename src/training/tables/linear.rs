//! A linear score: what its samples make of it, and the best ridge.

use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::training::linear::Linear;
use crate::training::parameters::{self, PSI_N, RIDGE};

/// The table of linear scores.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let request = Request::read(typed, &parameters::of_linear())?;
    let given = |p: &Parameter| request.axis(p.name).is_some();
    if !given(&PSI_N) {
        return Err(Error::Usage(format!("--{} is required: {}", PSI_N.name, PSI_N.help)));
    }
    let with_ridge = given(&RIDGE);
    if let Some(axis) = request.axis(RIDGE.name)
        && axis.values.contains(&0.0)
    {
        return Err(Error::argument(
            "--ridge",
            0,
            "must be above 0: without a ridge the generator of few samples has directions of no width",
        ));
    }
    let per = "nats per dimension";
    let mut columns = vec![Column::number("psi_n", PSI_N.symbol, "n/d")];
    if with_ridge {
        columns.push(Column::number("ridge", "c", "added to the samples' covariance"));
        columns.push(Column::estimate("kl", "KL/d", per, "LW04", CURVE_TOLERANCE));
    }
    columns.push(Column::estimate(
        "ridge_best",
        "c*",
        "added to the samples' covariance",
        "LW04",
        CURVE_TOLERANCE,
    ));
    columns.push(Column::estimate("kl_best", "KL/d at c*", per, "LW04", CURVE_TOLERANCE));
    let mut head = Head::new("training linear", "", columns, request.rows()?);
    head.conventions
        .push(("score".into(), "linear: data N(0, I), generator N(0, S_n + c I)".into()));
    head.axes = request.swept();
    head.notes.push("the linear part is learned with n of the order of d; collapse onto samples needs n = e^(αd)".into());
    let row = move |index: usize| {
        let values = request.at(index);
        let psi_n = values.required(PSI_N.name)?;
        let linear = Linear::new(psi_n)?;
        let mut cells = vec![Cell::Number(psi_n)];
        if let Some(ridge) = values.number(RIDGE.name) {
            cells.push(Cell::Number(ridge));
            cells.push(linear.kl(ridge).map(Answer::Value).into());
        }
        let best = linear.best_ridge()?;
        cells.push(Ok(best.into()).into());
        let least = linear.best_kl(best)?;
        cells.push(Ok(least.into()).into());
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}
