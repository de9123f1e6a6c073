//! Chebyshev interpolation of smooth functions and the derivatives of the interpolant.

use super::NumericsError;
use std::f64::consts::PI;

/// A polynomial on `[low, high]` in the Chebyshev basis.
#[derive(Clone, Debug)]
pub struct Chebyshev {
    low: f64,
    high: f64,
    coefficients: Vec<f64>,
}

impl Chebyshev {
    /// Interpolates `f` at `nodes` Chebyshev points of the first kind.
    ///
    /// # Errors
    /// Whatever `f` returns at one of the points.
    pub fn interpolate<E>(
        mut f: impl FnMut(f64) -> Result<f64, E>,
        low: f64,
        high: f64,
        nodes: usize,
    ) -> Result<Self, E> {
        let angle = |k: usize| PI * (k as f64 + 0.5) / nodes as f64;
        let mut values = Vec::with_capacity(nodes);
        for k in 0..nodes {
            values.push(f(0.5 * (low + high) + 0.5 * (high - low) * angle(k).cos())?);
        }
        let coefficients = (0..nodes)
            .map(|j| {
                let sum: f64 = (0..nodes).map(|k| values[k] * (j as f64 * angle(k)).cos()).sum();
                sum * if j == 0 { 1.0 } else { 2.0 } / nodes as f64
            })
            .collect();
        Ok(Self { low, high, coefficients })
    }

    /// The value at `x`, by Clenshaw's recurrence.
    pub fn value(&self, x: f64) -> f64 {
        let y = (2.0 * x - self.low - self.high) / (self.high - self.low);
        let (mut b1, mut b2) = (0.0, 0.0);
        for &c in self.coefficients.iter().skip(1).rev() {
            (b1, b2) = (2.0 * y * b1 - b2 + c, b1);
        }
        y * b1 - b2 + self.coefficients.first().copied().unwrap_or(0.0)
    }

    /// The derivative, a polynomial of one degree less.
    pub fn derivative(&self) -> Self {
        let n = self.coefficients.len();
        let mut d = vec![0.0; n.max(2)];
        for j in (1..n).rev() {
            let above = if j + 1 < n { d[j + 1] } else { 0.0 };
            d[j - 1] = above + 2.0 * j as f64 * self.coefficients[j];
        }
        d[0] *= 0.5;
        d.truncate(n.saturating_sub(1).max(1));
        let scale = 2.0 / (self.high - self.low);
        let coefficients = d.into_iter().map(|c| c * scale).collect();
        Self { low: self.low, high: self.high, coefficients }
    }

    /// Size of the last coefficients: what a longer expansion would still add.
    pub fn tail(&self) -> f64 {
        self.coefficients.iter().rev().take(3).map(|c| c.abs()).fold(0.0, f64::max)
    }
}

/// Never fails; lets a plain function be interpolated.
pub fn infallible(f: impl Fn(f64) -> f64) -> impl FnMut(f64) -> Result<f64, NumericsError> {
    move |x| Ok(f(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_derivatives_of_the_exponential() {
        let p = Chebyshev::interpolate(infallible(f64::exp), -1.0, 2.0, 24).unwrap();
        let second = p.derivative().derivative();
        for x in [-0.9, 0.1, 1.7] {
            assert!((p.value(x) - x.exp()).abs() < 1e-13);
            assert!((second.value(x) - x.exp()).abs() < 1e-10);
        }
        assert!(p.tail() < 1e-14);
    }
}
