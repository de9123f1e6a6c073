//! The average over x where it has too many reduced variables for a grid: any covariance.
//!
//! In the eigenbasis of the covariance, y = e^t x has independent coordinates of variance ℓ_i + τ.
//! Given y both the own energy and those of the others are sums over eigenvalues of scaled
//! non-central χ² variables, so that the integral over v is the same as for isotropic data; only y
//! has to be sampled. It is drawn by Latin hypercubes, which integrate sums over coordinates almost
//! exactly, in independent randomisations that tell the statistical error; two control variates
//! whose means are known exactly take out most of the rest:
//!
//! - E[E_1 | y], of mean d/2;
//! - log E_a e^{−E} + E[E_1 | y], of mean −I(a; x_t): above collapse the entropy itself, less log n.

use super::count::Count;
use super::law::{Isotropic, Law, Weighted};
use super::profile::{Integral, Others, integrate};
use super::quantity::Quantity;
use super::resolution::Resolution;
use crate::numerics::lattice::{REPLICATES, STANDARD_ERRORS};
use crate::numerics::stop;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use special::Error as _;

/// Covariance eigenvalues and how the average over y is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sampling {
    /// Eigenvalues ℓ > 0 with their multiplicities; directions without variance change no difference
    /// of energies.
    pub(crate) modes: Vec<(f64, usize)>,
    /// Decides every drawn number.
    pub(crate) seed: u64,
    /// Points of each randomisation at first and at most.
    pub(crate) points: (usize, usize),
}

/// A point y: its value and what is known about it.
struct Point {
    integral: Integral,
    controls: [f64; 2],
}

impl Sampling {
    /// I(a; x_t) = ½ Σ log(1 + ℓ/τ), nats.
    pub(crate) fn information(&self, tau: f64) -> f64 {
        self.modes.iter().map(|&(l, m)| 0.5 * m as f64 * (l / tau).ln_1p()).sum()
    }

    /// log τ at which the information is log n.
    pub(crate) fn log_tau_collapse(&self, log_n: f64) -> f64 {
        let (mut low, mut high) = (-700.0, 700.0);
        while high - low > 1e-6 {
            let middle = 0.5 * (low + high);
            if self.information(f64::exp(middle)) > log_n {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// The mean of `quantity` over y, with a bound on its statistical and numerical error: 4.1
    /// standard errors of 16 independent randomisations, which one mean in a thousand exceeds.
    ///
    /// Points are doubled until the bound is below `tolerance` × (1 + |mean|) or they run out.
    pub(crate) fn average(
        &self,
        quantity: Quantity,
        n: Count,
        tau: f64,
        tolerance: f64,
    ) -> Integral {
        let mut points = self.points.0;
        loop {
            let result = self.with_points(quantity, n, tau, tolerance, points);
            let enough = result.error <= tolerance * (1.0 + result.value.abs());
            if enough || result.value.is_nan() || 2 * points > self.points.1 {
                return result;
            }
            points *= 2;
        }
    }

    fn with_points(
        &self,
        quantity: Quantity,
        n: Count,
        tau: f64,
        tolerance: f64,
        points: usize,
    ) -> Integral {
        let resolution = Resolution::new(0.01 * tolerance, 1.0);
        let at = |squares: &Vec<f64>| self.point(quantity, n, tau, resolution, squares);
        let draws: Vec<Vec<f64>> =
            (0..REPLICATES).flat_map(|k| self.hypercube(k as u64, points)).collect();
        let values: Vec<Point> = draws.par_iter().map(at).collect();

        let count = values.len() as f64;
        let mean = |f: &dyn Fn(&Point) -> f64| values.iter().map(f).sum::<f64>() / count;
        let slopes = regression(&values, mean(&|p| p.integral.value));
        let corrected =
            |p: &Point| p.integral.value - slopes[0] * p.controls[0] - slopes[1] * p.controls[1];
        let value = mean(&corrected);
        let spread: f64 = values
            .chunks(points)
            .map(|chunk| chunk.iter().map(corrected).sum::<f64>() / points as f64 - value)
            .map(|deviation| deviation * deviation)
            .sum();
        let replicates = REPLICATES as f64;
        let standard_error = (spread / (replicates * (replicates - 1.0))).sqrt();
        let numerical = mean(&|p| p.integral.error);
        Integral { value, error: STANDARD_ERRORS * standard_error + numerical }
    }

    /// |y_k|²/(ℓ_k + τ) of every mode at the points of one Latin hypercube: in every coordinate each
    /// of `points` equally probable intervals is visited once.
    fn hypercube(&self, replicate: u64, points: usize) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(replicate);
        let mut squares = vec![vec![0.0; self.modes.len()]; points];
        let mut order: Vec<usize> = (0..points).collect();
        for (k, &(_, multiplicity)) in self.modes.iter().enumerate() {
            for _ in 0..multiplicity {
                for last in (1..points).rev() {
                    order.swap(last, rng.random_range(0..=last));
                }
                for (square, &interval) in squares.iter_mut().zip(&order) {
                    let within: f64 = rng.random();
                    // erf⁻¹ is infinite at ±1, which a uniform number may round to.
                    let u = (2.0 * (interval as f64 + within) / points as f64 - 1.0)
                        .clamp(-1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
                    square[k] += 2.0 * u.inv_error().powi(2);
                }
            }
        }
        squares
    }

    fn point(
        &self,
        quantity: Quantity,
        n: Count,
        tau: f64,
        resolution: Resolution,
        squares: &[f64],
    ) -> Point {
        stop::point();
        let parts = |own: bool| -> Weighted {
            let part = |(&(l, m), &g): (&(f64, usize), &f64)| {
                let ratio = l / tau;
                let (freedom, rest) = (m as f64, 1.0 / (1.0 + ratio));
                if own {
                    Isotropic { freedom, scale: ratio * rest, shift: rest * g }
                } else {
                    Isotropic { freedom, scale: ratio, shift: (1.0 + ratio) * g }
                }
            };
            Weighted { parts: self.modes.iter().zip(squares).map(part).collect() }
        };
        let (own, other) = (parts(true), parts(false));
        let freedom: usize = self.modes.iter().map(|m| m.1).sum();
        let energy = own.mean() - 0.5 * freedom as f64;
        let evidence = other.cumulants(1.0)[0] + own.mean() + self.information(tau);
        let integral = integrate(quantity, n, &own, &Others::Alike(other), resolution);
        Point { integral, controls: [energy, evidence] }
    }
}

/// Slopes of the values against both controls, by least squares.
fn regression(points: &[Point], mean: f64) -> [f64; 2] {
    let (mut aa, mut ab, mut bb, mut ay, mut by) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for Point { integral, controls: [a, b] } in points {
        let y = integral.value - mean;
        aa += a * a;
        ab += a * b;
        bb += b * b;
        ay += a * y;
        by += b * y;
    }
    let determinant = aa * bb - ab * ab;
    // Controls that are alike, as for a single eigenvalue, leave one of them.
    if determinant > 1e-9 * aa * bb {
        [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant]
    } else if bb > 0.0 {
        [0.0, by / bb]
    } else {
        [0.0, 0.0]
    }
}
