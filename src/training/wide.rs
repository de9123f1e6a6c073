//! Wide networks and many samples, n, p ≫ d at fixed r = p/n: closed forms for the late part of training.

use super::ensemble::C;
use super::learner::Learner;
use crate::answer::Answer;
use crate::numerics::Estimate;
use crate::numerics::roots;

/// The memorisation mode of one eigenvalue σ_j of the data.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Eigenvalue of the data's covariance.
    pub sigma: f64,
    /// λ_m − s² = v²(1 − c)(ψ_p/ψ_n − 1/c): what of its eigenvalue is due to the samples.
    pub above: Estimate,
}

impl Learner {
    /// The memorisation modes that separate: those of eigenvalues with c_j > √(n/p).
    pub fn memories(&self) -> Vec<Memory> {
        let ratio = self.psi_p / self.psi_n;
        let found = self.population.atoms().iter().filter_map(|&(_, sigma)| {
            let c = self.left(sigma);
            (c > ratio.recip().sqrt()).then(|| {
                let value = (1.0 - c) * (ratio - 1.0 / c);
                Memory {
                    sigma,
                    above: self.coefficients.v2
                        * Estimate::new(value, 8.0 * f64::EPSILON * (1.0 - c) * ratio),
                }
            })
        });
        found.collect()
    }

    /// Θ(z) of the wide limit at p/n.
    fn wide_theta(&self, z: C, ratio: f64) -> C {
        let (v2, s2) = (self.coefficients.v2.value, self.coefficients.s2.value);
        let gap = C::new(s2, 0.0) - z;
        let half = (gap + (ratio - 1.0) * v2) * 0.5;
        let root = (half * half + gap * v2).sqrt();
        // Of the two roots that which has the sign of a resolvent; written so that nothing cancels.
        let candidates = [gap / (half + root), gap / (half - root)];
        let right = |x: &C| if z.im == 0.0 { x.re > 0.0 } else { x.im * z.im <= 0.0 };
        if right(&candidates[0]) { candidates[0] } else { candidates[1] }
    }

    /// S of the wide limit.
    pub fn wide_response(&self, z: C, ratio: f64) -> C {
        let theta = self.wide_theta(z, ratio);
        let part = |&(w, sigma): &(f64, f64)| {
            let c = self.left(sigma);
            w * (1.0 - c) / (theta * c + (1.0 - c))
        };
        self.population.atoms().iter().map(part).sum()
    }

    /// T of the wide limit.
    pub fn wide_pair(&self, z: [C; 2], ratio: f64) -> C {
        let (v2, s2) = (self.coefficients.v2.value, self.coefficients.s2.value);
        let theta = z.map(|z| self.wide_theta(z, ratio));
        let q = [0, 1].map(|k| (theta[k] * v2 - z[k] + s2).inv());
        let rho = q[0] * q[1] * theta[0] * theta[1] * (ratio * v2);
        let both = rho * (v2 + s2) / (-rho * v2 + 1.0);
        let part = |&(w, sigma): &(f64, f64)| {
            let c = self.left(sigma);
            let below = |k: usize| theta[k] * c + (1.0 - c);
            (both * c + 1.0) * (w * (1.0 - c)) / (below(0) * below(1))
        };
        self.population.atoms().iter().map(part).sum()
    }

    /// Losses of the wide limit at the end of training: train and test.
    pub fn wide_end(&self, ratio: f64) -> [f64; 2] {
        let zero = C::new(0.0, 0.0);
        let s = self.wide_response(zero, ratio).re;
        [1.0 - s, 1.0 - 2.0 * s + self.wide_pair([zero; 2], ratio).re]
    }

    /// r_½: the p/n at which a wide network that is trained to the end has memorised half,
    /// (1 − Θ)(1 + s²/(v²Θ)) at ⟨cΘ/(1 − c + cΘ)⟩ = ⟨c⟩/2.
    pub fn half_ratio(&self) -> Answer {
        let (v2, s2) = (self.coefficients.v2, self.coefficients.s2);
        if v2.value == 0.0 {
            return Answer::absent(
                "a linear activation has nothing with which to memorise (v² = 0)",
            );
        }
        let half = 0.5 * self.bayes().value;
        let left = |theta: f64| {
            let value = self.population.mean(|sigma| {
                let c = self.left(sigma);
                c * theta / (1.0 - c + c * theta)
            });
            Estimate::new(value - half, 32.0 * f64::EPSILON * half)
        };
        let found = match roots::bracketed("r_½", left, 0.0, 1.0) {
            Ok(root) => root.estimate(),
            Err(_) => return Answer::absent("Mem = ½ lies beyond the range of numbers"),
        };
        let theta = found;
        Answer::Value((1.0 - theta) * (1.0 + s2 / (v2 * theta)))
    }
}
