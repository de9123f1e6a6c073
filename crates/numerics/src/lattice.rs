//! Points that fill the unit cube more evenly than independent ones, in independent randomisations
//! whose scatter tells the error of a mean over them.
//!
//! In few dimensions they are a lattice of Korobov's form, shifted at random and folded by the tent
//! map, which integrates smooth functions to O(1/N²); in more, a Latin hypercube, which integrates
//! sums over coordinates almost exactly.

use super::random::{Purpose, Seed};
use super::special::{chi_quantile, normal_quantile};

/// Independent randomisations.
pub const REPLICATES: usize = 16;

/// Standard errors of a mean of [`REPLICATES`] that are exceeded once in a thousand times (Student).
pub const STANDARD_ERRORS: f64 = 4.1;

/// Dimensions in which the lattices are good; beyond, hypercubes are used.
pub const LATTICE_DIMENSIONS: usize = 12;

/// Points and multiplier: of all odd multipliers below N/2 the one with the least P₂, the squared
/// worst-case error over functions of square-integrable mixed derivative, where coordinate j counts
/// 1/j².
const KOROBOV: [(usize, u64); 9] = [
    (32, 13),
    (64, 19),
    (128, 61),
    (256, 55),
    (512, 227),
    (1024, 43),
    (2048, 109),
    (4096, 1881),
    (8192, 3019),
];

/// The largest number of lattice points up to `wanted`, at least the smallest there is.
pub fn lattice_size(wanted: usize) -> usize {
    KOROBOV.iter().rev().map(|k| k.0).find(|&n| n <= wanted).unwrap_or(KOROBOV[0].0)
}

/// What a coordinate of the points is to be distributed like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Marginal {
    /// Standard normal.
    Normal,
    /// Square root of a χ² variable of this number of degrees of freedom.
    Chi(f64),
}

impl Marginal {
    fn quantile(self, u: f64) -> f64 {
        // Quantiles are infinite at 0 and 1, which a uniform number may round to.
        let u = u.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        match self {
            Self::Normal => normal_quantile(u),
            Self::Chi(freedom) => chi_quantile(freedom, u),
        }
    }
}

/// [`REPLICATES`] randomisations of `points` points with independent coordinates of the given
/// marginals, one point after the other. Lattices take `points` from [`lattice_size`].
pub fn draw(seed: u64, points: usize, marginals: &[Marginal]) -> Vec<f64> {
    let multiplier = KOROBOV.iter().find(|k| k.0 == points).map(|k| k.1);
    let lattice = multiplier.filter(|_| marginals.len() <= LATTICE_DIMENSIONS);
    let mut all = Vec::with_capacity(REPLICATES * points * marginals.len());
    for replicate in 0..REPLICATES {
        let mut stream = Seed(seed).stream(Purpose::Quadrature, replicate as u64, 0);
        let columns: Vec<Vec<f64>> = match lattice {
            Some(multiplier) => {
                let mut generator = 1u64;
                let column = |_| {
                    let shift = stream.uniform();
                    let own = generator;
                    generator = generator * multiplier % points as u64;
                    let at = |k: u64| {
                        let x = (k * own % points as u64) as f64 / points as f64 + shift;
                        1.0 - (2.0 * x.fract() - 1.0).abs()
                    };
                    (0..points as u64).map(at).collect()
                };
                (0..marginals.len()).map(column).collect()
            }
            None => {
                let mut column = |_| {
                    let mut order: Vec<usize> = (0..points).collect();
                    for last in (1..points).rev() {
                        order.swap(last, stream.below(last + 1));
                    }
                    order.iter().map(|&k| (k as f64 + stream.uniform()) / points as f64).collect()
                };
                (0..marginals.len()).map(&mut column).collect()
            }
        };
        for k in 0..points {
            all.extend(columns.iter().zip(marginals).map(|(u, m)| m.quantile(u[k])));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P₂ of the lattice in [`LATTICE_DIMENSIONS`] dimensions.
    fn worst_case(points: usize, multiplier: u64) -> f64 {
        let n = points as u64;
        let term = |k: u64| {
            let (mut z, mut product) = (1, 1.0);
            for j in 1..=LATTICE_DIMENSIONS {
                let x = (k * z % n) as f64 / points as f64;
                let bernoulli = x * x - x + 1.0 / 6.0;
                product *=
                    1.0 + 2.0 * std::f64::consts::PI.powi(2) * bernoulli / (j as f64 * j as f64);
                z = z * multiplier % n;
            }
            product
        };
        (0..n).map(term).sum::<f64>() / points as f64 - 1.0
    }

    #[test]
    fn identity_multipliers_are_the_best() {
        for (points, multiplier) in KOROBOV.into_iter().filter(|k| k.0 <= 512) {
            let best = (3..points as u64 / 2).step_by(2).map(|a| worst_case(points, a));
            let best = best.fold(f64::INFINITY, f64::min);
            let own = worst_case(points, multiplier);
            assert!(own <= best * (1.0 + 1e-12), "{points}: {own} against {best}");
        }
    }

    /// E cos(Σ c_i z_i) = e^{−|c|²/2} for normal coordinates, and E ρ² = freedom, within the stated
    /// error; the even points beat independent ones by far.
    #[test]
    fn independent_means_of_known_functions() {
        for dimensions in [3, 12, 40] {
            let marginals = vec![Marginal::Normal; dimensions];
            let points = 512;
            let all = draw(3, points, &marginals);
            let f = |z: &[f64]| (z.iter().sum::<f64>() / (dimensions as f64).sqrt()).cos();
            let values: Vec<f64> = all.chunks(dimensions).map(f).collect();
            let means: Vec<f64> =
                values.chunks(points).map(|c| c.iter().sum::<f64>() / points as f64).collect();
            let mean = means.iter().sum::<f64>() / REPLICATES as f64;
            let spread: f64 = means.iter().map(|m| (m - mean).powi(2)).sum();
            let error = STANDARD_ERRORS * (spread / (16.0 * 15.0)).sqrt();
            assert!((mean - (-0.5f64).exp()).abs() < error, "{dimensions}: {mean} ± {error}");
            let independent = STANDARD_ERRORS * 0.45 / (16.0 * points as f64).sqrt();
            if dimensions <= LATTICE_DIMENSIONS {
                assert!(error < 0.5 * independent, "{dimensions}: {error} against {independent}");
            }
        }
        for freedom in [1.0, 2.0, 7.0, 250.0, 1e5] {
            let squares: f64 = draw(1, 256, &[Marginal::Chi(freedom)]).iter().map(|x| x * x).sum();
            let mean = squares / (256.0 * 16.0);
            assert!((mean / freedom - 1.0).abs() < 1e-3 / freedom.sqrt(), "{freedom}: {mean}");
        }
    }
}
