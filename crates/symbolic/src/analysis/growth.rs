//! The growth of a function, as far as Gaussian averages care.

use std::sync::Arc;

use super::tail::tail;
use crate::expression::Node;

/// An upper bound on the growth of |φ(z)| as |z| → ∞.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Growth {
    /// Bounded.
    Bounded,
    /// At most |z|^degree times a constant; logarithms count as a small power.
    Polynomial {
        /// The power.
        degree: f64,
    },
    /// At most exp(rate · |z|^order · (1 + o(1))).
    Exponential {
        /// The power of |z| in the exponent.
        order: f64,
        /// The factor in front of it.
        rate: f64,
    },
    /// No bound was found.
    Unknown,
}

impl Growth {
    /// Whether E φ(g z)² over a standard normal z is finite: whether |φ(g z)| stays below
    /// exp(z²/4). `None` if it depends on lower orders or no bound is known.
    #[must_use]
    pub fn square_integrable(self, gain: f64) -> Option<bool> {
        match self {
            Self::Bounded | Self::Polynomial { .. } => Some(true),
            Self::Exponential { order, rate } if order < 2.0 && rate.is_finite() => Some(true),
            Self::Exponential { order: 2.0, rate } if rate * gain * gain < 0.25 => Some(true),
            Self::Exponential { order: 2.0, rate } if rate * gain * gain > 0.25 => Some(false),
            Self::Exponential { order, rate } if order > 2.0 && rate > 0.0 => Some(false),
            _ => None,
        }
    }
}

/// The growth of a simplified tree in variable 0.
pub(crate) fn growth(node: &Arc<Node>) -> Growth {
    let (right, left) = (tail(node, 1.0), tail(node, -1.0));
    if right.is_bounded() && left.is_bounded() {
        return Growth::Bounded;
    }
    let exponential = |order: f64, rate: f64| order > 0.0 && rate > 0.0;
    let worst = [right, left]
        .into_iter()
        .filter(|t| exponential(t.order, t.rate))
        .max_by(|a, b| a.order.total_cmp(&b.order).then(a.rate.total_cmp(&b.rate)));
    if let Some(worst) = worst {
        return if worst.order.is_finite() {
            Growth::Exponential { order: worst.order, rate: worst.rate }
        } else if worst.rate.is_finite() || grows_without_bound(node) {
            Growth::Exponential { order: f64::INFINITY, rate: f64::INFINITY }
        } else {
            Growth::Unknown
        };
    }
    let degree = right.degree.max(left.degree);
    let bounded = |x: f64, degree: f64, t: f64| t < degree || x.is_finite();
    let regular = [right, left]
        .iter()
        .all(|t| bounded(t.lo, degree, t.degree) && bounded(t.hi, degree, t.degree));
    if degree.is_finite() && regular {
        Growth::Polynomial { degree: degree.max(0.0) }
    } else {
        Growth::Unknown
    }
}

/// Whether the values themselves show growth beyond a Gaussian's reach.
fn grows_without_bound(node: &Arc<Node>) -> bool {
    [12.0, -12.0].into_iter().any(|z: f64| {
        let (near, far) = (node.evaluate(&[z]).abs(), node.evaluate(&[2.0 * z]).abs());
        far.is_infinite() && near > (z * z / 4.0).exp()
    })
}
