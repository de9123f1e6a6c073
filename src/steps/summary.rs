//! What a grid costs: a row for each.

use super::data::Data;
use super::deterministic;
use super::frame::Ask;
use super::level::Level;
use super::parameters::{GRID, STEPS, Sampler, order, sampler, start};
use super::{Query, ancestral, optimal};
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::models::parameter::{Parameter, Values};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::quantities::measured;
use crate::sweep::{parameter_cell, parameter_column};
use crate::table::{Cell, Column, Plan, Row};

/// The table of costs.
pub(super) fn plan(query: Query) -> Result<Plan<'static>> {
    let shown = shown(&query);
    let mut columns = vec![Column::number("d", "d", "")];
    columns.extend(shown.iter().map(parameter_column));
    columns.push(Column::text(GRID.name));
    columns.push(Column::number(STEPS.name, STEPS.symbol, ""));
    columns.push(Column::number("snr_first", "snr_0", ""));
    columns.push(Column::number("snr_last", "snr_K", ""));
    let sampler = sampler(&query.request.fixed);
    let finite = finite(&query)?;
    let spread = match sampler {
        Sampler::Ancestral => {
            query.models.first_sound()?.is_some_and(|model| measured::has_errors(model.as_ref()))
        }
        Sampler::Ddim => false,
    };
    for column in results(sampler, finite) {
        let stderr = column.kind.spread().filter(|_| spread).map(|_| beside(&column));
        columns.push(column);
        columns.extend(stderr);
    }
    let mut head = query.head(columns.clone(), query.request.rows()?);
    head.axes = query.request.swept();
    let row = move |index| {
        let values = query.request.at(index);
        let model = query.models.at(index)?;
        let source = query.source(&values)?;
        let (ends, steps) = source.frame(&values)?;
        let mut row = Row { cells: vec![Cell::Number(model.dimension())], notes: Vec::new() };
        for p in &shown {
            row.cells.push(parameter_cell(&values, p.name));
        }
        row.cells.push(parameter_cell(&values, GRID.name));
        row.cells.push(Cell::Number(steps as f64));
        row.cells.extend(ends.map(|end| number(end.snr)));
        let data = match Data::new(model.as_ref(), order(&values))? {
            Answer::Value(data) => data,
            Answer::Absent(reason) => {
                let open = columns.len() - row.cells.len();
                row.cells.extend(std::iter::repeat_n(Cell::Missing(reason), open));
                return Ok(row);
            }
        };
        let ask = Ask { data: &data, sampler, ends, steps, values: &values };
        let cells = match sampler {
            Sampler::Ancestral => {
                // The best grid is made once, where it is the one that was asked for.
                let best = match optimal::grid(&data, ends, steps) {
                    Err(error) if !matches!(error, crate::Error::Numerics(_)) => return Err(error),
                    best => best,
                };
                if let Ok(best) = &best
                    && best.residual > STATIONARY
                {
                    row.notes.push(format!(
                        "the optimal grid is not stationary everywhere (residual {:.1e}): the least cost may be a little lower",
                        best.residual
                    ));
                }
                let grid = match (&best, source.is_optimal()) {
                    (Ok(best), true) => Ok(best.grid.clone()),
                    _ => source.at(&ask),
                };
                let grid = grid?;
                let cells_of =
                    |data: &Data<'_>| ancestral_cells(data, &values, &grid, &best, finite);
                let cells = cells_of(&data)?;
                // The grids stay as they are: what moves is what they cost.
                let moved = |model: &dyn Model| match Data::new(model, order(&values))? {
                    Answer::Value(data) => cells_of(&data),
                    Answer::Absent(reason) => Ok(vec![Cell::Missing(reason); cells.len()]),
                };
                let spreads = measured::spreads(model.as_ref(), &cells, spread, &moved);
                spreads.map(|spreads| with_spreads(cells, spreads, spread))
            }
            Sampler::Ddim => ddim_cells(&data, &values, &source.at(&ask)?),
        };
        match cells {
            Ok(cells) => row.cells.extend(cells),
            Err(error @ crate::Error::Numerics(_)) => row.fail_rest(&columns, &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// The column of the standard error of another.
fn beside(column: &Column) -> Column {
    measured::column(&format!("{}.stderr", column.name))
}

/// The cells with their standard errors beside them, where there are any; a residual has none.
fn with_spreads(cells: Vec<Cell>, spreads: Vec<Option<Cell>>, shown: bool) -> Vec<Cell> {
    let pair = |(cell, spread): (Cell, Option<Cell>)| {
        let spread = spread.filter(|_| shown && !matches!(cell, Cell::Number(_)));
        [Some(cell), spread]
    };
    cells.into_iter().zip(spreads).flat_map(pair).flatten().collect()
}

/// Residual above which the best grid is doubted.
const STATIONARY: f64 = 1e-6;

/// The model's own parameters that were given, d aside.
pub(super) fn shown(query: &Query) -> Vec<Parameter> {
    let given = |p: &&Parameter| {
        let request = &query.request;
        p.name != "d" && (request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
    };
    query.entry.parameters.iter().filter(given).copied().collect()
}

fn number(x: f64) -> Cell {
    if x.is_finite() { Cell::Number(x) } else { Cell::Missing("infinite: no noise".into()) }
}

/// Whether any of the data have a dimension: a cost in all is of those.
fn finite(query: &Query) -> Result<bool> {
    let given = query.request.axis("d").is_some_and(|d| d.values.iter().any(|d| d.is_finite()));
    Ok(given || query.models.first_sound()?.is_some_and(|model| model.dimension().is_finite()))
}

fn results(sampler: Sampler, finite: bool) -> Vec<Column> {
    let any = f64::INFINITY;
    match sampler {
        Sampler::Ancestral => {
            let kl = Column::estimate("kl", "KL/d", "nats per dimension", "GSV05", CURVE_TOLERANCE);
            let total = Column::estimate("kl_total", "KL", "nats", "GSV05", any);
            let rest = [
                Column::estimate(
                    "kl_optimal",
                    "min KL/d",
                    "nats per dimension",
                    "GSV05",
                    CURVE_TOLERANCE,
                ),
                Column::estimate("kl_over_optimal", "KL/min KL", "", "", any),
                Column::number("residual", "r", "of the stationarity of the optimal grid"),
            ];
            [kl].into_iter().chain(finite.then_some(total)).chain(rest).collect()
        }
        Sampler::Ddim => vec![
            Column::estimate("variance_ratio", "v/v_exact", "", "SME21", CURVE_TOLERANCE),
            Column::estimate("output_kl", "KL/d", "nats per dimension", "SME21", CURVE_TOLERANCE),
            Column::estimate("output_w2", "W₂/√d", "unit of the data", "SME21", any),
        ],
    }
}

fn ancestral_cells(
    data: &Data<'_>,
    values: &Values,
    grid: &[Level],
    best: &Result<optimal::Optimal>,
    finite: bool,
) -> Result<Vec<Cell>> {
    let cost = ancestral::cost(data, grid)?.total;
    let begun = ancestral::start_cost(data, data.model(), start(values), grid[0].snr)?;
    let with_start = |cost: Estimate| begun.clone().map(|begun| cost + begun);
    let kl = with_start(cost);
    let d = data.model().dimension();
    let total = if d.is_finite() {
        kl.clone().map(|kl| kl * d)
    } else {
        Answer::absent("grows with d: give a finite d")
    };
    let mut cells: Vec<Cell> = vec![Ok(kl.clone()).into()];
    if finite {
        cells.push(Ok(total).into());
    }
    let least = match best {
        Ok(best) => ancestral::cost(data, &best.grid).map(|cost| (cost.total, best.residual)),
        Err(error) => {
            let failed = Cell::Failed(error.to_string(), None);
            cells.extend([failed, Cell::EMPTY, Cell::EMPTY]);
            return Ok(cells);
        }
    };
    match least {
        Ok((least, residual)) => {
            let least = with_start(least);
            let gain = kl.and_then(|kl| {
                least.clone().and_then(|least| {
                    if least.sign_is_certain() {
                        Answer::Value(kl / least)
                    } else {
                        Answer::absent("the least cost is zero up to its error")
                    }
                })
            });
            cells.extend([Ok(least).into(), Ok(gain).into(), Cell::Number(residual)]);
        }
        Err(error @ crate::Error::Numerics(_)) => {
            let failed = Cell::Failed(error.to_string(), None);
            cells.extend([failed, Cell::EMPTY, Cell::EMPTY]);
        }
        Err(other) => return Err(other),
    }
    Ok(cells)
}

fn ddim_cells(data: &Data<'_>, values: &Values, grid: &[Level]) -> Result<Vec<Cell>> {
    let spectrum = data.model().gaussian();
    let output = spectrum.and_then(|spectrum| deterministic::output(spectrum, grid, start(values)));
    let cell = |of: fn(deterministic::Output) -> Estimate| Ok(output.clone().map(of)).into();
    Ok(vec![cell(|o| o.variance_ratio), cell(|o| o.kl), cell(|o| o.w2)])
}
