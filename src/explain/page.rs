//! The page that an explanation is written on: every line in Unicode and in LaTeX, the sources below.

use crate::answer::{Answer, OUT_OF_RANGE};
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Value, Values};
use crate::models::{Formula, Part};
use crate::number::{exact_text, readable};
use crate::quantities::noise;
use crate::references;
use crate::table::{Cell, Column};

/// One line of mathematics, or the steps of one formula between line breaks, in both notations.
#[derive(Clone, Debug)]
pub struct Line {
    /// In Unicode.
    pub unicode: String,
    /// In LaTeX, aligned at `&`.
    pub latex: String,
    /// What is computed on it, if something is.
    pub cell: Option<Cell>,
}

/// What stands below the mathematics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A citation.
    Source(String),
    /// What to know of the formulas.
    Remark(String),
}

/// An explanation.
#[derive(Clone, Debug)]
pub struct Page {
    /// The quantity's name, and what it is one of.
    pub title: String,
    /// Definitions, formulas, numbers substituted, values; the value itself stands last.
    pub lines: Vec<Line>,
    /// Sources and remarks, in the order in which the lines need them.
    pub notes: Vec<Note>,
    /// What did not reach its tolerance.
    pub failure: Option<String>,
    /// The column of tables in which the value stands: its symbol, unit and source.
    pub column: Option<Column>,
}

impl Page {
    /// The value that is explained; nothing where no line computes one.
    pub fn value(&self) -> Option<&Cell> {
        self.lines.iter().rev().find_map(|line| line.cell.as_ref())
    }
}

/// How mathematics is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As a terminal shows it.
    Unicode,
    /// As a paper sets it.
    Latex,
}
use Notation::{Latex, Unicode};

impl Line {
    /// Its text in a notation.
    pub fn text(&self, notation: Notation) -> &str {
        if notation == Latex { &self.latex } else { &self.unicode }
    }
}

/// A page being written, and what its formulas are filled with.
pub(super) struct Writer {
    pub(super) page: Page,
    /// Significant digits of numbers within formulas.
    pub(super) digits: usize,
    pub(super) parameters: Vec<Parameter>,
    pub(super) values: Values,
}

impl Writer {
    pub(super) fn remark(&mut self, text: &str) {
        self.page.notes.push(Note::Remark(text.to_owned()));
    }

    fn cite(&mut self, source: &str) {
        let note = Note::Source(references::citation(source));
        if !self.page.notes.contains(&note) {
            self.page.notes.push(note);
        }
    }

    /// One line of mathematics.
    pub(super) fn line(&mut self, unicode: &str, latex: &str) {
        let (unicode, latex) = (unicode.to_owned(), latex.to_owned());
        self.page.lines.push(Line { unicode, latex, cell: None });
    }

    /// A formula with symbols, with numbers, and its value.
    pub(super) fn formula(&mut self, formula: &Formula, value: Option<&Answer>) {
        let cell = value.map(|value| Cell::from(Ok(value.clone())));
        let written = |notation: Notation| {
            let (template, symbol, equals, indent) = if notation == Latex {
                (formula.latex, formula.latex_symbol, "&=", String::new())
            } else {
                let indent = " ".repeat(formula.symbol.chars().count());
                (formula.unicode, formula.symbol, "=", indent)
            };
            let with_symbols = self.substitute(template, false, notation);
            let with_numbers = self.substitute(template, true, notation);
            let mut lines = vec![format!("{symbol} {equals} {with_symbols}")];
            if with_numbers != with_symbols {
                lines.push(format!("{indent} {equals} {with_numbers}"));
            }
            lines
                .extend(cell.as_ref().map(|c| format!("{indent} {equals} {}", shown(c, notation))));
            lines.join("\n")
        };
        let (unicode, latex) = (written(Unicode), written(Latex));
        self.page.lines.push(Line { unicode, latex, cell });
        self.cite(formula.source);
    }

    /// A definition that is the same for all models.
    pub(super) fn definition(&mut self, unicode: &str, latex: &str, source: &str) {
        self.line(unicode, latex);
        self.cite(source);
    }

    /// A value after what it is the value of, as `before` writes it.
    pub(super) fn put(&mut self, cell: Cell, before: impl Fn(&Self, Notation) -> String) {
        let written = |notation| format!("{}{}", before(self, notation), shown(&cell, notation));
        let (unicode, latex) = (written(Unicode), written(Latex));
        self.page.lines.push(Line { unicode, latex, cell: Some(cell) });
    }

    /// The same after a symbol.
    fn equation(&mut self, symbol: &str, latex: &str, cell: Cell) {
        self.put(cell, |_, notation| match notation {
            Unicode => format!("{symbol} = "),
            Latex => format!("{latex} &= "),
        });
    }

    /// A number on the way.
    pub(super) fn result(&mut self, symbol: &str, latex: &str, value: &Answer) {
        self.equation(symbol, latex, Ok(value.clone()).into());
    }

    /// The computed numbers of a formula.
    pub(super) fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.result(part.symbol, part.latex, &part.value);
        }
    }

    /// Says on the page what failed in a cell, if anything did.
    pub(super) fn heed(&mut self, cell: &Cell) {
        if let Cell::Failed(reason, _) = cell {
            self.page.failure.get_or_insert(reason.clone());
        }
    }

    /// The value of a cell, which may have failed.
    pub(super) fn cell(&mut self, symbol: &str, latex: &str, cell: Cell) {
        self.heed(&cell);
        self.equation(symbol, latex, cell);
    }

    /// The same for what was computed.
    ///
    /// # Errors
    /// Wrong arguments: what fails otherwise stands on the page.
    pub(super) fn computed(
        &mut self,
        symbol: &str,
        latex: &str,
        answer: Result<Answer>,
    ) -> Result<()> {
        match answer {
            Err(error) if !matches!(error, Error::Numerics(_)) => Err(error),
            answer => {
                self.cell(symbol, latex, answer.into());
                Ok(())
            }
        }
    }

    /// Fills `{name}` with the parameter's symbol or its value.
    fn substitute(&self, template: &str, numbers: bool, notation: Notation) -> String {
        let mut text = template.to_owned();
        for p in &self.parameters {
            let place = format!("{{{}}}", p.name);
            // "snr" stands in formulas as itself.
            if !text.contains(&place) || noise::PARAMETERS.iter().any(|n| n.name == p.name) {
                continue;
            }
            let symbol = if notation == Latex { p.latex } else { p.symbol };
            let fill = match self.values.get(p.name) {
                Some(Value::Number(x)) if numbers => self.number(*x, notation),
                _ => symbol.to_owned(),
            };
            // A braced argument in LaTeX keeps its braces.
            let fill = if notation == Latex { format!("{{{fill}}}") } else { fill };
            text = text.replace(&place, &fill);
        }
        text
    }

    /// A number within a formula.
    pub(super) fn number(&self, x: f64, notation: Notation) -> String {
        let exact = exact_text(x);
        let text = if exact.len() <= self.digits + 3 { exact } else { readable(x, self.digits) };
        if notation == Latex { latex_number(&text) } else { text }
    }

    /// The page, without citations that say nothing beside others.
    pub(super) fn finish(mut self) -> Page {
        let all = self.page.notes.clone();
        self.page.notes.retain(|note| {
            match note {
            // A citation without its place says nothing beside one with it.
            Note::Source(own) => !all.iter().any(|other| {
                matches!(other, Note::Source(other) if other.starts_with(&format!("{own}, ")))
            }),
            Note::Remark(_) => true,
        }
        });
        self.page
    }
}

/// A value with its error, or the reason why there is none; of one that failed both, where there are.
fn shown(cell: &Cell, notation: Notation) -> String {
    let absent = |reason: &str| match notation {
        Latex => format!("\\text{{({})}}", reason.replace('_', "\\_").replace('^', "\\^{}")),
        Unicode => format!("– ({reason})"),
    };
    match (cell, cell.answer()) {
        (Cell::Failed(reason, Some(best)), _) => {
            format!("{}  {}", estimate(*best, notation), absent(reason))
        }
        (Cell::Failed(reason, None), _) => absent(reason),
        (_, Some(Answer::Value(e))) if !e.is_known() => absent(OUT_OF_RANGE),
        (_, Some(Answer::Value(e))) => estimate(e, notation),
        (_, Some(Answer::Absent(reason))) => absent(&reason),
        (_, None) => String::new(),
    }
}

fn estimate(e: crate::Estimate, notation: Notation) -> String {
    let number = |text: &str| if notation == Latex { latex_number(text) } else { text.to_owned() };
    let value = number(&exact_text(e.value));
    // Given, or exact: nothing to bound.
    if e.error == 0.0 {
        return value;
    }
    let plus_minus = if notation == Latex { " \\pm" } else { "  ±" };
    format!("{value}{plus_minus} {}", number(&format!("{:.1e}", e.error)))
}

/// 1e-9 as 1 × 10⁻⁹ in LaTeX.
fn latex_number(text: &str) -> String {
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}\\cdot 10^{{{exponent}}}"),
        None if text == "inf" => "\\infty".into(),
        None => text.to_owned(),
    }
}
