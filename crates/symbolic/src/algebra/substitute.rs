//! Rewriting a tree from the leaves up, with shared subtrees rewritten once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::expression::Node;

/// Replaces nodes from the leaves up: `change` sees each node after its children were replaced.
pub(crate) fn rewrite(
    node: &Arc<Node>,
    change: &mut impl FnMut(&Arc<Node>) -> Option<Arc<Node>>,
) -> Arc<Node> {
    fn visit(
        node: &Arc<Node>,
        change: &mut impl FnMut(&Arc<Node>) -> Option<Arc<Node>>,
        done: &mut HashMap<*const Node, Arc<Node>>,
    ) -> Arc<Node> {
        if let Some(known) = done.get(&Arc::as_ptr(node)) {
            return Arc::clone(known);
        }
        let rebuilt = match &**node {
            Node::Number(_) | Node::Constant(_) | Node::Variable(_) => Arc::clone(node),
            Node::Negate(a) => {
                let a = visit(a, change, done);
                match *a {
                    Node::Number(x) => super::build::number(-x),
                    // Not folded further: what `change` has made it must not see again.
                    _ => Arc::new(Node::Negate(a)),
                }
            }
            Node::Binary(operator, [a, b]) => {
                let operands = [visit(a, change, done), visit(b, change, done)];
                Arc::new(Node::Binary(*operator, operands))
            }
            Node::Call(function, arguments) => {
                let arguments = arguments.iter().map(|a| visit(a, change, done)).collect();
                Arc::new(Node::Call(*function, arguments))
            }
        };
        let result = change(&rebuilt).unwrap_or(rebuilt);
        done.insert(Arc::as_ptr(node), Arc::clone(&result));
        result
    }
    visit(node, change, &mut HashMap::new())
}

/// The tree with another tree in place of a variable.
pub(crate) fn substitute(node: &Arc<Node>, variable: usize, by: &Arc<Node>) -> Arc<Node> {
    rewrite(node, &mut |node| match **node {
        Node::Variable(i) if i == variable => Some(Arc::clone(by)),
        _ => None,
    })
}

/// Trees of more nodes than this are not rewritten any further: their normal form would cost more
/// than it is worth.
pub(crate) const MAX_SIZE: usize = 20_000;

/// Whether a tree has more than `limit` nodes, counting shared ones as often as they occur.
pub(crate) fn exceeds(node: &Arc<Node>, limit: usize) -> bool {
    fn rest(node: &Arc<Node>, left: usize) -> Option<usize> {
        let mut left = left.checked_sub(1)?;
        for child in node.children() {
            left = rest(child, left)?;
        }
        Some(left)
    }
    rest(node, limit).is_none()
}
