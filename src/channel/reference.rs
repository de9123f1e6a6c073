//! What the density of y is compared with, and the integrand beside the noise.

use super::cells::Cell;
use super::scalars::Scalars;
use crate::numerics::special::{HALF_LN_2PI, normal_density, x_minus_ln_1p};

/// Density below which quotients lose their digits to underflow.
const SMALLEST: f64 = 1e-300;

/// What the density of y is compared with, so that small numbers stay exact.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Reference {
    /// Nothing: its entropy is summed.
    #[default]
    Nothing,
    /// The Gaussian of equal moments.
    Gaussian,
    /// The noise around the usual value of a rare signal: cells hold deviations from it, with
    /// p times u, the variance of u and u w in the places of n, n² and n w.
    Noise,
    /// The same, the information being a difference of entropies.
    NoiseEntropy,
}

impl Reference {
    /// True where cells hold deviations.
    pub(super) fn is_noise(self) -> bool {
        matches!(self, Self::Noise | Self::NoiseEntropy)
    }
}

/// What y adds to the information beside a usual value of u: −[p log(p/N) − δ], or −[p log p −
/// N log N], p = N + δ.
fn information(delta: f64, y: f64, reference: Reference) -> f64 {
    let log_noise = -0.5 * y * y - HALF_LN_2PI;
    let noise = log_noise.exp();
    let ratio = delta / noise;
    let p = noise + delta;
    let entropy = reference == Reference::NoiseEntropy;
    if ratio.abs() < 0.5 {
        // (1 + ε) log(1 + ε) − ε
        let divergence = ratio * ratio.ln_1p() - x_minus_ln_1p(ratio);
        let linear = if entropy { delta * (log_noise + 1.0) } else { 0.0 };
        return -noise * divergence - linear;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if entropy { noise * log_noise - p * p.ln() } else { delta - p * (p.ln() - log_noise) }
}

/// The integrand at y where the cell holds what differs from the noise.
pub(super) fn integrand(cell: &Cell, y: f64, reference: Reference) -> Scalars {
    let p = normal_density(y) + cell.p;
    let mut sums = Scalars { information: information(cell.p, y, reference), ..Scalars::default() };
    if p > SMALLEST {
        let w = cell.w / p;
        sums.signal = cell.nn;
        sums.drift = cell.w * w;
        sums.curvature = (cell.ww - cell.w * w).powi(2) / p;
        sums.cross = (cell.nw - cell.n * w).powi(2) / p;
    }
    sums
}
