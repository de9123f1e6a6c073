//! Moments of the log-likelihood ratio of two classes with full covariances at many noise levels.
//!
//! In the eigenbasis of C_k, C_k + τ is diagonal at every noise τ, and so no level needs a decomposition
//! of its own: with P = (Λ_k + τ)⁻¹ and D = E_kᵀ(C_j − C_k)E_k, the moments `[ABBM26]` are
//! mean = ½ [tr PD − log det(C_j + τ)/(C_k + τ) + δᵀPδ], variance = ½ tr (PD)² + δᵀPδ + (Pδ)ᵀD(Pδ).

use super::LogLikelihoodRatio;
use super::class::GaussianClass;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::numerics::products::transposed_product;
use crate::numerics::spectra::Eigen;
use crate::process::Noise;
use nalgebra::{DMatrix, DVector};

/// Two classes in the eigenbasis of the second.
pub(super) struct Moments {
    own: Vec<f64>,
    other: Vec<f64>,
    gap: DMatrix<f64>,
    difference: DVector<f64>,
    /// Bound on the Frobenius norm of the error of `gap` and on that of the eigenvalues.
    error: f64,
}

impl Moments {
    /// Classes j and k with the decompositions of their covariances.
    pub(super) fn new(classes: [&GaussianClass; 2], eigen: [&Eigen; 2]) -> Self {
        let [a, b] = classes;
        let d = a.mean.len();
        let basis = &eigen[1].vectors;
        let gap = a.covariance.matrix(d) - b.covariance.matrix(d);
        let gap = transposed_product(basis, &transposed_product(&gap, basis));
        let difference = DVector::from_iterator(d, a.mean.iter().zip(&b.mean).map(|(x, y)| x - y));
        let values = |e: &Eigen| e.values.iter().copied().collect();
        Self {
            own: values(eigen[0]),
            other: values(eigen[1]),
            gap,
            difference: basis.tr_mul(&difference),
            error: (eigen[0].error + eigen[1].error) * (d as f64).sqrt(),
        }
    }

    /// Mean and variance at a noise level; infinite errors where a class has no density.
    pub(super) fn at(&self, noise: Noise) -> LogLikelihoodRatio {
        let tau = noise.tau();
        let d = self.other.len();
        let precision: Vec<f64> = self.other.iter().map(|v| 1.0 / (v + tau)).collect();
        let (mut trace, mut volume, mut shift, mut size) = (0.0, 0.0, 0.0, 0.0);
        for (i, p) in precision.iter().enumerate() {
            trace += self.gap[(i, i)] * p;
            volume += ((self.own[i] - self.other[i]) * p).ln_1p();
            shift += self.difference[i].powi(2) * p;
            size += (self.gap[(i, i)] * p).abs();
        }
        let (mut squares, mut across) = (0.0, 0.0);
        for (j, q) in precision.iter().enumerate() {
            let column = self.gap.column(j);
            let (mut own, mut along) = (0.0, 0.0);
            for ((g, p), delta) in column.iter().zip(&precision).zip(self.difference.iter()) {
                own += g * g * p;
                along += g * p * delta;
            }
            squares += own * q;
            across += along * q * self.difference[j];
        }
        let least = self.own.iter().chain(&self.other).copied().fold(f64::INFINITY, f64::min) + tau;
        // What the errors of D and of the eigenvalues move by, relative to the narrowest direction.
        let relative = self.error / least;
        let rounding = 8.0 * ROUNDING * (d as f64).sqrt();
        let mean = 0.5 * (trace - volume + shift);
        let variance = 0.5 * squares + shift + across;
        let moved = relative * ((d as f64).sqrt() + shift);
        LogLikelihoodRatio {
            mean: Estimate::new(mean, moved + rounding * (size + shift)),
            variance: Estimate::new(
                variance,
                2.0 * relative * (squares.sqrt() + shift) + rounding * (squares + shift),
            ),
        }
    }
}
