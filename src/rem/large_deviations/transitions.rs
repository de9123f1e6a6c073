//! Collapse, onset of traps, and the basin of a training sample.

use super::Energies;
use crate::answer::Answer;
use crate::error::Result;
use crate::numerics::{Estimate, NumericsError};
use crate::process::{Noise, time_estimate};

impl Energies {
    /// Collapse time t_C, OU time: I(τ) = α, where the own level starts to outweigh all others and,
    /// at the same time, the others condense `[BBDM24 Eq. 5]`.
    ///
    /// Isotropic data: t_C = ½ log(1 + σ²/(e^{2α} − 1)). It exists for every α > 0.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn collapse_time(&self) -> Result<Estimate> {
        Ok(time_estimate(-self.log_tau_collapse()?))
    }

    /// Onset time t_o > t_C, OU time: the latest time (seen backwards, the first) at which training
    /// samples are traps, ψ(r = 0) = 0 `[AALMV25]`.
    ///
    /// The levels are not condensed there, so the condition is α = I + ½ Σ w ℓ/(τ + ℓ). At onset the
    /// basin of every sample has radius 0; typical points are still far from all of them.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn onset_time(&self) -> Result<Estimate> {
        let excess = |x: Estimate| self.alpha - self.information(x) - 0.5 * self.signal(x);
        Ok(time_estimate(-self.log_root("onset time", excess, self.guess())?))
    }

    /// Reduced radius r* of a sample's basin of attraction: points y = a¹ + √(rτ) ω with r < r* fall
    /// back to a¹, ψ(r*) = −r*/2 `[AALMV25]`.
    ///
    /// It is 0 at onset, 1 at collapse, where the basin reaches typical points, and in between
    /// r* = 1 − 2(α − I)/Σ w ℓ/(τ + ℓ). Below t_C it is r* = τ_C/τ: the basin keeps the absolute
    /// radius √(d τ_C) (both derived from the entropy in the module's head). Absent for t ≥ t_o.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn basin(&self, noise: Noise) -> Result<Answer> {
        let x = log_tau(noise);
        if x.value == f64::NEG_INFINITY {
            return Ok(Answer::absent("at t = 0 the reduced radius of the basin is infinite"));
        }
        let surplus = self.alpha - self.information(x);
        if surplus.value <= 0.0 {
            return Ok((self.log_tau_collapse()? - x).exp().into());
        }
        let radius = 1.0 - 2.0 * surplus / self.signal(x);
        Ok(if radius.value < 0.0 {
            Answer::absent("no trap yet: t is above the onset time")
        } else {
            radius.into()
        })
    }

    /// log τ at collapse.
    pub(super) fn log_tau_collapse(&self) -> std::result::Result<Estimate, NumericsError> {
        self.log_root("collapse time", |x| self.alpha - self.information(x), self.guess())
    }
}

/// log τ; the noise level itself is what the caller means, so only the logarithm rounds.
pub(super) fn log_tau(noise: Noise) -> Estimate {
    Estimate::rounded(-noise.log_snr())
}
