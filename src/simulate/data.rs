//! A data set as the score kernel wants it: samples in rows, one class after the other.

use super::real::Real;
use crate::error::{Error, Result};
use crate::models::Sampler;
use crate::numerics::random::{Purpose, Seed};
use rayon::prelude::*;
use std::ops::Range;

/// Samples drawn from one stream of random numbers.
const PART: usize = 256;

/// n samples in d dimensions, with their squared norms, sorted by class.
#[derive(Clone, Debug)]
pub struct DataSet<T> {
    dimension: usize,
    /// Sample i in `values[i d .. (i+1) d]`.
    values: Vec<T>,
    /// |a^i|² in double precision.
    squares: Vec<f64>,
    /// Where each class lies; classes without samples are empty.
    classes: Vec<Range<usize>>,
    /// The place that each sample had before it was sorted.
    places: Vec<usize>,
}

impl<T: Real> DataSet<T> {
    /// Bytes that n samples in d dimensions take.
    pub fn bytes(n: f64, dimension: f64) -> f64 {
        n * (dimension * T::BYTES as f64 + 16.0)
    }

    /// Draws n samples of block `block`; whichever thread draws which part, they are the same.
    pub fn draw(sampler: &dyn Sampler, n: usize, seed: Seed, block: u64) -> Self {
        Self::draw_parts(sampler, 0..n, seed, block)
    }

    /// Draws the samples with numbers `range` of a larger set; `range` must start where a part does.
    pub(super) fn draw_parts(
        sampler: &dyn Sampler,
        range: Range<usize>,
        seed: Seed,
        block: u64,
    ) -> Self {
        let (d, n) = (sampler.dimension(), range.len());
        let first = range.start / PART;
        let mut values = vec![T::default(); n * d];
        let mut labels = vec![0u32; n];
        values.par_chunks_mut(PART * d).zip(labels.par_chunks_mut(PART)).enumerate().for_each(
            |(part, (values, labels))| {
                let mut stream = seed.stream(Purpose::Samples, block, (first + part) as u64);
                let mut wide = vec![0.0; values.len()];
                sampler.draw(&mut stream, &mut wide, labels);
                for (value, x) in values.iter_mut().zip(wide) {
                    *value = T::narrow(x);
                }
            },
        );
        Self::sorted(d, values, &labels, sampler.classes())
    }

    /// Takes n·d numbers, sample after sample, and the class of each sample.
    ///
    /// # Errors
    /// [`Error::Usage`] for numbers that are not finite, or fewer than two samples.
    pub fn new(dimension: usize, values: Vec<T>, labels: Option<&[u32]>) -> Result<Self> {
        let n = values.len().checked_div(dimension).unwrap_or(0);
        if n < 2 || n * dimension != values.len() {
            return Err(Error::Usage(format!(
                "a data set needs at least two samples of {dimension} numbers, not {} numbers",
                values.len()
            )));
        }
        if let Some(at) = values.iter().position(|x| !x.wide().is_finite()) {
            return Err(Error::Usage(format!(
                "sample {}, number {} is {}: every number must be finite",
                at / dimension + 1,
                at % dimension + 1,
                values[at].wide()
            )));
        }
        match labels {
            Some(labels) if labels.len() != n => {
                Err(Error::Usage(format!("{} labels do not go with {n} samples", labels.len())))
            }
            Some(labels) => {
                let classes = labels.iter().max().map_or(1, |most| *most as usize + 1);
                Ok(Self::sorted(dimension, values, labels, classes))
            }
            None => Ok(Self::sorted(dimension, values, &vec![0; n], 1)),
        }
    }

    /// Sorts the samples by class, keeping their order within each.
    fn sorted(dimension: usize, values: Vec<T>, labels: &[u32], classes: usize) -> Self {
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
        let mut set = Self { dimension, values, squares: Vec::new(), classes: ranges, places };
        set.apply_order();
        set.squares = set
            .values
            .par_chunks_exact(dimension)
            .map(|a| a.iter().map(|x| x.wide() * x.wide()).sum())
            .collect();
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
    pub fn sample(&self, i: usize) -> &[T] {
        &self.values[i * self.dimension..][..self.dimension]
    }

    /// Samples of a range, one after the other.
    pub(super) fn rows(&self, range: Range<usize>) -> &[T] {
        &self.values[range.start * self.dimension..range.end * self.dimension]
    }

    /// |a^i|² of every sample.
    pub(super) fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// x·a^i in double precision.
    pub(super) fn product(&self, i: usize, x: &[f64]) -> f64 {
        self.sample(i).iter().zip(x).map(|(a, x)| a.wide() * x).sum()
    }
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
            let set = DataSet::new(d, values.clone(), Some(&labels)).unwrap();
            let mut seen = vec![false; labels.len()];
            for i in 0..set.len() {
                let place = set.place_of(i);
                prop_assert_eq!(set.sample(i), &values[place * d..][..d]);
                prop_assert_eq!(set.class_of(i), labels[place] as usize);
                prop_assert!(!std::mem::replace(&mut seen[place], true));
            }
        }
    }

    #[test]
    fn bad_input_data_sets() {
        let message = |result: Result<DataSet<f64>>| result.unwrap_err().to_string();
        assert!(message(DataSet::new(2, vec![1.0, 2.0], None)).contains("at least two samples"));
        let wrong = DataSet::new(2, vec![0.0, 1.0, f64::NAN, 3.0], None);
        assert!(message(wrong).contains("sample 2, number 1 is NaN"));
        let wrong = DataSet::new(1, vec![0.0, 1.0], Some(&[0]));
        assert!(message(wrong).contains("1 labels do not go with 2 samples"));
    }
}
