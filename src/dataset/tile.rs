//! Distances of noisy samples to all samples, from two matrix products that serve all noise levels.

use super::moments::block_rows;
use super::{Source, for_each_block};
use crate::error::Result;
use crate::numerics::exponential::{Sums, weighted_sums};
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::stop;
use crate::process::Noise;
use rayon::prelude::*;

/// Bytes of the table of distances of the queries worked on at a time.
const TILE: usize = 1 << 27;

/// Most queries worked on at a time.
const MOST_QUERIES: usize = 256;

/// Block of the random streams of noises, one for each query.
pub(super) const NOISE: u64 = 1;

/// Distances of some queries to all samples.
pub(super) struct Tile {
    pub(super) n: usize,
    /// |a^μ − a^ν|², a row for each query; infinite for the own sample, which is not among the others.
    pub(super) distance: Vec<f64>,
    /// z·(a^μ − a^ν), a row for each query.
    pub(super) along: Vec<f64>,
}

/// Queries that fit the memory of a tile.
pub fn tile_queries(samples: usize) -> usize {
    (TILE / (16 * samples.max(1))).clamp(1, MOST_QUERIES)
}

impl Tile {
    /// Of the queries `part` on the samples given, one for each; `centre` is a point amid the data, from which it costs no digits to measure.
    pub(super) fn new(
        source: &dyn Source,
        samples: &[usize],
        seed: Seed,
        part: std::ops::Range<usize>,
        centre: &[f64],
    ) -> Result<Self> {
        let (n, d) = (source.samples(), source.dimension());
        let own = samples[part.clone()].to_vec();
        let q = own.len();
        // Columns: the q samples, then their q noises.
        let mut left = vec![0.0; 2 * q * d];
        let (points, noises) = left.split_at_mut(q * d);
        for (point, &sample) in points.chunks_exact_mut(d).zip(&own) {
            source.read(sample, point)?;
            point.iter_mut().zip(centre).for_each(|(x, c)| *x -= c);
        }
        noises.par_chunks_exact_mut(d).zip(part).for_each(|(noise, query)| {
            seed.stream(Purpose::Points, NOISE, query as u64).normals(noise);
        });
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
        let pairs = || points.chunks_exact(d).zip(noises.chunks_exact(d));
        let own_square: Vec<f64> = pairs().map(|(a, _)| dot(a, a)).collect();
        let own_along: Vec<f64> = pairs().map(|(a, z)| dot(a, z)).collect();
        let (mut distance, mut along) = (vec![0.0; q * n], vec![0.0; q * n]);
        let (mut shifted, mut products) = (Vec::new(), Vec::new());
        for_each_block(source, block_rows(d), &mut |first, rows| {
            stop::point();
            let m = rows.len() / d;
            shifted.clear();
            for row in rows.chunks_exact(d) {
                shifted.extend(row.iter().zip(centre).map(|(x, c)| x - c));
            }
            products.resize(2 * q * m, 0.0);
            let left = ColumnMajor { entries: &left, rows: d };
            columns_against(left, ColumnMajor { entries: &shifted, rows: d }, &mut products);
            let squares: Vec<f64> = shifted.par_chunks_exact(d).map(|a| dot(a, a)).collect();
            let tables = distance.par_chunks_exact_mut(n).zip(along.par_chunks_exact_mut(n));
            tables.enumerate().for_each(|(k, (distance, along))| {
                for (i, square) in squares.iter().enumerate() {
                    let (inner, noise) = (products[i * 2 * q + k], products[i * 2 * q + q + k]);
                    distance[first + i] = (own_square[k] + square - 2.0 * inner).max(0.0);
                    along[first + i] = own_along[k] - noise;
                }
            });
            Ok(())
        })?;
        for (k, &sample) in own.iter().enumerate() {
            distance[k * n + sample] = f64::INFINITY;
        }
        Ok(Self { n, distance, along })
    }

    /// What the others of query `k` add up to, relative to the own sample; `space` is to work in.
    pub(super) fn others(&self, k: usize, noise: Noise, space: &mut Vec<f64>) -> Sums {
        let row = k * self.n..(k + 1) * self.n;
        let scales = (0.5 * noise.snr(), noise.snr().sqrt());
        // Exponents −(E − E_own) of the others.
        weighted_sums(&self.distance[row.clone()], &self.along[row], scales, space)
    }

    /// The same without some of the samples.
    pub(super) fn others_without(
        &self,
        k: usize,
        left_out: &[usize],
        noise: Noise,
        space: &mut Vec<f64>,
    ) -> Sums {
        if left_out.len() <= 1 {
            return self.others(k, noise, space);
        }
        let mut distance = self.distance[k * self.n..(k + 1) * self.n].to_vec();
        left_out.iter().for_each(|sample| distance[*sample] = f64::INFINITY);
        let scales = (0.5 * noise.snr(), noise.snr().sqrt());
        weighted_sums(&distance, &self.along[k * self.n..(k + 1) * self.n], scales, space)
    }
}
