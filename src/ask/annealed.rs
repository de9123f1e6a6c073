//! Transitions of the annealed map of a hierarchy, which need no samples.

use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::numerics::{Estimate, roots};
use crate::process::time_at_log_snr;
use crate::quantities::sample_size;
use crate::strings::conventions;
use crate::strings::hierarchy::{ENTRY, annealed};
use crate::strings::noise::of_the_gaussian;
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::tokens::annealed::Annealed;

/// The table of the map's fixed point, its slopes, and where Gaussian noise reaches it.
///
/// # Errors
/// Wrong arguments.
pub(super) fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    if let Some(p) = sample_size::PARAMETERS.iter().find(|p| typed.typed(p.name).is_some()) {
        let message = "the annealed map has no samples: leave it out, or name another --grammar";
        return Err(Error::Usage(format!("--{}: {message}", p.name)));
    }
    let request = Request::read(typed, ENTRY.parameters)?;
    let gaussian = of_the_gaussian(&request.at(0));
    for index in 0..request.rows()?.min(CHECKED) {
        annealed(&request.at(index))?;
    }
    let given =
        |p: &&Parameter| request.axis(p.name).is_some() || request.fixed.text(p.name).is_some();
    let shown: Vec<Parameter> = ENTRY.parameters.iter().filter(given).copied().collect();
    let mut columns: Vec<Column> = shown.iter().map(parameter_column).collect();
    let of = |name: &str, symbol: &str, unit: &'static str| {
        Column::estimate(name, symbol, unit, "SFW24", TIME_TOLERANCE)
    };
    columns.extend([
        of("epsilon_star", "ε*", "noise of a leaf's belief"),
        of("p_star", "p*", "belief"),
        of("slope_one", "F'(1)", ""),
        of("slope_uniform", "F'(1/v)", ""),
    ]);
    if gaussian {
        columns.push(of("t_S.annealed", "t_S", "OU time"));
    }
    let mut head = Head::new("times", ENTRY.name, columns.clone(), request.rows()?);
    if !gaussian {
        conventions(&mut head);
    }
    head.axes = request.swept();
    head.notes.push("annealed: every leaf is believed alike; beliefs fluctuate under real noise, and transitions lie at less of it".into());
    let row = move |index: usize| {
        let values = request.at(index);
        let map = annealed(&values)?;
        let mut row = Row { cells: Vec::new(), notes: Vec::new() };
        row.cells.extend(shown.iter().map(|p| parameter_cell(&values, p.name)));
        let point = match map.fixed_point() {
            Ok(Ok(point)) => Answer::Value(point),
            Ok(Err(reason)) => Answer::absent(reason),
            Err(error) => {
                row.fail_rest(&columns, &Error::Numerics(error));
                return Ok(row);
            }
        };
        let v = map.symbols;
        let noise = |p: Estimate| (Estimate::exact(1.0) - p) * (v / (v - 1.0));
        row.cells.push(Ok(point.clone().map(noise)).into());
        row.cells.push(Ok(point.clone()).into());
        row.cells.push(Ok(Answer::Value(map.slope_one())).into());
        row.cells.push(Ok(Answer::Value(map.slope_uniform())).into());
        if gaussian {
            row.cells.push(Cell::from(point.try_and_then(|point| time(map, point))));
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// Rows whose arguments are looked at before the first is computed; later ones say what is wrong in their turn.
const CHECKED: usize = 4096;

/// Where β(snr) = p*.
fn time(map: Annealed, point: Estimate) -> Result<Answer> {
    let excess = |log: f64| map.gaussian_leaf(log.exp()) - point;
    let root = roots::bracketed("t_S", excess, LOWEST, HIGHEST)?.estimate();
    let ends = [root.lower(), root.upper()].map(time_at_log_snr);
    let value = time_at_log_snr(root.value);
    let error = (ends[0] - value).abs().max((ends[1] - value).abs());
    Ok(Answer::Value(Estimate::new(value, error + 4.0 * f64::EPSILON * value)))
}

/// log snr between which a leaf is believed: hardly, and for certain.
const LOWEST: f64 = -12.0;
const HIGHEST: f64 = 7.0;
