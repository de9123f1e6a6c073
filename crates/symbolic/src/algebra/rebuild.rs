//! Normal form back to trees.

use std::sync::Arc;

use super::build::{add, call, divide, multiply, negate, number, power, subtract};
use super::form::{Factor, Sum, Term};
use super::order::compare;
use super::purpose::Purpose;
use crate::expression::Node;
use crate::function::Function;

/// A term as a tree: number · numerator / denominator.
pub(crate) fn product(term: &Term) -> Arc<Node> {
    let part = |above: bool| {
        let factors = term.factors.iter().filter(move |(_, e)| (*e > 0.0) == above);
        factors.map(|(base, exponent)| match exponent.abs() {
            0.5 => call(Function::Sqrt, Arc::clone(base)),
            exponent => power(Arc::clone(base), number(exponent)),
        })
    };
    let mut above = part(true);
    let above = match above.next() {
        None => number(term.coefficient),
        // The sign goes to the first factor: -z·exp(z), not -(z·exp(z)).
        Some(first) if term.coefficient == -1.0 => above.fold(negate(first), multiply),
        Some(first) => multiply(number(term.coefficient), above.fold(first, multiply)),
    };
    match part(false).reduce(multiply) {
        None => above,
        Some(below) => divide(above, below),
    }
}

/// Terms in ascending order as a tree.
pub(crate) fn sum(mut terms: Vec<Term>, purpose: Purpose) -> Arc<Node> {
    if purpose == Purpose::Evaluate {
        terms = exponential_pairs(terms);
        terms = with_constant(terms);
    }
    // 2 - z², not -z² + 2.
    let leader = terms.iter().position(|term| term.coefficient > 0.0).unwrap_or(0);
    if leader > 0 {
        terms[..=leader].rotate_right(1);
    }
    let Some((first, rest)) = terms.split_first() else {
        return number(0.0);
    };
    let mut total = product(first);
    for term in rest {
        if term.coefficient < 0.0 {
            let positive = Term { coefficient: -term.coefficient, factors: term.factors.clone() };
            total = subtract(total, product(&positive));
        } else {
            total = add(total, product(term));
        }
    }
    total
}

/// The argument of a term that is a number times one call of the function.
fn single_call(term: &Term, function: Function) -> Option<&Arc<Node>> {
    match &term.factors[..] {
        [(base, exponent)] if *exponent == 1.0 => match &**base {
            Node::Call(f, arguments) if *f == function => Some(&arguments[0]),
            _ => None,
        },
        _ => None,
    }
}

/// Puts changed terms back in order and adds up those that have become equal. If that overflows,
/// the terms stay as they were.
fn ordered(terms: Vec<Term>) -> Vec<Term> {
    let mut sum = Sum::default();
    for term in &terms {
        sum.push(term.clone());
    }
    sum.terms().unwrap_or(terms)
}

fn is_negative_of(a: &Arc<Node>, b: &Arc<Node>) -> bool {
    let negated = Sum::read(a, -1.0).terms().map(|terms| sum(terms, Purpose::Evaluate));
    negated.is_some_and(|negated| compare(&negated, b).is_eq())
}

/// c eᵘ ± c e⁻ᵘ = 2c cosh u or 2c sinh u: one exponential less, and no cancellation near zero.
fn exponential_pairs(mut terms: Vec<Term>) -> Vec<Term> {
    let mut found = false;
    let mut i = 0;
    while i < terms.len() {
        let partner = single_call(&terms[i], Function::Exp).and_then(|u| {
            (i + 1..terms.len()).find(|&j| {
                terms[j].coefficient.abs() == terms[i].coefficient.abs()
                    && single_call(&terms[j], Function::Exp).is_some_and(|v| is_negative_of(u, v))
            })
        });
        if let Some(j) = partner {
            let other = terms.remove(j);
            let (first, argument) = (&terms[i], single_call(&terms[i], Function::Exp));
            let Some(argument) = argument.map(Arc::clone) else {
                break;
            };
            let even = first.coefficient == other.coefficient;
            let leading = Sum::read(&argument, 1.0).terms();
            let flip = leading.is_some_and(|t| t.first().is_some_and(|t| t.coefficient < 0.0));
            let argument = match single_call(&other, Function::Exp) {
                Some(partner) if flip => Arc::clone(partner),
                _ => argument,
            };
            let sign = if flip && !even { -1.0 } else { 1.0 };
            let function = if even { Function::Cosh } else { Function::Sinh };
            terms[i] = Term {
                coefficient: 2.0 * sign * first.coefficient,
                factors: vec![(call(function, argument), 1.0)],
            };
            found = true;
        }
        i += 1;
    }
    if found { ordered(terms) } else { terms }
}

/// A constant that cancels against a builtin at one end is merged with it:
/// c eᵘ − c = c expm1 u, and c − c erf u = c erfc u.
fn with_constant(mut terms: Vec<Term>) -> Vec<Term> {
    let constant = match terms.last() {
        Some(last) if last.factors.is_empty() => last.coefficient,
        _ => return terms,
    };
    let merged = terms.iter().enumerate().find_map(|(i, term)| {
        if let Some(u) = single_call(term, Function::Exp)
            && term.coefficient == -constant
        {
            return Some((i, call(Function::Expm1, Arc::clone(u)), term.coefficient));
        }
        if let Some(u) = single_call(term, Function::Erf)
            && term.coefficient.abs() == constant.abs()
        {
            let argument = if term.coefficient == constant {
                let negated = Sum::read(u, -1.0).terms()?;
                sum(negated, Purpose::Evaluate)
            } else {
                Arc::clone(u)
            };
            return Some((i, call(Function::Erfc, argument), constant));
        }
        None
    });
    if let Some((i, call, coefficient)) = merged {
        terms.pop();
        terms[i] = Term { coefficient, factors: vec![(call, 1.0)] as Vec<Factor> };
        return ordered(terms);
    }
    terms
}
