//! What is known about the builtins: one rule a line where it fits on a line.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::sync::Arc;

use super::build::{call, is_number, number};
use super::form::{Sum, Term};
use super::order::compare;
use super::sign::nonnegative;
use super::simplify::{Purpose, Simplifier};
use crate::expression::Node;
use crate::function::Function;

/// The normal form of a call with simplified arguments.
pub(crate) fn apply(with: &Simplifier, function: Function, arguments: Vec<Arc<Node>>) -> Arc<Node> {
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
        Function::Log1p if with.purpose() == Purpose::Evaluate => log1p(with, &arguments[0]),
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

/// exp u, where exp(log v) = v and exp(n log v) = vⁿ.
pub(crate) fn exponential(argument: &Arc<Node>) -> Arc<Node> {
    match &**argument {
        Node::Number(x) if x.exp().is_finite() && x.exp() != 0.0 => number(x.exp()),
        Node::Call(Function::Log, inner) => Arc::clone(&inner[0]),
        _ => call(Function::Exp, Arc::clone(argument)),
    }
}

/// |u|, where |c u v| = |c| |u v|, and |u| = u if that is known.
pub(crate) fn absolute(with: &Simplifier, argument: &Arc<Node>) -> Arc<Node> {
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
        _ => outside.push(call(Function::Abs, super::rebuild::product(&term)), 1.0),
    }
    super::rebuild::product(&outside)
}

/// Functions for which a positive number inside is a number outside, or nothing at all.
fn scaled(with: &Simplifier, function: Function, argument: Arc<Node>) -> Arc<Node> {
    if function == Function::Relu && nonnegative(&argument) {
        return argument;
    }
    let mut term = Term::read(&argument);
    let scale = term.coefficient.abs();
    if scale != 1.0 && scale != 0.0 && scale.is_finite() {
        term.coefficient /= scale;
        let inner = scaled(with, function, super::rebuild::product(&term));
        return if function == Function::Relu { with.times(&number(scale), &inner) } else { inner };
    }
    if function == Function::Sign {
        with.with_parity(function, argument, true)
    } else {
        call(function, argument)
    }
}

/// Minimum and maximum.
fn lattice(with: &Simplifier, function: Function, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
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
fn logarithm(with: &Simplifier, argument: &Arc<Node>) -> Arc<Node> {
    let plain = || call(Function::Log, Arc::clone(argument));
    match &**argument {
        Node::Call(Function::Exp, inner) => return Arc::clone(&inner[0]),
        _ if with.purpose() == Purpose::Compare => return plain(),
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

/// The logarithm of c eᵘ or of a positive number.
fn log_of_exponential(with: &Simplifier, term: &Term) -> Option<Arc<Node>> {
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

/// log(1 + u), where log(1 + eᵛ) is softplus v.
fn log1p(with: &Simplifier, argument: &Arc<Node>) -> Arc<Node> {
    match log_of_exponential(with, &Term::read(argument)) {
        Some(v) if !matches!(*v, Node::Number(_)) => call(Function::Softplus, v),
        _ => call(Function::Log1p, Arc::clone(argument)),
    }
}

/// Products of builtins that are one builtin: sinh/cosh, eᵘ/(1 + eᵘ), erfc with a √2 inside.
pub(crate) fn products(with: &Simplifier, term: &mut Term) {
    logistic(with, term);
    hyperbolic(term);
    let erfc = term.factors.iter().find_map(|(base, exponent)| match &**base {
        Node::Call(Function::Erfc, inner) if *exponent == 1.0 => {
            let argument = Term::read(&inner[0]);
            // ½ erfc(−u/√2) = Φ(u), up to the rounding of √2.
            let scaled = (argument.coefficient * SQRT_2).abs();
            let close = (scaled - 1.0).abs() < 4.0 * f64::EPSILON;
            close.then(|| (Arc::clone(base), argument))
        }
        _ => None,
    });
    if let Some((base, mut argument)) = erfc {
        argument.coefficient = -(argument.coefficient / FRAC_1_SQRT_2).round();
        let inner = super::rebuild::product(&argument);
        term.push(base, -1.0);
        term.push(call(Function::Phi, inner), 1.0);
        term.coefficient *= 2.0;
    }
}

/// sinh u/cosh u = tanh u, which does not overflow.
fn hyperbolic(term: &mut Term) {
    let found = term.factors.iter().find_map(|(base, exponent)| match &**base {
        Node::Call(Function::Sinh, inner) => {
            let cosh = call(Function::Cosh, Arc::clone(&inner[0]));
            let below = term.factors.iter().find(|(b, _)| compare(b, &cosh).is_eq())?;
            let opposite = exponent * below.1 < 0.0;
            let shared = exponent.abs().min(below.1.abs()) * exponent.signum();
            opposite.then(|| (Arc::clone(base), cosh, shared))
        }
        _ => None,
    });
    if let Some((sinh, cosh, shared)) = found {
        let Node::Call(_, inner) = &*sinh else {
            return;
        };
        let tanh = call(Function::Tanh, Arc::clone(&inner[0]));
        term.push(sinh, -shared);
        term.push(cosh, shared);
        term.push(tanh, shared);
    }
}

/// 1/(1 + eᵘ) = sigmoid(−u), eᵘ sigmoid(−u) = sigmoid(u), expm1(u) sigmoid(−u) = tanh(u/2).
fn logistic(with: &Simplifier, term: &mut Term) {
    let below = term.factors.iter().find_map(|(base, exponent)| {
        let terms = Sum::read(base, 1.0).terms()?;
        match &terms[..] {
            [a, b] if *exponent < 0.0 && exponent.fract() == 0.0 => {
                let (u, v) = (log_of_exponential(with, a)?, log_of_exponential(with, b)?);
                // eᵛ (1 + e^{u − v}); only pure exponentials, so that nothing is rounded.
                let pure = a.coefficient == 1.0 && b.coefficient == 1.0;
                pure.then(|| (Arc::clone(base), *exponent, u, v))
            }
            _ => None,
        }
    });
    if let Some((base, exponent, u, v)) = below {
        term.push(base, -exponent);
        term.push(call(Function::Sigmoid, with.linear(&[(&v, 1.0), (&u, -1.0)])), -exponent);
        // The rest, e^{v·exponent}, merges with what exponentials there are.
        let rest = with.times(&number(exponent), &v);
        merge_exponential(with, term, &rest);
    }
    let pair = term.factors.iter().find_map(|(base, exponent)| match &**base {
        Node::Call(Function::Sigmoid, inner) if *exponent >= 1.0 => {
            let opposite = with.negated(&inner[0]);
            let partner = |function| {
                let partner = call(function, Arc::clone(&opposite));
                let found =
                    term.factors.iter().any(|(b, e)| *e == 1.0 && compare(b, &partner).is_eq());
                found.then_some(partner)
            };
            if let Some(partner) = partner(Function::Exp) {
                let joint = call(Function::Sigmoid, opposite);
                return Some((Arc::clone(base), partner, joint));
            }
            let partner = partner(Function::Expm1)?;
            let half = with.times(&number(0.5), &opposite);
            Some((Arc::clone(base), partner, with.with_parity(Function::Tanh, half, true)))
        }
        _ => None,
    });
    if let Some((a, b, joint)) = pair {
        term.push(a, -1.0);
        term.push(b, -1.0);
        let (sign, joint) = match &*joint {
            Node::Negate(inner) => (-1.0, Arc::clone(inner)),
            _ => (1.0, joint),
        };
        term.coefficient *= sign;
        term.push(joint, 1.0);
    }
}

/// Multiplies a term by eᵘ.
fn merge_exponential(with: &Simplifier, term: &mut Term, u: &Arc<Node>) {
    let present = term.factors.iter().find_map(|(base, exponent)| match &**base {
        Node::Call(Function::Exp, inner) => {
            Some((Arc::clone(base), *exponent, Arc::clone(&inner[0])))
        }
        _ => None,
    });
    let mut argument = Arc::clone(u);
    if let Some((base, exponent, inner)) = present {
        argument = with.linear(&[(u, 1.0), (&inner, exponent)]);
        term.push(base, -exponent);
    }
    let merged = Term::read(&exponential(&argument));
    let before = std::mem::replace(term, Term::number(1.0));
    *term = before.times(merged);
}
