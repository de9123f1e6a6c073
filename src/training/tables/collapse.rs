//! Below which time a trained score has memorised: a row for each combination of what is given.

use crate::answer::{Answer, Reason};
use crate::error::Result;
use crate::models::Values;
use crate::numerics::{Estimate, NumericsError, minima, roots};
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::learner::Learner;
use crate::training::parameters;
use crate::training::setting::{Setting, trained, training};

/// Times between which memorisation is looked for, and points of the search: six a decade.
const TIMES: (f64, f64) = (1e-4, 5.0);
const POINTS: usize = 30;

/// The degree of memorisation at which a score counts as the samples' own.
const HALF: f64 = 0.5;

/// How far below one half a peak between the times looked at is still looked for.
const NEAR: f64 = 0.1;

/// Error that times promise.
const TOLERANCE: f64 = 1e-7;

/// The table of collapse times.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::of_any_time(Request::read(typed, &parameters::of_collapse())?)?;
    let by = training(&setting)?;
    let mut columns = setting.columns_of_any_time();
    columns.push(parameter_column(&by));
    columns.extend([
        Column::estimate("t_C.trained", "t_C, trained", "OU time", "BUBM25", TOLERANCE),
        Column::estimate("t_C.asymptotic", "t_C, exact score", "OU time", "BBDM24", TOLERANCE),
        Column::number("memorised_most", "max Mem", "over the times looked at"),
        Column::number("t_most", "its t", "OU time"),
        Column::number("ratio", "p/n", ""),
    ]);
    let mut head = setting.head("training collapse", columns, setting.request.rows()?);
    head.axes = setting.request.swept();
    head.notes.push(format!("looked for at {POINTS} times from {} to {}, and between them where Mem = 1 − L_train/L* has a peak near ½: the largest t at which it falls through ½", TIMES.0, TIMES.1));
    let row = move |index| {
        let values = setting.request.at(index);
        let mut row = Row { cells: setting.cells_of_any_time(&values), notes: Vec::new() };
        row.cells.push(parameter_cell(&values, by.name));
        let Found { time, most, exact } = found(&setting, &values)?;
        row.cells.push(time.into());
        row.cells.push(Ok(exact).into());
        row.cells.extend(match most {
            Some((share, t)) => [share, t].map(Cell::Number),
            None => [Cell::EMPTY, Cell::EMPTY],
        });
        let [psi_n, psi_p] = setting.ratios(&values)?;
        row.cells.push(Cell::Number(psi_p / psi_n));
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// What a row finds.
struct Found {
    time: Result<Answer>,
    /// The largest degree of memorisation, and where.
    most: Option<(f64, f64)>,
    exact: Answer,
}

impl Found {
    fn nothing(reason: Reason) -> Self {
        let exact = Answer::Absent(reason.clone());
        Self { time: Ok(Answer::Absent(reason)), most: None, exact }
    }
}

fn found(setting: &Setting, values: &Values) -> Result<Found> {
    let seen = match scanned(setting, values)? {
        Answer::Value(seen) => seen,
        Answer::Absent(reason) => return Ok(Found::nothing(reason)),
    };
    let exact = match values.number("d") {
        Some(d) => exact_collapse(&seen.learner, d)?,
        None => Answer::absent("the exact score's collapse is at n = e^(αd): give --n and --d"),
    };
    // At log t; failures are kept, and end the search.
    let failed = std::cell::Cell::new(None);
    let at = |log_t: f64| match memorised(setting, values, log_t.exp()) {
        Ok(Answer::Value((share, _))) => share,
        Ok(Answer::Absent(_)) => Estimate::new(f64::NAN, 0.0),
        Err(error) => {
            failed.set(Some(error));
            Estimate::new(f64::NAN, 0.0)
        }
    };
    let (times, shares) = (&seen.log_times, &seen.shares);
    let last = times.len() - 1;
    let mut most = (f64::NEG_INFINITY, f64::NAN);
    let mut between = None;
    // From above: the largest t at which Mem falls through one half, be it between two of the times.
    for k in (0..=last).rev() {
        let (mut share, mut place) = (shares[k], times[k]);
        let (low, high) = (k.saturating_sub(1), (k + 1).min(last));
        if share >= shares[low] && share >= shares[high] && share < HALF && share > HALF - NEAR {
            let peak = minima::unimodal("memorisation", |x| -at(x).value, times[low], times[high])?;
            if -peak.value > share {
                (share, place) = (-peak.value, peak.at);
            }
        }
        if share > most.0 {
            most = (share, place.exp());
        }
        if share >= HALF && between.is_none() {
            between = Some((place, times[high]));
        }
    }
    let time = match between {
        Some((low, high)) if low >= high => {
            Ok(Answer::absent("memorised beyond the largest time looked at"))
        }
        None => Ok(Answer::absent(format!(
            "never half memorised: Mem is {:.4} at most, at t = {:.2e}",
            most.0, most.1
        ))),
        Some((low, high)) => {
            match roots::bracketed("collapse of a trained score", |x| at(x) - HALF, low, high) {
                Ok(root) => Ok(root.estimate().exp().into()),
                Err(NumericsError::NotBracketed { .. }) => Ok(Answer::absent(
                    "Mem touches ½ within its error: where it crosses is not resolved",
                )),
                Err(error) => Err(error.into()),
            }
        }
    };
    let time = failed.take().map_or(time, Err);
    Ok(Found { time, most: Some(most), exact })
}

/// Mem at the times looked at.
struct Seen {
    log_times: Vec<f64>,
    shares: Vec<f64>,
    learner: Learner,
}

fn scanned(setting: &Setting, values: &Values) -> Result<Answer<Seen>> {
    let ratio = (TIMES.1 / TIMES.0).ln() / (POINTS - 1) as f64;
    let log_times: Vec<f64> = (0..POINTS).map(|k| TIMES.0.ln() + ratio * k as f64).collect();
    let mut shares = Vec::with_capacity(POINTS);
    let mut last = None;
    for log_t in &log_times {
        match memorised(setting, values, log_t.exp())? {
            Answer::Value((share, learner)) => {
                shares.push(share.value);
                last = Some(learner);
            }
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        }
    }
    Ok(match last {
        Some(learner) => Answer::Value(Seen { log_times, shares, learner }),
        None => Answer::absent("no times to look at"),
    })
}

/// The degree of memorisation at a time, and the network there.
fn memorised(setting: &Setting, values: &Values, t: f64) -> Result<Answer<(Estimate, Learner)>> {
    setting.asked_at(values, t)?.try_and_then(|asked| {
        let losses = asked.learner.losses(trained(setting, values)?)?;
        Ok(losses.map(|losses| (losses.memorised, asked.learner)))
    })
}

/// t_C of the exact score of the same samples: ½⟨log(1 + σ snr)⟩ = log n/d.
fn exact_collapse(learner: &Learner, d: f64) -> Result<Answer> {
    let alpha = (learner.psi_n * d).ln() / d;
    if alpha <= 0.0 {
        return Ok(Answer::absent("one sample: nothing is left to choose"));
    }
    let excess = |log_snr: f64| {
        let information = 0.5 * learner.population.mean(|sigma| (sigma * log_snr.exp()).ln_1p());
        Estimate::new(information - alpha, 16.0 * f64::EPSILON * (information + alpha))
    };
    // The information grows from 0 without end, like log snr.
    let top =
        2.0 * alpha / learner.population.mean(|sigma| f64::from(u8::from(sigma > 0.0))) + 700.0;
    let root = roots::bracketed("collapse of the exact score", excess, -700.0, top.min(1400.0))?;
    Ok(Answer::Value(0.5 * (-root.estimate()).exp().ln_1p()))
}
