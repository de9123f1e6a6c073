//! Data sets: files to matrices of samples, their statistics, and what their empirical score shows.
//!
//! A [`Source`] is n samples of d numbers each, read in blocks of rows as often as wanted, so that
//! data larger than memory pass through. Files are read by position, not mapped: a file that shrinks
//! under a map kills the process, under a read it is an error message; the system caches both alike.
//! Compressed files and text are unpacked once into an unnamed temporary file.

pub mod array;
pub mod chosen;
pub mod cifar;
mod class_pair;
pub mod collapse;
pub mod columns;
pub mod element;
mod folder;
mod foreign;
pub mod groups;
pub mod idx;
pub mod labels;
pub mod ladder;
pub mod list;
pub mod moments;
mod named;
mod notation;
pub mod npy;
pub mod npz;
pub mod observables;
pub mod open;
pub mod risk;
mod safetensors;
pub mod selection;
mod span;
pub mod spectrum;
pub mod stored;
pub mod text;
mod tile;
mod view;
mod words;

pub use array::Array;
pub use chosen::Chosen;
pub use open::open;
pub use selection::{ChannelAxis, Labelling, Selection};
pub use view::View;

use crate::error::{Error, Result};

/// n samples of d numbers, readable in any order of blocks and from several threads at once.
///
/// ```
/// use regimes::dataset::{Matrix, Source, for_each_block};
///
/// let data = Matrix::new(3, 2, vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0])?;
/// let mut sum = 0.0;
/// for_each_block(&data, 2, &mut |first, rows: &[f64]| {
///     // Rows `first`, `first + 1`, ... one after the other.
///     assert_eq!(rows[0], 2.0 * first as f64);
///     sum += rows.iter().sum::<f64>();
///     Ok(())
/// })?;
/// assert_eq!(sum, 15.0);
/// # Ok::<(), regimes::Error>(())
/// ```
pub trait Source: Send + Sync {
    /// Number of samples n.
    fn samples(&self) -> usize;

    /// Shape of one sample; d is the product.
    fn shape(&self) -> &[usize];

    /// Reads whole rows from row `first` on: `out` is row-major and holds a multiple of d numbers.
    ///
    /// # Errors
    /// [`Error::File`] where the file cannot be read or has changed; [`Error::Usage`] for rows
    /// beyond the last.
    fn read(&self, first: usize, out: &mut [f64]) -> Result<()>;

    /// Numbers per sample d.
    fn dimension(&self) -> usize {
        self.shape().iter().product()
    }

    /// The same rows in single precision.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn read_single(&self, first: usize, out: &mut [f32]) -> Result<()> {
        let d = self.dimension();
        let rows = (SINGLE_BLOCK / d).max(1);
        let mut double = vec![0.0; rows.min(out.len() / d.max(1)) * d];
        for (k, piece) in out.chunks_mut(rows * d).enumerate() {
            let double = &mut double[..piece.len()];
            self.read(first + k * rows, double)?;
            for (x, y) in piece.iter_mut().zip(double) {
                *x = *y as f32;
            }
        }
        Ok(())
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn samples(&self) -> usize {
        (**self).samples()
    }

    fn shape(&self) -> &[usize] {
        (**self).shape()
    }

    fn read(&self, first: usize, out: &mut [f64]) -> Result<()> {
        (**self).read(first, out)
    }

    fn read_single(&self, first: usize, out: &mut [f32]) -> Result<()> {
        (**self).read_single(first, out)
    }
}

/// Numbers converted to single precision at a time.
const SINGLE_BLOCK: usize = 1 << 16;

/// Visits all rows in order, `rows` at a time: `visit` gets the index of the first row of the block
/// and the block, row-major. Memory: one block.
///
/// # Errors
/// Those of reading and of `visit`.
pub fn for_each_block(
    source: &dyn Source,
    rows: usize,
    visit: &mut dyn FnMut(usize, &[f64]) -> Result<()>,
) -> Result<()> {
    let (n, d) = (source.samples(), source.dimension());
    let mut block = vec![0.0; rows.clamp(1, n.max(1)) * d];
    let mut first = 0;
    while first < n {
        let count = rows.max(1).min(n - first);
        let block = &mut block[..count * d];
        source.read(first, block)?;
        visit(first, block)?;
        first += count;
    }
    Ok(())
}

/// Samples in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    samples: usize,
    shape: [usize; 1],
    entries: Vec<f64>,
}

impl Matrix {
    /// `samples` = n rows of `dimension` = d entries, one row after the other.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there are n·d > 0 entries.
    pub fn new(samples: usize, dimension: usize, entries: Vec<f64>) -> Result<Self> {
        if entries.is_empty() || samples.checked_mul(dimension) != Some(entries.len()) {
            return Err(Error::Usage(format!(
                "{} entries are not {samples} samples of {dimension} numbers",
                entries.len()
            )));
        }
        Ok(Self { samples, shape: [dimension], entries })
    }

    /// The entries, row by row.
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }
}

impl Source for Matrix {
    fn samples(&self) -> usize {
        self.samples
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, first: usize, out: &mut [f64]) -> Result<()> {
        let start = first.saturating_mul(self.shape[0]);
        match self.entries.get(start..start.saturating_add(out.len())) {
            Some(rows) => {
                out.copy_from_slice(rows);
                Ok(())
            }
            None => Err(beyond_the_last(first, out.len() / self.shape[0], self.samples)),
        }
    }
}

/// The error of asking for rows that do not exist.
pub(crate) fn beyond_the_last(first: usize, rows: usize, samples: usize) -> Error {
    Error::Usage(format!("rows {first} to {} of {samples} samples were asked for", first + rows))
}
