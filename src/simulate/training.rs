//! `simulate training`: losses of learned scores over blocks, with standard errors.

use super::learned::{Drawn, Trained};
use super::samples::Samples;
use super::settings::SEED;
use crate::error::{Error, Result};
use crate::memory;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::random::Seed;
use crate::sweep::{Request, Typed, parameter_column};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::parameters::{self, D, RIDGE, STEPS, TAU};
use crate::training::setting::{Setting, training};
use crate::training::{Coefficients, Training};
use rayon::prelude::*;

/// What the command is called below `simulate`.
pub const NAME: &str = "training";

const FEATURES: Parameter = Parameter::optional(
    "features",
    "FEATURES",
    "true: φ(Wx/√d) itself, its noise averaged over exactly or drawn; equivalent: the Gaussian features equivalent to it",
    Domain::Name(&["equivalent", "true"]),
)
.by_default("equivalent");

const BLOCKS: Parameter = Parameter::optional(
    "blocks",
    "BLOCKS",
    "independent draws of weights and samples, whose scatter gives the standard errors",
    Domain::Whole { infinite: false },
)
.by_default("8");

const SAMPLES: Parameter = Parameter::of_text(
    "samples",
    "SAMPLES",
    "train on these in place of Gaussian data of --spectrum: a file of samples, or a model with its parameters, as in \"clusters mu=2\"",
);

const FRESH: Parameter = Parameter::optional(
    "fresh",
    "N",
    "new samples in each block on which true features are tested",
    Domain::Whole { infinite: false },
)
.by_default("2000");

/// Loss beyond which descent has diverged.
const DIVERGED: f64 = 1e100;

/// Eigenvalues in which a measured spectrum is shown.
const SHOWN: usize = 8;

/// Largest matrix that is diagonalised: a minute on one core.
const LARGEST: f64 = 5000.0;

/// Most blocks.
const MOST_BLOCKS: f64 = 10_000.0;

/// Everything that may be given.
pub fn training_parameters() -> Vec<Parameter> {
    let mut all = parameters::of_losses();
    all.extend([SAMPLES, FEATURES, BLOCKS, FRESH, SEED]);
    all
}

/// Simulates and prepares the table: a row for each training time or ridge.
///
/// # Errors
/// Wrong arguments; sizes beyond what can be diagonalised; failed numerics.
pub fn training_plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &training_parameters())?)?;
    let by = training(&setting)?;
    if let Some((name, count)) =
        setting.request.swept().into_iter().find(|(name, _)| name != by.name)
    {
        return Err(Error::argument(
            format!("--{name}"),
            format!("{count} values"),
            "only --tau, --ridge or --steps is swept in a simulation",
        ));
    }
    let values = setting.request.at(0);
    let asked = setting.asked(&values)?.required()?;
    let mut notes = asked.notes();
    let (drawn, blocks, seed) = drawn(&setting, &values, asked, &mut notes)?;
    let axis = setting.request.axis(by.name).map_or_else(Vec::new, |axis| axis.values.clone());
    let in_steps = by.name == STEPS.name;
    let step = setting.step(&values)?.unwrap_or(f64::NAN);
    if let Some(count) = axis.iter().find(|count| in_steps && count.fract() != 0.0) {
        return Err(Error::argument("--steps", count, "must be a whole number"));
    }
    let one = |x: &f64| match by.name {
        name if name == RIDGE.name => vec![Trained::By(Training::Ridge(*x))],
        name if name == STEPS.name => {
            vec![Trained::Descent { step, count: *x }, Trained::By(Training::Flow(*x * step))]
        }
        _ => vec![Trained::By(Training::Flow(*x))],
    };
    let trainings: Vec<Trained> = axis.iter().flat_map(one).collect();
    let block = |index: usize| drawn.block(seed, index as u64, &trainings);
    let found: Vec<Vec<[f64; 2]>> =
        (0..blocks).into_par_iter().map(block).collect::<Result<_>>()?;

    let mut columns = setting.columns();
    columns.push(parameter_column(&by));
    let measured =
        |name: &str, symbol: &str| Column::sampled(name, symbol, "of the loss at A = 0", "BUBM25");
    if in_steps {
        columns.push(Column::number(TAU.name, TAU.symbol, "training time"));
    }
    columns.extend([measured("train", "L_train"), measured("test", "L_test")]);
    if in_steps {
        columns.extend([
            measured("train_flow", "L_train, flow"),
            measured("test_flow", "L_test, flow"),
        ]);
    }
    let mut head = setting.head("simulate training", columns, axis.len());
    head.axes = setting.request.swept();
    head.notes.push(format!(
        "{} features, {blocks} blocks of d = {}, n = {}, p = {}, seed {}",
        if drawn.is_true { "true" } else { "equivalent" },
        drawn.d,
        drawn.n,
        drawn.p,
        seed.0
    ));
    head.notes.extend(notes);
    let each = if in_steps { 2 } else { 1 };
    let row = move |index: usize| {
        let mut cells = setting.cells(&setting.request.at(index))?;
        cells.push(Cell::Number(axis[index]));
        if in_steps {
            cells.push(Cell::Number(axis[index] * step));
        }
        for way in 0..each {
            for k in 0..2 {
                let (mean, error) = mean(found.iter().map(|block| block[each * index + way][k]));
                cells.push(if mean.abs() < DIVERGED && error.is_finite() {
                    Cell::Sampled(mean, Some(error))
                } else {
                    Cell::Missing(
                        "the learning rate is too large: gradient descent diverges".into(),
                    )
                });
            }
        }
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// What is drawn in each block, how many there are, the seed.
fn drawn(
    setting: &Setting,
    values: &crate::models::Values,
    asked: crate::training::setting::Asked,
    notes: &mut Vec<String>,
) -> Result<(Drawn, usize, Seed)> {
    let number = |p: &Parameter| values.number(p.name).unwrap_or(f64::NAN);
    let Some(d) = asked.d else {
        return Err(Error::Usage("--d is required: a simulation has a dimension".into()));
    };
    let learner = asked.learner;
    let size = |name: &str, ratio: f64| {
        let count = ratio * d;
        if count.round() >= 1.0 && (count - count.round()).abs() < 1e-6 * count {
            Ok(count.round())
        } else {
            Err(Error::argument(
                name,
                ratio,
                format!("times --d {d} must be a whole number, 1 or above, not {count}"),
            ))
        }
    };
    let (n, p) = (size("--psi-n", learner.psi_n)?, size("--psi-p", learner.psi_p)?);
    let is_true = values.text(FEATURES.name) == Some("true");
    let columns = match (learner.draws.is_finite(), is_true) {
        (true, _) => n * learner.draws,
        (false, false) => n + d,
        // The average over the noise has no factor.
        (false, true) => p,
    };
    if p.min(columns) > LARGEST {
        return Err(Error::argument(
            "--d",
            d,
            format!(
                "makes a matrix of {} rows to diagonalise, above {LARGEST}: take smaller sizes",
                p.min(columns)
            ),
        ));
    }
    let blocks = number(&BLOCKS);
    if !(2.0..=MOST_BLOCKS).contains(&blocks) {
        return Err(Error::argument(
            "--blocks",
            blocks,
            format!("must be a whole number from 2 to {MOST_BLOCKS}"),
        ));
    }
    let seed = number(&SEED);
    if seed.fract() != 0.0 || seed > 9.0e15 {
        return Err(Error::argument("--seed", seed, "must be a whole number from 0 to 9e15"));
    }
    let samples = match values.text(SAMPLES.name) {
        Some(text) => Some(Samples::read(text, d)?),
        None => None,
    };
    let seed = Seed(seed as u64);
    let mut fresh = if is_true || samples.is_some() { number(&FRESH) } else { 0.0 };
    let (mut coefficients, mut population) = (learner.coefficients, learner.population);
    let phi = setting.activation(values)?;
    if let Some(samples) = &samples {
        let (dimension, count) = samples.size();
        if dimension as f64 != d {
            return Err(Error::argument(
                "--d",
                d,
                format!("the samples have {dimension} dimensions"),
            ));
        }
        if let Some(count) = count.map(|count| count as f64) {
            if n >= count {
                let expected =
                    format!("leaves none of the {count} samples to test on: n must be smaller");
                return Err(Error::argument("--psi-n", learner.psi_n, expected));
            }
            fresh = fresh.min(count - n);
        }
        population = samples.spectrum(seed)?;
        coefficients = Coefficients::new(&phi, coefficients.t, population.trace())?;
        notes.push(format!(
            "the samples' covariance as measured, for --spectrum: {}",
            population.coarse(SHOWN)
        ));
    }
    let bytes = 8.0
        * (4.0 * p * (columns + d) + p * fresh)
        * blocks.min(rayon::current_num_threads() as f64);
    memory::fits("the features", bytes, D.name)?;
    let drawn = Drawn {
        phi,
        is_true,
        coefficients,
        population,
        samples,
        d: d as usize,
        n: n as usize,
        p: p as usize,
        draws: learner.draws.is_finite().then_some(learner.draws as usize),
        fresh: fresh as usize,
    };
    Ok((drawn, blocks as usize, seed))
}

/// The mean of some numbers and its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let spread: f64 = values.map(|x| (x - mean) * (x - mean)).sum();
    (mean, (spread / (count * (count - 1.0))).sqrt())
}
