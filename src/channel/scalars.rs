//! The five numbers that a scalar channel gives, and how they add up.

use std::ops::{Add, AddAssign, Mul, Sub};

/// Averages over the output y (and then over V) that make up I_out and its derivatives.
///
/// With u = √snr φ(z), y = u + n and w the standard normal part of z that is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Scalars {
    /// I(w; y | V) in nats.
    pub(crate) information: f64,
    /// E Var(u|y): 2 snr ∂I/∂snr.
    pub(crate) signal: f64,
    /// E⟨w⟩²: 2 v ∂I/∂v.
    pub(crate) drift: f64,
    /// E[(Var(w|y) − 1)²]: −2 v² ∂²I/∂v².
    pub(crate) curvature: f64,
    /// E[Cov(u, w|y)²]: 2 v snr ∂²I/∂v∂snr.
    pub(crate) cross: f64,
    /// What the rules left open, in nats: where they stopped before they agreed, or lost digits.
    pub(crate) open: f64,
}

impl Scalars {
    /// A linear channel u = √x w + constant.
    pub(crate) fn linear(x: f64) -> Self {
        Self {
            information: 0.5 * x.ln_1p(),
            signal: x / (1.0 + x),
            drift: x / (1.0 + x),
            curvature: (x / (1.0 + x)).powi(2),
            cross: x / (1.0 + x).powi(2),
            open: 0.0,
        }
    }

    /// True where nothing is NaN or infinite.
    pub(crate) fn is_finite(&self) -> bool {
        [self.information, self.signal, self.drift, self.curvature, self.cross]
            .iter()
            .all(|x| x.is_finite())
    }
}

impl Add for Scalars {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            information: self.information + other.information,
            signal: self.signal + other.signal,
            drift: self.drift + other.drift,
            curvature: self.curvature + other.curvature,
            cross: self.cross + other.cross,
            open: self.open + other.open,
        }
    }
}

impl AddAssign for Scalars {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Scalars {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + other * -1.0
    }
}

impl Mul<f64> for Scalars {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Self {
            information: self.information * by,
            signal: self.signal * by,
            drift: self.drift * by,
            curvature: self.curvature * by,
            cross: self.cross * by,
            open: self.open * by,
        }
    }
}
