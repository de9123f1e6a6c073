//! Samples of the Curie-Weiss measure at finite d, exactly: first the magnetisation, then which spins.

use super::{Denoiser, Sampler};
use crate::Answer;
use crate::error::Result;
use crate::numerics::random::Stream;

/// Curie-Weiss spins that can be drawn from.
#[derive(Clone, Debug)]
pub struct SpinSamples {
    dimension: usize,
    /// Cumulated weights of the numbers k = 0 … d of spins −1.
    cumulated: Vec<f64>,
    phases: usize,
}

impl SpinSamples {
    /// P(k) ∝ C(d, k) exp(d M²/2T), M = 1 − 2k/d; two phases below T = 1.
    pub(crate) fn new(dimension: usize, temperature: f64) -> Self {
        let d = dimension as f64;
        let magnetisation = |k: f64| 1.0 - 2.0 * k / d;
        let mut logs = vec![0.0];
        let mut log = 0.0;
        for k in 0..dimension {
            let k = k as f64;
            log += ((d - k) / (k + 1.0)).ln()
                - (magnetisation(k) + magnetisation(k + 1.0)) / temperature;
            logs.push(log);
        }
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        let cumulated = logs
            .iter()
            .map(|log| {
                total += (log - largest).exp();
                total
            })
            .collect();
        Self { dimension, cumulated, phases: if temperature < 1.0 { 2 } else { 1 } }
    }
}

impl Sampler for SpinSamples {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn classes(&self) -> usize {
        self.phases
    }

    /// The class is the sign of the magnetisation: 0 where it is positive.
    fn draw(&self, stream: &mut Stream, samples: &mut [f64], labels: &mut [u32]) {
        for (sample, label) in samples.chunks_exact_mut(self.dimension).zip(labels) {
            let down = stream.among(&self.cumulated);
            let mut left = down;
            for (i, spin) in sample.iter_mut().enumerate() {
                let flip = stream.below(self.dimension - i) < left;
                left -= usize::from(flip);
                *spin = if flip { -1.0 } else { 1.0 };
            }
            let negative = match (2 * down).cmp(&self.dimension) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Greater => true,
                std::cmp::Ordering::Equal => stream.uniform() < 0.5,
            };
            *label = u32::from(negative && self.phases == 2);
        }
    }

    fn posterior(&self) -> Result<Answer<Box<dyn Denoiser>>> {
        Ok(Answer::absent(
            "the exact score is known for Gaussian classes only: use --score empirical",
        ))
    }
}
