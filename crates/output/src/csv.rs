//! CSV: comment lines with the provenance, a line of column names, then rows.
//!
//! A missing value is an empty field; its reason stands in the last column, `notes`.

use super::number::exact_text;
use super::{Format, number};
use regimes::table::{Cell, Head, Row, Summary, notes_of};

/// The format.
pub struct Csv;

/// The provenance as lines of text, shared by the formats that have comments.
pub fn provenance(head: &Head) -> Vec<String> {
    let mut lines = vec![format!("regimes {}: {}", env!("CARGO_PKG_VERSION"), head.command_line)];
    if let Some(title) = &head.title {
        lines.insert(0, title.clone());
    }
    let conventions: Vec<String> =
        head.conventions.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.push(conventions.join("; "));
    if !head.summary.is_empty() {
        let numbers: Vec<String> =
            head.summary.iter().map(|(name, x)| format!("{name}: {}", exact_text(*x))).collect();
        lines.push(numbers.join("; "));
    }
    lines.extend(head.notes.iter().cloned());
    lines.iter().map(|line| line.replace(['\n', '\r'], " ")).collect()
}

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        for line in provenance(head) {
            out.extend_from_slice(b"# ");
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        let mut names: Vec<String> = Vec::new();
        for column in &head.columns {
            names.push(column.name.clone());
            if let Some(spread) = column.kind.spread() {
                names.push(format!("{}.{spread}", column.name));
            }
        }
        if head.row_notes {
            names.push("notes".to_owned());
        }
        out.extend_from_slice(names.join(",").as_bytes());
        out.push(b'\n');
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        let mut first = true;
        let mut separate = |out: &mut Vec<u8>| {
            if !first {
                out.push(b',');
            }
            first = false;
        };
        for (column, cell) in head.columns.iter().zip(&row.cells) {
            separate(out);
            match cell {
                Cell::Text(x) => quoted(x, out),
                cell => {
                    if let Some(x) = cell.value() {
                        number::exact(x, out);
                    }
                }
            }
            if column.kind.spread().is_some() {
                separate(out);
                if let Some(x) = cell.spread() {
                    number::exact(x, out);
                }
            }
        }
        if head.row_notes {
            separate(out);
            let anything = !row.notes.is_empty() || row.cells.iter().any(|c| c.reason().is_some());
            if anything {
                quoted(&notes_of(head, row), out);
            }
        }
        out.push(b'\n');
    }

    fn end(&self, _: &Head, _: &Summary, _: &mut Vec<u8>) {}
}

/// A field, in quotes where it needs them.
fn quoted(x: &str, out: &mut Vec<u8>) {
    if x.contains([',', '"', '\n', '\r', '#']) || x.starts_with(' ') || x.ends_with(' ') {
        out.push(b'"');
        out.extend_from_slice(x.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(x.as_bytes());
    }
}
