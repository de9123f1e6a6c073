//! Density estimation with the reverse process: the kernel estimate of bandwidth h `[BM24]`.
//!
//! Stopping the backward process at t and rescaling by e^t gives the estimate
//! (1/n) Σ_μ N(y; a^μ, h²) with h² = τ = e^{2t} − 1. Everything here refers to a point y drawn
//! afresh from the data distribution, which is r = 0 in the language of the module's head, and to
//! the directions in which the data vary: along the others the estimate is N(0, h²) whatever the
//! samples are, and the divergence from the singular truth is infinite.

use super::Energies;
use super::transitions::log_tau;
use crate::answer::Answer;
use crate::error::{Error, Result, positive};
use crate::numerics::{Estimate, NumericsError};
use crate::process::{Noise, time_estimate};

/// log(ℓ/θ) below which a mode's information and its spread nearly cancel.
const LOG_SMALL: f64 = -7.0;

/// ½ [log(1 + x) − x/(1 + x)²] = ½ Σ_{k ≥ 2} (−x)^k (k − 1/k) for small x.
fn surplus_by_series(x: Estimate) -> Estimate {
    let sum = (2..TERMS).rev().fold(0.0, |sum, k| {
        let k = f64::from(k);
        k - 1.0 / k - x.value * sum
    });
    // The slope is below twice the value over x, or x itself.
    let value = 0.5 * x.value * x.value * sum;
    let error = 2.0 * x.value * x.error + 8.0 * f64::EPSILON * value;
    // The last term: the smallest number, where the square underflows.
    Estimate::new(value, error + f64::MIN_POSITIVE * f64::EPSILON)
}

/// Terms after which e^{−7k} no longer counts.
const TERMS: u32 = 9;

impl Energies {
    /// Bandwidth h_G at which the sum over kernels condenses: α = I(h²) − ½ Σ w p(1 − p), p =
    /// ℓ/(h² + ℓ) `[BM24]`. Below it the estimate at a fresh point is made by few samples.
    ///
    /// # Errors
    /// [`Error::Numerics`] if the root search fails.
    pub fn bandwidth_condensation(&self) -> Result<Estimate> {
        Ok((0.5 * self.log_condensation()?).exp())
    }

    /// Bandwidth h_CLT below which the estimate at a fresh point is no longer Gaussian around its
    /// mean: condensation at λ = 2, whose condition is that of h_G with h²/2 in the place of h², so
    /// that **h_CLT = √2 h_G for every spectrum** (derived here; `[BM24]` gives both conditions).
    ///
    /// # Errors
    /// [`Error::Numerics`] if the root search fails.
    pub fn bandwidth_central_limit(&self) -> Result<Estimate> {
        Ok(Estimate::exact(2.0).sqrt() * self.bandwidth_condensation()?)
    }

    /// Bandwidth h_opt that minimises KL(P_0 ‖ estimate), in the condensed phase:
    /// h_opt² = h_G² Σ w p(2 − p) at p = ℓ/(h_G² + ℓ), the sum over varying directions only and its
    /// weights normalised to them.
    ///
    /// # Errors
    /// [`Error::Numerics`] if the root search fails.
    pub fn bandwidth_optimal(&self) -> Result<Estimate> {
        Ok((0.5 * self.log_tau_optimal()?).exp())
    }

    /// Time of best generalisation t_g < t_C, OU time: h_opt = √(e^{2t} − 1).
    ///
    /// # Errors
    /// [`Error::Numerics`] if the root search fails.
    pub fn generalisation_time(&self) -> Result<Estimate> {
        Ok(time_estimate(-self.log_tau_optimal()?))
    }

    /// KL(P_0 ‖ kernel estimate of bandwidth `h`), nats per *ambient* dimension, counting only the
    /// directions in which the data vary.
    ///
    /// Uncondensed (h > h_G): ½ Σ w [log(1 + h²/ℓ) − h²/(h² + ℓ)], the smoothing bias alone.
    /// Condensed: α + ½ Σ w [log(h²/ℓ) − 1] + A/h² with A = ½ h_G² Σ w p(2 − p) at h_G.
    ///
    /// # Errors
    /// [`Error::Argument`] if `h` is not positive; [`Error::Numerics`] if the root search fails.
    pub fn kullback_leibler(&self, h: f64) -> Result<Estimate> {
        let x = 2.0 * Estimate::exact(positive("h", h)?).ln();
        let condensation = self.log_condensation()?;
        if x.value >= condensation.value {
            let bias = self.modes.iter().zip(self.occupations(x)).map(|(mode, o)| {
                // ½ log(1 + h²/ℓ) from the information, without cancellation where h² ≪ ℓ.
                let y = x - mode.log_variance;
                let log = if y.value > 0.0 { y + (-y).exp().ln_1p() } else { y.exp().ln_1p() };
                0.5 * o.weight * (log - o.noise)
            });
            return Ok(bias.sum());
        }
        let logs: Estimate =
            self.modes.iter().map(|m| 0.5 * m.weight * (x - m.log_variance - 1.0)).sum();
        let trap = 0.5 * (condensation - x).exp() * self.depth(condensation);
        Ok(self.alpha + logs + trap)
    }

    /// [`Self::kullback_leibler`] at h = √(e^{2t} − 1); absent at t = 0, where it is infinite.
    ///
    /// # Errors
    /// As [`Self::kullback_leibler`].
    pub fn kullback_leibler_at(&self, noise: Noise) -> Result<Answer> {
        if noise.tau() == 0.0 {
            return Ok(Answer::absent("infinite at t = 0: the estimate is a sum of points"));
        }
        if !noise.tau().is_finite() {
            return Err(Error::argument("t", noise.time(), "the bandwidth overflows"));
        }
        Ok(self.kullback_leibler((0.5 * log_tau(noise).value).exp())?.into())
    }

    /// log h_G².
    fn log_condensation(&self) -> std::result::Result<Estimate, NumericsError> {
        let entropy = |x: Estimate| {
            let ratios = || self.modes.iter().map(move |mode| mode.log_variance - x);
            if ratios().all(|y| y.value > LOG_SMALL) {
                return self.entropy(x, Estimate::exact(0.0));
            }
            let terms = ratios().zip(self.occupations(x)).map(|(y, o)| {
                o.weight
                    * if y.value > LOG_SMALL {
                        o.information - 0.5 * o.signal * o.noise
                    } else {
                        surplus_by_series(y.exp())
                    }
            });
            self.alpha - terms.sum::<Estimate>()
        };
        self.log_root("condensation of the kernel estimate", entropy, self.guess())
    }

    /// log h_opt².
    fn log_tau_optimal(&self) -> std::result::Result<Estimate, NumericsError> {
        let x = self.log_condensation()?;
        let weight: Estimate = self.modes.iter().map(|m| m.weight).sum();
        Ok(x + (self.depth(x) / weight).ln())
    }
}
