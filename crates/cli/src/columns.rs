//! `--columns`: which columns of a table, in which order.

use regimes::error::{Error, Result};
use regimes::table::{Column, Row};
use regimes_output::Plan;

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
            let hint = regimes::suggest::did_you_mean(name, known.iter().copied());
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

/// The plan with the columns of `list` alone, in its order.
///
/// # Errors
/// [`Error::Argument`] for a name that no column has.
pub(super) fn chosen(plan: Plan<'static>, list: &str) -> Result<Plan<'static>> {
    let Plan { mut head, row } = plan;
    let places = places(&head.columns, list)?;
    head.columns = places.iter().map(|&k| head.columns[k].clone()).collect();
    let row = move |index: usize| -> Result<Row> {
        let whole = row(index)?;
        let cells = places.iter().map(|&k| whole.cells[k].clone()).collect();
        Ok(Row { cells, notes: whole.notes })
    };
    Ok(Plan { head, row: Box::new(row) })
}
