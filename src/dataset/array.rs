//! An array of numbers within a file.

use super::element::Element;
use super::stored::Stored;
use super::{Source, beyond_the_last};
use crate::error::Result;
use crate::memory;

/// Numbers of one kind in row-major or column-major order, from a byte of a file on.
#[derive(Debug)]
pub struct Array {
    stored: Stored,
    offset: u64,
    element: Element,
    samples: usize,
    shape: Vec<usize>,
    dimension: usize,
    fortran: bool,
    /// For column-major arrays, where each feature lies.
    places: Vec<usize>,
}

/// How an array lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First byte.
    pub offset: u64,
    /// Kind of the numbers.
    pub element: Element,
    /// Shape, samples first.
    pub shape: Vec<usize>,
    /// Whether the first index runs fastest.
    pub fortran: bool,
}

impl Layout {
    /// Bytes of the numbers, if that is a number.
    pub fn bytes(&self) -> Option<u64> {
        let count = self
            .shape
            .iter()
            .try_fold(1u64, |product, &size| product.checked_mul(u64::try_from(size).ok()?))?;
        // Nothing larger could be indexed; a zero among huge sizes must not hide them.
        let largest = self.shape.iter().try_fold(1usize, |p, &size| p.checked_mul(size.max(1)))?;
        let _ = largest.checked_mul(self.element.size())?;
        count.checked_mul(self.element.size() as u64)
    }

    /// The shape as a message shows it.
    pub fn shown_shape(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("({})", sizes.join(", "))
    }
}

impl Array {
    /// The array of `layout` in a file, which must hold just these bytes after the offset.
    ///
    /// # Errors
    /// [`crate::Error::File`] for a file too short or too long, or an array without numbers.
    pub fn new(stored: Stored, layout: Layout) -> Result<Self> {
        let there = stored.length().saturating_sub(layout.offset);
        if let Some(bytes) = layout.bytes().filter(|bytes| there > *bytes && *bytes > 0) {
            let shown = layout.shown_shape();
            return Err(stored.error(
                None,
                format!(
                    "does not match its header: {shown} is {bytes} bytes of numbers, and {there} are there"
                ),
            ));
        }
        Self::within(stored, layout, "")
    }

    /// The array of `layout` in a file that may go on after it, of a `format` where that is worth saying.
    ///
    /// # Errors
    /// [`crate::Error::File`] for a file too short, or an array without numbers.
    pub fn within(stored: Stored, layout: Layout, format: &str) -> Result<Self> {
        let shown = layout.shown_shape();
        let Some(bytes) = layout.bytes() else {
            return Err(
                stored.error(None, format!("its header says {shown}, more than any file holds"))
            );
        };
        if bytes == 0 || layout.shape.is_empty() {
            return Err(stored.error(None, format!("has no numbers: its shape is {shown}")));
        }
        let there = stored.length().saturating_sub(layout.offset);
        if there < bytes {
            let kind = if format.is_empty() { "is".into() } else { format!("is {format} and") };
            return Err(stored.error(
                None,
                format!(
                    "{kind} truncated: its header says {shown}, {bytes} bytes of numbers, and {there} are there"
                ),
            ));
        }
        let (samples, shape) = (layout.shape[0], layout.shape[1..].to_vec());
        // The product fits: `bytes` did.
        let dimension = shape.iter().product();
        let Layout { offset, element, fortran, .. } = layout;
        let places = if fortran { column_major_places(&shape) } else { Vec::new() };
        Ok(Self { stored, offset, element, samples, shape, dimension, fortran, places })
    }

    /// That the array has the samples along its first axis and at least one axis more.
    ///
    /// # Errors
    /// [`crate::Error::File`] for a list of numbers.
    pub fn of_samples(self) -> Result<Self> {
        if self.shape.is_empty() {
            let message = format!(
                "is a list of {} numbers: samples need an array of two axes or more, samples first",
                self.samples
            );
            return Err(self.stored.error(None, message));
        }
        Ok(self)
    }

    /// The file.
    pub fn stored(&self) -> &Stored {
        &self.stored
    }

    /// Count of all numbers.
    pub fn entries(&self) -> usize {
        self.samples * self.dimension
    }

    /// All numbers, in row-major order; for small arrays such as labels and curves.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn all(&self) -> Result<Vec<f64>> {
        memory::fits("the array", 8.0 * self.entries() as f64, "file")?;
        let mut out = vec![0.0; self.entries()];
        self.read(0, &mut out)?;
        Ok(out)
    }

    /// One feature of consecutive rows after the other: in column-major order these lie together.
    fn read_columns(&self, first: usize, rows: usize, out: &mut [f64]) -> Result<()> {
        let size = self.element.size();
        let mut bytes = vec![0; rows * size];
        let mut column = vec![0.0; rows];
        for (feature, place) in self.places.iter().enumerate() {
            let at = (place * self.samples + first) * size;
            self.stored.read(self.offset + at as u64, &mut bytes)?;
            self.element.decode(&bytes, &mut column);
            for (row, x) in column.iter().enumerate() {
                out[row * self.dimension + feature] = *x;
            }
        }
        Ok(())
    }
}

/// For every feature, counted in row-major order, its number in column-major order.
fn column_major_places(shape: &[usize]) -> Vec<usize> {
    let mut places = vec![0];
    let mut stride = 1;
    for &length in shape {
        places =
            places.iter().flat_map(|place| (0..length).map(move |k| place + k * stride)).collect();
        stride *= length;
    }
    places
}

/// Bytes decoded at a time.
const CHUNK: usize = 1 << 20;

impl Source for Array {
    fn samples(&self) -> usize {
        self.samples
    }

    fn shape(&self) -> &[usize] {
        // A list of numbers has samples of one number.
        if self.shape.is_empty() { &[1] } else { &self.shape }
    }

    fn read(&self, first: usize, out: &mut [f64]) -> Result<()> {
        let rows = out.len() / self.dimension;
        if first.checked_add(rows).is_none_or(|end| end > self.samples) {
            return Err(beyond_the_last(first, rows, self.samples));
        }
        if self.fortran {
            return self.read_columns(first, rows, out);
        }
        let size = self.element.size();
        let count = CHUNK / size;
        let mut bytes = vec![0; count.min(out.len()) * size];
        let start = self.offset + (first * self.dimension * size) as u64;
        for (k, piece) in out.chunks_mut(count).enumerate() {
            let bytes = &mut bytes[..piece.len() * size];
            self.stored.read(start + (k * count * size) as u64, bytes)?;
            self.element.decode(bytes, piece);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_places_in_column_major_order() {
        // (j1, j2) of shape (2, 3): row-major 3 j1 + j2, column-major j1 + 2 j2
        assert_eq!(column_major_places(&[2, 3]), [0, 2, 4, 1, 3, 5]);
        assert_eq!(column_major_places(&[4]), [0, 1, 2, 3]);
    }
}
