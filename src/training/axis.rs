//! The resolvent close to the real axis: gaps, densities.

use super::ensemble::{C, Ensemble, Point};
use crate::numerics::NumericsError;
use nalgebra::{Matrix3, Vector3};

/// How near the real axis gaps are looked for, relative to the distance from the origin.
const NEAR: f64 = 1e-10;

/// How far Im q may lie from its first order in Im z where there is no density.
const FIRST_ORDER: f64 = 0.1;

/// Halvings of a step towards the axis before it is given up.
const CUTS: usize = 40;

impl Ensemble {
    /// The same ensemble seen from its atom: where every noise draw is averaged over, s² only shifts the spectrum.
    pub(super) fn shifted(&self) -> Self {
        let s2 = if self.iota == 0.0 { 0.0 } else { self.s2 };
        Self { s2, ..self.clone() }
    }

    /// The solution at y(1 + iε), reached from a neighbour or, where that fails, from far above the axis.
    pub(super) fn near_axis(
        &self,
        y: f64,
        relative: f64,
        near: Option<&Point>,
    ) -> Result<Point, NumericsError> {
        let target = C::new(y, relative * y);
        if let Some(near) = near
            && let Some(point) = self.newton_right(target, near)
        {
            return Ok(point);
        }
        let mut height = 4.0 * y;
        let mut point = self.solve(C::new(y, height))?;
        let (mut ratio, mut cuts) = (0.5f64, 0);
        while height > target.im {
            let next = (height * ratio).max(target.im);
            match self.newton_right(C::new(y, next), &point) {
                Some(found) => {
                    (point, height) = (found, next);
                    ratio = (ratio * ratio).max(0.25);
                }
                None if cuts < CUTS => {
                    cuts += 1;
                    ratio = ratio.sqrt();
                }
                None => {
                    point = self.solve(target)?;
                    break;
                }
            }
        }
        Ok(point)
    }

    /// The solution on the axis itself, within a band, from a neighbour.
    pub(super) fn on_axis(&self, y: f64, near: &Point) -> Result<Point, NumericsError> {
        let inside = |point: &Point| {
            let floor = 1e-12 * point.q.norm();
            point.q.im > floor && point.theta[0].im <= 0.0 && point.theta[1].im <= 0.0
        };
        let start = Vector3::new(near.q, near.theta[0], near.theta[1]);
        if let Some(point) = self.newton(C::new(y, 0.0), &start).filter(inside) {
            return Ok(point);
        }
        let near = self.near_axis(y, NEAR, None)?;
        let start = Vector3::new(near.q, near.theta[0], near.theta[1]);
        Ok(self.newton(C::new(y, 0.0), &start).filter(inside).unwrap_or(near))
    }

    fn newton_right(&self, z: C, near: &Point) -> Option<Point> {
        let start = Vector3::new(near.q, near.theta[0], near.theta[1]);
        self.newton(z, &start).filter(|point| self.is_right(point))
    }

    /// Whether there is no density at y: Im q is then of first order in Im z.
    pub(super) fn is_gap(
        &self,
        y: f64,
        near: Option<&Point>,
    ) -> Result<(bool, Point), NumericsError> {
        let point = self.near_axis(y, NEAR, near)?;
        Ok((self.is_first_order(&point), point))
    }

    /// Whether Im q of a point above the axis is that of a resolvent without density below it.
    pub(super) fn is_first_order(&self, point: &Point) -> bool {
        let Some(slope) = self.slope(point) else { return false };
        (point.q.im - point.z.im * slope.re).abs() < FIRST_ORDER * point.q.im
    }

    /// dq/dz.
    fn slope(&self, point: &Point) -> Option<C> {
        let u = Vector3::new(point.q, point.theta[0], point.theta[1]);
        let (_, jacobian): (_, Matrix3<C>) = self.residual(point.z, &u);
        let unit = Vector3::new(C::new(-1.0, 0.0), C::new(0.0, 0.0), C::new(0.0, 0.0));
        super::ensemble::solved(&jacobian, &unit).map(|du| du[0])
    }
}
