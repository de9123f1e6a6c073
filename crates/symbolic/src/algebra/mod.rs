//! Algebra on trees: normal forms, derivatives, polynomials, parity.
//!
//! Numbers are doubles and are folded as doubles, but sums of coefficients are rounded only once:
//! a term disappears only if its coefficient is exactly zero.

mod basic;
mod build;
mod builtins;
mod canonical;
mod derivative;
mod form;
mod linear;
mod order;
mod parity;
mod polynomial;
mod products;
mod purpose;
mod rebuild;
mod rules;
mod sign;
mod simplify;
mod substitute;

pub use parity::Parity;

pub(crate) use build::{add, call2, negate, number, power, subtract};
pub(crate) use derivative::derivative;
pub(crate) use order::compare;
pub(crate) use parity::parity;
pub(crate) use polynomial::{coefficients, horner, is_written_out, single_call};
pub(crate) use purpose::Purpose;
pub(crate) use sign::nonnegative;
pub(crate) use simplify::simplify;
pub(crate) use substitute::{rewrite, substitute};

use super::expression::Expression;

impl Expression {
    /// A simpler expression of the same value.
    ///
    /// Like terms are collected and numbers folded. Forms that overflow or cancel become stable
    /// builtins: log(1 + exp(z)) becomes softplus(z), log(cosh(z)) becomes logcosh(z),
    /// (1 + erf(z/√2))/2 becomes Φ(z). The value is the same, up to rounding, wherever the
    /// original is finite; isolated points of the form 0/0 are filled in.
    /// ```
    /// let phi = regimes_symbolic::parse("log(1 + exp(2*z)) + z - 3*z", &["z"])?;
    /// assert_eq!(phi.simplify().to_string(), "softplus(2·z) - 2·z");
    /// # Ok::<(), regimes_symbolic::ParseError>(())
    /// ```
    #[must_use]
    pub fn simplify(&self) -> Self {
        self.with_root(simplify(self.root(), Purpose::Evaluate))
    }

    /// The derivative with respect to the variable of the given index, simplified.
    ///
    /// Piecewise functions have piecewise derivatives: |u|′ = sign(u) u′, relu(u)′ =
    /// heaviside(u) u′. At a kink the value is the mean of the slopes on both sides; at a jump
    /// it is the slope without the jump. Where an infinite slope meets a factor zero, as for
    /// cbrt(relu(z)) at z < 0, the derivative evaluates to NaN.
    #[must_use]
    pub fn differentiate(&self, variable: usize) -> Self {
        let slope = derivative(self.root(), variable);
        self.with_root(simplify(&slope, Purpose::Evaluate))
    }

    /// The parity in the first variable, if it can be proved.
    ///
    /// The proof is algebraic: the expression and its reflection are brought to the same normal
    /// form. Nothing is concluded from values, so `Odd` and `Even` are never wrong about the
    /// expression as the machine reads it; an expression too intricate for the algebra is
    /// [`Parity::None`].
    #[must_use]
    pub fn parity(&self) -> Parity {
        parity(self.root())
    }

    /// The coefficients, constant first, if the expression is recognised as a polynomial in its
    /// first variable.
    #[must_use]
    pub fn polynomial(&self) -> Option<Vec<f64>> {
        coefficients(self.root())
    }
}
