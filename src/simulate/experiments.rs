//! The experiments: what each needs, computes and shows.

use super::clones::{self, Route, Score};
use super::settings::{PRECISION, Settings};
use super::{Real, Source, Unit, collapse, entropy, guidance, levels, uturn};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::process::{Noise, Process};
use crate::quantities::{noise, sample_size};
use crate::table::{Cell, Column};

/// Which experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Clones,
    Entropy,
    Collapse,
    Levels,
    Uturn,
    Guidance,
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

impl Experiment {
    /// Whether it is one of data of this kind: guidance needs the scores of their classes.
    pub fn takes(&self, entry: &Entry) -> bool {
        match entry.process {
            Process::Gaussian => self.kind != Kind::Guidance || entry.classes && entry.levels,
            Process::Tokens | Process::Beliefs => self.kind == Kind::Entropy,
        }
    }

    /// How it is run on data of a kind: what is not swept.
    pub fn settings_of(&self, entry: Option<&Entry>) -> Vec<Parameter> {
        let of_tokens = entry.is_some_and(|entry| entry.process.is_of_tokens());
        // Bits have no precision.
        let own = |p: &&Parameter| !of_tokens || p.name != PRECISION.name;
        self.settings.iter().filter(own).copied().collect()
    }

    /// Whether it depends on samples at all.
    pub fn sampled(&self) -> bool {
        self.kind != Kind::Guidance
    }

    /// What may be swept, of a model or of given samples.
    pub fn parameters(&self, entry: Option<&Entry>) -> Vec<Parameter> {
        let mut all: Vec<Parameter> = match entry {
            Some(entry) if self.sampled() => {
                entry.parameters.iter().copied().chain(sample_size::PARAMETERS).collect()
            }
            Some(entry) => entry.parameters.to_vec(),
            None => Vec::new(),
        };
        if self.curve {
            let process = entry.map_or(Process::Gaussian, |entry| entry.process);
            all.extend(noise::coordinates(process));
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
        (Kind::Uturn, Some(model)) if settings.exact => {
            uturn::of_model(model, settings.route(), times, points, unit)
        }
        (Kind::Uturn, _) => uturn::block(source, settings.route(), times, points, unit),
        (Kind::Guidance, Some(model)) => match &settings.guided {
            Some(plan) => guidance::block(model, plan, points, unit),
            None => Err(Error::Usage("the strength of guidance is missing".into())),
        },
        (Kind::Guidance, None) => Err(Error::Usage("guidance needs a model".into())),
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
        Kind::Uturn => uturn::width(times),
        Kind::Guidance => guidance::WIDTH,
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
        (Kind::Guidance, _) => 1,
        (Kind::Clones | Kind::Uturn, Route::Euler(scheme)) => {
            times.iter().map(|t| scheme.looks(t.time())).sum()
        }
        (Kind::Clones | Kind::Entropy | Kind::Uturn, _) => times.len(),
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
        Kind::Clones | Kind::Uturn => clones::least_noise(settings.route(), times),
        // No samples are looked at.
        Kind::Guidance => Noise::at_time(1.0),
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
