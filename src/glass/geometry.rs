//! The score's Jacobian at a fresh point: how many directions it still knows, and how well it tells two
//! variances apart.

use crate::numerics::Estimate;
use crate::process::Noise;
use crate::spectrum::Atoms;

/// Spread of the weighted samples around a fresh point, relative to the population's posterior, per dimension:
/// Σ_i w_i λ_c(1 + λ_i snr)/(1 + λ_c λ_i snr) over the directions that vary (derived here). It is their share for
/// λ_c = 1, and falls in directions of small variance first.
pub fn effective_dimension(atoms: &Atoms, noise: Noise, condensation: Estimate) -> Estimate {
    let tau = Estimate::rounded(noise.tau());
    atoms
        .atoms()
        .iter()
        .filter(|(v, _)| v.value > 0.0)
        .map(|&(v, share)| {
            if tau.value == f64::INFINITY {
                return condensation * Estimate::rounded(share);
            }
            let ratio = condensation * ((tau + v) / (tau + condensation * v));
            ratio * Estimate::rounded(share)
        })
        .sum()
}

/// Two neighbouring variances, the larger first, that the population's score tells apart best: those with the
/// largest ratio.
pub fn best_pair(atoms: &Atoms) -> Option<[Estimate; 2]> {
    let mut all: Vec<Estimate> =
        atoms.atoms().iter().map(|(v, _)| *v).filter(|v| v.value > 0.0).collect();
    all.sort_by(|a, b| b.value.total_cmp(&a.value));
    all.windows(2)
        .map(|pair| [pair[0], pair[1]])
        .max_by(|a, b| (a[0].value / a[1].value).total_cmp(&(b[0].value / b[1].value)))
}

/// Gap between their eigenvalues of −σ²J, σ²/(σ² + b) − σ²/(σ² + a), J the Jacobian in coordinates a + σz.
pub fn gap([a, b]: [Estimate; 2], noise: Noise) -> Estimate {
    let tau = Estimate::rounded(noise.tau());
    tau * (a - b) / ((tau + a) * (tau + b))
}

/// The σ = (ab)^{1/4} at which the gap is largest, and the gap there, (√a − √b)/(√a + √b).
pub fn largest_gap([a, b]: [Estimate; 2]) -> [Estimate; 2] {
    let (a, b) = (a.sqrt(), b.sqrt());
    [(a * b).sqrt(), (a - b) / (a + b)]
}
