//! True features averaged over all noise: the covariance that infinitely many noise draws would show.
//!
//! Given a sample a, feature i is φ(m_i + s_i u_i) with m_i = e^{−t} w_i·a/√d, s_i = √(Δ/d)|w_i| and normal u_i of
//! correlation ρ_ij = w_i·w_j/(|w_i||w_j|), so that by Mehler's formula
//!
//! E φ_i φ_j = Σ_k ρ_ij^k c_k(i) c_k(j),  c_k(i) = E He_k(u) φ(m_i + s_i u)/√k!,  E φ_i z = c_1(i) w_i/|w_i|.
//!
//! Off the diagonal ρ is of order d^{−½}: a few k are enough. On it the mean square itself is taken.

use crate::numerics::special::normal_density;
use crate::symbolic::Activation;
use nalgebra::DMatrix;

/// Features of training: their covariance U and its overlap V with the noise.
pub(super) enum Seen {
    /// U = ZZᵀ + `floor`.
    Factor { z: DMatrix<f64>, floor: f64, v: DMatrix<f64> },
    /// U itself.
    Whole { u: DMatrix<f64>, v: DMatrix<f64> },
}

/// Nodes of the trapezoidal sum over u: their spacing and reach.
const SPACING: f64 = 0.25;
const REACH: f64 = 8.0;

/// Most orders, and the power of the largest correlation below which orders are left out.
const ORDERS: usize = 40;
const SHARE: f64 = 1e-5;

/// Samples whose features are in memory at a time.
const CHUNK: usize = 64;

/// Covariance of the features and its overlap with the noise, averaged over the noise: `y` = W/√d, `clean` = y·e^{−t}a,
/// a column for each sample.
pub(super) fn averaged(
    phi: &Activation,
    y: &DMatrix<f64>,
    clean: &DMatrix<f64>,
    delta: f64,
) -> Seen {
    let (p, n) = clean.shape();
    let norms: Vec<f64> = y.row_iter().map(|row| row.norm()).collect();
    let mut unit = y.clone();
    for (mut row, norm) in unit.row_iter_mut().zip(&norms) {
        row.unscale_mut(*norm);
    }
    let correlation = &unit * unit.transpose();
    let mut largest = 0.0f64;
    for i in 0..p {
        for j in 0..i {
            largest = largest.max(correlation[(i, j)].abs());
        }
    }
    let (mut covariance, mut overlap) = (DMatrix::zeros(p, p), DMatrix::zeros(p, y.ncols()));
    let mut diagonal = vec![0.0; p];
    for first in (0..n).step_by(CHUNK) {
        let some = clean.columns(first, CHUNK.min(n - first));
        let noisy = Noisy::new(phi, &some.into_owned(), &norms, delta);
        let squares = noisy.order(|value| value * value, normal_density);
        for column in squares.column_iter() {
            diagonal.iter_mut().zip(column.iter()).for_each(|(sum, x)| *sum += x / n as f64);
        }
        let mut power = DMatrix::from_element(p, p, 1.0 / n as f64);
        let mut weight = 1.0;
        for k in 0..ORDERS {
            let c = noisy.order(|value| value, |u| hermite(k, u) * normal_density(u));
            if k == 1 {
                for (i, mut row) in overlap.row_iter_mut().enumerate() {
                    row += unit.row(i) * (c.row(i).sum() / n as f64);
                }
            }
            covariance += (&c * c.transpose()).component_mul(&power);
            power.component_mul_assign(&correlation);
            // What is left of the mean square is at most all of it.
            weight *= largest;
            if k > 1 && weight < SHARE {
                break;
            }
        }
    }
    for (i, square) in diagonal.into_iter().enumerate() {
        covariance[(i, i)] = square;
    }
    Seen::Whole { u: covariance, v: overlap }
}

/// φ of every feature of every sample at every node of its noise.
struct Noisy {
    shape: (usize, usize),
    nodes: Vec<f64>,
    /// Node by node, the features of all samples.
    values: Vec<DMatrix<f64>>,
}

impl Noisy {
    fn new(phi: &Activation, clean: &DMatrix<f64>, norms: &[f64], delta: f64) -> Self {
        let count = (REACH / SPACING).round() as i32;
        let nodes: Vec<f64> = (-count..=count).map(|k| f64::from(k) * SPACING).collect();
        let at = |u: &f64| {
            let mut points = clean.clone();
            for (mut row, norm) in points.row_iter_mut().zip(norms) {
                row.add_scalar_mut(u * norm * delta.sqrt());
            }
            let mut values = points.clone();
            phi.eval_slice(points.as_slice(), values.as_mut_slice());
            values
        };
        Self { shape: clean.shape(), values: nodes.iter().map(at).collect(), nodes }
    }

    /// The mean of `of`(φ) over the noise, with a weight in place of the normal density.
    fn order(&self, of: fn(f64) -> f64, weight: impl Fn(f64) -> f64) -> DMatrix<f64> {
        let mut sum = DMatrix::zeros(self.shape.0, self.shape.1);
        for (u, values) in self.nodes.iter().zip(&self.values) {
            let share = SPACING * weight(*u);
            sum.iter_mut().zip(values.iter()).for_each(|(sum, x)| *sum += share * of(*x));
        }
        sum
    }
}

/// He_k(u)/√k!.
fn hermite(k: usize, u: f64) -> f64 {
    let (mut before, mut now) = (0.0, 1.0);
    for j in 0..k {
        let j = j as f64;
        (before, now) = (now, (u * now - j.sqrt() * before) / (j + 1.0).sqrt());
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::activation;

    /// Three features in two dimensions, one of them with a partner nearly along it: plain sums over the noise.
    #[test]
    fn independent_average_is_a_sum_over_the_noise() {
        let phi = activation("tanh(2*z) + 0.2*z^2").unwrap();
        let y = DMatrix::from_row_slice(3, 2, &[0.8, 0.1, -0.3, 0.7, 0.5, 0.6]);
        let clean = DMatrix::from_row_slice(3, 2, &[0.3, -1.0, 0.1, 0.4, -0.2, 0.9]);
        let delta = 0.3;
        let Seen::Whole { u, v } = averaged(&phi, &y, &clean, delta) else { panic!("a factor") };
        let (mut want, mut overlap) = (DMatrix::zeros(3, 3), DMatrix::zeros(3, 2));
        let step = 0.1;
        for sample in clean.column_iter() {
            for i in -80..=80 {
                for j in -80..=80 {
                    let z =
                        nalgebra::DVector::from_vec(vec![f64::from(i) * step, f64::from(j) * step]);
                    let weight = step * step * normal_density(z[0]) * normal_density(z[1]) / 2.0;
                    let f = (&y * &z * f64::sqrt(delta) + sample).map(|x| phi.eval(x));
                    want += &f * f.transpose() * weight;
                    overlap += &f * z.transpose() * weight;
                }
            }
        }
        assert!((u - want).abs().max() < 1e-6);
        assert!((v - overlap).abs().max() < 1e-12);
    }
}
