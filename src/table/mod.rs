//! Tables: described columns and rows of cells.

mod chosen;
mod column;
mod flat;
mod summary;

pub use column::{Column, Kind};
pub use flat::{flattened, flattened_cells};
pub use summary::Summary;

use crate::Answer;
use crate::answer::OUT_OF_RANGE;
use crate::numerics::{Estimate, NumericsError};
use std::borrow::Cow;

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
                    }) => Some(Estimate::new(*value, *error)).filter(|best| best.is_known()),
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
    pub conventions: Conventions,
    /// The columns.
    pub columns: Vec<Column>,
    /// Remarks that hold for every row.
    pub notes: Vec<String>,
    /// Numbers about the table as a whole, such as the statistics of a comparison, by name.
    pub summary: Vec<(String, f64)>,
    /// Number of rows.
    pub rows: usize,
    /// The parameters that were swept and the number of their values, whose product the rows are; the
    /// last runs fastest. Empty where the rows are no such product.
    pub axes: Vec<(String, usize)>,
    /// Significant digits in formats for people; none for the number that the format prefers.
    pub digits: Option<usize>,
    /// Whether rows carry a column of notes.
    pub row_notes: bool,
    /// Whether text for people sets its rows as paragraphs, under the first column of each.
    pub page: bool,
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
            axes: Vec::new(),
            digits: None,
            row_notes: true,
            page: false,
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

/// What an output states of itself, by name.
pub type Conventions = Vec<(Cow<'static, str>, String)>;

/// Conventions that every output states.
pub fn conventions() -> Conventions {
    let stated = [
        ("process", "OU x_t = e^-t a + sqrt(1-e^-2t) z"),
        ("logarithm", "natural"),
        ("information", "nats per ambient dimension"),
        ("alpha", "log n / d"),
    ];
    stated.into_iter().map(|(name, value)| (name.into(), value.to_owned())).collect()
}

/// What several tables say where every output states a convention, each way once.
pub fn shared_conventions<'a>(of: impl Iterator<Item = &'a Conventions> + Clone) -> Conventions {
    let mut all = conventions();
    for (name, text) in &mut all {
        let own = of.clone().flatten().filter(|(own, _)| own == name);
        let mut ways: Vec<&str> = Vec::new();
        for (_, way) in own {
            if !ways.contains(&way.as_str()) {
                ways.push(way);
            }
        }
        if !ways.is_empty() {
            *text = ways.join(", or ");
        }
    }
    all
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
