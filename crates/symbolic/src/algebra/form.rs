//! Normal form: a sum of terms, each a number times powers of distinct bases.

use std::cmp::Ordering;
use std::sync::Arc;

use super::order::compare;
use crate::expression::{Node, Operator};
use crate::function::Function;

/// A base and its exponent.
pub(crate) type Factor = (Arc<Node>, f64);

/// A number times powers of distinct bases in ascending order; no exponent is zero.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) coefficient: f64,
    pub(crate) factors: Vec<Factor>,
}

/// Terms with distinct factors. Coefficients that meet are kept apart until they are added
/// exactly, so that a total is zero only if it is zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sum {
    terms: Vec<(Vec<Factor>, Vec<f64>)>,
}

fn compare_factors(a: &[Factor], b: &[Factor]) -> Ordering {
    for ((x, p), (y, q)) in a.iter().zip(b) {
        // Higher powers first, as polynomials are written.
        let order = compare(x, y).then_with(|| q.total_cmp(p));
        if order != Ordering::Equal {
            return order;
        }
    }
    b.len().cmp(&a.len())
}

/// A result that must not vanish unless what it came from did: NaN if it underflowed to zero, so
/// that [`Sum::terms`] refuses it.
fn honest(result: f64, from: f64) -> f64 {
    if result == 0.0 && from != 0.0 { f64::NAN } else { result }
}

impl Term {
    pub(crate) fn number(coefficient: f64) -> Self {
        Self { coefficient, factors: Vec::new() }
    }

    pub(crate) fn single(base: Arc<Node>) -> Self {
        Self { coefficient: 1.0, factors: vec![(base, 1.0)] }
    }

    /// Reads a simplified tree as one term.
    pub(crate) fn read(node: &Arc<Node>) -> Self {
        match &**node {
            Node::Number(x) => Self::number(*x),
            Node::Negate(a) => {
                let mut term = Self::read(a);
                term.coefficient = -term.coefficient;
                term
            }
            Node::Binary(Operator::Multiply, [a, b]) => Self::read(a).times(Self::read(b)),
            Node::Binary(Operator::Divide, [a, b]) => {
                let mut below = Self::read(b);
                let mut term = Self::read(a);
                // One rounding, where a product with 1/b would have two.
                term.coefficient = honest(term.coefficient / below.coefficient, term.coefficient);
                below.coefficient = 1.0;
                for factor in &mut below.factors {
                    factor.1 = -factor.1;
                }
                term.times(below)
            }
            Node::Binary(Operator::Power, [a, b]) => match **b {
                Node::Number(n) if n != 0.0 => {
                    Self { coefficient: 1.0, factors: vec![(Arc::clone(a), n)] }
                }
                _ => Self::single(Arc::clone(node)),
            },
            Node::Call(Function::Sqrt, arguments) => {
                Self { coefficient: 1.0, factors: vec![(Arc::clone(&arguments[0]), 0.5)] }
            }
            _ => Self::single(Arc::clone(node)),
        }
    }

    /// Multiplies in a power of a base.
    pub(crate) fn push(&mut self, base: Arc<Node>, exponent: f64) {
        match self.factors.binary_search_by(|(other, _)| compare(other, &base)) {
            Ok(i) => {
                self.factors[i].1 += exponent;
                if self.factors[i].1 == 0.0 {
                    self.factors.remove(i);
                }
            }
            Err(i) => self.factors.insert(i, (base, exponent)),
        }
    }

    pub(crate) fn times(mut self, other: Self) -> Self {
        let product = self.coefficient * other.coefficient;
        self.coefficient =
            if other.coefficient == 0.0 { product } else { honest(product, self.coefficient) };
        for (base, exponent) in other.factors {
            self.push(base, exponent);
        }
        self
    }
}

impl Sum {
    /// Reads a simplified tree as a sum, multiplied by `scale`.
    pub(crate) fn read(node: &Arc<Node>, scale: f64) -> Self {
        let mut sum = Self::default();
        sum.collect(node, scale);
        sum
    }

    /// Adds `scale` times a simplified tree.
    pub(crate) fn collect(&mut self, node: &Arc<Node>, scale: f64) {
        match &**node {
            Node::Negate(a) => self.collect(a, -scale),
            Node::Binary(Operator::Add, [a, b]) => {
                self.collect(a, scale);
                self.collect(b, scale);
            }
            Node::Binary(Operator::Subtract, [a, b]) => {
                self.collect(a, scale);
                self.collect(b, -scale);
            }
            _ => {
                let term = Term::read(node);
                self.push(Term::number(scale).times(term));
            }
        }
    }

    /// Adds a term.
    pub(crate) fn push(&mut self, term: Term) {
        let place =
            self.terms.binary_search_by(|(factors, _)| compare_factors(factors, &term.factors));
        match place {
            Ok(i) => self.terms[i].1.push(term.coefficient),
            Err(i) => self.terms.insert(i, (term.factors, vec![term.coefficient])),
        }
    }

    /// The terms in order, the constant last, without those that cancel. `None` if a coefficient
    /// is not finite.
    pub(crate) fn terms(&self) -> Option<Vec<Term>> {
        let mut totals = Vec::with_capacity(self.terms.len());
        for (factors, parts) in &self.terms {
            let coefficient = exact_sum(parts);
            if !coefficient.is_finite() {
                return None;
            }
            if coefficient != 0.0 {
                totals.push(Term { coefficient, factors: factors.clone() });
            }
        }
        Some(totals)
    }
}

/// The correctly rounded sum of doubles (Shewchuk's growing expansion): zero only if the exact
/// sum is zero.
fn exact_sum(parts: &[f64]) -> f64 {
    if parts.iter().any(|x| !x.is_finite()) {
        return f64::NAN;
    }
    let mut partials: Vec<f64> = Vec::new();
    for &part in parts {
        let mut x = part;
        let mut kept = Vec::with_capacity(partials.len() + 1);
        for &y in &partials {
            let (big, small) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
            let high = big + small;
            let low = small - (high - big);
            if low != 0.0 {
                kept.push(low);
            }
            x = high;
        }
        kept.push(x);
        partials = kept;
    }
    // Largest last; adding from there rounds correctly up to a tie.
    partials.iter().rev().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_exact_sum() {
        assert_eq!(exact_sum(&[1e20, 1.0, -1e20]), 1.0);
        assert_eq!(exact_sum(&[0.1, 0.2, -0.3]), 2f64.powi(-55));
        assert_eq!(exact_sum(&[0.1, -0.1]), 0.0);
        assert!(exact_sum(&[f64::INFINITY, 1.0]).is_nan());
    }
}
