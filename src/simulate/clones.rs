//! Clones: two backward runs from one x_t end in one class with probability φ(t) `[BBDM24 Eq. 6]`,
//! on one sample with probability φ_C(t).

use super::blocks::{Looks, Measured, Unit};
use super::data::DataSet;
use super::dynamics::{Drive, Scheme, Trajectories};
use super::real::Real;
use super::score::see;
use super::source::{Held, Source, least, noisy, noisy_samples, sampler};
use crate::error::Result;
use crate::models::Model;
use crate::models::samples::Denoiser;
use crate::numerics::random::Purpose;
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

/// The least noise at which the samples are looked at.
///
/// # Errors
/// [`crate::Error::Argument`] for steps too small to be told from none.
pub fn least_noise(route: Route, times: &[Noise]) -> Result<Noise> {
    match route {
        Route::Jump => least(times),
        Route::Euler(scheme) => {
            let ends: Result<Vec<Noise>> = times.iter().map(|t| scheme.end(t.time())).collect();
            least(&ends?)
        }
    }
}

/// Numbers that a block has for every time.
const FIELDS: usize = 2;

/// One block: how often clones from `points` noisy points agree at each of the `times`.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples or its score is not known; failed numerics.
pub fn block<T: Real>(
    score: Score<'_, T>,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    match score {
        Score::Empirical(source) => {
            match source.held(unit.seed, unit.block, least_noise(route, times)?)? {
                Held::Asked(data) => of_data(&*data, route, times, points, unit),
                Held::Double(data) => of_data(&*data, route, times, points, unit),
            }
        }
        Score::Exact(model) => of_model(model, route, times, points, unit),
    }
}

/// Numbers that a block has at `times` noise levels.
pub fn width(times: usize) -> usize {
    FIELDS * times + Looks::FIELDS
}

/// With the score of the samples.
fn of_data<T: Real>(
    data: &DataSet<T>,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let mut means = Vec::with_capacity(width(times.len()));
    let mut looks = Looks::default();
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, k as u64);
        let points = noisy_samples(data, noise, points, &mut stream);
        let count = points.len() as f64;
        let (mut phi, mut same) = (0.0, 0.0);
        match route {
            Route::Jump => {
                let seen = see(data, &points, false)?;
                looks.add(&seen);
                for j in 0..points.len() {
                    let all = seen.all(data, &points, j);
                    phi += all.agreement();
                    same += all.coincidence();
                }
                (unit.heard)()?;
            }
            Route::Euler(scheme) => {
                let start = Start { unit, time: k, noise };
                let drive = Drive::Empirical(data);
                let (d, looks) = (points.dimension, &mut looks);
                for (a, b) in ends_of_pairs(&points.values, d, &drive, scheme, start, looks)? {
                    phi += f64::from(u8::from(data.class_of(a) == data.class_of(b)));
                    same += f64::from(u8::from(a == b));
                }
            }
        }
        means.extend([phi / count, same / count]);
    }
    means.extend(looks.fields());
    Ok(means)
}

/// With the score of the model.
fn of_model(
    model: &dyn Model,
    route: Route,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let mut means = Vec::with_capacity(width(times.len()));
    let sampler = sampler(model, unit.seed, unit.block)?;
    let denoiser = sampler.posterior()?.required()?;
    let (d, classes) = (sampler.dimension(), sampler.classes());
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, k as u64);
        let mut values = vec![0.0; points * d];
        sampler.draw(&mut stream, &mut values, &mut vec![0; points]);
        values.iter_mut().for_each(|x| *x = noisy(*x, noise, &mut stream));
        let phi = match route {
            Route::Jump => {
                (unit.heard)()?;
                agreement(denoiser.as_ref(), classes, &values, d, noise)
            }
            Route::Euler(scheme) => {
                let start = Start { unit, time: k, noise };
                let drive: Drive<'_, f64> = Drive::Exact(denoiser.as_ref(), classes);
                let none = &mut Looks::default();
                let pairs = ends_of_pairs(&values, d, &drive, scheme, start, none)?;
                pairs.iter().filter(|(a, b)| a == b).count() as f64
            }
        };
        means.extend([phi / points as f64, 0.0]);
    }
    means.extend(Looks::default().fields());
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
struct Start<'a> {
    unit: Unit<'a>,
    time: usize,
    noise: Noise,
}

/// Where the two clones of each point end.
fn ends_of_pairs<T: Real>(
    values: &[f64],
    d: usize,
    drive: &Drive<'_, T>,
    scheme: Scheme,
    start: Start<'_>,
    looks: &mut Looks,
) -> Result<Vec<(usize, usize)>> {
    let count = values.len() / d;
    let both: Vec<f64> = values.iter().chain(values).copied().collect();
    let part = (start.time * 2 * count) as u64;
    let mut clones = Trajectories::new(d, both, start.unit.seed, start.unit.block, part);
    let ends = clones.run(drive, scheme, start.noise.time(), |_, _| (start.unit.heard)())?;
    *looks =
        Looks { single: looks.single + clones.looks.single, all: looks.all + clones.looks.all };
    Ok((0..count).map(|j| (ends[j], ends[j + count])).collect())
}

/// The probabilities at time number `k` over all blocks; `draws` is the number of points in all. One
/// more event among them that none shows would change a probability by 1/`draws`.
pub fn at(blocks: &[Vec<f64>], k: usize, draws: f64, samples: bool) -> Clones {
    let field =
        |field: usize| Measured::over(blocks.iter().map(|b| b[k * FIELDS + field]), 1.0 / draws);
    Clones { phi: field(0), coincidence: samples.then(|| field(1)) }
}
