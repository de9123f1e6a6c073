//! The levels of a grid, in every coordinate, and where along it the cost arises.

use super::data::Data;
use super::parameters::{Sampler, order, sampler};
use super::{Query, ancestral};
use crate::Answer;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::schedule::{Beside, UNIVERSAL, universal};
use crate::table::{Cell, Column, Plan, Row};

/// The table of levels: those of one grid.
pub(super) fn plan(query: Query) -> Result<Plan<'static>> {
    let rows = query.request.rows()?;
    if rows != 1 {
        let message = format!(
            "the levels of one grid are shown at a time, not of {rows}: give every parameter one value"
        );
        return Err(Error::Usage(message));
    }
    let values = query.request.at(0);
    let sampler = sampler(&values);
    let model = query.models.at(0)?;
    let data = Data::new(model.as_ref(), order(&values))?.required()?;
    let grid = query.source(&values)?.levels(&data, sampler, &values)?;
    let cost = match sampler {
        Sampler::Ancestral => Some(ancestral::cost(&data, &grid)?),
        Sampler::Ddim => None,
    };
    let beside = query.schedule.clone().map(Beside::new);
    let mut columns = vec![Column::number("level", "k", "from 0, the noisiest")];
    columns.extend(UNIVERSAL.map(|c| Column::number(c.name, c.symbol, c.unit)));
    if let Some(beside) = &beside {
        // σ is one of the columns that all levels have.
        columns.extend(beside.level_columns().into_iter().skip(1));
    }
    if cost.is_some() {
        let unit = "nats per dimension";
        columns.push(Column::estimate(
            "mmse",
            "mmse/d",
            "variance per dimension",
            "GSV05",
            CURVE_TOLERANCE,
        ));
        columns.push(Column::estimate("step_cost", "KL_k/d", unit, "GSV05", CURVE_TOLERANCE));
        columns.push(Column::estimate("cumulative", "Σ KL/d", unit, "GSV05", CURVE_TOLERANCE));
    }
    let mut head = query.head(columns, grid.len());
    if let Some(beside) = &beside {
        head.notes.extend(beside.notes());
    }
    let mut sums = vec![Estimate::exact(0.0)];
    for step in cost.iter().flat_map(|cost| &cost.steps) {
        let before = sums.last().copied().unwrap_or(Estimate::exact(0.0));
        sums.push(before + *step);
    }
    let row = move |k: usize| {
        let noise = grid[k].noise()?;
        let mut row = Row { cells: vec![Cell::Number(k as f64)], notes: Vec::new() };
        for (column, answer) in universal(noise, 0.0) {
            row.cells.push(match (column.name, answer) {
                // In the coordinate in which it was made, a level is what it is.
                ("snr", _) if grid[k].snr.is_finite() => Cell::Number(grid[k].snr),
                ("sigma", _) if grid[k].sigma.is_finite() => Cell::Number(grid[k].sigma),
                (_, Answer::Value(value)) => Cell::Number(value.value),
                (_, Answer::Absent(reason)) => Cell::Missing(reason),
            });
        }
        if let Some(beside) = &beside {
            row.cells.extend(beside.level_cells(noise).into_iter().skip(1));
        }
        if let Some(cost) = &cost {
            row.cells.push(Ok(cost.mmse[k].into()).into());
            row.cells.push(match cost.steps.get(k) {
                Some(&step) => Ok(step.into()).into(),
                None => Cell::Missing("the last level: no step begins here".into()),
            });
            row.cells.push(Ok(sums[k].into()).into());
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}
