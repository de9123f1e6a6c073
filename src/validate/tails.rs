//! Tail probabilities of the statistics that compare a curve with a prediction.

use crate::numerics::special::erfc;
use special::Gamma;
use std::f64::consts::{PI, SQRT_2};

/// P(|Z| > z) of a standard normal Z.
pub fn normal_tails(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// P(χ² > x) with `freedom` degrees of freedom, by its finite sum: no cancellation in the tail.
pub fn chi_squared_tail(x: f64, freedom: usize) -> f64 {
    if freedom == 0 || x.is_nan() {
        return 1.0;
    }
    if x <= 0.0 || x.is_infinite() {
        return if x <= 0.0 { 1.0 } else { 0.0 };
    }
    let half = 0.5 * x;
    // Even: e^{−h} Σ_{k < m} h^k/k!. Odd: erfc(√h) + e^{−h} Σ_{k < m} h^{k+½}/Γ(k + 3/2).
    let (mut sum, mut log_term, offset) = if freedom.is_multiple_of(2) {
        (0.0, -half, 0.0)
    } else {
        // h^½ e^{−h}/Γ(3/2), Γ(3/2) = √π/2
        (erfc(half.sqrt()), 0.5 * half.ln() - half - (0.5 * PI.sqrt()).ln(), 0.5)
    };
    for k in 0..freedom / 2 {
        sum += f64::exp(log_term);
        log_term += half.ln() - (k as f64 + 1.0 + offset).ln();
    }
    sum.min(1.0)
}

/// P(runs ≤ `runs`) of a random order of `above` signs of one kind and `below` of the other.
pub fn runs_tail(runs: usize, above: usize, below: usize) -> f64 {
    if above == 0 || below == 0 {
        // One sign only: half of the orders of independent signs to the power of their number less 1.
        return 0.5f64.powi(i32::try_from((above + below).saturating_sub(1)).unwrap_or(i32::MAX));
    }
    let log_factorial = |n: usize| Gamma::ln_gamma(n as f64 + 1.0).0;
    let choose = |n: usize, k: usize| {
        if k > n {
            f64::NEG_INFINITY
        } else {
            log_factorial(n) - log_factorial(k) - log_factorial(n - k)
        }
    };
    let all = choose(above + below, above);
    let term = |a: usize, b: usize| (choose(above - 1, a) + choose(below - 1, b) - all).exp();
    let tail: f64 = (2..=runs)
        .map(|r| {
            let k = r / 2;
            if r % 2 == 0 { 2.0 * term(k - 1, k - 1) } else { term(k, k - 1) + term(k - 1, k) }
        })
        .sum();
    tail.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_chi_squared_by_the_incomplete_gamma_function() {
        for freedom in [1usize, 2, 3, 10, 51, 200] {
            let shape = 0.5 * freedom as f64;
            for factor in [0.1, 0.7, 1.0, 1.5, 2.5] {
                let x = factor * freedom as f64;
                let want = 1.0 - (0.5 * x).inc_gamma(shape);
                let got = chi_squared_tail(x, freedom);
                assert!((got - want).abs() < 1e-12, "{x} {freedom}: {got} {want}");
            }
        }
        // Far tails: e^{−x/2} for two degrees of freedom.
        assert!((chi_squared_tail(1000.0, 2) / (-500f64).exp() - 1.0).abs() < 1e-12);
        assert_eq!(chi_squared_tail(0.0, 5), 1.0);
    }

    /// All orders of a few signs, counted.
    #[test]
    fn independent_runs_by_enumeration() {
        for (above, below) in [(1, 1), (3, 4), (5, 5), (2, 8), (7, 1)] {
            let n = above + below;
            let mut counts = vec![0.0; n + 1];
            for order in 0u32..1 << n {
                if order.count_ones() as usize == above {
                    let bit = |k: usize| order >> k & 1;
                    let runs = 1 + (1..n).filter(|&k| bit(k) != bit(k - 1)).count();
                    counts[runs] += 1.0;
                }
            }
            let total: f64 = counts.iter().sum();
            let mut below_or_at = 0.0;
            for (runs, count) in counts.iter().enumerate() {
                below_or_at += count / total;
                let got = runs_tail(runs, above, below);
                assert!((got - below_or_at).abs() < 1e-12, "{runs} of {above}, {below}");
            }
        }
        assert_eq!(runs_tail(1, 5, 0), 1.0 / 16.0);
    }
}
