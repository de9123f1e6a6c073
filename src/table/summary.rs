//! What is to be said of a table as a whole.

use super::{Cell, Column, Kind, Row};

/// What was seen while the rows were computed.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Largest stated error.
    pub largest_error: f64,
    /// Whether a value missed its tolerance.
    pub missed_tolerance: bool,
    /// First message of a value that missed its tolerance.
    pub first_failure: Option<String>,
    /// Distinct reasons for missing values and distinct remarks, the first few.
    pub remarks: Vec<String>,
}

impl Summary {
    /// Remarks kept for formats that have no room for them in each row.
    const REMARKS: usize = 12;

    /// Takes a row of these columns into account.
    pub fn add(&mut self, columns: &[Column], row: &Row) {
        for (column, cell) in columns.iter().zip(&row.cells) {
            let size = cell.value().map_or(1.0, |v| v.abs().max(1.0));
            let within = cell.error().is_none_or(|e| e <= column.tolerance * size);
            if let Some(error) = cell.error() {
                self.largest_error = self.largest_error.max(error);
            }
            // Curves carry their error bound in a column of its own.
            let bound = column.kind == Kind::Number && column.tolerance.is_finite();
            let within = within && !(bound && cell.value().is_some_and(|e| e > column.tolerance));
            if matches!(cell, Cell::Failed(..)) || !within {
                self.missed_tolerance = true;
                self.first_failure.get_or_insert_with(|| {
                    cell.reason().map_or_else(
                        || {
                            format!(
                                "{}: the error bound {:.1e} misses the tolerance {:.0e}",
                                column.name,
                                cell.error().or(cell.value()).unwrap_or(f64::INFINITY),
                                column.tolerance
                            )
                        },
                        |reason| format!("{}: {reason}", column.name),
                    )
                });
            }
            if let Some(reason) = cell.reason() {
                self.remark(format!("{}: {reason}", column.name));
            }
        }
        for note in &row.notes {
            self.remark(note.clone());
        }
    }

    fn remark(&mut self, remark: String) {
        if self.remarks.len() < Self::REMARKS && !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Joins what two chunks of rows have seen.
    pub fn merge(&mut self, other: Self) {
        self.largest_error = self.largest_error.max(other.largest_error);
        self.missed_tolerance |= other.missed_tolerance;
        if self.first_failure.is_none() {
            self.first_failure = other.first_failure;
        }
        for remark in other.remarks {
            self.remark(remark);
        }
    }
}
