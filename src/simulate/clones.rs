//! Clones: two backward runs from one x_t end in one class with probability φ(t) `[BBDM24 Eq. 6]`,
//! on one sample with probability φ_C(t).

use super::blocks::Measured;
use super::dynamics::{Drive, Scheme, Trajectories};
use super::real::Real;
use super::score::see;
use super::source::{Source, noisy, noisy_samples, sampler};
use crate::error::{Error, Result};
use crate::models::Model;
use crate::models::samples::Denoiser;
use crate::numerics::random::{Purpose, Seed};
use crate::process::Noise;

/// Which score drives the clones.
#[derive(Clone, Copy)]
pub enum Score<'a, T> {
    /// That of the samples.
    Empirical(Source<'a, T>),
    /// That of the model itself: there are no samples to collapse on.
    Exact(&'a dyn Model),
}

/// How clones go from x_t to the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Route {
    /// At once: the end is a draw from the posterior, so two clones are two draws from it, and the
    /// probability that they agree is averaged instead of the outcome.
    Jump,
    /// Step by step.
    Euler(Scheme),
}

/// Probabilities at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clones {
    /// φ: one class.
    pub phi: Measured,
    /// φ_C: one sample; none with the exact score.
    pub coincidence: Option<Measured>,
}

/// Numbers that a block has for every time.
const FIELDS: usize = 2;

/// One block: how often clones from `points` noisy points agree at each of the `times`.
///
/// # Errors
/// [`Error::Usage`] if the model has no samples or its score is not known; failed numerics.
pub fn block<T: Real>(
    score: Score<'_, T>,
    route: Route,
    times: &[Noise],
    points: usize,
    seed: Seed,
    block: u64,
) -> Result<Vec<f64>> {
    let mut means = Vec::with_capacity(FIELDS * times.len());
    match score {
        Score::Empirical(source) => {
            let data = source.data(seed, block)?;
            for (k, &noise) in times.iter().enumerate() {
                let mut stream = seed.stream(Purpose::Points, block, k as u64);
                let points = noisy_samples(&data, noise, points, &mut stream);
                let count = points.len() as f64;
                let (mut phi, mut same) = (0.0, 0.0);
                match route {
                    Route::Jump => {
                        let seen = see(&data, &points, false);
                        for j in 0..points.len() {
                            let all = seen.all(&data, &points, j);
                            phi += all.agreement();
                            same += all.coincidence();
                        }
                    }
                    Route::Euler(scheme) => {
                        let start = Start { seed, block, time: k, noise };
                        let drive = Drive::Empirical(&*data);
                        for (a, b) in
                            ends_of_pairs(&points.values, points.dimension, &drive, scheme, start)?
                        {
                            phi += f64::from(u8::from(data.class_of(a) == data.class_of(b)));
                            same += f64::from(u8::from(a == b));
                        }
                    }
                }
                means.extend([phi / count, same / count]);
            }
        }
        Score::Exact(model) => {
            let sampler = sampler(model, seed, block)?;
            let denoiser = sampler.posterior()?.map_err(Error::Usage)?;
            let (d, classes) = (sampler.dimension(), sampler.classes());
            for (k, &noise) in times.iter().enumerate() {
                let mut stream = seed.stream(Purpose::Points, block, k as u64);
                let mut values = vec![0.0; points * d];
                sampler.draw(&mut stream, &mut values, &mut vec![0; points]);
                values.iter_mut().for_each(|x| *x = noisy(*x, noise, &mut stream));
                let phi = match route {
                    Route::Jump => agreement(denoiser.as_ref(), classes, &values, d, noise),
                    Route::Euler(scheme) => {
                        let start = Start { seed, block, time: k, noise };
                        let drive: Drive<'_, T> = Drive::Exact(denoiser.as_ref(), classes);
                        let pairs = ends_of_pairs(&values, d, &drive, scheme, start)?;
                        pairs.iter().filter(|(a, b)| a == b).count() as f64
                    }
                };
                means.extend([phi / points as f64, 0.0]);
            }
        }
    }
    Ok(means)
}

/// Σ over points of Σ_k P(k|x)².
fn agreement(
    denoiser: &dyn Denoiser,
    classes: usize,
    values: &[f64],
    d: usize,
    noise: Noise,
) -> f64 {
    let mut weights = vec![0.0; classes];
    let mut total = 0.0;
    for x in values.chunks_exact(d) {
        denoiser.denoise(x, noise, &mut weights, None);
        total += weights.iter().map(|w| w * w).sum::<f64>();
    }
    total
}

/// Where pairs start, and which random numbers are theirs.
#[derive(Clone, Copy)]
struct Start {
    seed: Seed,
    block: u64,
    time: usize,
    noise: Noise,
}

/// Where the two clones of each point end.
fn ends_of_pairs<T: Real>(
    values: &[f64],
    d: usize,
    drive: &Drive<'_, T>,
    scheme: Scheme,
    start: Start,
) -> Result<Vec<(usize, usize)>> {
    let count = values.len() / d;
    let both: Vec<f64> = values.iter().chain(values).copied().collect();
    let part = (start.time * 2 * count) as u64;
    let mut clones = Trajectories::new(d, both, start.seed, start.block, part);
    let ends = clones.run(drive, scheme, start.noise.time(), |_, _| ())?;
    Ok((0..count).map(|j| (ends[j], ends[j + count])).collect())
}

/// The probabilities at time number `k` over all blocks; `draws` is the number of points in all. One
/// more event among them that none shows would change a probability by 1/`draws`.
pub fn at(blocks: &[Vec<f64>], k: usize, draws: f64, samples: bool) -> Clones {
    let field =
        |field: usize| Measured::over(blocks.iter().map(|b| b[k * FIELDS + field]), 1.0 / draws);
    Clones { phi: field(0), coincidence: samples.then(|| field(1)) }
}
