//! A list of numbers from any kind of file, such as the eigenvalues of a covariance.

use super::columns::Columns;
use super::open::{Contents, array, contents};
use super::text;
use crate::error::{Error, Result};
use std::path::Path;

/// The numbers of an array; of the column called one of `names`, or of the only column, where the
/// file names its columns; else all numbers of a text, separated by commas, spaces or lines.
///
/// # Errors
/// [`Error::File`] for a file without such numbers.
pub fn list(path: &Path, names: &[&str]) -> Result<Vec<f64>> {
    let Contents::Text(stored) = contents(path)? else {
        return array(path, None)?.all();
    };
    let fail = |location, message: String| Error::File { path: path.to_owned(), location, message };
    let mut content = String::new();
    std::io::Read::read_to_string(&mut stored.reader()?, &mut content)
        .map_err(|e| fail(None, format!("cannot be read: {e}")))?;
    let lines = content.lines().map(|line| line.split('#').next().unwrap_or(""));
    let mut values = Vec::new();
    for (number, line) in lines.enumerate() {
        for word in line.split([',', ' ', '\t', ';']).filter(|w| !w.is_empty()) {
            match text::number(word) {
                Some(value) => values.push(value),
                None if values.is_empty() => return column(path, names),
                None => {
                    let place = format!("line {}", number + 1);
                    return Err(fail(Some(place), format!("{word:?} is not a number")));
                }
            }
        }
    }
    if values.is_empty() { Err(fail(None, "has no numbers".into())) } else { Ok(values) }
}

fn column(path: &Path, names: &[&str]) -> Result<Vec<f64>> {
    let columns = Columns::read(path)?;
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
