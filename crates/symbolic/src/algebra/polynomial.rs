//! Polynomials in one variable.

use std::sync::Arc;

use super::build::{add, multiply, number, variable};
use super::canonical::canonical;
use super::form::{Sum, Term};
use super::substitute::rewrite;
use crate::expression::{Node, Operator};
use crate::function::Function;

/// The highest degree that is recognised.
const MAX_DEGREE: usize = 64;

/// The coefficients of a polynomial in variable 0, constant first and the last not zero (a zero
/// polynomial is `[0]`). `None` if the tree is not recognised as a polynomial.
pub(crate) fn coefficients(node: &Arc<Node>) -> Option<Vec<f64>> {
    let form = canonical(node);
    let mut found = vec![0.0];
    for term in Sum::read(&form, 1.0).terms()? {
        let degree = match &term.factors[..] {
            [] => 0,
            [(base, exponent)] if matches!(**base, Node::Variable(0)) => {
                if exponent.fract() != 0.0 || !(0.0..=MAX_DEGREE as f64).contains(exponent) {
                    return None;
                }
                *exponent as usize
            }
            _ => return None,
        };
        if found.len() <= degree {
            found.resize(degree + 1, 0.0);
        }
        found[degree] = term.coefficient;
    }
    Some(found)
}

/// Whether a tree is written as a polynomial: sums, products and whole powers of the variable.
/// Other trees may be polynomials too, once they are simplified.
pub(crate) fn is_written_out(node: &Node) -> bool {
    match node {
        Node::Number(_) | Node::Variable(0) => true,
        Node::Negate(a) => is_written_out(a),
        Node::Binary(Operator::Add | Operator::Subtract | Operator::Multiply, [a, b]) => {
            is_written_out(a) && is_written_out(b)
        }
        Node::Binary(Operator::Power | Operator::Divide, [a, b]) => {
            matches!(**b, Node::Number(_)) && is_written_out(a)
        }
        _ => false,
    }
}

/// Writes the sums that are polynomials in nested form, z(z − 1) + 1 for z² − z + 1: interval
/// arithmetic then sees that they are positive far out.
pub(crate) fn horner(node: &Arc<Node>) -> Arc<Node> {
    rewrite(node, &mut |node| match &**node {
        Node::Binary(Operator::Add | Operator::Subtract, _) if is_written_out(node) => {
            let coefficients = coefficients(node).filter(|c| c.len() > 2)?;
            let mut nested = number(0.0);
            for c in coefficients.iter().rev() {
                nested = add(multiply(nested, variable()), number(*c));
            }
            Some(nested)
        }
        _ => None,
    })
}

/// A tree of the form c f(s z) as (c, f, s).
pub(crate) fn single_call(node: &Arc<Node>) -> Option<(f64, Function, f64)> {
    let term = Term::read(node);
    let [(base, 1.0)] = &term.factors[..] else {
        return None;
    };
    let Node::Call(function, arguments) = &**base else {
        return None;
    };
    match (arguments.len(), &coefficients(&arguments[0])?[..]) {
        (1, [0.0, slope]) => Some((term.coefficient, *function, *slope)),
        _ => None,
    }
}
