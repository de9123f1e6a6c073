//! Curie-Weiss spins of finite length, exactly: strings with as many ones are alike.

use super::binomial;
use crate::numerics::Estimate;

/// Longest string that is summed: the sum has L²/2 terms.
pub const LONGEST: usize = 20_000;

/// I(a; x_t) in nats of `length` masked spins with P ∝ exp((Σs)²/(2TL)): Σ_r Bin(r; L, q) H(r spins).
pub fn masked_information(length: usize, temperature: f64, kept: f64) -> Estimate {
    // P(k ones) ∝ C(L, k) e^{S²/(2TL)}, S = 2k − L, by its ratios from the middle.
    let n = length as f64;
    let mut log = vec![0.0; length + 1];
    for k in 0..length {
        let k_ = k as f64;
        let (s, next) = (2.0 * k_ - n, 2.0 * k_ + 2.0 - n);
        log[k + 1] =
            log[k] + ((n - k_) / (k_ + 1.0)).ln() + (next * next - s * s) / (2.0 * temperature * n);
    }
    let top = log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut counts: Vec<f64> = log.iter().map(|x| (x - top).exp()).collect();
    let total: f64 = counts.iter().sum();
    counts.iter_mut().for_each(|p| *p /= total);
    let (first, weights) = binomial::weights(length, kept);
    let last = first + weights.len() - 1;
    // log C(r, k), k = 0 … r, kept as a row of logarithms of factorials.
    let mut factorial = vec![0.0; length + 1];
    for k in 1..=length {
        factorial[k] = factorial[k - 1] + (k as f64).ln();
    }
    let mut sum = 0.0;
    // One spin fewer is seen at a time: the count of ones among r of r + 1.
    for r in (first..=length).rev() {
        if r < length {
            let of = (r + 1) as f64;
            counts = (0..=r)
                .map(|k| counts[k] * (of - k as f64) / of + counts[k + 1] * (k as f64 + 1.0) / of)
                .collect();
        }
        if r <= last {
            let entropy: f64 = counts
                .iter()
                .enumerate()
                .filter(|(_, p)| **p > 0.0)
                .map(|(k, p)| p * (factorial[r] - factorial[k] - factorial[r - k] - p.ln()))
                .sum();
            sum += weights[r - first] * entropy;
        }
    }
    // Logarithms of the size of the sum's largest terms, L log 2, are rounded L times at random.
    let relative = f64::EPSILON * (64.0 + 4.0 * n.sqrt() * n.ln().max(1.0));
    Estimate::new(sum, relative * sum.max(1e-300) + f64::EPSILON * n * kept)
}
