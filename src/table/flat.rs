//! The main values of curves, whose errors stand in columns of their own.

use super::{Cell, Column, Kind, Plan, Row};

/// The columns of a table: of a flat one its value, and beside it its error bound or standard error, called
/// `error` or `stderr` for the first of a table and by its own name for further ones.
pub fn flattened(columns: Vec<Column>) -> Vec<Column> {
    let mut all: Vec<Column> = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        let Some(spread) = column.kind.spread().filter(|_| column.flat) else {
            all.push(column);
            continue;
        };
        let first = all.iter().all(|c| c.name != spread);
        let name = if first { spread.to_owned() } else { format!("{}_{spread}", column.name) };
        let (symbol, unit) = match column.kind {
            Kind::Sampled => ("s.e.", "standard error"),
            _ => (spread, "bound"),
        };
        let tolerance = column.tolerance;
        let beside = Column { tolerance, ..Column::number(&name, symbol, unit) };
        all.extend([column.bare(), beside]);
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
        let spread = cell.spread().map_or(Cell::EMPTY, Cell::Number);
        // A failure keeps its best value.
        let value = match cell {
            Cell::Estimate(estimate) => Cell::Number(estimate.value),
            Cell::Sampled(value, _) => Cell::Number(value),
            other => other,
        };
        all.extend([value, spread]);
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
