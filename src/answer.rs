//! Answers: a number with its error, or anything else that may be absent, with the reason.

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use std::borrow::Cow;

/// Why there is no value where the computation ended in NaN: an overflow, or ∞ − ∞.
pub const OUT_OF_RANGE: &str = "the computation left the range of numbers";

/// A number in a reason: six digits, in scientific notation far from one.
pub fn short(x: f64) -> String {
    if x == 0.0 || (1e-4..1e6).contains(&x.abs()) { format!("{x:.6}") } else { format!("{x:.5e}") }
}

/// Why something is absent.
pub type Reason = Cow<'static, str>;

/// What a query returns: a number with its error, or whatever else was asked for, or the reason why there
/// is none.
///
/// "No transition" is an answer, with its reason; a missing value is never a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T = Estimate> {
    /// It exists.
    Value(T),
    /// It does not exist, and why.
    Absent(Reason),
}

impl<T> Answer<T> {
    /// It does not exist because of `reason`.
    pub fn absent(reason: impl Into<Reason>) -> Self {
        Self::Absent(reason.into())
    }

    /// True if it exists.
    pub const fn exists(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    /// What was asked for, where it exists.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent(_) => None,
        }
    }

    /// What was asked for, where nothing else will do.
    ///
    /// # Errors
    /// [`Error::Usage`] with the reason why it is absent.
    pub fn required(self) -> Result<T> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Absent(reason) => Err(Error::Usage(reason.into_owned())),
        }
    }

    /// The reason, where there is no value.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::Absent(reason) => Some(reason),
        }
    }

    /// The same, borrowed.
    pub fn as_ref(&self) -> Answer<&T> {
        match self {
            Self::Value(value) => Answer::Value(value),
            Self::Absent(reason) => Answer::Absent(reason.clone()),
        }
    }

    /// Applies `f` to the value, where there is one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Value(value) => Answer::Value(f(value)),
            Self::Absent(reason) => Answer::Absent(reason),
        }
    }

    /// Continues with `f`, where there is a value.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Value(value) => f(value),
            Self::Absent(reason) => Answer::Absent(reason),
        }
    }

    /// Continues with `f`, which may fail, where there is a value.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn try_and_then<U>(self, f: impl FnOnce(T) -> Result<Answer<U>>) -> Result<Answer<U>> {
        match self {
            Self::Value(value) => f(value),
            Self::Absent(reason) => Ok(Answer::Absent(reason)),
        }
    }
}

impl Answer {
    /// A value that left the range of numbers: never printed, but said with [`OUT_OF_RANGE`].
    pub(crate) const fn out_of_range() -> Self {
        Self::Value(Estimate::exact(f64::NAN))
    }

    /// The estimate, where there is one.
    pub fn estimate(&self) -> Option<Estimate> {
        self.clone().found()
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<f64> {
        self.estimate().map(|e| e.value)
    }
}

impl<T, R: Into<Reason>> From<std::result::Result<T, R>> for Answer<T> {
    fn from(result: std::result::Result<T, R>) -> Self {
        result.map_or_else(Self::absent, Self::Value)
    }
}

impl From<Estimate> for Answer {
    fn from(estimate: Estimate) -> Self {
        Self::Value(estimate)
    }
}

/// A number that is known to better than `within`, or that it is not: an error that says nothing is no answer.
pub fn resolved(found: Estimate, within: f64) -> Answer {
    if found.error <= within {
        Answer::Value(found)
    } else {
        Answer::absent(format!(
            "not resolved: what was computed is known to ±{:.0e} only",
            found.error
        ))
    }
}
