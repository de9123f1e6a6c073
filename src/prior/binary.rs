//! Binary latents ±1, by a Mellin-Barnes integral that is accurate at every signal strength.

use super::{Prior, ScalarPoint};
use crate::error::{Error, Result};
use crate::numerics::precision::{MELLIN_REACH, MELLIN_SPACING};
use crate::numerics::{Estimate, line_integral, special};
use std::f64::consts::PI;

/// ξ = ±1 with P(ξ = +1) = p.
///
/// With w₁ = p, w₂ = 1 − p and s = ½ + iy, so that s(1 − s) = ¼ + y², the entropy of ξ given
/// √r ξ + n is
/// H(r) = ½ ∫ dy Re[w₁^{1−s} w₂^s e^{−2r s(1−s)}] / ((¼ + y²) cosh πy).
/// The derivative in r removes the factor 1/(¼ + y²), and H(0) − H(r) keeps its relative accuracy
/// at small r through e^x − 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary {
    plus: f64,
}

impl Binary {
    /// Spins with probability `plus` of +1, strictly between 0 and 1.
    ///
    /// # Errors
    /// [`Error::Argument`] if `plus` is outside (0, 1).
    pub fn new(plus: f64) -> Result<Self> {
        if plus > 0.0 && plus < 1.0 {
            Ok(Self { plus })
        } else {
            Err(Error::argument("binary", plus, "a probability must lie strictly between 0 and 1"))
        }
    }

    /// Fair spins.
    pub fn rademacher() -> Self {
        Self { plus: 0.5 }
    }

    /// Sum over the line of √(w₁w₂) cos(y L)/cosh(πy) · `factor`(¼ + y²) · e^{−2 decay y²},
    /// L = log(w₁/w₂).
    fn line(&self, decay: f64, factor: impl Fn(f64) -> f64) -> Estimate {
        let (w1, w2) = (self.plus, 1.0 - self.plus);
        let log_odds = (w1 / w2).ln();
        let scale = (w1 * w2).sqrt();
        // The Gaussian factor needs its own resolution, and ends the integral early.
        let spacing =
            if decay > 0.0 { MELLIN_SPACING.min(0.353 / decay.sqrt()) } else { MELLIN_SPACING };
        let reach = if decay > 0.0 {
            MELLIN_REACH.min(4.6 / decay.sqrt()).max(8.0 * spacing)
        } else {
            MELLIN_REACH
        };
        let integrand = |y: f64| {
            (y * log_odds).cos() / (PI * y).cosh()
                * (-2.0 * decay * y * y).exp()
                * factor(0.25 + y * y)
        };
        let sum = line_integral::even(integrand, spacing, reach, 4.0);
        Estimate::new(scale * sum.value, scale * sum.error)
    }

    /// Entropy of ξ given √r ξ + n, in nats.
    pub fn entropy(&self, r: f64) -> Estimate {
        if r == f64::INFINITY {
            return Estimate::exact(0.0);
        }
        let sum = self.line(r, |q| 1.0 / q);
        let front = 0.5 * (-0.5 * r).exp();
        Estimate::new(front * sum.value, front * (sum.error + 1e-15 * sum.value.abs()))
    }

    /// Information I(ξ; √r ξ + n) in nats.
    pub fn information(&self, r: f64) -> Estimate {
        if r == 0.0 {
            return Estimate::exact(0.0);
        }
        if r < 1.0 {
            let sum = self.line(0.0, |q| -(-2.0 * r * q).exp_m1() / q);
            Estimate::new(0.5 * sum.value, 0.5 * (sum.error + 1e-15 * sum.value.abs()))
        } else {
            Estimate::rounded(special::binary_entropy(self.plus)) - self.entropy(r)
        }
    }

    /// Posterior variance E[1 − ⟨ξ⟩²].
    pub fn mmse(&self, r: f64) -> Estimate {
        if r == f64::INFINITY {
            return Estimate::exact(0.0);
        }
        let sum = self.line(r, |_| 1.0);
        let front = 2.0 * (-0.5 * r).exp();
        Estimate::new(front * sum.value, front * (sum.error + 1e-15 * sum.value.abs()))
    }

    /// Probability that two draws from the posterior agree, E[(1 + ⟨ξ⟩²)/2].
    pub fn clone(&self, r: f64) -> Estimate {
        1.0 - 0.5 * self.mmse(r)
    }
}

impl Prior for Binary {
    fn mean(&self) -> f64 {
        2.0 * self.plus - 1.0
    }

    fn second_moment(&self) -> f64 {
        1.0
    }

    fn variance(&self) -> f64 {
        4.0 * self.plus * (1.0 - self.plus)
    }

    fn symmetric(&self) -> bool {
        self.plus == 0.5
    }

    fn entropy(&self) -> Option<f64> {
        Some(special::binary_entropy(self.plus))
    }

    fn at(&self, r: f64) -> ScalarPoint {
        let slope = if r == f64::INFINITY {
            0.0
        } else {
            -4.0 * (-0.5 * r).exp() * self.line(r, |q| q).value
        };
        ScalarPoint { information: self.information(r), mmse: self.mmse(r), slope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::panels;
    use crate::numerics::special::{log_cosh, normal_density};

    /// Direct integral over the noise: I = r − E log cosh(r + √r n) for fair spins.
    #[test]
    fn independent_fair_spins_by_quadrature() {
        let points: Vec<f64> = (-10..=10).map(f64::from).collect();
        for r in [0.01f64, 0.5, 2.0, 9.0, 30.0] {
            let f = |n: f64| normal_density(n) * log_cosh(r + r.sqrt() * n);
            let want = r - panels::integrate("log cosh", f, &points, 1e-13).unwrap().value;
            let got = Binary::rademacher().information(r);
            assert!((got.value - want).abs() < 1e-12, "{r}: {got:?} against {want}");
            assert!(got.error < 1e-13);
        }
    }
}
