//! The table of all quantities.

use super::Computed;
use crate::error::Result;
use crate::models::{CATALOGUE, Entry};
use crate::quantities::{self, Quantity};
use crate::table::{Cell, Column, Head, Kind, Plan, Row};

/// Every named quantity, or those that one model has: symbol, unit, source, the command that prints it, the
/// models that have it, its meaning.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a model that does not exist.
pub fn list(model: Option<&str>) -> Result<Computed> {
    let line = model.iter().fold("regimes quantities".to_owned(), |line, m| format!("{line} {m}"));
    Computed::new(plan(model)?, || line, &|_| ())
}

/// [`list`], before it is made.
///
/// # Errors
/// As [`list`].
pub fn plan(model: Option<&str>) -> Result<Plan<'static>> {
    let of = model.map(Entry::named).transpose()?;
    let rows: Vec<Row> = quantities::all()
        .filter(|quantity| of.is_none_or(|entry| quantity.has(entry)))
        .flat_map(|quantity| rows(quantity, of))
        .collect();
    let columns = ["name", "symbol", "unit", "source", "command", "models", "meaning"];
    let columns: Vec<Column> = columns.iter().map(|name| Column::text(name)).collect();
    let mut head = Head::new("quantities", model.unwrap_or_default(), columns, rows.len());
    head.row_notes = false;
    Ok(Plan { head, row: Box::new(move |index| Ok(rows[index].clone())) })
}

/// A row for each column of a quantity that is computed.
fn rows(quantity: &dyn Quantity, of: Option<&'static Entry>) -> Vec<Row> {
    let computed = quantity.columns().into_iter().filter(|c| c.kind == Kind::Estimate);
    let models: Vec<&str> = CATALOGUE
        .iter()
        .filter(|entry| quantity.has(entry) && of.is_none_or(|of| of.name == entry.name))
        .map(|entry| entry.name)
        .collect();
    let command = match quantity.asked_for() {
        _ if quantity.noise() => format!("curve {}", quantity.name()),
        Some(word) => format!("times --{word}"),
        None => "times".into(),
    };
    computed
        .map(|column| {
            let cells = [
                column.name,
                column.symbol,
                column.unit.into_owned(),
                column.source,
                command.clone(),
                models.join(", "),
                quantity.about().to_owned(),
            ];
            Row { cells: cells.into_iter().map(Cell::Text).collect(), notes: Vec::new() }
        })
        .collect()
}
