//! What the span of the class means tells of the log-likelihoods of classes on independent axes: their
//! means over everything else, given the coordinates along it.
//!
//! Classes of one covariance know those coordinates only. What the log-likelihoods of the classes
//! themselves add to their means given them averages to nothing at every point of the span, and so does
//! it times any function of the coordinates: a control variate whose mean is 0 exactly.

use super::reduction::{Axis, Instance};
use crate::numerics::products::{ColumnMajor, columns_against};

/// Directions of which less than this fraction is new are left out.
const NEW: f64 = 1e-6;

/// The span of the means, whitened with one covariance.
pub(super) struct Span {
    /// Its orthonormal basis, over the axes.
    basis: Vec<Vec<f64>>,
    /// The means relative to the first, along the basis.
    means: Vec<Vec<f64>>,
}

impl Span {
    /// For variances `common` on the axes.
    pub(super) fn new(instance: &Instance, common: &[f64]) -> Self {
        let classes = instance.axes[0].means.len();
        let whitened = |j: usize| -> Vec<f64> {
            let axes = instance.axes.iter().zip(common);
            axes.map(|(axis, v)| (axis.means[j] - axis.means[0]) / v.sqrt()).collect()
        };
        let whitened: Vec<Vec<f64>> = (0..classes).map(whitened).collect();
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for vector in &whitened {
            let length = dot(vector, vector).sqrt();
            let mut rest = vector.clone();
            for _ in 0..2 {
                for b in &basis {
                    let along = dot(b, &rest);
                    rest.iter_mut().zip(b).for_each(|(x, y)| *x -= along * y);
                }
            }
            let new = dot(&rest, &rest).sqrt();
            if new > NEW * length {
                basis.push(rest.iter().map(|x| x / new).collect());
            }
        }
        let along = |vector: &Vec<f64>| basis.iter().map(|b| dot(b, vector)).collect();
        let means = whitened.iter().map(along).collect();
        Self { basis, means }
    }

    /// Dimension.
    pub(super) fn dimension(&self) -> usize {
        self.basis.len()
    }

    /// Component `p` of the basis on every axis.
    pub(super) fn direction(&self, p: usize) -> &[f64] {
        &self.basis[p]
    }

    /// Products of a displacement with the means: entry n of column j from columns of coordinates.
    pub(super) fn projections(&self, coordinates: &[f64], points: usize) -> Vec<f64> {
        let mut all = vec![0.0; self.means.len() * points];
        for (column, mean) in all.chunks_mut(points).zip(&self.means) {
            for (y, m) in coordinates.chunks(points).zip(mean) {
                column.iter_mut().zip(y).for_each(|(sum, y)| *sum += m * y);
            }
        }
        all
    }

    /// Means of the log-likelihoods given the coordinates: entry n of column kK + j is that of log p_j,
    /// up to what all j share, of point n taken in class k.
    ///
    /// With α and β the weights of z² and z on an axis, u its row of the basis and w = u·y, they are
    /// Σ α (w² + 1 − u·u) + β w, a quadratic form of y.
    pub(super) fn expected(&self, instance: &Instance, coordinates: &[f64]) -> Vec<f64> {
        let r = self.dimension();
        let points = coordinates.len() / r;
        let rows = r * (r + 3) / 2;
        let mut monomials = vec![0.0; rows * points];
        for (n, out) in monomials.chunks_mut(rows).enumerate() {
            let mut at = 0;
            for p in 0..r {
                let y = coordinates[p * points + n];
                out[at] = y;
                for q in 0..=p {
                    out[at + 1 + q] = y * coordinates[q * points + n];
                }
                at += p + 2;
            }
        }
        let classes = self.means.len();
        let mut forms = Vec::with_capacity(rows * classes * classes);
        let mut constants = Vec::with_capacity(classes * classes);
        for k in 0..classes {
            for j in 0..classes {
                let weights: Vec<(f64, f64)> =
                    instance.axes.iter().map(|axis| weights_of(axis, k, j)).collect();
                let mut constant: f64 = weights
                    .iter()
                    .zip(&instance.axes)
                    .map(|(w, axis)| w.0 * axis.freedom.unwrap_or(1.0) + constant_of(axis, k, j))
                    .sum();
                for (p, u) in self.basis.iter().enumerate() {
                    forms.push(weights.iter().zip(u).map(|(w, u)| w.1 * u).sum());
                    for (q, v) in self.basis[..=p].iter().enumerate() {
                        let products = weights.iter().zip(u.iter().zip(v));
                        let form: f64 = products.map(|(w, (u, v))| w.0 * u * v).sum();
                        forms.push(if p == q { form } else { 2.0 * form });
                        constant -= if p == q { form } else { 0.0 };
                    }
                }
                constants.push(constant);
            }
        }
        let mut expected = vec![0.0; points * classes * classes];
        let side = |entries| ColumnMajor { entries, rows };
        columns_against(side(&monomials), side(&forms), &mut expected);
        for (column, constant) in expected.chunks_mut(points).zip(constants) {
            column.iter_mut().for_each(|x| *x += constant);
        }
        expected
    }
}

/// Weights of z² and z in log p_j at a point of class k, m_k + √v_k z on a line; of ρ² and 0 for a
/// distance.
pub(super) fn weights_of(axis: &Axis, k: usize, j: usize) -> (f64, f64) {
    let (own, other) = (axis.variances[k], axis.variances[j]);
    let gap = axis.means[k] - axis.means[j];
    (-0.5 * own / other, -gap * own.sqrt() / other)
}

/// The rest of log p_j there.
pub(super) fn constant_of(axis: &Axis, k: usize, j: usize) -> f64 {
    let other = axis.variances[j];
    let gap = axis.means[k] - axis.means[j];
    -0.5 * (gap * gap / other + axis.freedom.unwrap_or(1.0) * other.ln())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::random::{Purpose, Seed};

    /// Averaged over points that share their coordinates, the log-likelihoods are what is expected.
    #[test]
    fn identity_expected_likelihoods_are_averages_given_the_span() {
        let mut stream = Seed(1).stream(Purpose::Points, 0, 0);
        let (classes, count) = (3, 6);
        let axes: Vec<Axis> = (0..count)
            .map(|_| Axis {
                freedom: None,
                means: (0..classes).map(|_| stream.normal()).collect(),
                variances: (0..classes).map(|_| 0.3 + stream.uniform()).collect(),
            })
            .collect();
        let instance = Instance { axes, slopes: Vec::new(), neglected: 0.0 };
        let span = Span::new(&instance, &[0.8; 6]);
        assert_eq!(span.dimension(), 2);
        let y = [0.7, -1.3];
        let expected = span.expected(&instance, &y);
        let draws = 200_000;
        let mut sums = vec![0.0; classes * classes];
        for _ in 0..draws {
            let mut z: Vec<f64> = (0..count).map(|_| stream.normal()).collect();
            for (p, y) in y.iter().enumerate() {
                let b = span.direction(p);
                let along = dot(b, &z) - y;
                z.iter_mut().zip(b).for_each(|(z, b)| *z -= along * b);
            }
            for (at, sum) in sums.iter_mut().enumerate() {
                let term = |(axis, z): (&Axis, &f64)| {
                    let (square, linear) = weights_of(axis, at / classes, at % classes);
                    square * z * z + linear * z + constant_of(axis, at / classes, at % classes)
                };
                *sum += instance.axes.iter().zip(&z).map(term).sum::<f64>();
            }
        }
        for (at, (sum, want)) in sums.iter().zip(&expected).enumerate() {
            let mean = sum / f64::from(draws);
            assert!((mean - want).abs() < 0.05, "{at}: {mean}, not {want}");
        }
    }
}
