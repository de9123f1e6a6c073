//! Control variates of the means over points: averages that scatter with those of the classes, and are
//! known better.
//!
//! Classes of one covariance, the mean of all, live on the span of the class means. What the classes
//! themselves tell beyond it changes these averages, to first order, by what averages to nothing. The
//! sum over pairs of classes is known from the route of two classes; where classes are far apart, only pairs are ever
//! in doubt.

use super::local::{Local, Priors};
use super::means::{Averages, Effort, Likelihoods, Means, Values, joined};
use super::points::AxesPoints;
use super::quadrature::{self, Aim};
use super::reduction::{Axis, Instance, coordinates, pivots};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::lattice::{LATTICE_DIMENSIONS, Marginal};
use nalgebra::DMatrix;

/// Classes of one covariance, whose averages are known better than those of the classes themselves.
pub(super) struct Control {
    /// Entry n of column j is ξ_n·G⁻¹(m_j − m_1), ξ the displacement from the class mean.
    pub(super) projections: Vec<f64>,
    /// Gram matrix of the m_k − m_1 with respect to G⁻¹.
    pub(super) gram: DMatrix<f64>,
    /// Means of the log-likelihoods of the classes themselves given the projections, where they are
    /// known; see [`super::conditional`].
    pub(super) expected: Vec<f64>,
}

impl Control {
    /// The averages of the control, and what the log-likelihoods add to their means given the
    /// projections would change in them to first order: its mean is 0.
    pub(super) fn values(
        &self,
        likelihoods: &Likelihoods,
        priors: &Priors,
    ) -> (Averages, Option<Averages>) {
        let (classes, points) = (self.gram.nrows(), likelihoods.points);
        let mut own = vec![[0.0; 2]; points];
        let mut beyond = (!self.expected.is_empty()).then(|| own.clone());
        let mut logs = vec![0.0; classes];
        for k in 0..classes {
            let weight = priors.weights[k];
            let offset: Vec<f64> = (0..classes)
                .map(|j| self.gram[(j, k)] - 0.5 * self.gram[(j, j)] + priors.logs[j])
                .collect();
            for n in 0..points {
                for (j, log) in logs.iter_mut().enumerate() {
                    *log = self.projections[j * points + n] + offset[j];
                }
                let local = Local::new(&logs);
                own[n][0] += weight * local.entropy;
                own[n][1] += weight * local.split;
                if let Some(sum) = beyond.as_mut().map(|all| &mut all[n]) {
                    for (j, log) in logs.iter().enumerate() {
                        let at = (k * classes + j) * points + n;
                        let change = weight * (likelihoods.logs[at] - self.expected[at]);
                        let log_p = log - local.log_density;
                        let p = log_p.exp();
                        // ∂H/∂log p_j = −p_j (log p_j + H), ∂(1 − φ)/∂log p_j = −2p_j (p_j − φ)
                        sum[0] -= p * (log_p + local.entropy) * change;
                        sum[1] -= 2.0 * p * (p - 1.0 + local.split) * change;
                    }
                }
            }
        }
        (own, beyond)
    }
}

/// The averages of the control, on the span of the class means.
#[derive(Debug)]
pub(super) struct Surrogate {
    pivots: Vec<usize>,
    /// Absent where rules on at most two axes do.
    sampler: Option<Box<AxesPoints>>,
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
            .then(|| Box::new(AxesPoints::new(marginals, classes, seed.wrapping_add(1))));
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
            let means = sampler.means(&instance, priors, effort);
            return Ok([0, 1].map(|which| means.estimate(which).widened(neglected)));
        }
        let posterior = quadrature::posterior(&instance, priors, Estimate::exact(0.0), Aim::Rough)?;
        Ok([posterior.entropy, 1.0 - posterior.clone])
    }
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

/// Joins likelihoods to means, with a control and with the sums over pairs of classes, where these are
/// known.
pub(super) fn means(
    likelihoods: &Likelihoods,
    control: Option<(Control, &Surrogate)>,
    pairs: Option<[Estimate; 2]>,
    priors: &Priors,
    effort: Effort,
) -> Result<Means> {
    let Values { own: values, pairs: sums } = likelihoods.values(priors, pairs.is_some());
    let mut controls: Vec<(Averages, [Estimate; 2])> = Vec::new();
    if let Some((control, surrogate)) = control {
        let (own, beyond) = control.values(likelihoods, priors);
        controls.push((own, surrogate.averages(control.gram, priors, effort)?));
        controls.extend(beyond.map(|beyond| (beyond, [Estimate::exact(0.0); 2])));
    }
    controls.extend(pairs.map(|known| (sums, known)));
    Ok(joined(values, &controls, priors, effort))
}
