//! Parameters in tables.

use crate::models::parameter::{Parameter, Value, Values};
use crate::table::{Cell, Column};

/// The column of a parameter.
pub fn parameter_column(p: &Parameter) -> Column {
    if p.domain.is_number() { Column::number(p.name, p.symbol, "") } else { Column::text(p.name) }
}

/// The cell of a parameter.
pub fn parameter_cell(values: &Values, name: &str) -> Cell {
    match values.get(name) {
        Some(Value::Number(x)) => Cell::Number(*x),
        Some(Value::Text(x)) => Cell::Text(x.to_string()),
        _ => Cell::Missing("not given".into()),
    }
}
