//! What the empirical score of a data set shows: weights of the samples as a noisy sample sees them.
//!
//! A query is a sample a^μ and a noise z; at every noise level x_t = a^μ e^{−t} + √Δ_t z, and sample
//! ν weighs e^{−E} with E = |x_t − a^ν e^{−t}|²/(2Δ_t). Relative to the own sample,
//! E − E_own = ½ snr |a^μ − a^ν|² + √snr z·(a^μ − a^ν): two matrix products serve all noise levels.
//! Queries are independent given the data, so every standard error is that of a mean over queries.

use super::moments::block_rows;
use super::{Source, for_each_block};
use crate::error::Result;
use crate::memory;
use crate::numerics::exponential::weighted_sums;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::stop;
use crate::process::Noise;
use rayon::prelude::*;
use std::collections::HashSet;

/// Bytes of the table of distances of the queries worked on at a time.
const TILE: usize = 1 << 27;

/// Most queries worked on at a time.
const MOST_QUERIES: usize = 256;

/// A mean over noisy samples that theory, simulation and data files show alike.
#[derive(Clone, Copy, Debug)]
pub struct Observable {
    /// Name of its column.
    pub name: &'static str,
    /// Symbol.
    pub symbol: &'static str,
    /// Unit or normalisation.
    pub unit: &'static str,
    /// Where it is defined.
    pub source: &'static str,
}

/// Σ_μ w_μ²: two clones end on one sample.
pub const CLONES: Observable =
    Observable { name: "clones", symbol: "φ_C", unit: PROBABILITY, source: "BBDM24" };

/// w_1 of the own sample, which has the mean of Σ w².
pub const OWN_WEIGHT: Observable =
    Observable { name: "own_weight", symbol: "E w_1", unit: PROBABILITY, source: "D81" };

/// The own sample is the nearest.
pub const NEAREST: Observable =
    Observable { name: "nearest", symbol: "P(nearest)", unit: PROBABILITY, source: "BBDM24" };

/// 1/Σw²: how many samples share the weight.
pub const PARTICIPATION: Observable =
    Observable { name: "participation", symbol: "E 1/Σw²", unit: "samples", source: "D81" };

/// log(Z_{2..n}/Z_1) per dimension, whose zero is the collapse of a measured curve.
pub const LEAVE_ONE_OUT: Observable = Observable {
    name: "leave_one_out",
    symbol: "E log(Z_{2..n}/Z_1)/d",
    unit: "nats per dimension",
    source: "BBDM24",
};

/// Unit of means of what lies between 0 and 1.
pub const PROBABILITY: &str = "probability";

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
    /// |a^μ − a^ν|², a row for each query; infinite for the own sample, which is not among the others.
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

    /// The weights that query `k` sees; `space` is to work in.
    fn weights(&self, k: usize, noise: Noise, space: &mut Vec<f64>) -> Weights {
        let row = k * self.n..(k + 1) * self.n;
        let scales = (0.5 * noise.snr(), noise.snr().sqrt());
        // Exponents −(E − E_own) of the others.
        let others = weighted_sums(&self.distance[row.clone()], &self.along[row], scales, space);
        let top = others.largest.max(0.0);
        let (own, scale) = ((-top).exp(), (others.largest - top).exp());
        let total = own + scale * others.sum;
        Weights {
            log_ratio: others.largest + others.sum.ln(),
            squares: (own * own + scale * scale * others.squares) / (total * total),
        }
    }
}

/// The weights that each query sees at each noise level of `noises` (0 < snr < ∞), by noise level and
/// then by query. `progress` hears of the queries done.
///
/// Memory: at most 128 MiB for the distances, and a block of samples.
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
    let bytes = 16.0 * queries.count() as f64 * noises.len() as f64;
    memory::fits("the weights that all queries see", bytes, "--queries or list of times")?;
    let mut all: Vec<Vec<Weights>> = vec![Vec::with_capacity(queries.count()); noises.len()];
    let size = tile_queries(source.samples());
    let mut done = 0;
    while done < queries.count() {
        let part = done..queries.count().min(done + size);
        let tile = Tile::new(source, queries, part.clone(), centre)?;
        let seen: Vec<Vec<Weights>> = (0..part.len())
            .into_par_iter()
            .map_init(Vec::new, |space, k| {
                stop::point();
                noises.iter().map(|&noise| tile.weights(k, noise, space)).collect()
            })
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
        let scale = row.iter().filter(|x| x.is_finite()).sum::<f64>() / tile.n as f64;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Matrix;
    use crate::numerics::Estimate;
    use crate::rem::finite::{Ensemble, Quantity};

    fn normal(n: usize, d: usize, seed: u64) -> Matrix {
        let mut entries = vec![0.0; n * d];
        Seed(seed).stream(Purpose::Samples, 0, 0).normals(&mut entries);
        Matrix::new(n, d, entries).unwrap()
    }

    /// The weights from the noisy points themselves, x_t = a e^{−t} + √Δ z.
    #[test]
    fn independent_weights_of_explicit_noisy_points() {
        let (n, d) = (40, 5);
        let data = normal(n, d, 1);
        let queries = Queries::new(60, n, 9);
        let noises: Vec<Noise> =
            [0.05, 0.5, 2.0, 9.0].iter().map(|t| Noise::at_time(*t).unwrap()).collect();
        let seen = weights(&data, &queries, &[0.3; 5], &noises, &|_| ()).unwrap();
        for (noise, seen) in noises.iter().zip(&seen) {
            for (query, weights) in seen.iter().enumerate() {
                let own = queries.samples[query];
                let mut z = vec![0.0; d];
                queries.seed.stream(Purpose::Points, NOISE, query as u64).normals(&mut z);
                let sample = |k: usize| &data.entries()[k * d..(k + 1) * d];
                let x: Vec<f64> = sample(own)
                    .iter()
                    .zip(&z)
                    .map(|(a, z)| a * noise.decay() + noise.delta().sqrt() * z)
                    .collect();
                let energy = |k: usize| -> f64 {
                    let square: f64 =
                        x.iter().zip(sample(k)).map(|(x, a)| (x - a * noise.decay()).powi(2)).sum();
                    square / (2.0 * noise.delta())
                };
                let terms: Vec<f64> = (0..n).map(|k| (energy(own) - energy(k)).exp()).collect();
                let total: f64 = terms.iter().sum();
                let squares: f64 = terms.iter().map(|w| (w / total).powi(2)).sum();
                let ratio = (total - 1.0).ln();
                assert!((weights.squares / squares - 1.0).abs() < 1e-10);
                // total − 1 loses digits where the others weigh little.
                let lost = 1e-15 / (total - 1.0);
                assert!((weights.log_ratio - ratio).abs() < 1e-10 + lost, "{weights:?} {ratio}");
                assert!((weights.excess() - total.ln()).abs() < 1e-10);
            }
        }
    }

    /// Averages over many data sets are those of the exact finite-size theory.
    #[test]
    fn independent_means_of_the_finite_size_theory() {
        let (n, d, sets) = (50, 6, 60u64);
        let ensemble = Ensemble::isotropic(d as f64, 1.0, (n as f64).ln()).unwrap();
        for t in [0.15, 0.5, 1.2] {
            let noise = Noise::at_time(t).unwrap();
            let mut means: Vec<[f64; 3]> = Vec::new();
            for set in 0..sets {
                let data = normal(n, d, 100 + set);
                let queries = Queries::new(n, n, set);
                let seen = weights(&data, &queries, &[0.0; 6], &[noise], &|_| ()).unwrap();
                let mean = |f: fn(Weights) -> f64| Mean::of(seen[0].iter().map(|w| f(*w))).value;
                means.push([
                    mean(Weights::excess) / d as f64,
                    mean(|w| w.squares),
                    mean(Weights::participation),
                ]);
            }
            let exact = |quantity| ensemble.mean(quantity, noise).unwrap();
            let want: [Estimate; 3] = [
                ensemble.excess_entropy(noise).unwrap(),
                exact(Quantity::CloneCollapse),
                exact(Quantity::Participation),
            ];
            for (k, want) in want.iter().enumerate() {
                // Data sets are independent; four standard errors.
                let got = Mean::of(means.iter().map(|m| m[k]));
                assert!(
                    (got.value - want.value).abs() < 4.0 * got.stderr + want.error,
                    "t = {t}, {k}: {got:?} {want:?}"
                );
                assert!(got.stderr < 0.05 * want.value.max(0.1), "{got:?}");
            }
        }
    }

    #[test]
    fn identity_queries_are_distinct_as_far_as_they_can_be() {
        let queries = Queries::new(25, 10, 4);
        for round in queries.samples.chunks(10) {
            let distinct: HashSet<usize> = round.iter().copied().collect();
            assert_eq!(distinct.len(), round.len());
            assert!(round.iter().all(|k| *k < 10));
        }
        assert_eq!(queries.first(7).count(), 7);
    }
}
