//! Markdown tables, rounded for reading.

use super::csv::provenance;
use super::table::{Cell, Column, Head, Kind, Row, Summary};
use super::{Format, number};

/// The format.
pub struct Markdown;

/// A cell in few digits: never more than its error supports; "–" for no value.
pub fn rounded(kind: Kind, cell: &Cell, digits: usize, dash: &str) -> String {
    match (kind, cell) {
        (_, Cell::Text(x)) => x.clone(),
        (Kind::Number, Cell::Number(x)) => number::parameter(*x, digits),
        (_, cell) => match (cell.value(), cell.spread()) {
            (Some(x), Some(error)) if error > 0.0 && x != 0.0 && error.is_finite() => {
                let supported = (x.abs() / error).log10().floor() + extra(kind);
                number::readable(x, digits.min(supported.max(1.0) as usize))
            }
            (Some(x), _) => number::readable(x, digits),
            (None, _) => dash.to_owned(),
        },
    }
}

/// Digits of errors: they are known to no more.
const SPREAD_DIGITS: usize = 2;

/// Whether a column of plain numbers holds errors.
pub(super) fn is_spread(column: &Column) -> bool {
    ["error", "stderr"].iter().any(|name| {
        column.name == *name || column.name.strip_suffix(name).is_some_and(|s| s.ends_with('_'))
    })
}

/// Column `k` of a row in few digits: where its error stands in the next column, as curves have it, no
/// more than that supports.
pub fn shown(head: &Head, row: &Row, k: usize, digits: usize, dash: &str) -> String {
    let (column, cell) = (&head.columns[k], &row.cells[k]);
    if is_spread(column) {
        return rounded(column.kind, cell, digits.min(SPREAD_DIGITS), dash);
    }
    let next = head.columns.get(k + 1).filter(|next| is_spread(next));
    match (cell, next, row.cells.get(k + 1).and_then(Cell::value)) {
        (Cell::Number(x), Some(next), Some(error)) if next.name.ends_with("stderr") => {
            rounded(Kind::Sampled, &Cell::Sampled(*x, Some(error)), digits, dash)
        }
        _ => rounded(column.kind, cell, digits, dash),
    }
}

/// Digits shown beyond the first one in doubt: a standard error is no bound.
fn extra(kind: Kind) -> f64 {
    if kind == Kind::Sampled { 2.0 } else { 0.0 }
}

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        for line in provenance(head) {
            out.extend_from_slice(format!("<!-- {} -->\n", line.replace("--", "- -")).as_bytes());
        }
        let names: Vec<&str> = head.columns.iter().map(|c| c.name.as_str()).collect();
        out.extend_from_slice(format!("\n| {} |\n|", names.join(" | ")).as_bytes());
        for column in &head.columns {
            let rule: &[u8] = if column.kind == Kind::Text { b"---|" } else { b"---:|" };
            out.extend_from_slice(rule);
        }
        out.push(b'\n');
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        let digits = head.digits.unwrap_or(self.digits());
        out.push(b'|');
        for k in 0..head.columns.len() {
            let cell = shown(head, row, k, digits, "–").replace('|', "\\|");
            out.extend_from_slice(format!(" {cell} |").as_bytes());
        }
        out.push(b'\n');
    }

    fn end(&self, _: &Head, summary: &Summary, out: &mut Vec<u8>) {
        if !summary.remarks.is_empty() {
            out.push(b'\n');
        }
        for remark in &summary.remarks {
            out.extend_from_slice(format!("- {remark}\n").as_bytes());
        }
    }
}
