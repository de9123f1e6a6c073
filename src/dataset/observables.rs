//! What the empirical score of a data set shows: weights of the samples as a noisy sample sees them.
//!
//! A query is a sample a^μ and a noise z; at every noise level x_t = a^μ e^{−t} + √Δ_t z, and sample
//! ν weighs e^{−E} with E = |x_t − a^ν e^{−t}|²/(2Δ_t). Relative to the own sample,
//! E − E_own = ½ snr |a^μ − a^ν|² + √snr z·(a^μ − a^ν): two matrix products serve all noise levels.
//! Queries are independent given the data, so every standard error is that of a mean over queries.

use super::Source;
use super::tile::Tile;
pub use super::tile::tile_queries;
use crate::error::Result;
use crate::memory;
use crate::numerics::exponential::Sums;
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::stop;
use crate::process::Noise;
use rayon::prelude::*;
use std::collections::HashSet;

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

/// Block of the random stream.
const CHOICE: u64 = 0;
#[cfg(test)]
use super::tile::NOISE;

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

/// The weights beside the own sample.
fn weights_of(others: Sums) -> Weights {
    let top = others.largest.max(0.0);
    let (own, scale) = ((-top).exp(), (others.largest - top).exp());
    let total = own + scale * others.sum;
    Weights {
        log_ratio: others.largest + others.sum.ln(),
        squares: (own * own + scale * scale * others.squares) / (total * total),
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
        let tile = Tile::new(source, &queries.samples, queries.seed, part.clone(), centre)?;
        let seen: Vec<Vec<Weights>> = (0..part.len())
            .into_par_iter()
            .map_init(Vec::new, |space, k| {
                stop::point();
                noises.iter().map(|&noise| weights_of(tile.others(k, noise, space))).collect()
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
    let tile = Tile::new(source, &queries.samples, queries.seed, 0..few, centre)?;
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
