//! Gaussian moments and Hermite coefficients of an activation.

use thiserror::Error;

use super::quadrature::averages;
use super::{Activation, Estimate, closed};
use crate::{Class, Growth, Parity};

/// The first Gaussian moments of φ(g z) over a standard normal z, as they enter the Gaussian
/// equivalence φ(g z) ≈ ϱ₀ + ϱ₁ z + ϱ_* ζ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// ϱ₀ = E φ(g z).
    pub mean: Estimate,
    /// ϱ₁ = E z φ(g z).
    pub linear: Estimate,
    /// E φ(g z)².
    pub square: Estimate,
    /// ϱ_*² = E φ² − ϱ₁² − ϱ₀², computed as E (φ − ϱ₀ − ϱ₁ z)² and so never negative.
    pub residual: Estimate,
}

/// Gaussian averages around a centre: of φ(c + g z) and its products with Hermite polynomials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Local {
    /// E φ(c + g z).
    pub mean: Estimate,
    /// E z φ(c + g z), g times the slope of the mean in c.
    pub linear: Estimate,
    /// E (z² − 1) φ(c + g z), g² times its second derivative.
    pub quadratic: Estimate,
    /// Variance of φ(c + g z).
    pub variance: Estimate,
}

/// Why there are no moments.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MomentError {
    /// The gain is not a finite number.
    #[error("the gain must be finite, not {0}")]
    Gain(f64),
    /// The average of the square is infinite at this gain.
    #[error("the Gaussian average of φ(g z)² is infinite at gain g = {0}")]
    Diverges(f64),
    /// The average is too large for a double.
    #[error("the Gaussian average of φ(g z)² overflows at gain g = {0}")]
    Overflows(f64),
}

impl Activation {
    /// The first Gaussian moments at gain g.
    ///
    /// Closed forms where the function consists of polynomials (including straight and flat
    /// pieces) and for multiples of erf, sin, cos and exp of s z; otherwise adaptive quadrature
    /// between the breakpoints. Moments that vanish by a proved parity are exactly zero.
    ///
    /// # Errors
    /// A [`MomentError`] if the gain is not finite or the averages do not exist.
    /// ```
    /// let relu = regimes_symbolic::activation("relu")?.moments(1.0)?;
    /// assert!((relu.linear.value - 0.5).abs() <= relu.linear.error);
    /// assert!((relu.square.value - 0.5).abs() <= relu.square.error);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn moments(&self, gain: f64) -> Result<Moments, MomentError> {
        self.check(gain)?;
        if gain == 0.0 {
            let value = self.eval(0.0);
            return Ok(Moments {
                mean: Estimate::rounded(value),
                linear: Estimate::ZERO,
                square: Estimate::rounded(value * value),
                residual: Estimate::ZERO,
            });
        }
        let found = match self.moments_in_closed_form(gain) {
            Some(found) => found,
            None => self.moments_by_quadrature(gain)?,
        };
        let all = [found.mean, found.linear, found.square, found.residual];
        if all.iter().all(|m| m.value.is_finite()) {
            Ok(found)
        } else {
            Err(MomentError::Overflows(gain))
        }
    }

    /// The same by quadrature, whether or not there is a closed form: the second route, for
    /// checks.
    ///
    /// # Errors
    /// As for [`moments`](Self::moments).
    pub fn moments_by_quadrature(&self, gain: f64) -> Result<Moments, MomentError> {
        self.check(gain)?;
        let first = averages(self, (0.0, gain), 3, |z, value, row| {
            row.copy_from_slice(&[value, z * value, value * value]);
        });
        if first.iter().any(|m| !m.value.is_finite()) {
            return Err(MomentError::Overflows(gain));
        }
        let (mean, linear) = self.by_parity(first[0], first[1]);
        let (a, b) = (mean.value, linear.value);
        let rest = averages(self, (0.0, gain), 1, |z, value, row| {
            row[0] = (value - a - b * z).powi(2);
        });
        Ok(Moments { mean, linear, square: first[2], residual: with_floor(rest[0], first[2]) })
    }

    /// The Hermite coefficients c_k = E h_k(z) φ(g z) for k < `count`, where h_k = He_k/√k! are
    /// orthonormal: φ(g z) = Σ c_k h_k(z).
    ///
    /// # Errors
    /// As for [`moments`](Self::moments).
    pub fn hermite_coefficients(
        &self,
        gain: f64,
        count: usize,
    ) -> Result<Vec<Estimate>, MomentError> {
        self.check(gain)?;
        let mut found = averages(self, (0.0, gain), count, |z, value, row| {
            // √(k+1) h_{k+1} = z h_k − √k h_{k−1}
            let (mut h, mut before) = (1.0, 0.0);
            for (k, f) in row.iter_mut().enumerate() {
                *f = h * value;
                let k = k as f64;
                (h, before) = ((z * h - k.sqrt() * before) / (k + 1.0).sqrt(), h);
            }
        });
        for (k, c) in found.iter_mut().enumerate() {
            let vanishes = match self.parity() {
                Parity::Even => k % 2 == 1,
                Parity::Odd => k % 2 == 0,
                Parity::None => false,
            };
            if vanishes {
                *c = Estimate::ZERO;
            }
        }
        if found.iter().all(|c| c.value.is_finite()) {
            Ok(found)
        } else {
            Err(MomentError::Overflows(gain))
        }
    }

    /// Averages over z of φ(`centre` + `gain` z): what a class of latents with mean `centre` shows.
    ///
    /// # Errors
    /// As for [`moments`](Self::moments).
    pub fn local_moments(&self, centre: f64, gain: f64) -> Result<Local, MomentError> {
        self.check(gain)?;
        // Constants do not change the variance; with a value from the middle, less is subtracted.
        let offset = self.eval(centre);
        let found = averages(self, (centre, gain), 4, |z, value, row| {
            let off = value - offset;
            row.copy_from_slice(&[value, z * value, (z * z - 1.0) * value, off * off]);
        });
        let mean = found[0];
        let bias = mean.value - offset;
        let variance = Estimate {
            value: (found[3].value - bias * bias).max(0.0),
            error: found[3].error + 2.0 * bias.abs() * mean.error + mean.error.powi(2),
        };
        let found = Local { mean, linear: found[1], quadratic: found[2], variance };
        let all = [found.mean, found.linear, found.quadratic, found.variance];
        if all.iter().all(|m| m.value.is_finite()) {
            Ok(found)
        } else {
            Err(MomentError::Overflows(gain))
        }
    }

    fn check(&self, gain: f64) -> Result<(), MomentError> {
        if !gain.is_finite() {
            return Err(MomentError::Gain(gain));
        }
        let growth: Growth = self.domain().growth;
        if gain != 0.0 && growth.square_integrable(gain) == Some(false) {
            return Err(MomentError::Diverges(gain));
        }
        Ok(())
    }

    /// Moments that vanish by symmetry are exactly zero.
    fn by_parity(&self, mean: Estimate, linear: Estimate) -> (Estimate, Estimate) {
        match self.parity() {
            Parity::Odd => (Estimate::ZERO, linear),
            Parity::Even => (mean, Estimate::ZERO),
            Parity::None => (mean, linear),
        }
    }

    fn moments_in_closed_form(&self, gain: f64) -> Option<Moments> {
        if let Some([mean, linear, square]) = closed::elementary(self, gain) {
            // The difference cancels where φ is nearly linear: then quadrature is better.
            let residual = square - linear * linear - mean * mean;
            let error = 16.0 * f64::EPSILON * square;
            let accurate = residual > 1e3 * error;
            return accurate.then(|| Moments {
                mean: Estimate::rounded(mean),
                linear: Estimate::rounded(linear),
                square: Estimate::rounded(square),
                residual: Estimate { value: residual, error },
            });
        }
        let pieces = self.polynomial_pieces()?;
        // High powers cancel between the pieces' ends.
        if pieces.iter().any(|piece| piece.coefficients.len() > 9) {
            return None;
        }
        let mean = closed::average(pieces, gain, |p| p);
        let linear = closed::average(pieces, gain, |p| closed::multiplied(&p, &[0.0, 1.0]));
        let square = closed::average(pieces, gain, |p| closed::multiplied(&p, &p));
        let (mean, linear) = self.by_parity(mean, linear);
        let straight = matches!(self.class(), Class::Constant(_) | Class::Linear { .. });
        let residual = if straight {
            Estimate::ZERO
        } else {
            let rest = closed::average(pieces, gain, |mut p| {
                p.resize(p.len().max(2), 0.0);
                p[0] -= mean.value;
                p[1] -= linear.value;
                closed::multiplied(&p, &p)
            });
            with_floor(rest, square)
        };
        Some(Moments { mean, linear, square, residual })
    }
}

/// A sum of squares is not negative, and it is off by the second order of what its mean and slope
/// are off.
fn with_floor(rest: Estimate, square: Estimate) -> Estimate {
    Estimate {
        value: rest.value.max(0.0),
        error: rest.error + (16.0 * f64::EPSILON).powi(2) * square.value,
    }
}
