//! One coordinate of a schedule: a monotone map between its values and the log-SNR.

use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};
use std::fmt::Debug;

/// All coordinates of a schedule.
pub(super) type Axes = Vec<Box<dyn Axis>>;

/// What a column of a converted noise level is called and means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name in tables and on the command line.
    pub name: &'static str,
    /// Symbol in formulas.
    pub symbol: &'static str,
    /// Unit or normalisation.
    pub unit: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// A coordinate in which a schedule counts its noise.
///
/// The log-SNR λ = log(ᾱ/(1 − ᾱ)) = −2 log σ_VE is what all coordinates are maps of. Both
/// directions must be inverse to each other to a few roundings.
pub trait Axis: Debug + Send + Sync {
    /// Name and meaning.
    fn column(&self) -> Column;

    /// The coordinate at the least noise and at the largest, in this order.
    fn ends(&self) -> [f64; 2];

    /// The coordinate of a noise level. A level outside the schedule's range by no more than
    /// rounding continues the map; the caller clamps it to [`Axis::ends`].
    fn at(&self, noise: Noise) -> Answer;

    /// λ at a value of the coordinate between the ends.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] where the schedule defines no noise level at `value`.
    fn log_snr(&self, value: f64) -> Result<Estimate>;

    /// False for a coordinate that goes on beyond the ends of the schedule.
    fn is_bounded(&self) -> bool {
        true
    }

    /// Number of steps, where the coordinate is a step index.
    fn num_steps(&self) -> Option<usize> {
        None
    }
}

/// λ of a noise level, with the roundings behind it: those of τ or t, and of the logarithm.
pub(super) fn log_snr_of(noise: Noise) -> Estimate {
    let value = noise.log_snr();
    let error = if value.is_finite() { 4.0 * ROUNDING * (1.0 + value.abs()) } else { 0.0 };
    Estimate::new(value, error)
}

/// λ at log ᾱ = `log_alpha_bar` ≤ 0: λ = log ᾱ − log(1 − ᾱ).
pub(super) fn log_snr_at_log_alpha_bar(log_alpha_bar: Estimate) -> Estimate {
    if log_alpha_bar.value == 0.0 {
        Estimate::exact(f64::INFINITY)
    } else if log_alpha_bar.value == f64::NEG_INFINITY {
        Estimate::exact(f64::NEG_INFINITY)
    } else {
        log_alpha_bar - (-log_alpha_bar.exp_m1()).ln()
    }
}

/// The answer for a number whose logarithm is `log` and which no floating-point number can be.
pub(super) fn out_of_range(log: f64) -> Answer {
    let size = if log < 0.0 { "small" } else { "large" };
    let power = log / std::f64::consts::LN_10;
    Answer::absent(format!("too {size} for a floating-point number: 10^{power:.1}"))
}
