//! Collapse, onset of traps, and the basin of a training sample.

use super::Energies;
use crate::answer::Answer;
use crate::error::Result;
use crate::numerics::{Estimate, NumericsError, roots};
use crate::process::{Noise, time_estimate};

/// Steps of half a unit in log r within which the edge of a condensed basin is bracketed.
const FARTHEST: u32 = 200;

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
        self.onset_time_of_copies(Estimate::exact(0.0))
    }

    /// The same of a sample of which there are K copies, `kappa` = log K/d < α: its own weight is K e^{−E}, so
    /// that ψ(r = 0) = κ there (derived here).
    ///
    /// # Errors
    /// As [`Self::onset_time`].
    pub fn onset_time_of_copies(&self, kappa: Estimate) -> Result<Estimate> {
        let excess = |x: Estimate| self.others(kappa) - self.information(x) - 0.5 * self.signal(x);
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
        self.basin_of_copies(noise, Estimate::exact(0.0))
    }

    /// The same of a sample of which there are K copies, `kappa` = log K/d < α: ψ(r*) = κ − r*/2 (derived here).
    ///
    /// At the crossing the entropy of the others is κ + ½ (1 − r) Σ w p(2 − p), p = ℓ/(τ + ℓ): they are not
    /// condensed up to a radius beyond 1, where r* = 1 − 2(α − κ − I)/Σ w p; beyond that radius the crossing is
    /// looked for.
    ///
    /// # Errors
    /// As [`Self::basin`].
    pub fn basin_of_copies(&self, noise: Noise, kappa: Estimate) -> Result<Answer> {
        let x = log_tau(noise);
        if x.value == f64::NEG_INFINITY {
            return Ok(Answer::absent("at t = 0 the reduced radius of the basin is infinite"));
        }
        let surplus = self.others(kappa) - self.information(x);
        if surplus.value <= 0.0 && kappa.value == 0.0 {
            return Ok((self.log_tau_collapse()? - x).exp().into());
        }
        let radius = 1.0 - 2.0 * surplus / self.signal(x);
        if 0.5 * (radius.value - 1.0) * self.depth(x).value > kappa.value {
            return Ok(self.condensed_basin(noise, kappa, radius.value)?.into());
        }
        Ok(if radius.value < 0.0 {
            Answer::absent("no trap yet: t is above the onset time")
        } else {
            radius.into()
        })
    }

    /// α − κ: the others, beside a sample that counts K times.
    fn others(&self, kappa: Estimate) -> Estimate {
        if kappa.value == 0.0 { self.alpha.into() } else { self.alpha - kappa }
    }

    /// The radius of a K-fold sample's basin where the others are condensed at its edge.
    fn condensed_basin(&self, noise: Noise, kappa: Estimate, start: f64) -> Result<Estimate> {
        // The own weight falls with the distance; ψ falls more slowly.
        let excess = |log_r: f64| {
            let r = log_r.exp();
            match self.free_energy(noise, r) {
                Ok(free) => free.value - kappa + 0.5 * Estimate::rounded(r),
                Err(_) => Estimate::exact(f64::NAN),
            }
        };
        let (mut low, mut high) = (start.ln(), start.ln());
        for step in 0..FARTHEST {
            let reach = f64::from(step + 1) * 0.5;
            (low, high) = (start.ln() - reach, start.ln() + reach);
            if excess(low).upper() < 0.0 && excess(high).lower() > 0.0 {
                break;
            }
        }
        let root = roots::bracketed("basin of a copied sample", excess, low, high)?;
        Ok(root.estimate().exp())
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
