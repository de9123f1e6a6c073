//! The density of a non-central χ variable: the distance of a Gaussian sample from a fixed point.

use crate::numerics::special::{HALF_LN_2PI, softplus};
use std::f64::consts::LN_2;

/// Where the power series of the Bessel function hands over to the asymptotic one. Both are good to
/// the last digits there for ν ≤ 11.
const HANDOVER: f64 = 45.0;

/// Terms of the power series after which they have fallen off, an even number.
fn terms(x: f64) -> usize {
    2 * (7.0 + 0.75 * x - 0.005 * x * x) as usize
}

/// Dimensions up to which series in x²/4 and 1/x are used, and from which one in 1/ν is.
const SMALL_ORDER: f64 = 24.0;

/// Polynomials of the series in 1/ν after the first: at ν = 11.5 what follows is 2e-12 at most, and
/// less than 1e-13 from ν = 15 on.
const DEBYE: usize = 10;

/// The law of |γ + g| for a standard normal vector g in `freedom` dimensions and |γ| = γ.
pub(super) struct Chi {
    pub(super) freedom: f64,
    order: f64,
    /// 2^{−ν}/(k! Γ(ν + k + 1)), ν = d/2 − 1: x^{−ν} I_ν(x) is a power series in x²/4.
    series: Vec<f64>,
    /// Π_{i ≤ j} ((2i − 1)² − 4ν²)/(8i): √(2πx) e^{−x} I_ν(x) is a series in 1/x.
    asymptotic: Vec<f64>,
    /// Debye's polynomials in p = ν/√(ν² + x²), over ν^k and summed over k: coefficients.
    debye: Vec<f64>,
}

/// Σ_k U_k(p)/ν^k by U_{k+1} = ½p²(1 − p²) U_k′ + ⅛ ∫_0^p (1 − 5s²) U_k ds.
fn debye(order: f64) -> Vec<f64> {
    let length = 3 * DEBYE + 1;
    let mut sum = vec![0.0; length];
    let mut u = vec![0.0; length + 4];
    u[0] = 1.0;
    let mut power = 1.0;
    for _ in 0..=DEBYE {
        for (sum, u) in sum.iter_mut().zip(&u) {
            *sum += power * u;
        }
        let mut next = vec![0.0; length + 4];
        for (m, &c) in u.iter().enumerate().take(length) {
            let m_ = m as f64;
            next[m + 1] += c * (0.5 * m_ + 0.125 / (m_ + 1.0));
            next[m + 3] -= c * (0.5 * m_ + 0.625 / (m_ + 3.0));
        }
        u = next;
        power /= order;
    }
    sum
}

impl Chi {
    pub(super) fn new(freedom: f64) -> Self {
        let order = 0.5 * freedom - 1.0;
        if freedom > SMALL_ORDER {
            let (series, asymptotic) = (Vec::new(), Vec::new());
            return Self { freedom, order, series, asymptotic, debye: debye(order) };
        }
        // Γ(d/2) from Γ(1) or Γ(½).
        let half = freedom % 2.0 == 1.0;
        let mut gamma = if half { std::f64::consts::PI.sqrt() } else { 1.0 };
        let mut at = if half { 0.5 } else { 1.0 };
        while at < 0.5 * freedom - 0.25 {
            gamma *= at;
            at += 1.0;
        }
        let mut series = vec![(-order * LN_2).exp() / gamma];
        for k in 1..=terms(HANDOVER) {
            let k = k as f64;
            series.push(series[series.len() - 1] / (k * (order + k)));
        }
        let mut asymptotic = vec![1.0];
        for j in 1..=40 {
            let odd = f64::from(2 * j - 1);
            let next = (odd * odd - 4.0 * order * order) / f64::from(8 * j);
            asymptotic.push(asymptotic[asymptotic.len() - 1] * next);
        }
        Self { freedom, order, series, asymptotic, debye: Vec::new() }
    }

    /// log of x^{−ν} e^{−x} I_ν(x).
    fn log_bessel(&self, x: f64) -> f64 {
        if self.freedom == 1.0 {
            // √(2/π) e^{−x} cosh x
            return softplus(-2.0 * x) - HALF_LN_2PI;
        }
        if self.freedom > SMALL_ORDER {
            let nu = self.order;
            let root = nu.hypot(x);
            let p = nu / root;
            let sum = self.debye.iter().rev().fold(0.0, |sum, c| sum * p + c);
            // √(ν² + x²) − x, without cancellation.
            let gap = nu * nu / (root + x);
            return gap - nu * (nu + root).ln() - HALF_LN_2PI - 0.5 * root.ln() + sum.ln();
        }
        if x <= HANDOVER {
            // Horner's rule for even and odd terms side by side.
            let y = 0.25 * x * x;
            let pairs = self.series[..terms(x)].chunks_exact(2).rev();
            let (even, odd) =
                pairs.fold((0.0, 0.0), |(even, odd), c| (even * y * y + c[0], odd * y * y + c[1]));
            return (odd * y + even).ln() - x;
        }
        let (mut sum, mut power, mut last) = (0.0, 1.0, f64::INFINITY);
        for c in &self.asymptotic {
            let term = c * power;
            // The terms of an asymptotic series are summed while they fall.
            if term.abs() < 1e-17 || (term.abs() > last && last < 1e-3) {
                break;
            }
            sum += term;
            last = term.abs();
            power /= x;
        }
        sum.ln() - HALF_LN_2PI - 0.5 * (self.freedom - 1.0) * x.ln()
    }

    /// log density at γ + `x`, for a point at distance γ.
    pub(super) fn log_density(&self, gamma: f64, x: f64) -> f64 {
        self.log_smooth(gamma, x) - 0.5 * x * x
    }

    /// The same without its factor e^{−x²/2}.
    pub(super) fn log_smooth(&self, gamma: f64, x: f64) -> f64 {
        let t = gamma + x;
        let power = if self.freedom == 1.0 { 0.0 } else { (self.freedom - 1.0) * t.ln() };
        power + self.log_bessel(t * gamma)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::legendre::rule;

    /// Total mass 1 and second moment γ² + d.
    #[test]
    fn identity_moments() {
        for freedom in (1..=32).chain([64, 255, 256, 1000]) {
            let freedom = f64::from(freedom);
            let chi = Chi::new(freedom);
            for gamma in [0.0, 0.3, 2.0, 5.0, 7.1, 40.0, 1e4] {
                let (mut mass, mut square) = (0.0, 0.0);
                let (low, high) = ((-9.0f64).max(-gamma), freedom.sqrt() + 9.0);
                for k in 0..40 {
                    let width = (high - low) / 40.0;
                    rule(20).on(
                        low + width * f64::from(k),
                        low + width * f64::from(k + 1),
                        |x, w| {
                            let p = w * chi.log_density(gamma, x).exp();
                            mass += p;
                            square += p * (gamma + x).powi(2);
                        },
                    );
                }
                let want = gamma * gamma + freedom;
                // Exponents of a few d log d are rounded.
                let left_out = if (25.0..34.0).contains(&freedom) { 3e-12 } else { 1e-13 };
                let rounding = left_out + 4e-16 * freedom;
                assert!((mass - 1.0).abs() < rounding, "{freedom} {gamma}: {mass}");
                assert!((square / want - 1.0).abs() < rounding, "{freedom} {gamma}: {square}");
            }
        }
    }
}
