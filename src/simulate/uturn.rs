//! U-turns: forward from a sample to x_t and back with the exact score. What of the start is still there?

use super::blocks::{Looks, Measured, Unit};
use super::clones::{Route, least_noise};
use super::data::DataSet;
use super::dynamics::{Drive, Scheme, Trajectories};
use super::real::Real;
use super::score::see;
use super::source::{Held, Source, noisy, noisy_samples, sampler};
use crate::error::Result;
use crate::models::Model;
use crate::numerics::random::Purpose;
use crate::process::Noise;

/// Averages at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uturn {
    /// Probability that the end is of the class of the start.
    pub class: Measured,
    /// E a·a′/d.
    pub overlap: Measured,
    /// Probability that the end is the start itself; none with the model's own score.
    pub index: Option<Measured>,
}

/// Numbers that a block has for every time.
const FIELDS: usize = 3;

/// Numbers that a block has at `times` noise levels.
pub fn width(times: usize) -> usize {
    FIELDS * times + Looks::FIELDS
}

/// One block with the score of the samples: `points` U-turns at each of the `times`. On the route that jumps,
/// the end is a draw from the posterior, and so is the start given x_t: what two draws have in common is
/// averaged instead of one outcome.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples; failed numerics.
pub fn block<T: Real>(
    source: Source<'_, T>,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    match source.held(unit.seed, unit.block, least_noise(route, times)?)? {
        Held::Asked(data) => of_data(&*data, route, times, points, unit),
        Held::Double(data) => of_data(&*data, route, times, points, unit),
    }
}

fn of_data<T: Real>(
    data: &DataSet<T>,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let mut results = Vec::with_capacity(width(times.len()));
    let mut looks = Looks::default();
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, k as u64);
        let starts = noisy_samples(data, noise, points, &mut stream);
        let (count, d) = (starts.len() as f64, starts.dimension);
        let (mut class, mut overlap, mut index) = (0.0, 0.0, 0.0);
        match route {
            Route::Jump => {
                let seen = see(data, &starts, true)?;
                looks.add(&seen);
                for (j, mean) in seen.means.chunks_exact(d).enumerate() {
                    let all = seen.all(data, &starts, j);
                    class += all.agreement();
                    index += all.coincidence();
                    overlap += mean.iter().map(|a| a * a).sum::<f64>();
                }
                (unit.heard)()?;
            }
            Route::Euler(scheme) => {
                let drive = Drive::Empirical(data);
                let run = Start { unit, time: k, noise };
                let (ends, values) = run.back(starts.values, d, &drive, scheme, &mut looks)?;
                for ((&own, end), x) in starts.own.iter().zip(ends).zip(values.chunks_exact(d)) {
                    class += agree(data.class_of(own), data.class_of(end));
                    index += agree(own, end);
                    overlap += data.sample(own).zip(x).map(|(a, x)| a * x).sum::<f64>();
                }
            }
        }
        results.extend([class / count, overlap / (count * d as f64), index / count]);
    }
    results.extend(looks.fields());
    Ok(results)
}

/// One block with the model's own score.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples or its score is not known; failed numerics.
pub fn of_model(
    model: &dyn Model,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let mut results = Vec::with_capacity(width(times.len()));
    let sampler = sampler(model, unit.seed, unit.block)?;
    let denoiser = sampler.posterior()?.required()?;
    let (d, classes) = (sampler.dimension(), sampler.classes());
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, k as u64);
        let (mut starts, mut labels) = (vec![0.0; points * d], vec![0; points]);
        sampler.draw(&mut stream, &mut starts, &mut labels);
        let values: Vec<f64> = starts.iter().map(|a| noisy(*a, noise, &mut stream)).collect();
        let (mut class, mut overlap) = (0.0, 0.0);
        match route {
            Route::Jump => {
                let (mut weights, mut mean) = (vec![0.0; classes], vec![0.0; d]);
                for x in values.chunks_exact(d) {
                    denoiser.denoise(x, noise, &mut weights, Some(&mut mean));
                    class += weights.iter().map(|w| w * w).sum::<f64>();
                    overlap += mean.iter().map(|a| a * a).sum::<f64>();
                }
                (unit.heard)()?;
            }
            Route::Euler(scheme) => {
                let drive: Drive<'_, f64> = Drive::Exact(denoiser.as_ref(), classes);
                let run = Start { unit, time: k, noise };
                let none = &mut Looks::default();
                let (ends, values) = run.back(values, d, &drive, scheme, none)?;
                for (&label, end) in labels.iter().zip(ends) {
                    class += agree(label as usize, end);
                }
                overlap = starts.iter().zip(&values).map(|(a, x)| a * x).sum();
            }
        }
        let count = points as f64;
        results.extend([class / count, overlap / (count * d as f64), 0.0]);
    }
    results.extend(Looks::default().fields());
    Ok(results)
}

fn agree(a: usize, b: usize) -> f64 {
    f64::from(u8::from(a == b))
}

/// Where runs turn, and which random numbers are theirs.
struct Start<'a> {
    unit: Unit<'a>,
    time: usize,
    noise: Noise,
}

impl Start<'_> {
    /// The samples or classes at which runs from `values` end, and where they end.
    fn back<T: Real>(
        &self,
        values: Vec<f64>,
        d: usize,
        drive: &Drive<'_, T>,
        scheme: Scheme,
        looks: &mut Looks,
    ) -> Result<(Vec<usize>, Vec<f64>)> {
        let part = (self.time * values.len() / d) as u64;
        let mut runs = Trajectories::new(d, values, self.unit.seed, self.unit.block, part);
        let heard = |_: usize, _: &[usize]| (self.unit.heard)();
        let ends = runs.run(drive, scheme, self.noise.time(), heard)?;
        looks.single += runs.looks.single;
        looks.all += runs.looks.all;
        Ok((ends, runs.values))
    }
}

/// The averages at time number `k` over all blocks; `draws` is the number of points in all.
pub fn at(blocks: &[Vec<f64>], k: usize, draws: f64, samples: bool) -> Uturn {
    let field = |field: usize, unseen: f64| {
        Measured::over(blocks.iter().map(|b| b[k * FIELDS + field]), unseen)
    };
    Uturn {
        class: field(0, 1.0 / draws),
        overlap: field(1, 0.0),
        index: samples.then(|| field(2, 1.0 / draws)),
    }
}
