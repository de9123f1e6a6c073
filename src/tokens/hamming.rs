//! Collapse under uniform noise, exactly, of independent tokens that are all alike: the weight of a sample
//! depends on its Hamming distance to x_t alone.
//!
//! ρ = (1 − ᾱ)/(1 + (K − 1)ᾱ) is the weight of a symbol that differs; the own distance is
//! h₁ ~ Bin(L, (1 − ᾱ)(1 − 1/K)), that of others h ~ Bin(L, 1 − 1/K).

use super::binomial;
use crate::numerics::{Estimate, stop};

/// Spacing in log s of the trapezoid rule, and where the integrands end: as for masked tokens.
const SPACING: f64 = 0.2;
const TOP: f64 = 3.8;
const DEPTH: f64 = 42.0;

/// log n up to which the rarest neighbours that count are followed.
const LARGEST_LOG_N: f64 = 45.0;

/// Largest number of exponentials that are computed.
const MOST: f64 = 3e9;

/// H(index|x_t, data) in nats and φ_C of n samples of `length` tokens of `symbols` symbols; nothing where
/// the sums are too long.
///
/// H = E_{h₁} ∫ (ds/s) e^{−s} {1 − M(s)^{n−1}} and φ_C = E_{h₁} ∫ ds e^{−s} M(s)^{n−1} with
/// M(s) = E_h exp(−s ρ^{h − h₁}).
pub fn collapse(
    length: usize,
    symbols: f64,
    kept: f64,
    log_n: f64,
) -> Option<(Estimate, Estimate)> {
    let differs = 1.0 - 1.0 / symbols;
    let log_rho = (1.0 - kept).ln() - ((symbols - 1.0) * kept).ln_1p();
    let (first_own, own) = binomial::weights(length, (1.0 - kept) * differs);
    let (first, others) = binomial::weights(length, differs);
    if log_n == 0.0 {
        return Some((Estimate::exact(0.0), Estimate::exact(1.0)));
    }
    if log_n > LARGEST_LOG_N {
        return None;
    }
    let work = own.len() as f64 * others.len() as f64 * (TOP + DEPTH + 2.0 * log_n) / SPACING;
    if work > MOST {
        return None;
    }
    let count = log_n.exp_m1();
    let (mut entropy, mut phi) = (0.0, 0.0);
    let mut dropped = 0.0;
    for (k, weight) in own.iter().enumerate() {
        stop::point();
        if *weight < 1e-22 {
            dropped += weight;
            continue;
        }
        let own = (first_own + k) as f64;
        // Weights ρ^{h − h₁} of the others beside the own sample's.
        let ratio: Vec<f64> = (0..others.len())
            .map(|j| {
                let apart = (first + j) as f64 - own;
                if apart == 0.0 { 1.0 } else { (log_rho * apart).exp() }
            })
            .collect();
        let mean: f64 = ratio.iter().zip(&others).map(|(r, w)| (r * w).min(1e300)).sum();
        let bottom = (-(count * mean).max(1.0).ln() - DEPTH).max(-740.0);
        let steps = ((TOP - bottom) / SPACING).ceil() as usize;
        let (mut h, mut own_weight) = (0.0, 0.0);
        for step in 0..=steps {
            let s = (bottom + SPACING * step as f64).exp();
            let fall: f64 = ratio.iter().zip(&others).map(|(r, w)| w * -(-s * r).exp_m1()).sum();
            let power = count * (-fall.min(1.0)).ln_1p();
            h += (-s).exp() * -power.exp_m1();
            own_weight += s * (-s).exp() * power.exp();
        }
        entropy += weight * SPACING * h;
        phi += weight * SPACING * own_weight;
    }
    let relative = 512.0 * f64::EPSILON + binomial::relative_error(&others) * (1.0 + log_n);
    // Weights that were not followed, and the top and bottom of the integrals.
    let beyond = (log_n + binomial::NEGLIGIBLE + 3.0).min(0.0).exp();
    let cut = dropped + (-DEPTH).exp() + (-TOP.exp()).exp() + beyond;
    Some((
        Estimate::new(entropy, relative * entropy + cut * (1.0 + log_n)),
        Estimate::new(phi, relative * phi + cut),
    ))
}
