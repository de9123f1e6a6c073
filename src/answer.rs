//! Answers: a number with its error, or the reason why there is none.

use crate::numerics::Estimate;
use std::borrow::Cow;

/// Why there is no value where the computation ended in NaN: an overflow, or ∞ − ∞.
pub const OUT_OF_RANGE: &str = "the computation left the range of numbers";

/// A number in a reason: six digits, in scientific notation far from one.
pub(crate) fn short(x: f64) -> String {
    if x == 0.0 || (1e-4..1e6).contains(&x.abs()) { format!("{x:.6}") } else { format!("{x:.5e}") }
}

/// What a query about a transition or a curve returns.
///
/// "No transition" is an answer, with its reason; a missing value is never a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The quantity exists.
    Value(Estimate),
    /// The quantity does not exist, and why.
    Absent(Cow<'static, str>),
}

impl Answer {
    /// The quantity does not exist because of `reason`.
    pub fn absent(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Absent(reason.into())
    }

    /// A value that left the range of numbers: never printed, but said with [`OUT_OF_RANGE`].
    pub(crate) const fn out_of_range() -> Self {
        Self::Value(Estimate::exact(f64::NAN))
    }

    /// The estimate, where there is one.
    pub fn estimate(&self) -> Option<Estimate> {
        match self {
            Self::Value(estimate) => Some(*estimate),
            Self::Absent(_) => None,
        }
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<f64> {
        self.estimate().map(|e| e.value)
    }

    /// The reason, where there is no value.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::Absent(reason) => Some(reason),
        }
    }

    /// Applies `f` to the estimate, where there is one.
    #[must_use]
    pub fn map(self, f: impl FnOnce(Estimate) -> Estimate) -> Self {
        match self {
            Self::Value(estimate) => Self::Value(f(estimate)),
            absent => absent,
        }
    }

    /// Continues with `f`, where there is an estimate.
    #[must_use]
    pub fn and_then(self, f: impl FnOnce(Estimate) -> Self) -> Self {
        match self {
            Self::Value(estimate) => f(estimate),
            absent => absent,
        }
    }
}

impl From<Estimate> for Answer {
    fn from(estimate: Estimate) -> Self {
        Self::Value(estimate)
    }
}
