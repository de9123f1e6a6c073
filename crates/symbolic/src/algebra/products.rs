//! Products in normal form: powers of distinct bases, exponentials merged, signs pulled out.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::sync::Arc;

use super::build::{call, is_number, multiply, number};
use super::builtins::{absolute, exponential, log_of_exponential};
use super::form::{Factor, Sum, Term};
use super::order::compare;
use super::purpose::Purpose;
use super::rebuild::{product, sum};
use super::sign::nonnegative;
use super::substitute::{MAX_SIZE, exceeds};
use crate::expression::{Node, Operator};
use crate::function::Function;

/// Products of sums are multiplied out as long as they have at most this many terms.
const MAX_TERMS: usize = 512;

/// … and at most this many factors in these terms.
const MAX_FACTORS: usize = 4096;

/// Opening a base may uncover another one to open; four rounds are more than any formula needs,
/// and stopping early costs only a less simple form.
const ROUNDS: usize = 4;

/// Whether a base is a term in itself, with nothing to pull out.
fn plain(term: &Term, base: &Arc<Node>) -> bool {
    let same = |(b, e): &Factor| Arc::ptr_eq(b, base) && *e == 1.0;
    term.coefficient == 1.0 && matches!(&term.factors[..], [factor] if same(factor))
}

impl Purpose {
    /// A product of simplified trees.
    pub(crate) fn times(self, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
        if is_number(a, 0.0) || is_number(b, 0.0) {
            return number(0.0);
        }
        self.finish(Term::read(a).times(Term::read(b)))
            .unwrap_or_else(|| multiply(Arc::clone(a), Arc::clone(b)))
    }

    /// Turns a term into a tree. `None` if a coefficient or an exponent is not
    /// finite.
    pub(crate) fn finish(self, term: Term) -> Option<Arc<Node>> {
        let mut clean = self.opened(term)?;
        match self {
            Purpose::Evaluate => {
                builtin_products(self, &mut clean);
                if !clean.coefficient.is_finite() {
                    return None;
                }
                match &clean.factors[..] {
                    // A number times a single sum is multiplied out.
                    [(base, exponent)] if *exponent == 1.0 => {
                        let terms = Sum::read(base, clean.coefficient).terms()?;
                        Some(sum(terms, self))
                    }
                    _ => Some(product(&clean)),
                }
            }
            Purpose::Compare => self.multiplied_out(&clean),
        }
    }

    /// A power of a simplified tree with a number as exponent.
    pub(crate) fn root_or_power(self, base: &Arc<Node>, exponent: f64) -> Option<Arc<Node>> {
        let mut term = Term::number(1.0);
        term.push(Arc::clone(base), exponent);
        self.finish(term)
    }

    /// Pulls out of every base what can be pulled out, and merges the exponentials.
    fn opened(self, mut term: Term) -> Option<Term> {
        for _ in 0..ROUNDS {
            let mut result = Term::number(term.coefficient);
            let mut exponent = Sum::default();
            let mut exponentials = false;
            let mut changed = false;
            for (base, power) in &term.factors {
                if let Node::Call(Function::Exp, arguments) = &**base {
                    exponent.collect(&arguments[0], *power);
                    exponentials = true;
                    continue;
                }
                let factor = self.factor(base, *power)?;
                let same =
                    matches!(&factor.factors[..], [(b, e)] if Arc::ptr_eq(b, base) && e == power);
                changed |= !same;
                result = result.times(factor);
            }
            if exponentials {
                let argument = sum(exponent.terms()?, self);
                result = result.times(Term::read(&exponential(&argument)));
            }
            // (z^1e308)² has no exponent that is a double.
            let exponents = result.factors.iter().all(|(_, exponent)| exponent.is_finite());
            if !result.coefficient.is_finite() || !exponents {
                return None;
            }
            term = result;
            if !changed {
                break;
            }
        }
        Some(term)
    }

    /// A power of a base as a term.
    fn factor(self, base: &Arc<Node>, exponent: f64) -> Option<Term> {
        let even = exponent % 2.0 == 0.0;
        let inner = Term::read(base);
        if exponent == 1.0 {
            return Some(inner);
        }
        match &**base {
            // |u|² = u²
            Node::Call(Function::Abs, arguments) if even => {
                self.power_of(&Term::read(&arguments[0]), exponent)
            }
            // (1 − z)³ = −(z − 1)³
            Node::Binary(Operator::Add | Operator::Subtract, _) if exponent.fract() == 0.0 => {
                let terms = Sum::read(base, 1.0).terms()?;
                let flip = terms.first().is_some_and(|first| first.coefficient < 0.0);
                let mut result = Term::number(if flip && !even { -1.0 } else { 1.0 });
                let base = if flip { self.negated(base) } else { Arc::clone(base) };
                result.push(base, exponent);
                Some(result)
            }
            _ if plain(&inner, base) => {
                let mut result = Term::number(1.0);
                result.push(Arc::clone(base), exponent);
                Some(result)
            }
            _ => self.power_of(&inner, exponent),
        }
    }

    /// A power of a term, as far as it may be taken factor by factor: a root of a product is the
    /// product of roots only where all but one factor are known not to be negative.
    fn power_of(self, term: &Term, n: f64) -> Option<Term> {
        if !term.coefficient.is_finite() {
            return None;
        }
        let whole = n.fract() == 0.0;
        let mut result = Term::number(1.0);
        let mut rest = Term::number(1.0);
        if whole || term.coefficient > 0.0 {
            result.coefficient = term.coefficient.powf(n);
            if result.coefficient == 0.0 || !result.coefficient.is_finite() {
                return None;
            }
        } else {
            rest.coefficient = term.coefficient;
        }
        let alone = term.factors.len() == 1 && rest.coefficient == 1.0;
        for (base, e) in &term.factors {
            let exponential = matches!(&**base, Node::Call(Function::Exp, _));
            if whole || exponential {
                result.push(Arc::clone(base), e * n);
            } else if e % 2.0 == 0.0 {
                // √(u²) = |u|
                let even = (e * n) % 2.0 == 0.0;
                let base = if even { Arc::clone(base) } else { absolute(self, base) };
                result = result.times(self.factor(&base, e * n)?);
            } else if alone || nonnegative(base) {
                result.push(Arc::clone(base), e * n);
            } else {
                rest.push(Arc::clone(base), *e);
            }
        }
        if !rest.factors.is_empty() || rest.coefficient != 1.0 {
            result.push(product(&rest), n);
        }
        Some(result)
    }

    /// Multiplies out all positive whole powers of sums.
    fn multiplied_out(self, whole: &Term) -> Option<Arc<Node>> {
        let mut terms = vec![Term::number(whole.coefficient)];
        for (base, exponent) in &whole.factors {
            let addends = Sum::read(base, 1.0).terms()?;
            if addends.len() < 2 || exponent.fract() != 0.0 || *exponent < 1.0 {
                for term in &mut terms {
                    term.push(Arc::clone(base), *exponent);
                }
                continue;
            }
            for _ in 0..(exponent.min(MAX_TERMS as f64) as usize) {
                if terms.len() * addends.len() > MAX_TERMS {
                    return Some(product(whole));
                }
                let mut total = Sum::default();
                for a in &terms {
                    for b in &addends {
                        let pair = self.opened(a.clone().times(b.clone()))?;
                        total.push(pair);
                    }
                }
                terms = total.terms()?;
                if terms.iter().map(|t| t.factors.len()).sum::<usize>() > MAX_FACTORS {
                    return Some(product(whole));
                }
            }
        }
        let expanded = sum(terms, self);
        if exceeds(&expanded, MAX_SIZE) {
            return Some(product(whole));
        }
        Some(expanded)
    }
}

/// Products of builtins that are one builtin: sinh/cosh, eᵘ/(1 + eᵘ), erfc with a √2 inside.
fn builtin_products(with: Purpose, term: &mut Term) {
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
        let inner = product(&argument);
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
fn logistic(with: Purpose, term: &mut Term) {
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
fn merge_exponential(with: Purpose, term: &mut Term, u: &Arc<Node>) {
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
