//! Seeded streams of random numbers, one for every purpose, block and part.
//!
//! A stream is named, not reached by drawing: whichever thread draws a part of the work, in whatever
//! order, it finds the same numbers.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// What random numbers are for; numbers of different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// What all samples of a data set share, such as an embedding.
    Frame = 1,
    /// The samples of a data set.
    Samples = 2,
    /// The noisy points x_t.
    Points = 3,
    /// The noise of backward dynamics.
    Dynamics = 4,
}

/// Blocks and parts that a seed has streams for: 2²⁶ blocks of 2³² parts.
const PART_BITS: u32 = 32;
const BLOCK_BITS: u32 = 26;

/// Blocks that a seed has different random numbers for.
pub const MOST_BLOCKS: u64 = 1 << BLOCK_BITS;

/// Parts of a block that a seed has different random numbers for.
pub const MOST_PARTS: u64 = 1 << PART_BITS;

/// A seed, from which streams are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The stream of a purpose, block and part; the last two are taken modulo 2²⁶ and 2³².
    pub fn stream(self, purpose: Purpose, block: u64, part: u64) -> Stream {
        let mut generator = ChaCha8Rng::seed_from_u64(self.0);
        let block = block & ((1 << BLOCK_BITS) - 1);
        let part = part & ((1 << PART_BITS) - 1);
        let name = ((purpose as u64) << (BLOCK_BITS + PART_BITS)) | (block << PART_BITS) | part;
        generator.set_stream(name);
        Stream(generator)
    }
}

/// A stream of random numbers.
#[derive(Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// A number uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// A whole number uniform on 0 … `count` − 1; 0 where `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { self.0.random_range(0..count) }
    }

    /// Fills a slice with standard normal numbers.
    pub fn normals(&mut self, out: &mut [f64]) {
        out.iter_mut().for_each(|x| *x = self.normal());
    }

    /// The position at which cumulated weights (the last is their sum) pass a uniform number.
    pub fn among(&mut self, cumulated: &[f64]) -> usize {
        let total = cumulated.last().copied().unwrap_or(0.0);
        let at = self.uniform() * total;
        cumulated.partition_point(|c| *c <= at).min(cumulated.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_streams_are_named_and_distinct() {
        let draw = |seed: u64, purpose, block, part| {
            Seed(seed).stream(purpose, block, part).uniform().to_bits()
        };
        let first = draw(1, Purpose::Samples, 3, 5);
        assert_eq!(first, draw(1, Purpose::Samples, 3, 5));
        for other in [
            draw(2, Purpose::Samples, 3, 5),
            draw(1, Purpose::Points, 3, 5),
            draw(1, Purpose::Samples, 4, 5),
            draw(1, Purpose::Samples, 3, 6),
        ] {
            assert_ne!(first, other);
        }
    }

    /// Moments of 200 000 normal numbers, within five standard errors.
    #[test]
    fn identity_normal_moments() {
        let mut stream = Seed(7).stream(Purpose::Points, 0, 0);
        let count = 200_000;
        let draws: Vec<f64> = (0..count).map(|_| stream.normal()).collect();
        let moment = |k: i32| draws.iter().map(|x| x.powi(k)).sum::<f64>() / f64::from(count);
        for (k, mean, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let error = 5.0 * f64::sqrt(variance / f64::from(count));
            assert!((moment(k) - mean).abs() < error, "moment {k}: {}", moment(k));
        }
    }

    #[test]
    fn identity_weights_are_drawn_in_proportion() {
        let mut stream = Seed(8).stream(Purpose::Points, 0, 0);
        let mut counts = [0.0; 3];
        for _ in 0..30_000 {
            counts[stream.among(&[1.0, 1.0, 4.0])] += 1.0;
        }
        assert_eq!(counts[1], 0.0);
        assert!((counts[0] - 7500.0f64).abs() < 5.0 * (30_000.0 * 0.1875f64).sqrt());
    }
}
