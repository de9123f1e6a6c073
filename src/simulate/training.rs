//! `simulate training`: losses of learned scores over blocks, with standard errors.

use super::learned::Drawn;
use super::settings::SEED;
use crate::error::{Error, Result};
use crate::memory;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::random::Seed;
use crate::sweep::{Request, Typed, parameter_column};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::Training;
use crate::training::parameters::{self, D, RIDGE, TAU};
use crate::training::setting::Setting;
use rayon::prelude::*;

/// What the command is called below `simulate`.
pub const NAME: &str = "training";

const FEATURES: Parameter = Parameter::optional(
    "features",
    "FEATURES",
    "true: φ(Wx/√d), with finite --noise-draws; equivalent: the Gaussian features equivalent to them",
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

const FRESH: Parameter = Parameter::optional(
    "fresh",
    "N",
    "new samples in each block on which true features are tested",
    Domain::Whole { infinite: false },
)
.by_default("2000");

/// Largest matrix that is diagonalised: a minute on one core.
const LARGEST: f64 = 5000.0;

/// Most blocks.
const MOST_BLOCKS: f64 = 10_000.0;

/// Everything that may be given.
pub fn training_parameters() -> Vec<Parameter> {
    let mut all = parameters::of_spectrum();
    all.extend([TAU, RIDGE, FEATURES, BLOCKS, FRESH, SEED]);
    all
}

/// Simulates and prepares the table: a row for each training time or ridge.
///
/// # Errors
/// Wrong arguments; sizes beyond what can be diagonalised; failed numerics.
pub fn training_plan<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Plan<'static>> {
    let setting = Setting::new(Request::read(typed, &training_parameters())?)?;
    let by = match [TAU, RIDGE]
        .iter()
        .filter(|p| setting.request.axis(p.name).is_some())
        .collect::<Vec<_>>()[..]
    {
        [one] => *one,
        _ => {
            return Err(Error::Usage(
                "give either --tau or --ridge, for example --tau 1,10,100".into(),
            ));
        }
    };
    if let Some((name, count)) =
        setting.request.swept().into_iter().find(|(name, _)| name != by.name)
    {
        return Err(Error::argument(
            format!("--{name}"),
            format!("{count} values"),
            "only --tau or --ridge is swept in a simulation",
        ));
    }
    let values = setting.request.at(0);
    let asked = setting.asked(&values)?.required()?;
    let (drawn, blocks, seed) = drawn(&setting, &values, asked)?;
    let axis = setting.request.axis(by.name).map_or_else(Vec::new, |axis| axis.values.clone());
    let training =
        |x: &f64| if by.name == TAU.name { Training::Flow(*x) } else { Training::Ridge(*x) };
    let trainings: Vec<Training> = axis.iter().map(training).collect();
    let block = |index: usize| drawn.block(seed, index as u64, &trainings);
    let found: Vec<Vec<[f64; 2]>> =
        (0..blocks).into_par_iter().map(block).collect::<std::result::Result<_, _>>()?;

    let mut columns = setting.columns();
    columns.push(parameter_column(&by));
    let measured =
        |name: &str, symbol: &str| Column::sampled(name, symbol, "of the loss at A = 0", "BUBM25");
    columns.extend([measured("train", "L_train"), measured("test", "L_test")]);
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
    let row = move |index: usize| {
        let mut cells = setting.cells(&setting.request.at(index))?;
        cells.push(Cell::Number(axis[index]));
        for k in 0..2 {
            let (mean, error) = mean(found.iter().map(|block| block[index][k]));
            cells.push(Cell::Sampled(mean, Some(error)));
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
    if is_true && learner.draws.is_infinite() {
        return Err(Error::argument(
            "--features",
            "true",
            "needs a finite number of noise draws: --noise-draws 1, 2, …",
        ));
    }
    let columns = if learner.draws.is_finite() { n * learner.draws } else { n + d };
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
    let fresh = if is_true { number(&FRESH) } else { 0.0 };
    let bytes = 8.0
        * (4.0 * p * (columns + d) + p * fresh)
        * blocks.min(rayon::current_num_threads() as f64);
    memory::fits("the features", bytes, D.name)?;
    let drawn = Drawn {
        phi: setting.activation(values)?,
        is_true,
        coefficients: learner.coefficients,
        population: learner.population,
        d: d as usize,
        n: n as usize,
        p: p as usize,
        draws: learner.draws.is_finite().then_some(learner.draws as usize),
        fresh: fresh as usize,
    };
    Ok((drawn, blocks as usize, Seed(seed as u64)))
}

/// The mean of some numbers and its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let spread: f64 = values.map(|x| (x - mean) * (x - mean)).sum();
    (mean, (spread / (count * (count - 1.0))).sqrt())
}
