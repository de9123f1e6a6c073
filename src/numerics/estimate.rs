//! A number together with a bound on its error.

use super::precision::ROUNDING;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A computed value and a bound on its distance from the true one.
///
/// Arithmetic carries the bound along: to the errors of the operands it adds the rounding of the
/// operation itself, so a closed form written in estimates states an honest error by construction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Bound on |value − truth|; never negative.
    pub error: f64,
}

impl Estimate {
    /// A value whose error is bounded by `error`.
    pub fn new(value: f64, error: f64) -> Self {
        Self { value, error: error.abs() }
    }

    /// A value that is exact by definition, such as a parameter the user gave.
    pub const fn exact(value: f64) -> Self {
        Self { value, error: 0.0 }
    }

    /// A value rounded once.
    pub fn rounded(value: f64) -> Self {
        Self { value, error: rounding(value) }
    }

    /// False where the range of numbers was left on the way: not a number, or infinite without being
    /// known to be.
    pub fn is_known(self) -> bool {
        let anywhere = self.value.is_infinite() && self.error.is_infinite();
        !(self.value.is_nan() || self.error.is_nan() || anywhere)
    }

    /// Smallest value the truth can have.
    pub fn lower(self) -> f64 {
        self.value - self.error
    }

    /// Largest value the truth can have.
    pub fn upper(self) -> f64 {
        self.value + self.error
    }

    /// The midpoint of an interval known to contain the truth.
    pub fn between(low: f64, high: f64) -> Self {
        let value = 0.5 * (low + high);
        Self { value, error: 0.5 * (high - low).abs() + ROUNDING * value.abs() }
    }

    /// True where the sign of the truth is that of the value.
    pub fn sign_is_certain(self) -> bool {
        self.value.abs() > self.error
    }

    /// The same value with a further error added to its bound.
    pub fn widened(self, extra: f64) -> Self {
        Self { error: self.error + extra.abs(), ..self }
    }

    /// Natural logarithm. The bound is infinite where the truth may reach zero.
    pub fn ln(self) -> Self {
        let value = self.value.ln();
        let spread =
            if self.error == 0.0 { 0.0 } else { -(-self.error / self.value.abs()).ln_1p() };
        Self::new(value, nan_to_infinity(spread) + ROUNDING * value.abs())
    }

    /// log(1 + x), accurate for small x.
    pub fn ln_1p(self) -> Self {
        let value = self.value.ln_1p();
        let spread =
            if self.error == 0.0 { 0.0 } else { -(-self.error / (1.0 + self.value)).ln_1p() };
        Self::new(value, nan_to_infinity(spread) + ROUNDING * value.abs())
    }

    /// Exponential.
    pub fn exp(self) -> Self {
        let value = self.value.exp();
        Self::new(value, value * (self.error.exp_m1() + ROUNDING))
    }

    /// e^x − 1, accurate for small x.
    pub fn exp_m1(self) -> Self {
        let value = self.value.exp_m1();
        Self::new(value, (value + 1.0) * self.error.exp_m1() + ROUNDING * value.abs())
    }

    /// Square root. The bound is that of the nearest admissible argument.
    pub fn sqrt(self) -> Self {
        let value = self.value.max(0.0).sqrt();
        let low = self.lower().max(0.0).sqrt();
        let high = self.upper().max(0.0).sqrt();
        Self::new(value, (value - low).max(high - value) + ROUNDING * value)
    }

    /// Square. One that underflows stays above zero, as the truth does, within its error.
    pub fn squared(self) -> Self {
        let square = self * self;
        if square.value == 0.0 && self.value != 0.0 {
            return Self { value: UNDERFLOW, error: square.error + UNDERFLOW };
        }
        square
    }

    /// The value clamped into an interval that is known to contain the truth.
    pub fn clamp(self, low: f64, high: f64) -> Self {
        Self { value: self.value.clamp(low, high), ..self }
    }
}

/// What a product or quotient loses where it underflows.
const UNDERFLOW: f64 = 5e-324;

/// One rounding of `value`; infinity is exact, as in the limits of pure noise and of no noise.
fn rounding(value: f64) -> f64 {
    if value.is_finite() { ROUNDING * value.abs() } else { 0.0 }
}

/// NaN as a bound is no finite bound: log1p(−1 or less) means that the truth may reach the
/// singularity.
fn nan_to_infinity(x: f64) -> f64 {
    if x.is_nan() { f64::INFINITY } else { x }
}

impl From<f64> for Estimate {
    fn from(value: f64) -> Self {
        Self::exact(value)
    }
}

impl Neg for Estimate {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, ..self }
    }
}

impl Add for Estimate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let value = self.value + other.value;
        Self { value, error: self.error + other.error + rounding(value) }
    }
}

impl Sub for Estimate {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + (-other)
    }
}

impl Mul for Estimate {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let value = self.value * other.value;
        let spread = if self.error == 0.0 && other.error == 0.0 {
            0.0
        } else {
            self.value.abs() * other.error
                + other.value.abs() * self.error
                + self.error * other.error
        };
        // No bound times an exact factor is no bound.
        Self { value, error: nan_to_infinity(spread) + rounding(value) + UNDERFLOW }
    }
}

impl Div for Estimate {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        let spread = if self.error == 0.0 && other.error == 0.0 {
            0.0
        } else {
            let closest = other.value.abs() - other.error;
            if other.value.is_infinite() {
                0.0
            } else if closest <= 0.0 {
                f64::INFINITY
            } else {
                (self.error + value.abs() * other.error) / closest
            }
        };
        Self { value, error: spread + rounding(value) + UNDERFLOW }
    }
}

macro_rules! with_plain_numbers {
    ($($operation:ident $method:ident),*) => {$(
        impl $operation<f64> for Estimate {
            type Output = Self;
            fn $method(self, other: f64) -> Self {
                $operation::$method(self, Self::exact(other))
            }
        }
        impl $operation<Estimate> for f64 {
            type Output = Estimate;
            fn $method(self, other: Estimate) -> Estimate {
                $operation::$method(Estimate::exact(self), other)
            }
        }
    )*};
}
with_plain_numbers!(Add add, Sub sub, Mul mul, Div div);

impl std::iter::Sum for Estimate {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::exact(0.0), |sum, term| sum + term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cancellation must show in the bound: (1 + x) − 1 loses the digits that the bound admits.
    #[test]
    fn identity_cancellation_is_admitted() {
        let x = 1.234_567e-9;
        let back = (Estimate::exact(1.0) + x) - 1.0;
        assert!((back.value - x).abs() <= back.error);
        assert!(back.error > 1e-17);
    }

    #[test]
    fn limit_a_square_that_underflows_is_not_zero() {
        let tiny = Estimate::exact(1e-200).squared();
        assert!(tiny.value > 0.0 && tiny.lower() <= 0.0 && tiny.error < 1e-300, "{tiny:?}");
        assert_eq!(Estimate::exact(0.0).squared().value, 0.0);
    }

    #[test]
    fn limit_logarithm_near_zero_has_no_bound() {
        assert_eq!(Estimate::new(1e-3, 2e-3).ln().error, f64::INFINITY);
        assert!(Estimate::new(2e-3, 1e-3).ln().error < 0.7);
    }

    #[test]
    fn limit_no_bound_times_a_number_is_no_bound() {
        assert_eq!((Estimate::new(1.0, f64::INFINITY) * 7.0).error, f64::INFINITY);
    }

    #[test]
    fn limit_division_by_uncertain_zero_has_no_bound() {
        assert_eq!((Estimate::exact(1.0) / Estimate::new(0.0, 1e-20)).error, f64::INFINITY);
    }
}
