//! Three or more classes with one covariance whose means lie on a line or in a plane.
//!
//! After whitening, classes are unit Gaussians around points of R^r; class entropy and cloning
//! probability are r-dimensional integrals, done by adaptive panels for r = 1 and 2.

use super::Posterior;
use crate::error::Result;
use crate::numerics::precision::{CURVE_TOLERANCE, GAUSSIAN_REACH};
use crate::numerics::special::{HALF_LN_2PI, log_sum_exp};
use crate::numerics::{Estimate, NumericsError, panels, spectra};
use nalgebra::DMatrix;
use std::cell::RefCell;

/// Whitened class centres in one or two dimensions.
#[derive(Clone, Debug)]
pub struct Centres {
    /// Coordinates of each class; the second is zero for collinear classes.
    points: Vec<[f64; 2]>,
    planar: bool,
    /// Bound on what the directions left out could tell: their squared spread.
    neglected: f64,
}

/// One-dimensional integrals are cheap enough to be done to rounding.
const LINE_TOLERANCE: f64 = 1e-14;

/// Directions whose spread is below this fraction of the largest carry no separation worth
/// integrating over; their neglect is added to the error.
const NEGLECTED: f64 = 1e-13;

impl Centres {
    /// Centres from the Gram matrix of whitened, centred means; none if they span more than a plane.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn from_gram(gram: DMatrix<f64>) -> Result<Option<Self>> {
        let classes = gram.nrows();
        let eigen = spectra::symmetric("class means", gram)?;
        let top = eigen.values[0].max(0.0);
        let rank = eigen.values.iter().filter(|&&x| x > NEGLECTED * top.max(1.0)).count();
        if rank > 2 {
            return Ok(None);
        }
        let coordinate = |k: usize, i: usize| {
            if i < classes { eigen.vectors[(k, i)] * eigen.values[i].max(0.0).sqrt() } else { 0.0 }
        };
        let points = (0..classes).map(|k| [coordinate(k, 0), coordinate(k, 1)]).collect();
        let neglected = eigen.values.iter().skip(rank).map(|x| x.abs() + eigen.error).sum();
        Ok(Some(Self { points, planar: rank == 2, neglected }))
    }

    /// The tolerance that makes sense here: to rounding on a line, to that of curves in a plane.
    pub fn finest(&self) -> f64 {
        if self.planar { 0.1 * CURVE_TOLERANCE } else { LINE_TOLERANCE }
    }

    /// The posterior, at absolute error about `tolerance`.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn posterior(
        &self,
        weights: &[f64],
        label_entropy: Estimate,
        tolerance: f64,
    ) -> Result<Posterior> {
        let uncertainty = |logs: &[f64], all: f64| -> f64 {
            logs.iter().map(|l| (l - all).exp() * (all - l)).sum()
        };
        let disagreement = |logs: &[f64], all: f64| -> f64 {
            logs.iter().map(|l| (l - all).exp() * -(l - all).exp_m1()).sum()
        };
        let entropy = self.average(weights, &uncertainty, tolerance)?.widened(self.neglected);
        let split = self.average(weights, &disagreement, tolerance)?.widened(self.neglected);
        Ok(Posterior {
            clone: (1.0 - split).clamp(0.0, 1.0),
            entropy,
            information: (label_entropy - entropy).clamp(0.0, f64::INFINITY),
        })
    }

    /// ∫ dx P(x) f(posterior at x), where f gets log w_k p_k(x) and log P(x).
    fn average(
        &self,
        weights: &[f64],
        f: &dyn Fn(&[f64], f64) -> f64,
        tolerance: f64,
    ) -> Result<Estimate> {
        let logs = RefCell::new(vec![0.0; weights.len()]);
        let extra = if self.planar { HALF_LN_2PI } else { 0.0 };
        let integrand = |x: f64, y: f64| {
            let mut logs = logs.borrow_mut();
            for (log, (w, [a, b])) in logs.iter_mut().zip(weights.iter().zip(&self.points)) {
                let distance = (x - a).powi(2) + (y - b).powi(2);
                *log = w.ln() - 0.5 * distance - HALF_LN_2PI - extra;
            }
            let all = log_sum_exp(&logs);
            if all < -690.0 { 0.0 } else { all.exp() * f(&logs, all) }
        };
        let across = breakpoints(self.points.iter().map(|p| p[0]));
        if !self.planar {
            return Ok(panels::integrate(
                "classes on a line",
                |x| integrand(x, 0.0),
                &across,
                tolerance,
            )?);
        }
        let along = breakpoints(self.points.iter().map(|p| p[1]));
        let width = across[across.len() - 1] - across[0];
        let inner_tolerance = 0.1 * tolerance / width;
        let failed: RefCell<Option<NumericsError>> = RefCell::new(None);
        let largest = std::cell::Cell::new(0.0f64);
        let outer = |x: f64| match panels::integrate(
            "classes in a plane",
            |y| integrand(x, y),
            &along,
            inner_tolerance,
        ) {
            Ok(inner) => {
                largest.set(largest.get().max(inner.error));
                inner.value
            }
            Err(error) => {
                *failed.borrow_mut() = Some(error);
                0.0
            }
        };
        let result = panels::integrate("classes in a plane", outer, &across, tolerance)?;
        match failed.into_inner() {
            Some(error) => Err(error.into()),
            None => Ok(result.widened(largest.get() * width)),
        }
    }
}

/// Panels around every centre, as fine as a unit Gaussian needs, up to where its tail is nothing.
fn breakpoints(centres: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut points: Vec<f64> = centres
        .flat_map(|c| [-GAUSSIAN_REACH, -6.0, -3.0, 0.0, 3.0, 6.0, GAUSSIAN_REACH].map(|s| c + s))
        .collect();
    points.sort_by(f64::total_cmp);
    points.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    points
}
