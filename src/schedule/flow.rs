//! Rectified flow x = (1 − s) a + s z `[LGL23 Eq. 1]`, so σ_VE = s/(1 − s), with the resolution
//! shift s = k u/(1 + (k − 1) u) of a uniform time u `[EKB24]`.

use super::axis::{Axis, Column, log_snr_of, out_of_range};
use super::parameter::{Domain, Family, Parameter};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};

/// The shift k.
pub(super) const SHIFT: Parameter = Parameter {
    name: "shift",
    default: 1.0,
    domain: Domain::Positive,
    help: "shift k of the uniform time towards noise, s = k u/(1 + (k - 1) u)",
};

const FLOW_TIME: Column = Column {
    name: "flow_time",
    symbol: "s",
    unit: "mixing time",
    help: "weight of the noise in x = (1 - s) a + s z",
};

const UNIFORM_TIME: Column = Column {
    name: "uniform_time",
    symbol: "u",
    unit: "uniform time",
    help: "the time before the shift, uniform in training or over the sampler's steps",
};

const TIMESTEP: Column = Column {
    name: "timestep",
    symbol: "1000 s",
    unit: "of 1000",
    help: "what a network of a flow is told of its time: 1000 s",
};

/// Timesteps of a flow: what its networks are told counts so.
const TIMESTEPS: f64 = 1000.0;

/// Rectified flow.
pub(super) const FAMILY: Family = Family {
    name: "flow",
    help: "rectified flow (flow matching) with the shift of Stable Diffusion 3",
    source: "LGL23, EKB24",
    parameters: &[SHIFT],
    axes: |values| {
        let shift = values.of(&SHIFT);
        Ok(vec![
            Box::new(Time { column: FLOW_TIME, shift: 1.0, scale: 1.0 }),
            Box::new(Time { column: UNIFORM_TIME, shift, scale: 1.0 }),
            Box::new(Time { column: TIMESTEP, shift: 1.0, scale: TIMESTEPS }),
        ])
    },
};

/// u with σ_VE = `shift` u/(1 − u); a shift of 1 makes it the mixing time.
#[derive(Debug)]
struct Time {
    column: Column,
    shift: f64,
    /// What the time 1 is called.
    scale: f64,
}

/// λ at a time u of a flow with this shift.
pub(super) fn log_snr(shift: f64, u: f64) -> Estimate {
    if u == 0.0 {
        Estimate::exact(f64::INFINITY)
    } else if u == 1.0 {
        Estimate::exact(f64::NEG_INFINITY)
    } else {
        let odds = (Estimate::exact(1.0) - u) / (Estimate::exact(u) * shift);
        if odds.value.is_normal() && (u * shift).is_normal() {
            odds.ln() * 2.0
        } else {
            let ln = |x: f64| Estimate::exact(x).ln();
            ((-Estimate::exact(u)).ln_1p() - ln(u) - ln(shift)) * 2.0
        }
    }
}

/// The same of a mixing time that is computed itself.
pub(super) fn log_snr_of_time(time: Estimate) -> Estimate {
    if time.value >= 1.0 {
        return Estimate::exact(f64::NEG_INFINITY);
    }
    ((Estimate::exact(1.0) - time) / time).ln() * 2.0
}

impl Axis for Time {
    fn column(&self) -> Column {
        self.column
    }

    fn ends(&self) -> [f64; 2] {
        [0.0, self.scale]
    }

    fn at(&self, noise: Noise) -> Answer {
        self.unscaled(noise).map(|u| if self.scale == 1.0 { u } else { u * self.scale })
    }

    fn log_snr(&self, u: f64) -> Result<Estimate> {
        if self.scale == 1.0 {
            return Ok(log_snr(self.shift, u));
        }
        let time = Estimate::exact(u) / self.scale;
        let here = log_snr(self.shift, time.value);
        if !here.value.is_finite() {
            return Ok(here);
        }
        // dλ = −2 du/(u (1 − u))
        let slope = 2.0 / (time.value * (1.0 - time.value));
        Ok(here.widened(slope * time.error))
    }
}

impl Time {
    /// u at a noise level.
    fn unscaled(&self, noise: Noise) -> Answer {
        let log_snr = log_snr_of(noise);
        let ratio = self.shift * (0.5 * log_snr.value).exp();
        let u = 1.0 / (1.0 + ratio);
        if !u.is_normal() && log_snr.value.is_finite() {
            // u = σ_VE/k so close to the data.
            let log = -0.5 * log_snr.value - self.shift.ln();
            let u = log.exp();
            if u == 0.0 {
                return out_of_range(log);
            }
            let error = u * (4.0 * ROUNDING * (1.0 + log.abs()) + log_snr.error);
            return Estimate::new(u, error + f64::from_bits(1)).into();
        }
        // |du| = u (1 − u) |dλ|/2.
        let error = u * (4.0 * ROUNDING + (1.0 - u) * log_snr.error);
        Estimate::new(u, error).into()
    }
}
