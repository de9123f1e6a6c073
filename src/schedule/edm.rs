//! EDM: σ^{1/ρ} evenly spaced from the largest noise to the smallest `[KAAL22 Eq. 5]`.
//!
//! Step 0 has the largest noise. The same formula defines σ at a fractional step. The final σ = 0
//! that a sampler appends is not a step. σ is in units of the data as the network sees them.

use super::axis::{Axes, Axis, Column, log_snr_of, out_of_range};
use super::parameter::{Domain, Family, Parameter, Values, ordered};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};

/// Smallest noise.
pub(super) const SIGMA_MIN: Parameter = Parameter {
    name: "sigma-min",
    default: 0.002,
    domain: Domain::Positive,
    help: "smallest noise sigma",
};

/// Largest noise.
pub(super) const SIGMA_MAX: Parameter = Parameter {
    name: "sigma-max",
    default: 80.0,
    domain: Domain::Positive,
    help: "largest noise sigma",
};

/// Exponent of the spacing.
pub(super) const RHO: Parameter = Parameter {
    name: "rho",
    default: 7.0,
    domain: Domain::Positive,
    help: "exponent: sigma^(1/rho) is evenly spaced",
};

/// Number of noise levels.
pub(super) const NUM_STEPS: Parameter = Parameter {
    name: "num-steps",
    default: 18.0,
    domain: Domain::Steps,
    help: "number of noise levels, without the final zero",
};

/// The sampling schedule of EDM.
pub(super) const FAMILY: Family = Family {
    name: "edm",
    help: "EDM (Karras): sigma^(1/rho) evenly spaced, step 0 the noisiest",
    source: "KAAL22",
    parameters: &[SIGMA_MIN, SIGMA_MAX, RHO, NUM_STEPS],
    axes: |values| axes(values, Some(values.of(&RHO))),
};

/// Step and σ; `rho` of `None` spaces log σ evenly, the limit ρ → ∞.
pub(super) fn axes(values: &Values, rho: Option<f64>) -> Result<Axes> {
    let (low, high) = (values.of(&SIGMA_MIN), values.of(&SIGMA_MAX));
    ordered((&SIGMA_MIN, low), (&SIGMA_MAX, high))?;
    let (log_low, log_high) = (Estimate::exact(low).ln(), Estimate::exact(high).ln());
    let last = (values.steps(&NUM_STEPS) - 1) as f64;
    Ok(vec![Box::new(Step { log_low, log_high, rho, last }), Box::new(Sigma)])
}

/// The step index, real between 0 and `last`.
#[derive(Debug)]
struct Step {
    log_low: Estimate,
    log_high: Estimate,
    rho: Option<f64>,
    last: f64,
}

impl Step {
    /// How far σ^{1/ρ} has fallen from its largest value, in units of that value, at log σ − log
    /// σ_max = `fall`.
    fn fallen(&self, fall: Estimate) -> Estimate {
        self.rho.map_or(fall, |rho| (fall / rho).exp_m1())
    }
}

impl Axis for Step {
    fn column(&self) -> Column {
        Column {
            name: "step",
            symbol: "i",
            unit: "steps from 0, the noisiest",
            help: "step of the sampler, counted from 0 at the largest noise",
        }
    }

    fn ends(&self) -> [f64; 2] {
        [self.last, 0.0]
    }

    fn at(&self, noise: Noise) -> Answer {
        let fall = log_snr_of(noise) * -0.5 - self.log_high;
        (self.fallen(fall) / self.fallen(self.log_low - self.log_high) * self.last).into()
    }

    fn log_snr(&self, step: f64) -> Result<Estimate> {
        if step == self.last {
            return Ok(self.log_low * -2.0);
        }
        let fraction = Estimate::exact(step) / self.last;
        let fallen = fraction * self.fallen(self.log_low - self.log_high);
        let fall = self.rho.map_or(fallen, |rho| fallen.ln_1p() * rho);
        Ok((self.log_high + fall) * -2.0)
    }

    fn num_steps(&self) -> Option<usize> {
        Some(self.last as usize + 1)
    }
}

/// The noise σ itself, which the network accepts at any level.
#[derive(Debug)]
pub(super) struct Sigma;

impl Axis for Sigma {
    fn column(&self) -> Column {
        Column {
            name: "sigma",
            symbol: "σ",
            unit: "unit of the data",
            help: "noise of x = a + σ z",
        }
    }

    fn ends(&self) -> [f64; 2] {
        [0.0, f64::INFINITY]
    }

    fn at(&self, noise: Noise) -> Answer {
        let (sigma, log_snr) = (noise.sigma(), log_snr_of(noise));
        if log_snr.value == f64::NEG_INFINITY {
            return Answer::absent("infinite: pure noise");
        }
        if (sigma == 0.0 || sigma.is_infinite()) && log_snr.value.is_finite() {
            return out_of_range(-0.5 * log_snr.value);
        }
        let level = if noise.is_extreme() && sigma > 0.0 { log_snr.error } else { 0.0 };
        Estimate::new(sigma, sigma * (4.0 * ROUNDING * (1.0 + noise.time()) + level)).into()
    }

    fn log_snr(&self, sigma: f64) -> Result<Estimate> {
        let log_snr = -2.0 * sigma.ln();
        let error = if log_snr.is_finite() { ROUNDING * log_snr.abs() } else { 0.0 };
        Ok(Estimate::new(log_snr, error))
    }

    fn is_bounded(&self) -> bool {
        false
    }
}
