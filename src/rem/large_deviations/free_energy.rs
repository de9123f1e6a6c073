//! The free energy of the other levels, in both phases.

use super::Energies;
use super::transitions::log_tau;
use crate::answer::Answer;
use crate::error::{Error, Result, non_negative};
use crate::numerics::{Estimate, NumericsError};
use crate::process::Noise;

/// ψ = lim (1/d) log Σ_{μ ≥ 2} e^{−E^μ}, nats per ambient dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FreeEnergy {
    /// ψ.
    pub value: Estimate,
    /// Condensation temperature λ_c ≤ 1: the inverse temperature at which the entropy of the levels
    /// vanishes. One where the levels are not condensed.
    pub lambda: Estimate,
    /// True where the lowest levels dominate (small t).
    pub condensed: bool,
}

impl Energies {
    /// Free energy of the other levels seen from y = a¹ + √(rτ) ω with reduced radius `r` ≥ 0.
    ///
    /// Uncondensed (large t): ψ = α + g(1). Condensed: ψ = g′(λ_c) with α + g(λ_c) = λ_c g′(λ_c)
    /// `[D81]`. Both are the minimum of (α + g(λ))/λ over 0 < λ ≤ 1. (The supplement of the preprint
    /// of `[BBDM24]` prints the two cases in exchanged order.)
    ///
    /// # Errors
    /// [`Error::Argument`] if `r` is negative or t is 0; [`Error::Numerics`] if the root search fails.
    pub fn free_energy(&self, noise: Noise, r: f64) -> Result<FreeEnergy> {
        let r = non_negative("r", r)?;
        let x = log_tau(noise);
        if !x.value.is_finite() {
            return Err(Error::argument("t", noise.time(), "must be above 0 and finite"));
        }
        if self.entropy(x, r.into()).value >= 0.0 {
            let value = self.alpha - self.information(x) - 0.5 * self.energy(x, r.into());
            return Ok(FreeEnergy { value, lambda: Estimate::exact(1.0), condensed: false });
        }
        let lambda = (x - self.log_theta_condensation(x, r)?).exp();
        let theta = x - lambda.ln();
        // ψ = g′(λ) = −(1/2λ) Σ w [p + (1 − p)(p + rλ(1 − p))] − ½ r (flat modes): the minimum of
        // (α + g)/λ, so that its own error is second order in that of λ.
        let r_lambda = r * lambda;
        let sum: Estimate = self
            .occupations(theta)
            .map(|o| o.weight * (o.signal * (1.0 + o.noise) + r_lambda * o.noise * o.noise))
            .sum();
        let value = -0.5 * (sum / lambda + r * self.flat);
        Ok(FreeEnergy { value, lambda, condensed: true })
    }

    /// Condensation temperature λ_c seen from typical points (r = 1): where the entropy of the
    /// levels vanishes, which may be above 1 (then the levels at inverse temperature one are not
    /// condensed). It is τ/θ with α − I(θ) + ½ (1 − λ) Σ w p(1 − p) = 0, and 1 at collapse.
    ///
    /// # Errors
    /// [`Error::Numerics`] if the root search fails.
    pub fn condensation(&self, noise: Noise) -> Result<Answer> {
        let x = log_tau(noise);
        if !x.value.is_finite() {
            return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
        }
        Ok((x - self.log_theta_condensation(x, 1.0)?).exp().into())
    }

    /// m, the Parisi parameter of the levels seen from a fresh point: λ_c where it is below 1, else 1; at λ = 1 the
    /// levels have an entropy of f = α − I/d there, and no single one counts.
    ///
    /// # Errors
    /// As [`Self::condensation`].
    pub fn parisi(&self, noise: Noise) -> Result<Answer> {
        let x = log_tau(noise);
        let one = Estimate::exact(1.0);
        if noise.tau() == f64::INFINITY
            || x.value.is_finite() && self.entropy(x, one).lower() >= 0.0
        {
            return Ok(one.into());
        }
        // Near t_C the truth is on this side of 1.
        Ok(self.condensation(noise)?.map(|m| {
            if m.value < 1.0 { m } else { Estimate::new(1.0, (m.error - (m.value - 1.0)).max(0.0)) }
        }))
    }

    /// 2 × the energy per dimension of the levels that dominate at λ = 1: Σ w (p + r(1 − p)).
    fn energy(&self, x: Estimate, r: Estimate) -> Estimate {
        let varying: Estimate =
            self.occupations(x).map(|o| o.weight * (o.signal + r * o.noise)).sum();
        varying + r * self.flat
    }

    /// log θ_c = log(τ/λ_c) at radius r, from the zero of the entropy.
    fn log_theta_condensation(
        &self,
        x: Estimate,
        r: f64,
    ) -> std::result::Result<Estimate, NumericsError> {
        let entropy = |theta: Estimate| self.entropy(theta, r * (x - theta).exp());
        self.log_root("condensation", entropy, self.guess())
    }
}
