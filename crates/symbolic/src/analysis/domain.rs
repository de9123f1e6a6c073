//! Whether an expression is finite on the whole line, with a witness if it is not.

use std::fmt;
use std::sync::Arc;

use super::enclosure::{Reason, Undefined, enclose};
use super::growth::{Growth, growth};
use super::interval::Interval;
use crate::algebra::{Purpose, horner, number, rewrite, simplify};
use crate::expression::{Expression, Node};

/// What is wrong with a function that should have finite Gaussian averages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainFault {
    /// It has no finite value at the witness.
    Undefined,
    /// It could not be proved to be defined near the witness.
    Undecided,
    /// Its square has no Gaussian average.
    GrowsTooFast,
    /// Its value at the witness exceeds the largest number.
    Overflow,
}

/// Why a function is not accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainError {
    /// What is wrong.
    pub fault: DomainFault,
    /// The part of the expression that is at fault, as printed; cut if it is long.
    pub part: String,
    /// Where, if it is at a place.
    pub witness: Option<f64>,
    message: String,
}

impl fmt::Display for DomainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DomainError {}

/// Where a function was proved to be finite, and how it grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Domain {
    /// The function is finite for |z| up to this, proved; ∞ for the whole line.
    pub reach: f64,
    /// The growth of |φ|.
    pub growth: Growth,
}

/// How far at least the proof must reach. A standard normal exceeds 40 with probability 1e−350.
pub(crate) const WINDOW: f64 = 40.0;

/// How many enclosures the proof may take.
const BUDGET: usize = 200_000;

impl Expression {
    /// Proves that the expression, as a function of its only variable, is finite on the line and
    /// has a square with a Gaussian average.
    ///
    /// # What is guaranteed
    /// Being defined (no division by zero, no logarithm or root beyond its domain) is proved by
    /// interval arithmetic for |z| ≤ `reach`, which is at least 40 and infinite if the tails could
    /// be proved too. `growth` is an upper bound derived term by term; it is not an estimate from
    /// values. Averages over φ(g z) converge if
    /// [`growth.square_integrable(g)`](Growth::square_integrable).
    ///
    /// # Errors
    /// A [`DomainError`] that names the part at fault and a point where it is.
    pub fn domain(&self) -> Result<Domain, DomainError> {
        let reach = self.defined()?;
        let simple = simplify(self.root(), Purpose::Evaluate);
        let growth = growth(&simple);
        let whole = || shortened(&self.to_string());
        if growth.square_integrable(1.0) == Some(false) {
            let message = format!(
                "{} grows too fast: its square has no Gaussian average (|φ| must stay below exp(z²/4))",
                whole()
            );
            return Err(DomainError {
                fault: DomainFault::GrowsTooFast,
                part: whole(),
                witness: None,
                message,
            });
        }
        // Quarter steps, and both signs.
        let overflow = (0..=160)
            .flat_map(|i| [0.25 * f64::from(i), -0.25 * f64::from(i)])
            .find(|&z| !simple.evaluate(&[z]).is_finite());
        match overflow {
            None => Ok(Domain { reach, growth }),
            Some(z) => Err(DomainError {
                fault: DomainFault::Overflow,
                part: whole(),
                witness: Some(z),
                message: format!("{} overflows at z = {z}", whole()),
            }),
        }
    }

    /// How far the expression is proved to be defined.
    fn defined(&self) -> Result<f64, DomainError> {
        let node = folded(self.root());
        // Far out a polynomial is proved to keep its sign only in nested form.
        let nested = horner(&node);
        let tails = |sign: f64| {
            (0..=20).map(|k| WINDOW * f64::from(k).exp2()).find(|&start| {
                let x = Interval::new(start, f64::INFINITY);
                enclose(&nested, if sign > 0.0 { x } else { x.negate() }).is_ok()
            })
        };
        let (left, right) = (tails(-1.0), tails(1.0));
        let mut stack = vec![(0.0, right.unwrap_or(WINDOW)), (-left.unwrap_or(WINDOW), 0.0)];
        let mut budget = BUDGET;
        while let Some((lo, hi)) = stack.pop() {
            let Err(fault) = enclose(&node, Interval::new(lo, hi)) else {
                continue;
            };
            budget = budget.saturating_sub(1);
            let narrow = hi - lo <= 1e-9 * (1.0 + lo.abs());
            let misplaced = misplaced(fault.reason);
            let witness = witness(&fault.node, lo, hi).filter(|_| !misplaced);
            if witness.is_some() || narrow || budget == 0 || misplaced {
                return Err(self.fault(&fault, witness, 0.5 * (lo + hi)));
            }
            let middle = lo + (hi - lo) * 0.487_654_321;
            stack.push((lo, middle));
            stack.push((middle, hi));
        }
        if left.is_some() && right.is_some() {
            return Ok(f64::INFINITY);
        }
        // A tail that cannot be proved as a whole may still be seen to fail at some point of it.
        for z in [50.0, 100.0, 1e3, 1e4, 1e6].into_iter().flat_map(|z| [z, -z]) {
            if let Err(fault) = enclose(&node, Interval::point(z))
                && let Some(witness) = witness(&fault.node, z, z)
            {
                return Err(self.fault(&fault, Some(witness), z));
            }
        }
        Ok(WINDOW)
    }

    fn fault(&self, fault: &Undefined, witness: Option<f64>, near: f64) -> DomainError {
        let part = shortened(&fault.node.display(self.variables()).to_string());
        let reason = match fault.reason {
            Reason::Division | Reason::Inverse => "division by zero",
            Reason::Logarithm => "a logarithm needs a positive argument",
            Reason::Root => "a root needs an argument that is not negative",
            Reason::Arcsine => "asin needs an argument between -1 and 1",
            Reason::Tangent => "a tangent has poles",
            Reason::Infinity => "inf is not a finite number",
            Reason::Variable => "a function of one variable is needed",
        };
        let variable = self.variables().first().map_or("z", String::as_str);
        let (kind, message) = match witness {
            Some(z) => {
                let message = format!("{part} is undefined at {variable} = {z}: {reason}");
                (DomainFault::Undefined, message)
            }
            None if misplaced(fault.reason) => {
                (DomainFault::Undefined, format!("{part} cannot be used here: {reason}"))
            }
            None => {
                let message = format!(
                    "{part} could not be shown to be defined near {variable} = {near:.6}: {reason}"
                );
                (DomainFault::Undecided, message)
            }
        };
        DomainError {
            fault: kind,
            part,
            witness: witness.or(Some(near)).filter(|_| !misplaced(fault.reason)),
            message,
        }
    }
}

/// Whether a part cannot be there at all, wherever it is evaluated.
fn misplaced(reason: Reason) -> bool {
    matches!(reason, Reason::Infinity | Reason::Variable)
}

/// A formula for a message: its beginning, if it is long.
fn shortened(formula: &str) -> String {
    if formula.chars().count() <= 60 {
        return formula.to_owned();
    }
    formula.chars().take(59).chain(['…']).collect()
}

/// The tree with constant parts evaluated and nothing else changed.
fn folded(node: &Arc<Node>) -> Arc<Node> {
    rewrite(node, &mut |node| {
        let constant = |a: &Arc<Node>| matches!(**a, Node::Number(_));
        let children = node.children();
        if children.is_empty() || !children.iter().all(constant) {
            return None;
        }
        Some(node.evaluate(&[])).filter(|x| x.is_finite()).map(number)
    })
}

/// A point of the interval where the operation has no finite value though its arguments have;
/// round numbers are preferred.
fn witness(node: &Arc<Node>, lo: f64, hi: f64) -> Option<f64> {
    const ROUND: [f64; 15] =
        [0.0, -1.0, 1.0, -2.0, 2.0, -0.5, 0.5, -3.0, 3.0, -4.0, 4.0, -10.0, 10.0, -30.0, 30.0];
    let round = ROUND.into_iter().filter(|z| (lo..=hi).contains(z));
    let points = round.chain([lo, hi, 0.5 * (lo + hi)]);
    points.into_iter().find(|&z| {
        let arguments = || node.children().iter().map(|child| child.evaluate(&[z]));
        arguments().all(f64::is_finite) && {
            let value = node.evaluate(&[z]);
            value.is_nan() || (value.is_infinite() && singular(node, z))
        }
    })
}

/// Whether an infinite value is a pole and not an overflow.
fn singular(node: &Arc<Node>, z: f64) -> bool {
    match (&**node, node.children()) {
        (Node::Binary(..), [a, b]) => a.evaluate(&[z]) == 0.0 || b.evaluate(&[z]) == 0.0,
        _ => true,
    }
}
