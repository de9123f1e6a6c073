//! Two measured classes, and when they separate.

use crate::Answer;
use crate::classes::LogLikelihoodRatio;
use crate::error::Result;
use crate::numerics::products::transposed_product;
use crate::numerics::{Estimate, roots};
use crate::process::{Noise, time_estimate};
use nalgebra::{DMatrix, DVector};

/// One class.
pub(super) struct Class {
    pub(super) label: String,
    pub(super) mean: DVector<f64>,
    /// Shrunk covariance.
    pub(super) covariance: DMatrix<f64>,
    /// Its eigenvalues, not below zero.
    pub(super) values: Vec<f64>,
    pub(super) vectors: DMatrix<f64>,
    /// How many further dimensions there are, and the variance in each.
    pub(super) rest: (usize, f64),
    pub(super) error: f64,
}

/// How far in log-SNR the search for a separation goes from noise 10⁴ times the largest variance,
/// and its steps.
const SEARCH: f64 = 46.0;
const STEP: f64 = 0.5;

/// Two classes in the eigenbasis of the second.
pub(super) struct Pair {
    pub(super) j: usize,
    pub(super) k: usize,
    /// V_kᵀ C_j V_k.
    rotated: DMatrix<f64>,
    own: Vec<f64>,
    other: Vec<f64>,
    /// V_kᵀ (m_j − m_k).
    offset: DVector<f64>,
    /// How many further dimensions there are, and the variances of both classes in each.
    rest: (f64, [f64; 2]),
    error: f64,
}

impl Pair {
    pub(super) fn new(j: usize, k: usize, own: &Class, other: &Class) -> Self {
        let half = transposed_product(&own.covariance, &other.vectors);
        let rotated = transposed_product(&other.vectors, &half);
        let offset = other.vectors.tr_mul(&(&own.mean - &other.mean));
        Self {
            j,
            k,
            rotated,
            own: own.values.clone(),
            other: other.values.clone(),
            offset,
            rest: (own.rest.0 as f64, [own.rest.1, other.rest.1]),
            error: own.error + other.error,
        }
    }

    /// The largest variance or squared distance.
    fn largest(&self) -> f64 {
        let first = |values: &[f64]| values.first().copied().unwrap_or(0.0);
        let rest = self.rest.1[0].max(self.rest.1[1]);
        first(&self.own).max(first(&self.other)).max(rest) + self.offset.norm_squared()
    }

    /// The latest time at which mean and standard deviation of the log-likelihood ratio agree.
    pub(super) fn separation(&self) -> Result<Answer> {
        let excess = |u: f64| {
            let ratio = self.ratio(Noise::at_log_snr(u).map_or(f64::INFINITY, Noise::tau));
            if ratio.mean.value < 1e-200 {
                return Estimate::exact(-1.0);
            }
            ratio.mean / ratio.variance.sqrt() - 1.0
        };
        // At noise far above the data the ratio of mean and deviation goes to zero.
        let scale = self.largest();
        if scale <= 0.0 {
            return Ok(Answer::absent("no transition: the classes coincide"));
        }
        let mut late = -(1e4 * scale).ln();
        let end = late + SEARCH;
        while late < end {
            let next = late + STEP;
            if excess(next).value > 0.0 {
                let root = roots::bracketed("Bayes criterion", excess, late, next)?;
                return Ok(Answer::Value(time_estimate(root.estimate())));
            }
            late = next;
        }
        Ok(Answer::absent("no transition: the classes overlap in the data themselves"))
    }

    /// Mean and variance of the log-likelihood ratio under the first class, with G = C + τ:
    /// mean = ½[tr(G_k⁻¹G_j) − d − log det(G_k⁻¹G_j) + δᵀG_k⁻¹δ],
    /// variance = ½ tr[(G_k⁻¹G_j − I)²] + δᵀG_k⁻¹G_jG_k⁻¹δ `[ABBM26]`.
    pub(super) fn ratio(&self, tau: f64) -> LogLikelihoodRatio {
        let inverse: Vec<f64> = self.other.iter().map(|v| 1.0 / (v + tau)).collect();
        let (mut trace, mut log_det, mut size) = (0.0, 0.0, 0.0);
        for (i, w) in inverse.iter().enumerate() {
            let excess = (self.rotated[(i, i)] - self.other[i]) * w;
            let log = ((self.own[i] - self.other[i]) * w).ln_1p();
            trace += excess;
            log_det += log;
            size += 1.0 + excess.abs() + log.abs();
        }
        // Further dimensions are all alike, and the means agree in them.
        let (rest, [own, other]) = self.rest;
        let weight = 1.0 / (other + tau);
        let (excess, log) = ((own - other) * weight, ((own - other) * weight).ln_1p());
        trace += rest * excess;
        log_det += rest * log;
        size += rest * (1.0 + excess.abs() + log.abs());
        let (mut square, mut along) = (rest * excess * excess, 0.0);
        for (j, wj) in inverse.iter().enumerate() {
            let (mut column, mut towards) = (0.0, 0.0);
            for (i, wi) in inverse.iter().enumerate() {
                let x = self.rotated[(i, j)] + if i == j { tau } else { 0.0 };
                let off = x - if i == j { self.other[i] + tau } else { 0.0 };
                column += off * off * wi;
                towards += x * wi * self.offset[i];
            }
            square += column * wj;
            along += towards * wj * self.offset[j];
        }
        let distance: f64 = inverse.iter().zip(&self.offset).map(|(w, x)| x * x * w).sum();
        // Both covariances are known within `error` in norm.
        let lost = 4.0 * self.error * (inverse.iter().sum::<f64>() + rest * weight);
        let rounding = 16.0 * f64::EPSILON;
        let mean = 0.5 * (trace - log_det + distance);
        let variance = 0.5 * square + along;
        LogLikelihoodRatio {
            mean: Estimate::new(mean, (rounding + lost) * (size + distance)),
            variance: Estimate::new(
                variance,
                (rounding * (inverse.len() as f64 + rest) + lost) * (variance + square.sqrt()),
            ),
        }
    }
}
