//! The forward process x_t = e^{−t} a + √Δ_t z, Δ_t = 1 − e^{−2t}, and its coordinates.
//!
//! Every formula of the crate depends on time through one number, the signal-to-noise ratio
//! snr = 1/(e^{2t} − 1); its inverse τ = e^{2t} − 1 is finite down to t = 0 and is what the code
//! carries. `[BBDM24 Eq. 1]` has this process with the same time unit.

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use std::f64::consts::LN_2;

/// What noise does to data: the families of forward processes, which share no coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// x_t = e^{−t} a + √Δ_t z.
    Gaussian,
    /// Tokens are kept with probability ᾱ, else hidden or drawn again.
    Tokens,
    /// The beliefs in the leaves of a tree of tokens are blurred by ε.
    Beliefs,
}

impl Process {
    /// Whether it is one of tokens.
    pub fn is_of_tokens(self) -> bool {
        self != Self::Gaussian
    }
}

/// A noise level, held as t and as τ = 1/snr = σ_VE², so that neither end of the process costs
/// digits; where τ is no normal number (σ_VE below 1.5e-154 or above 1.3e154) also as its log-SNR.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    tau: f64,
    time: f64,
    /// The log-SNR where τ is zero, subnormal or infinite; 0 elsewhere.
    beyond: f64,
}

impl Noise {
    /// At Ornstein-Uhlenbeck time `t` ≥ 0; t = 0 is the data, t = ∞ pure noise.
    ///
    /// # Errors
    /// [`Error::Argument`] if `t` is negative or NaN.
    pub fn at_time(t: f64) -> Result<Self> {
        if t >= 0.0 {
            let log_snr = || if t > 1.0 { -2.0 * t } else { -(t.ln() + LN_2) };
            Ok(Self::of((2.0 * t).exp_m1(), t, log_snr))
        } else {
            Err(Error::argument("t", t, "a time must be 0 or above"))
        }
    }

    /// At signal-to-noise ratio `snr` = e^{−2t}/Δ_t, from 0 (pure noise) to ∞ (the data).
    ///
    /// # Errors
    /// [`Error::Argument`] if `snr` is negative or NaN.
    pub fn at_snr(snr: f64) -> Result<Self> {
        if snr >= 0.0 {
            Ok(Self::far(1.0 / snr, snr.ln(), |tau| 0.5 * tau.ln_1p()))
        } else {
            Err(Error::argument("snr", snr, "a signal-to-noise ratio must be 0 or above"))
        }
    }

    /// At variance-exploding noise `sigma` = σ_VE = √(e^{2t} − 1).
    ///
    /// # Errors
    /// [`Error::Argument`] if `sigma` is negative or NaN.
    pub fn at_sigma(sigma: f64) -> Result<Self> {
        if sigma >= 0.0 {
            Ok(Self::far(sigma * sigma, -2.0 * sigma.ln(), |tau| {
                if sigma > 1e8 {
                    sigma.ln() + 0.5 * (1.0 / sigma).powi(2)
                } else {
                    0.5 * tau.ln_1p()
                }
            }))
        } else {
            Err(Error::argument("sigma", sigma, "a noise level must be 0 or above"))
        }
    }

    /// At ᾱ = e^{−2t} in [0, 1], the squared signal amplitude of variance-preserving schedules.
    ///
    /// # Errors
    /// [`Error::Argument`] if `alpha_bar` is outside [0, 1].
    pub fn at_alpha_bar(alpha_bar: f64) -> Result<Self> {
        if (0.0..=1.0).contains(&alpha_bar) {
            let time = if alpha_bar == 1.0 { 0.0 } else { -0.5 * alpha_bar.ln() };
            let log_snr = || alpha_bar.ln() - (-alpha_bar).ln_1p();
            Ok(Self::of((1.0 - alpha_bar) / alpha_bar, time, log_snr))
        } else {
            Err(Error::argument("alpha-bar", alpha_bar, "must lie between 0 and 1"))
        }
    }

    /// At log-SNR λ = log(ᾱ/(1 − ᾱ)) = −2 log σ_VE, any real number.
    ///
    /// # Errors
    /// [`Error::Argument`] if `log_snr` is NaN.
    pub fn at_log_snr(log_snr: f64) -> Result<Self> {
        if log_snr.is_nan() {
            return Err(Error::argument("log-snr", log_snr, "must be a number"));
        }
        Ok(Self::of((-log_snr).exp(), time_at_log_snr(log_snr), || log_snr))
    }

    /// At τ = 1/snr ≥ 0.
    pub(crate) fn at_tau(tau: f64) -> Self {
        Self::of(tau, 0.5 * tau.ln_1p(), || -tau.ln())
    }

    fn of(tau: f64, time: f64, log_snr: impl FnOnce() -> f64) -> Self {
        Self { tau, time, beyond: if tau.is_normal() { 0.0 } else { log_snr() } }
    }

    /// The time from τ, or from the log-SNR where τ has lost its digits.
    fn far(tau: f64, log_snr: f64, time: impl FnOnce(f64) -> f64) -> Self {
        let time = if tau.is_normal() { time(tau) } else { time_at_log_snr(log_snr) };
        Self::of(tau, time, || log_snr)
    }

    /// Ornstein-Uhlenbeck time t = ½ log(1 + τ).
    pub fn time(self) -> f64 {
        self.time
    }

    /// τ = 1/snr = e^{2t} − 1; 0 or ∞ where that is beyond the range of numbers.
    pub fn tau(self) -> f64 {
        self.tau
    }

    /// True where τ is no normal number, and the log-SNR is what is carried.
    pub fn is_extreme(self) -> bool {
        self.beyond != 0.0
    }

    /// Signal-to-noise ratio 1/τ.
    pub fn snr(self) -> f64 {
        if self.is_extreme() { self.beyond.exp() } else { 1.0 / self.tau }
    }

    /// σ_VE = √τ, the noise of the rescaled process a + σ_VE z.
    pub fn sigma(self) -> f64 {
        if self.is_extreme() { (-0.5 * self.beyond).exp() } else { self.tau.sqrt() }
    }

    /// ᾱ = e^{−2t}.
    pub fn alpha_bar(self) -> f64 {
        (-2.0 * self.time).exp()
    }

    /// Δ_t = 1 − e^{−2t}.
    pub fn delta(self) -> f64 {
        -(-2.0 * self.time).exp_m1()
    }

    /// e^{−t}.
    pub fn decay(self) -> f64 {
        (-self.time).exp()
    }

    /// log-SNR = −log τ.
    pub fn log_snr(self) -> f64 {
        if self.is_extreme() {
            self.beyond
        } else if self.time > 300.0 {
            -2.0 * self.time
        } else {
            -self.tau.ln()
        }
    }
}

/// t = ½ log(1 + e^{−λ}) for λ = log snr.
pub fn time_at_log_snr(log_snr: f64) -> f64 {
    0.5 * crate::numerics::special::softplus(-log_snr)
}

/// Log-SNR between which τ = e^{−λ} is a normal number: times from 1e-308 to 354.
pub(crate) const LOG_SNR: (f64, f64) = (-709.0, 708.0);

/// t = ½ log(1 + τ) for τ = `above`/`below` > 0, through logarithms where τ would overflow.
pub(crate) fn time_of_quotient(above: Estimate, below: Estimate) -> Estimate {
    let tau = above / below;
    if tau.value == f64::INFINITY && above.value.is_finite() && below.value > 0.0 {
        // log(1 + τ) − log τ < 1/τ < 1e-307.
        return (above.ln() - below.ln()) * 0.5;
    }
    tau.ln_1p() * 0.5
}

/// The time of a log-SNR that is itself an estimate: |dt/dλ| ≤ ½ min(1, e^{−λ}).
pub fn time_estimate(log_snr: Estimate) -> Estimate {
    let value = time_at_log_snr(log_snr.value);
    let slope = 0.5 / (1.0 + log_snr.lower().exp());
    Estimate::rounded(value).widened(slope * log_snr.error + f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every coordinate leads back to the same time.
    #[test]
    fn identity_coordinates_round_trip() {
        for t in [1e-8, 1e-3, 0.2, 1.0, 4.0, 15.0] {
            let noise = Noise::at_time(t).unwrap();
            for again in [
                Noise::at_snr(noise.snr()),
                Noise::at_sigma(noise.sigma()),
                Noise::at_log_snr(noise.log_snr()),
            ] {
                let again = again.unwrap().time();
                assert!((again / t - 1.0).abs() < 1e-14, "{t} became {again}");
            }
            let again = Noise::at_alpha_bar(noise.alpha_bar()).unwrap().time();
            assert!((again - t).abs() < 1e-15 * (1.0 + t), "{t} became {again}");
        }
    }

    #[test]
    fn limit_ends_of_the_process() {
        let data = Noise::at_time(0.0).unwrap();
        assert_eq!((data.tau(), data.delta(), data.alpha_bar()), (0.0, 0.0, 1.0));
        let noise = Noise::at_time(f64::INFINITY).unwrap();
        assert_eq!((noise.snr(), noise.delta(), noise.alpha_bar()), (0.0, 1.0, 0.0));
        let far = Noise::at_sigma(1e200).unwrap().time() / 1e200f64.ln() - 1.0;
        assert!(far.abs() < 1e-15, "{far}");
        assert!(Noise::at_time(-1.0).is_err() && Noise::at_time(f64::NAN).is_err());
    }
}
