//! Guided sampling with the exact scores of a model, in the full space: S_c + ω(S_c − S).
//!
//! In the coordinate s = snr the guided process is dy = â ds + dB with y ≈ s a and the guided estimate
//! â = â_c + ω(â_c − â_all), and the probability flow is dx = (x − â) dlog σ with x = a + σz. Both are stepped by
//! Heun's rule on levels even in log s.

use super::blocks::{Looks, Measured, Unit};
use super::source::sampler;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::models::samples::Denoiser;
use crate::numerics::random::Purpose;
use crate::process::Noise;
use rayon::prelude::*;

/// What is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Strength ω.
    pub omega: f64,
    /// The class that is guided to, from 0.
    pub class: usize,
    /// Whether the flow is followed in place of the process.
    pub flow: bool,
    /// Steps from noise to data.
    pub steps: usize,
    /// Times between which guidance is on.
    pub window: [f64; 2],
}

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guided {
    /// Mean along the class's mean beyond it, in units of the standard deviation within.
    pub mean_shift: Measured,
    /// Variance there, in units of that within.
    pub variance_ratio: Measured,
    /// Mean variance ratio in the other directions.
    pub across: Measured,
    /// Share of the samples whose likeliest class is the one guided to.
    pub share: Measured,
}

/// Numbers of a block: mean and variance along, variance across, share, and no looks at samples.
pub const WIDTH: usize = 4 + Looks::FIELDS;

/// Signal-to-noise ratios at which runs begin and end, in units of the inverse variances of the data: what
/// they leave out are parts in 1e5.
const ENDS: [f64; 2] = [1e-5, 1e5];

/// One block of `points` guided runs.
///
/// # Errors
/// [`Error::Argument`] for a class that does not exist; [`Error::Usage`] for models without samples or scores.
pub fn block(model: &dyn Model, plan: &Plan, points: usize, unit: Unit<'_>) -> Result<Vec<f64>> {
    let sampler = sampler(model, unit.seed, unit.block)?;
    let (d, classes) = (sampler.dimension(), sampler.classes());
    if classes < 2 {
        let expected = "has one class: guidance needs several";
        return Err(Error::argument("model", model.name(), expected));
    }
    if plan.class >= classes {
        let expected = format!("must be a class from 1 to {classes}");
        return Err(Error::argument("--class", plan.class + 1, expected));
    }
    let denoiser = sampler.posterior()?.required()?;
    let Some(frame) = denoiser.frame(plan.class) else {
        return Err(Error::Usage(format!(
            "the classes of {} have no scores of their own",
            model.name()
        )));
    };
    let step = Step { plan, denoiser: denoiser.as_ref(), classes, d };
    let levels = levels(&frame.sizes, plan.steps)?;
    let part = |j: usize| unit.seed.stream(Purpose::Dynamics, unit.block, j as u64);
    let ends: Vec<Vec<f64>> = (0..points)
        .into_par_iter()
        .map(|j| {
            let mut stream = part(j);
            let mut normals = vec![0.0; d];
            stream.normals(&mut normals);
            if plan.flow {
                let sigma = levels[0].sigma();
                let start = normals.iter().map(|z| sigma * z).collect();
                step.flow(start, &levels)
            } else {
                let root = levels[0].snr().sqrt();
                let start = normals.iter().map(|z| root * z).collect();
                step.process(start, &levels, &mut |z| stream.normals(z))
            }
        })
        .collect();
    (unit.heard)()?;
    // What remains of the noise at the last level is the posterior's: its mean is taken, its variance added.
    let count = points as f64;
    let along = |x: &[f64]| -> f64 {
        let offset = x.iter().zip(&frame.mean);
        offset.zip(&frame.direction).map(|((x, m), u)| (x - m) * u).sum()
    };
    let places: Vec<f64> = ends.iter().map(|x| along(x)).collect();
    let mean = places.iter().sum::<f64>() / count;
    let variance = places.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    let rest: f64 = ends
        .iter()
        .zip(&places)
        .map(|(x, p)| {
            let all: f64 = x.iter().zip(&frame.mean).map(|(x, m)| (x - m).powi(2)).sum();
            (all - p * p) / (frame.trace - frame.variance)
        })
        .sum();
    let last = levels[levels.len() - 1];
    let own = ends.iter().filter(|x| step.likeliest(x, last) == plan.class).count();
    let scale = frame.variance.sqrt();
    let mut results =
        vec![mean / scale, variance / frame.variance, rest / count, own as f64 / count];
    results.extend(Looks::default().fields());
    Ok(results)
}

/// Levels even in log snr.
fn levels([small, large]: &[f64; 2], steps: usize) -> Result<Vec<Noise>> {
    let (low, high) = ((ENDS[0] / large).ln(), (ENDS[1] / small).ln());
    (0..=steps).map(|k| Noise::at_log_snr(low + (high - low) * k as f64 / steps as f64)).collect()
}

struct Step<'a> {
    plan: &'a Plan,
    denoiser: &'a dyn Denoiser,
    classes: usize,
    d: usize,
}

impl Step<'_> {
    /// The guided estimate of a at x_t.
    fn estimate(&self, x: &[f64], noise: Noise) -> Vec<f64> {
        let mut own = vec![0.0; self.d];
        self.denoiser.denoise_class(x, noise, self.plan.class, &mut own);
        let t = noise.time();
        if self.plan.omega == 0.0 || t < self.plan.window[0] || t > self.plan.window[1] {
            return own;
        }
        let (mut all, mut weights) = (vec![0.0; self.d], vec![0.0; self.classes]);
        self.denoiser.denoise(x, noise, &mut weights, Some(&mut all));
        own.iter().zip(&all).map(|(c, a)| c + self.plan.omega * (c - a)).collect()
    }

    fn likeliest(&self, a: &[f64], noise: Noise) -> usize {
        let x: Vec<f64> = a.iter().map(|a| a * noise.decay()).collect();
        let mut weights = vec![0.0; self.classes];
        self.denoiser.denoise(&x, noise, &mut weights, None);
        (0..self.classes).max_by(|&a, &b| weights[a].total_cmp(&weights[b])).unwrap_or(0)
    }

    /// dy = â ds + dB, x_t = e^{−t} y/s.
    fn process(
        &self,
        mut y: Vec<f64>,
        levels: &[Noise],
        normals: &mut dyn FnMut(&mut [f64]),
    ) -> Vec<f64> {
        let at = |y: &[f64], noise: Noise| {
            let scale = noise.decay() / noise.snr();
            let x: Vec<f64> = y.iter().map(|y| scale * y).collect();
            self.estimate(&x, noise)
        };
        let mut kick = vec![0.0; self.d];
        for pair in levels.windows(2) {
            let step = pair[1].snr() - pair[0].snr();
            normals(&mut kick);
            kick.iter_mut().for_each(|z| *z *= step.sqrt());
            let first = at(&y, pair[0]);
            let ahead: Vec<f64> =
                y.iter().zip(&first).zip(&kick).map(|((y, a), z)| y + step * a + z).collect();
            let second = at(&ahead, pair[1]);
            for (((y, a), b), z) in y.iter_mut().zip(&first).zip(&second).zip(&kick) {
                *y += 0.5 * step * (a + b) + z;
            }
        }
        let snr = levels[levels.len() - 1].snr();
        y.iter().map(|y| y / snr).collect()
    }

    /// dx = (x − â) dlog σ.
    fn flow(&self, mut x: Vec<f64>, levels: &[Noise]) -> Vec<f64> {
        let drift = |x: &[f64], noise: Noise| -> Vec<f64> {
            let seen: Vec<f64> = x.iter().map(|x| noise.decay() * x).collect();
            x.iter().zip(self.estimate(&seen, noise)).map(|(x, a)| x - a).collect()
        };
        for pair in levels.windows(2) {
            let step = -0.5 * (pair[1].log_snr() - pair[0].log_snr());
            let first = drift(&x, pair[0]);
            let ahead: Vec<f64> = x.iter().zip(&first).map(|(x, f)| x + step * f).collect();
            let second = drift(&ahead, pair[1]);
            for ((x, a), b) in x.iter_mut().zip(&first).zip(&second) {
                *x += 0.5 * step * (a + b);
            }
        }
        x
    }
}

/// The averages over all blocks; `draws` is the number of points in all.
pub fn all(blocks: &[Vec<f64>], draws: f64) -> Guided {
    let field = |k: usize, unseen: f64| Measured::over(blocks.iter().map(|b| b[k]), unseen);
    Guided {
        mean_shift: field(0, 0.0),
        variance_ratio: field(1, 0.0),
        across: field(2, 0.0),
        share: field(3, 1.0 / draws),
    }
}
