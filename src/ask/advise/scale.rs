//! Whether the data have the scale that the schedule expects.

use super::line::Line;
use super::subject::{DIGITS, Subject};
use crate::ask::dataset::scale;
use crate::error::Result;
use crate::number::readable;
use crate::schedule::Expected;
use crate::table::Cell;

const QUESTION: &str = "Do the data have the scale that the schedule expects?";

/// Factor by which a standard deviation may differ from the one that a network is conditioned for.
const APART: f64 = 2.0;

/// What a width may be off by the rounding of a scale.
const ROUNDED: f64 = 1e-6;

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let value = subject.cell("variance").cloned().unwrap_or(Cell::EMPTY);
    let deviation = value.value().unwrap_or(f64::NAN).sqrt();
    let (low, high) = subject.data.found.range;
    let found = format!(
        "the entries run from {} to {}, with standard deviation {} per feature",
        readable(low, DIGITS),
        readable(high, DIGITS),
        readable(deviation, DIGITS)
    );
    let schedule = subject.schedule();
    let expected = schedule.as_deref().map(|schedule| (schedule.expected(), schedule.name()));
    let doubt = match expected {
        None => None,
        Some((expected, name)) => {
            let usual = || scale::note(subject.data, deviation * deviation);
            let own = || other(expected, name, deviation, 0.5 * (high - low), &found);
            match expected {
                Expected::Deviation(_) => own().or_else(usual),
                Expected::Within(_) | Expected::Usual => usual().or_else(own),
            }
        }
    };
    let answer = match (&doubt, expected) {
        (Some(doubt), _) => format!("Doubtful: {doubt}."),
        (None, None) => format!("Unknown without a schedule: {found}."),
        (None, Some(_)) => {
            format!("Yes: {found} (means are subtracted here, so that an offset does not matter).")
        }
    };
    Ok(vec![Line {
        question: QUESTION.into(),
        answer,
        quantity: "variance",
        value,
        unit: "per feature".into(),
        criterion: "the range at which the schedule clips its samples, the sigma_data of its network, else -1 ... 1 or unit variance",
        why: "noise levels are in units of the data: on another scale every step below means another thing".into(),
        command: subject.times_command(),
    }])
}

/// What is to be said of the scale that this schedule in particular expects.
fn other(expected: Expected, name: &str, deviation: f64, half: f64, found: &str) -> Option<String> {
    match expected {
        Expected::Within(bound) if half > bound * (1.0 + ROUNDED) => Some(format!(
            "{found}, and {name} clips what it predicts at ±{bound} (clip_sample): bring them to that width, or set clip_sample to false"
        )),
        Expected::Deviation(own) if !(own / APART..=own * APART).contains(&deviation) => {
            Some(format!(
                "{found}, and the network of {name} is conditioned for {own} (sigma_data): --scale {} gives them that, or set sigma_data",
                readable(own / deviation, DIGITS)
            ))
        }
        _ => None,
    }
}
