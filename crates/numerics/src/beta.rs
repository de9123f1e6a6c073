//! Quantiles of symmetric beta laws.

use super::precision::ROUNDING;
use special::Gamma;

/// Terms after which the series has converged: x ≤ ½, so each is half of the one before at most.
const TERMS: u32 = 64;

/// Newton steps of the inversion; it takes about six.
const NEWTON_STEPS: usize = 60;

/// I_x(a, a) for 0 ≤ x ≤ ½, a > 0: x^a/B(a, a) Σ_n (1 − a)_n x^n/(n! (a + n)).
fn lower(a: f64, x: f64) -> f64 {
    let (mut coefficient, mut sum) = (1.0, 0.0);
    for n in 0..TERMS {
        let n = f64::from(n);
        sum += coefficient / (a + n);
        coefficient *= (n + 1.0 - a) / (n + 1.0) * x;
    }
    (a * x.ln() - log_beta(a)).exp() * sum
}

/// log B(a, a).
fn log_beta(a: f64) -> f64 {
    2.0 * Gamma::ln_gamma(a).0 - Gamma::ln_gamma(2.0 * a).0
}

/// The x at which a beta law with both parameters `a` > 0 has the probability `p` in [0, 1] below it; relative
/// error of x and of 1 − x a few dozen roundings.
pub fn symmetric_quantile(a: f64, p: f64) -> f64 {
    if p > 0.5 {
        return 1.0 - symmetric_quantile(a, 1.0 - p);
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p == 0.5 {
        return 0.5;
    }
    // In log x, where the function is x^a first of all.
    let mut u = ((p * a).ln() + log_beta(a)) / a;
    u = u.min(0.5f64.ln());
    for _ in 0..NEWTON_STEPS {
        let x = u.exp();
        let value = lower(a, x);
        // dI/dlog x = x^a (1 − x)^(a−1)/B
        let slope = (a * u + (a - 1.0) * (-x).ln_1p() - log_beta(a)).exp();
        // Newton on log I, which is nearly a straight line.
        let step = (value / p).ln() * value / slope;
        u = (u - step).min(0.5f64.ln());
        if step.abs() <= 4.0 * ROUNDING {
            break;
        }
    }
    u.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uniform, arcsine and parabolic laws have closed forms; of the last the distribution is put back.
    #[test]
    fn independent_closed_forms() {
        for k in 0..=40 {
            let p = f64::from(k) / 40.0;
            assert!((symmetric_quantile(1.0, p) - p).abs() < 1e-14);
            let arcsine = (std::f64::consts::FRAC_PI_2 * p).sin().powi(2);
            assert!((symmetric_quantile(0.5, p) - arcsine).abs() < 1e-14, "{p}");
            let x = symmetric_quantile(2.0, p);
            assert!((x * x * (3.0 - 2.0 * x) - p).abs() < 1e-14, "{p}: {x}");
        }
        let small = symmetric_quantile(0.5, 1e-9);
        assert!((small / (std::f64::consts::FRAC_PI_2 * 1e-9).powi(2) - 1.0).abs() < 1e-12);
    }
}
