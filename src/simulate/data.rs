//! A data set as the score kernel wants it: samples in rows, one class after the other, about their
//! centre and in a unit that single precision can hold.

use super::frame::{Extent, Frame, not_finite};
use super::real::Real;
use crate::error::{Error, Result};
use crate::models::Sampler;
use crate::numerics::random::{Purpose, Seed};
use crate::process::Noise;
use rayon::prelude::*;
use std::ops::Range;

/// Samples drawn from one stream of random numbers.
pub(super) const PART: usize = 256;

/// n samples in d dimensions, with their squared norms, sorted by class.
#[derive(Clone, Debug)]
pub struct DataSet<T> {
    dimension: usize,
    /// Sample i, as the frame has it, in `values[i d .. (i+1) d]`.
    values: Vec<T>,
    frame: Frame,
    /// |a^i|² of what is stored, in double precision.
    squares: Vec<f64>,
    /// The largest |a^i − centre|; infinite where the precision cannot hold a sample.
    largest: f64,
    /// Where each class lies; classes without samples are empty.
    classes: Vec<Range<usize>>,
    /// The place that each sample had before it was sorted.
    places: Vec<usize>,
}

/// Takes samples, some at a time.
pub type Visit<'a> = dyn FnMut(&[f64]) -> Result<()> + 'a;

impl<T: Real> DataSet<T> {
    /// Bytes that n samples in d dimensions take.
    pub fn bytes(n: f64, dimension: f64) -> f64 {
        n * (dimension * T::BYTES as f64 + 16.0)
    }

    /// Draws n samples of block `block`; whichever thread draws which part, they are the same.
    ///
    /// # Errors
    /// [`Error::Usage`] for samples that are not finite.
    pub fn draw(sampler: &dyn Sampler, n: usize, seed: Seed, block: u64) -> Result<Self> {
        let frame = drawn_frame(sampler, n, seed, block)?;
        Self::draw_parts(sampler, 0..n, seed, block, frame)
    }

    /// Draws the samples with numbers `range` of a larger set; `range` must start where a part does.
    ///
    /// # Errors
    /// [`Error::Usage`] for samples that are not finite.
    pub(super) fn draw_parts(
        sampler: &dyn Sampler,
        range: Range<usize>,
        seed: Seed,
        block: u64,
        frame: Frame,
    ) -> Result<Self> {
        let (d, n) = (sampler.dimension(), range.len());
        let first = range.start / PART;
        let mut values = vec![T::default(); n * d];
        let mut labels = vec![0u32; n];
        values.par_chunks_mut(PART * d).zip(labels.par_chunks_mut(PART)).enumerate().try_for_each(
            |(part, (values, labels))| {
                let mut stream = seed.stream(Purpose::Samples, block, (first + part) as u64);
                let mut wide = vec![0.0; values.len()];
                sampler.draw(&mut stream, &mut wide, labels);
                store(&frame, d, &wide, values).map_err(|(i, k, x)| {
                    let error = not_finite((first + part) * PART + i, k, x);
                    Error::Usage(format!("drawn from the model: {error}"))
                })
            },
        )?;
        Ok(Self::sorted(d, values, frame, &labels, sampler.classes()))
    }

    /// Takes n·d numbers, sample after sample, and the class of each sample.
    ///
    /// # Errors
    /// [`Error::Usage`] for numbers that are not finite, or fewer than two samples.
    pub fn new(dimension: usize, values: &[f64], labels: Option<&[u32]>) -> Result<Self> {
        let n = values.len().checked_div(dimension).unwrap_or(0);
        if n * dimension != values.len() {
            return Err(Error::Usage(format!(
                "{} numbers are no samples of {dimension} numbers each",
                values.len()
            )));
        }
        Self::read(dimension, n, labels, &mut |take| take(values))
    }

    /// Takes n samples in d dimensions from `pass`, which hands them over in order, some at a time,
    /// and is run twice: first to see where they lie, then to store them.
    ///
    /// # Errors
    /// As [`DataSet::new`], and those of `pass`.
    pub fn read(
        d: usize,
        n: usize,
        labels: Option<&[u32]>,
        pass: &mut dyn FnMut(&mut Visit<'_>) -> Result<()>,
    ) -> Result<Self> {
        if n < 2 || d == 0 {
            return Err(Error::Usage(format!(
                "a data set needs at least two samples, not {n} of {d} numbers"
            )));
        }
        if let Some(labels) = labels.filter(|labels| labels.len() != n) {
            return Err(Error::Usage(format!(
                "{} labels do not go with {n} samples",
                labels.len()
            )));
        }
        let mut extent = Extent::new(d);
        pass(&mut |rows| extent.add(rows))?;
        let frame = extent.frame();
        let (mut values, mut done) = (vec![T::default(); n * d], 0);
        pass(&mut |rows| {
            let end = (done + rows.len()).min(values.len());
            store(&frame, d, rows, &mut values[done..end])
                .map_err(|(i, k, x)| not_finite(done / d + i, k, x))?;
            done = end;
            Ok(())
        })?;
        let none = if labels.is_none() { vec![0; n] } else { Vec::new() };
        let labels = labels.unwrap_or(&none);
        let classes = labels.iter().max().map_or(1, |most| *most as usize + 1);
        Ok(Self::sorted(d, values, frame, labels, classes))
    }

    /// Sorts the samples by class, keeping their order within each.
    fn sorted(
        dimension: usize,
        values: Vec<T>,
        frame: Frame,
        labels: &[u32],
        classes: usize,
    ) -> Self {
        let n = labels.len();
        let mut places: Vec<usize> = (0..n).collect();
        places.sort_by_key(|&i| labels[i]);
        let mut ranges = Vec::with_capacity(classes);
        let mut start = 0;
        for k in 0..classes {
            let end = start + places[start..].partition_point(|&i| labels[i] as usize == k);
            ranges.push(start..end);
            start = end;
        }
        let (squares, largest) = (Vec::new(), 0.0);
        let mut set = Self { dimension, values, frame, squares, largest, classes: ranges, places };
        set.apply_order();
        set.squares = set
            .values
            .par_chunks_exact(dimension)
            .map(|a| a.iter().map(|x| x.wide() * x.wide()).sum())
            .collect();
        let most = set.squares.iter().copied().fold(0.0, f64::max);
        set.largest = most.sqrt() * set.frame.unit;
        set
    }

    /// Moves the samples to their places without a second copy of them all.
    fn apply_order(&mut self) {
        let d = self.dimension;
        let mut done = vec![false; self.places.len()];
        let mut kept = vec![T::default(); d];
        for start in 0..done.len() {
            if done[start] || self.places[start] == start {
                continue;
            }
            kept.copy_from_slice(&self.values[start * d..][..d]);
            let mut at = start;
            loop {
                done[at] = true;
                let from = self.places[at];
                if from == start {
                    self.values[at * d..][..d].copy_from_slice(&kept);
                    break;
                }
                self.values.copy_within(from * d..(from + 1) * d, at * d);
                at = from;
            }
        }
    }

    /// Number of samples n.
    pub fn len(&self) -> usize {
        self.squares.len()
    }

    /// True if there are no samples.
    pub fn is_empty(&self) -> bool {
        self.squares.is_empty()
    }

    /// Dimension d.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Where each class lies.
    pub fn classes(&self) -> &[Range<usize>] {
        &self.classes
    }

    /// The class of sample `i`.
    pub fn class_of(&self, i: usize) -> usize {
        self.classes.partition_point(|range| range.end <= i)
    }

    /// The place of sample `i` before the set was sorted by class.
    pub fn place_of(&self, i: usize) -> usize {
        self.places[i]
    }

    /// Sample `i`.
    pub fn sample(&self, i: usize) -> impl Iterator<Item = f64> + '_ {
        let stored = &self.values[i * self.dimension..][..self.dimension];
        stored.iter().enumerate().map(|(k, x)| self.frame.outward(k, x.wide()))
    }

    /// True where the samples are sharp beside this noise in the precision that they are stored in.
    pub fn is_sharp(&self, noise: Noise) -> bool {
        self.frame.is_sharp(self.largest, T::ROUNDING, noise)
    }

    /// Where the samples lie, and the unit of what is stored.
    pub(super) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The largest distance of a sample from the centre.
    pub(super) fn largest(&self) -> f64 {
        self.largest
    }

    /// Samples of a range as they are stored, one after the other.
    pub(super) fn rows(&self, range: Range<usize>) -> &[T] {
        &self.values[range.start * self.dimension..range.end * self.dimension]
    }

    /// |a^i|² of every sample as it is stored.
    pub(super) fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// x·a^i of sample i as it is stored, in double precision.
    pub(super) fn product(&self, i: usize, x: &[f64]) -> f64 {
        self.rows(i..i + 1).iter().zip(x).map(|(a, x)| a.wide() * x).sum()
    }
}

/// The frame for samples of a block, from the first of them.
///
/// # Errors
/// [`Error::Usage`] for samples that are not finite.
pub(super) fn drawn_frame(
    sampler: &dyn Sampler,
    n: usize,
    seed: Seed,
    block: u64,
) -> Result<Frame> {
    let (d, count) = (sampler.dimension(), n.min(PART));
    let mut samples = vec![0.0; count * d];
    let mut stream = seed.stream(Purpose::Samples, block, 0);
    sampler.draw(&mut stream, &mut samples, &mut vec![0; count]);
    let mut extent = Extent::new(d);
    extent.add(&samples).map_err(|error| Error::Usage(format!("drawn from the model: {error}")))?;
    Ok(extent.frame())
}

/// Writes `samples` as `frame` has them; fails with sample, place and value of a number that is not
/// finite. What the precision cannot hold becomes infinite, and the samples are not sharp.
fn store<T: Real>(
    frame: &Frame,
    d: usize,
    samples: &[f64],
    values: &mut [T],
) -> std::result::Result<(), (usize, usize, f64)> {
    for (i, (sample, values)) in samples.chunks_exact(d).zip(values.chunks_exact_mut(d)).enumerate()
    {
        for (k, (&x, value)) in sample.iter().zip(values).enumerate() {
            if !x.is_finite() {
                return Err((i, k, x));
            }
            *value = T::narrow(frame.inward(k, x));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every sample keeps its numbers, its label and its former place.
        #[test]
        fn property_sorting_loses_nothing(labels in proptest::collection::vec(0u32..4, 2..60)) {
            let d = 3;
            let values: Vec<f64> = (0..labels.len() * d).map(|i| i as f64).collect();
            let set: DataSet<f64> = DataSet::new(d, &values, Some(&labels)).unwrap();
            let mut seen = vec![false; labels.len()];
            for i in 0..set.len() {
                let place = set.place_of(i);
                prop_assert!(set.sample(i).eq(values[place * d..][..d].iter().copied()));
                prop_assert_eq!(set.class_of(i), labels[place] as usize);
                prop_assert!(!std::mem::replace(&mut seen[place], true));
            }
        }
    }

    #[test]
    fn bad_input_data_sets() {
        let message = |result: Result<DataSet<f64>>| result.unwrap_err().to_string();
        assert!(message(DataSet::new(2, &[1.0, 2.0], None)).contains("at least two samples"));
        let wrong = DataSet::new(2, &[0.0, 1.0, f64::NAN, 3.0], None);
        assert!(message(wrong).contains("sample 2, number 1 is NaN"));
        let wrong = DataSet::new(1, &[0.0, 1.0], Some(&[0]));
        assert!(message(wrong).contains("1 labels do not go with 2 samples"));
    }
}
