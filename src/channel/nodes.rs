//! A signal known at nodes in w.

use super::output::Summary;

/// One node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) w: f64,
    /// √snr φ, measured from its value at w = 0.
    pub(super) u: f64,
    pub(super) weight: f64,
}

/// Moments and range of the signal.
pub(super) fn summarise(nodes: &[Node]) -> Summary {
    let mut s = Summary { low: f64::INFINITY, high: f64::NEG_INFINITY, ..Summary::default() };
    for node in nodes {
        s.mean += node.weight * node.u;
        s.low = s.low.min(node.u);
        s.high = s.high.max(node.u);
    }
    for node in nodes {
        let delta = node.u - s.mean;
        s.variance += node.weight * delta * delta;
        s.first += node.weight * node.w * delta;
        s.second += node.weight * (node.w * node.w - 1.0) * delta;
        s.bent += node.weight * node.w * delta * delta;
    }
    s
}
