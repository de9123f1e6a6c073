//! A piecewise expression cut into smooth pieces.
//!
//! Where the argument of |u|, sign, relu, heaviside, min, max or clip changes sign, the expression
//! takes another branch. The innermost of these is resolved first: the line is cut at all zeros of
//! its argument, and on each part it is replaced by its branch. What remains are smooth
//! expressions on intervals, each valid, as a formula, up to and beyond its ends.

use std::fmt;
use std::sync::Arc;

use super::zeros::zeros;
use crate::algebra::{Purpose, add, call2, compare, negate, number, rewrite, simplify, subtract};
use crate::expression::Node;
use crate::function::Function;

/// At most this many pieces.
pub(crate) const MAX_PIECES: usize = 4096;

/// A smooth formula on an interval.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) node: Arc<Node>,
}

/// An expression as smooth pieces from −∞ to ∞, in order.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    pub(crate) pieces: Vec<Piece>,
    /// The pieces are all there for |z| below this.
    pub(crate) reach: f64,
}

/// The expression has more than 4096 breakpoints in the window, or they could not all be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooIntricate;

impl fmt::Display for TooIntricate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {MAX_PIECES} kinks and jumps, or too many to find them all")
    }
}

impl std::error::Error for TooIntricate {}

/// Cuts a tree in variable 0 into smooth pieces.
pub(crate) fn pieces(node: &Arc<Node>, window: f64) -> Result<Pieces, TooIntricate> {
    let start = simplify(&without_clip(node), Purpose::Evaluate);
    let mut waiting = vec![Piece { lo: f64::NEG_INFINITY, hi: f64::INFINITY, node: start }];
    let mut done: Vec<Piece> = Vec::new();
    let mut reach = f64::INFINITY;
    while let Some(piece) = waiting.pop() {
        let Some(switch) = innermost(&piece.node) else {
            done.push(piece);
            continue;
        };
        let argument = argument(&switch);
        let found = zeros(&argument, piece.lo, piece.hi, window);
        if !found.complete || done.len() + waiting.len() + found.at.len() > MAX_PIECES {
            return Err(TooIntricate);
        }
        reach = reach.min(found.reach);
        let mut ends = vec![piece.lo];
        ends.extend(found.at);
        ends.push(piece.hi);
        // The rightmost part goes in first: the stack then gives the pieces in order.
        for part in ends.windows(2).rev() {
            let (lo, hi) = (part[0], part[1]);
            let branch = branch(&switch, sign_between(&argument, lo, hi, window));
            let node = rewrite(&piece.node, &mut |node| {
                (compare(node, &switch).is_eq()).then(|| Arc::clone(&branch))
            });
            let node = simplify(&node, Purpose::Evaluate);
            waiting.push(Piece { lo, hi, node });
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in done {
        match pieces.last_mut() {
            // The same formula on both sides: nothing happens there.
            Some(last) if compare(&last.node, &piece.node).is_eq() => last.hi = piece.hi,
            _ => pieces.push(piece),
        }
    }
    Ok(Pieces { pieces, reach })
}

/// clip(x, lo, hi) as min(max(x, lo), hi).
fn without_clip(node: &Arc<Node>) -> Arc<Node> {
    rewrite(node, &mut |node| match &**node {
        Node::Call(Function::Clip, a) => Some(call2(
            Function::Min,
            call2(Function::Max, Arc::clone(&a[0]), Arc::clone(&a[1])),
            Arc::clone(&a[2]),
        )),
        _ => None,
    })
}

/// A function of several branches whose arguments have only one.
fn innermost(node: &Arc<Node>) -> Option<Arc<Node>> {
    let below = node.children().iter().find_map(innermost);
    below.or_else(|| match **node {
        Node::Call(
            Function::Abs
            | Function::Sign
            | Function::Relu
            | Function::Heaviside
            | Function::Min
            | Function::Max,
            _,
        ) => Some(Arc::clone(node)),
        _ => None,
    })
}

/// What decides the branch by its sign.
fn argument(switch: &Arc<Node>) -> Arc<Node> {
    match switch.children() {
        [a, b] => simplify(&subtract(Arc::clone(a), Arc::clone(b)), Purpose::Evaluate),
        [a] => Arc::clone(a),
        _ => number(0.0),
    }
}

/// The branch taken where the argument has the given sign.
fn branch(switch: &Arc<Node>, sign: f64) -> Arc<Node> {
    let Node::Call(function, arguments) = &**switch else {
        return Arc::clone(switch);
    };
    let first = || Arc::clone(&arguments[0]);
    match function {
        Function::Abs if sign < 0.0 => negate(first()),
        Function::Relu if sign < 0.0 => number(0.0),
        Function::Sign => number(sign),
        Function::Heaviside => add(number(0.5), number(0.5 * sign)),
        Function::Min if sign > 0.0 => Arc::clone(&arguments[1]),
        Function::Max if sign < 0.0 => Arc::clone(&arguments[1]),
        _ => first(),
    }
}

/// The sign of an expression on an interval in which it has no zero, or which it is zero in.
/// Beyond the window it may have zeros that are not known, so the points are taken before it.
fn sign_between(node: &Arc<Node>, lo: f64, hi: f64, window: f64) -> f64 {
    let end = |x: f64, other: f64| {
        if x.is_finite() {
            x
        } else {
            let past_other = if other.is_finite() { 1.01 * other.abs() + 0.01 } else { 0.0 };
            window.max(past_other).copysign(x)
        }
    };
    let (from, to) = (end(lo, hi), end(hi, lo));
    let points = [0.5, 0.25, 0.75, 0.01, 0.99].map(|t| from + t * (to - from));
    points
        .map(|z| node.evaluate(&[z]))
        .into_iter()
        .filter(|value| value.is_finite() && *value != 0.0)
        // The largest value is the least affected by rounding.
        .max_by(|a, b| a.abs().total_cmp(&b.abs()))
        .map_or(0.0, f64::signum)
}
