//! The blocks of a simulation as whoever runs them sees them: to compute them, keep them, or stop.

use super::blocks;
pub use super::blocks::Heard;
use crate::error::Result;
use std::ops::Range;

/// The blocks of a simulation, about to be computed.
pub struct Work<'a> {
    /// How it was asked for, such as `simulate clones`.
    pub command: String,
    /// Of what.
    pub model: &'static str,
    /// Everything else that the results depend on, by name, but for the contents of files.
    pub settings: Vec<(String, String)>,
    /// Numbers in the results of a block.
    pub width: usize,
    /// Number of blocks.
    pub count: usize,
    /// How many fit beside each other.
    pub at_once: usize,
    /// How often the blocks of a range say that they go on; in double precision more often.
    pub steps: &'a dyn Fn(Range<usize>) -> usize,
    /// Computes the results of a block.
    pub block: &'a Block<'a>,
}

/// Computes the results of a block, heard at every step.
pub type Block<'a> = dyn Fn(usize, &Heard<'_>) -> Result<Vec<f64>> + Sync + 'a;

/// Has the results of all blocks computed, in order.
pub type Runner<'a> = dyn Fn(&Work<'_>) -> Result<Vec<Vec<f64>>> + 'a;

impl Work<'_> {
    /// Computes every block; `heard` is told of every step, and stops the work where it fails.
    ///
    /// # Errors
    /// The first error of a block, or of `heard`.
    pub fn run(&self, heard: &Heard<'_>) -> Result<Vec<Vec<f64>>> {
        blocks::run(self.count, self.at_once, &|block| (self.block)(block, heard))
    }
}
