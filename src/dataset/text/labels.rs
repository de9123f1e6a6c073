//! Class labels in a text file, one on each line or in one of its columns.

use super::cells::{Cell, cell, counts};
use super::choice;
use super::dialect::{Separator, separator, words};
use super::header::{Head, Header, Naming, names_labels, shown};
use super::{head, label};
use crate::dataset::stored::Stored;
use crate::error::Result;
use csv::StringRecord;

/// One label for each of `samples` samples; `column` names the column they stand in, where there are
/// several. The number of lines says whether the first one is a heading.
///
/// # Errors
/// [`crate::Error::File`] for files with another number of labels, or several columns that could be the
/// one; [`crate::Error::Argument`] for a column that is not there.
pub fn labels(stored: &Stored, column: Option<&str>, samples: usize) -> Result<Vec<String>> {
    let separator = separator(stored, column.is_none())?;
    let head = head(stored, separator, usize::MAX)?;
    let count = head.lines.len();
    let words = |k: usize| {
        let fields = head.lines.get(k).map_or(&[][..], |(_, fields)| &fields[..]);
        fields.iter().any(|field| matches!(cell(field), Cell::Word))
    };
    // A heading in words, or nothing over an index.
    let headed =
        words(0) || head.lines.first().is_some_and(|(_, f)| f.len() > 1 && f[0].is_empty());
    let named = count == samples + 1 && headed;
    if count != samples && !named {
        let heading = usize::from(headed && !words(1));
        let message = format!("has {} labels, the data have {samples} samples", count - heading);
        return Err(stored.error(None, message));
    }
    let header = head.header(stored, Naming::Known(named))?;
    let rows = &head.lines[usize::from(named)..];
    let place = match column {
        Some(text) => {
            choice::column("--label-column", text, header.names.as_deref(), header.width)?
        }
        None => only_column(stored, &head, &header)?,
    };
    if separator == Separator::Line && numbered(rows) {
        return Err(stored.error(None, format!(
            "has lines such as {}: a number of the row and a label, or labels of several words? --label-column 1 takes what stands behind the number, quotes around each label hold its words together",
            shown(&rows[0].1)
        )));
    }
    rows.iter().map(|(line, fields)| label(stored, *line, place, &fields[place])).collect()
}

/// The column of labels among those that are no index.
fn only_column(stored: &Stored, head: &Head, header: &Header) -> Result<usize> {
    let Some(names) = &header.names else {
        return match header.width {
            1 => Ok(0),
            width => Err(stored.error(None, format!(
                "must have one label on each line, and has {width} fields such as {}: name the column of labels with --label-column (columns count from 0)",
                shown(&head.lines[0].1)
            ))),
        };
    };
    let unnamed = names.iter().take_while(|n| n.is_empty() || n.starts_with("Unnamed: ")).count();
    let open: Vec<usize> = (unnamed.min(names.len() - 1)..names.len()).collect();
    let called: Vec<usize> = open.iter().copied().filter(|k| names_labels(&names[*k])).collect();
    match (&open[..], &called[..]) {
        ([only], _) | (_, [only]) => Ok(*only),
        _ => Err(stored.error(None, format!(
            "must have one label on each line, and has the columns {}: name the one of labels with --label-column",
            shown(names)
        ))),
    }
}

/// Whether every line is the number of the row, blanks, and something else.
fn numbered(rows: &[(u64, Vec<String>)]) -> bool {
    let number = |fields: &Vec<String>| {
        let mut parts = StringRecord::new();
        words(&fields[0], &mut parts);
        let number = parts.get(0).and_then(super::number);
        number.filter(|_| parts.len() > 1)
    };
    let numbers: Option<Vec<f64>> = rows.iter().map(|(_, fields)| number(fields)).collect();
    numbers.is_some_and(|numbers| numbers.len() > 1 && counts(&numbers))
}
