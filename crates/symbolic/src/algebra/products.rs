//! Products in normal form: powers of distinct bases, exponentials merged, signs pulled out.

use std::sync::Arc;

use super::form::{Factor, Sum, Term};
use super::rebuild::{product, sum};
use super::rules;
use super::sign::nonnegative;
use super::simplify::{Purpose, Simplifier};
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

impl Simplifier {
    /// Turns a term into a tree. `None` if a coefficient or an exponent is not
    /// finite.
    pub(crate) fn finish(&self, term: Term) -> Option<Arc<Node>> {
        let mut clean = self.opened(term)?;
        match self.purpose() {
            Purpose::Evaluate => {
                rules::products(self, &mut clean);
                if !clean.coefficient.is_finite() {
                    return None;
                }
                match &clean.factors[..] {
                    // A number times a single sum is multiplied out.
                    [(base, exponent)] if *exponent == 1.0 => {
                        let terms = Sum::read(base, clean.coefficient).terms()?;
                        Some(sum(terms, self.purpose()))
                    }
                    _ => Some(product(&clean)),
                }
            }
            Purpose::Compare => self.multiplied_out(&clean),
        }
    }

    /// A power of a simplified tree with a number as exponent.
    pub(crate) fn root_or_power(&self, base: &Arc<Node>, exponent: f64) -> Option<Arc<Node>> {
        let mut term = Term::number(1.0);
        term.push(Arc::clone(base), exponent);
        self.finish(term)
    }

    /// Pulls out of every base what can be pulled out, and merges the exponentials.
    fn opened(&self, mut term: Term) -> Option<Term> {
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
                let argument = sum(exponent.terms()?, self.purpose());
                result = result.times(Term::read(&rules::exponential(&argument)));
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
    fn factor(&self, base: &Arc<Node>, exponent: f64) -> Option<Term> {
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
    fn power_of(&self, term: &Term, n: f64) -> Option<Term> {
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
                let base = if even { Arc::clone(base) } else { rules::absolute(self, base) };
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
    fn multiplied_out(&self, whole: &Term) -> Option<Arc<Node>> {
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
        let expanded = sum(terms, self.purpose());
        if exceeds(&expanded, MAX_SIZE) {
            return Some(product(whole));
        }
        Some(expanded)
    }
}
