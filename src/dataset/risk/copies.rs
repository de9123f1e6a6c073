//! Samples that are there several times: exactly, or nearly so.
//!
//! Exact copies are told by their contents. Near ones are closer than a part of the noise at which the data
//! collapse, so that the score does not tell them apart by then: the distance along a few directions is less than
//! the whole one, so that none is missed by looking there first.

use crate::dataset::moments::hash;
use crate::dataset::{Source, for_each_block};
use crate::error::Result;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::stop;
use rayon::prelude::*;
use std::collections::HashMap;

/// Samples whose distances along the first directions are looked at together.
const TILE: (usize, usize) = (512, 4096);

/// Pairs that are near along the first directions, for each sample, beyond which they are too many to look at.
const MOST_PAIRS: usize = 20;

/// Groups of samples that are copies of each other: for each sample, the first of its group.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    first: Vec<usize>,
    /// Whether near copies were looked for to the end.
    pub(super) all_seen: bool,
}

impl Copies {
    /// Every sample on its own.
    pub(super) fn none(samples: usize) -> Self {
        Self { first: (0..samples).collect(), all_seen: true }
    }

    /// The first sample of the group of `sample`.
    pub(super) fn root(&self, mut sample: usize) -> usize {
        while self.first[sample] != sample {
            sample = self.first[sample];
        }
        sample
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.first[a.max(b)] = a.min(b);
    }

    /// Puts exact copies together.
    ///
    /// # Errors
    /// Errors of reading.
    pub(super) fn exact(&mut self, source: &dyn Source, rows: usize) -> Result<()> {
        let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(source.samples());
        let mut block_hashes = Vec::new();
        let mut here = vec![0.0; source.dimension()];
        for_each_block(source, rows, &mut |first, rows| {
            let d = here.len();
            rows.par_chunks(d).map(hash).collect_into_vec(&mut block_hashes);
            for (k, code) in block_hashes.iter().enumerate() {
                let sample = first + k;
                let same = seen.entry(*code).or_default();
                // Two contents may have one hash.
                let mut found = None;
                for &other in same.iter() {
                    source.read(other, &mut here)?;
                    if here == rows[k * d..(k + 1) * d] {
                        found = Some(other);
                        break;
                    }
                }
                match found {
                    Some(other) => self.join(other, sample),
                    None => same.push(sample),
                }
            }
            Ok(())
        })
    }

    /// Joins samples whose squared distance is at most `near`. `along` has coordinates along the first
    /// `width` directions, sample after sample.
    ///
    /// # Errors
    /// Errors of reading.
    pub(super) fn near(
        &mut self,
        source: &dyn Source,
        along: &[f64],
        width: usize,
        near: f64,
        heard: &dyn Fn(f64),
    ) -> Result<()> {
        let distinct: Vec<usize> = (0..self.first.len()).filter(|k| self.first[*k] == *k).collect();
        let row = |k: usize| &along[k * width..(k + 1) * width];
        let of =
            |part: &[usize]| -> Vec<f64> { part.iter().flat_map(|k| row(*k)).copied().collect() };
        let square = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        let mut products = Vec::new();
        for (i, left) in distinct.chunks(TILE.0).enumerate() {
            heard(i as f64 * TILE.0 as f64 / distinct.len() as f64);
            let points = of(left);
            let squares: Vec<f64> = points.chunks_exact(width).map(square).collect();
            for right in distinct[i * TILE.0..].chunks(TILE.1) {
                stop::point();
                let others = of(right);
                products.resize(left.len() * right.len(), 0.0);
                let columns = ColumnMajor { entries: &others, rows: width };
                columns_against(
                    ColumnMajor { entries: &points, rows: width },
                    columns,
                    &mut products,
                );
                let found = products[..left.len() * right.len()]
                    .par_chunks_exact(left.len())
                    .zip(others.par_chunks_exact(width))
                    .zip(right)
                    .flat_map_iter(|((products, other), sample)| {
                        let own = square(other);
                        let close = products.iter().zip(&squares).enumerate().filter(
                            move |(_, (product, square))| own + **square - 2.0 * **product <= near,
                        );
                        close.map(move |(k, _)| (left[k], *sample)).filter(|(a, b)| a < b)
                    });
                pairs.par_extend(found);
            }
            if pairs.len() > MOST_PAIRS * self.first.len() {
                self.all_seen = false;
                return Ok(());
            }
        }
        let mut both = [vec![0.0; source.dimension()], vec![0.0; source.dimension()]];
        for (a, b) in pairs {
            stop::point();
            let [left, right] = &mut both;
            source.read(a, left)?;
            source.read(b, right)?;
            let apart: f64 = left.iter().zip(right.iter()).map(|(x, y)| (x - y).powi(2)).sum();
            if apart <= near {
                self.join(a, b);
            }
        }
        Ok(())
    }

    /// The members of every group, by their first sample.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.first.len()];
        for sample in 0..self.first.len() {
            members[self.root(sample)].push(sample);
        }
        members.into_iter().filter(|group| !group.is_empty()).collect()
    }
}
