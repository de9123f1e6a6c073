//! What is known about single builtins without multiplying anything.

use std::sync::Arc;

use super::build::{call, number};
use super::form::Term;
use super::purpose::Purpose;
use super::rebuild::product;
use super::sign::nonnegative;
use crate::expression::Node;
use crate::function::Function;

/// exp u, where exp(log v) = v and exp(n log v) = vⁿ.
pub(crate) fn exponential(argument: &Arc<Node>) -> Arc<Node> {
    match &**argument {
        Node::Number(x) if x.exp().is_finite() && x.exp() != 0.0 => number(x.exp()),
        Node::Call(Function::Log, inner) => Arc::clone(&inner[0]),
        _ => call(Function::Exp, Arc::clone(argument)),
    }
}

/// |u|, where |c u v| = |c| |u v|, and |u| = u if that is known.
pub(crate) fn absolute(with: Purpose, argument: &Arc<Node>) -> Arc<Node> {
    if nonnegative(argument) {
        return Arc::clone(argument);
    }
    let mut term = Term::read(argument);
    if !term.coefficient.is_finite() {
        // 1/0 and the like have no sign to pull out.
        return call(Function::Abs, Arc::clone(argument));
    }
    let mut outside = Term::number(term.coefficient.abs());
    term.coefficient = 1.0;
    for (base, exponent) in std::mem::take(&mut term.factors) {
        if exponent % 2.0 == 0.0 || nonnegative(&base) {
            outside.push(base, exponent);
        } else {
            term.push(base, exponent);
        }
    }
    match &term.factors[..] {
        [] => {}
        [(base, exponent)] if exponent.fract() == 0.0 => {
            let inner = with.with_parity(Function::Abs, Arc::clone(base), false);
            outside.push(inner, *exponent);
        }
        _ => outside.push(call(Function::Abs, product(&term)), 1.0),
    }
    product(&outside)
}

/// The logarithm of c eᵘ or of a positive number.
pub(crate) fn log_of_exponential(with: Purpose, term: &Term) -> Option<Arc<Node>> {
    // Neither zero nor, from a quotient by zero, infinite or NaN.
    if !(term.coefficient > 0.0 && term.coefficient.is_finite()) {
        return None;
    }
    let scale = number(term.coefficient.ln());
    match &term.factors[..] {
        [] => Some(scale),
        [(base, exponent)] if *exponent == 1.0 => match &**base {
            Node::Call(Function::Exp, inner) => {
                Some(with.linear(&[(&inner[0], 1.0), (&scale, 1.0)]))
            }
            _ => None,
        },
        _ => None,
    }
}
