//! The variance-preserving SDE dx = −½β(s) x ds + √β(s) dw with β linear in s ∈ [0, 1]
//! `[SSKKEP21 Eqs. 32, 33]`: t = ¼ s² (β_max − β_min) + ½ s β_min.

use super::axis::{Axis, Column, log_snr_at_log_alpha_bar};
use super::parameter::{Domain, Family, Parameter};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};

/// β at s = 0.
pub(super) const BETA_MIN: Parameter = Parameter {
    name: "beta-min",
    default: 0.1,
    domain: Domain::NonNegative,
    help: "rate beta at time 0",
};

/// β at s = 1.
pub(super) const BETA_MAX: Parameter = Parameter {
    name: "beta-max",
    default: 20.0,
    domain: Domain::Positive,
    help: "rate beta at time 1 (k-diffusion's beta_d = 19.9 is beta_max - beta_min)",
};

/// The variance-preserving SDE.
pub(super) const FAMILY: Family = Family {
    name: "vp",
    help: "variance-preserving SDE in continuous time from 0 to 1",
    source: "SSKKEP21",
    parameters: &[BETA_MIN, BETA_MAX],
    axes: |values| {
        let (first, last) = (values.of(&BETA_MIN), values.of(&BETA_MAX));
        let slope = (Estimate::exact(last) - first) * 0.25;
        Ok(vec![Box::new(Time { slope, rate: Estimate::exact(0.5 * first) })])
    },
};

/// s, with t = `slope` s² + `rate` s.
#[derive(Debug)]
struct Time {
    slope: Estimate,
    rate: Estimate,
}

impl Axis for Time {
    fn column(&self) -> Column {
        Column { name: "time", symbol: "s", unit: "SDE time", help: "time of the SDE, from 0 to 1" }
    }

    fn ends(&self) -> [f64; 2] {
        [0.0, 1.0]
    }

    fn at(&self, noise: Noise) -> Answer {
        let t = Estimate::rounded(noise.time()).widened(2.0 * ROUNDING * noise.time());
        if t.value == 0.0 {
            return t.into();
        }
        // The root that does not cancel.
        let root = (self.rate.squared() + self.slope * t * 4.0).sqrt();
        (t * 2.0 / (self.rate + root)).into()
    }

    fn log_snr(&self, s: f64) -> Result<Estimate> {
        let t = (self.slope * s + self.rate) * s;
        Ok(log_snr_at_log_alpha_bar(t * -2.0))
    }
}
