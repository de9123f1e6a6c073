//! Small tables of named columns, such as measured curves, from any kind of file.

use super::array::Array;
use super::npy::{Entry as NpyEntry, Field};
use super::open::{Contents, contents};
use super::stored::Stored;
use super::{idx, npy, npz, text};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// One entry of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A number.
    Number(f64),
    /// Nothing: an empty field, or NaN.
    Empty,
    /// A word, and the line it stands on.
    Word(String, u64),
}

/// A table of named columns of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    path: PathBuf,
    head: String,
    named: Vec<(String, Vec<Entry>)>,
}

/// Names of two or three columns without names.
const BY_POSITION: [&str; 3] = ["t", "value", "stderr"];

/// Most bytes of a file read whole.
const LARGEST: u64 = 1 << 30;

impl Columns {
    /// Reads text with or without a line of names, a structured npy array, an npz archive of lists of
    /// one length, or an array of two or three rows (or columns): t, value and stderr.
    ///
    /// # Errors
    /// [`Error::File`] for anything else.
    pub fn read(path: &Path) -> Result<Self> {
        let contents = contents(path)?;
        Self::of(path, contents)
    }

    /// The same of a file that was looked into: a pipe can be read only once.
    ///
    /// # Errors
    /// As [`Columns::read`].
    pub fn of(path: &Path, contents: Contents) -> Result<Self> {
        let stored = contents.stored();
        if stored.length() > LARGEST {
            return Err(stored.error(None, "is too large for a table that is read whole"));
        }
        let mut head = String::new();
        let named = match contents {
            Contents::Text(stored) => {
                head = first_comment(&stored)?;
                from_text(&stored)?
            }
            Contents::Npz(stored) => from_archive(&stored)?,
            Contents::Idx(stored) => by_position(&idx::array(stored)?)?,
            other @ (Contents::Safetensors(_) | Contents::Cifar(..)) => {
                let message = "is no table of columns: text, npy, npz and IDX are read";
                return Err(other.stored().error(None, message));
            }
            Contents::Npy(stored) => match npy::header(&stored)? {
                npy::Header { entry: NpyEntry::Record(fields, size), shape, offset, .. } => {
                    from_records(&stored, &fields, size, &shape, offset)?
                }
                _ => by_position(&npy::array(stored)?)?,
            },
        };
        Ok(Self { path: path.to_owned(), head, named })
    }

    /// Columns in memory; NaN is an empty entry.
    ///
    /// # Errors
    /// [`Error::Usage`] for columns of different lengths, or none.
    pub fn of_numbers(columns: &[(&str, &[f64])]) -> Result<Self> {
        let rows = columns.first().map_or(0, |(_, numbers)| numbers.len());
        if rows == 0 || columns.iter().any(|(_, numbers)| numbers.len() != rows) {
            let list = columns.iter().map(|(name, x)| format!("{name}: {}", x.len()));
            let list = list.collect::<Vec<_>>().join(", ");
            let message = format!("columns must be there, and of one length ({list})");
            return Err(Error::Usage(message));
        }
        let column = |(name, x): &(&str, &[f64])| {
            ((*name).to_owned(), x.iter().copied().map(entry).collect())
        };
        let named = columns.iter().map(column).collect();
        Ok(Self { path: "columns".into(), head: String::new(), named })
    }

    /// The file, or what stands for it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this program simulated the table, or measured it on a data file: then its points were
    /// taken from the same samples.
    pub fn share_their_noise(&self) -> bool {
        let made =
            self.head.strip_prefix("# regimes ").and_then(|rest| rest.split_once(": regimes "));
        made.is_some_and(|(_, command)| {
            ["simulate ", "dataset "].iter().any(|own| command.starts_with(own))
        })
    }

    /// The names.
    pub fn names(&self) -> Vec<&str> {
        self.named.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(known, _)| known == name)
    }

    /// The numbers of a column, none for empty fields.
    ///
    /// # Errors
    /// [`Error::File`] for an unknown name, infinite numbers, or words.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let Some((_, entries)) = self.named.iter().find(|(known, _)| known == name) else {
            let hint = crate::suggest::did_you_mean(name, self.names());
            let known = self.names().join(", ");
            return Err(self.error(None, format!("has no column {name}{hint} (it has {known})")));
        };
        entries
            .iter()
            .map(|entry| match entry {
                Entry::Number(x) => Ok(Some(*x)),
                Entry::Empty => Ok(None),
                Entry::Word(word, line) => {
                    let place = format!("line {line}, column {name}");
                    Err(self.error(Some(place), format!("{word:?} is not a number")))
                }
            })
            .collect()
    }

    /// An error about the file.
    pub fn error(&self, location: Option<String>, message: impl Into<String>) -> Error {
        Error::File { path: self.path.clone(), location, message: message.into() }
    }
}

/// The first line, if it is a comment.
fn first_comment(stored: &Stored) -> Result<String> {
    /// Longer command lines are cut, and need not be read to the end.
    const LONGEST: usize = 4096;
    let bytes = stored.start(LONGEST)?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().next().unwrap_or_default();
    Ok(if line.starts_with('#') { line.to_owned() } else { String::new() })
}

fn entry(x: f64) -> Entry {
    if x.is_nan() { Entry::Empty } else { Entry::Number(x) }
}

type Named = Vec<(String, Vec<Entry>)>;

fn from_text(stored: &Stored) -> Result<Named> {
    let table = text::table(stored, false)?;
    let width = table.lines.first().map_or(0, |(_, fields)| fields.len());
    if width == 0 {
        return Err(stored.error(None, "has no rows"));
    }
    let names = match table.names {
        Some(names) => names,
        None => positional_names(stored, width)?,
    };
    let column = |k: usize| {
        let entries = table.lines.iter().map(|(line, fields)| match fields[k].trim() {
            "" => Entry::Empty,
            field => text::number(field).map_or_else(|| Entry::Word(field.into(), *line), entry),
        });
        entries.collect()
    };
    // Columns without a name are the index of the rows, where others have names.
    let named = |name: &String| !name.is_empty() && !name.starts_with("Unnamed: ");
    let index = names.iter().take_while(|name| !named(name)).count() % names.len();
    Ok(names.into_iter().enumerate().skip(index).map(|(k, name)| (name, column(k))).collect())
}

fn positional_names(stored: &Stored, count: usize) -> Result<Vec<String>> {
    if count == 2 || count == 3 {
        return Ok(BY_POSITION[..count].iter().map(|&name| name.to_owned()).collect());
    }
    let message = format!(
        "has {count} columns without names: two (t, value) or three (t, value, stderr) need none"
    );
    Err(stored.error(None, message))
}

fn by_position(array: &Array) -> Result<Named> {
    use super::Source;
    let (rows, width) = (array.samples(), array.dimension());
    let all = array.all()?;
    // Rows as columns of numbers: 2 × N before N × 2.
    let (count, lengthwise) = if rows == 2 || rows == 3 { (rows, true) } else { (width, false) };
    let names = positional_names(array.stored(), count)?;
    let column = |k: usize| -> Vec<Entry> {
        if lengthwise {
            all[k * width..(k + 1) * width].iter().map(|x| entry(*x)).collect()
        } else {
            (0..rows).map(|row| entry(all[row * width + k])).collect()
        }
    };
    Ok(names.into_iter().enumerate().map(|(k, name)| (name, column(k))).collect())
}

fn from_records(
    stored: &Stored,
    fields: &[Field],
    size: usize,
    shape: &[usize],
    offset: u64,
) -> Result<Named> {
    let rows = shape.iter().try_fold(1usize, |product, size| product.checked_mul(*size));
    let bytes = rows.and_then(|rows| rows.checked_mul(size));
    let there = stored.length().saturating_sub(offset);
    if bytes.map(|bytes| bytes as u64) != Some(there) {
        let promised = bytes.map_or("more than any file holds".into(), |b| format!("{b} bytes"));
        let message =
            format!("does not match its header: {promised} are promised, {there} are there");
        return Err(stored.error(None, message));
    }
    let mut content = vec![0; usize::try_from(there).unwrap_or(0)];
    stored.read(offset, &mut content)?;
    let column = |field: &Field| {
        let end = field.offset + field.element.size();
        content
            .chunks_exact(size)
            .map(|record| entry(field.element.one(&record[field.offset..end])))
            .collect()
    };
    Ok(fields.iter().map(|field| (field.name.clone(), column(field))).collect())
}

fn from_archive(stored: &Stored) -> Result<Named> {
    use super::Source;
    let mut named: Named = Vec::new();
    for name in npz::names(stored)? {
        let array = npy::array(npz::member(stored, Some(&name))?)?;
        let all = array.all()?;
        if name == OUTCOMES {
            // One row for each point: its hits and trials.
            let width = array.dimension();
            if let Some(x) = all.iter().find(|x| **x != 0.0 && **x != 1.0) {
                return Err(stored.error(Some(name), format!("an outcome must be 0 or 1, not {x}")));
            }
            let hits = all.chunks_exact(width).map(|row| Entry::Number(row.iter().sum()));
            named.push((HITS.into(), hits.collect()));
            named.push((TRIALS.into(), vec![Entry::Number(width as f64); array.samples()]));
        } else {
            named.push((name, all.into_iter().map(entry).collect()));
        }
    }
    let length = named.first().map_or(0, |(_, entries)| entries.len());
    if length == 0 {
        return Err(stored.error(None, "has no arrays"));
    }
    if let Some((name, entries)) = named.iter().find(|(_, entries)| entries.len() != length) {
        let message = format!(
            "has {} numbers, {} has {length}: all columns must be as long",
            entries.len(),
            named[0].0
        );
        return Err(stored.error(Some(name.clone()), message));
    }
    Ok(named)
}

/// The array of 0/1 outcomes of an archive, a row for each point, and the columns it becomes.
pub const OUTCOMES: &str = "outcomes";
/// Outcomes that are 1.
pub const HITS: &str = "hits";
/// Outcomes.
pub const TRIALS: &str = "trials";
