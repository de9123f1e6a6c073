//! Control variates of the means over points: averages that scatter with those of the classes, and are
//! known better.
//!
//! Classes of one covariance, the mean of all, live on the span of the class means. The sum over pairs
//! of classes is known from the route of two classes; where classes are far apart, only pairs are ever
//! in doubt.

use super::local::Priors;
use super::pair::{self, Mode};
use super::quadrature::{self, Aim};
use super::reduction::{Axis, Instance, coordinates, pivots};
use super::sampled::{AxesSampler, Effort, Likelihoods};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::lattice::{LATTICE_DIMENSIONS, Marginal};
use crate::numerics::precision::ROUNDING;
use nalgebra::DMatrix;

/// Classes of one covariance, whose averages are known better than those of the classes themselves.
pub(super) struct Control {
    /// Entry n of column j is ξ_n·G⁻¹(m_j − m_1), ξ the displacement from the class mean.
    pub(super) projections: Vec<f64>,
    /// Gram matrix of the m_k − m_1 with respect to G⁻¹.
    pub(super) gram: DMatrix<f64>,
}

impl Control {
    pub(super) fn likelihoods(&self, points: usize) -> Likelihoods {
        let classes = self.gram.nrows();
        let mut logs = Vec::with_capacity(classes * classes * points);
        for k in 0..classes {
            for j in 0..classes {
                let constant = self.gram[(j, k)] - 0.5 * self.gram[(j, j)];
                let column = &self.projections[j * points..(j + 1) * points];
                logs.extend(column.iter().map(|b| b + constant));
            }
        }
        Likelihoods { logs, points }
    }
}

/// The averages of the control, on the span of the class means.
#[derive(Debug)]
pub(super) struct Surrogate {
    pivots: Vec<usize>,
    /// Absent where rules on at most two axes do.
    sampler: Option<Box<AxesSampler>>,
}

impl Surrogate {
    /// For classes whose means have this Gram matrix at some noise level; none if they coincide or
    /// span too much.
    pub(super) fn new(gram: DMatrix<f64>, seed: u64) -> Option<Self> {
        let classes = gram.nrows();
        let pivots = pivots(gram);
        if pivots.is_empty() || pivots.len() > LATTICE_DIMENSIONS {
            return None;
        }
        let marginals = vec![Marginal::Normal; pivots.len()];
        let sampler = (pivots.len() > 2)
            .then(|| Box::new(AxesSampler::plain(marginals, classes, seed.wrapping_add(1))));
        Some(Self { pivots, sampler })
    }

    /// [H, 1 − φ] and bounds on their errors.
    pub(super) fn averages(
        &self,
        gram: DMatrix<f64>,
        priors: &Priors,
        effort: Effort,
    ) -> Result<[Estimate; 2]> {
        let classes = gram.nrows();
        let (columns, neglected) = coordinates(gram, &self.pivots);
        let axis = |means| Axis { freedom: None, means, variances: vec![1.0; classes] };
        let axes = columns.into_iter().map(axis).collect();
        let instance = Instance { axes, slopes: Vec::new(), neglected };
        if let Some(sampler) = &self.sampler {
            let means = sampler.means(&instance, priors, effort)?;
            return Ok([0, 1].map(|which| means.estimate(which).widened(neglected)));
        }
        let posterior = quadrature::posterior(&instance, priors, Estimate::exact(0.0), Aim::Rough)?;
        Ok([posterior.entropy, 1.0 - posterior.clone])
    }
}

/// Entropy and 1 − φ of all pairs of classes, each with its share of the probability.
pub(super) fn pair_sums(instance: &Instance, priors: &Priors) -> [Estimate; 2] {
    let classes = priors.weights.len();
    let mut sums = [Estimate::exact(0.0); 2];
    for k in 0..classes {
        for j in 0..k {
            let mode = |axis: &Axis| {
                let (own, other) = (axis.variances[j], axis.variances[k]);
                Mode {
                    excess: (own - other) / other,
                    ratio: own / other,
                    error: 3.0 * ROUNDING,
                    shift: (axis.means[j] - axis.means[k]).powi(2) / other,
                    multiplicity: axis.freedom.unwrap_or(1.0),
                }
            };
            let modes: Vec<Mode> = instance.axes.iter().map(mode).collect();
            let pair = pair::integrals(&modes, priors.weights[j], priors.weights[k]);
            sums = [sums[0] + pair.entropy, sums[1] + pair.overlap * 2.0];
        }
    }
    sums
}

/// Σ w_k v_k on every axis.
pub(super) fn mean_variances(instance: &Instance, weights: &[f64]) -> Vec<f64> {
    let mean = |a: &Axis| a.variances.iter().zip(weights).map(|(v, w)| v * w).sum();
    instance.axes.iter().map(mean).collect()
}

/// Gram matrix of the means relative to the first, whitened with the mean variances.
pub(super) fn gram(instance: &Instance, weights: &[f64]) -> DMatrix<f64> {
    let mean = mean_variances(instance, weights);
    let classes = weights.len();
    DMatrix::from_fn(classes, classes, |i, j| {
        let lines = instance.axes.iter().zip(&mean).filter(|(a, _)| a.freedom.is_none());
        lines.map(|(a, v)| (a.means[i] - a.means[0]) * (a.means[j] - a.means[0]) / v).sum::<f64>()
    })
}

/// Slopes of the values against up to two controls, by least squares.
pub(super) fn regression(
    values: &[[f64; 2]],
    controls: &[(Vec<[f64; 2]>, [Estimate; 2])],
    which: usize,
) -> Vec<f64> {
    let count = values.len() as f64;
    let centred = |of: &[[f64; 2]]| -> Vec<f64> {
        let mean = of.iter().map(|v| v[which]).sum::<f64>() / count;
        of.iter().map(|v| v[which] - mean).collect()
    };
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let own = centred(values);
    let others: Vec<Vec<f64>> = controls.iter().map(|c| centred(&c.0)).collect();
    let single = |c: &[f64]| {
        let size = product(c, c);
        if size > 0.0 { product(c, &own) / size } else { 0.0 }
    };
    match &others[..] {
        [] => Vec::new(),
        [a] => vec![single(a)],
        [a, b, ..] => {
            let (aa, ab, bb) = (product(a, a), product(a, b), product(b, b));
            let (ay, by) = (product(a, &own), product(b, &own));
            let determinant = aa * bb - ab * ab;
            // Controls that are alike leave one of them.
            if determinant > 1e-6 * aa * bb {
                vec![(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant]
            } else {
                vec![single(a), 0.0]
            }
        }
    }
}
