//! Short names for building trees. Only what is certain to be the same is folded: adding zero,
//! multiplying by one, the sign of a number.

use std::sync::Arc;

use crate::expression::{Node, Operator};
use crate::function::Function;

pub(crate) fn number(x: f64) -> Arc<Node> {
    // A sum that cancels may leave −0; one zero is enough.
    Arc::new(Node::Number(if x == 0.0 { 0.0 } else { x }))
}

pub(crate) fn variable() -> Arc<Node> {
    Arc::new(Node::Variable(0))
}

pub(crate) fn is_number(node: &Node, x: f64) -> bool {
    matches!(node, Node::Number(y) if *y == x)
}

pub(crate) fn negate(a: Arc<Node>) -> Arc<Node> {
    match &*a {
        Node::Number(x) => number(-x),
        Node::Negate(inner) => Arc::clone(inner),
        _ => Arc::new(Node::Negate(a)),
    }
}

pub(crate) fn add(a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    if is_number(&a, 0.0) {
        return b;
    }
    if is_number(&b, 0.0) {
        return a;
    }
    if let Node::Negate(b) = &*b {
        return subtract(a, Arc::clone(b));
    }
    Arc::new(Node::Binary(Operator::Add, [a, b]))
}

pub(crate) fn subtract(a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    if is_number(&b, 0.0) {
        return a;
    }
    if is_number(&a, 0.0) {
        return negate(b);
    }
    Arc::new(Node::Binary(Operator::Subtract, [a, b]))
}

/// A product; zero times anything is zero, which is right wherever the other factor is finite.
pub(crate) fn multiply(a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    if is_number(&a, 0.0) || is_number(&b, 0.0) {
        return number(0.0);
    }
    if is_number(&a, 1.0) {
        return b;
    }
    if is_number(&b, 1.0) {
        return a;
    }
    if is_number(&a, -1.0) {
        return negate(b);
    }
    if is_number(&b, -1.0) {
        return negate(a);
    }
    Arc::new(Node::Binary(Operator::Multiply, [a, b]))
}

pub(crate) fn divide(a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    if is_number(&a, 0.0) || is_number(&b, 1.0) {
        return a;
    }
    Arc::new(Node::Binary(Operator::Divide, [a, b]))
}

pub(crate) fn power(a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    if is_number(&b, 1.0) {
        return a;
    }
    Arc::new(Node::Binary(Operator::Power, [a, b]))
}

pub(crate) fn call(function: Function, argument: Arc<Node>) -> Arc<Node> {
    Arc::new(Node::Call(function, vec![argument]))
}

pub(crate) fn call2(function: Function, a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
    Arc::new(Node::Call(function, vec![a, b]))
}
