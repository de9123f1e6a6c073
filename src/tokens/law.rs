//! Independent tokens: what one of them tells.

use super::corruption::{Corruption, UNITS, row_information};
use super::divergence_term;
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::numerics::special::entropy_term;

/// Which of some probabilities, which sum to one, a number below one falls to.
pub(crate) fn chosen(probabilities: &[f64], uniform: f64) -> u32 {
    let mut rest = uniform;
    for (k, p) in probabilities.iter().enumerate() {
        rest -= p;
        if rest < 0.0 {
            return k as u32;
        }
    }
    // What the sum lacks of one belongs to the last that can be.
    probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0) as u32
}

/// The distribution of one token.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// All of K symbols alike.
    Uniform(f64),
    /// Their probabilities, which sum to one.
    Given(Vec<f64>),
}

impl Law {
    /// Two values, the first with probability `p`.
    pub fn binary(p: f64) -> Self {
        Self::Given(vec![p, 1.0 - p])
    }

    /// Number of symbols K.
    pub fn symbols(&self) -> f64 {
        match self {
            Self::Uniform(symbols) => *symbols,
            Self::Given(p) => p.len() as f64,
        }
    }

    /// Draws a token.
    pub fn draw(&self, stream: &mut Stream) -> u32 {
        match self {
            Self::Uniform(symbols) => stream.below(*symbols as usize) as u32,
            Self::Given(p) => chosen(p, stream.uniform()),
        }
    }

    /// Entropy of a token in nats.
    pub fn entropy(&self) -> Estimate {
        match self {
            Self::Uniform(symbols) => Estimate::exact(*symbols).ln(),
            Self::Given(p) => {
                let value: f64 = p.iter().map(|p| entropy_term(*p)).sum();
                // A probability rounded at 1 ± ε has an entropy off by ε.
                Estimate::new(
                    value,
                    UNITS * value + 4.0 * f64::EPSILON * (1.0 + p.len() as f64).sqrt(),
                )
            }
        }
    }

    /// I(a; x_t) of a token, of which `kept` = ᾱ is the probability that it was never hit.
    pub fn information(&self, corruption: Corruption, kept: f64) -> Estimate {
        match (corruption, self) {
            (Corruption::Masked, _) => self.entropy() * kept,
            (Corruption::Uniform, Self::Uniform(symbols)) => row_information(kept, *symbols),
            // Σ_x p_x D(C_x ‖ p'), C_xy = p'_y + ᾱ(δ_xy − p_y), p' = ᾱp + (1 − ᾱ)/K.
            (Corruption::Uniform, Self::Given(p)) => {
                let noisy = noisy(p, kept);
                let others = |p: f64, out: f64| out * divergence_term(-kept * p / out);
                let pairs =
                    || p.iter().copied().zip(noisy.iter().copied()).filter(|(_, out)| *out > 0.0);
                let all: f64 = pairs().map(|(p, out)| others(p, out)).sum();
                let own: f64 = pairs()
                    .map(|(p, out)| {
                        p * (all - others(p, out) + out * divergence_term(kept * (1.0 - p) / out))
                    })
                    .sum();
                // The others less the own symbol's cancel at most by one term of p · all each.
                Estimate::new(own, UNITS * (own + all))
            }
        }
    }
}

/// The distribution p' = ᾱp + (1 − ᾱ)/K of a token under uniform noise.
pub(crate) fn noisy(p: &[f64], kept: f64) -> Vec<f64> {
    let share = (1.0 - kept) / p.len() as f64;
    p.iter().map(|p| kept * p + share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I = H(x) − H(x|a), by the definition of both.
    #[test]
    fn independent_information_by_entropies() {
        let p = [0.5, 0.3, 0.15, 0.05];
        for kept in [0.05, 0.3, 0.9, 1.0] {
            let mine = Law::Given(p.to_vec()).information(Corruption::Uniform, kept);
            let out: f64 = noisy(&p, kept).iter().map(|p| entropy_term(*p)).sum();
            let e = (1.0 - kept) / 4.0;
            let row = entropy_term(e + kept) + 3.0 * entropy_term(e);
            assert!((mine.value - (out - row)).abs() < 1e-15 + mine.error, "{kept}");
            let alike = Law::Given(vec![0.25; 4]).information(Corruption::Uniform, kept);
            let known = Law::Uniform(4.0).information(Corruption::Uniform, kept);
            assert!((alike.value - known.value).abs() <= alike.error + known.error);
        }
    }
}
