//! Samples in memory that somebody else keeps.

use super::{Source, beyond_the_last};
use crate::error::{Error, Result};

/// Rows of numbers of any kind, one after the other, borrowed: nothing is copied but the block being
/// read.
///
/// ```
/// use regimes::dataset::{Source, View};
///
/// let pixels: [u8; 6] = [0, 1, 2, 3, 4, 5];
/// let view = View::new(&pixels, 3, &[2])?;
/// let mut row = [0.0; 2];
/// view.read(1, &mut row)?;
/// assert_eq!(row, [2.0, 3.0]);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct View<'a, T> {
    samples: usize,
    shape: Vec<usize>,
    entries: &'a [T],
}

impl<'a, T> View<'a, T> {
    /// `samples` = n rows, each a sample of `shape`.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there are n·d > 0 entries.
    pub fn new(entries: &'a [T], samples: usize, shape: &[usize]) -> Result<Self> {
        let count = shape.iter().try_fold(samples, |product, &size| product.checked_mul(size));
        if entries.is_empty() || count != Some(entries.len()) {
            return Err(Error::Usage(format!(
                "{} entries are not {samples} samples of shape {shape:?}",
                entries.len()
            )));
        }
        Ok(Self { samples, shape: shape.to_vec(), entries })
    }
}

impl<T: Copy + Into<f64> + Send + Sync> Source for View<'_, T> {
    fn samples(&self) -> usize {
        self.samples
    }

    fn shape(&self) -> &[usize] {
        // A list of numbers has samples of one number.
        if self.shape.is_empty() { &[1] } else { &self.shape }
    }

    fn read(&self, first: usize, out: &mut [f64]) -> Result<()> {
        let d = self.dimension();
        let start = first.saturating_mul(d);
        match self.entries.get(start..start.saturating_add(out.len())) {
            Some(rows) => {
                out.iter_mut().zip(rows).for_each(|(x, y)| *x = (*y).into());
                Ok(())
            }
            None => Err(beyond_the_last(first, out.len() / d, self.samples)),
        }
    }
}
