//! Text files: one sample a line, numbers separated by commas, semicolons, tabs or blanks.
//!
//! What a line or a column is, is recognised where it is certain, and said; where a file can be read in
//! two ways it is refused with both of them, and a [`Choice`] settles it.

mod cells;
mod choice;
mod dialect;
mod header;
mod labels;
mod roles;

pub use choice::Choice;
pub use labels::labels;

use super::array::{Array, Layout};
use super::element::{Element, Kind};
use super::stored::Stored;
use crate::error::{Error, Result};
use header::{Head, Header, Naming};
use roles::Roles;
use std::io::Write;
use std::ops::ControlFlow;

/// A table of text: the names of its columns, where it has a line of them, and its lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns, empty for columns without.
    pub names: Option<Vec<String>>,
    /// Fields of each line, with the number of the line.
    pub lines: Vec<(u64, Vec<String>)>,
}

/// Reads a small table whole; `#` begins a comment line. `words` are not split at blanks.
///
/// # Errors
/// [`Error::File`] for lines of different lengths or bytes that are no text.
pub fn table(stored: &Stored, words: bool) -> Result<Table> {
    let separator = dialect::separator(stored, words)?;
    let head = head(stored, separator, usize::MAX)?;
    if head.lines.is_empty() {
        return Ok(Table::default());
    }
    let Header { names, width, .. } = head.header(stored, Naming::Words)?;
    let mut lines = head.lines;
    lines.drain(..usize::from(names.is_some()));
    lines.iter_mut().for_each(|(_, fields)| fields.truncate(width));
    Ok(Table { names, lines })
}

/// Samples in a text file, and what else it told.
#[derive(Debug)]
pub struct Samples {
    /// The features.
    pub array: Array,
    /// The labels, where a column was named for them.
    pub labels: Option<Vec<String>>,
    /// How the file was read, where that is not obvious.
    pub remarks: Vec<String>,
}

/// The numbers of a text file as an array, unpacked into a temporary file; a first line that is not
/// all numbers names the columns.
///
/// # Errors
/// [`Error::File`] naming the line of anything that is no number.
pub fn array(stored: &Stored) -> Result<Array> {
    Ok(unpacked(stored, None)?.array)
}

/// Lines from which the structure of a file is recognised, and the most fields in them.
const HEAD_LINES: usize = 256;
const HEAD_FIELDS: usize = 1 << 18;

/// The samples of a text file, unpacked into a temporary file.
///
/// # Errors
/// [`Error::File`] naming the line of anything that is no number, or what can be read in two ways;
/// [`Error::Argument`] for columns in `choice` that are not there.
pub fn samples(stored: &Stored, choice: &Choice) -> Result<Samples> {
    unpacked(stored, Some(choice))
}

/// The same; without a choice every column is a feature, and only words are names.
fn unpacked(stored: &Stored, choice: Option<&Choice>) -> Result<Samples> {
    let separator = dialect::separator(stored, false)?;
    let head = head(stored, separator, HEAD_LINES)?;
    let asked = |choice: &Choice| choice.header.map_or(Naming::Recognised, Naming::Known);
    let header = head.header(stored, choice.map_or(Naming::Words, asked))?;
    let roles = match choice {
        Some(choice) => roles::roles(stored, &head, &header, choice)?,
        None => Roles { features: (0..header.width).collect(), ..Roles::default() },
    };
    let full = head.lines.last().map_or(0, |(_, fields)| fields.len());
    let mut labels = roles.label.map(|_| Vec::new());
    let mut samples = 0usize;
    let unpacked = Stored::temporary(stored.path(), |out| {
        let mut names = header.names.is_some();
        dialect::records(stored, separator, &mut |line, record| {
            if std::mem::take(&mut names) {
                return Ok(ControlFlow::Continue(()));
            }
            if record.len() != full {
                return Err(header::unequal(stored, line, record.len(), full));
            }
            if let Some(beyond) = record.iter().skip(header.width).find(|f| !f.is_empty()) {
                let message = format!("{beyond:?} stands behind the last column");
                return Err(stored.error(Some(format!("line {line}")), message));
            }
            samples += 1;
            if let (Some(labels), Some(column)) = (&mut labels, roles.label) {
                labels.push(label(stored, line, column, &record[column])?);
            }
            for &column in &roles.features {
                let x = number(&record[column])
                    .ok_or_else(|| no_number(stored, line, column, &record[column]))?;
                write(out, x)?;
            }
            Ok(ControlFlow::Continue(()))
        })
    })?;
    let element = Element::new(Kind::Double, false);
    let shape = vec![samples, roles.features.len()];
    let array = Array::new(unpacked, Layout { offset: 0, element, shape, fortran: false })?;
    Ok(Samples { array, labels, remarks: [header.remarks, roles.remarks].concat() })
}

/// The first lines, `most` of them; fewer where they are very long.
fn head(stored: &Stored, separator: dialect::Separator, most: usize) -> Result<Head> {
    let (mut head, mut fields) = (Head::default(), 0);
    dialect::records(stored, separator, &mut |line, record| {
        fields += record.len();
        head.lines.push((line, record.iter().map(dialect::unquote).collect()));
        let lines = head.lines.len();
        let enough = lines >= most || (most == HEAD_LINES && fields > HEAD_FIELDS && lines >= 4);
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(head)
}

/// A label as it is compared; whole numbers are written without a point.
pub(super) fn label(stored: &Stored, line: u64, column: usize, field: &str) -> Result<String> {
    if field.trim().is_empty() {
        let place = format!("line {line}, column {}", column + 1);
        return Err(stored.error(Some(place), "is empty: every sample needs a label"));
    }
    Ok(number(field).map_or_else(|| dialect::unquote(field), |x| x.to_string()))
}

/// The error of a field that should be a number.
fn no_number(stored: &Stored, line: u64, column: usize, field: &str) -> Error {
    let place = format!("line {line}, column {}", column + 1);
    let message = match cells::cell(field) {
        cells::Cell::Empty => "is empty: every sample needs all its numbers".to_owned(),
        _ if dialect::has_commas(field) => format!(
            "{field:?} is not a number: a comma is neither a decimal point nor between thousands"
        ),
        cells::Cell::Missing => {
            format!("{field:?} is not a number: every sample needs all its numbers")
        }
        _ => format!("{field:?} is not a number"),
    };
    stored.error(Some(place), message)
}

fn write(out: &mut dyn Write, x: f64) -> Result<()> {
    out.write_all(&x.to_le_bytes())
        .map_err(|source| Error::Output { target: "a temporary file".into(), source })
}

/// A number as people and programs write it; NaN and infinities too, to be counted later.
pub fn number(field: &str) -> Option<f64> {
    let field = field.trim();
    // Quotes behind a blank are left by the reader of lines.
    field.parse().ok().or_else(|| field.strip_prefix('"')?.strip_suffix('"')?.trim().parse().ok())
}
