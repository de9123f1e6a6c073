//! Edges of bands: folds of the equations on the real axis.

use super::ensemble::{C, Ensemble, Point};
use crate::numerics::Estimate;
use nalgebra::{Matrix3, Matrix4, Vector3, Vector4};

/// Newton steps on a fold.
const STEPS: usize = 40;

/// The imaginary step of derivatives without cancellation.
const TINY: f64 = 1e-30;

/// A fold: the unknowns and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fold {
    u: [f64; 3],
    /// Where, from the origin.
    pub(super) y: f64,
    /// The last step in y.
    step: f64,
}

impl Fold {
    /// Where, with the last step and rounding as error.
    pub(super) fn estimate(&self) -> Estimate {
        let rounding = 32.0 * f64::EPSILON * (self.y.abs() + 1.0 / self.u[0].abs());
        Estimate::new(self.y, 4.0 * self.step.abs() + rounding)
    }
}

impl Ensemble {
    /// The fold near a point, by Newton's method on the equations together with the determinant of their
    /// derivatives; none where it does not converge.
    pub(super) fn fold_near(&self, near: &Point) -> Option<Fold> {
        self.fold([near.q.re, near.theta[0].re, near.theta[1].re], near.z.re)
    }

    /// The fold of a neighbouring ensemble.
    pub(super) fn fold_from(&self, fold: &Fold) -> Option<Fold> {
        self.fold(fold.u, fold.y)
    }

    fn fold(&self, mut u: [f64; 3], mut y: f64) -> Option<Fold> {
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            let at = |shift: Option<usize>| {
                let part =
                    |k: usize| C::new(u[k], if shift == Some(k) { TINY * u[k].abs() } else { 0.0 });
                self.residual(C::new(y, 0.0), &Vector3::new(part(0), part(1), part(2)))
            };
            let (value, jacobian) = at(None);
            let scale = determinant(&jacobian).re;
            let mut matrix = Matrix4::zeros();
            for i in 0..3 {
                for j in 0..3 {
                    matrix[(i, j)] = jacobian[(i, j)].re;
                }
            }
            matrix[(0, 3)] = 1.0;
            for (k, unknown) in u.iter().enumerate() {
                matrix[(3, k)] = determinant(&at(Some(k)).1).im / (TINY * unknown.abs());
            }
            let step =
                matrix.lu().solve(&Vector4::new(value[0].re, value[1].re, value[2].re, scale))?;
            let size = (0..3).map(|k| (step[k] / u[k]).abs()).fold((step[3] / y).abs(), f64::max);
            if !size.is_finite() {
                return None;
            }
            let cut = (0.5 / size).min(1.0);
            for (unknown, step) in u.iter_mut().zip(step.iter()) {
                *unknown -= cut * step;
            }
            y -= cut * step[3];
            if size < 1e-9 && size >= 0.5 * last || size == 0.0 {
                return Some(Fold { u, y, step: step[3] });
            }
            last = size;
        }
        (last < 1e-9).then_some(Fold { u, y, step: last * y })
    }
}

fn determinant(m: &Matrix3<C>) -> C {
    let minor = |a: usize, b: usize| m[(1, a)] * m[(2, b)] - m[(1, b)] * m[(2, a)];
    m[(0, 0)] * minor(1, 2) - m[(0, 1)] * minor(0, 2) + m[(0, 2)] * minor(0, 1)
}
