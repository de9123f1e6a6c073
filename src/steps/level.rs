//! Levels of noise between which a sampler steps.

use crate::error::{Error, Result};
use crate::process::Noise;
use crate::symbolic::constant;

/// A level, in the two coordinates in which samplers step: snr = 1/σ².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Signal-to-noise ratio.
    pub snr: f64,
    /// σ_VE.
    pub sigma: f64,
}

impl Level {
    /// At a signal-to-noise ratio from 0 to ∞.
    pub fn at_snr(snr: f64) -> Self {
        Self { snr, sigma: 1.0 / snr.sqrt() }
    }

    /// At a noise σ_VE from 0 to ∞.
    pub fn at_sigma(sigma: f64) -> Self {
        Self { snr: 1.0 / (sigma * sigma), sigma }
    }

    /// At a time of the Ornstein-Uhlenbeck process.
    ///
    /// # Errors
    /// [`Error::Argument`] for a time below 0.
    pub fn at_time(t: f64) -> Result<Self> {
        Ok(Self::of(Noise::at_time(t)?))
    }

    /// At a level of the forward process.
    pub fn of(noise: Noise) -> Self {
        Self { snr: noise.snr(), sigma: noise.sigma() }
    }

    /// The level of the forward process.
    ///
    /// # Errors
    /// [`Error::Argument`] where the snr is no number.
    pub fn noise(self) -> Result<Noise> {
        Noise::at_snr(self.snr)
    }
}

/// The ends of a grid, the noisier first, from "A:B" in a coordinate; in either order.
///
/// # Errors
/// [`Error::Argument`] naming the flag.
pub(super) fn ends(flag: &str, text: &str, at: fn(f64) -> Level) -> Result<[Level; 2]> {
    let fail = |expected: String| Error::argument(flag, format!("{text:?}"), expected);
    let shape = "must be two levels A:B, in either order, as in 0.001:50";
    let Some((a, b)) = text.split_once(':') else { return Err(fail(shape.into())) };
    let end = |x: &str| {
        let x = x.trim();
        let value = if x == "inf" { Ok(f64::INFINITY) } else { constant(x) };
        match value {
            Ok(x) if x >= 0.0 => Ok(at(x + 0.0)),
            Ok(x) => Err(fail(format!("{x} is below 0"))),
            Err(error) => Err(fail(format!("{shape}: {error}"))),
        }
    };
    let (a, b) = (end(a)?, end(b)?);
    // A level with noise and signal whose snr = 1/σ² left the range of numbers is neither pure noise nor none.
    let lost = |level: &Level| {
        let extreme = |x: f64| x == 0.0 || x == f64::INFINITY;
        extreme(level.snr) != extreme(level.sigma)
    };
    if [a, b].iter().any(lost) {
        let shape = "σ must lie between 1e-154 and 1e154, snr = 1/σ² between 1e-308 and 1e308, but for 0 and inf";
        return Err(fail(shape.into()));
    }
    match a.snr.total_cmp(&b.snr) {
        std::cmp::Ordering::Less => Ok([a, b]),
        std::cmp::Ordering::Greater => Ok([b, a]),
        std::cmp::Ordering::Equal => Err(fail("the two ends are one level".into())),
    }
}
