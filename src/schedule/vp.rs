//! The variance-preserving SDE dx = −½β(s) x ds + √β(s) dw with β linear in s ∈ [0, 1]
//! `[SSKKEP21 Eqs. 32, 33]`: t = ¼ s² (β_max − β_min) + ½ s β_min.

use super::axis::{Axis, Column, log_snr_at_log_alpha_bar, log_snr_of, out_of_range};
use super::parameter::{Domain, Family, Parameter};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};
use std::f64::consts::LN_2;

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
        if !t.value.is_normal() {
            return self.near_the_data(noise);
        }
        // The root that does not cancel.
        let root = (self.rate.squared() + self.slope * t * 4.0).sqrt();
        (t * 2.0 / (self.rate + root)).into()
    }

    fn log_snr(&self, s: f64) -> Result<Estimate> {
        let rate = self.slope * s + self.rate;
        let t = rate * s;
        if s > 0.0 && !t.value.is_normal() {
            // τ = e^{2t} − 1 = 2t, which has no digits left, or is too small for a number.
            return Ok(-(rate.ln() + Estimate::exact(s).ln() + Estimate::rounded(LN_2)));
        }
        Ok(log_snr_at_log_alpha_bar(t * -2.0))
    }
}

impl Time {
    /// s where t = τ/2 is too small for its digits: the same root, in logarithms.
    fn near_the_data(&self, noise: Noise) -> Answer {
        let log_snr = log_snr_of(noise);
        if log_snr.value == f64::INFINITY {
            return Estimate::exact(0.0).into();
        }
        let log_t = -log_snr - Estimate::rounded(LN_2);
        // √|slope · t|, which is a number where t is none.
        let size = if self.slope.value < 0.0 { -self.slope } else { self.slope };
        let half = if size.value == 0.0 { size } else { ((size.ln() + log_t) * 0.5).exp() };
        let root = if self.slope.value < 0.0 {
            ((self.rate - half * 2.0) * (self.rate + half * 2.0)).sqrt()
        } else if self.rate.value == 0.0 {
            half * 2.0
        } else {
            // The hypotenuse by its longer side.
            let (long, short) = if self.rate.value < 2.0 * half.value {
                (half * 2.0, self.rate)
            } else {
                (self.rate, half * 2.0)
            };
            long * ((short / long).squared() + 1.0).sqrt()
        };
        let log_s = log_t + Estimate::rounded(LN_2) - (self.rate + root).ln();
        let s = log_s.exp();
        if s.value == 0.0 { out_of_range(log_s.value) } else { s.widened(f64::from_bits(4)).into() }
    }
}
