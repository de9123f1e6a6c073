//! The range of a function: bounds that hold on the whole line, as tight as a small search gets.

use std::sync::Arc;

use super::enclosure::enclose_tightly;
use super::interval::Interval;
use crate::algebra::horner;
use crate::expression::Node;

/// The gap between the bound and the largest value seen at which the search stops.
const TOLERANCE: f64 = 1e-9;

/// How many enclosures the search may take.
const BUDGET: usize = 20_000;

/// Lower and upper bounds of a tree in variable 0, each proved; infinite if none was found.
pub(crate) fn range(node: &Arc<Node>) -> (f64, f64) {
    let node = horner(node);
    let upper = supremum(&node);
    let lower = -supremum(&crate::algebra::negate(Arc::clone(&node)));
    (lower, upper)
}

/// A bound that no value exceeds, found by refining the interval that allows the largest value.
fn supremum(node: &Arc<Node>) -> f64 {
    let bound = |lo: f64, hi: f64| {
        enclose_tightly(node, Interval::new(lo, hi)).map_or(f64::INFINITY, |e| e.value.hi)
    };
    let ends = [f64::NEG_INFINITY, -64.0, -8.0, -1.0, 1.0, 8.0, 64.0, f64::INFINITY];
    let mut parts: Vec<(f64, f64, f64)> =
        ends.windows(2).map(|w| (bound(w[0], w[1]), w[0], w[1])).collect();
    let mut seen = f64::NEG_INFINITY;
    for _ in 0..BUDGET {
        let Some((worst, &(top, lo, hi))) =
            parts.iter().enumerate().max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0))
        else {
            return f64::INFINITY;
        };
        let middle = match (lo.is_finite(), hi.is_finite()) {
            (true, true) => 0.5 * (lo + hi),
            (true, false) => 2.0 * lo,
            (false, _) => 2.0 * hi,
        };
        seen = seen.max(node.evaluate(&[middle]));
        let done = top - seen <= TOLERANCE * (1.0 + top.abs());
        if done || middle.abs() > 1e9 || hi - lo < 1e-12 * (1.0 + middle.abs()) {
            return top;
        }
        parts[worst] = (bound(lo, middle), lo, middle);
        parts.push((bound(middle, hi), middle, hi));
    }
    parts.iter().map(|part| part.0).fold(f64::NEG_INFINITY, f64::max)
}
