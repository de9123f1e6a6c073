//! The empirical score of a data set at given noise levels.

use super::super::request::Request;
use super::super::schedules::{self, Beside};
use super::super::{Context, noise};
use super::{Data, named};
use crate::dataset::Source;
use crate::dataset::observables::{
    CLONES, LEAVE_ONE_OUT, Mean, OWN_WEIGHT, Observable, PARTICIPATION, Weights, weights,
};
use crate::error::{Error, Result};
use crate::models::parameter::Values;
use crate::output::{Cell, Column, Plan, Row};
use crate::process::Noise;
use clap::ArgMatches;

/// Reads the data, averages, and prepares the table.
pub(super) fn plan<'a>(
    matches: &ArgMatches,
    request: &Request,
    context: &Context,
) -> Result<Plan<'a>> {
    let rows: Vec<(Values, Noise)> = (0..request.rows()?)
        .map(|k| {
            let values = request.at(k);
            let noise = noise::of(&values)?;
            if noise.tau() > 0.0 && noise.tau().is_finite() {
                return Ok((values, noise));
            }
            let expected = "the empirical score needs noise: 0 < t < inf";
            Err(Error::argument("--t", noise.time(), expected))
        })
        .collect::<Result<_>>()?;
    let schedule = schedules::chosen(matches)?;
    if schedule.len() > 1 {
        return Err(Error::Usage("dataset takes a single --schedule".into()));
    }
    let beside = schedule.into_iter().next().map(Beside::new);
    let data = Data::read(matches)?;
    let queries = data.queries(matches)?;
    let (n, d) = (data.selection.samples() as f64, data.selection.dimension() as f64);
    let levels: Vec<Noise> = rows.iter().map(|(_, noise)| *noise).collect();
    let centre = data.moments().mean;
    let count = queries.count() as f64;
    let report = |done: usize| data.progress.at("weights", done as f64 / count);
    let seen = weights(&data.selection, &queries, &centre, &levels, &report)
        .map_err(|e| named(&data.path, e))?;
    let mut columns = vec![Column::number("n", "n", ""), Column::number("d", "d", "")];
    columns.extend(noise::columns());
    columns.extend(beside.as_ref().map(Beside::level_columns).unwrap_or_default());
    columns.push(Column {
        source: "BBDM24 Eq. 5".into(),
        ..Column::number("f", "f^e", "nats per dimension")
    });
    columns.push(Column::number("stderr", "s.e.", "of f"));
    columns.push(Column::number("f_over_alpha", "f^e/α", ""));
    columns.push(Column::number("f_over_alpha_stderr", "s.e.", "of f/α"));
    columns.extend(OBSERVABLES.map(|o| Column::sampled(o.name, o.symbol, o.unit, o.source)));
    let mut head = data.head(context, columns, rows.len());
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
                cells.push(Cell::Number(excess.value / unit));
                cells.push(Cell::Number(excess.stderr / unit));
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
