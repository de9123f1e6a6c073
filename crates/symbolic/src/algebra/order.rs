//! A total order of trees, so that equal sums are written equally.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::expression::Node;

/// Compares two trees: first by kind, then by content.
pub(crate) fn compare(a: &Arc<Node>, b: &Arc<Node>) -> Ordering {
    if Arc::ptr_eq(a, b) {
        return Ordering::Equal;
    }
    let content = match (&**a, &**b) {
        (Node::Number(x), Node::Number(y)) => x.total_cmp(y),
        (Node::Constant(x), Node::Constant(y)) => x.cmp(y),
        (Node::Variable(x), Node::Variable(y)) => x.cmp(y),
        (Node::Binary(x, _), Node::Binary(y, _)) => x.cmp(y),
        (Node::Call(x, _), Node::Call(y, _)) => x.cmp(y),
        _ => kind(a).cmp(&kind(b)),
    };
    content.then_with(|| {
        let pairs = a.children().iter().zip(b.children());
        pairs
            .map(|(a, b)| compare(a, b))
            .find(|&order| order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    })
}

/// Variables first, so that polynomials lead.
fn kind(node: &Node) -> u8 {
    match node {
        Node::Variable(_) => 0,
        Node::Call(..) => 1,
        Node::Binary(..) => 2,
        Node::Negate(_) => 3,
        Node::Constant(_) => 4,
        Node::Number(_) => 5,
    }
}
