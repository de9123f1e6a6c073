//! A row as a paragraph: what it answers, the answer in words, and what stands behind it.

use super::super::markdown::{is_spread, shown};
use super::words::{hanging, joined};
use regimes::table::{Cell, Head, Kind, Row};

/// The column of command lines: they are to be copied, so that no line is broken.
const COMMAND: &str = "command";

/// The column of units: they belong to the number before them.
const UNIT: &str = "unit";

/// What stands below the first line.
const INDENT: &str = "  ";

/// The lines of one row: its first cell, texts below it, the numbers and short words between them in one line.
pub(super) fn paragraph(head: &Head, row: &Row, width: usize) -> Vec<String> {
    let digits = head.digits.unwrap_or(super::TABLE_DIGITS);
    let mut lines = Vec::new();
    let mut numbers: Vec<String> = Vec::new();
    for (k, (column, cell)) in head.columns.iter().zip(&row.cells).enumerate() {
        let text = match cell {
            Cell::Text(text) if text.is_empty() => continue,
            Cell::Text(text) => text.as_str(),
            _ => {
                if column.kind != Kind::Text && cell.value().is_some() {
                    let text = shown(head, row, k, digits, "–");
                    match numbers.last_mut() {
                        Some(last) if is_spread(column) => last.push_str(&format!(" ± {text}")),
                        _ => numbers.push(format!("{} {text}", column.name)),
                    }
                }
                continue;
            }
        };
        if k == 0 {
            lines.extend(hanging("", text, width));
            continue;
        }
        if let (UNIT, Some(number)) = (column.name.as_str(), numbers.last_mut()) {
            number.push_str(&format!(" {text}"));
            continue;
        }
        if !text.contains(' ') {
            numbers.push(format!("{} {text}", column.name));
            continue;
        }
        flush(&mut numbers, width, &mut lines);
        match column.name.as_str() {
            COMMAND => lines.push(format!("{INDENT}$ {text}")),
            // The answer needs no name.
            _ if k == 1 => lines.extend(hanging(INDENT, text, width)),
            name => lines.extend(hanging(&format!("{INDENT}{name}: "), text, width)),
        }
    }
    flush(&mut numbers, width, &mut lines);
    lines
}

/// Writes the numbers that were collected.
fn flush(numbers: &mut Vec<String>, width: usize, lines: &mut Vec<String>) {
    let own = joined(numbers, "; ", width.saturating_sub(INDENT.len()));
    lines.extend(own.into_iter().map(|line| format!("{INDENT}{line}")));
    numbers.clear();
}
