//! Odd, even, constant: proved by algebra, never guessed from values.

use std::sync::Arc;

use super::build::negate;
use super::canonical::canonical;
use super::order::compare;
use super::purpose::Purpose;
use super::simplify::simplify;
use super::substitute::substitute;
use crate::expression::Node;

/// How an expression in one variable behaves under z → −z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parity {
    /// φ(−z) = φ(z), proved. Constants are even.
    Even,
    /// φ(−z) = −φ(z), proved.
    Odd,
    /// Neither was proved.
    None,
}

/// The parity of a tree in variable 0.
///
/// The tree and its reflection are brought to a normal form and compared. Numbers are doubles, so
/// what is proved is the parity of the expression as the machine reads it: `0.1 + 0.2 - 0.3` is
/// not zero.
pub(crate) fn parity(node: &Arc<Node>) -> Parity {
    let form = canonical(node);
    let reflected = substitute(&form, 0, &negate(super::build::variable()));
    let reflected = simplify(&reflected, Purpose::Compare);
    if compare(&form, &reflected).is_eq() {
        return Parity::Even;
    }
    let opposite = simplify(&negate(reflected), Purpose::Compare);
    if compare(&form, &opposite).is_eq() {
        return Parity::Odd;
    }
    Parity::None
}
