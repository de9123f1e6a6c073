//! Two Gaussian classes with any covariances.
//!
//! Relative to class k at time t, class j is described by modes: along each, the variance ratio
//! 1 + x and the squared distance δ² of the means. The log-likelihood ratio is a Gaussian
//! quadratic form with closed moments `[ABBM26]`, and the Chernoff integral
//! B(s) = ∫ p_j^{1−s} p_k^s at complex s gives class entropy and cloning probability by the same
//! Mellin-Barnes integrals as for a spin in Gaussian noise (see [`crate::prior::Binary`]):
//! in the strip 0 ≤ Re s ≤ 1, |B(s)| ≤ 1 by Hölder's inequality, so the trapezoidal rule with
//! spacing 1/14 is exact to 2e-17 for any pair, in any dimension.

use super::{Covariance, LogLikelihoodRatio, Posterior};
use crate::error::Result;
use crate::numerics::precision::{MELLIN_REACH, MELLIN_SPACING, ROUNDING};
use crate::numerics::special::x_minus_ln_1p;
use crate::numerics::{Estimate, NumericsError, spectra};
use nalgebra::{Complex, DMatrix, DVector};
use std::f64::consts::PI;

/// One mode of class j relative to class k.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// x = (variance of j)/(variance of k) − 1 along this mode.
    pub excess: f64,
    /// 1 + x, which x itself knows badly where class j is much narrower.
    pub ratio: f64,
    /// Bound on the relative error of `ratio`, that is on the error of log(1 + x).
    pub error: f64,
    /// Squared distance of the means along this mode, in units of class k's variance.
    pub shift: f64,
    /// Number of modes like this one.
    pub multiplicity: f64,
}

impl Mode {
    /// log(1 + x), from whichever of x and 1 + x knows it better.
    fn log_ratio(&self) -> f64 {
        if self.ratio < NARROW { self.ratio.ln() } else { self.excess.ln_1p() }
    }
}

/// Ratio of variances below which 1 + x is used instead of x.
const NARROW: f64 = 0.5;

/// Modes of class j relative to class k with noise τ added to both covariances.
///
/// # Errors
/// [`NumericsError::Domain`] where class k has no spread along some direction and τ = 0.
pub fn modes(
    covariance_j: &Covariance,
    covariance_k: &Covariance,
    difference: &[f64],
    tau: f64,
) -> Result<Vec<Mode>> {
    use Covariance::{Full, Isotropic};
    let d = difference.len();
    let mode = |vj: f64, vk: f64, squared: f64, multiplicity: f64| {
        let scale = vk + tau;
        let excess = (vj - vk) / scale;
        let ratio = (vj + tau) / scale;
        // x and 1 + x are each good to three roundings; log(1 + x) is computed from the better one.
        let error = 3.0 * ROUNDING * (excess.abs() / ratio).min(1.0);
        Mode { excess, ratio, error, shift: squared / scale, multiplicity }
    };
    let modes = match (covariance_j, covariance_k) {
        (Isotropic(vj), Isotropic(vk)) => {
            let squared = difference.iter().map(|x| x * x).sum();
            vec![mode(*vj, *vk, squared, 1.0), mode(*vj, *vk, 0.0, d as f64 - 1.0)]
        }
        (Full(_), _) | (_, Full(_)) => full_modes(covariance_j, covariance_k, difference, tau)?,
        (j, k) => {
            (0..d).map(|i| mode(j.diagonal(i), k.diagonal(i), difference[i].powi(2), 1.0)).collect()
        }
    };
    if modes.iter().any(|m| !m.excess.is_finite() || !m.shift.is_finite()) {
        let message = "a class without spread in some direction has no density at t = 0".to_owned();
        return Err(NumericsError::Domain { what: "classes", message }.into());
    }
    Ok(modes)
}

/// The generalised eigenproblem of C_j − C_k against C_k + τ.
fn full_modes(
    covariance_j: &Covariance,
    covariance_k: &Covariance,
    difference: &[f64],
    tau: f64,
) -> Result<Vec<Mode>> {
    let d = difference.len();
    let k = covariance_k.matrix(d);
    let gap = covariance_j.matrix(d) - &k;
    let noisy = k + DMatrix::from_diagonal_element(d, d, tau);
    let norm = spectra::norm(&noisy);
    let singular = || NumericsError::Domain {
        what: "classes",
        message: "a class covariance is singular and there is no noise to regularise it".to_owned(),
    };
    let factor = noisy.cholesky().ok_or_else(singular)?.unpack();
    let halfway = factor.solve_lower_triangular(&gap).ok_or_else(singular)?;
    let relative = factor.solve_lower_triangular(&halfway.transpose()).ok_or_else(singular)?;
    let shift = factor
        .solve_lower_triangular(&DVector::from_column_slice(difference))
        .ok_or_else(singular)?;
    let size = relative.norm();
    let eigen = spectra::symmetric("class covariances", relative)?;
    let shift = eigen.vectors.tr_mul(&shift);
    // Whitening loses what the condition number of C_k + τ takes: bounded through its smallest
    // pivot.
    let pivot = factor.diagonal().iter().fold(f64::INFINITY, |m, x| m.min(x.abs()));
    let condition = norm / (pivot * pivot);
    let error = eigen.error + 4.0 * ROUNDING * (d as f64).sqrt() * condition * size;
    Ok((0..d)
        .map(|i| {
            let excess = eigen.values[i].max(-1.0 + f64::EPSILON);
            let ratio = 1.0 + excess;
            let shift = shift[i] * shift[i];
            Mode { excess, ratio, error: error / ratio, shift, multiplicity: 1.0 }
        })
        .collect())
}

/// Mean and variance of the log-likelihood ratio under class j, of a Gaussian quadratic form:
/// mean = ½ Σ [x − log(1+x) + δ²], variance = Σ [½x² + δ²(1+x)] `[ABBM26]`.
pub fn log_likelihood_ratio(modes: &[Mode]) -> LogLikelihoodRatio {
    let (mut mean, mut variance) = (Estimate::exact(0.0), Estimate::exact(0.0));
    for m in modes {
        let narrow = m.ratio < NARROW;
        let value =
            if narrow { m.excess - m.ratio.ln() } else { x_minus_ln_1p(m.excess) } + m.shift;
        let error = m.excess.abs() * m.error + 8.0 * ROUNDING * value;
        let divergence = Estimate::new(value, error);
        mean = mean + divergence * (0.5 * m.multiplicity);
        let spread = 0.5 * m.excess * m.excess + m.shift * m.ratio;
        let error = (m.excess.abs() + m.shift) * m.ratio * m.error + 8.0 * ROUNDING * spread;
        variance = variance + Estimate::new(spread, error) * m.multiplicity;
    }
    LogLikelihoodRatio { mean, variance }
}

/// log B(s) at s = ½ + iy.
fn log_chernoff(modes: &[Mode], y: f64) -> Complex<f64> {
    let s = Complex::new(0.5, y);
    let mut log = Complex::new(0.0, 0.0);
    for m in modes {
        // 1 + s x at s = ½ + iy
        let blend = Complex::new(0.5 + 0.5 * m.ratio, y * m.excess);
        if m.excess != 0.0 {
            log += (s * m.log_ratio() - blend.ln()) * (0.5 * m.multiplicity);
        }
        if m.shift != 0.0 {
            let weight = 0.25 + y * y;
            log -= blend.inv() * (0.5 * weight * m.shift * m.multiplicity);
        }
    }
    log
}

/// Bhattacharyya distance −log B(½), non-negative.
pub fn bhattacharyya(modes: &[Mode]) -> f64 {
    -log_chernoff(modes, 0.0).re
}

/// Weighted pair integrals ∫ w_j p_j w_k p_k / (w_j p_j + w_k p_k) and the pair's entropy
/// ∫ [w_j p_j log(1 + w_k p_k/w_j p_j) + (j ↔ k)], for weights that need not add to one.
#[derive(Clone, Copy, Debug)]
pub struct PairIntegrals {
    /// The overlap, half of what the pair takes from the cloning probability.
    pub overlap: Estimate,
    /// The pair's contribution to the class entropy.
    pub entropy: Estimate,
}

/// Evaluates both integrals by the trapezoidal rule on the Mellin-Barnes line.
pub fn integrals(modes: &[Mode], weight_j: f64, weight_k: f64) -> PairIntegrals {
    let log_weight = Complex::new(0.5 * (weight_j.ln() + weight_k.ln()), 0.0);
    let log_odds = weight_k.ln() - weight_j.ln();
    let steps = ((MELLIN_REACH + 0.16 * log_odds.abs()) / MELLIN_SPACING).ceil() as usize;
    let size: f64 = modes
        .iter()
        .map(|m| m.multiplicity * (m.log_ratio().abs() + m.excess.abs().min(1.0) + m.shift))
        .sum();
    // Errors of the modes enter the exponent once.
    let mode_error: f64 = modes.iter().map(|m| m.multiplicity * m.error * (1.0 + m.shift)).sum();
    let (mut overlap, mut entropy, mut magnitude, mut blurred) = (0.0, 0.0, 0.0, 0.0);
    for step in 0..=steps {
        let y = step as f64 * MELLIN_SPACING;
        let exponent = log_chernoff(modes, y) + log_weight + Complex::new(0.0, y * log_odds);
        let height = exponent.re.exp() / (PI * y).cosh();
        let term = height * exponent.im.cos() * if step == 0 { 1.0 } else { 2.0 };
        overlap += term;
        entropy += term / (0.25 + y * y);
        magnitude += 8.0 * height;
        blurred += 8.0 * height * (1.0 + y * y) * (mode_error + 4.0 * ROUNDING * size);
    }
    let scale = 0.5 * MELLIN_SPACING;
    let rounding = ROUNDING * (steps as f64 + 24.0) * magnitude + blurred;
    let rest = 1e-16 * weight_j.max(weight_k);
    let estimate = |sum: f64| Estimate::new((scale * sum).max(0.0), scale * rounding + rest);
    PairIntegrals { overlap: estimate(overlap), entropy: estimate(entropy) }
}

/// The posterior over two classes whose weights add to one.
pub fn posterior(modes: &[Mode], weights: [f64; 2], label_entropy: Estimate) -> Posterior {
    let both = integrals(modes, weights[0], weights[1]);
    Posterior {
        clone: (1.0 - both.overlap * 2.0).clamp(0.0, 1.0),
        entropy: both.entropy,
        information: (label_entropy - both.entropy).clamp(0.0, f64::INFINITY),
    }
}
