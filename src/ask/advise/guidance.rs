//! Where guidance acts.

use super::line::{Line, TIME};
use super::subject::{DIGITS, Subject};
use crate::dataset::Source;
use crate::dataset::groups::variance_between;
use crate::error::{Error, Result};
use crate::number::{exact_text, readable};
use crate::table::Cell;

const QUESTION: &str = "Where does guidance act?";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let Some(between) = subject.cell("Lambda_between").and_then(Cell::value) else {
        let reason = "guidance is towards a class: give --labels of two classes or more";
        return Ok(vec![Line::unanswered(QUESTION, reason)]);
    };
    let within = variance_between(&subject.data.found.groups)?.filter(|v| *v > 0.0);
    let Some(within) = within.filter(|_| between > 0.0) else {
        let reason =
            "the class means coincide, or nothing varies about them along their difference";
        return Ok(vec![Line::unanswered(QUESTION, reason)]);
    };
    match clusters(subject, between, within) {
        Ok(line) => Ok(vec![line]),
        Err(error @ (Error::Numerics(_) | Error::Argument { .. } | Error::Usage(_))) => {
            Ok(vec![Line::failed(QUESTION, &error)])
        }
        Err(other) => Err(other),
    }
}

/// The window of two clusters as far apart, and as wide along their difference, as the classes.
fn clusters(subject: &Subject<'_>, between: f64, within: f64) -> Result<Line> {
    let d = subject.data.selection.dimension() as f64;
    let sampler = if subject.ancestral() { "sde" } else { "ode" };
    let (query, command) = subject.model(
        "guidance",
        "clusters",
        &[
            ("d", exact_text(d)),
            ("mu", exact_text((between / d).sqrt())),
            ("sigma", exact_text(within.sqrt())),
            ("omega", exact_text(subject.asked.omega)),
            ("sampler", sampler.into()),
        ],
    )?;
    let table = query.guidance()?;
    let cell = |name: &str| Ok::<Cell, Error>(table.column(name)?[0].clone());
    let (start, end) = (cell("window.start")?, cell("window.end")?);
    let answer = match (start.value(), end.value()) {
        (Some(from), Some(to)) => format!(
            "From {} to {}: nine tenths of what it shifts comes between them; before, and after, it is hardly felt.{}",
            subject.place(from),
            subject.place(to),
            if between < within {
                " Doubtful: the classes differ less in their means, along which it is computed, than they vary."
            } else {
                ""
            }
        ),
        _ => format!("Nowhere: {}.", start.reason().unwrap_or("it adds nothing")),
    };
    let value = start.value().map_or(start, Cell::Number);
    Ok(Line {
        question: QUESTION.into(),
        answer,
        quantity: "window.start",
        value,
        unit: TIME,
        criterion: "window.start, window.end [PVBM25]: 5 and 95 % of the shift along the class's mean",
        why: format!(
            "two clusters as far apart as the classes (Λ_B = {}) and as wide along their difference (variance {}) have an exact answer; more classes, or unequal ones, move it",
            readable(between, DIGITS),
            readable(within, DIGITS)
        ),
        command,
    })
}
