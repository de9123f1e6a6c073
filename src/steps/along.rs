//! Where along the path the cost of ancestral sampling arises: step by step.

use super::data::Data;
use super::level::Level;
use super::parameters::{GRID, Sampler, order, sampler};
use super::summary::shown;
use super::{Query, ancestral};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::schedule::Beside;
use crate::sweep::{parameter_cell, parameter_column};
use crate::table::{Cell, Column, Plan, Row};
use std::sync::OnceLock;

/// Name of the curve.
pub const STEP_COST: &str = "step-cost";

/// The steps of one combination of what was given.
struct Path {
    grid: Vec<Level>,
    cost: ancestral::Cost,
    /// Cost of all steps up to the end of each.
    sums: Vec<Estimate>,
}

impl Path {
    fn new(query: &Query, index: usize) -> Result<Self> {
        let values = query.request.at(index);
        let model = query.models.at(index)?;
        let data = Data::new(model.as_ref(), order(&values))?.required()?;
        let grid = query.source(&values)?.levels(&data, Sampler::Ancestral, &values)?;
        let cost = ancestral::cost(&data, &grid)?;
        let mut sum = Estimate::exact(0.0);
        let sums = cost.steps.iter().map(|step| {
            sum = sum + *step;
            sum
        });
        Ok(Self { sums: sums.collect(), grid, cost })
    }
}

/// The table: a row for each step of each grid, at the level at which the step begins.
pub(super) fn plan(query: Query) -> Result<Plan<'static>> {
    if sampler(&query.request.fixed) != Sampler::Ancestral {
        let message = "the cost of single steps is known for --sampler ancestral";
        return Err(Error::Usage(message.into()));
    }
    // Row `starts[k]` is the first step of combination k.
    let mut starts = vec![0];
    for index in 0..query.request.rows()? {
        let values = query.request.at(index);
        let (_, steps) = query.source(&values)?.frame(&values)?;
        starts.push(starts[index] + steps);
    }
    let shown = shown(&query);
    let beside = query.schedule.clone().map(Beside::new);
    let mut columns = vec![Column::number("d", "d", "")];
    columns.extend(shown.iter().map(parameter_column));
    columns.push(Column::text(GRID.name));
    columns.push(Column::number("level", "k", "from 0, the noisiest"));
    columns.extend(crate::quantities::noise::columns());
    columns.extend(beside.iter().flat_map(|b| b.level_columns().into_iter().skip(1)));
    let unit = "nats per dimension";
    let cost = |name: &str, symbol| Column::estimate(name, symbol, unit, "GSV05", CURVE_TOLERANCE);
    columns.push(cost("step_cost", "KL_k/d").flat());
    columns.push(cost("cumulative", "Σ KL/d"));
    columns.push(Column::number("share", "Σ_j≤k KL_j/KL", ""));
    let mut head = query.head(columns.clone(), starts.last().copied().unwrap_or(0));
    head.command = format!("curve {STEP_COST}");
    if let Some(beside) = &beside {
        head.notes.extend(beside.notes());
    }
    let paths: Vec<OnceLock<Result<Path>>> =
        starts.iter().skip(1).map(|_| OnceLock::new()).collect();
    let row = move |row: usize| {
        let index = starts.partition_point(|start| *start <= row) - 1;
        let (values, k) = (query.request.at(index), row - starts[index]);
        let dimension = query.models.at(index)?.dimension();
        let mut row = Row { cells: vec![Cell::Number(dimension)], notes: Vec::new() };
        row.cells.extend(shown.iter().map(|p| parameter_cell(&values, p.name)));
        row.cells.push(parameter_cell(&values, GRID.name));
        row.cells.push(Cell::Number(k as f64));
        let path = match paths[index].get_or_init(|| Path::new(&query, index)) {
            Ok(path) => path,
            Err(error) => {
                row.fail_rest(&columns, error);
                return Ok(row);
            }
        };
        let noise = path.grid[k].noise()?;
        row.cells.extend([noise.time(), path.grid[k].snr].map(Cell::Number));
        row.cells.extend(beside.iter().flat_map(|b| b.level_cells(noise).into_iter().skip(1)));
        let whole = path.sums.last().map_or(0.0, |sum| sum.value);
        row.cells.push(Ok(path.cost.steps[k].into()).into());
        row.cells.push(Ok(path.sums[k].into()).into());
        row.cells.push(if whole > 0.0 {
            Cell::Number(path.sums[k].value / whole)
        } else {
            Cell::Missing("the steps cost nothing".into())
        });
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}
