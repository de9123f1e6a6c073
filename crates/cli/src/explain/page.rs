//! The page that an explanation is written on: Unicode or LaTeX, with its sources below.

use super::super::noise;
use regimes::Answer;
use regimes::answer::OUT_OF_RANGE;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Parameter, Value, Values};
use regimes::models::{Formula, Part};
use regimes::references;
use regimes_output::Cell;
use regimes_output::number::{exact_text, readable};
use regimes_output::text::{WIDTH, hanging};

/// An explanation being written.
pub(super) struct Page {
    pub(super) latex: bool,
    pub(super) digits: usize,
    pub(super) parameters: Vec<Parameter>,
    pub(super) values: Values,
    pub(super) lines: Vec<String>,
    pub(super) sources: Vec<String>,
    /// What did not reach its tolerance.
    pub(super) failure: Option<String>,
}

impl Page {
    pub(super) fn title(&mut self, text: &str) {
        let mark = if self.latex { "% " } else { "" };
        self.lines.push(format!("{mark}{text}"));
        if self.latex {
            self.lines.push("\\begin{align*}".into());
        } else {
            self.lines.push(String::new());
        }
    }

    pub(super) fn remark(&mut self, text: &str) {
        self.sources.push(format!("– {text}"));
    }

    pub(super) fn cite(&mut self, source: &str) {
        let line = references::citation(source);
        if !self.sources.contains(&line) {
            self.sources.push(line);
        }
    }

    /// One line of mathematics in the page's notation.
    pub(super) fn line(&mut self, unicode: &str, latex: &str) {
        let line = if self.latex { format!("{latex} \\\\") } else { format!("  {unicode}") };
        self.lines.push(line);
    }

    /// A formula with symbols, with numbers, and its value.
    pub(super) fn formula(&mut self, formula: &Formula, value: Option<&Answer>) {
        let template = if self.latex { formula.latex } else { formula.unicode };
        let symbol = if self.latex { formula.latex_symbol } else { formula.symbol };
        let with_symbols = self.substitute(template, false);
        let with_numbers = self.substitute(template, true);
        let (equals, indent) = if self.latex {
            ("&=", String::new())
        } else {
            ("=", " ".repeat(symbol.chars().count()))
        };
        let mut lines = vec![format!("{symbol} {equals} {with_symbols}")];
        if with_numbers != with_symbols {
            lines.push(format!("{indent} {equals} {with_numbers}"));
        }
        if let Some(value) = value {
            lines.push(format!("{indent} {equals} {}", self.value(value)));
        }
        for line in lines {
            self.line(&line, &line);
        }
        self.cite(formula.source);
    }

    /// A definition that is the same for all models.
    pub(super) fn definition(&mut self, unicode: &str, latex: &str, source: &str) {
        self.line(unicode, latex);
        self.cite(source);
    }

    pub(super) fn result(&mut self, symbol: &str, latex: &str, value: &Answer) {
        let text = self.value(value);
        self.line(&format!("{symbol} = {text}"), &format!("{latex} &= {text}"));
    }

    /// The computed numbers of a formula.
    pub(super) fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.result(part.symbol, part.latex, &part.value);
        }
    }

    /// The same for what was computed, which may have failed.
    ///
    /// # Errors
    /// Wrong arguments: what fails otherwise stands on the page.
    pub(super) fn computed(
        &mut self,
        symbol: &str,
        latex: &str,
        answer: Result<Answer>,
    ) -> Result<()> {
        let text = self.outcome(answer)?;
        self.line(&format!("{symbol} = {text}"), &format!("{latex} &= {text}"));
        Ok(())
    }

    /// The same for a cell of a table.
    pub(super) fn cell(&mut self, symbol: &str, latex: &str, cell: &Cell) {
        let text = match (cell.answer(), cell) {
            (Some(answer), _) => self.value(&answer),
            (None, Cell::Failed(reason, best)) => {
                self.failure.get_or_insert(reason.clone());
                let absent = self.value(&Answer::absent(reason.clone()));
                match best {
                    Some(best) => format!("{}  {absent}", self.value(&(*best).into())),
                    None => absent,
                }
            }
            (None, _) => String::new(),
        };
        self.line(&format!("{symbol} = {text}"), &format!("{latex} &= {text}"));
    }

    /// A computed value; of one that failed the best one, with what is wrong with it.
    ///
    /// # Errors
    /// As [`Self::computed`].
    pub(super) fn outcome(&mut self, answer: Result<Answer>) -> Result<String> {
        let error = match answer {
            Ok(answer) => {
                if answer.estimate().is_some_and(|e| !e.is_known()) {
                    self.failure.get_or_insert_with(|| OUT_OF_RANGE.to_owned());
                }
                return Ok(self.value(&answer));
            }
            Err(error @ Error::Numerics(_)) => error,
            Err(other) => return Err(other),
        };
        let reason = error.to_string();
        self.failure.get_or_insert(reason.clone());
        let absent = self.value(&Answer::absent(reason));
        Ok(match Cell::from(Err(error)) {
            Cell::Failed(_, Some(best)) => format!("{}  {absent}", self.value(&best.into())),
            _ => absent,
        })
    }

    /// A value with its error, or the reason why there is none.
    pub(super) fn value(&self, answer: &Answer) -> String {
        match answer {
            Answer::Value(e) if !e.is_known() => self.value(&Answer::absent(OUT_OF_RANGE)),
            // Given, or exact: nothing to bound.
            Answer::Value(e) if e.error == 0.0 && self.latex => latex_number(&exact_text(e.value)),
            Answer::Value(e) if e.error == 0.0 => exact_text(e.value),
            Answer::Value(e) if self.latex => format!(
                "{} \\pm {}",
                latex_number(&exact_text(e.value)),
                latex_number(&format!("{:.1e}", e.error))
            ),
            Answer::Value(e) => format!("{}  ± {:.1e}", exact_text(e.value), e.error),
            Answer::Absent(reason) if self.latex => {
                format!("\\text{{({})}}", reason.replace('_', "\\_").replace('^', "\\^{}"))
            }
            Answer::Absent(reason) => format!("– ({reason})"),
        }
    }

    /// Fills `{name}` with the parameter's symbol or its value.
    fn substitute(&self, template: &str, numbers: bool) -> String {
        let mut text = template.to_owned();
        for p in &self.parameters {
            let place = format!("{{{}}}", p.name);
            // "snr" stands in formulas as itself.
            if !text.contains(&place) || noise::PARAMETERS.iter().any(|n| n.name == p.name) {
                continue;
            }
            let symbol = if self.latex { p.latex } else { p.symbol };
            let fill = match self.values.get(p.name) {
                Some(Value::Number(x)) if numbers => self.number(*x),
                _ => symbol.to_owned(),
            };
            // A braced argument in LaTeX keeps its braces.
            let fill = if self.latex { format!("{{{fill}}}") } else { fill };
            text = text.replace(&place, &fill);
        }
        text
    }

    pub(super) fn number(&self, x: f64) -> String {
        let exact = exact_text(x);
        let text = if exact.len() <= self.digits + 3 { exact } else { readable(x, self.digits) };
        if self.latex { latex_number(&text) } else { text }
    }

    pub(super) fn finish(self) -> String {
        let mut text = self.lines.join("\n");
        let comment = if self.latex { "% " } else { "" };
        text.push_str(if self.latex { "\n\\end{align*}\n" } else { "\n\n" });
        let mut sources = self.sources.clone();
        // A citation without its place says nothing beside one with it.
        sources.retain(|s| !self.sources.iter().any(|o| o.starts_with(&format!("{s}, "))));
        for source in sources {
            let (mark, rest) = match source.strip_prefix("– ") {
                Some(rest) => ("– ", rest),
                None => ("", source.as_str()),
            };
            for line in hanging(mark, rest, WIDTH) {
                text.push_str(&format!("{comment}{line}\n"));
            }
        }
        text
    }
}

/// 1e-9 as 1 × 10⁻⁹ in LaTeX.
fn latex_number(text: &str) -> String {
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}\\cdot 10^{{{exponent}}}"),
        None if text == "inf" => "\\infty".into(),
        None => text.to_owned(),
    }
}
