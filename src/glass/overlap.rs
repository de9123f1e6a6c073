//! The Franz-Parisi potential of isotropic data: what it costs a second point to have the overlap
//! q = a·a′/d with the sample behind x.
//!
//! Along a the coordinate of a′ is fixed; across, a′ is free in its posterior (derived here):
//! V(q) = q²/2σ⁴ + ½σ²snr(1 − q/σ²)² − ½ log v + ½v with v = Δ/Γ = 1/(1 + σ²snr). It has one minimum, at the
//! population's overlap: without samples there is no barrier at any t.

use crate::numerics::Estimate;
use crate::process::Noise;

/// Isotropic data of variance σ² at a noise level above 0.
#[derive(Clone, Copy, Debug)]
pub struct Overlaps {
    /// σ² snr
    signal: Estimate,
    sigma: Estimate,
}

impl Overlaps {
    /// For standard deviation `sigma` > 0 at a noise level with τ > 0.
    pub fn new(sigma: Estimate, noise: Noise) -> Self {
        let ratio = sigma / Estimate::rounded(noise.sigma());
        Self { signal: ratio.squared(), sigma }
    }

    /// V(q), nats per dimension.
    pub fn potential(&self, q: f64) -> Estimate {
        let share = self.share(q);
        let v = 1.0 / (1.0 + self.signal);
        0.5 * (share.squared() + self.signal * (1.0 - share).squared())
            + 0.5 * (self.signal.ln_1p() + v)
    }

    /// Σ(q) = α − q²/2σ⁴ + ½[log v + (1 − v)²], nats per dimension: log of the number of samples at
    /// overlap q that dominate there. Where it is negative there are none.
    pub fn complexity(&self, q: f64, alpha: Estimate) -> Estimate {
        let seen = self.signal / (1.0 + self.signal);
        alpha - 0.5 * self.share(q).squared() + 0.5 * (seen.squared() - self.signal.ln_1p())
    }

    /// q/σ²; σ² alone may leave the range of numbers.
    fn share(&self, q: f64) -> Estimate {
        Estimate::exact(q) / self.sigma / self.sigma
    }
}
