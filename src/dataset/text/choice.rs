//! What is said on the command line about the lines and columns of a text file.

use crate::error::{Error, Result};

/// How a text file is to be read where its content leaves a doubt, or against what it suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Whether the first line names the columns.
    pub header: Option<bool>,
    /// The column that holds class labels.
    pub label: Option<String>,
    /// Columns left out; with an empty list all are kept.
    pub drop: Option<Vec<String>>,
    /// The columns that are features: columns and ranges FIRST:LAST of them.
    pub features: Option<Vec<String>>,
}

impl Choice {
    /// Whether nothing was said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing was said but the labels.
    pub fn is_label_alone(&self) -> bool {
        Self { label: None, ..self.clone() }.is_default()
    }
}

/// The column that `text` means among columns of these `names` (none for columns without): a name, a
/// position from 0, `#POSITION`, or `name:NAME`.
///
/// # Errors
/// [`Error::Argument`] for `flag` if there is no such column, or if a number is the name of one column
/// and the position of another.
pub(super) fn column(
    flag: &str,
    text: &str,
    names: Option<&[String]>,
    width: usize,
) -> Result<usize> {
    let wrong = |message: String| Error::argument(flag, format!("{text:?}"), message);
    let positions = format!("there are {width} columns, counted from 0");
    let at = |digits: &str| digits.parse::<usize>().ok();
    if let Some(digits) = text.strip_prefix('#') {
        return match at(digits) {
            Some(k) if k < width => Ok(k),
            _ => Err(wrong(positions)),
        };
    }
    let (name, explicit) = text.strip_prefix("name:").map_or((text, false), |name| (name, true));
    let called: Vec<usize> = names
        .unwrap_or_default()
        .iter()
        .enumerate()
        .filter(|(_, known)| known.as_str() == name)
        .map(|(k, _)| k)
        .collect();
    let position = if explicit { None } else { at(text) };
    match (&called[..], position) {
        ([k], None) => Ok(*k),
        ([k], Some(position)) if *k == position || position >= width => Ok(*k),
        ([k], Some(_)) => Err(wrong(format!(
            "is the name of column {k}, counted from 0, and the position of another: write #{text} for the position or name:{text} for the name"
        ))),
        ([], Some(k)) if k < width => Ok(k),
        ([], Some(_)) => Err(wrong(positions)),
        ([], None) => {
            let known: Vec<&str> = names.unwrap_or_default().iter().map(String::as_str).collect();
            if known.is_empty() {
                let message =
                    format!("the columns have no names: give a position from 0 to {}", width - 1);
                return Err(wrong(message));
            }
            let hint = crate::suggest::did_you_mean(name, known.iter().copied());
            let shown = known.iter().take(20).copied().collect::<Vec<_>>().join(", ");
            let more = if known.len() > 20 { ", ..." } else { "" };
            Err(wrong(format!("there is no such column{hint} (there are {shown}{more})")))
        }
        (several, _) => Err(wrong(format!(
            "{} columns have this name: give the position, as in #{}",
            several.len(),
            several[0]
        ))),
    }
}

/// The columns of a list of columns and ranges FIRST:LAST, both ends included.
///
/// # Errors
/// As [`column()`]; [`Error::Argument`] for a range that runs backwards or a column named twice.
pub(super) fn columns(
    flag: &str,
    list: &[String],
    names: Option<&[String]>,
    width: usize,
) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    for text in list {
        let known = names.is_some_and(|names| names.contains(text));
        let ends = match text.rsplit_once(':') {
            Some((first, last)) if !known && first != "name" => {
                let end = |text: &str, otherwise: usize| match text {
                    "" => Ok(otherwise),
                    text => column(flag, text, names, width),
                };
                (end(first, 0)?, end(last, width - 1)?)
            }
            _ => {
                let k = column(flag, text, names, width)?;
                (k, k)
            }
        };
        if ends.0 > ends.1 {
            let message = format!("column {} stands behind column {}", ends.0, ends.1);
            return Err(Error::argument(flag, format!("{text:?}"), message));
        }
        for k in ends.0..=ends.1 {
            if found.contains(&k) {
                return Err(Error::argument(flag, format!("{text:?}"), "names a column twice"));
            }
            found.push(k);
        }
    }
    Ok(found)
}
