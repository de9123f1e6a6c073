//! Two classes of independent two-valued tokens: what r of them tell of the class.

use super::binomial;
use super::corruption::{Corruption, UNITS};
use super::divergence_term;
use super::law::noisy;
use crate::numerics::Estimate;
use std::cell::Cell;
use std::f64::consts::LN_2;

/// Two fair classes whose tokens are one with probabilities p₁ and p₂.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// P(token = 1) of the first class.
    pub first: f64,
    /// P(token = 1) of the second.
    pub second: f64,
    /// p₁ − p₂, to full accuracy where both are nearly the same.
    gap: f64,
}

/// Longest string whose class posterior is summed.
pub const LONGEST: usize = 20_000;

/// What r tokens tell of the class: I(class; r tokens) in nats, and the probability E P(k|x) that a draw
/// from the posterior is the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// I(class; tokens) in nats.
    pub information: Estimate,
    /// E Σ_k P(k|x)².
    pub cloning: Estimate,
}

impl Pair {
    /// The classes of these probabilities.
    pub fn new(first: f64, second: f64) -> Self {
        Self { first, second, gap: first - second }
    }

    /// The two phases of spins with magnetisation ±m.
    pub fn phases(m: f64) -> Self {
        Self { first: 0.5 * (1.0 + m), second: 0.5 * (1.0 - m), gap: m }
    }

    /// Log-likelihood ratios of a one and of a zero.
    fn ratios(self) -> (f64, f64) {
        let gap = self.gap;
        // log(p₁/p₂), by log1p where the two are close.
        let ratio = |difference: f64, second: f64| {
            if difference == 0.0 {
                return 0.0;
            }
            let relative = difference / second;
            if relative.abs() < 0.5 {
                relative.ln_1p()
            } else {
                ((second + difference) / second).ln()
            }
        };
        (ratio(gap, self.second), ratio(-gap, 1.0 - self.second))
    }

    /// The classes in the other order.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self { first: self.second, second: self.first, gap: -self.gap }
    }

    /// The pair under uniform noise.
    #[must_use]
    pub fn noisy(self, kept: f64) -> Self {
        let of = |p: f64| noisy(&[p, 1.0 - p], kept)[0];
        Self { first: of(self.first), second: of(self.second), gap: kept * self.gap }
    }

    /// J_r and φ_r of r visible tokens.
    pub fn told(self, tokens: usize) -> Told {
        let (one, zero) = self.ratios();
        let (mut information, mut cloning) = (0.0, 0.0);
        // Half of the weight is that of each class.
        for (p, sign) in [(self.first, 1.0), (self.second, -1.0)] {
            let (first, weights) = binomial::weights(tokens, p);
            for (k, weight) in weights.iter().enumerate() {
                let ones = (first + k) as f64;
                let zeros = tokens as f64 - ones;
                let term = |count: f64, ratio: f64| if count > 0.0 { count * ratio } else { 0.0 };
                let log_ratio = sign * (term(ones, one) + term(zeros, zero));
                // P(true class|x) = (1 + δ)/2 with δ the tilt between the classes.
                let truth = 1.0 / (1.0 + (-log_ratio).exp());
                cloning += 0.5 * weight * truth;
                // Σ ½(b₁ + b₂) [log 2 − H₂((1 + δ)/2)], terms ≥ 0, each from the class that is more likely
                // there: the weights of the other may be too small to have been followed.
                if log_ratio > 0.0 {
                    information += 0.5 * weight * half_divergence((0.5 * log_ratio).tanh()) / truth;
                }
            }
        }
        // Where a token is certain of its class, its ratio rounds nothing.
        let size: f64 = [one, zero].into_iter().filter(|x| x.is_finite()).map(f64::abs).sum();
        let root = (tokens as f64).sqrt();
        let relative = UNITS + 2.0 * (8.0 + root) * f64::EPSILON * (1.0 + size * root);
        Told {
            information: Estimate::new(information.min(LN_2), relative * information),
            cloning: Estimate::new(cloning, relative * cloning),
        }
    }

    /// The tokens' own information within a class, in nats per token.
    pub fn within(self, corruption: Corruption, kept: f64) -> Estimate {
        let of = |p: f64| super::Law::binary(p).information(corruption, kept);
        (of(self.first) + of(self.second)) * 0.5
    }

    /// I(class; x_t) in nats and φ at a noise level, of strings of `length` tokens.
    pub fn at(self, corruption: Corruption, kept: f64, length: usize) -> Told {
        match corruption {
            Corruption::Uniform => self.noisy(kept).told(length),
            Corruption::Masked => {
                let (first, weights) = binomial::weights(length, kept);
                let zero = Estimate::exact(0.0);
                let (mut information, mut cloning) = (zero, zero);
                for (k, weight) in weights.iter().enumerate() {
                    if *weight < 1e-25 {
                        continue;
                    }
                    let told = self.told(first + k);
                    information = information + told.information * *weight;
                    cloning = cloning + told.cloning * *weight;
                }
                let relative = binomial::relative_error(&weights);
                Told {
                    information: information.widened(relative * information.value),
                    cloning: cloning.widened(relative * cloning.value),
                }
            }
        }
    }

    /// The slope by ᾱ of what a masked string of `length` tokens tells of its class, over its length: J_r is
    /// summed when it is first needed.
    pub fn hidden_entropy(self, length: usize) -> impl Fn(f64) -> Estimate {
        let known: Vec<Cell<Option<Estimate>>> = vec![Cell::new(None); length + 1];
        known[0].set(Some(Estimate::exact(0.0)));
        let told = move |r: usize| {
            let found = known[r].get().unwrap_or_else(|| self.told(r).information);
            known[r].set(Some(found));
            found
        };
        move |kept| {
            let (first, weights) = binomial::weights(length - 1, kept);
            let (mut value, mut error) = (0.0, 0.0f64);
            for (k, weight) in weights.iter().enumerate() {
                let [less, more] = [told(first + k), told(first + k + 1)];
                value += weight * (more.value - less.value);
                error = error.max(less.error + more.error);
            }
            Estimate::new(value, error + binomial::relative_error(&weights) * value.abs())
        }
    }

    /// dI(class; x_t)/dᾱ of `length` tokens under uniform noise: Σ ½ b_k' log[2b_k/(b₁ + b₂)], since
    /// Σ b_k' = 0; b' = b (ones/p − zeros/(1 − p)) p'.
    pub fn slope(self, kept: f64, length: usize) -> f64 {
        let noisy = self.noisy(kept);
        let (one, zero) = noisy.ratios();
        let mut sum = 0.0;
        for (p, clean, sign) in [(noisy.first, self.first, 1.0), (noisy.second, self.second, -1.0)]
        {
            let (first, weights) = binomial::weights(length, p);
            for (k, weight) in weights.iter().enumerate() {
                let ones = (first + k) as f64;
                let zeros = length as f64 - ones;
                let log_ratio = sign * (ones * one + zeros * zero);
                let of = |count: f64, p: f64| if count > 0.0 { count / p } else { 0.0 };
                let change = (of(ones, p) - of(zeros, 1.0 - p)) * (clean - 0.5);
                // log(2 P(true|x)).
                sum += 0.5 * weight * change * -((-log_ratio).exp_m1() * 0.5).ln_1p();
            }
        }
        sum
    }

    /// D = E log(p₁/p₂) and M₂ = E log²(p₁/p₂) of a token of the first class.
    pub fn moments(self) -> (Estimate, Estimate) {
        let (one, zero) = self.ratios();
        let (p, q) = (self.first, 1.0 - self.first);
        let term = |p: f64, x: f64| if p > 0.0 { p * x } else { 0.0 };
        // D = Σ p₂ g(p₁/p₂ − 1), terms ≥ 0.
        let share = |gap: f64, second: f64| match (gap == 0.0, second > 0.0) {
            (true, _) => 0.0,
            (_, true) => second * divergence_term(gap / second),
            // A symbol that the second class never has.
            _ => f64::INFINITY,
        };
        let d = share(self.gap, self.second) + share(-self.gap, 1.0 - self.second);
        let square = term(p, one * one) + term(q, zero * zero);
        (Estimate::new(d, UNITS * d), Estimate::new(square, UNITS * square))
    }
}

/// ½[(1 + δ) log(1 + δ) + (1 − δ) log(1 − δ)] = log 2 − H₂((1 + δ)/2).
fn half_divergence(delta: f64) -> f64 {
    0.5 * (divergence_term(delta) + divergence_term(-delta))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition: entropies of the counts.
    #[test]
    fn independent_information_of_the_class_by_entropies() {
        for (first, second, tokens) in [
            (0.6, 0.4, 50),
            (0.9, 0.3, 12),
            (0.55, 0.45, 400),
            (0.5, 0.2, 1),
            (0.6, 0.4, 3000),
            (0.99, 0.01, 200),
            (1.0, 0.5, 20),
            (0.0, 0.3, 3),
            (1.0, 0.0, 9),
            (1.0, 1.0, 9),
        ] {
            let pair = Pair::new(first, second);
            let told = pair.told(tokens);
            let all = |p: f64| {
                let (from, w) = binomial::weights(tokens, p);
                let mut out = vec![0.0; tokens + 1];
                out[from..from + w.len()].copy_from_slice(&w);
                out
            };
            let (a, b) = (all(first), all(second));
            let (mut information, mut cloning) = (0.0, 0.0);
            for (x, y) in a.iter().zip(&b) {
                if x + y > 0.0 {
                    let h = |p: f64| if p > 0.0 { p * (2.0 * p / (x + y)).ln() } else { 0.0 };
                    information += 0.5 * (h(*x) + h(*y));
                    cloning += 0.5 * (x * x + y * y) / (x + y);
                }
            }
            assert!((told.information.value - information).abs() < 1e-13, "{told:?} {information}");
            assert!((told.cloning.value - cloning).abs() < 1e-13, "{told:?} {cloning}");
        }
    }
}
