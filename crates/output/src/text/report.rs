//! One row as a list: name, value ± error, unit, source; reasons where there is no value.

use super::super::markdown::rounded;
use super::super::number;
use super::words::{at_point, hanging, left, right, width_of};
use regimes::table::{Cell, Column, Head, Kind, Row};

/// One line of the list.
struct Line<'a> {
    name: String,
    /// Empty for text and missing values.
    value: String,
    spread: String,
    unit: &'a str,
    source: &'a str,
    /// Text, or the reason for a missing value.
    words: Option<String>,
    group: (String, bool),
}

/// Appends the list.
pub(super) fn report(head: &Head, row: &Row, width: usize, out: &mut Vec<u8>) {
    let lines: Vec<Line<'_>> = head
        .columns
        .iter()
        .zip(&row.cells)
        .map(|(column, cell)| line(head, column, cell))
        .collect();
    let widest = |of: fn(&Line<'_>) -> usize| lines.iter().map(of).max().unwrap_or(0);
    let name = widest(|l| width_of(&l.name));
    let spread = widest(|l| width_of(&l.spread));
    let unit = widest(|l| if l.spread.is_empty() { 0 } else { width_of(l.unit) });
    for (k, group) in lines.chunk_by(|a, b| a.group == b.group).enumerate() {
        if k > 0 {
            out.push(b'\n');
        }
        // The decimal points of a group stand below one another.
        let cut = |of: fn((&str, &str)) -> usize| {
            group.iter().map(|l| of(at_point(&l.value))).max().unwrap_or(0)
        };
        let (before, after) = (cut(|(a, _)| width_of(a)), cut(|(_, b)| width_of(b)));
        for l in group {
            let start = left(&l.name, name);
            if let Some(words) = &l.words {
                for text in hanging(&format!("{start}  "), words, width) {
                    push(&text, out);
                }
                continue;
            }
            let (whole, rest) = at_point(&l.value);
            let value = format!("{}{}", right(whole, before), left(rest, after));
            if l.spread.is_empty() {
                push(&format!("{start}  {value}  {}", l.unit), out);
                continue;
            }
            let (spread, unit) = (left(&l.spread, spread), left(l.unit, unit));
            let gap = if width_of(&unit) > 0 { "  " } else { "" };
            let front = format!("{start}  {value}  {spread}{gap}{unit}  ");
            if l.source.is_empty() {
                push(&front, out);
            }
            for text in hanging(&front, l.source, width) {
                push(&text, out);
            }
        }
    }
}

fn push(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.trim_end().as_bytes());
    out.push(b'\n');
}

fn line<'a>(head: &Head, column: &'a Column, cell: &Cell) -> Line<'a> {
    let computed = column.kind.spread().is_some();
    let prefix = column.name.split_once('.').map_or("", |(prefix, _)| prefix);
    let mut line = Line {
        name: shown_name(head, &column.name),
        value: String::new(),
        spread: String::new(),
        unit: &column.unit,
        source: &column.source,
        words: None,
        // Parameters and what follows from them stand apart.
        group: (prefix.to_owned(), prefix.is_empty() && computed),
    };
    match (column.kind, cell) {
        (_, Cell::Text(x)) => line.words = Some(x.clone()),
        (_, cell) if cell.value().is_none() => {
            line.words = Some(format!("– {}", cell.reason().unwrap_or("")));
        }
        (Kind::Estimate | Kind::Sampled, cell) => {
            line.value = rounded(column.kind, cell, super::digits(head), "–");
            line.spread = match (column.kind, cell.spread()) {
                (Kind::Sampled, Some(s)) => format!("± {s:.1e} (s.e.)"),
                (_, Some(error)) => format!("± {error:.1e}"),
                (_, None) => "± ?".to_owned(),
            };
        }
        (_, cell) => {
            let value = cell.value().map(|x| number::parameter(x, super::digits(head)));
            line.value = value.unwrap_or_default();
        }
    }
    line
}

/// What belongs to the column above is indented below it: `t_S.spectral.step` as `step`.
fn shown_name(head: &Head, name: &str) -> String {
    let owner = |c: &Column| name.strip_prefix(&c.name)?.strip_prefix('.');
    match head.columns.iter().find_map(owner) {
        Some(rest) => format!("  {rest}"),
        None => name.to_owned(),
    }
}
