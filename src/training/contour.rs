//! Gradient flow as contour integrals: a parabola around the spectrum and the origin.
//!
//! A function of U that decays as e^{−θλ} is an integral of e^{−θz} times the resolvent. The parabola is that of
//! Weideman and Trefethen, mirrored; it opens away from the spectrum, so that no edge must be known, and scales
//! with θ, so that one number of nodes serves all times.

use super::ensemble::{C, Ensemble, Point};
use crate::numerics::NumericsError;
use std::f64::consts::PI;

/// Nodes of which the losses are made: 1e-14. More add rounding, which grows like e^{0.26 N}.
pub const NODES: usize = 32;

/// Nodes of the second contour, whose distance from the first is stated as the error.
pub const FEWER_NODES: usize = 28;

/// Nodes where a search is in doubt: 1e-10.
pub const MIDDLE_NODES: usize = 24;

/// Nodes while searching: 1e-7.
pub const SEARCH_NODES: usize = 16;

/// Nodes above the real axis, with the resolvent at each; those below are their conjugates.
#[derive(Clone, Debug)]
pub struct Contour {
    /// θ for which it was laid.
    theta: f64,
    points: Vec<Point>,
    steps: Vec<C>,
    overlaps: Vec<C>,
}

/// What a contour gives.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Loss on new samples.
    pub loss: f64,
    /// Its derivative by log θ.
    pub slope: f64,
}

impl Contour {
    /// The contour of `nodes` (even) nodes for decays e^{−θλ}, solved from those of a neighbour where there is one.
    ///
    /// # Errors
    /// Those of the resolvent.
    pub fn new(
        ensemble: &Ensemble,
        theta: f64,
        nodes: usize,
        near: Option<&Self>,
    ) -> Result<Self, NumericsError> {
        let scale = nodes as f64 / theta;
        let (mut points, mut steps, mut overlaps) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..nodes / 2 {
            let phi = (2 * k + 1) as f64 * PI / nodes as f64 - PI;
            let z = C::new(0.1309 - 0.1194 * phi * phi, 0.25 * phi) * -scale;
            let step = C::new(-0.2388 * phi, 0.25) * (-scale * 2.0 * PI / nodes as f64);
            let near = near.and_then(|near| near.points.get(k));
            let point = match near {
                Some(near) => ensemble.solve_near(z, near)?,
                None => ensemble.solve(z)?,
            };
            overlaps.push(ensemble.overlap(&point));
            points.push(point);
            steps.push(step);
        }
        Ok(Self { theta, points, steps, overlaps })
    }

    /// The largest residual of the equations on it.
    pub fn residual(&self) -> f64 {
        self.points.iter().map(|point| point.residual).fold(0.0, f64::max)
    }

    /// (1/2πi)∮ e^{−θz} f(z) dz, f given node by node.
    fn single(&self, f: impl Fn(usize) -> C) -> f64 {
        let term = |k: usize| (self.steps[k] * (-self.points[k].z * self.theta).exp() * f(k)).im;
        (0..self.points.len()).map(term).sum::<f64>() / PI
    }

    /// Loss on the training samples after decays e^{−θλ} of the loss: θ = 2κτ.
    pub fn train(&self, ensemble: &Ensemble) -> f64 {
        1.0 - self.single(|k| ensemble.response(&self.points[k]) / self.points[k].z)
    }

    /// Loss on new samples after decays e^{−θλ} of the amplitudes, θ = κτ, with its derivative by log θ.
    pub fn test(&self, ensemble: &Ensemble) -> Fresh {
        let n = self.points.len();
        let decay: Vec<C> =
            (0..n).map(|k| self.steps[k] * (-self.points[k].z * self.theta).exp()).collect();
        let (mut loss, mut slope) = (0.0, 0.0);
        for (k, own) in decay.iter().enumerate() {
            let (zk, ak) = (self.points[k].z, self.overlaps[k]);
            for (l, other) in decay.iter().enumerate().take(k + 1) {
                let (zl, al) = (self.points[l].z, self.overlaps[l]);
                let often = if l == k { 1.0 } else { 2.0 };
                // A node and one above the axis, a node and the conjugate of one.
                let direct =
                    ensemble.fresh(&self.points[k], &self.points[l], [ak, al]) - 1.0 + ak + al;
                let below = self.points[l].conjugate();
                let (zc, ac) = (below.z, al.conj());
                let mixed = ensemble.fresh(&self.points[k], &below, [ak, ac]) - 1.0 + ak + ac;
                let (w, v) = (own * other * direct, own * other.conj() * mixed);
                loss += often * ((w / (zk * zl)).re - (v / (zk * zc)).re);
                // 1/z₂, made symmetric.
                slope +=
                    often * 0.5 * ((w * (zk.inv() + zl.inv())).re - (v * (zk.inv() + zc.inv())).re);
            }
        }
        let (double, double_slope) = (-loss / (2.0 * PI * PI), -slope / (2.0 * PI * PI));
        let first = self.single(|k| self.overlaps[k] / self.points[k].z);
        let first_slope = self.single(|k| self.overlaps[k]);
        Fresh {
            loss: 1.0 - 2.0 * first + double,
            slope: self.theta * 2.0 * (first_slope - double_slope),
        }
    }
}

impl Point {
    /// The solution at the conjugate of z.
    pub(super) fn conjugate(&self) -> Self {
        Self {
            z: self.z.conj(),
            q: self.q.conj(),
            theta: self.theta.map(|x| x.conj()),
            residual: self.residual,
        }
    }
}
