//! When trajectories collapse: t̂_C is the last time at which the nearest sample changes `[BBDM24]`.

use super::blocks::Measured;
use super::dynamics::{Drive, Scheme, Trajectories};
use super::real::Real;
use super::score::{Points, see};
use super::source::{Source, noisy};
use crate::error::Result;
use crate::numerics::random::{Purpose, Seed, Stream};
use crate::process::Noise;
use rayon::prelude::*;

/// What one block leaves: `trajectories` collapse times, then, where wanted, for each of them the
/// nearest sample at times 0, dt, …, T.
///
/// The route `euler` runs the backward process from pure noise at T. The route `jump` uses that the
/// backward process with the empirical score is the forward process from a random sample, seen
/// backward: it draws that path on the same grid of times, with no error of discretisation but the
/// grid.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples; failed numerics.
pub fn block<T: Real>(
    source: Source<'_, T>,
    euler: bool,
    scheme: Scheme,
    trajectories: usize,
    histories: bool,
    seed: Seed,
    block: u64,
) -> Result<Vec<f64>> {
    let data = source.data(seed, block)?;
    let (d, steps) = (data.dimension(), scheme.steps);
    let mut nearest = vec![vec![0usize; steps + 1]; trajectories];
    if euler {
        let values = vec![0.0; trajectories * d];
        let mut all = Trajectories::new(d, values, seed, block, 0);
        all.scatter();
        let drive = Drive::Empirical(&*data);
        all.run(&drive, scheme, scheme.horizon, |k, ends| {
            nearest.iter_mut().zip(ends).for_each(|(history, end)| history[k] = *end);
        })?;
    } else {
        let mut streams: Vec<Stream> =
            (0..trajectories).map(|j| seed.stream(Purpose::Dynamics, block, j as u64)).collect();
        let own: Vec<usize> = streams.iter_mut().map(|s| s.below(data.len())).collect();
        let start = own.iter().flat_map(|&i| data.sample(i).iter().map(|a| a.wide()));
        let mut values: Vec<f64> = start.collect();
        nearest.iter_mut().zip(&own).for_each(|(history, end)| history[0] = *end);
        let step = Noise::at_time(scheme.step())?;
        for k in 1..=steps {
            values.par_chunks_exact_mut(d).zip(&mut streams).for_each(|(x, stream)| {
                x.iter_mut().for_each(|x| *x = noisy(*x, step, stream));
            });
            let points = Points {
                dimension: d,
                values,
                noises: vec![Noise::at_time(scheme.step() * k as f64)?; trajectories],
                own: Vec::new(),
                hints: own.clone(),
            };
            let seen = see(&data, &points, false);
            for (history, tally) in nearest.iter_mut().zip(&seen.others) {
                history[k] = tally.nearest();
            }
            values = points.values;
            // Once all have left their sample, only their histories would still be news.
            if !histories && nearest.iter().all(|h| h[..=k].iter().any(|end| *end != h[0])) {
                break;
            }
        }
    }
    let mut results: Vec<f64> =
        nearest.iter().map(|history| last_change(history, scheme)).collect();
    if histories {
        let place = |i: &usize| data.place_of(*i) as f64;
        results.extend(nearest.iter().flat_map(|history| history.iter().map(place)));
    }
    Ok(results)
}

/// The middle of the step in which the nearest sample last changes on the way down; T if it never
/// does.
fn last_change(history: &[usize], scheme: Scheme) -> f64 {
    match history.iter().position(|end| *end != history[0]) {
        Some(k) => (k as f64 - 0.5) * scheme.step(),
        None => scheme.horizon,
    }
}

/// Collapse times over all blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapse {
    /// Mean.
    pub mean: Measured,
    /// Standard deviation of one trajectory's time.
    pub deviation: f64,
    /// Median.
    pub median: f64,
    /// Trajectories in all.
    pub count: usize,
}

/// Summary of all blocks of `trajectories` each.
pub fn summary(blocks: &[Vec<f64>], trajectories: usize) -> Collapse {
    let own = |b: &Vec<f64>| b[..trajectories].iter().sum::<f64>() / trajectories as f64;
    let mean = Measured::over(blocks.iter().map(own), 0.0);
    let mut times = times(blocks, trajectories);
    times.sort_by(f64::total_cmp);
    let count = times.len();
    let scatter: f64 = times.iter().map(|t| (t - mean.value).powi(2)).sum();
    Collapse {
        mean,
        deviation: (scatter / (count as f64 - 1.0).max(1.0)).sqrt(),
        median: 0.5 * (times[(count - 1) / 2] + times[count / 2]),
        count,
    }
}

/// The collapse times of all trajectories.
pub fn times(blocks: &[Vec<f64>], trajectories: usize) -> Vec<f64> {
    blocks.iter().flat_map(|b| b[..trajectories].iter().copied()).collect()
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Its middle.
    pub middle: f64,
    /// Its width.
    pub width: f64,
    /// Density of collapse times in it, with the standard error over blocks.
    pub density: Measured,
    /// Trajectories in it.
    pub count: usize,
}

/// Histogram of the collapse times in `bins` equal bins, from the first to the last.
pub fn histogram(blocks: &[Vec<f64>], trajectories: usize, bins: usize) -> Vec<Bin> {
    let all = times(blocks, trajectories);
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Where all times are one, its bin still has a width.
    let width = if high > low { (high - low) / bins as f64 } else { 1.0 / bins as f64 };
    let bin_of = |t: f64| (((t - low) / width) as usize).min(bins - 1);
    (0..bins)
        .map(|bin| {
            let share = |b: &Vec<f64>| {
                let inside = b[..trajectories].iter().filter(|t| bin_of(**t) == bin).count();
                inside as f64 / (trajectories as f64 * width)
            };
            let unseen = 1.0 / (all.len() as f64 * width);
            Bin {
                middle: low + (bin as f64 + 0.5) * width,
                width,
                density: Measured::over(blocks.iter().map(share), unseen),
                count: all.iter().filter(|t| bin_of(**t) == bin).count(),
            }
        })
        .collect()
}

/// The nearest sample of a trajectory at step `k` of `steps`, by its place in the data set.
pub fn nearest_at(
    blocks: &[Vec<f64>],
    trajectories: usize,
    steps: usize,
    trajectory: usize,
    k: usize,
) -> f64 {
    let block = &blocks[trajectory / trajectories];
    block[trajectories + (trajectory % trajectories) * (steps + 1) + k]
}
