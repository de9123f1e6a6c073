//! Binomial weights, to full relative accuracy and as far out as they count.

use crate::numerics::Estimate;

/// Logarithm of a relative weight that no longer counts, however many there are.
pub(crate) const NEGLIGIBLE: f64 = -80.0;

/// The weights of r successes in `trials` of probability `p` that count, from the first r on; they sum
/// to one. They are followed outwards from the largest by their ratios, which needs no factorial.
pub fn weights(trials: usize, p: f64) -> (usize, Vec<f64>) {
    if p <= 0.0 {
        return (0, vec![1.0]);
    }
    if p >= 1.0 {
        return (trials, vec![1.0]);
    }
    let odds = p / (1.0 - p);
    let mode = (((trials as f64 + 1.0) * p).floor() as usize).min(trials);
    let up = |r: usize| (trials - r) as f64 / (r as f64 + 1.0) * odds;
    let least = NEGLIGIBLE.exp();
    let (mut above, mut weight) = (Vec::new(), 1.0);
    for r in mode..trials {
        weight *= up(r);
        if weight < least {
            break;
        }
        above.push(weight);
    }
    let (mut below, mut weight) = (Vec::new(), 1.0);
    for r in (0..mode).rev() {
        weight /= up(r);
        if weight < least {
            break;
        }
        below.push(weight);
    }
    let first = mode - below.len();
    let mut all: Vec<f64> = below.into_iter().rev().chain([1.0]).chain(above).collect();
    let total: f64 = all.iter().sum();
    all.iter_mut().for_each(|weight| *weight /= total);
    (first, all)
}

/// Σ_r Bin(r; L − 1, q)(h_{r+1} − h_r) of L + 1 numbers h: the mean gain by one more of r out of L, or the slope by q
/// of the mean of h over Bin(L, q), over L. `error` bounds that of each h.
pub fn gain(numbers: &[f64], error: f64, q: f64) -> Estimate {
    let (first, weights) = weights(numbers.len().saturating_sub(2), q);
    let pairs = numbers[first..].windows(2);
    let value = weights.iter().zip(pairs).map(|(w, h)| w * (h[1] - h[0])).sum::<f64>();
    Estimate::new(value, 2.0 * error + relative_error(&weights) * value.abs())
}

/// Bound on the relative error of the mean of something that changes little from one r to the next:
/// weights at a distance of k from the largest have k roundings.
pub fn relative_error(weights: &[f64]) -> f64 {
    (8.0 + (weights.len() as f64).sqrt()) * f64::EPSILON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_moments_of_the_binomial() {
        for (trials, p) in [(1, 0.5), (32, 0.15), (1000, 0.003), (100_000, 0.7)] {
            let (first, w) = weights(trials, p);
            let at = |k: usize| (first + k) as f64;
            let mean: f64 = w.iter().enumerate().map(|(k, w)| w * at(k)).sum();
            let square: f64 = w.iter().enumerate().map(|(k, w)| w * (at(k) - mean).powi(2)).sum();
            let n = trials as f64;
            assert!((mean / (n * p) - 1.0).abs() < 1e-12, "{trials} {p}");
            assert!((square / (n * p * (1.0 - p)) - 1.0).abs() < 1e-11, "{trials} {p}");
        }
        assert_eq!(weights(5, 0.0), (0, vec![1.0]));
        assert_eq!(weights(5, 1.0), (5, vec![1.0]));
        assert_eq!(weights(0, 0.3), (0, vec![1.0]));
    }
}
