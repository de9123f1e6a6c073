//! Text files: one sample a line, numbers separated by commas, semicolons, tabs or spaces.

use super::array::{Array, Layout};
use super::element::{Element, Kind};
use super::stored::Stored;
use crate::error::{Error, Result};
use std::io::{BufRead, BufReader, Read, Write};

/// A table of text: the names of its columns, where it has a line of them, and its lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub names: Option<Vec<String>>,
    /// Fields of each line, with the number of the line.
    pub lines: Vec<(u64, Vec<String>)>,
}

/// Reads a small table whole; `#` begins a comment line.
///
/// # Errors
/// [`Error::File`] for lines of different lengths or bytes that are no text.
pub fn table(stored: &Stored) -> Result<Table> {
    let mut table = Table::default();
    records(stored, &mut |line, record| {
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        let is_number = |field: &String| number(field).is_some() || field.is_empty();
        if table.lines.is_empty() && table.names.is_none() && !fields.iter().all(is_number) {
            table.names = Some(fields);
        } else {
            table.lines.push((line, fields));
        }
        Ok(())
    })?;
    Ok(table)
}

/// The numbers of a text file as an array, unpacked into a temporary file; a first line that is not
/// all numbers names the columns.
///
/// # Errors
/// [`Error::File`] naming the line of anything that is no number.
pub fn array(stored: &Stored) -> Result<Array> {
    let (mut samples, mut width) = (0usize, 0);
    let unpacked = Stored::temporary(stored.path(), |out| {
        let mut first = true;
        records(stored, &mut |line, record| {
            let named = std::mem::take(&mut first) && record.iter().any(|f| number(f).is_none());
            width = record.len();
            if named {
                return Ok(());
            }
            samples += 1;
            for (column, field) in record.iter().enumerate() {
                let Some(x) = number(field) else {
                    let place = format!("line {line}, column {}", column + 1);
                    return Err(stored.error(Some(place), format!("{field:?} is not a number")));
                };
                write(out, x)?;
            }
            Ok(())
        })
    })?;
    let element = Element::new(Kind::Double, false);
    Array::new(unpacked, Layout { offset: 0, element, shape: vec![samples, width], fortran: false })
}

fn write(out: &mut dyn Write, x: f64) -> Result<()> {
    out.write_all(&x.to_le_bytes())
        .map_err(|source| Error::Output { target: "a temporary file".into(), source })
}

/// A number as people and programs write it; NaN and infinities too, to be counted later.
pub fn number(field: &str) -> Option<f64> {
    field.trim().parse().ok()
}

/// Visits the records of a text file with the numbers of their lines.
fn records(
    stored: &Stored,
    visit: &mut dyn FnMut(u64, &csv::StringRecord) -> Result<()>,
) -> Result<()> {
    let failed = |e: &dyn std::fmt::Display| {
        stored.error(
            None,
            format!("is no text of numbers: {e} (npy, npz, csv and IDX files are read)"),
        )
    };
    let separator = separator(stored).map_err(|e| failed(&e))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .delimiter(separator)
        // The reader takes a comment at the very end for a record unless its line ends.
        .from_reader(stored.reader()?.chain(&b"\n"[..]));
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => visit(record.position().map_or(0, csv::Position::line), &record)?,
            Ok(false) => break,
            Err(error) => {
                let line = error.position().map(|p| format!("line {}", p.line()));
                let message = match error.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        format!("has {len} fields, the lines before have {expected_len}")
                    }
                    csv::ErrorKind::Utf8 { .. } => {
                        "is no text (npy, npz, csv and IDX files are read)".to_owned()
                    }
                    _ => format!("cannot be read: {error}"),
                };
                stored.unchanged()?;
                return Err(stored.error(line, message));
            }
        }
    }
    stored.unchanged()
}

/// The separator of the first line that is no comment: the first of comma, semicolon, tab and space
/// that it has.
fn separator(stored: &Stored) -> std::io::Result<u8> {
    let reader = stored.reader().map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(reader.take(1 << 20));
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let content = line.trim_ascii();
        if !content.is_empty() && !content.starts_with(b"#") {
            let found = [b',', b';', b'\t', b' '].into_iter().find(|s| content.contains(s));
            return Ok(found.unwrap_or(b','));
        }
        line.clear();
    }
    Ok(b',')
}
