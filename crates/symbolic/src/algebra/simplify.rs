//! Simplification: every tree to its normal form, from the leaves up.

use std::collections::HashMap;
use std::sync::Arc;

use super::build::{is_number, number, power};
use super::builtins::exponential;
use super::form::Term;
use super::purpose::Purpose;
use super::rules::apply;
use crate::expression::{Constant, Node, Operator};
use crate::function::Function;

/// The normal form of a tree. It has the same value wherever the tree is finite, up to rounding
/// and up to single points where the tree divides zero by zero.
pub(crate) fn simplify(node: &Arc<Node>, purpose: Purpose) -> Arc<Node> {
    Simplifier { purpose, done: HashMap::new() }.visit(node)
}

struct Simplifier {
    purpose: Purpose,
    /// Shared subtrees are simplified once. The key is kept alive beside its value.
    done: HashMap<*const Node, (Arc<Node>, Arc<Node>)>,
}

impl Simplifier {
    fn visit(&mut self, node: &Arc<Node>) -> Arc<Node> {
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
                self.purpose.linear(&parts)
            }
            Node::Binary(operator, [a, b]) => {
                let (a, b) = (self.visit(a), self.visit(b));
                match operator {
                    Operator::Divide => self.over(&a, &b),
                    Operator::Power => self.raise(&a, &b),
                    _ => self.purpose.times(&a, &b),
                }
            }
            Node::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|a| self.visit(a)).collect();
                apply(self.purpose, *function, arguments)
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

    /// A quotient of simplified trees.
    fn over(&self, a: &Arc<Node>, b: &Arc<Node>) -> Arc<Node> {
        let unchanged = Arc::new(Node::Binary(Operator::Divide, [Arc::clone(a), Arc::clone(b)]));
        if is_number(b, 0.0) {
            return unchanged;
        }
        if is_number(a, 0.0) {
            return number(0.0);
        }
        self.purpose.finish(Term::read(&unchanged)).unwrap_or(unchanged)
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
            (_, Node::Number(n)) => self.purpose.root_or_power(a, *n).unwrap_or_else(unchanged),
            (Node::Number(x), _) if *x == std::f64::consts::E => exponential(b),
            (Node::Number(x), _) if *x == 1.0 => number(1.0),
            (Node::Call(Function::Exp, arguments), _) => {
                let argument = self.purpose.times(&arguments[0], b);
                exponential(&argument)
            }
            _ => unchanged(),
        }
    }
}
