//! The main values of curves, whose errors stand in columns of their own.

use super::{Cell, Column, Plan, Row};

/// The columns of a table: of a flat one its value, and beside it its error bound, called `error` for the
/// first of a table and by its own name for further ones.
pub fn flattened(columns: Vec<Column>) -> Vec<Column> {
    let mut all: Vec<Column> = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        if !column.flat {
            all.push(column);
            continue;
        }
        let first = all.iter().all(|c| c.name != "error");
        let name = if first { "error".to_owned() } else { format!("{}_error", column.name) };
        let tolerance = column.tolerance;
        let error = Column { tolerance, ..Column::number(&name, "error", "bound") };
        all.extend([column.bare(), error]);
    }
    all
}

/// The cells that go with [`flattened`] columns: one for each of `columns` before.
pub fn flattened_cells(columns: &[Column], cells: Vec<Cell>) -> Vec<Cell> {
    let mut all = Vec::with_capacity(cells.len() + 1);
    for (column, cell) in columns.iter().zip(cells) {
        if !column.flat {
            all.push(cell);
            continue;
        }
        let error = cell.error().map_or(Cell::EMPTY, Cell::Number);
        // A failure keeps its best value.
        let value = match cell {
            Cell::Estimate(estimate) => Cell::Number(estimate.value),
            other => other,
        };
        all.extend([value, error]);
    }
    all
}

impl<'a> Plan<'a> {
    /// The same table as it is printed: the errors of main values in columns of their own.
    #[must_use]
    pub fn flattened(self) -> Self {
        let Self { mut head, row } = self;
        if head.columns.iter().all(|column| !column.flat) {
            return Self { head, row };
        }
        let columns = head.columns.clone();
        head.columns = flattened(head.columns);
        let printed = move |index: usize| {
            let Row { cells, notes } = row(index)?;
            Ok(Row { cells: flattened_cells(&columns, cells), notes })
        };
        Self { head, row: Box::new(printed) }
    }
}
