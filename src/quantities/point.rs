//! Where a quantity is evaluated.

use super::SampleSize;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::process::Noise;

/// ε, the width that each sample of a smoothed empirical score has.
pub const BANDWIDTH: Parameter = Parameter {
    name: "bandwidth",
    symbol: "ε",
    latex: "\\epsilon",
    aliases: &["ε"],
    help: "smooth the empirical score: each sample becomes N(a, ε² I)",
    domain: Domain::NonNegative,
    default: Some("0"),
    required: false,
};

/// Where a quantity is evaluated.
#[derive(Clone, Copy)]
pub struct Point<'a> {
    /// Noise level, where it matters.
    pub noise: Option<Noise>,
    /// Number of samples, where it matters.
    pub size: Option<SampleSize>,
    /// All parameters.
    pub values: &'a Values,
}

impl Point<'_> {
    /// The noise level.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none.
    pub fn noise(&self) -> Result<Noise> {
        self.noise.ok_or_else(|| Error::Usage("the noise level is missing".into()))
    }

    /// The number of samples.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none.
    pub fn size(&self) -> Result<SampleSize> {
        self.size.ok_or_else(|| Error::Usage("the number of samples is missing".into()))
    }

    /// Bandwidth ε of a smoothed empirical score; 0 without smoothing.
    pub fn bandwidth(&self) -> f64 {
        self.values.number(BANDWIDTH.name).unwrap_or(0.0)
    }
}
