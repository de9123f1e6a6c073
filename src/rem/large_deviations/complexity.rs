//! How many levels there are at an energy: the Legendre transform of the energies' large deviations.

use super::Energies;
use super::transitions::log_tau;
use crate::error::{Error, Result, positive};
use crate::numerics::Estimate;
use crate::process::Noise;

/// The levels that dominate at an inverse temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complexity {
    /// e = −g′(λ), energy per ambient dimension.
    pub energy: Estimate,
    /// Σ(e) = α + g(λ) − λg′(λ): log of their number per dimension; negative where there are none.
    pub complexity: Estimate,
}

impl Energies {
    /// Energy and complexity at inverse temperature `tilt` = λ > 0, seen from typical points `[D81]`: with
    /// p = ℓ/(τ/λ + ℓ), e = ½ Σ w [p(2 − p)/λ + (1 − p)²].
    ///
    /// # Errors
    /// [`Error::Argument`] unless λ > 0 and 0 < t < ∞.
    pub fn complexity(&self, noise: Noise, tilt: f64) -> Result<Complexity> {
        let lambda = Estimate::exact(positive("tilt", tilt)?);
        let x = log_tau(noise);
        if !x.value.is_finite() {
            return Err(Error::argument("t", noise.time(), "must be above 0 and finite"));
        }
        let theta = x - lambda.ln();
        let varying: Estimate = self
            .occupations(theta)
            .map(|o| o.weight * (o.signal * (1.0 + o.noise) / lambda + o.noise * o.noise))
            .sum();
        let energy = 0.5 * (varying + self.flat);
        Ok(Complexity { energy, complexity: self.entropy(theta, lambda) })
    }
}
