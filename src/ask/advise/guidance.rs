//! Where guidance acts.

use super::line::{Line, TIME};
use super::subject::{DIGITS, Subject};
use crate::dataset::Source;
use crate::dataset::groups::variance_between;
use crate::dataset::moments::Moments;
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
    match clusters(subject, Classes::new(&subject.data.found.groups, between, within)) {
        Ok(line) => Ok(vec![line]),
        Err(error @ (Error::Numerics(_) | Error::Argument { .. } | Error::Usage(_))) => {
            Ok(vec![Line::failed(QUESTION, &error)])
        }
        Err(other) => Err(other),
    }
}

/// Two clusters in the place of the classes.
struct Classes {
    /// Square of half the distance of the means.
    apart: f64,
    /// Variance along their difference.
    within: f64,
    /// What there is to say against it.
    doubt: String,
}

/// Share of a class, of two, below which they are not taken for equally frequent.
const EVEN: f64 = 0.4;

impl Classes {
    fn new(groups: &[Moments], between: f64, within: f64) -> Self {
        let mut apart = between;
        let mut doubt = String::new();
        if let [first, second] = groups {
            let share = first.count as f64 / (first.count + second.count) as f64;
            // Λ_B = w (1 − w)|Δ|², and half the distance is wanted.
            apart = between / (4.0 * share * (1.0 - share));
            let least = share.min(1.0 - share);
            if least < EVEN {
                doubt = format!(
                    " Doubtful: it is that of equally frequent classes, and one of these has {} of the samples.",
                    readable(least, 2)
                );
            }
        }
        if apart < within {
            doubt.push_str(" Doubtful: the classes differ less in their means, along which it is computed, than they vary.");
        }
        Self { apart, within, doubt }
    }
}

/// The window of two clusters as far apart, and as wide along their difference, as the classes.
fn clusters(subject: &Subject<'_>, classes: Classes) -> Result<Line> {
    let Classes { apart, within, doubt } = classes;
    let d = subject.data.selection.dimension() as f64;
    let sampler = if subject.ancestral() { "sde" } else { "ode" };
    let (query, command) = subject.model(
        "guidance",
        "clusters",
        &[
            ("d", exact_text(d)),
            ("mu", exact_text((apart / d).sqrt())),
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
            doubt
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
            "two clusters as far apart as the classes (half of it squared is {}) and as wide along their difference (variance {}) have an exact answer; more classes, or unequal ones, move it",
            readable(apart, DIGITS),
            readable(within, DIGITS)
        ),
        command,
    })
}
