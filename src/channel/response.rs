//! The response of a channel: an activation as the channel needs it.

use super::Piece;
use crate::symbolic::{Activation, Class, Parity};
use std::sync::Arc;

/// φ, in the form that decides which route the channel takes.
#[derive(Clone)]
pub enum Response {
    /// Linear on pieces (ReLU, hardtanh, abs) or constant on them (sign, heaviside). Ascending; the
    /// first begins at −∞.
    Pieces(Vec<Piece>),
    /// Any other function.
    General {
        /// φ(z).
        function: Arc<dyn Fn(f64) -> f64 + Send + Sync>,
        /// Every kink and jump.
        breakpoints: Vec<f64>,
        /// φ is odd or even, so that V and −V give the same.
        symmetric: bool,
        /// φ is strictly monotone.
        monotone: bool,
    },
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pieces(pieces) => f.debug_tuple("Pieces").field(pieces).finish(),
            Self::General { breakpoints, symmetric, monotone, .. } => f
                .debug_struct("General")
                .field("breakpoints", breakpoints)
                .field("symmetric", symmetric)
                .field("monotone", monotone)
                .finish_non_exhaustive(),
        }
    }
}

impl From<&Activation> for Response {
    fn from(activation: &Activation) -> Self {
        let piece = |from, slope, offset| Piece { from, slope, offset };
        let start = f64::NEG_INFINITY;
        match activation.class() {
            Class::Constant(value) => Self::Pieces(vec![piece(start, 0.0, *value)]),
            Class::Linear { slope, intercept } => {
                Self::Pieces(vec![piece(start, *slope, *intercept)])
            }
            Class::FiniteValued(steps) => {
                Self::Pieces(steps.iter().map(|s| piece(s.lo, 0.0, s.value)).collect())
            }
            Class::PiecewiseLinear(segments) => {
                Self::Pieces(segments.iter().map(|s| piece(s.lo, s.slope, s.intercept)).collect())
            }
            _ => {
                let function = activation.clone();
                Self::General {
                    function: Arc::new(move |z| function.eval(z)),
                    breakpoints: activation.breakpoints().positions().collect(),
                    symmetric: activation.parity() != Parity::None,
                    monotone: is_monotone(activation),
                }
            }
        }
    }
}

/// Strictly monotone as far as 2001 slopes within |z| ≤ 8 tell, continuous, with no flat stretch.
fn is_monotone(activation: &Activation) -> bool {
    let slopes = (-1000..=1000).map(|k| activation.eval_with_derivative(0.008 * f64::from(k)).1);
    let (mut rising, mut falling) = (true, true);
    for slope in slopes {
        rising &= slope > 0.0;
        falling &= slope < 0.0;
    }
    let steps: Vec<f64> = activation.breakpoints().positions().collect();
    let jumps = steps.iter().any(|&z| {
        let h = 1e-9 * (1.0 + z.abs());
        let jump = activation.eval(z + h) - activation.eval(z - h);
        jump.abs() > 1e-6 && (jump > 0.0) != rising
    });
    (rising || falling) && !jumps
}
