//! Tables: described columns and rows of cells.

use crate::Answer;
use crate::answer::OUT_OF_RANGE;
use crate::numerics::{Estimate, NumericsError};
use std::borrow::Cow;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parameter or a coordinate: a number without an error of its own.
    Number,
    /// A computed value with its error.
    Estimate,
    /// A measured value with its standard error.
    Sampled,
    /// Text.
    Text,
}

impl Kind {
    /// What a value of this kind carries beside it, as it is called in every format.
    pub fn spread(self) -> Option<&'static str> {
        match self {
            Self::Estimate => Some("error"),
            Self::Sampled => Some("stderr"),
            Self::Number | Self::Text => None,
        }
    }
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name; dots nest it in JSON, as in `t_S.spectral`.
    pub name: String,
    /// Symbol in Unicode.
    pub symbol: String,
    /// Unit or normalisation.
    pub unit: Cow<'static, str>,
    /// Source key and equation; empty for parameters.
    pub source: String,
    /// What it holds.
    pub kind: Kind,
    /// Error bound that its values promise; larger ones end the command with status 3.
    pub tolerance: f64,
    /// Whether its error is to stand in a column of its own, beside it: see [`flattened`].
    pub flat: bool,
}

impl Column {
    /// A parameter or coordinate.
    pub fn number(name: &str, symbol: &str, unit: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.to_owned(),
            symbol: symbol.to_owned(),
            unit: unit.into(),
            source: String::new(),
            kind: Kind::Number,
            tolerance: f64::INFINITY,
            flat: false,
        }
    }

    /// A computed value whose error stays within `tolerance`.
    pub fn estimate(
        name: impl Into<String>,
        symbol: &str,
        unit: impl Into<Cow<'static, str>>,
        source: &str,
        tolerance: f64,
    ) -> Self {
        Self {
            name: name.into(),
            symbol: symbol.to_owned(),
            unit: unit.into(),
            source: source.to_owned(),
            kind: Kind::Estimate,
            tolerance,
            flat: false,
        }
    }

    /// A measured value with its standard error.
    pub fn sampled(
        name: impl Into<String>,
        symbol: &str,
        unit: impl Into<Cow<'static, str>>,
        source: &str,
    ) -> Self {
        Self { kind: Kind::Sampled, ..Self::estimate(name, symbol, unit, source, f64::INFINITY) }
    }

    /// Text.
    pub fn text(name: &str) -> Self {
        Self { kind: Kind::Text, ..Self::number(name, name, "") }
    }

    /// The same column, whose error is to stand in a column of its own: the main values of curves.
    #[must_use]
    pub fn flat(self) -> Self {
        Self { flat: true, ..self }
    }

    /// The same column without an error of its own.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { kind: Kind::Number, tolerance: f64::INFINITY, flat: false, ..self }
    }
}

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

/// The cells that go with [`flattened`] columns.
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

/// One cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A number.
    Number(f64),
    /// A value with its error.
    Estimate(Estimate),
    /// A measured value with its standard error, where that is known.
    Sampled(f64, Option<f64>),
    /// Text.
    Text(String),
    /// No value, and why.
    Missing(Cow<'static, str>),
    /// The numerics did not reach the tolerance: what happened, and the best value.
    Failed(String, Option<Estimate>),
}

impl From<crate::Result<Answer>> for Cell {
    fn from(answer: crate::Result<Answer>) -> Self {
        match answer {
            Ok(Answer::Value(e)) if !e.is_known() => Self::Failed(OUT_OF_RANGE.into(), None),
            Ok(Answer::Value(estimate)) => Self::Estimate(estimate),
            Ok(Answer::Absent(reason)) => Self::Missing(reason),
            Err(error) => {
                let best = match &error {
                    crate::Error::Numerics(NumericsError::ToleranceMissed {
                        value, error, ..
                    }) => Some(Estimate::new(*value, *error)),
                    _ => None,
                };
                Self::Failed(error.to_string(), best)
            }
        }
    }
}

impl Cell {
    /// The value, where there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Number(x) | Self::Sampled(x, _) => Some(*x),
            Self::Estimate(e) | Self::Failed(_, Some(e)) => Some(e.value),
            _ => None,
        }
    }

    /// The bound on its error, where there is one.
    pub fn error(&self) -> Option<f64> {
        match self {
            Self::Estimate(e) | Self::Failed(_, Some(e)) => Some(e.error),
            _ => None,
        }
    }

    /// The bound on its error, or its standard error.
    pub fn spread(&self) -> Option<f64> {
        match self {
            Self::Sampled(_, stderr) => *stderr,
            other => other.error(),
        }
    }

    /// Nothing, where the cell beside it says why.
    pub const EMPTY: Self = Self::Missing(Cow::Borrowed(""));

    /// What it answers; nothing where it is text, or a computation that failed.
    pub fn answer(&self) -> Option<Answer> {
        match self {
            Self::Estimate(estimate) => Some(Answer::Value(*estimate)),
            Self::Number(x) => Some(Answer::Value(Estimate::rounded(*x))),
            Self::Missing(reason) => Some(Answer::Absent(reason.clone())),
            Self::Sampled(..) | Self::Text(_) | Self::Failed(..) => None,
        }
    }

    /// Why there is no value, or none good enough.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Missing(reason) => Some(&**reason).filter(|reason| !reason.is_empty()),
            Self::Failed(reason, _) => Some(reason),
            _ => None,
        }
    }
}

/// One row: a cell for each column, and remarks.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Cells in the order of the columns.
    pub cells: Vec<Cell>,
    /// Remarks on this row.
    pub notes: Vec<String>,
}

impl Row {
    /// Fills the cells that a failed computation left open: its error where a value belongs, nothing
    /// elsewhere.
    pub fn fail_rest(&mut self, columns: &[Column], error: &crate::Error) {
        let open = columns.get(self.cells.len()..).unwrap_or(&[]);
        // Flat values have a source, which parameters lack.
        let is_value = |c: &Column| c.kind.spread().is_some() || !c.source.is_empty();
        let any = open.iter().any(is_value);
        for (k, column) in open.iter().enumerate() {
            let says = if any { is_value(column) } else { k + 1 == open.len() };
            let text = error.to_string();
            self.cells.push(if says { Cell::Failed(text, None) } else { Cell::EMPTY });
        }
    }
}

/// What is known of a table before its rows are computed.
#[derive(Clone, Debug)]
pub struct Head {
    /// The command, such as `times`.
    pub command: String,
    /// The model's name; empty where there is none.
    pub model: String,
    /// The command line that makes this table.
    pub command_line: String,
    /// Title, for tables made from a specification.
    pub title: Option<String>,
    /// Conventions by name.
    pub conventions: Vec<(Cow<'static, str>, String)>,
    /// The columns.
    pub columns: Vec<Column>,
    /// Remarks that hold for every row.
    pub notes: Vec<String>,
    /// Numbers about the table as a whole, such as the statistics of a comparison, by name.
    pub summary: Vec<(String, f64)>,
    /// Number of rows.
    pub rows: usize,
    /// Significant digits in formats for people; none for the number that the format prefers.
    pub digits: Option<usize>,
    /// Whether rows carry a column of notes.
    pub row_notes: bool,
}

impl Head {
    /// The head of a new table with the conventions that hold everywhere.
    pub fn new(command: &str, model: &str, columns: Vec<Column>, rows: usize) -> Self {
        Self {
            command: command.to_owned(),
            model: model.to_owned(),
            command_line: String::new(),
            title: None,
            conventions: conventions(),
            columns,
            notes: Vec::new(),
            summary: Vec::new(),
            rows,
            digits: None,
            row_notes: true,
        }
    }
}

/// A table before it is computed.
pub struct Plan<'a> {
    /// What is known beforehand.
    pub head: Head,
    /// Computes row `index` < `head.rows`.
    pub row: Box<dyn Fn(usize) -> crate::Result<Row> + Sync + 'a>,
}

impl<'a> Plan<'a> {
    /// The same plan, whose rows are written even where their numerics fail as a whole: the cells
    /// then say why.
    #[must_use]
    pub fn keeping_rows(self) -> Self {
        let Self { head, row } = self;
        let columns = head.columns.clone();
        let kept = move |index: usize| match row(index) {
            Err(error @ crate::Error::Numerics(_)) => {
                let mut row = Row::default();
                row.fail_rest(&columns, &error);
                Ok(row)
            }
            other => other,
        };
        Self { head, row: Box::new(kept) }
    }
}

/// Conventions that every output states.
pub fn conventions() -> Vec<(Cow<'static, str>, String)> {
    let stated = [
        ("process", "OU x_t = e^-t a + sqrt(1-e^-2t) z"),
        ("logarithm", "natural"),
        ("information", "nats per ambient dimension"),
        ("alpha", "log n / d"),
    ];
    stated.into_iter().map(|(name, value)| (name.into(), value.to_owned())).collect()
}

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

/// Reasons of missing values and the row's own remarks, as one text.
pub fn notes_of(head: &Head, row: &Row) -> String {
    let reasons = head
        .columns
        .iter()
        .zip(&row.cells)
        .filter_map(|(column, cell)| cell.reason().map(|r| format!("{}: {r}", column.name)));
    reasons.chain(row.notes.iter().cloned()).collect::<Vec<_>>().join("; ")
}
