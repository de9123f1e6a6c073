//! Random mixtures against plain sums over a grid and plain Monte Carlo.
use super::{CURVE, class, posterior, weights, within};
use nalgebra::{DMatrix, DVector};
use regimes::classes::{Covariance, GaussianClass};
use regimes::numerics::random::{Purpose, Seed, Stream};

/// Steps of the plain sums in standard deviations of the narrowest class, and their reach.
const STEPS: [f64; 2] = [0.1, 0.08];
const REACH: f64 = 9.0;

/// Points of plain Monte Carlo, and the standard errors that it may be off by.
const PLAIN: usize = 60_000;
const PLAIN_ERRORS: f64 = 5.0;

/// Densities at a noise level, written down once more.
struct Plain {
    weights: Vec<f64>,
    means: Vec<DVector<f64>>,
    roots: Vec<DMatrix<f64>>,
    inverses: Vec<DMatrix<f64>>,
    volumes: Vec<f64>,
}

impl Plain {
    fn new(classes: &[GaussianClass], t: f64) -> Self {
        let d = classes[0].mean.len();
        let shrink = (-2.0 * t).exp();
        let noisy: Vec<DMatrix<f64>> = classes
            .iter()
            .map(|c| c.covariance.matrix(d) * shrink + DMatrix::identity(d, d) * (1.0 - shrink))
            .collect();
        let root = |c: &DMatrix<f64>| c.clone().cholesky().unwrap().l();
        Self {
            weights: classes.iter().map(|c| c.weight).collect(),
            means: classes.iter().map(|c| DVector::from_vec(c.mean.clone()) * (-t).exp()).collect(),
            roots: noisy.iter().map(root).collect(),
            inverses: noisy.iter().map(|c| c.clone().try_inverse().unwrap()).collect(),
            volumes: noisy.iter().map(|c| (c * std::f64::consts::TAU).determinant().ln()).collect(),
        }
    }

    /// Density, entropy and Σ P² of the posterior at a point.
    fn at(&self, x: &DVector<f64>) -> [f64; 3] {
        let densities: Vec<f64> = (0..self.weights.len())
            .map(|k| {
                let z = x - &self.means[k];
                self.weights[k]
                    * (-0.5 * (z.dot(&(&self.inverses[k] * &z)) + self.volumes[k])).exp()
            })
            .collect();
        let sum: f64 = densities.iter().sum();
        let (mut entropy, mut squares) = (0.0, 0.0);
        for p in densities.iter().map(|p| p / sum).filter(|p| *p > 0.0) {
            entropy -= p * p.ln();
            squares += p * p;
        }
        if sum > 0.0 { [sum, entropy, squares] } else { [0.0; 3] }
    }

    /// Entropy and Σ P² as plain sums over an even grid on a line or in the plane.
    fn sums(&self, step: f64) -> [f64; 2] {
        let d = self.means[0].len();
        let least = self.inverses.iter().map(|i| 1.0 / i.symmetric_eigenvalues().max().sqrt());
        let step = step * least.fold(f64::INFINITY, f64::min);
        let grid = |i: usize| -> Vec<f64> {
            let ends = |side: f64| {
                let end = |k: usize| self.means[k][i] + side * REACH * self.roots[k].row(i).norm();
                (0..self.weights.len()).map(end).fold(-side * f64::INFINITY, |a, b| {
                    if side > 0.0 { a.max(b) } else { a.min(b) }
                })
            };
            let (low, high) = (ends(-1.0), ends(1.0));
            (0..=((high - low) / step) as usize).map(|n| low + n as f64 * step).collect()
        };
        let across = if d > 1 { grid(1) } else { vec![0.0] };
        let mut sums = [0.0; 2];
        for &a in &grid(0) {
            for &b in &across {
                let [density, entropy, squares] =
                    self.at(&DVector::from_column_slice(&[a, b][..d]));
                sums[0] += density * entropy * step.powi(d as i32);
                sums[1] += density * squares * step.powi(d as i32);
            }
        }
        sums
    }

    /// Entropy and Σ P² with their standard errors, over independent points.
    fn drawn(&self, stream: &mut Stream) -> [(f64, f64); 2] {
        let d = self.means[0].len();
        let mut all = [(0.0, 0.0); 2];
        for (k, w) in self.weights.iter().enumerate() {
            let mut moments = [(0.0, 0.0); 2];
            for _ in 0..PLAIN {
                let z = DVector::from_fn(d, |_, _| stream.normal());
                let [_, entropy, squares] = self.at(&(&self.means[k] + &self.roots[k] * z));
                for (sum, x) in moments.iter_mut().zip([entropy, squares]) {
                    *sum = (sum.0 + x / PLAIN as f64, sum.1 + x * x / PLAIN as f64);
                }
            }
            for (sum, (mean, square)) in all.iter_mut().zip(moments) {
                let variance = (square - mean * mean).max(0.0) / PLAIN as f64;
                *sum = (sum.0 + w * mean, f64::hypot(sum.1, w * variance.sqrt()));
            }
        }
        all
    }
}

/// Three to six classes of one or of different covariances, in one to three dimensions, against sums
/// over a grid and plain Monte Carlo: no value lies beyond its stated error.
#[test]
fn property_random_mixtures_lie_within_their_errors() {
    let mut stream = Seed(8).stream(Purpose::Points, 0, 0);
    for case in 0..24 {
        let (d, count) = (1 + case % 3, 3 + (case / 3) % 4);
        let equal = case % 5 == 0;
        let spread = within(&mut stream, -1.0, 1.4).exp();
        let w = weights(&mut stream, count);
        let mut covariance = |kind: usize| match kind {
            0 => Covariance::Isotropic(within(&mut stream, -2.0, 1.0).exp()),
            1 => {
                Covariance::Diagonal((0..d).map(|_| within(&mut stream, -2.0, 1.0).exp()).collect())
            }
            _ => {
                let a = DMatrix::from_fn(d, d + 2, |_, _| stream.normal());
                let full = &a * a.transpose() / (d as f64 + 2.0);
                Covariance::Full((&full + full.transpose()) * 0.5)
            }
        };
        let kind = (case / 2) % 3;
        let first = covariance(kind);
        let covariances: Vec<Covariance> =
            w.iter().map(|_| if equal { first.clone() } else { covariance(kind) }).collect();
        let classes: Vec<GaussianClass> = w
            .iter()
            .zip(covariances)
            .map(|(w, covariance)| {
                let mean: Vec<f64> = (0..d).map(|_| spread * stream.normal()).collect();
                class(*w, &mean, covariance)
            })
            .collect();
        let t = within(&mut stream, -2.5, 0.8).exp();
        let plain = Plain::new(&classes, t);
        let got = posterior(classes, t);
        let want = if d < 3 {
            let [one, other] = STEPS.map(|step| plain.sums(step));
            [0, 1].map(|i| (other[i], 2.0 * (one[i] - other[i]).abs() + 1e-12))
        } else {
            plain.drawn(&mut stream).map(|(mean, error)| (mean, PLAIN_ERRORS * error))
        };
        for (got, (want, its_error)) in got.into_iter().zip(want) {
            let what = format!("case {case}, d = {d}, K = {count}, t = {t}");
            assert!(
                (got.value - want).abs() <= got.error + its_error,
                "{what}: {got:?}, not {want}"
            );
            assert!(
                d == 3 || (got.error < CURVE && its_error < 1e-8),
                "{what}: {got:?} {its_error}"
            );
            assert!(got.error < 5e-3, "{what}: {got:?}");
        }
    }
}
