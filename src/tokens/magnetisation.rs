//! Curie-Weiss spins of finite length, exactly: strings with as many ones are alike.

use super::binomial;
use crate::numerics::Estimate;

/// Longest string that is summed: the sum has L²/2 terms.
pub const LONGEST: usize = 5000;

/// The probabilities of 0 … L ones among `length` spins with P ∝ exp((Σs)²/(2TL)).
pub fn counts(length: usize, temperature: f64) -> Vec<f64> {
    // P(k ones) ∝ C(L, k) e^{S²/(2TL)}, S = 2k − L, by its ratios.
    let n = length as f64;
    let mut log = vec![0.0; length + 1];
    for k in 0..length {
        let ones = k as f64;
        let (s, next) = (2.0 * ones - n, 2.0 * ones + 2.0 - n);
        let weight = (next * next - s * s) / (2.0 * temperature * n);
        log[k + 1] = log[k] + ((n - ones) / (ones + 1.0)).ln() + weight;
    }
    let top = log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut counts: Vec<f64> = log.iter().map(|x| (x - top).exp()).collect();
    let total: f64 = counts.iter().sum();
    counts.iter_mut().for_each(|p| *p /= total);
    counts
}

/// H(r spins) in nats for r = 0 … L of the same.
pub fn entropies(length: usize, temperature: f64) -> Vec<f64> {
    let mut counts = counts(length, temperature);
    let mut factorial = vec![0.0; length + 1];
    for k in 1..=length {
        factorial[k] = factorial[k - 1] + (k as f64).ln();
    }
    // One spin fewer is seen at a time: the count of ones among r of r + 1.
    let mut all = vec![0.0; length + 1];
    for r in (0..=length).rev() {
        if r < length {
            let of = (r + 1) as f64;
            counts = (0..=r)
                .map(|k| counts[k] * (of - k as f64) / of + counts[k + 1] * (k as f64 + 1.0) / of)
                .collect();
        }
        all[r] = counts
            .iter()
            .enumerate()
            .filter(|(_, p)| **p > 0.0)
            .map(|(k, p)| p * (factorial[r] - factorial[k] - factorial[r - k] - p.ln()))
            .sum();
    }
    // No spin has none, whatever the roundings of its logarithms.
    all[0] = 0.0;
    all
}

/// Logarithms of the size of the sum's largest terms, L log 2, are rounded L times at random.
fn relative_error(n: f64) -> f64 {
    f64::EPSILON * (64.0 + 4.0 * n.sqrt() * n.ln().max(1.0))
}

/// The mean entropy in nats of a hidden spin given those kept.
pub fn hidden_entropy(entropies: &[f64], kept: f64) -> Estimate {
    let n = (entropies.len() - 1) as f64;
    let largest = entropies.iter().copied().fold(0.0, f64::max);
    binomial::gain(entropies, relative_error(n) * largest, kept)
}

/// I(a; x_t) in nats of masked spins with these entropies: Σ_r Bin(r; L, q) H(r spins).
pub fn masked_information(entropies: &[f64], kept: f64) -> Estimate {
    let n = (entropies.len() - 1) as f64;
    let (first, weights) = binomial::weights(entropies.len() - 1, kept);
    let sum: f64 = weights.iter().zip(&entropies[first..]).map(|(w, h)| w * h).sum();
    let relative = relative_error(n);
    Estimate::new(sum, relative * sum + f64::EPSILON * n * kept)
}
