//! The empirical score of a data set at given noise levels.

use super::{Data, Options};
use crate::dataset::Source;
use crate::dataset::observables::{
    CLONES, LEAVE_ONE_OUT, Mean, OWN_WEIGHT, Observable, PARTICIPATION, Weights, weights,
};
use crate::error::{Error, Result};
use crate::models::parameter::Values;
use crate::process::Noise;
use crate::quantities::noise;
use crate::schedule::Beside;
use crate::sweep::Request;
use crate::table::{Cell, Column, Plan, Row};

/// A noise level, and what was typed of it.
pub(super) type Level = (Values, Noise);

/// The noise levels that were asked for.
///
/// # Errors
/// [`Error::Argument`] for levels without noise, or without data.
pub(super) fn levels(request: &Request) -> Result<Vec<Level>> {
    (0..request.rows()?)
        .map(|k| {
            let values = request.at(k);
            let noise = noise::of(&values)?;
            if noise.tau() > 0.0 && noise.tau().is_finite() {
                return Ok((values, noise));
            }
            let expected = "the empirical score needs noise: 0 < t < inf";
            Err(Error::argument("--t", noise.time(), expected))
        })
        .collect()
}

/// Averages, and prepares the table.
pub(super) fn plan(
    data: &Data<'_>,
    rows: Vec<Level>,
    options: &Options,
    beside: Option<Beside>,
) -> Result<Plan<'static>> {
    let queries = options.queries(&data.selection);
    let (n, d) = (data.selection.samples() as f64, data.selection.dimension() as f64);
    let levels: Vec<Noise> = rows.iter().map(|(_, noise)| *noise).collect();
    let centre = data.moments().mean;
    let count = queries.count() as f64;
    let report = |done: usize| (data.heard)("weights", done as f64 / count);
    let seen =
        weights(&data.selection, &queries, &centre, &levels, &report).map_err(|e| data.named(e))?;
    let mut columns = vec![Column::number("n", "n", ""), Column::number("d", "d", "")];
    columns.extend(noise::columns());
    columns.extend(beside.as_ref().map(Beside::level_columns).unwrap_or_default());
    columns.push(Column::sampled("f", "f^e", "nats per dimension", "BBDM24 Eq. 5").flat());
    columns.push(Column::sampled("f_over_alpha", "f^e/α", "", "").flat());
    columns.extend(OBSERVABLES.map(|o| Column::sampled(o.name, o.symbol, o.unit, o.source)));
    let mut head = data.head(columns, rows.len());
    head.notes.push(format!(
        "means over {} noisy samples; the standard errors are theirs, the data are given",
        queries.count()
    ));
    head.notes.extend(beside.as_ref().map(Beside::notes).unwrap_or_default());
    let ln_n = n.ln();
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            let (values, noise) = &rows[index];
            let mut cells = vec![Cell::Number(n), Cell::Number(d)];
            cells.extend(noise::cells(*noise, values));
            cells.extend(beside.iter().flat_map(|beside| beside.level_cells(*noise)));
            let mean = |f: fn(Weights) -> f64| Mean::of(seen[index].iter().map(move |w| f(*w)));
            let excess = mean(Weights::excess);
            for unit in [d, ln_n] {
                cells.push(Cell::Sampled(excess.value / unit, Some(excess.stderr / unit)));
            }
            let ratio = mean(|w| w.log_ratio);
            cells.push(Cell::Sampled(ratio.value / d, Some(ratio.stderr / d)));
            for f in
                [|w: Weights| w.squares, |w: Weights| (-w.excess()).exp(), Weights::participation]
            {
                let mean = mean(f);
                cells.push(Cell::Sampled(mean.value, Some(mean.stderr)));
            }
            Ok(Row { cells, notes: Vec::new() })
        }),
    })
}

/// Further means.
const OBSERVABLES: [Observable; 4] = [LEAVE_ONE_OUT, CLONES, OWN_WEIGHT, PARTICIPATION];
