//! A curve of strings over noise levels and parameters.

use super::curves::{At, Curve, LEVEL};
use super::noise::corruption;
use super::{Entry, Strings};
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::quantities::{SampleSize, sample_size};
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};

/// Everything that may be given to compute a curve.
pub fn parameters(curve: &Curve, entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    if curve.samples {
        all.extend(sample_size::PARAMETERS);
    }
    all.extend(curve.own(entry));
    all.push(curve.noise());
    all
}

/// The table of a curve.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    curve: &'static Curve,
    entry: &'static Entry,
    typed: &T,
) -> Result<Plan<'static>> {
    let request = Request::read(typed, &parameters(curve, entry))?;
    if curve.samples {
        sample_size::exactly_one(&request)?;
    }
    let checked = Checked::new(entry, &request, curve.samples)?;
    let mut columns = vec![Column::number("d", "d", "tokens")];
    if curve.samples {
        columns.extend(SampleSize::columns());
    }
    columns.extend(checked.shown.iter().map(parameter_column));
    let own = curve.own(entry);
    let level =
        own.iter().find(|p| p.name == LEVEL.name && request.axis(p.name).is_some()).copied();
    columns.extend(level.iter().map(parameter_column));
    let noise = curve.noise();
    columns.push(Column::number(noise.name, noise.symbol, "probability"));
    columns.extend((curve.columns)());
    let mut head =
        Head::new(&format!("curve {}", curve.name), entry.name, columns.clone(), request.rows()?);
    conventions(&mut head);
    head.axes = request.swept();
    head.notes = checked.notes;
    if let Some(order) = request.fixed.text("order") {
        head.conventions.push(("order".into(), order.to_owned()));
    }
    let row = move |index: usize| {
        let values = request.at(index);
        let strings = (entry.build)(&values)?;
        let mut row = Row { cells: vec![Cell::Number(strings.length())], notes: Vec::new() };
        let mut size = None;
        if curve.samples {
            let of = SampleSize::of(&values, strings.length())?;
            row.cells.extend(of.cells());
            size = Some(of);
        }
        row.cells.extend(checked.shown.iter().map(|p| parameter_cell(&values, p.name)));
        row.cells.extend(level.iter().map(|p| parameter_cell(&values, p.name)));
        let kept = values.required(noise.name)?;
        row.cells.push(Cell::Number(kept));
        let at = At {
            strings: strings.as_ref(),
            corruption: corruption(&values)?,
            kept,
            size,
            values: &values,
        };
        match (curve.cells)(&at) {
            Ok(cells) => row.cells.extend(cells),
            Err(error @ Error::Numerics(_)) => row.fail_rest(&columns, &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// What strings say of their process, in the place of what holds for Gaussian noise.
pub(super) fn conventions(head: &mut Head) {
    for (name, text) in &mut head.conventions {
        if name == "process" {
            *text = "tokens kept with probability kept, else hidden or drawn again; kept = 1 is the data".into();
        }
        if name == "information" {
            *text = "nats per token".into();
        }
    }
}

/// A request whose models were all built once, before the first row is computed.
pub(super) struct Checked {
    /// Parameters that stand in the table, d apart.
    pub(super) shown: Vec<Parameter>,
    /// Remarks of the first model.
    pub(super) notes: Vec<String>,
}

impl Checked {
    pub(super) fn new(entry: &'static Entry, request: &Request, samples: bool) -> Result<Self> {
        let mut notes = None;
        for index in 0..request.rows()?.min(CHECKED) {
            let values: Values = request.at(index);
            let strings: Box<dyn Strings> = (entry.build)(&values)?;
            if samples {
                SampleSize::of(&values, strings.length())?;
            }
            notes.get_or_insert_with(|| strings.notes());
        }
        let given = |p: &&Parameter| {
            p.name != "d"
                && (request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
        };
        let shown = entry.parameters.iter().filter(given).copied().collect();
        Ok(Self { shown, notes: notes.unwrap_or_default() })
    }
}

/// Rows whose arguments are looked at before the first is computed; later ones say what is wrong in their turn.
const CHECKED: usize = 4096;
