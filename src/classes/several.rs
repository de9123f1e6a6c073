//! Three or more Gaussian classes: which route gives their posterior.
//!
//! On at most two axes (see [`super::reduction`]) rules do; on more, certified bounds where they are
//! close enough together, else means over quasi-Monte-Carlo points, kept within the bounds.

use super::class::{GaussianClass, in_common_modes, sizes};
use super::full::FullSampler;
use super::local::Priors;
use super::means::{Effort, Means};
use super::pair::{self, PairIntegrals};
use super::quadrature::{self, Aim};
use super::reduction::{Axis, Instance, Reduction};
use super::retention;
use super::sampled::AxesSampler;
use super::separated;
use super::{Posterior, label_entropy};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::{CURVE_TOLERANCE, ROUNDING};
use crate::numerics::special::x_minus_ln_1p;
use crate::process::Noise;
use nalgebra::DMatrix;
use std::sync::OnceLock;

/// Noise where there is none, relative to the least size of the data: classes without spread have
/// densities only in the limit t → 0. Its inverse times the largest size is noise alone.
const NO_NOISE: f64 = 1e-100;

/// Squared sizes between which the given units are kept.
const ORDINARY: (f64, f64) = (1e-60, 1e60);

/// A power of two by which classes of these sizes are multiplied.
fn unit((small, large): (f64, f64)) -> f64 {
    let ordinary = small >= ORDINARY.0 && large <= ORDINARY.1;
    if ordinary { 1.0 } else { (-0.5 * large.log2()).round().exp2() }
}

/// Work, as K² d³, up to which all pairs of full covariances are compared exactly for their bounds.
const EXACT_PAIRS: f64 = 3e6;

/// Three or more classes.
#[derive(Debug)]
pub(super) struct Several {
    /// In units of 1/`unit`, in which squares and determinants of their sizes are numbers.
    classes: Vec<GaussianClass>,
    unit: f64,
    priors: Priors,
    /// The least and the largest variance or squared distance.
    sizes: (f64, f64),
    pub(super) label_entropy: Estimate,
    reduction: Reduction,
    seed: u64,
    sampler: OnceLock<Points>,
    /// Of full covariances in few dimensions, for fine means.
    finer: OnceLock<Box<FullSampler>>,
}

/// Points for classes on more than two axes.
#[derive(Debug)]
enum Points {
    Axes(Box<AxesSampler>),
    Full(Box<FullSampler>),
}

impl Clone for Several {
    /// Points are drawn anew: the same ones.
    fn clone(&self) -> Self {
        Self {
            classes: self.classes.clone(),
            unit: self.unit,
            priors: self.priors.clone(),
            sizes: self.sizes,
            label_entropy: self.label_entropy,
            reduction: self.reduction.clone(),
            seed: self.seed,
            sampler: OnceLock::new(),
            finer: OnceLock::new(),
        }
    }
}

impl Several {
    /// Three or more classes, of one covariance if they are `equal`.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn new(classes: &[GaussianClass], equal: bool, seed: u64) -> Result<Self> {
        let weights: Vec<f64> = classes.iter().map(|c| c.weight).collect();
        let unit = unit(sizes(classes));
        let classes: Vec<GaussianClass> = classes.iter().map(|class| class.scaled(unit)).collect();
        let common = if equal { Some(in_common_modes(&classes)?) } else { None };
        Ok(Self {
            unit,
            priors: Priors::new(&weights),
            sizes: sizes(&classes),
            label_entropy: label_entropy(&weights),
            reduction: Reduction::new(&classes, common)?,
            classes,
            seed,
            sampler: OnceLock::new(),
            finer: OnceLock::new(),
        })
    }

    /// The same classes with another seed of what is sampled.
    pub(super) fn with_seed(self, seed: u64) -> Self {
        Self { seed, sampler: OnceLock::new(), finer: OnceLock::new(), ..self }
    }

    fn tau(&self, noise: Noise) -> f64 {
        let (small, large) = self.sizes;
        let least = (NO_NOISE * small).max(f64::MIN_POSITIVE);
        let tau = noise.tau() * self.unit * self.unit;
        tau.clamp(least, (large / NO_NOISE).clamp(least, f64::MAX))
    }

    /// True where no rule covers the axes.
    pub(super) fn is_sampled(&self) -> bool {
        self.reduction.at(1.0).is_none_or(|instance| instance.axes.len() > 2)
    }

    /// The posterior by a rule, where there are few enough axes.
    fn by_rule(&self, noise: Noise, aim: Aim) -> Option<Result<Posterior>> {
        let instance = self.reduction.at(self.tau(noise))?;
        (instance.axes.len() <= 2)
            .then(|| Ok(quadrature::posterior(&instance, &self.priors, self.label_entropy, aim)?))
    }

    /// The posterior.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn posterior(&self, noise: Noise) -> Result<Posterior> {
        if let Some(posterior) = self.by_rule(noise, Aim::Fine) {
            return posterior;
        }
        self.sampled(noise, Effort::Fine)
    }

    /// E[P(k|x) | k], where the classes differ on one axis.
    pub(super) fn retention(&self, k: usize, noise: Noise) -> Option<Estimate> {
        let instance = self.reduction.at(self.tau(noise))?;
        let [axis] = &instance.axes[..] else { return None };
        Some(retention::on_line(axis, &self.priors, k, instance.neglected))
    }

    /// The posterior by bounds and points.
    fn sampled(&self, noise: Noise, effort: Effort) -> Result<Posterior> {
        let certified = self.bounds(noise)?;
        if certified.information.error.max(certified.clone.error) <= CURVE_TOLERANCE {
            return Ok(certified);
        }
        let means = self.means(noise, effort, None)?;
        let (entropy, split) = (means.estimate(0), means.estimate(1));
        let better = |bounds: Estimate, mean: Estimate| {
            if bounds.error <= mean.error {
                return bounds;
            }
            let low = mean.lower().max(bounds.lower());
            let high = mean.upper().min(bounds.upper());
            if low <= high { Estimate::between(low, high) } else { bounds }
        };
        Ok(Posterior {
            clone: better(certified.clone, 1.0 - split),
            entropy: better(certified.entropy, entropy),
            information: better(certified.information, self.label_entropy - entropy),
        })
    }

    /// The posterior to some five digits, where a rule gives it; else with less work.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn rough(&self, noise: Noise) -> Result<Posterior> {
        self.by_rule(noise, Aim::Rough).unwrap_or_else(|| self.sampled(noise, Effort::Quick))
    }

    /// Bounds that cost little, where the posterior costs much.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn cheap_bounds(&self, noise: Noise) -> Option<Result<Posterior>> {
        self.is_sampled().then(|| self.bounds(noise))
    }

    /// Means over points; `pairs` are the sums over pairs of full classes, where they are known.
    pub(super) fn means(
        &self,
        noise: Noise,
        effort: Effort,
        pairs: Option<[Estimate; 2]>,
    ) -> Result<Means> {
        let tau = self.tau(noise);
        let instance = self.reduction.at(tau);
        let points = match self.sampler.get() {
            Some(points) => points,
            None => {
                // At one noise level, whichever row asks first.
                let points = match self.reduction.at(1.0) {
                    Some(reference) => {
                        let weights = &self.priors.weights;
                        Points::Axes(Box::new(AxesSampler::new(&reference, weights, self.seed)))
                    }
                    None => Points::Full(Box::new(FullSampler::new(
                        &self.classes,
                        self.seed,
                        Effort::Quick,
                    )?)),
                };
                self.sampler.get_or_init(|| points)
            }
        };
        match (points, &instance) {
            (Points::Axes(sampler), Some(instance)) => {
                sampler.means(instance, &self.priors, effort)
            }
            (Points::Full(_), _)
                if effort == Effort::Fine && FullSampler::has_finer(&self.classes) =>
            {
                let finer = match self.finer.get() {
                    Some(finer) => finer,
                    None => {
                        let finer = Box::new(FullSampler::new(&self.classes, self.seed, effort)?);
                        self.finer.get_or_init(|| finer)
                    }
                };
                finer.means(tau, pairs, &self.priors, effort)
            }
            (Points::Full(sampler), _) => sampler.means(tau, pairs, &self.priors, effort),
            (Points::Axes(..), None) => unreachable!("points are drawn for what is reduced"),
        }
    }

    /// The bounds of KT17.
    pub(super) fn bounds(&self, noise: Noise) -> Result<Posterior> {
        let (classes, weights, tau) = (&self.classes, &self.priors.weights, self.tau(noise));
        if let Some(instance) = self.reduction.at(tau) {
            let distances = Distances::on_axes(&instance);
            return Ok(distances.bounds(weights, self.label_entropy));
        }
        let (count, d) = (classes.len(), classes[0].mean.len());
        if (count * count) as f64 * (d as f64).powi(3) > EXACT_PAIRS {
            let distances = Distances::by_norms(classes, tau);
            return Ok(distances.bounds(weights, self.label_entropy));
        }
        let mut modes = Vec::with_capacity(count * count);
        for a in classes {
            for b in classes {
                let gap: Vec<f64> = a.mean.iter().zip(&b.mean).map(|(x, y)| x - y).collect();
                modes.push(pair::modes(&a.covariance, &b.covariance, &gap, tau)?);
            }
        }
        let modes = |i: usize, j: usize| &modes[i * count + j];
        Ok(separated::bounds(
            weights,
            self.label_entropy,
            |i, j| pair::bhattacharyya(modes(i, j)),
            |i, j| pair::log_likelihood_ratio(modes(i, j)).mean.upper(),
            |i, j| pair::integrals(modes(i, j), weights[i], weights[j]),
        ))
    }
}

/// Bhattacharyya distances, or lower bounds on them, and Kullback-Leibler divergences, or upper ones.
struct Distances {
    bhattacharyya: DMatrix<f64>,
    divergence: DMatrix<f64>,
}

impl Distances {
    fn on_axes(instance: &Instance) -> Self {
        let count = instance.axes[0].variances.len();
        let sum = |f: &dyn Fn(&Axis, usize, usize) -> f64| {
            DMatrix::from_fn(count, count, |i, j| {
                instance.axes.iter().map(|axis| f(axis, i, j)).sum::<f64>()
            })
        };
        let divergence = |axis: &Axis, i: usize, j: usize| {
            let (a, b) = (axis.variances[i], axis.variances[j]);
            let gap = axis.means[i] - axis.means[j];
            0.5 * (axis.freedom.unwrap_or(1.0) * x_minus_ln_1p((a - b) / b) + gap * gap / b)
        };
        let bhattacharyya = |axis: &Axis, i: usize, j: usize| {
            let (a, b) = (axis.variances[i], axis.variances[j]);
            let gap = axis.means[i] - axis.means[j];
            // ½ log((a + b)/2√(ab)) = ¼ log(1 + (a − b)²/4ab)
            let spread = 0.25 * ((a - b) / a * ((a - b) / b) * 0.25).ln_1p();
            axis.freedom.unwrap_or(1.0) * spread + 0.25 * gap * gap / (a + b)
        };
        let rounded = 1.0 + 16.0 * ROUNDING * (instance.axes.len() as f64 + 4.0);
        Self {
            bhattacharyya: sum(&bhattacharyya) / rounded,
            divergence: (sum(&divergence) * rounded).add_scalar(instance.neglected),
        }
    }

    /// Without decompositions: with X = G_j⁻¹(C_i − C_j), ‖X‖ ≤ ½, the divergence is at most
    /// ½ (tr X² + δᵀG_j⁻¹δ), as x − log(1 + x) ≤ x² there.
    fn by_norms(classes: &[GaussianClass], tau: f64) -> Self {
        let (count, d) = (classes.len(), classes[0].mean.len());
        let size = |class: &GaussianClass| match &class.covariance {
            super::Covariance::Full(m) => m.norm(),
            other => (0..d).map(|i| other.diagonal(i).powi(2)).sum::<f64>().sqrt(),
        };
        let sizes: Vec<f64> = classes.iter().map(size).collect();
        let divergence = |i: usize, j: usize| {
            if i == j {
                return 0.0;
            }
            let gap: f64 =
                classes[i].mean.iter().zip(&classes[j].mean).map(|(a, b)| (a - b).powi(2)).sum();
            let x = (sizes[i] + sizes[j]) / tau;
            if x <= 0.5 { 0.5 * (x * x + gap / tau) } else { f64::INFINITY }
        };
        Self {
            bhattacharyya: DMatrix::zeros(count, count),
            divergence: DMatrix::from_fn(count, count, divergence),
        }
    }

    fn bounds(&self, weights: &[f64], label_entropy: Estimate) -> Posterior {
        let pair = |i: usize, j: usize| -> PairIntegrals {
            separated::pair_integrals_at_most([weights[i], weights[j]], self.bhattacharyya[(i, j)])
        };
        separated::bounds(
            weights,
            label_entropy,
            |i, j| self.bhattacharyya[(i, j)],
            |i, j| self.divergence[(i, j)],
            pair,
        )
    }
}
