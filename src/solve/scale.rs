//! The coordinate in which a parameter is searched.

use crate::models::parameter::Domain;
use crate::numerics::Estimate;

/// The coordinate in which a parameter is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Its logarithm.
    Logarithmic,
    /// The logarithm, of whole numbers only.
    Whole,
    /// Itself.
    Linear,
}

impl Scale {
    pub(super) fn of(domain: Domain) -> Self {
        match domain {
            Domain::Real | Domain::Fraction => Self::Linear,
            Domain::Whole { .. } => Self::Whole,
            _ => Self::Logarithmic,
        }
    }

    pub(super) fn to(self, x: f64) -> f64 {
        if self == Self::Linear { x } else { x.ln() }
    }

    pub(super) fn from(self, u: f64) -> f64 {
        match self {
            Self::Logarithmic => u.exp(),
            Self::Whole => u.exp().round(),
            Self::Linear => u,
        }
    }

    pub(super) fn back(self, u: Estimate) -> Estimate {
        if self == Self::Logarithmic { u.exp() } else { u }
    }

    /// A coordinate between two others, if there is one.
    pub(super) fn between(self, a: f64, b: f64) -> Option<f64> {
        let middle = 0.5 * (a + b);
        if self != Self::Whole {
            return (a < middle && middle < b).then_some(middle);
        }
        let (low, high) = (self.from(a), self.from(b));
        if high - low < 2.0 {
            return None;
        }
        let u = self.from(middle).clamp(low + 1.0, high - 1.0).ln();
        (a < u && u < b).then_some(u)
    }
}
