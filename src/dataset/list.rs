//! A list of numbers from any kind of file, such as the eigenvalues of a covariance.

use super::columns::Columns;
use super::open::{Contents, array_of, contents};
use super::stored::Stored;
use super::text;
use crate::error::{Error, Result};
use std::path::Path;

/// The numbers of an array; of the column called one of `names`, or of the only column, where the
/// file names its columns; else all numbers of a text, separated by commas, spaces or lines.
///
/// # Errors
/// [`Error::File`] for a file without such numbers.
pub fn list(path: &Path, names: &[&str]) -> Result<Vec<f64>> {
    let stored = match contents(path)? {
        Contents::Text(stored) => stored,
        other => return array_of(other, None)?.all(),
    };
    let fail = |location, message: String| Error::File { path: path.to_owned(), location, message };
    let mut content = String::new();
    std::io::Read::read_to_string(&mut stored.reader()?, &mut content)
        .map_err(|e| fail(None, format!("cannot be read: {e}")))?;
    let content = content.trim_start_matches('\u{feff}');
    let lines = content.lines().map(|line| line.split('#').next().unwrap_or(""));
    // Nothing over the first column: a data frame's line of names over an index of the rows.
    if lines
        .clone()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|l| l.starts_with([',', ';', '\t']))
    {
        return column(path, stored, names);
    }
    let mut values = Vec::new();
    // Of each line with numbers, the first one and their count.
    let mut starts: Vec<(f64, usize)> = Vec::new();
    for (number, line) in lines.enumerate() {
        let before = values.len();
        for word in line.split([',', ' ', '\t', ';']).filter(|w| !w.is_empty()) {
            match text::number(word) {
                Some(value) => values.push(value),
                None if values.is_empty() => return column(path, stored, names),
                None => {
                    let place = format!("line {}", number + 1);
                    return Err(fail(Some(place), format!("{word:?} is not a number")));
                }
            }
        }
        if let Some(first) = values.get(before) {
            starts.push((*first, values.len() - before));
        }
    }
    if starts.len() >= 3
        && starts
            .iter()
            .enumerate()
            .all(|(k, (x, count))| *count == 2 && *x == starts[0].0 + k as f64)
        && (starts[0].0 == 0.0 || starts[0].0 == 1.0)
    {
        let message = "has two numbers on each line, of which the first counts the lines: an index and the numbers, or all of them numbers? Leave the index out, or write the list on one line";
        return Err(fail(None, message.into()));
    }
    if values.is_empty() { Err(fail(None, "has no numbers".into())) } else { Ok(values) }
}

fn column(path: &Path, stored: Stored, names: &[&str]) -> Result<Vec<f64>> {
    let columns = Columns::of(path, Contents::Text(stored))?;
    let known = columns.names();
    let name = match known[..] {
        [only] => only,
        _ => names.iter().copied().find(|name| columns.has(name)).unwrap_or(names[0]),
    };
    let values: Vec<f64> = columns.numbers(name)?.into_iter().flatten().collect();
    if values.is_empty() {
        return Err(columns.error(Some(format!("column {name}")), "has no numbers"));
    }
    Ok(values)
}
