//! How long to train: a row for each combination of what is given.

use super::absent;
use super::losses::SHARE;
use crate::answer::{Answer, resolved};
use crate::error::Result;
use crate::models::Values;
use crate::numerics::Estimate;
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::learner::Learner;
use crate::training::losses::Losses;
use crate::training::parameters::{self, LEARNING_RATE, READOUT};
use crate::training::setting::{Asked, Setting};

/// Relative error that times promise.
const TOLERANCE: f64 = 1e-7;

/// The same of what depends on how deep a minimum or how high a rise is, which may be shallow ones.
const RISE_TOLERANCE: f64 = SHARE;

/// The table of times.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &parameters::of_times())?)?;
    let in_steps = setting.request.axis(LEARNING_RATE.name).is_some();
    let mut columns = setting.columns();
    columns.extend(results(in_steps));
    let mut head = setting.head("training times", columns.clone(), setting.request.rows()?);
    head.axes = setting.request.swept();
    if in_steps {
        let moved = setting.request.fixed.text(READOUT.name).unwrap_or_default();
        head.conventions.push((
            "steps".into(),
            match moved {
                "standard" => "of full-batch gradient descent on A/√p: τ = kηp/d²".to_owned(),
                _ => "of full-batch gradient descent on A: τ = kη/d²".to_owned(),
            },
        ));
    }
    let row = move |index| {
        let values = setting.request.at(index);
        let mut row = Row { cells: setting.cells(&values)?, notes: Vec::new() };
        match setting.asked(&values)? {
            Answer::Value(asked) => {
                row.notes = asked.notes();
                let step = if in_steps { setting.step(&values)? } else { None };
                let cells = cells(&asked, &values, step, &mut row.notes)?;
                row.cells.extend(cells);
            }
            Answer::Absent(reason) => absent(&mut row, &columns, &reason),
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

fn results(in_steps: bool) -> Vec<Column> {
    let time = |name: &str, symbol: &str| {
        Column::estimate(name, symbol, "training time", "BUBM25", TOLERANCE)
    };
    let rise = |name: &str, symbol: &str| {
        Column::estimate(name, symbol, "training time", "BUBM25", RISE_TOLERANCE)
    };
    let loss = |name: &str, symbol: &str| {
        Column::estimate(name, symbol, "of the loss at A = 0", "BUBM25", TOLERANCE)
    };
    let any = |name: &str, symbol: &str, unit: &'static str| {
        Column::estimate(name, symbol, unit, "BUBM25", f64::INFINITY)
    };
    let mut columns = vec![
        time("tau_gen", "τ_gen"),
        time("tau_gen_limit", "τ_gen, n, p → ∞"),
        rise("tau_opt", "τ_opt"),
        rise("tau_onset", "τ_1%"),
        rise("tau_tenth", "τ_10%"),
        rise("tau_half", "τ_50%"),
        time("tau_mem", "τ_mem"),
        loss("train_opt", "L_train(τ_opt)"),
        loss("test_opt", "L_test(τ_opt)"),
        any("score_error_opt", "E(τ_opt)", "(L_test − L*)/Δ"),
        loss("train_end", "L_train(∞)"),
        loss("test_end", "L_test(∞)"),
        loss("bayes", "L*"),
        any("memorised_end", "Mem(∞)", "1 − L_train/L*"),
        Column::number("ratio", "p/n", ""),
        Column::estimate(
            "r_half",
            "r_½",
            "p/n at which a wide network ends half memorised",
            "BUBM25",
            TOLERANCE,
        ),
    ];
    if in_steps {
        columns.extend([
            any("steps_opt", "k_opt", "steps"),
            any("steps_onset", "k_1%", "steps"),
            any("steps_half", "k_50%", "steps"),
            any("learning_rate_max", "η_max", "above it descent diverges"),
        ]);
    }
    columns
}

fn cells(
    asked: &Asked,
    values: &Values,
    step: Option<f64>,
    notes: &mut Vec<String>,
) -> Result<Vec<Cell>> {
    let learner = &asked.learner;
    let found = learner.stopping()?;
    let bands = learner.population_bands();
    let generalisation: Cell = match &bands {
        Ok(bands) => Ok(learner.generalisation_time(bands)).into(),
        Err(error) => Err(error.clone().into()).into(),
    };
    let best = |of: fn(&Losses) -> Estimate| found.best.as_ref().map(|(_, losses)| of(losses));
    let end = |of: fn(&Losses) -> Estimate| found.end.as_ref().map(of);
    let tau = found.best.as_ref().map(|(tau, _)| *tau);
    let half = if learner.draws.is_finite() {
        Answer::absent("defined for the exact average over the noise (--noise-draws inf)")
    } else {
        learner.half_ratio()
    };
    let ratio = learner.psi_p / learner.psi_n;
    if let Answer::Value(half) = &half {
        notes.push(verdict(ratio, half.value));
    }
    let near = |time: &Answer| time.clone().and_then(|t| resolved(t, SHARE * t.value.abs()));
    let answers = vec![
        learner.generalisation_limit().into(),
        near(&tau),
        near(&found.rises[0]),
        near(&found.rises[1]),
        near(&found.rises[2]),
        learner.memorisation_time(),
        best(|x| x.train),
        best(|x| x.test),
        best(|x| x.score_error),
        end(|x| x.train),
        end(|x| x.test),
        learner.bayes().into(),
        end(|x| x.memorised).and_then(|share| resolved(share, SHARE)),
    ];
    let mut cells = vec![generalisation];
    cells.extend(answers.into_iter().map(|answer| Cell::from(Ok(answer))));
    cells.push(Cell::Number(ratio));
    cells.push(Ok(half).into());
    if let (Some(step), Some(d)) = (step, asked.d) {
        let count = |time: &Answer| -> Cell {
            Ok(time.clone().map(|tau| tau / Estimate::rounded(step))).into()
        };
        cells.extend([count(&tau), count(&found.rises[0]), count(&found.rises[2])]);
        let standard = values.text(READOUT.name) == Some("standard");
        let most = match bands {
            Ok(bands) => most_rate(learner, bands.top(), d, standard),
            Err(error) => {
                cells.push(Err(error.into()).into());
                return Ok(cells);
            }
        };
        if values.number(LEARNING_RATE.name).is_some_and(|rate| rate >= most.value) {
            notes.push(format!("the learning rate is above {:.4e}: gradient descent diverges, the flow's steps mean nothing", most.value));
        }
        cells.push(Ok(most.into()).into());
    }
    Ok(cells)
}

/// What p/n says of the end of training.
fn verdict(ratio: f64, half: f64) -> String {
    if ratio < half {
        format!(
            "p/n = {ratio:.4} is below r_½ = {half:.4}: trained to the end, a wide network memorises less than half"
        )
    } else {
        format!(
            "p/n = {ratio:.4} is above r_½ = {half:.4}: trained to the end, a wide network memorises more than half"
        )
    }
}

/// The learning rate above which descent diverges: the mean of the features, where it is not zero, makes an
/// eigenvalue μ0²p that plays no part in the losses.
fn most_rate(learner: &Learner, top: Estimate, d: f64, standard: bool) -> Estimate {
    let mean = learner.coefficients.mu0;
    let outlier = mean * mean * (learner.psi_p * d);
    let largest = if outlier.value > top.value { outlier } else { top };
    let scale = if standard { d } else { d * d * learner.psi_p };
    Estimate::rounded(scale / learner.coefficients.delta) / largest
}
