//! Tables, column by column.

use crate::errors::internal;
use crate::work;
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use regimes::ask::Computed;
use regimes::table::{Cell, Kind, Row};
use regimes_output::record::{FRAME, decode, encode, length, sound};
use regimes_output::run::Run;
use regimes_output::shard::Shard;
use regimes_output::text::bounds;
use regimes_output::{format, stream};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table whose rows are computed.
#[pyclass(frozen, module = "regimes._regimes")]
pub(crate) struct Table(pub(crate) Arc<Computed>);

/// Name, symbol, unit, source, and what its numbers are.
type Column = (String, String, String, String, &'static str);

/// A time by its name.
type Time = (String, f64);

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.0.rows.len()
    }

    /// Command, model, and the command line that makes the same table.
    #[getter]
    fn title(&self) -> (&str, &str, &str) {
        let head = &self.0.head;
        (&head.command, &head.model, &head.command_line)
    }

    #[getter]
    fn columns(&self) -> Vec<Column> {
        let kind = |kind: Kind| match kind {
            Kind::Number => "number",
            Kind::Estimate => "estimate",
            Kind::Sampled => "sampled",
            Kind::Text => "text",
        };
        let all = self.0.head.columns.iter();
        all.map(|c| {
            (c.name.clone(), c.symbol.clone(), c.unit.to_string(), c.source.clone(), kind(c.kind))
        })
        .collect()
    }

    #[getter]
    fn axes(&self) -> Vec<(String, usize)> {
        self.0.head.axes.clone()
    }

    #[getter]
    fn conventions(&self) -> Vec<(String, String)> {
        let all = self.0.head.conventions.iter();
        all.map(|(name, value)| (name.to_string(), value.clone())).collect()
    }

    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.head.notes.clone()
    }

    #[getter]
    fn summary(&self) -> Vec<(String, f64)> {
        self.0.head.summary.clone()
    }

    /// The remarks on each row that has some.
    #[getter]
    fn remarks(&self) -> BTreeMap<usize, Vec<String>> {
        let all = self.0.rows.iter().enumerate();
        all.filter(|(_, row)| !row.notes.is_empty())
            .map(|(k, row)| (k, row.notes.clone()))
            .collect()
    }

    /// The first value that misses its tolerance, if there is one.
    #[getter]
    fn failure(&self) -> Option<String> {
        let summary = self.0.summary();
        summary.missed_tolerance.then(|| summary.first_failure.unwrap_or_default())
    }

    /// The t_S and t_C of a table of one row that bound the regimes, by name.
    #[getter]
    fn bounds(&self) -> (Option<Time>, Option<Time>) {
        let [row] = &self.0.rows[..] else { return (None, None) };
        bounds(&self.0.head, row).into()
    }

    /// The numbers of a column by its place; NaN where there is none.
    fn value<'py>(&self, py: Python<'py>, place: usize) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, place, |cell| cell.value())
    }

    /// The bounds on their errors, or their standard errors; NaN where there is none.
    fn spread<'py>(&self, py: Python<'py>, place: usize) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, place, |cell| cell.spread())
    }

    /// The texts of a column of texts.
    fn texts(&self, place: usize) -> Vec<Option<&str>> {
        fn text(cell: &Cell) -> Option<&str> {
            if let Cell::Text(text) = cell { Some(text) } else { None }
        }
        self.cells(place).map(text).collect()
    }

    /// Why there is no value, or none good enough, by the row.
    fn reasons(&self, place: usize) -> BTreeMap<usize, &str> {
        let all = self.cells(place).enumerate();
        all.filter_map(|(k, cell)| {
            let silent = cell.value().is_none() && !matches!(cell, Cell::Text(_));
            cell.reason().or(silent.then_some("not computed")).map(|reason| (k, reason))
        })
        .collect()
    }

    /// The table in one of the formats that the command line writes.
    #[pyo3(signature = (name, digits, width, columns))]
    fn written<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        digits: Option<usize>,
        width: usize,
        columns: Option<&str>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let format = format(name).ok_or_else(|| internal(py, name))?;
        let written = work::done_here(py, 0, None, |_| {
            let mut plan = self.0.plan();
            if let Some(columns) = columns {
                plan = plan.with_columns(columns)?;
            }
            plan = plan.flattened();
            plan.head.digits = digits.or(plan.head.digits);
            stream::bytes(plan, format, width)
        })?;
        Ok(PyBytes::new(py, &written))
    }

    /// The whole table, to the bit.
    fn kept<'py>(&self, py: Python<'py>) -> (String, Bound<'py, PyBytes>) {
        let mut rows = Vec::new();
        for (index, row) in self.0.rows.iter().enumerate() {
            encode(index, row, &mut rows);
        }
        let run = Run::new(self.0.head.clone(), Vec::new(), Shard::WHOLE);
        (run.to_json(), PyBytes::new(py, &rows))
    }

    /// The table that was kept.
    #[staticmethod]
    fn read(py: Python<'_>, head: &str, rows: &[u8]) -> PyResult<Self> {
        let damaged = || internal(py, "this is no table of this version");
        let head = Run::from_json(head).ok_or_else(damaged)?.head;
        let rows = read_rows(rows).ok_or_else(damaged)?;
        Ok(Self(Arc::new(Computed { head, rows })))
    }
}

impl Table {
    fn cells(&self, place: usize) -> impl Iterator<Item = &Cell> {
        self.0.rows.iter().filter_map(move |row| row.cells.get(place))
    }

    fn numbers<'py>(
        &self,
        py: Python<'py>,
        place: usize,
        of: impl Fn(&Cell) -> Option<f64>,
    ) -> Bound<'py, PyArray1<f64>> {
        let all: Vec<f64> = self.cells(place).map(|cell| of(cell).unwrap_or(f64::NAN)).collect();
        all.into_pyarray(py)
    }
}

fn read_rows(mut bytes: &[u8]) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    while !bytes.is_empty() {
        let (frame, rest) = bytes.split_first_chunk::<FRAME>()?;
        let (payload, rest) = rest.split_at_checked(length(*frame) as usize)?;
        if !sound(*frame, payload) {
            return None;
        }
        rows.push(decode(payload)?);
        bytes = rest;
    }
    Some(rows)
}
