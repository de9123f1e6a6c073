//! The variance-exploding SDE, σ = σ_min (σ_max/σ_min)^s with s ∈ [0, 1] `[SSKKEP21 Eq. 31]`.
//!
//! σ is read as the total noise at s, as samplers do; σ_min > 0 is then the noise at s = 0.

use super::axis::{Axis, Column, log_snr_of};
use super::edm;
use super::parameter::{Family, Parameter, ordered};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::{Answer, Noise};

/// Noise at s = 0.
pub(super) const SIGMA_MIN: Parameter = Parameter { default: 0.01, ..edm::SIGMA_MIN };

/// Noise at s = 1.
pub(super) const SIGMA_MAX: Parameter = Parameter { default: 50.0, ..edm::SIGMA_MAX };

/// The variance-exploding SDE.
pub(super) const FAMILY: Family = Family {
    name: "ve",
    help: "variance-exploding SDE in continuous time from 0 to 1, sigma geometric in time",
    source: "SSKKEP21",
    parameters: &[SIGMA_MIN, SIGMA_MAX],
    axes: |values| {
        let (low, high) = (values.of(&SIGMA_MIN), values.of(&SIGMA_MAX));
        ordered((&SIGMA_MIN, low), (&SIGMA_MAX, high))?;
        let start = Estimate::exact(low).ln() * -2.0;
        let horizon = Estimate::exact(high).ln() * -2.0;
        Ok(vec![Box::new(Time { start, horizon })])
    },
};

/// s, in which the log-SNR runs linearly between its values at the ends.
#[derive(Debug)]
struct Time {
    start: Estimate,
    horizon: Estimate,
}

impl Axis for Time {
    fn column(&self) -> Column {
        Column { name: "time", symbol: "s", unit: "SDE time", help: "time of the SDE, from 0 to 1" }
    }

    fn ends(&self) -> [f64; 2] {
        [0.0, 1.0]
    }

    fn at(&self, noise: Noise) -> Answer {
        ((self.start - log_snr_of(noise)) / (self.start - self.horizon)).into()
    }

    fn log_snr(&self, s: f64) -> Result<Estimate> {
        Ok(self.start * (Estimate::exact(1.0) - s) + self.horizon * s)
    }
}
