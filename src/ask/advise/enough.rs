//! How many samples would be enough.

use super::line::Line;
use super::subject::{DIGITS, Subject};
use crate::error::{Error, Result};
use crate::number::{exact_text, readable};
use crate::process::Noise;
use crate::table::Cell;

const QUESTION: &str = "How many samples would be enough for nothing to be copied?";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let Some(level) = cleanest(subject)? else {
        let reason = "that depends on the least noise of the sampler: give --config or --schedule";
        return Ok(vec![Line::unanswered(QUESTION, reason)]);
    };
    if level.time() == 0.0 {
        let reason =
            "the schedule ends without noise, where no number is: name the sampler's --steps";
        return Ok(vec![Line::unanswered(QUESTION, reason)]);
    }
    match needed(subject, level) {
        Ok(line) => Ok(vec![line]),
        Err(error @ (Error::Numerics(_) | Error::Argument { .. } | Error::Usage(_))) => {
            Ok(vec![Line::failed(QUESTION, &error)])
        }
        Err(other) => Err(other),
    }
}

/// The least noise at which the network is asked.
fn cleanest(subject: &Subject<'_>) -> Result<Option<Noise>> {
    let Some(schedule) = subject.schedule() else { return Ok(None) };
    let Some(levels) = schedule.inference() else { return Ok(Some(schedule.start())) };
    let noisy = levels.iter().rev().find(|level| level.value.is_finite());
    noisy.map(|level| Noise::at_log_snr(level.value)).transpose()
}

fn needed(subject: &Subject<'_>, level: Noise) -> Result<Line> {
    let such_that = format!("t_C.safe={}", exact_text(level.time()));
    let (query, command) = subject.gaussian("solve", &[], false)?;
    let table = query.solve("log-n", &such_that)?;
    let command = format!("{command} --for log-n --such-that {such_that}");
    let value = table.column("log_n")?.first().map_or(Cell::EMPTY, |cell| (*cell).clone());
    let own = subject.trained_on();
    let sigma = readable(level.sigma(), DIGITS);
    let answer = match value.value() {
        Some(log_n) => {
            let verdict = if own.ln() >= log_n {
                format!("the {} at hand are enough", exact_text(own))
            } else {
                format!("{} are at hand, log n = {}", exact_text(own), readable(own.ln(), DIGITS))
            };
            format!(
                "{}: then the collapse lies, with a margin, below the last level at which the network is asked, σ = {sigma}; {verdict}.{}",
                count(log_n),
                if log_n > OUT_OF_REACH {
                    " No data set is that large: what keeps a network from copying below its t_C is that it does not fit the samples exactly, so watch its losses on them (regimes times losses --train)."
                } else {
                    ""
                }
            )
        }
        None => format!("Not found: {}.", value.reason().unwrap_or("no solution")),
    };
    Ok(Line {
        question: QUESTION.into(),
        answer,
        quantity: "log_n",
        value: value.value().map_or(value, Cell::Number),
        unit: "nats".into(),
        criterion: "t_C.safe [BBDM24]: log n = I + 2 √V at the last noisy level, V the variance of the information",
        why: "at I = log n half of the samples are copied already; two standard deviations further hardly any is. The data enter by their covariance: for data of more structure fewer are enough".into(),
        command,
    })
}

/// log n beyond which no data set goes: e^30 is 10^13.
const OUT_OF_REACH: f64 = 30.0;

/// e^{log n} in words.
fn count(log_n: f64) -> String {
    let decimal = log_n / std::f64::consts::LN_10;
    if decimal < 6.0 {
        return format!("{:.0} samples like these", log_n.exp().ceil());
    }
    let power = decimal.floor();
    format!("{:.1}·10^{power:.0} samples like these", 10f64.powf(decimal - power))
}
