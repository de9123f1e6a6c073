//! Collapse under masking, exactly: the samples that agree with what is visible share the weight alike.
//!
//! With N ~ Bin(n − 1, π) others that match, H(index|x_t, data) = E log(1 + N) and φ_C = E 1/(1 + N),
//! π = P(a_S = x_S) the probability of what is visible.

use super::binomial;
use crate::numerics::Estimate;

/// Spacing in log s of the trapezoid rule: the integrands are analytic where |Im log s| < π/2, so that it
/// is exact to e^{−π²/h} = 1e-21 and what remains is rounding.
const SPACING: f64 = 0.2;

/// log s above which e^{−s} is nothing, and how far the integrand is followed below its scale.
const TOP: f64 = 3.8;
const DEPTH: f64 = 42.0;

/// E log(1 + N) and E 1/(1 + N) for N ~ Bin(n − 1, π), from log n and log π.
///
/// The first is ∫₀^∞ (ds/s) e^{−s} {1 − [1 − π(1 − e^{−s})]^{n−1}}, the second [1 − (1 − π)^n]/(nπ).
pub fn shared(log_n: f64, log_pi: f64) -> (Estimate, Estimate) {
    let pi = log_pi.exp();
    // n − 1 and (n − 1)π where n is beyond all numbers too.
    let others = (log_n + (-(-log_n).exp()).ln_1p() + log_pi).exp();
    // log[1 − π(1 − e^{−s})]^{n−1}, by its ratio to −(n − 1)π(1 − e^{−s}).
    let power = |fall: f64| {
        let x = pi * fall;
        let ratio = if x < 1e-8 { 1.0 + 0.5 * x } else { -(-x).ln_1p() / x };
        -others * fall * ratio
    };
    let entropy = if others == 0.0 {
        0.0
    } else {
        let bottom = (-others.max(1.0).ln() - DEPTH).max(-760.0);
        let steps = ((TOP - bottom) / SPACING).ceil();
        let mut sum = 0.0;
        for k in 0..=steps as usize {
            let s = (bottom + SPACING * k as f64).exp();
            sum += (-s).exp() * -power(-(-s).exp_m1()).exp_m1();
        }
        // Below the first point the integrand is others · s.
        SPACING * sum
    };
    let all = (log_n + log_pi).exp();
    let own = if all == 0.0 {
        1.0
    } else {
        let n_log = -(log_n.exp()) * -(-pi).ln_1p();
        let exponent = if pi < 1e-8 { -all * (1.0 + 0.5 * pi) } else { n_log };
        (-exponent.exp_m1() / all).min(1.0)
    };
    // Logarithms of n and π carry their rounding into their product.
    let relative = f64::EPSILON * (64.0 + log_n.abs() + log_pi.abs());
    (Estimate::new(entropy, relative * entropy), Estimate::new(own, relative * own))
}

/// E K/(K + N), N ~ Bin(n − K, π): the weight that a sample held `log_copies` = log K times has of them,
/// ∫₀^∞ ds e^{−s} [1 − π(1 − e^{−s/K})]^{n−K}.
pub fn copied(log_n: f64, log_copies: f64, log_pi: f64) -> Estimate {
    let pi = log_pi.exp();
    let others = (log_n + (-(log_copies - log_n).exp()).ln_1p() + log_pi).exp();
    let steps = ((TOP + DEPTH) / SPACING).ceil() as usize;
    let mut sum = 0.0;
    for k in 0..=steps {
        let u = SPACING * k as f64 - DEPTH;
        let fall = -(-(u - log_copies).exp()).exp_m1();
        let x = pi * fall;
        let ratio = if x < 1e-8 { 1.0 + 0.5 * x } else { -(-x).ln_1p() / x };
        sum += (u - u.exp() - others * fall * ratio).exp();
    }
    let value = (SPACING * sum).min(1.0);
    let relative = f64::EPSILON * (64.0 + log_n.abs() + log_copies + log_pi.abs());
    // Above the top, and below the bottom of the integral.
    Estimate::new(value, relative * value + (-TOP.exp()).exp() + (-DEPTH).exp())
}

/// The mean of [`copied`] over what is visible.
pub fn collapse_of_copies(log_n: f64, log_copies: f64, visible: &[(f64, f64)]) -> Estimate {
    let zero = Estimate::exact(0.0);
    let of = |(weight, surprisal): &(f64, f64)| copied(log_n, log_copies, -surprisal) * *weight;
    let sum = visible.iter().filter(|(w, _)| *w > 1e-25).map(of).fold(zero, |a, b| a + b);
    sum.widened(1e-24 * visible.len() as f64)
}

/// Largest number of different surprisals over which is summed.
const MOST_TERMS: usize = 4_000_000;

/// What is visible: probabilities of its weights, and its surprisal −log π.
pub fn independent(law: &super::Law, length: usize, kept: f64) -> Option<Vec<(f64, f64)>> {
    let (first, visible) = binomial::weights(length, kept);
    match law {
        super::Law::Uniform(symbols) => {
            let each = symbols.ln();
            Some(visible.iter().enumerate().map(|(k, w)| (*w, (first + k) as f64 * each)).collect())
        }
        super::Law::Given(p) => {
            let [p, q] = p[..] else { return None };
            let mut all = Vec::new();
            for (k, weight) in visible.iter().enumerate() {
                let r = first + k;
                let (ones, shares) = binomial::weights(r, p);
                if all.len() + shares.len() > MOST_TERMS {
                    return None;
                }
                all.extend(shares.iter().enumerate().map(|(j, share)| {
                    let ones = (ones + j) as f64;
                    let zeros = r as f64 - ones;
                    let term = |count: f64, p: f64| if count > 0.0 { -count * p.ln() } else { 0.0 };
                    (weight * share, term(ones, p) + term(zeros, q))
                }));
            }
            Some(all)
        }
    }
}

/// H(index|x_t, data) in nats and φ_C, over what is visible.
pub fn collapse(log_n: f64, visible: &[(f64, f64)]) -> (Estimate, Estimate) {
    let least = visible.iter().map(|(w, _)| *w).fold(0.0, f64::max) * 1e-22;
    let (mut entropy, mut own) = (Estimate::exact(0.0), Estimate::exact(0.0));
    let mut dropped = 0.0;
    for (weight, surprisal) in visible {
        if *weight < least {
            dropped += weight;
            continue;
        }
        let (h, phi) = shared(log_n, -surprisal);
        entropy = entropy + h * *weight;
        own = own + phi * *weight;
    }
    let relative = binomial::relative_error(&vec![0.0; visible.len().min(1 << 16)]);
    (
        entropy.widened(relative * entropy.value + dropped * log_n),
        own.widened(relative * own.value + dropped),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E log(1 + N) and E 1/(1 + N) by the sum over N.
    #[test]
    fn independent_sum_over_the_matches() {
        for (n, pi) in
            [(2usize, 0.3), (10, 0.5), (1000, 1e-3), (1000, 0.02), (300, 1.0), (7, 1e-12)]
        {
            let (first, w) = binomial::weights(n - 1, pi);
            let at = |k: usize| 1.0 + (first + k) as f64;
            let h: f64 = w.iter().enumerate().map(|(k, w)| w * at(k).ln()).sum();
            let phi: f64 = w.iter().enumerate().map(|(k, w)| w / at(k)).sum();
            let (mine, own) = shared((n as f64).ln(), f64::ln(pi));
            assert!((mine.value - h).abs() <= mine.error + 1e-13 * h, "{n} {pi}: {mine:?} {h}");
            assert!((own.value - phi).abs() <= own.error + 1e-13, "{n} {pi}: {own:?} {phi}");
        }
    }

    #[test]
    fn independent_copies_by_the_sum_over_the_matches() {
        for (n, k, pi) in [(10usize, 1usize, 0.3), (10, 4, 0.3), (1000, 2, 1e-3), (500, 100, 0.01)]
        {
            let (first, w) = binomial::weights(n - k, pi);
            let share = |j: usize| k as f64 / (k + first + j) as f64;
            let known: f64 = w.iter().enumerate().map(|(j, w)| w * share(j)).sum();
            let mine = copied((n as f64).ln(), (k as f64).ln(), f64::ln(pi));
            assert!((mine.value - known).abs() <= mine.error + 1e-13, "{n} {k}: {mine:?} {known}");
        }
    }

    #[test]
    fn limit_numbers_beyond_all_numbers() {
        // n = e^2000 matches of probability e^-2001: Poisson of mean 1/e.
        let (mine, _) = shared(2000.0, -2001.0);
        let mean = (-1f64).exp();
        let mut poisson = (-mean).exp();
        let mut sum = 0.0;
        for k in 1..40 {
            poisson *= mean / f64::from(k);
            sum += poisson * f64::from(1 + k).ln();
        }
        assert!((mine.value - sum).abs() < 1e-11, "{mine:?} {sum}");
        assert_eq!(shared(3.0, -4000.0).0.value, 0.0);
    }
}
