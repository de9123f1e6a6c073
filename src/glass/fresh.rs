//! Weights seen from a fresh point of the population, in the condensed phase `[D81]`.
//!
//! They are those of a random energy model with Parisi parameter m = λ_c(t): E Σ_μ w_μ^k =
//! Γ(k − m)/[Γ(k) Γ(1 − m)]. A point made from a training sample sees other weights: there its own sample
//! takes all at once, and m plays no part.

use crate::numerics::Estimate;

/// E Σ_μ w_μ^k = Π_{j<k} (j − m)/j, j from 1, at a Parisi parameter 0 ≤ m ≤ 1 and whole k ≥ 2.
pub fn moment(parisi: Estimate, k: u32) -> Estimate {
    (1..k).map(f64::from).fold(Estimate::exact(1.0), |product, j| product * ((j - parisi) / j))
}
