//! What is known about the builtins: one rule a line where it fits on a line.

use std::sync::Arc;

use super::build::{call, is_number, number};
use super::builtins::{absolute, exponential, log_of_exponential};
use super::form::{Sum, Term};
use super::order::compare;
use super::purpose::Purpose;
use super::rebuild::product;
use super::sign::nonnegative;
use crate::expression::Node;
use crate::function::Function;

/// The normal form of a call with simplified arguments.
pub(crate) fn apply(with: Purpose, function: Function, arguments: Vec<Arc<Node>>) -> Arc<Node> {
    if let Some(value) = folded(function, &arguments) {
        return number(value);
    }
    let unary = || Arc::clone(&arguments[0]);
    match function {
        Function::Sqrt => {
            with.root_or_power(&arguments[0], 0.5).unwrap_or_else(|| call(function, unary()))
        }
        Function::Exp => exponential(&arguments[0]),
        Function::Log => logarithm(with, &arguments[0]),
        Function::Log1p if with == Purpose::Evaluate => log1p(with, &arguments[0]),
        Function::Abs => absolute(with, &arguments[0]),
        Function::Sign | Function::Relu | Function::Heaviside => scaled(with, function, unary()),
        Function::Sin
        | Function::Tan
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Asinh
        | Function::Erf
        | Function::Cbrt => with.with_parity(function, unary(), true),
        Function::Cos | Function::Cosh | Function::LogCosh => {
            with.with_parity(function, unary(), false)
        }
        Function::Min | Function::Max => lattice(with, function, &arguments[0], &arguments[1]),
        _ => Arc::new(Node::Call(function, arguments)),
    }
}

/// The value of a call of numbers, if it is finite.
fn folded(function: Function, arguments: &[Arc<Node>]) -> Option<f64> {
    let mut values = [0.0; 3];
    for (value, argument) in values.iter_mut().zip(arguments) {
        *value = match **argument {
            Node::Number(x) => x,
            _ => return None,
        };
    }
    Some(function.apply(&values[..arguments.len()])).filter(|value| value.is_finite())
}

/// Functions for which a positive number inside is a number outside, or nothing at all.
fn scaled(with: Purpose, function: Function, argument: Arc<Node>) -> Arc<Node> {
    if function == Function::Relu && nonnegative(&argument) {
        return argument;
    }
    let mut term = Term::read(&argument);
    let scale = term.coefficient.abs();
    if scale != 1.0 && scale != 0.0 && scale.is_finite() {
        term.coefficient /= scale;
        let inner = scaled(with, function, product(&term));
        return if function == Function::Relu { with.times(&number(scale), &inner) } else { inner };
    }
    if function == Function::Sign {
        with.with_parity(function, argument, true)
    } else {
        call(function, argument)
    }
}

/// Minimum and maximum.
fn lattice(with: Purpose, function: Function, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
    if compare(a, b).is_eq() {
        return Arc::clone(a);
    }
    let (other, zero) = if is_number(a, 0.0) { (b, true) } else { (a, is_number(b, 0.0)) };
    match (zero, function) {
        (true, Function::Max) => apply(with, Function::Relu, vec![Arc::clone(other)]),
        (true, _) => {
            let inner = apply(with, Function::Relu, vec![with.negated(other)]);
            with.negated(&inner)
        }
        _ if compare(&with.negated(a), b).is_eq() => {
            let size = absolute(with, a);
            if function == Function::Max { size } else { with.negated(&size) }
        }
        _ => with.symmetric(function, Arc::clone(a), Arc::clone(b)),
    }
}

/// log u, with the forms that overflow or cancel replaced by stable builtins.
fn logarithm(with: Purpose, argument: &Arc<Node>) -> Arc<Node> {
    let plain = || call(Function::Log, Arc::clone(argument));
    match &**argument {
        Node::Call(Function::Exp, inner) => return Arc::clone(&inner[0]),
        _ if with == Purpose::Compare => return plain(),
        Node::Call(Function::Cosh, inner) => return call(Function::LogCosh, Arc::clone(&inner[0])),
        _ => {}
    }
    // log(c cosh u) = log c + log cosh u
    let term = Term::read(argument);
    if let [(base, exponent)] = &term.factors[..]
        && *exponent == 1.0
        && term.coefficient > 0.0
        && term.coefficient.is_finite()
        && let Node::Call(Function::Cosh, inner) = &**base
    {
        let inner = call(Function::LogCosh, Arc::clone(&inner[0]));
        return with.linear(&[(&inner, 1.0), (&number(term.coefficient.ln()), 1.0)]);
    }
    let Some(terms) = Sum::read(argument, 1.0).terms() else {
        return plain();
    };
    if let [a, b] = &terms[..]
        && let (Some(u), Some(v)) = (log_of_exponential(with, a), log_of_exponential(with, b))
    {
        // log(eᵘ + eᵛ) = v + softplus(u − v); the constant, if there is one, is b.
        let inner = with.linear(&[(&u, 1.0), (&v, -1.0)]);
        return with.linear(&[(&call(Function::Softplus, inner), 1.0), (&v, 1.0)]);
    }
    match terms.last() {
        Some(last) if last.factors.is_empty() && last.coefficient == 1.0 && terms.len() > 1 => {
            let rest = with.linear(&[(argument, 1.0), (&number(1.0), -1.0)]);
            log1p(with, &rest)
        }
        _ => plain(),
    }
}

/// log(1 + u), where log(1 + eᵛ) is softplus v.
fn log1p(with: Purpose, argument: &Arc<Node>) -> Arc<Node> {
    match log_of_exponential(with, &Term::read(argument)) {
        Some(v) if !matches!(*v, Node::Number(_)) => call(Function::Softplus, v),
        _ => call(Function::Log1p, Arc::clone(argument)),
    }
}
