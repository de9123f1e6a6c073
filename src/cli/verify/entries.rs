//! The list of what is verified, from `entries.toml`.

use crate::document::{Content, Document, Node};
use crate::error::Result;
use crate::symbolic::constant;
use std::path::Path;

/// The list as it stands in the repository.
const ENTRIES: &str = include_str!("entries.toml");

/// One number to recompute.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// What it is.
    pub(super) what: String,
    /// Paper key and place.
    pub(super) source: String,
    /// The command line that computes it, without the program's name.
    pub(super) query: String,
    /// Column of the result.
    pub(super) column: String,
    /// Row of the result.
    pub(super) row: usize,
    /// What it should be.
    pub(super) expected: Expected,
    /// Accuracy of what is printed, where that is coarser than the stated error.
    pub(super) tolerance: Option<f64>,
    /// How the paper rounds.
    pub(super) rounding: Option<Rounding>,
    /// What kind of number it is.
    pub(super) basis: Basis,
    /// Misprints and conventions.
    pub(super) remark: Option<String>,
}

/// What kind of number is recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// A number that stands in print, to its digits.
    Printed,
    /// A formula that stands in print, evaluated here.
    Formula,
    /// Another way to the same number, by this program.
    SecondRoute,
}

impl Basis {
    /// Its name in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Formula => "formula",
            Self::SecondRoute => "second route",
        }
    }
}

/// What a number should be.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// A published number, or a published formula with its numbers.
    Value(f64),
    /// Anything between two numbers.
    Range(f64, f64),
    /// The column of another query: a second route.
    Same(String, String),
    /// No value, with a reason.
    Absent,
}

/// How a paper rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the next whole number.
    Up,
}

const KEYS: &[&str] = &[
    "what",
    "source",
    "query",
    "column",
    "row",
    "value",
    "range",
    "same",
    "absent",
    "tolerance",
    "rounding",
    "basis",
    "remark",
];

/// Every entry.
///
/// # Errors
/// A list that breaks its own rules.
pub(super) fn all() -> Result<Vec<Entry>> {
    let document = Document::parse(Path::new("entries.toml"), ENTRIES.to_owned())?;
    let Some(list) = document.get(document.root(), "entry") else {
        return Err(document.error(document.root(), "has no entries"));
    };
    document.list(list)?.iter().map(|node| entry(&document, node)).collect()
}

fn entry(document: &Document, node: &Node) -> Result<Entry> {
    document.table(node, KEYS)?;
    let optional = |key: &str| -> Result<Option<String>> {
        document.get(node, key).map(|n| document.text(n).map(str::to_owned)).transpose()
    };
    let text = |key: &str| -> Result<String> {
        optional(key)?.ok_or_else(|| document.error(node, format!("needs {key}")))
    };
    let number = |key: &str| document.get(node, key).map(|n| document.number(n)).transpose();
    let rounding = match optional("rounding")?.as_deref() {
        None => None,
        Some("up") => Some(Rounding::Up),
        Some(other) => return Err(document.error(node, format!("unknown rounding {other}"))),
    };
    let expected = expected(document, node)?;
    let basis = match optional("basis")?.as_deref() {
        Some("printed") => Basis::Printed,
        Some("formula") => Basis::Formula,
        Some(other) => return Err(document.error(node, format!("unknown basis {other}"))),
        None if matches!(expected, Expected::Same(..)) => Basis::SecondRoute,
        None => Basis::Formula,
    };
    Ok(Entry {
        what: text("what")?,
        source: text("source")?,
        query: text("query")?,
        column: text("column")?,
        row: number("row")?.unwrap_or(0.0) as usize,
        expected,
        tolerance: number("tolerance")?,
        rounding,
        basis,
        remark: optional("remark")?,
    })
}

fn expected(document: &Document, node: &Node) -> Result<Expected> {
    let value = |node: &Node| -> Result<f64> {
        if let Content::Number(x) = node.content() {
            return Ok(*x);
        }
        constant(document.text(node)?).map_err(|error| document.error(node, error.to_string()))
    };
    if let Some(node) = document.get(node, "value") {
        return Ok(Expected::Value(value(node)?));
    }
    for key in ["range", "same"] {
        let Some(list) = document.get(node, key) else { continue };
        let [first, second] = document.list(list)? else {
            return Err(document.error(list, "needs two entries"));
        };
        return Ok(if key == "range" {
            Expected::Range(value(first)?, value(second)?)
        } else {
            Expected::Same(document.text(first)?.into(), document.text(second)?.into())
        });
    }
    match document.get(node, "absent").map(Node::content) {
        Some(Content::Boolean(true)) => Ok(Expected::Absent),
        _ => Err(document.error(node, "needs one of value, range, same, absent")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_entries_are_many_and_their_sources_known() {
        let entries = all().unwrap();
        assert!(entries.len() >= 60, "{}", entries.len());
        let keys = crate::references::keys();
        for entry in entries {
            let key = entry.source.split(' ').next().unwrap().to_owned();
            assert!(keys.contains(&key.as_str()), "{}: unknown source {key}", entry.what);
        }
    }
}
