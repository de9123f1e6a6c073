//! Whether the first line of a text file names its columns.

use super::cells::{Cell, cell, could_be_names, counts, numbers};
use crate::dataset::stored::Stored;
use crate::error::{Error, Result};

/// The first lines of a text file, from which its structure is recognised.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// Line numbers and fields.
    pub(super) lines: Vec<(u64, Vec<String>)>,
}

/// How it is found out whether the first line names the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// It is known.
    Known(bool),
    /// Names are words: for small tables, where a doubt has no flag that settles it.
    Words,
    /// From all that the first lines show; what stays in doubt is an error.
    Recognised,
}

/// What the first line turned out to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Header {
    /// Names of the columns, empty for a column without name.
    pub(super) names: Option<Vec<String>>,
    /// Fields of a line of numbers that count.
    pub(super) width: usize,
    /// Whether every line of numbers has one field more, the row's name, than the line of names.
    pub(super) row_names: bool,
    /// What was recognised.
    pub(super) remarks: Vec<String>,
}

/// Headings under which class labels usually stand.
pub(super) const LABEL_NAMES: [&str; 13] = [
    "label",
    "labels",
    "class",
    "classes",
    "class_label",
    "cls",
    "target",
    "targets",
    "species",
    "variety",
    "category",
    "digit",
    "y",
];

/// Whether `name` is one of these.
pub(super) fn names_labels(name: &str) -> bool {
    LABEL_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl Head {
    fn cells(&self) -> Vec<Vec<Cell>> {
        self.lines.iter().map(|(_, fields)| fields.iter().map(|f| cell(f)).collect()).collect()
    }

    /// Whether the first line, one field short, names all columns but the first.
    fn names_the_rest(&self) -> bool {
        let all = self.cells();
        let rows: Vec<Vec<Cell>> = all[1..].iter().map(|row| row[1..].to_vec()).collect();
        all[0].contains(&Cell::Word) || could_be_names(&all[0], &rows).is_some()
    }

    /// Finds out what the first line is.
    ///
    /// # Errors
    /// [`Error::File`] where lines differ in length, or where the first line can be read in two ways.
    pub(super) fn header(&self, stored: &Stored, naming: Naming) -> Result<Header> {
        let Some((place, first)) = self.lines.first() else {
            return Err(stored.error(None, "has no numbers"));
        };
        let rest = &self.lines[1..];
        let below = rest.first().map_or(first.len(), |(_, fields)| fields.len());
        let mut width = below;
        for (line, fields) in rest {
            if fields.len() != below {
                return Err(unequal(stored, *line, fields.len(), below));
            }
        }
        let mut remarks = Vec::new();
        let open = |fields: &[String]| fields.last().is_some_and(String::is_empty);
        let open_below = rest.iter().all(|(_, fields)| open(fields));
        let mut row_names = false;
        if first.len() + 1 == below && naming != Naming::Known(false) {
            // One name too few: lines end in a separator, or begin with the row's name.
            if open_below {
                width -= 1;
                remarks.push("lines end in a separator".to_owned());
            } else {
                row_names = naming == Naming::Known(true) || self.names_the_rest();
                if !row_names {
                    let (line, fields) = &rest[0];
                    return Err(unequal(stored, *line, fields.len(), first.len()));
                }
            }
        } else if first.len() == below + 1 && open(first) {
            remarks.push("the line of names ends in a separator".to_owned());
        } else if first.len() != below {
            let (line, fields) = &rest[0];
            return Err(unequal(stored, *line, fields.len(), first.len()));
        } else if below > 1 && open(first) && open_below {
            width -= 1;
            remarks.push("lines end in a separator".to_owned());
        }
        let mut names: Vec<String> = first.iter().take(width).cloned().collect();
        if row_names {
            names.insert(0, String::new());
        }
        let all = self.cells();
        let body: Vec<Vec<Cell>> = all[1..].iter().map(|row| row[..width].to_vec()).collect();
        let here: Vec<Cell> = names.iter().map(|name| cell(name)).collect();
        let named = match naming {
            Naming::Known(named) => named,
            _ if row_names => true,
            Naming::Words => here.contains(&Cell::Word) || over_index(&here, &body),
            Naming::Recognised => {
                let doubt = |why: String| {
                    let shown = shown(first);
                    stored.error(
                        Some(format!("line {place}")),
                        format!("{shown} can be a sample or the names of the columns: {why}. Say --header yes or --header no"),
                    )
                };
                recognised(&here, &names, &body).map_err(doubt)?
            }
        };
        if !named {
            return Ok(Header { names: None, width, row_names: false, remarks });
        }
        if !here.contains(&Cell::Word) {
            remarks
                .push(format!("line {place} read as the names of the columns, {}", shown(first)));
        }
        Ok(Header { names: Some(names), width, row_names, remarks })
    }
}

/// The first fields of a line as a message shows them.
pub(super) fn shown(fields: &[String]) -> String {
    let few: Vec<&str> = fields.iter().take(6).map(String::as_str).collect();
    let more = if fields.len() > few.len() { ", ..." } else { "" };
    format!("\"{}{more}\"", few.join(", "))
}

/// That a line has another number of fields than those before.
pub(super) fn unequal(stored: &Stored, line: u64, here: usize, before: usize) -> Error {
    stored.error(
        Some(format!("line {line}")),
        format!("has {here} fields, the lines before have {before}"),
    )
}

/// Whether the first line, `here`, names the columns of the rows `body`; the doubt where both could be.
fn recognised(
    here: &[Cell],
    names: &[String],
    body: &[Vec<Cell>],
) -> std::result::Result<bool, String> {
    if over_index(here, body) {
        return Ok(true);
    }
    if !here.contains(&Cell::Word) {
        return could_be_names(here, body).map_or(Ok(false), |why| Err(format!("it {why}")));
    }
    // A word over numbers is a name, or a slip; a word over words may be one of them.
    let over_numbers: Vec<usize> = (0..here.len())
        .filter(|&k| here[k] == Cell::Word && body.iter().any(|row| is_number(&row[k])))
        .collect();
    let numeric: Vec<usize> = (0..here.len()).filter(|&k| is_number(&here[k])).collect();
    if numeric.is_empty() {
        return Ok(true);
    }
    let choose = |row: &[Cell]| numeric.iter().map(|&k| row[k]).collect::<Vec<Cell>>();
    let rows: Vec<Vec<Cell>> = body.iter().map(|row| choose(row)).collect();
    let suspicious = could_be_names(&choose(here), &rows);
    let heading = (0..here.len()).any(|k| here[k] == Cell::Word && names_labels(&names[k]));
    match (suspicious, over_numbers.first()) {
        (Some(_), Some(_)) => Ok(true),
        (Some(_), None) if heading => Ok(true),
        (Some(why), None) => Err(format!("its part in numbers {why}")),
        (None, Some(k)) => Err(format!("{:?} stands over numbers, among numbers", names[*k])),
        (None, None) if heading => Err("it holds a heading of labels, among numbers".into()),
        (None, None) => Ok(false),
    }
}

/// Whether the line is `,0,1,2`: numbers that name columns, and nothing over the index of the rows.
fn over_index(here: &[Cell], body: &[Vec<Cell>]) -> bool {
    if here.len() < 2 || here[0] != Cell::Empty {
        return false;
    }
    let rows: Vec<Vec<Cell>> = body.iter().map(|row| row[1..].to_vec()).collect();
    numbers(&here[1..])
        .is_some_and(|names| counts(&names) || could_be_names(&here[1..], &rows).is_some())
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(..))
}
