//! The table of all quantities.

use super::Computed;
use crate::catalogue;
use crate::error::Result;
use crate::models::Entry;
use crate::quantities::{self, Quantity};
use crate::strings::conventions;
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
    if let Some(name) = model {
        catalogue::named(name, None)?;
    }
    let of: Vec<&Entry> = match model {
        Some(name) => catalogue::kinds(name).collect(),
        None => catalogue::all().collect(),
    };
    let rows: Vec<Row> = quantities::all()
        .filter(|quantity| of.iter().any(|entry| quantities::has(*quantity, entry)))
        .flat_map(|quantity| rows(quantity, &of))
        .collect();
    let columns = ["name", "symbol", "unit", "source", "command", "models", "meaning"];
    let columns: Vec<Column> = columns.iter().map(|name| Column::text(name)).collect();
    let mut head = Head::new("quantities", model.unwrap_or_default(), columns, rows.len());
    head.row_notes = false;
    if of.iter().all(|entry| entry.process.is_of_tokens()) {
        conventions(&mut head);
    }
    Ok(Plan { head, row: Box::new(move |index| Ok(rows[index].clone())) })
}

/// A row for each column of a quantity that is computed.
fn rows(quantity: &dyn Quantity, of: &[&Entry]) -> Vec<Row> {
    let computed = quantity.columns().into_iter().filter(|c| c.kind == Kind::Estimate);
    let mut models: Vec<&str> = of
        .iter()
        .filter(|entry| quantities::has(quantity, entry))
        .map(|entry| entry.name)
        .collect();
    models.dedup();
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
