//! Some columns of a table, in an order of one's own.

use super::{Column, Plan, Row};
use crate::error::{Error, Result};
use crate::suggest::did_you_mean;

/// Columns that hold the error of the one before them.
fn is_error_of(column: &Column, name: &str) -> bool {
    ["error", "stderr"].contains(&column.name.as_str())
        || ["error", "stderr"].iter().any(|kind| column.name == format!("{name}_{kind}"))
}

/// The places of the columns that `list` names: a name, or all whose names begin with it and a dot, each
/// with the column of its error where that stands apart.
///
/// # Errors
/// [`Error::Argument`] for a name that no column has.
fn places(columns: &[Column], list: &str) -> Result<Vec<usize>> {
    let mut places: Vec<usize> = Vec::new();
    for name in list.split(',').map(str::trim) {
        let below = |c: &Column| c.name == name || c.name.starts_with(&format!("{name}."));
        let found: Vec<usize> = (0..columns.len()).filter(|k| below(&columns[*k])).collect();
        if found.is_empty() {
            let known: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            let hint = did_you_mean(name, known.iter().copied());
            let expected = format!("is no column of this table{hint} ({})", known.join(", "));
            return Err(Error::argument("--columns", name, expected));
        }
        for k in found {
            places.push(k);
            let next = columns.get(k + 1);
            places.extend(next.filter(|c| is_error_of(c, &columns[k].name)).map(|_| k + 1));
        }
    }
    let mut seen = Vec::new();
    places.retain(|k| {
        !seen.contains(k) && {
            seen.push(*k);
            true
        }
    });
    Ok(places)
}

impl<'a> Plan<'a> {
    /// The same table with the columns of `list` alone, in its order: names with commas between them, where
    /// `t_S` means all that begin with it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that no column has.
    pub fn with_columns(self, list: &str) -> Result<Self> {
        let Self { mut head, row } = self;
        let places = places(&head.columns, list)?;
        head.columns = places.iter().map(|&k| head.columns[k].clone()).collect();
        let chosen = move |index: usize| -> Result<Row> {
            let whole = row(index)?;
            let cells = places.iter().map(|&k| whole.cells[k].clone()).collect();
            Ok(Row { cells, notes: whole.notes })
        };
        Ok(Self { head, row: Box::new(chosen) })
    }
}
