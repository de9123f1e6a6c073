//! The experiments: what each needs, computes and shows.

use super::clones::{self, Route, Score};
use super::settings::{
    BINS, BLOCKS, HORIZON, MEMORY, POINTS, PRECISION, ROUTE, SCORE, SEED, SHOW, STEPS, Settings,
};
use super::{Measured, Real, Source, Unit, collapse, entropy, levels};
use crate::dataset::observables::{
    CLONES, LEAVE_ONE_OUT, NEAREST, OWN_WEIGHT, Observable, PARTICIPATION,
};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::process::Noise;
use crate::quantities::{noise, sample_size};
use crate::suggest::among;
use crate::table::{Cell, Column};

/// Which experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Clones,
    Entropy,
    Collapse,
    Levels,
}

/// An experiment as it is asked for.
pub struct Experiment {
    pub(super) kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// Arguments of an example, after the model's own.
    pub example: &'static str,
    /// Whether it is a curve over noise levels.
    pub curve: bool,
    /// Whether it keeps data sets in memory, so that given ones can take the place of a model.
    pub stored: bool,
    /// What its points are called.
    pub(super) points: &'static str,
    /// How it is run: what is not swept.
    pub settings: &'static [Parameter],
    pub(super) columns: fn(&Settings) -> Vec<Column>,
    /// Rows of one combination of parameters.
    pub(super) rows: fn(&Settings, &Results<'_>) -> Vec<Measurement>,
    pub(super) notes: fn(&Settings) -> Vec<String>,
}

/// A row: the number of its noise level, and its cells.
pub(super) type Measurement = (usize, Vec<Cell>);

/// Results of one combination of parameters.
pub(super) struct Results<'a> {
    pub(super) blocks: &'a [Vec<f64>],
    pub(super) times: usize,
    pub(super) dimension: f64,
    /// α = log n/d, where there are samples.
    pub(super) alpha: f64,
    /// Whether the data have more than one class.
    pub(super) classes: bool,
}

/// One combination of parameters, about to run.
pub(super) struct Run<'a, T> {
    pub(super) model: Option<&'a dyn Model>,
    pub(super) source: Source<'a, T>,
    pub(super) n: usize,
    pub(super) times: &'a [Noise],
    pub(super) settings: &'a Settings,
}

fn observed(o: Observable) -> Column {
    Column::sampled(o.name, o.symbol, o.unit, o.source)
}

/// Every experiment; a new one is its file in `simulate` and an entry here.
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        kind: Kind::Clones,
        name: "clones",
        about: "φ and φ_C: how often two backward runs from one x_t end in one class, on one sample",
        example: "--t 1:6:#11",
        curve: true,
        stored: true,
        points: "pairs of clones at every time",
        settings: &[SCORE, ROUTE, HORIZON, STEPS, BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |settings| {
            let mut columns =
                vec![Column::sampled("phi", "φ", "probability", "BBDM24 Eq. 6").flat()];
            if !settings.exact {
                columns.push(observed(CLONES));
            }
            columns
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let draws = draws(settings);
                let clones = clones::at(results.blocks, k, draws, !settings.exact);
                let mut cells = vec![if results.classes {
                    sampled(clones.phi)
                } else {
                    Cell::Missing("the data have one class".into())
                }];
                cells.extend(clones.coincidence.map(sampled));
                cells
            })
        },
        notes: |settings| {
            let score =
                if settings.exact { "the model's own score" } else { "the empirical score" };
            let scheme = settings.scheme;
            vec![if settings.euler {
                format!(
                    "{score}, Euler-Maruyama with steps of {} (T = {}, {} steps)",
                    scheme.step(),
                    scheme.horizon,
                    scheme.steps
                )
            } else {
                format!(
                    "{score}, ends drawn from the posterior: averages of the probabilities themselves"
                )
            }]
        },
    },
    Experiment {
        kind: Kind::Entropy,
        name: "entropy",
        about: "f^e(t) = H(index | x_t, data)/d, its leave-one-out version, φ_C, own weight, nearest sample, participation",
        example: "--t 0.5:4:#15",
        curve: true,
        stored: true,
        points: "points at every time",
        settings: &[BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |_| {
            let f = Column::sampled("f", "f^e", "nats per dimension", "BBDM24 Eq. 5").flat();
            let mut columns = vec![f, Column::sampled("f_over_alpha", "f^e/α", "", "").flat()];
            columns
                .extend([LEAVE_ONE_OUT, CLONES, OWN_WEIGHT, NEAREST, PARTICIPATION].map(observed));
            columns
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let found = entropy::at(results.blocks, k, draws(settings));
                let f = found.index.times(1.0 / results.dimension);
                let mut cells = vec![sampled(f), sampled(f.times(1.0 / results.alpha))];
                cells.push(sampled(found.leave_one_out.times(1.0 / results.dimension)));
                let weights = [found.clones, found.own_weight, found.nearest, found.participation];
                cells.extend(weights.map(sampled));
                cells
            })
        },
        notes: |_| vec!["f^e is averaged as −Σ w log w: positive, it never crosses zero".into()],
    },
    Experiment {
        kind: Kind::Collapse,
        name: "collapse",
        about: "t̂_C of trajectories: the last change of their nearest sample; mean, histogram, histories",
        example: "--blocks 4 --points 64",
        curve: false,
        stored: true,
        points: "trajectories",
        settings: &[ROUTE, HORIZON, STEPS, SHOW, BINS, BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |settings| match settings.show {
            "histogram" => vec![
                Column::number("t", "t", "OU time"),
                Column::number("width", "width", "OU time"),
                Column::sampled("density", "p(t̂_C)", "per OU time", "").flat(),
                Column::number("count", "count", "trajectories"),
            ],
            "histories" => vec![
                Column::number("trajectory", "trajectory", ""),
                Column::number("t", "t", "OU time"),
                Column::number("nearest", "nearest", "sample, from 0"),
            ],
            _ => vec![
                Column::sampled("last_change", "t̂_C", "OU time", "").flat(),
                Column::number("deviation", "sd", "OU time"),
                Column::number("median", "median", "OU time"),
                Column::number("trajectories", "trajectories", ""),
            ],
        },
        rows: collapse_rows,
        notes: |settings| {
            let scheme = settings.scheme;
            let how = if settings.euler {
                "Euler-Maruyama from pure noise with the empirical score"
            } else {
                "forward paths from random samples, which are backward paths of the exact empirical score"
            };
            vec![format!("{how}; T = {}, steps of {}", scheme.horizon, scheme.step())]
        },
    },
    Experiment {
        kind: Kind::Levels,
        name: "levels",
        about: "energies |x − a e^(−t)|²/2Δ of the samples seen from a noisy one, for n beyond memory",
        example: "--t 0.5:4:#8 --blocks 8 --points 32",
        curve: true,
        stored: false,
        points: "points at every time",
        settings: &[BLOCKS, POINTS, SEED, PRECISION],
        columns: |_| {
            vec![
                Column::sampled("own_energy", "E_1/d", "per dimension", "D81"),
                Column::sampled("least_energy", "min E/d", "per dimension", "D81"),
                Column::sampled("free_energy", "ψ", "nats per dimension", "D81"),
                Column::sampled("condensed", "E Σv²", "", "D81"),
            ]
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let found = levels::at(results.blocks, k, draws(settings));
                [found.own, found.least, found.free_energy, found.condensed].map(sampled).to_vec()
            })
        },
        notes: |_| {
            vec![
                "least energy, ψ = (1/d) log Σ e^−E and v: of the samples other than the own one"
                    .into(),
            ]
        },
    },
];

impl Experiment {
    /// The experiment called `name`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is none, with the nearest one.
    pub fn find(name: &str) -> Result<&'static Self> {
        EXPERIMENTS.iter().find(|e| e.name == name).ok_or_else(|| {
            let known = among(name, EXPERIMENTS.iter().map(|e| e.name));
            Error::argument("experiment", name, format!("must be one of {known}"))
        })
    }

    /// What may be swept, of a model or of given samples.
    pub fn parameters(&self, entry: Option<&Entry>) -> Vec<Parameter> {
        let mut all: Vec<Parameter> = match entry {
            Some(entry) => {
                entry.parameters.iter().copied().chain(sample_size::PARAMETERS).collect()
            }
            None => Vec::new(),
        };
        if self.curve {
            all.extend(noise::PARAMETERS);
        }
        all
    }
}

/// Results beyond this are not summed over blocks.
const LARGEST_RESULT: f64 = 1e300;

/// The results of one block.
///
/// # Errors
/// Models that cannot be sampled; results that left the range of numbers; failed numerics.
pub(super) fn block<T: Real>(kind: Kind, run: &Run<'_, T>, unit: Unit<'_>) -> Result<Vec<f64>> {
    let Run { source, times, settings, .. } = *run;
    let points = settings.points;
    let results = match (kind, run.model) {
        (Kind::Clones, Some(model)) if settings.exact => {
            let score: Score<'_, T> = Score::Exact(model);
            clones::block(score, settings.route(), times, points, unit)
        }
        (Kind::Clones, _) => {
            let score = Score::Empirical(source);
            clones::block(score, settings.route(), times, points, unit)
        }
        (Kind::Levels, Some(model)) => levels::block::<T>(model, run.n, times, points, unit),
        (Kind::Levels, None) => Err(Error::Usage("levels are those of a model".into())),
        (Kind::Entropy, _) => entropy::block(source, times, points, unit),
        (Kind::Collapse, _) => {
            let histories = settings.show == "histories";
            let (euler, scheme) = (settings.euler, settings.scheme);
            collapse::block(source, euler, scheme, points, histories, unit)
        }
    }?;
    if results.iter().all(|x| x.abs() < LARGEST_RESULT) {
        return Ok(results);
    }
    Err(Error::Usage(
        "the simulation left the range of numbers: the model's samples are too large".into(),
    ))
}

/// Numbers that a block has.
pub(super) fn width(kind: Kind, settings: &Settings, times: usize) -> usize {
    match kind {
        Kind::Clones => clones::width(times),
        Kind::Entropy => entropy::width(times),
        Kind::Levels => levels::width(times),
        Kind::Collapse => {
            collapse::width(settings.scheme, settings.points, settings.show == "histories")
        }
    }
}

/// How often a block of `n` samples in `d` dimensions says that it goes on.
pub(super) fn steps(kind: Kind, settings: &Settings, times: &[Noise], (n, d): (f64, f64)) -> usize {
    match (kind, settings.route()) {
        (Kind::Clones, Route::Euler(scheme)) => times.iter().map(|t| scheme.looks(t.time())).sum(),
        (Kind::Clones | Kind::Entropy, _) => times.len(),
        (Kind::Levels, _) => levels::pieces(n as usize, d as usize),
        (Kind::Collapse, Route::Euler(scheme)) => scheme.looks(scheme.horizon),
        (Kind::Collapse, Route::Jump) => settings.scheme.steps,
    }
}

/// The least noise at which samples are looked at.
///
/// # Errors
/// [`Error::Argument`] for steps too small to be told from none.
pub(super) fn least(kind: Kind, settings: &Settings, times: &[Noise]) -> Result<Noise> {
    match kind {
        Kind::Clones => clones::least_noise(settings.route(), times),
        Kind::Entropy | Kind::Levels => entropy::least_noise(times),
        Kind::Collapse => collapse::least_noise(settings.euler, settings.scheme),
    }
}

/// Bytes that a block needs beside its samples: points, their copies in both precisions and means,
/// and what it remembers of trajectories.
pub(super) fn bytes(kind: Kind, settings: &Settings, times: usize, d: f64) -> f64 {
    let points = settings.points as f64;
    // Pairs of clones, x, x scaled, means, and what becomes of them in a step.
    let copies = if settings.euler { 10.0 } else { 4.0 };
    let at_once = if kind == Kind::Levels { points * times as f64 } else { points };
    let seen = if kind == Kind::Collapse { 8.0 * settings.scheme.steps as f64 } else { 0.0 };
    8.0 * at_once * (copies * d + 16.0) + points * seen
}

/// Points in all at one time.
fn draws(settings: &Settings) -> f64 {
    (settings.blocks * settings.points) as f64
}

fn sampled(measured: Measured) -> Cell {
    Cell::Sampled(measured.value, Some(measured.stderr))
}

fn rows_over_times(results: &Results<'_>, cells: impl Fn(usize) -> Vec<Cell>) -> Vec<Measurement> {
    (0..results.times).map(|k| (k, cells(k))).collect()
}

fn collapse_rows(settings: &Settings, results: &Results<'_>) -> Vec<Measurement> {
    let (blocks, points) = (results.blocks, settings.points);
    let numbers =
        |list: &[f64]| -> Measurement { (0, list.iter().map(|x| Cell::Number(*x)).collect()) };
    match settings.show {
        "histogram" => collapse::histogram(blocks, points, settings.bins)
            .into_iter()
            .map(|bin| {
                let place = [bin.middle, bin.width].map(Cell::Number);
                let count = Cell::Number(bin.count as f64);
                (0, place.into_iter().chain([sampled(bin.density), count]).collect())
            })
            .collect(),
        "histories" => {
            let steps = settings.scheme.steps;
            let mut rows = Vec::with_capacity(blocks.len() * points * (steps + 1));
            for trajectory in 0..blocks.len() * points {
                for k in (0..=steps).rev() {
                    let nearest = collapse::nearest_at(blocks, points, steps, trajectory, k);
                    let t = settings.scheme.step() * k as f64;
                    rows.push(numbers(&[trajectory as f64, t, nearest]));
                }
            }
            rows
        }
        _ => {
            let all = collapse::summary(blocks, points);
            let rest = [all.deviation, all.median, all.count as f64].map(Cell::Number);
            vec![(0, [sampled(all.mean)].into_iter().chain(rest).collect())]
        }
    }
}
