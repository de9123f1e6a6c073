//! What the empirical score of a data set shows: weights of the samples as a noisy sample sees them.
//!
//! A query is a sample a^μ and a noise z; at every noise level x_t = a^μ e^{−t} + √Δ_t z, and sample
//! ν weighs e^{−E} with E = |x_t − a^ν e^{−t}|²/(2Δ_t). Relative to the own sample,
//! E − E_own = ½ snr |a^μ − a^ν|² + √snr z·(a^μ − a^ν): two matrix products serve all noise levels.
//! Queries are independent given the data, so every standard error is that of a mean over queries.

use super::moments::block_rows;
use super::{Source, for_each_block};
use crate::error::Result;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::random::{Purpose, Seed};
use crate::process::Noise;
use rayon::prelude::*;
use std::collections::HashSet;

/// Bytes of the table of distances of the queries worked on at a time.
const TILE: usize = 1 << 28;

/// Most queries worked on at a time.
const MOST_QUERIES: usize = 256;

/// Terms below e^{−40} of the largest add less than rounding.
const NEGLIGIBLE: f64 = -40.0;

/// The weights of all samples as one query sees them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// log(Z_{2..n}/Z_1): all other samples against the own one.
    pub log_ratio: f64,
    /// Σ_ν w_ν², the probability that two clones end on one sample.
    pub squares: f64,
}

impl Weights {
    /// log(1 + Z_{2..n}/Z_1) = −log of the own weight; its mean is d f^e = H(index | x_t, data).
    pub fn excess(self) -> f64 {
        crate::numerics::special::softplus(self.log_ratio)
    }

    /// Number of samples that share the weight, 1/Σw².
    pub fn participation(self) -> f64 {
        1.0 / self.squares
    }
}

/// A mean over queries and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// Standard error, from the spread over the queries.
    pub stderr: f64,
}

impl Mean {
    /// The mean of `values`, at least two of them.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let count = values.clone().count() as f64;
        let value = values.clone().sum::<f64>() / count;
        let square = values.map(|x| (x - value).powi(2)).sum::<f64>();
        Self { value, stderr: (square / (count - 1.0) / count).sqrt() }
    }
}

/// The queries: which samples, and with which noise.
#[derive(Clone, Debug)]
pub struct Queries {
    samples: Vec<usize>,
    seed: Seed,
}

/// Blocks of the random streams.
const CHOICE: u64 = 0;
const NOISE: u64 = 1;

impl Queries {
    /// `count` queries on `samples` samples: distinct ones as far as there are enough.
    pub fn new(count: usize, samples: usize, seed: u64) -> Self {
        let seed = Seed(seed);
        let mut stream = seed.stream(Purpose::Points, CHOICE, 0);
        let mut chosen: Vec<usize> = Vec::with_capacity(count);
        while chosen.len() < count {
            // Floyd's choice of distinct samples, all of them again where more are wanted.
            let round = (count - chosen.len()).min(samples);
            let mut seen = HashSet::new();
            for last in samples - round..samples {
                let pick = stream.below(last + 1);
                let pick = if seen.insert(pick) { pick } else { last };
                seen.insert(pick);
                chosen.push(pick);
            }
        }
        Self { samples: chosen, seed }
    }

    /// Their number.
    pub fn count(&self) -> usize {
        self.samples.len()
    }

    /// The first `count` of them.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        Self { samples: self.samples[..count.min(self.count())].to_vec(), seed: self.seed }
    }
}

/// Distances of some queries to all samples.
struct Tile {
    n: usize,
    /// Own samples of the queries.
    own: Vec<usize>,
    /// |a^μ − a^ν|², a row for each query.
    distance: Vec<f64>,
    /// z·(a^μ − a^ν), a row for each query.
    along: Vec<f64>,
}

/// Queries that fit the memory of a tile.
pub fn tile_queries(samples: usize) -> usize {
    (TILE / (16 * samples.max(1))).clamp(1, MOST_QUERIES)
}

impl Tile {
    /// `centre` is a point amid the data, from which it costs no digits to measure.
    fn new(
        source: &dyn Source,
        queries: &Queries,
        part: std::ops::Range<usize>,
        centre: &[f64],
    ) -> Result<Self> {
        let (n, d) = (source.samples(), source.dimension());
        let own = queries.samples[part.clone()].to_vec();
        let q = own.len();
        // Columns: the q samples, then their q noises.
        let mut left = vec![0.0; 2 * q * d];
        let (points, noises) = left.split_at_mut(q * d);
        for (point, &sample) in points.chunks_exact_mut(d).zip(&own) {
            source.read(sample, point)?;
            point.iter_mut().zip(centre).for_each(|(x, c)| *x -= c);
        }
        noises.par_chunks_exact_mut(d).zip(part).for_each(|(noise, query)| {
            queries.seed.stream(Purpose::Points, NOISE, query as u64).normals(noise);
        });
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
        let pairs = || points.chunks_exact(d).zip(noises.chunks_exact(d));
        let own_square: Vec<f64> = pairs().map(|(a, _)| dot(a, a)).collect();
        let own_along: Vec<f64> = pairs().map(|(a, z)| dot(a, z)).collect();
        let (mut distance, mut along) = (vec![0.0; q * n], vec![0.0; q * n]);
        let (mut shifted, mut products) = (Vec::new(), Vec::new());
        for_each_block(source, block_rows(d), &mut |first, rows| {
            let m = rows.len() / d;
            shifted.clear();
            for row in rows.chunks_exact(d) {
                shifted.extend(row.iter().zip(centre).map(|(x, c)| x - c));
            }
            products.resize(2 * q * m, 0.0);
            let left = ColumnMajor { entries: &left, rows: d };
            columns_against(left, ColumnMajor { entries: &shifted, rows: d }, &mut products);
            let squares: Vec<f64> = shifted.chunks_exact(d).map(|a| dot(a, a)).collect();
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
        Ok(Self { n, own, distance, along })
    }

    /// The weights that query `k` sees.
    fn weights(&self, k: usize, noise: Noise) -> Weights {
        let (snr, root) = (noise.snr(), noise.snr().sqrt());
        let row = k * self.n..(k + 1) * self.n;
        let own = self.own[k];
        let energies = self.distance[row.clone()].iter().zip(&self.along[row]);
        // −(E − E_own) of the others
        let gains = || {
            energies
                .clone()
                .enumerate()
                .filter(|(sample, _)| *sample != own)
                .map(|(_, (distance, along))| -(0.5 * snr * distance + root * along))
        };
        let largest = gains().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut squares) = (0.0, 0.0);
        for gain in gains() {
            let below = gain - largest;
            if below > NEGLIGIBLE {
                let term = below.exp();
                sum += term;
                squares += term * term;
            }
        }
        let top = largest.max(0.0);
        let (own, others) = ((-top).exp(), (largest - top).exp());
        let total = own + others * sum;
        Weights {
            log_ratio: largest + sum.ln(),
            squares: (own * own + others * others * squares) / (total * total),
        }
    }
}

/// The weights that each query sees at each noise level of `noises` (0 < snr < ∞), by noise level and
/// then by query. `progress` hears of the queries done.
///
/// Memory: at most 256 MiB for the distances, and a block of samples.
///
/// # Errors
/// Errors of reading.
pub fn weights(
    source: &dyn Source,
    queries: &Queries,
    centre: &[f64],
    noises: &[Noise],
    progress: &dyn Fn(usize),
) -> Result<Vec<Vec<Weights>>> {
    let mut all: Vec<Vec<Weights>> = vec![Vec::with_capacity(queries.count()); noises.len()];
    let size = tile_queries(source.samples());
    let mut done = 0;
    while done < queries.count() {
        let part = done..queries.count().min(done + size);
        let tile = Tile::new(source, queries, part.clone(), centre)?;
        let seen: Vec<Vec<Weights>> = (0..tile.own.len())
            .into_par_iter()
            .map(|k| noises.iter().map(|&noise| tile.weights(k, noise)).collect())
            .collect();
        for query in seen {
            for (list, weights) in all.iter_mut().zip(query) {
                list.push(weights);
            }
        }
        done = part.end;
        progress(done);
    }
    Ok(all)
}

/// Log-SNR between which the weights of some queries go from shared to single: from a tenth of the
/// noise that covers the typical distance, to ten thousand times that which covers the nearest.
///
/// # Errors
/// Errors of reading.
pub fn range(source: &dyn Source, queries: &Queries, centre: &[f64]) -> Result<Option<(f64, f64)>> {
    let few = queries.count().min(tile_queries(source.samples())).min(64);
    let tile = Tile::new(source, queries, 0..few, centre)?;
    let (mut mean, mut nearest) = (0.0, Vec::new());
    for k in 0..few {
        let row = &tile.distance[k * tile.n..(k + 1) * tile.n];
        let scale = row.iter().sum::<f64>() / tile.n as f64;
        mean += scale / few as f64;
        // Repeated samples are at no distance, up to rounding.
        let apart = row.iter().copied().filter(|x| *x > 1e-12 * scale && *x > 0.0);
        nearest.push(apart.fold(f64::INFINITY, f64::min));
    }
    nearest.sort_by(f64::total_cmp);
    let typical = nearest[few / 2];
    let sound = mean > 0.0 && typical.is_finite();
    Ok(sound.then(|| ((0.1 / mean).ln(), (1e4 / typical).ln())))
}
