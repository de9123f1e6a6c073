//! Where a function changes on a short scale, and its slope where the formula alone fails.

use std::sync::Arc;

use super::enclosure::enclose;
use super::interval::Interval;
use super::pieces::Pieces;
use crate::algebra::{coefficients, is_written_out};
use crate::expression::{Node, Operator};

/// At most this many features are listed.
const MAX_FEATURES: usize = 64;

/// Points where an argument of the function vanishes or turns, with the scale on which it changes
/// there. Arguments of degree one and two are listed; they are hints where to look closely, not a
/// complete list.
pub(crate) fn features(cut: &Pieces) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    for piece in &cut.pieces {
        visit(&piece.node, &mut found);
    }
    found.retain(|(at, scale)| at.is_finite() && scale.is_finite() && *scale > 0.0);
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    found.dedup();
    found.truncate(MAX_FEATURES);
    found
}

fn visit(node: &Arc<Node>, found: &mut Vec<(f64, f64)>) {
    if found.len() > 8 * MAX_FEATURES {
        return;
    }
    for child in node.children() {
        visit(child, found);
    }
    let argument = match &**node {
        Node::Call(_, arguments) => arguments.first(),
        Node::Binary(Operator::Power, [a, _]) | Node::Binary(Operator::Divide, [_, a]) => Some(a),
        _ => None,
    };
    let argument = argument.filter(|argument| is_written_out(argument));
    match argument.and_then(coefficients).as_deref() {
        Some([b, a]) => found.push((-b / a, 1.0 / a.abs())),
        Some([c, b, a]) => {
            let turn = -b / (2.0 * a);
            found.push((turn, a.abs().sqrt().recip()));
            let discriminant = b * b - 4.0 * a * c;
            if discriminant > 0.0 {
                let root = discriminant.sqrt();
                found.push((turn - root / (2.0 * a), 1.0 / root));
                found.push((turn + root / (2.0 * a), 1.0 / root));
            }
        }
        _ => {}
    }
}

/// The slope of the smooth piece at a point; for points where the derivative of the whole formula
/// multiplies an infinite slope by zero.
pub(crate) fn slope_at(cut: &Pieces, z: f64) -> f64 {
    let piece = cut.pieces.iter().find(|piece| z <= piece.hi);
    match piece.map(|piece| enclose(&piece.node, Interval::point(z))) {
        Some(Ok(e)) if e.slope.is_bounded() => 0.5 * (e.slope.lo + e.slope.hi),
        Some(Ok(e)) if e.slope.is_positive() => f64::INFINITY,
        Some(Ok(e)) if e.slope.is_negative() => f64::NEG_INFINITY,
        _ => f64::NAN,
    }
}
