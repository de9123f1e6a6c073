//! Bounds on the class posterior when no exact route exists: three or more classes with different
//! covariances, or whose means span more than a plane.
//!
//! The class information lies between two pairwise sums `[KT17]`, with the Bhattacharyya distance
//! below and the Kullback-Leibler divergence above:
//! −Σ_i w_i log Σ_j w_j e^{−BD(i,j)} ≤ I(class; x) ≤ −Σ_i w_i log Σ_j w_j e^{−KL(i‖j)}.
//! Both meet the label entropy exponentially fast as the classes separate, so at a collapse time
//! in high dimension the bounds coincide to rounding.

use super::Posterior;
use super::pair::PairIntegrals;
use crate::numerics::precision::ROUNDING;
use crate::numerics::{Estimate, special};

/// The posterior enclosed by its pairwise bounds.
///
/// `bhattacharyya(i, j)` and `divergence(i, j)` are the two distances, `pair(i, j)` two-class
/// integrals with the weights of the classes, or bounds on them from above such as
/// [`pair_integrals_at_most`].
pub fn bounds(
    weights: &[f64],
    label_entropy: Estimate,
    bhattacharyya: impl Fn(usize, usize) -> f64,
    divergence: impl Fn(usize, usize) -> f64,
    pair: impl Fn(usize, usize) -> PairIntegrals,
) -> Posterior {
    let pairwise = |distance: &dyn Fn(usize, usize) -> f64| -> f64 {
        let terms = (0..weights.len()).map(|i| {
            let logs: Vec<f64> = (0..weights.len())
                .map(|j| weights[j].ln() - if i == j { 0.0 } else { distance(i, j) })
                .collect();
            -weights[i] * special::log_sum_exp(&logs)
        });
        terms.sum()
    };
    let rounding = 64.0 * ROUNDING * (1.0 + label_entropy.value) * weights.len() as f64;
    let low = pairwise(&bhattacharyya).max(0.0);
    let high = pairwise(&divergence).min(label_entropy.upper());
    let information = Estimate::between(low.min(high), high).widened(rounding);

    // Dropping the other classes from the denominator only raises each pair's overlap, so their
    // sum bounds 1 − φ from above, and likewise the class entropy.
    let (mut overlap, mut entropy) = (Estimate::exact(0.0), Estimate::exact(0.0));
    for i in 0..weights.len() {
        for j in i + 1..weights.len() {
            let both = pair(i, j);
            overlap = overlap + both.overlap * 2.0;
            entropy = entropy + both.entropy;
        }
    }
    let floor: f64 = weights.iter().map(|w| w * w).sum();
    // φ − Σw² = E Σ (P(k|x) − w_k)² ≤ E ‖P(·|x) − w‖₁² ≤ 2 I(class; x), by Pinsker's inequality.
    let ceiling = (floor + 2.0 * information.upper() + rounding).min(1.0);
    let clone =
        Estimate::between((1.0 - overlap.upper()).max(floor - rounding).min(ceiling), ceiling);
    let from_information = label_entropy - information;
    let entropy_high = from_information.upper().min(entropy.upper());
    let entropy_low = from_information.lower().clamp(0.0, entropy_high);
    Posterior { clone, entropy: Estimate::between(entropy_low, entropy_high), information }
}

/// Upper bounds on the two-class integrals of classes at Bhattacharyya distance `bhattacharyya`: with
/// a = w_j p_j and b = w_k p_k, ab/(a + b) ≤ ½√(ab) and a log(1 + b/a) + b log(1 + a/b) ≤ 2 log 2 √(ab).
pub fn pair_integrals_at_most(weights: [f64; 2], bhattacharyya: f64) -> PairIntegrals {
    let affinity = (weights[0] * weights[1]).sqrt() * (-bhattacharyya).exp();
    let upper = |x: f64| Estimate::new(x, 8.0 * ROUNDING * x);
    PairIntegrals {
        overlap: upper(0.5 * affinity),
        entropy: upper(2.0 * std::f64::consts::LN_2 * affinity),
    }
}
