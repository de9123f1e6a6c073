//! Text for a terminal: a report for one row, an aligned table for several.

use super::csv::provenance;
use super::markdown::rounded;
use super::table::{Cell, Column, Head, Kind, Row, Summary};
use super::{Format, number};

/// The format.
pub struct Text;

/// Significant digits where none are asked for.
const DIGITS: usize = 10;

fn digits(head: &Head) -> usize {
    head.digits.unwrap_or(DIGITS)
}

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn digits(&self) -> usize {
        DIGITS
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        let mut lines = provenance(head);
        if head.rows == 1 {
            // The notes follow the report.
            lines.truncate(lines.len() - head.notes.len());
        }
        for line in lines {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        out.push(b'\n');
        if head.rows != 1 {
            let names = head.columns.iter().map(|c| pad(&c.name, width(head, c), c.kind));
            let line: Vec<String> = names.collect();
            out.extend_from_slice(line.join("  ").trim_end().as_bytes());
            out.push(b'\n');
        }
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        if head.rows == 1 {
            report(head, row, out);
            return;
        }
        let cells = head.columns.iter().zip(&row.cells).map(|(column, cell)| {
            let text = rounded(column.kind, cell, digits(head), "–");
            pad(&text, width(head, column), column.kind)
        });
        let line: Vec<String> = cells.collect();
        out.extend_from_slice(line.join("  ").trim_end().as_bytes());
        out.push(b'\n');
    }

    fn end(&self, head: &Head, summary: &Summary, out: &mut Vec<u8>) {
        if head.rows == 1 {
            return;
        }
        if head.columns.iter().any(|c| c.kind == Kind::Estimate) {
            let line = format!("\nlargest error bound: {:.1e}\n", summary.largest_error);
            out.extend_from_slice(line.as_bytes());
        }
        for remark in &summary.remarks {
            out.extend_from_slice(format!("– {remark}\n").as_bytes());
        }
    }
}

fn width(head: &Head, column: &Column) -> usize {
    // Sign, point, and an exponent where the number is far from one.
    let value = if column.kind == Kind::Text { 22 } else { digits(head) + 6 };
    value.max(column.name.chars().count())
}

fn pad(text: &str, width: usize, kind: Kind) -> String {
    let fill = " ".repeat(width.saturating_sub(text.chars().count()));
    if kind == Kind::Text { format!("{text}{fill}") } else { format!("{fill}{text}") }
}

/// One row as a list: name, value ± error, unit, source; reasons where there is no value.
fn report(head: &Head, row: &Row, out: &mut Vec<u8>) {
    let widest = head.columns.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    let mut group = "";
    for (column, cell) in head.columns.iter().zip(&row.cells) {
        let prefix = column.name.split('.').next().unwrap_or("");
        let grouped = column.name.contains('.');
        if grouped && prefix != group {
            out.push(b'\n');
        }
        group = if grouped { prefix } else { group };
        let name = pad(&column.name, widest, Kind::Text);
        let line = match (column.kind, cell) {
            (Kind::Sampled, cell) => match (cell.value(), cell.spread()) {
                (Some(_), spread) => {
                    let value = rounded(column.kind, cell, digits(head), "–");
                    let spread = spread.map_or(String::new(), |s| format!("± {s:.1e} (s.e.)"));
                    let value = pad(&value, digits(head) + 3, Kind::Number);
                    format!("{value}  {spread:<18}  {}", column.source)
                }
                _ => format!("–  {}", cell.reason().unwrap_or("")),
            },
            (Kind::Estimate, cell) => match (cell.value(), cell.error()) {
                (Some(value), Some(error)) => {
                    let value =
                        pad(&number::readable(value, digits(head)), digits(head) + 3, Kind::Number);
                    format!("{value}  ± {error:<8.1e}  {}", column.source)
                }
                _ => format!("–  {}", cell.reason().unwrap_or("")),
            },
            (_, Cell::Text(x)) => x.clone(),
            (_, cell) => match cell.value() {
                Some(x) => {
                    let value = number::parameter(x, digits(head) + 4);
                    if column.unit.is_empty() { value } else { format!("{value}  {}", column.unit) }
                }
                None => format!("–  {}", cell.reason().unwrap_or("")),
            },
        };
        out.extend_from_slice(format!("{name}  {line}\n").trim_end().as_bytes());
        out.push(b'\n');
    }
    let notes: Vec<&String> = head.notes.iter().chain(&row.notes).collect();
    if !notes.is_empty() {
        out.push(b'\n');
    }
    for note in notes {
        out.extend_from_slice(format!("– {note}\n").as_bytes());
    }
}
