//! Integrals over the whole real line by the trapezoidal rule.
//!
//! For an integrand that is analytic in a strip and decays, the rule converges exponentially: with
//! spacing h and analyticity for |Im y| < a its error is of order e^{−2πa/h}.

use super::Estimate;
use super::precision::ROUNDING;

/// h Σ_k f(kh) over |k| h ≤ reach for an even `f`, with the error bound of the summation.
///
/// The caller adds the discretisation and truncation errors that its own analyticity and decay
/// imply; what is returned covers rounding, for values of `f` good to `ulps` units of rounding.
pub fn even(f: impl Fn(f64) -> f64, spacing: f64, reach: f64, ulps: f64) -> Estimate {
    let steps = (reach / spacing).ceil() as usize;
    let mut sum = 0.5 * f(0.0);
    let mut magnitude = sum.abs();
    let mut lost = 0.0;
    for k in 1..=steps {
        let y = f(k as f64 * spacing);
        // Neumaier's summation: what each addition rounds away is collected.
        let next = sum + y;
        lost += if sum.abs() >= y.abs() { (sum - next) + y } else { (y - next) + sum };
        sum = next;
        magnitude += y.abs();
    }
    let scale = 2.0 * spacing;
    Estimate::new(scale * (sum + lost), scale * ROUNDING * (ulps + 2.0) * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn independent_gaussian_and_hyperbolic_secant() {
        let gaussian = even(|y| (-y * y).exp(), 0.25, 7.0, 2.0);
        assert!((gaussian.value - PI.sqrt()).abs() <= gaussian.error);
        let secant = even(|y| 1.0 / (PI * y).cosh(), 1.0 / 14.0, 13.5, 2.0);
        assert!((secant.value - 1.0).abs() <= secant.error, "{secant:?}");
    }
}
