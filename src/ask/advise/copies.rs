//! From where on training samples are copied.

use super::classes::capital;
use super::line::{Line, TIME};
use super::subject::{DIGITS, Subject, steps};
use crate::error::{Error, Result};
use crate::number::{exact_text, readable};
use crate::table::Cell;

const QUESTION: &str = "From where on are training samples copied?";
const MEASURED: &str = "t_C.leave-one-out";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let mut lines = vec![measured(subject)];
    if subject.trained_on() != subject.samples() {
        lines.push(of_another_size(subject)?);
    }
    Ok(lines)
}

/// What the empirical score of the samples at hand shows.
fn measured(subject: &Subject<'_>) -> Line {
    let value = subject.cell(MEASURED).cloned().unwrap_or(Cell::EMPTY);
    let samples = exact_text(subject.samples());
    let answer = match value.value() {
        Some(t) => format!(
            "{}: from there on the exact score of these {samples} samples leads back to one of them{}. A network that fits them exactly copies there; one that does not may still generalise.",
            capital(&subject.place(t)),
            below(subject, t)
        ),
        None => format!("Not found: {}.", value.reason().unwrap_or("no crossing")),
    };
    let gaussian = subject.cell("t_C.gaussian").and_then(Cell::value);
    let gaussian = gaussian.map_or_else(String::new, |t| {
        format!("; a Gaussian of their covariance would collapse at t = {}", readable(t, DIGITS))
    });
    Line {
        question: QUESTION.into(),
        answer,
        quantity: MEASURED,
        value,
        unit: TIME,
        criterion: "t_C.leave-one-out [D81]: noised samples weigh themselves as much as all others together",
        why: format!(
            "it is measured on the samples as they are, their copies and strokes included{gaussian}"
        ),
        command: subject.times_command(),
    }
}

/// How many steps that is.
fn below(subject: &Subject<'_>, t: f64) -> String {
    match subject.steps_below(t) {
        Some((0, count)) => format!(", when the last of {} has begun", steps(count)),
        Some((below, count)) if below == count => format!(", in all of {}", steps(count)),
        Some((below, count)) => format!(", in the last {below} of {}", steps(count)),
        None => String::new(),
    }
}

/// What the covariance says of more or fewer samples.
fn of_another_size(subject: &Subject<'_>) -> Result<Line> {
    let n = exact_text(subject.trained_on());
    let question = format!("And with {n} training samples?");
    let (query, command) = subject.gaussian("times", &[("n", &n)], true)?;
    let table = match query.times() {
        Ok(table) => table,
        Err(error @ Error::Numerics(_)) => return Ok(Line::failed(question, &error)),
        Err(other) => return Err(other),
    };
    let value = table.column("t_C.asymptotic")?[0].clone();
    let answer = match value.value() {
        Some(t) => format!("{}{}.", capital(&subject.place(t)), below(subject, t)),
        None => format!("Nowhere: {}.", value.reason().unwrap_or("no transition")),
    };
    Ok(Line {
        question,
        answer,
        quantity: "t_C.asymptotic",
        value: value.value().map_or(value, Cell::Number),
        unit: TIME,
        criterion: "t_C.asymptotic [BBDM24 Eq. 5]: I(a; x_t) = log n",
        why: "samples that are not in the file cannot be measured: Gaussian data of the measured covariance can be computed for any n; data of more structure collapse at this t or a smaller one".into(),
        command,
    })
}
