//! Independent blocks: what every experiment is made of, and what its standard errors come from.

use super::score::Seen;
use crate::error::Result;
use crate::numerics::random::Seed;
use rayon::prelude::*;

/// Memory that data sets of blocks computed side by side may take.
const SIDE_BY_SIDE: f64 = 2e8;

/// Hears of every step of a block, and may end it with an error.
pub type Heard<'a> = dyn Fn() -> Result<()> + Sync + 'a;

/// One block: whose random numbers it takes, and who hears of each step that it has made.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    /// The seed of the simulation.
    pub seed: Seed,
    /// The number of the block.
    pub block: u64,
    /// Told of every time, or step of trajectories, that is done; an error of it ends the block.
    pub heard: &'a Heard<'a>,
}

impl Unit<'_> {
    /// A block that nobody listens to.
    pub fn new(seed: Seed, block: u64) -> Self {
        Self { seed, block, heard: &|| Ok(()) }
    }
}

/// How many looks of points at samples there were, and how many of them in single precision: the last
/// two numbers of every block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Looks {
    /// In single precision.
    pub single: f64,
    /// In all.
    pub all: f64,
}

impl Looks {
    /// Numbers in a block.
    pub const FIELDS: usize = 2;

    /// Counts what was seen.
    pub(super) fn add(&mut self, seen: &Seen) {
        self.single += seen.single as f64;
        self.all += seen.others.len() as f64;
    }

    /// As numbers.
    pub(super) fn fields(self) -> [f64; Self::FIELDS] {
        [self.single, self.all]
    }

    /// Those of all blocks.
    pub fn of(blocks: &[Vec<f64>]) -> Self {
        blocks.iter().fold(Self::default(), |sum, block| match block[..] {
            [.., single, all] => Self { single: sum.single + single, all: sum.all + all },
            _ => sum,
        })
    }
}

/// A mean over independent blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Mean over the blocks.
    pub value: f64,
    /// Its standard error.
    pub stderr: f64,
}

impl Measured {
    /// The mean of independent `blocks`, of which there must be at least two, with the standard error
    /// that their scatter gives.
    ///
    /// A rare event that no draw shows has no scatter: `unseen` is what one more such event, among
    /// all draws, would add to the mean, and is added in quadrature.
    pub fn over(blocks: impl Iterator<Item = f64> + Clone, unseen: f64) -> Self {
        let count = blocks.clone().count() as f64;
        let value = blocks.clone().sum::<f64>() / count;
        let scatter = |unit: f64| -> f64 {
            let squares = blocks.clone().map(|x| ((x - value) / unit).powi(2));
            squares.sum::<f64>() / (count - 1.0).max(1.0) / count
        };
        let most = blocks.clone().map(|x| (x - value).abs()).fold(0.0, f64::max);
        // Squares of huge and of tiny numbers leave the range of numbers.
        let unit = if (1e-100..1e100).contains(&most) || most == 0.0 { 1.0 } else { most };
        Self { value, stderr: (unit * scatter(unit).sqrt()).hypot(unseen) }
    }

    /// Value and standard error times a constant.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { value: self.value * factor, stderr: self.stderr * factor.abs() }
    }
}

/// How many blocks are computed side by side, if one needs `bytes` of memory.
pub fn side_by_side(bytes: f64) -> usize {
    let most = (SIDE_BY_SIDE / bytes.max(1.0)) as usize;
    most.clamp(1, 2 * rayon::current_num_threads())
}

/// Computes the results of blocks 0 … `count` − 1, `at_once` side by side, and returns them in order.
///
/// # Errors
/// The first error of a block.
pub fn run(
    count: usize,
    at_once: usize,
    block: &(dyn Fn(usize) -> Result<Vec<f64>> + Sync),
) -> Result<Vec<Vec<f64>>> {
    let mut done = Vec::new();
    while done.len() < count {
        let next = done.len()..count.min(done.len() + at_once);
        let results: Vec<Result<Vec<f64>>> = next.into_par_iter().map(block).collect();
        for result in results {
            done.push(result?);
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_standard_error_of_a_mean() {
        let blocks = [1.0, 2.0, 4.0, 5.0];
        let mean = Measured::over(blocks.iter().copied(), 0.0);
        assert_eq!(mean.value, 3.0);
        assert!((mean.stderr - (10.0f64 / 3.0 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(Measured::over([1.0; 3].into_iter(), 0.25).stderr, 0.25);
        assert_eq!(mean.times(-2.0).stderr, 2.0 * mean.stderr);
    }
}
