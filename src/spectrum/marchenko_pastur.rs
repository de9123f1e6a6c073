//! The Marchenko-Pastur law, and Gaussian data on a random linear manifold.
//!
//! For W of size d × p with i.i.d. N(0, 1) entries and p = βd, the law is the limit spectrum of
//! scale · W Wᵀ/p + shift. The scale is 1 for the embedding W/√p and β for W/√d; a nonlinear
//! activation adds the shift ϱ_*² `[GVM25]`.

use crate::error::{Result, non_negative, positive};
use crate::numerics::Estimate;
use crate::numerics::special::x_minus_ln_1p;
use crate::process::Noise;
use std::f64::consts::PI;

/// Steps of the midpoint rule for the distribution function.
const DISTRIBUTION_STEPS: usize = 4096;

/// Numbers whose square may overflow.
const SQUARE_OVERFLOWS: f64 = 1e150;

/// Posterior variances whose products with snr may underflow before they are formed.
const VANISHES: f64 = 1e-280;

/// The limit spectrum of scale · W Wᵀ/p + shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarchenkoPastur {
    beta: f64,
    scale: Estimate,
    shift: Estimate,
}

impl MarchenkoPastur {
    /// The law at β = p/d > 0 and `scale` > 0, without shift.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] outside those ranges.
    pub fn new(beta: f64, scale: impl Into<Estimate>) -> Result<Self> {
        let scale = scale.into();
        positive("scale", scale.value)?;
        Ok(Self { beta: positive("beta", beta)?, scale, shift: Estimate::exact(0.0) })
    }

    /// The law moved upwards by `shift` ≥ 0.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for a negative shift.
    pub fn shifted(self, shift: Estimate) -> Result<Self> {
        non_negative("shift", shift.value)?;
        Ok(Self { shift, ..self })
    }

    /// Mean eigenvalue, scale + shift.
    pub fn mean(&self) -> Estimate {
        self.scale + self.shift
    }

    /// The shift, which is also the smallest eigenvalue where β < 1.
    pub fn shift(&self) -> Estimate {
        self.shift
    }

    /// Edges of the bulk, shift + scale (1 ∓ β^{−1/2})².
    pub fn edges(&self) -> (Estimate, Estimate) {
        let root = Estimate::exact(1.0) / Estimate::exact(self.beta).sqrt();
        let edge = |x: Estimate| x.squared() * self.scale + self.shift;
        (edge(1.0 - root), edge(1.0 + root))
    }

    /// The eigenvalue that a further term of rank one, `strength` θ along a direction independent of
    /// W, pulls out of the bulk: θ + shift + scale/(1 − scale/(βθ)) where θ > scale (β^{−1/2} + β^{−1}),
    /// none below `[BN11]`.
    pub fn outlier(&self, strength: Estimate) -> Option<Estimate> {
        // λ = θ + R(1/θ), R(g) = shift + scale/(1 − scale g/β) the R-transform of the law.
        let ratio = 1.0 / self.beta;
        let threshold = self.scale.value * (ratio + ratio.sqrt());
        (strength.value > threshold).then(|| {
            let part = self.scale / (strength * self.beta);
            strength + self.shift + self.scale / (1.0 - part)
        })
    }

    /// Fraction of eigenvalues that are the shift alone, max(0, 1 − β).
    pub fn null_fraction(&self) -> f64 {
        (1.0 - self.beta).max(0.0)
    }

    /// Density of the bulk at `eigenvalue`; it integrates to min(1, β). At β = 1 the lower edge is hard,
    /// and the density grows like (λ − shift)^{−1/2} to infinity there.
    pub fn density(&self, eigenvalue: f64) -> f64 {
        let (low, high) = self.edges();
        let above = eigenvalue - self.shift.value;
        if self.beta == 1.0 && above == 0.0 {
            return f64::INFINITY;
        }
        if eigenvalue <= low.value || eigenvalue >= high.value || above <= 0.0 {
            return 0.0;
        }
        let inside = (high.value - eigenvalue) * (eigenvalue - low.value);
        self.beta * inside.max(0.0).sqrt() / (2.0 * PI * self.scale.value * above)
    }

    /// scale·snr of the random part, for which the shift is a further noise: scale/(τ + shift).
    fn strength(&self, noise: Noise) -> Estimate {
        self.scale / (Estimate::rounded(noise.tau()) + self.shift)
    }

    /// The distribution function, atom at zero included, at ascending `points`: to five digits, for
    /// comparison with measured eigenvalues.
    pub fn distribution(&self, points: &[f64]) -> Vec<f64> {
        let (low, high) = self.edges();
        let (low, high) = (low.value, high.value);
        let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
        let (scale, shift) = (self.scale.value, self.shift.value);
        // λ = centre − half·cos θ; ρ dλ = β half² sin²θ/(2π scale (λ − shift)) dθ, smooth in θ.
        let weight = |angle: f64| -> f64 {
            let eigenvalue = centre - shift - half * angle.cos();
            let square = (half * angle.sin()).powi(2);
            if eigenvalue <= 0.0 {
                0.0
            } else {
                self.beta * square / (2.0 * PI * scale * eigenvalue)
            }
        };
        let step = PI / DISTRIBUTION_STEPS as f64;
        let (mut mass, mut k) = (self.null_fraction(), 0);
        let mut distribution = Vec::with_capacity(points.len());
        for &point in points {
            let angle = ((centre - point) / half).clamp(-1.0, 1.0).acos();
            while (k + 1) as f64 * step <= angle && k < DISTRIBUTION_STEPS {
                mass += step * weight((k as f64 + 0.5) * step);
                k += 1;
            }
            let rest = angle - k as f64 * step;
            let partial = rest * weight(k as f64 * step + 0.5 * rest);
            distribution.push(if point < shift { 0.0 } else { (mass + partial).min(1.0) });
        }
        distribution
    }

    /// Eigenvalues with weights that stand for the law, the atom of the shift first: `count` midpoints in
    /// the angle of [`Self::distribution`], whose sums converge exponentially for smooth functions.
    pub fn nodes(&self, count: usize) -> Vec<(f64, f64)> {
        let (low, high) = self.edges();
        let half = 0.5 * (high.value - low.value);
        let above = low.value - self.shift.value;
        let step = PI / count as f64;
        let bulk = (0..count).map(|k| {
            let angle = (k as f64 + 0.5) * step;
            // 1 − cos θ without its cancellation.
            let random = above + 2.0 * half * (0.5 * angle).sin().powi(2);
            let square = (half * angle.sin()).powi(2);
            let weight = self.beta * square / (2.0 * PI * self.scale.value * random);
            (self.shift.value + random, step * weight)
        });
        std::iter::once((self.shift.value, self.null_fraction())).chain(bulk).collect()
    }

    /// Posterior variance v of a latent coordinate: the root in (0, 1] of
    /// β(1 − v)(1 + s v) = s v with s = scale·snr `[GVM25]`.
    pub fn posterior_variance(&self, noise: Noise) -> Estimate {
        let s = self.strength(noise);
        if s.value == 0.0 {
            return Estimate::exact(1.0);
        }
        // β v² + b v − β/s = 0 with b = 1 − β + β/s; the form without cancellation for either sign
        // of b.
        let beta = Estimate::exact(self.beta);
        let ratio = beta / s;
        let b = 1.0 - beta + ratio;
        let root = self.discriminant_root(ratio, b);
        let v = if b.value > 0.0 { ratio * 2.0 / (b + root) } else { (root - b) / (beta * 2.0) };
        v.clamp(0.0, 1.0)
    }

    /// √(b² + 4β·`ratio`), without overflow for any s and β.
    fn discriminant_root(&self, ratio: Estimate, b: Estimate) -> Estimate {
        let beta = Estimate::exact(self.beta);
        if b.value.abs() < SQUARE_OVERFLOWS && ratio.value * self.beta < f64::MAX {
            return (b.squared() + ratio * beta * 4.0).sqrt();
        }
        let size = if b.value < 0.0 { -b } else { b };
        size * (1.0 + (ratio / size) * (beta / size) * 4.0).sqrt()
    }

    /// log v and s v where v itself is below the range of numbers.
    fn vanishing(&self, s: Estimate) -> (Estimate, Estimate) {
        let beta = Estimate::exact(self.beta);
        let ratio = beta / s;
        let b = 1.0 - beta + ratio;
        let double = 2.0 / (b + self.discriminant_root(ratio, b));
        (beta.ln() - s.ln() + double.ln(), beta * double)
    }

    /// Information per ambient dimension in nats:
    /// I = β·½(−log v − 1 + v) + ½ log(1 + s v) at the posterior variance v `[GVM25]`.
    pub fn information(&self, noise: Noise) -> Estimate {
        if noise.tau() == 0.0 {
            return Estimate::exact(f64::INFINITY);
        }
        let s = self.strength(noise);
        let v = self.posterior_variance(noise);
        let independent = (self.shift / Estimate::rounded(noise.tau())).ln_1p() * 0.5;
        // 1 − v = s v/(β(1 + s v)), without the cancellation of the difference.
        let tiny = v.value < VANISHES && self.beta < 1.0;
        let (log_v, sv) = if tiny { self.vanishing(s) } else { (v.ln(), s * v) };
        let explained = sv / ((1.0 + sv) * self.beta);
        let latent = if v.value > 0.5 {
            let value = x_minus_ln_1p(-explained.value);
            let slope = explained.value / (1.0 - explained.value);
            Estimate::new(value, slope * explained.error + 4.0 * f64::EPSILON * value)
        } else {
            v - 1.0 - log_v
        };
        latent * (0.5 * self.beta) + sv.ln_1p() * 0.5 + independent
    }

    /// Minimum mean-square error per ambient dimension, scale·v/(1 + s v) = 2 dI/dsnr without shift.
    pub fn mmse(&self, noise: Noise) -> Estimate {
        let v = self.posterior_variance(noise);
        if noise.tau() == 0.0 {
            return Estimate::exact(0.0);
        }
        let s = self.strength(noise);
        let random = v * self.scale / (1.0 + s * v);
        if self.shift.value == 0.0 {
            return random;
        }
        // ∫ρ (λ + c)τ/(τ + c + λ) from q = ∫ρ λ/(τ + c + λ).
        let tau = Estimate::rounded(noise.tau());
        let total = tau + self.shift;
        let q = random / total;
        tau * (q + self.shift / total * (1.0 - q))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::panels::integrate;

    /// Route two: integrals against the density, with λ = centre + half-width·cos θ.
    fn by_density(law: &MarchenkoPastur, f: impl Fn(f64) -> f64) -> Estimate {
        let (low, high) = law.edges();
        let (centre, half) = (0.5 * (low.value + high.value), 0.5 * (high.value - low.value));
        let integrand = |angle: f64| {
            let eigenvalue = centre + half * angle.cos();
            // density · dλ = β/(2π scale) · half² sin²θ/λ dθ
            let above = eigenvalue - law.shift.value;
            let weight = law.beta * (half * angle.sin()).powi(2) / (2.0 * PI * law.scale.value);
            if above <= 0.0 { 0.0 } else { weight / above * f(eigenvalue) }
        };
        let points: Vec<f64> = (0..=8).map(|k| PI * f64::from(k) / 8.0).collect();
        integrate("Marchenko-Pastur", integrand, &points, 1e-13).unwrap()
    }

    /// At β = 1 the law is that of the squares of a semicircle: ρ(λ) = √((4 − λ)/λ)/(2π).
    #[test]
    fn limit_hard_edge_diverges_like_an_inverse_root() {
        let law = MarchenkoPastur::new(1.0, 1.0).unwrap();
        assert_eq!(law.density(0.0), f64::INFINITY);
        assert_eq!((law.density(-1e-9), law.density(4.0)), (0.0, 0.0));
        for eigenvalue in [1e-300f64, 1e-12, 1e-3, 1.0, 3.9] {
            let want = ((4.0 - eigenvalue) / eigenvalue).sqrt() / (2.0 * PI);
            assert!((law.density(eigenvalue) / want - 1.0).abs() < 1e-14, "{eigenvalue}");
        }
        let shifted = law.shifted(Estimate::exact(0.5)).unwrap();
        assert_eq!((shifted.density(0.5), shifted.density(0.4)), (f64::INFINITY, 0.0));
        assert_eq!(MarchenkoPastur::new(2.0, 1.0).unwrap().density(0.0), 0.0);
    }

    #[test]
    fn independent_information_by_the_spectral_density() {
        let cases = [
            (0.25, 1.0, 0.0),
            (0.5, 0.5, 0.0),
            (0.9, 1.0, 0.0),
            (2.0, 3.0, 0.0),
            (40.0, 1.0, 0.0),
            (0.5, 0.7, 0.2),
            (2.0, 0.4, 3.0),
        ];
        for (beta, scale, shift) in cases {
            let law = MarchenkoPastur::new(beta, scale).unwrap();
            let law = law.shifted(Estimate::exact(shift)).unwrap();
            let mass = by_density(&law, |_| 1.0);
            assert!((mass.value - f64::min(1.0, beta)).abs() < 1e-12);
            for snr in [1e-3, 0.3, 5.0, 1e4] {
                let noise = Noise::at_snr(snr).unwrap();
                let null = law.null_fraction();
                let information = by_density(&law, |x| 0.5 * (snr * x).ln_1p())
                    + null * 0.5 * (snr * shift).ln_1p();
                let got = law.information(noise);
                assert!((got.value - information.value).abs() <= got.error + information.error);
                let variance =
                    by_density(&law, |x| x / (1.0 + snr * x)) + null * shift / (1.0 + snr * shift);
                let got = law.mmse(noise);
                assert!((got.value - variance.value).abs() <= got.error + variance.error);
            }
        }
    }

    /// The outlier solves θ ∫ρ(x)/(λ − x) dx = 1, and leaves the bulk at its edge.
    #[test]
    fn independent_outlier_by_the_spectral_density() {
        for (beta, scale, shift) in [(0.5, 0.7, 0.2), (2.0, 0.4, 3.0), (1.5, 1.0, 0.0)] {
            let law = MarchenkoPastur::new(beta, scale).unwrap();
            let law = law.shifted(Estimate::exact(shift)).unwrap();
            let threshold = scale * (1.0 / beta + (1.0f64 / beta).sqrt());
            assert!(law.outlier(Estimate::exact(0.999 * threshold)).is_none());
            let least = law.outlier(Estimate::exact(threshold * (1.0 + 1e-9))).unwrap();
            assert!((least.value / law.edges().1.value - 1.0).abs() < 1e-12);
            for factor in [1.5, 3.0, 20.0] {
                let theta = factor * threshold;
                let top = law.outlier(Estimate::exact(theta)).unwrap();
                let bulk = by_density(&law, |x| theta / (top.value - x))
                    + law.null_fraction() * theta / (top.value - shift);
                assert!((bulk.value - 1.0).abs() < 1e-11, "{beta} {factor}: {bulk:?}");
                assert!(top.error < 1e-13 * theta.max(top.value), "{top:?}");
            }
        }
    }

    /// ∫ of the density up to `x`, in λ itself.
    fn below(law: &MarchenkoPastur, x: f64) -> Estimate {
        let (low, high) = law.edges();
        let end = x.clamp(low.value, high.value);
        if end <= low.value {
            return Estimate::exact(0.0);
        }
        integrate("Marchenko-Pastur", |y| law.density(y), &[low.value, end], 1e-7).unwrap()
    }

    /// The distribution function against integrals of the density.
    #[test]
    fn independent_distribution_by_the_density() {
        for (beta, scale) in [(0.25, 1.0), (0.9, 2.0), (3.0, 0.5)] {
            let law = MarchenkoPastur::new(beta, scale).unwrap();
            let (low, high) = law.edges();
            let at = |share: f64| low.value + share * (high.value - low.value);
            let points = [0.0, at(0.1), at(0.5), at(0.9), high.value + 1.0];
            let got = law.distribution(&points);
            for (x, got) in points.iter().zip(got) {
                let below = below(&law, *x);
                let want = law.null_fraction() + below.value;
                assert!((got - want).abs() < 1e-5 + below.error, "{beta} {x}: {got} {want}");
            }
        }
    }
}
