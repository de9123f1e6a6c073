//! Independent blocks: what every experiment is made of, and what its standard errors come from.

use super::checkpoint::Checkpoint;
use crate::error::Result;
use rayon::prelude::*;

/// Memory that data sets of blocks computed side by side may take.
const SIDE_BY_SIDE: f64 = 2e8;

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
        let scatter: f64 = blocks.map(|x| (x - value).powi(2)).sum();
        let variance = scatter / (count - 1.0).max(1.0) / count;
        Self { value, stderr: variance.sqrt().hypot(unseen) }
    }

    /// Value and standard error times a constant.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { value: self.value * factor, stderr: self.stderr * factor.abs() }
    }
}

/// Computes the results of blocks 0 … `count` − 1, some side by side, and returns them in order.
///
/// What a `checkpoint` holds already is not computed again, and new results go there. `bytes` is the
/// memory that one block needs. `progress` hears how many blocks are done.
///
/// # Errors
/// The first error of a block; an unreadable or unwritable checkpoint.
pub fn run(
    count: usize,
    bytes: f64,
    mut checkpoint: Option<Checkpoint>,
    progress: &(dyn Fn(usize) + Sync),
    block: &(dyn Fn(usize) -> Result<Vec<f64>> + Sync),
) -> Result<Vec<Vec<f64>>> {
    let mut done = match &mut checkpoint {
        Some(checkpoint) => checkpoint.take(count)?,
        None => Vec::new(),
    };
    let most = (SIDE_BY_SIDE / bytes.max(1.0)) as usize;
    let side_by_side = most.clamp(1, 2 * rayon::current_num_threads());
    progress(done.len());
    while done.len() < count {
        let next = done.len()..count.min(done.len() + side_by_side);
        let results: Vec<Result<Vec<f64>>> = next.into_par_iter().map(block).collect();
        for result in results {
            done.push(result?);
        }
        if let Some(checkpoint) = &mut checkpoint {
            checkpoint.save(&done, done.len() == count)?;
        }
        progress(done.len());
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
