//! Values of Gaussian averages and how far they may be off.

/// A value and a bound on its absolute error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// How far it may be off; from the method's own error estimate and from rounding.
    pub error: f64,
}

impl From<Estimate> for regimes_numerics::Estimate {
    fn from(estimate: Estimate) -> Self {
        Self::new(estimate.value, estimate.error)
    }
}

impl Estimate {
    pub(super) const ZERO: Self = Self { value: 0.0, error: 0.0 };

    pub(super) fn rounded(value: f64) -> Self {
        Self { value, error: 8.0 * f64::EPSILON * value.abs() }
    }
}
