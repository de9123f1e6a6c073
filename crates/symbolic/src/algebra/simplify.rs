//! Simplification: every tree to its normal form, from the leaves up.

use std::collections::HashMap;
use std::sync::Arc;

use super::build::{call, call2, is_number, negate, number, power};
use super::form::{Sum, Term};
use super::rebuild::sum;
use super::rules;
use crate::expression::{Constant, Node, Operator};
use crate::function::Function;

/// What the normal form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be evaluated and read: stable builtins are recognised, products stay factored.
    Evaluate,
    /// To decide whether two expressions are the same: products of sums are multiplied out and
    /// no builtin is introduced.
    Compare,
}

/// The normal form of a tree. It has the same value wherever the tree is finite, up to rounding
/// and up to single points where the tree divides zero by zero.
pub(crate) fn simplify(node: &Arc<Node>, purpose: Purpose) -> Arc<Node> {
    let mut simplifier = Simplifier::new(purpose);
    simplifier.visit(node)
}

pub(crate) struct Simplifier {
    purpose: Purpose,
    /// Shared subtrees are simplified once. The key is kept alive beside its value.
    done: HashMap<*const Node, (Arc<Node>, Arc<Node>)>,
}

impl Simplifier {
    pub(crate) fn new(purpose: Purpose) -> Self {
        Self { purpose, done: HashMap::new() }
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn visit(&mut self, node: &Arc<Node>) -> Arc<Node> {
        if let Some((_, known)) = self.done.get(&Arc::as_ptr(node)) {
            return Arc::clone(known);
        }
        let result = match &**node {
            Node::Number(_) | Node::Variable(_) | Node::Constant(Constant::Infinity) => {
                Arc::clone(node)
            }
            Node::Constant(constant) => number(constant.value()),
            Node::Negate(_) | Node::Binary(Operator::Add | Operator::Subtract, _) => {
                let mut parts = Vec::new();
                self.addends(node, 1.0, &mut parts);
                let parts: Vec<_> = parts.iter().map(|(part, scale)| (part, *scale)).collect();
                self.linear(&parts)
            }
            Node::Binary(operator, [a, b]) => {
                let (a, b) = (self.visit(a), self.visit(b));
                match operator {
                    Operator::Divide => self.over(&a, &b),
                    Operator::Power => self.raise(&a, &b),
                    _ => self.times(&a, &b),
                }
            }
            Node::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|a| self.visit(a)).collect();
                rules::apply(self, *function, arguments)
            }
        };
        self.done.insert(Arc::as_ptr(node), (Arc::clone(node), Arc::clone(&result)));
        result
    }

    /// The simplified addends of a whole chain of sums and signs, which is rounded only once.
    fn addends(&mut self, node: &Arc<Node>, scale: f64, parts: &mut Vec<(Arc<Node>, f64)>) {
        match &**node {
            Node::Negate(a) => self.addends(a, -scale, parts),
            Node::Binary(Operator::Add, [a, b]) => {
                self.addends(a, scale, parts);
                self.addends(b, scale, parts);
            }
            Node::Binary(Operator::Subtract, [a, b]) => {
                self.addends(a, scale, parts);
                self.addends(b, -scale, parts);
            }
            _ => parts.push((self.visit(node), scale)),
        }
    }

    /// A linear combination of simplified trees.
    pub(crate) fn linear(&self, parts: &[(&Arc<Node>, f64)]) -> Arc<Node> {
        let mut total = Sum::default();
        for (node, scale) in parts {
            total.collect(node, *scale);
        }
        if let Some(terms) = total.terms() {
            return sum(terms, self.purpose);
        }
        // Some coefficient overflows: leave the parts as they are.
        let mut left = number(0.0);
        for (node, scale) in parts {
            let scaled = super::build::multiply(number(*scale), Arc::clone(node));
            left = super::build::add(left, scaled);
        }
        left
    }

    /// A simplified tree with its sign changed.
    pub(crate) fn negated(&self, a: &Arc<Node>) -> Arc<Node> {
        self.linear(&[(a, -1.0)])
    }

    /// A product of simplified trees.
    pub(crate) fn times(&self, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
        if is_number(a, 0.0) || is_number(b, 0.0) {
            return number(0.0);
        }
        self.finish(Term::read(a).times(Term::read(b)))
            .unwrap_or_else(|| super::build::multiply(Arc::clone(a), Arc::clone(b)))
    }

    /// A quotient of simplified trees.
    fn over(&self, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
        let unchanged = Arc::new(Node::Binary(Operator::Divide, [Arc::clone(a), Arc::clone(b)]));
        if is_number(b, 0.0) {
            return unchanged;
        }
        if is_number(a, 0.0) {
            return number(0.0);
        }
        self.finish(Term::read(&unchanged)).unwrap_or(unchanged)
    }

    /// A power of simplified trees.
    fn raise(&self, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
        let unchanged = || power(Arc::clone(a), Arc::clone(b));
        match (&**a, &**b) {
            (_, Node::Number(0.0)) => number(1.0),
            (Node::Number(x), Node::Number(y)) => {
                let value = Operator::Power.apply(*x, *y);
                if value.is_finite() && (value != 0.0 || *x == 0.0) {
                    number(value)
                } else {
                    unchanged()
                }
            }
            (_, Node::Number(n)) => self.root_or_power(a, *n).unwrap_or_else(unchanged),
            (Node::Number(x), _) if *x == std::f64::consts::E => rules::exponential(b),
            (Node::Number(x), _) if *x == 1.0 => number(1.0),
            (Node::Call(Function::Exp, arguments), _) => {
                let argument = self.times(&arguments[0], b);
                rules::exponential(&argument)
            }
            _ => unchanged(),
        }
    }

    /// A call whose argument has its sign pulled out by a rule of the given parity.
    pub(crate) fn with_parity(
        &self,
        function: Function,
        argument: Arc<Node>,
        odd: bool,
    ) -> Arc<Node> {
        let leading = Sum::read(&argument, 1.0).terms();
        let flip = leading.is_some_and(|terms| terms.first().is_some_and(|t| t.coefficient < 0.0));
        if !flip {
            return call(function, argument);
        }
        let flipped = call(function, self.negated(&argument));
        if odd { negate(flipped) } else { flipped }
    }

    /// A call of two arguments that may be swapped.
    pub(crate) fn symmetric(&self, function: Function, a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
        if super::order::compare(&a, &b).is_le() {
            call2(function, a, b)
        } else {
            call2(function, b, a)
        }
    }
}
