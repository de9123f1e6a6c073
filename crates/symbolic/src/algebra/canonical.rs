//! One form for equal expressions.

use std::sync::Arc;

use super::basic::basic;
use super::purpose::Purpose;
use super::simplify::simplify;
use super::substitute::{MAX_SIZE, exceeds, rewrite};
use crate::expression::Node;

/// The form in which equal expressions are most likely to be equal trees: few builtins,
/// everything multiplied out.
pub(crate) fn canonical(node: &Arc<Node>) -> Arc<Node> {
    let simple = simplify(node, Purpose::Evaluate);
    let rewritten = rewrite(&simple, &mut |node| match &**node {
        // The builtins of the answer are more basic; two rounds reach the bottom.
        Node::Call(function, arguments) => basic(*function, arguments).map(|first| {
            rewrite(&first, &mut |node| match &**node {
                Node::Call(function, arguments) => basic(*function, arguments),
                _ => None,
            })
        }),
        _ => None,
    });
    // Nested minima and maxima double at every level.
    if exceeds(&rewritten, MAX_SIZE) {
        return simplify(&simple, Purpose::Compare);
    }
    simplify(&rewritten, Purpose::Compare)
}
