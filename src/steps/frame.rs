//! What a grid is made of: the data, the ends, the number of steps.

use super::data::Data;
use super::level::Level;
use super::parameters::Sampler;
use crate::error::{Error, Result};
use crate::models::Values;

/// What a grid is made of.
pub struct Ask<'a> {
    /// The data.
    pub data: &'a Data<'a>,
    /// For which sampler.
    pub sampler: Sampler,
    /// The noisiest and the cleanest level.
    pub ends: [Level; 2],
    /// Number of steps, one at least.
    pub steps: usize,
    /// All parameters.
    pub values: &'a Values,
}

impl Ask<'_> {
    /// k/K for the levels of the grid.
    pub(super) fn shares(&self) -> impl Iterator<Item = f64> + use<> {
        let steps = self.steps;
        (0..=steps).map(move |k| k as f64 / steps as f64)
    }

    /// Refuses an end at the data.
    pub(super) fn noisy(&self, grid: &str) -> Result<()> {
        match self.ends[1].snr {
            f64::INFINITY => Err(refuse(grid, "needs noise at its last level, σ above 0")),
            _ => Ok(()),
        }
    }

    /// Refuses a beginning in pure noise.
    pub(super) fn finite(&self, grid: &str) -> Result<()> {
        match self.ends[0].snr {
            0.0 => Err(refuse(grid, "needs a signal at its first level, snr above 0")),
            _ => Ok(()),
        }
    }
}

fn refuse(grid: &str, expected: &str) -> Error {
    Error::argument("--grid", grid, expected)
}

/// Whether the second of two levels is the cleaner one.
pub(super) fn follows(pair: &[Level]) -> bool {
    pair[0].snr < pair[1].snr || pair[0].sigma > pair[1].sigma
}
