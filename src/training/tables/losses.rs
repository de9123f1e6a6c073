//! Losses after training: a row for each combination of what is given.

use super::absent;
use crate::answer::{Answer, resolved};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::parameters::{self, RIDGE, TAU};
use crate::training::setting::{NOTHING_LINEAR, Setting, trained, training};

/// Error that losses promise, relative to the larger of one and the loss.
const TOLERANCE: f64 = 1e-8;

/// What a share is known to, where it is said.
pub(super) const SHARE: f64 = 0.1;

/// The table of losses.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &parameters::of_losses())?)?;
    let by = training(&setting)?;
    let mut columns = setting.columns();
    columns.push(parameter_column(&by));
    let in_steps = by.name != RIDGE.name && by.name != TAU.name;
    if in_steps {
        columns.push(Column::number(TAU.name, TAU.symbol, "training time"));
    }
    let loss = |name: &str, symbol: &str, source: &str| {
        Column::estimate(name, symbol, "of the loss at A = 0", source, TOLERANCE)
    };
    columns.extend([
        loss("train", "L_train", "BUBM25"),
        loss("test", "L_test", "BUBM25"),
        loss("bayes", "L*", "BUBM25"),
        Column::estimate(
            "score_error",
            "(1/d)E|s_A − ∇log P_t|²",
            "(L_test − L*)/Δ",
            "GVMRF25",
            f64::INFINITY,
        ),
        Column::estimate(
            "memorised",
            "Mem",
            "1 − L_train/L*: 0 the population's score, 1 the samples'",
            "BUBM25",
            f64::INFINITY,
        ),
    ]);
    let mut head = setting.head("training losses", columns.clone(), setting.request.rows()?);
    head.axes = setting.request.swept();
    let row = move |index| {
        let values = setting.request.at(index);
        let mut row = Row { cells: setting.cells(&values)?, notes: Vec::new() };
        row.cells.push(parameter_cell(&values, by.name));
        if let (Some(step), true) = (setting.step(&values)?, in_steps) {
            row.cells.push(Cell::Number(step * values.number(by.name).unwrap_or(f64::NAN)));
        }
        let asked = match setting.even_deaf(&values)? {
            Answer::Value(asked) => asked,
            Answer::Absent(reason) => {
                // Without noise no network learns anything, and none does worse.
                row.notes.push(reason.to_string());
                row.cells.extend([1.0; 3].map(|one| Cell::Estimate(Estimate::exact(one))));
                row.cells.push(Cell::Missing("Δ = 0: the score has no limit".into()));
                row.cells.push(Cell::Estimate(Estimate::exact(0.0)));
                return Ok(row);
            }
        };
        row.notes = asked.notes();
        if asked.learner.is_deaf() && asked.learner.draws.is_infinite() {
            row.notes.push(NOTHING_LINEAR.into());
        }
        match asked.learner.losses(trained(&setting, &values)?)? {
            Answer::Value(x) => {
                let losses = [x.train, x.test, x.bayes, x.score_error];
                row.cells.extend(losses.map(|e| Ok(e.into()).into()));
                row.cells.push(Ok(resolved(x.memorised, SHARE)).into());
            }
            Answer::Absent(reason) => absent(&mut row, &columns, &reason),
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}
