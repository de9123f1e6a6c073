//! The drift potential of two opposite classes along their axis.

use crate::numerics::Estimate;
use crate::numerics::special::log_cosh;

/// V(q, t) = ½q² − 2μ̃² log cosh(q e^{−t} √d) `[BBDM24]`, with q the overlap with the class axis
/// and `scale` = e^{−t}√d.
///
/// Convex while 2 d μ̃² e^{−2t} < 1, a double well after: the `curvature` criterion.
pub fn drift_potential(q: f64, mean: Estimate, scale: Estimate) -> Estimate {
    let x = scale * q;
    let value = log_cosh(x.value);
    // |d log cosh| ≤ 1
    let well = Estimate::new(value, x.error + 4.0 * f64::EPSILON * value);
    Estimate::exact(q).squared() * 0.5 - mean.squared() * 2.0 * well
}

#[cfg(test)]
mod tests {
    use super::*;

    /// V'' at the origin changes sign where the curvature criterion says.
    #[test]
    fn identity_curvature_criterion() {
        let (d, mu) = (1024.0f64, 0.7f64);
        let t = 0.5 * (2.0 * d * mu * mu).ln();
        let curvature = |t: f64| {
            let scale = Estimate::rounded((-t).exp() * d.sqrt());
            let h = 1e-3;
            let v = |q: f64| drift_potential(q, Estimate::exact(mu), scale).value;
            (v(h) - 2.0 * v(0.0) + v(-h)) / (h * h)
        };
        assert!(curvature(t).abs() < 1e-5);
        assert!(curvature(t + 0.1) > 0.1 && curvature(t - 0.1) < -0.1);
    }
}
