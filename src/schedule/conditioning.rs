//! What a network is told of the noise where that is no step: c_noise as a function of σ.

use super::axis::{Axis, Column, log_snr_of};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};
use std::f64::consts::FRAC_PI_2;

/// c_noise as a coordinate, between two of its values.
#[derive(Debug)]
pub(super) struct Conditioning {
    map: Map,
    ends: [f64; 2],
}

#[derive(Clone, Copy, Debug)]
enum Map {
    /// ¼ log σ `[KAAL22 Table 1]`.
    Logarithm,
    /// (2/π) arctan σ.
    Angle,
}

impl Conditioning {
    /// ¼ log σ, for log σ between `low` and `high`.
    pub(super) fn logarithm(low: f64, high: f64) -> Self {
        Self { map: Map::Logarithm, ends: [0.25 * low, 0.25 * high] }
    }

    /// (2/π) arctan σ over all noise.
    pub(super) fn angle() -> Self {
        Self { map: Map::Angle, ends: [0.0, 1.0] }
    }
}

impl Axis for Conditioning {
    fn column(&self) -> Column {
        let help = match self.map {
            Map::Logarithm => "what the network is told of the noise: log(sigma)/4",
            Map::Angle => "what the network is told of the noise: (2/pi) arctan(sigma)",
        };
        Column { name: "c_noise", symbol: "c_noise", unit: "input of the network", help }
    }

    fn ends(&self) -> [f64; 2] {
        self.ends
    }

    fn at(&self, noise: Noise) -> Answer {
        let log_sigma = log_snr_of(noise) * -0.5;
        match self.map {
            Map::Logarithm => (log_sigma * 0.25).into(),
            Map::Angle => {
                let angle = log_sigma.value.exp().atan() / FRAC_PI_2;
                // d log u/d log σ lies between 0 and 1.
                let relative = 4.0 * ROUNDING + log_sigma.error;
                match (angle, log_sigma.value) {
                    (0.0, log) if log.is_finite() => super::axis::out_of_range(log),
                    _ if log_sigma.error.is_nan() => Estimate::exact(angle).into(),
                    _ => Estimate::new(angle, angle * relative + f64::from_bits(1)).into(),
                }
            }
        }
    }

    fn log_snr(&self, value: f64) -> Result<Estimate> {
        Ok(match self.map {
            Map::Logarithm => Estimate::exact(value) * -8.0,
            Map::Angle if value == 0.0 => Estimate::exact(f64::INFINITY),
            Map::Angle if value == 1.0 => Estimate::exact(f64::NEG_INFINITY),
            Map::Angle => {
                // Beyond one half by the complement, which is exact there.
                let (share, sign) = if value < 0.5 { (value, -2.0) } else { (1.0 - value, 2.0) };
                let tangent = (FRAC_PI_2 * share).tan();
                // The tangent has at most π/2 times the relative error of its angle.
                Estimate::new(tangent, 6.0 * ROUNDING * tangent).ln() * sign
            }
        })
    }
}
