//! The backward process, −dx = [x + 2 score(x, t)] dt + √2 dB, by the Euler-Maruyama scheme
//! `[BBDM24]`.

use super::blocks::Looks;
use super::data::DataSet;
use super::points::Points;
use super::real::Real;
use super::score::see;
use crate::error::{Error, Result};
use crate::models::samples::Denoiser;
use crate::numerics::random::{Purpose, Seed, Stream};
use crate::process::Noise;
use rayon::prelude::*;

/// Most steps of one run.
const MOST_STEPS: usize = 1_000_000_000;

/// Most steps that are taken: minutes.
const MOST_TAKEN: usize = 10_000_000;

/// Largest step of the scheme.
const LARGEST_STEP: f64 = 0.5;

/// The published scheme: T = 10 in 1000 equal steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheme {
    /// The time T at which trajectories start from pure noise.
    pub horizon: f64,
    /// Steps from T to 0.
    pub steps: usize,
}

impl Scheme {
    /// T > 0 and at least one step.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `--horizon` or `--steps`.
    pub fn new(horizon: f64, steps: f64) -> Result<Self> {
        if !(horizon.is_finite() && horizon > 0.0) {
            return Err(Error::argument("--horizon", horizon, "must be a finite time above 0"));
        }
        if !(1.0..=MOST_STEPS as f64).contains(&steps) || steps.fract() != 0.0 {
            return Err(Error::argument("--steps", steps, "must be a whole number from 1 to 1e9"));
        }
        let scheme = Self { horizon, steps: steps as usize };
        // The last step pulls towards the data by the factor 2dt/Δ_dt, which must stay below 2.
        if scheme.step() > LARGEST_STEP {
            let expected = format!(
                "is too few for --horizon {horizon}: steps of {:.3} do not follow the process; give at least {:.0}",
                scheme.step(),
                (horizon / LARGEST_STEP).ceil()
            );
            return Err(Error::argument("--steps", steps, expected));
        }
        Ok(scheme)
    }

    /// The step dt.
    pub fn step(&self) -> f64 {
        self.horizon / self.steps as f64
    }

    /// Times at which a run from `start` looks at the samples.
    pub fn looks(&self, start: f64) -> usize {
        self.from(start).0.saturating_add(1)
    }

    /// The noise at the end of a run from `start`: it is gone, a thousandth of a step is as good as
    /// none.
    ///
    /// # Errors
    /// [`Error::Argument`] for more steps than can be made, or such as cannot be told from none.
    pub(super) fn end(&self, start: f64) -> Result<Noise> {
        let (steps, step) = self.from(start);
        if steps > MOST_TAKEN {
            let expected = format!(
                "is {:.1e} steps of {:.1e} from the data: take smaller t, or a larger step --horizon/--steps",
                steps as f64,
                self.step()
            );
            return Err(Error::argument("t", start, expected));
        }
        Noise::at_time(1e-3 * step)
    }

    /// Equal steps, as near to the scheme's as divide the time from `start` to 0 evenly.
    fn from(&self, start: f64) -> (usize, f64) {
        let steps = (start / self.step()).round().max(1.0);
        (steps as usize, start / steps)
    }
}

/// What drives the backward process.
pub(super) enum Drive<'a, T> {
    /// The empirical score of a data set.
    Empirical(&'a DataSet<T>),
    /// The model's own score, and its number of classes.
    Exact(&'a dyn Denoiser, usize),
}

/// Trajectories on their way down, each with its own random numbers.
pub(super) struct Trajectories {
    pub(super) dimension: usize,
    pub(super) values: Vec<f64>,
    streams: Vec<Stream>,
    /// Looks at the samples so far.
    pub(super) looks: Looks,
}

impl Trajectories {
    /// Starts from `values`, point after point; `part` names the random numbers of the first.
    pub(super) fn new(
        dimension: usize,
        values: Vec<f64>,
        seed: Seed,
        block: u64,
        part: u64,
    ) -> Self {
        let count = values.len() / dimension;
        let streams =
            (0..count).map(|j| seed.stream(Purpose::Dynamics, block, part + j as u64)).collect();
        Self { dimension, values, streams, looks: Looks::default() }
    }

    /// Replaces every point by pure noise.
    pub(super) fn scatter(&mut self) {
        let d = self.dimension;
        self.values
            .par_chunks_exact_mut(d)
            .zip(&mut self.streams)
            .for_each(|(x, stream)| stream.normals(x));
    }

    /// Runs from time `start` down to 0. `watch` hears of the time and the nearest sample of every
    /// trajectory before each step and at the end; the exact score knows no samples. At the end
    /// returns the nearest samples, or with the exact score the classes.
    pub(super) fn run<T: Real>(
        &mut self,
        drive: &Drive<'_, T>,
        scheme: Scheme,
        start: f64,
        mut watch: impl FnMut(usize, &[usize]) -> Result<()>,
    ) -> Result<Vec<usize>> {
        let (steps, step) = scheme.from(start);
        let mut nearest = Vec::new();
        for k in (1..=steps).rev() {
            let noise = Noise::at_time(step * k as f64)?;
            let means = self.look(drive, noise, true, &mut nearest)?;
            watch(k, &nearest)?;
            self.step(&means, noise, step);
        }
        self.look(drive, scheme.end(start)?, false, &mut nearest)?;
        watch(0, &nearest)?;
        Ok(nearest)
    }

    /// E[a|x] of every trajectory, where wanted, and the sample or class that it is nearest to.
    ///
    /// # Errors
    /// [`Error::Usage`] for trajectories that left the range of numbers.
    fn look<T: Real>(
        &mut self,
        drive: &Drive<'_, T>,
        noise: Noise,
        means: bool,
        ends: &mut Vec<usize>,
    ) -> Result<Vec<f64>> {
        let (d, count) = (self.dimension, self.streams.len());
        match drive {
            Drive::Empirical(data) => {
                let points = Points {
                    dimension: d,
                    values: self.values.clone(),
                    noises: vec![noise; count],
                    own: Vec::new(),
                    hints: std::mem::take(ends),
                };
                let seen = see(data, &points, means)?;
                self.looks.add(&seen);
                ends.extend(seen.others.iter().map(super::Tally::nearest));
                Ok(seen.means)
            }
            Drive::Exact(denoiser, classes) => {
                let mut all = vec![0.0; if means { count * d } else { 0 }];
                let class = |x: &[f64], mean: Option<&mut [f64]>| {
                    let mut weights = vec![0.0; *classes];
                    denoiser.denoise(x, noise, &mut weights, mean);
                    let best = (0..*classes).max_by(|&a, &b| weights[a].total_cmp(&weights[b]));
                    best.unwrap_or(0)
                };
                *ends = if means {
                    self.values
                        .par_chunks_exact(d)
                        .zip(all.par_chunks_exact_mut(d))
                        .map(|(x, mean)| class(x, Some(mean)))
                        .collect()
                } else {
                    self.values.par_chunks_exact(d).map(|x| class(x, None)).collect()
                };
                Ok(all)
            }
        }
    }

    /// x ← x + dt [x + 2 (e^{−t} E[a|x] − x)/Δ_t] + √(2 dt) z.
    fn step(&mut self, means: &[f64], noise: Noise, step: f64) {
        let (decay, delta, kick) = (noise.decay(), noise.delta(), (2.0 * step).sqrt());
        self.values
            .par_chunks_exact_mut(self.dimension)
            .zip(means.par_chunks_exact(self.dimension))
            .zip(&mut self.streams)
            .for_each(|((x, mean), stream)| {
                for (x, a) in x.iter_mut().zip(mean) {
                    let score = (decay * a - *x) / delta;
                    *x += step * (*x + 2.0 * score) + kick * stream.normal();
                }
            });
    }
}
