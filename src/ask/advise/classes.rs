//! When classes are decided.

use super::line::{Line, TIME};
use super::subject::{DIGITS, Subject};
use crate::error::Result;
use crate::number::readable;
use crate::schedule::Schedule;
use crate::table::Cell;

const QUESTION: &str = "When are classes decided?";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    if subject.cell(BAYES).is_some() { labelled(subject) } else { unlabelled(subject) }
}

const BAYES: &str = "t_S.bayes";
const SPECTRAL: &str = "t_S.spectral";

fn labelled(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let value = subject.cell(BAYES).cloned().unwrap_or(Cell::EMPTY);
    let splits = (1..).map_while(|k| subject.cell(&format!("ladder.bayes.{k}")));
    let found: Vec<f64> = splits.filter_map(Cell::value).collect();
    let answer = match (&value, &found[..]) {
        (Cell::Missing(reason), _) => format!("Not at any noise level: {reason}."),
        (value, _) if value.value().is_none() => "Not found.".into(),
        (_, [.., last]) if found.len() > 1 => format!(
            "The first split is {}, the last {}: before them a sample has no class yet, after them it keeps its own{}.",
            subject.place(found[0]),
            subject.place(*last),
            groups(subject) + beyond(subject, found[0])
        ),
        (value, _) => format!(
            "{}: before, a sample has no class yet; after, it keeps its own{}.",
            capital(&subject.place(value.value().unwrap_or(f64::NAN))),
            groups(subject) + beyond(subject, value.value().unwrap_or(f64::NAN))
        ),
    };
    Ok(vec![Line {
        question: QUESTION.into(),
        answer,
        quantity: BAYES,
        value,
        unit: TIME,
        criterion: "t_S.bayes [ABBM26]: mean of the log-likelihood ratio = its standard deviation",
        why: "it takes the classes with their measured means and covariances; the published t_S.spectral sees only the largest variance, whether or not a class causes it".into(),
        command: subject.times_command(),
    }])
}

/// Which groups separate first.
fn groups(subject: &Subject<'_>) -> String {
    let first = subject.remarks().find_map(|note| note.strip_prefix("ladder.bayes.1 separates "));
    first.map_or_else(String::new, |groups| format!("; the first splits {groups}"))
}

/// What follows where the schedule does not reach the noise of the first split.
fn beyond(subject: &Subject<'_>, t: f64) -> &'static str {
    let reached = |schedule: &Schedule| t <= schedule.horizon().time();
    if subject.asked.schedule.as_deref().is_none_or(reached) {
        return "";
    }
    "; class information survives the schedule's last step, so that sampling from pure noise misses the frequencies of the classes"
}

fn unlabelled(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let value = subject.cell(SPECTRAL).cloned().unwrap_or(Cell::EMPTY);
    let answer = match (&value, value.value()) {
        (_, Some(t)) => format!(
            "The direction of largest variance (Λ = {}) is decided {}; whether that is a class is not known without --labels.",
            readable(subject.cell("Lambda").and_then(Cell::value).unwrap_or(f64::NAN), DIGITS),
            subject.place(t)
        ),
        (Cell::Missing(reason), None) => {
            format!(
                "No direction is decided early: {reason}. Give --labels for the classes themselves."
            )
        }
        _ => "Not found: give --labels.".into(),
    };
    Ok(vec![Line {
        question: QUESTION.into(),
        answer,
        quantity: SPECTRAL,
        value,
        unit: TIME,
        criterion: "t_S.spectral [BBDM24 Eq. 3]: ½ log Λ of the covariance",
        why: "without labels the covariance is all that is known of classes".into(),
        command: subject.times_command(),
    }])
}

/// The same words at the beginning of a sentence.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
