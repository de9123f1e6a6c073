//! Below which time a trained score has memorised: a row for each combination of what is given.

use crate::answer::Answer;
use crate::error::Result;
use crate::models::Values;
use crate::numerics::Estimate;
use crate::numerics::roots;
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
    ]);
    let mut head = setting.head("training collapse", columns, setting.request.rows()?);
    head.axes = setting.request.swept();
    head.notes.push(format!("looked for at {POINTS} times from {} to {}: the largest at which Mem = 1 − L_train/L* falls through ½", TIMES.0, TIMES.1));
    let row = move |index| {
        let values = setting.request.at(index);
        let mut row = Row { cells: setting.cells_of_any_time(&values), notes: Vec::new() };
        row.cells.push(parameter_cell(&values, by.name));
        let Found { time, most, exact } = found(&setting, &values)?;
        row.cells.push(time.into());
        row.cells.push(Ok(exact).into());
        row.cells.extend([Cell::Number(most.0), Cell::Number(most.1)]);
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// What a row finds.
struct Found {
    time: Result<Answer>,
    /// The largest degree of memorisation, and where.
    most: (f64, f64),
    exact: Answer,
}

fn found(setting: &Setting, values: &Values) -> Result<Found> {
    let at = |t: f64| -> Result<(Answer, Learner)> {
        let asked = setting.asked_at(values, t)?.required()?;
        let losses = asked.learner.losses(trained(values, &asked)?)?;
        Ok((losses.map(|losses| losses.memorised), asked.learner))
    };
    let ratio = (TIMES.1 / TIMES.0).ln() / (POINTS - 1) as f64;
    let mut most = (f64::NEG_INFINITY, TIMES.0);
    let mut above: Option<f64> = None;
    let mut between = None;
    let mut exact = Answer::absent("the exact score's collapse is at n = e^(αd): give --n and --d");
    for k in 0..POINTS {
        let t = TIMES.0 * (ratio * k as f64).exp();
        let (memorised, learner) = at(t)?;
        let memorised = match memorised {
            Answer::Value(memorised) => memorised.value,
            Answer::Absent(reason) => {
                return Ok(Found { time: Ok(Answer::Absent(reason)), most: (f64::NAN, t), exact });
            }
        };
        if memorised > most.0 {
            most = (memorised, t);
        }
        if memorised >= HALF {
            above = Some(t);
        } else if let Some(low) = above.take() {
            between = Some((low, t));
        }
        if k == 0
            && let Some(d) = values.number("d")
        {
            exact = exact_collapse(&learner, d)?;
        }
    }
    let time = match (between, above) {
        (_, Some(_)) => Ok(Answer::absent("memorised beyond the largest time looked at")),
        (None, None) => Ok(Answer::absent(format!(
            "never half memorised: Mem is {:.4} at most, at t = {:.2e}",
            most.0, most.1
        ))),
        (Some((low, high)), None) => {
            let mut failed = None;
            let excess = |log_t: f64| match at(log_t.exp()) {
                Ok((Answer::Value(memorised), _)) => memorised - HALF,
                Ok((Answer::Absent(_), _)) => Estimate::new(f64::NAN, 0.0),
                Err(error) => {
                    failed = Some(error);
                    Estimate::new(f64::NAN, 0.0)
                }
            };
            let root = roots::bracketed("collapse of a trained score", excess, low.ln(), high.ln());
            match failed {
                Some(error) => Err(error),
                None => root.map(|root| root.estimate().exp().into()).map_err(Into::into),
            }
        }
    };
    Ok(Found { time, most, exact })
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
