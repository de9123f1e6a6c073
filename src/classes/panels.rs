//! Panels that cover every class on an axis: as wide as it is around its centre, down to where its tail is
//! nothing.

use super::reduction::Axis;
use crate::numerics::gamma::stirling_excess;
use crate::numerics::legendre::Rule;
use crate::numerics::special::{HALF_LN_2PI, x_minus_ln_1p};
use std::f64::consts::LN_2;

/// Edges of the panels, in standard deviations from the centre of a class.
pub(super) const EDGES: [f64; 7] = [0.0, 1.0, 2.0, 3.2, 4.6, 6.4, 9.0];

/// Beyond the edges, panels are this wide.
const STRIDE: f64 = 2.0;

/// An edge nearer to the last than this fraction of its own panel is left out.
const CROWDED: f64 = 0.5;

impl Axis {
    pub(super) fn is_line(&self) -> bool {
        self.freedom.is_none()
    }

    pub(super) fn log_variances(&self) -> Vec<f64> {
        self.variances.iter().map(|v| v.ln()).collect()
    }

    /// Centre and width of class `k`.
    pub(super) fn place(&self, k: usize) -> (f64, f64) {
        let v = self.variances[k];
        match self.freedom {
            None => (self.means[k], v.sqrt()),
            Some(n) => ((v * n).sqrt(), (0.5 * v).sqrt()),
        }
    }

    /// log p_k at `x`, with the mean of class `k` moved by `shift`; `logs` are those of the variances.
    #[inline]
    pub(super) fn log_density(&self, k: usize, x: f64, shift: f64, logs: &[f64]) -> f64 {
        let v = self.variances[k];
        match self.freedom {
            None => {
                let z = x - self.means[k] - shift;
                -0.5 * (z * z / v + logs[k]) - HALF_LN_2PI
            }
            Some(n) => {
                let half = 0.5 * n;
                // Near the origin the ratio knows its logarithm, near the centre its distance from 1.
                let ratio = x * x / (n * v);
                let depth =
                    if ratio < 0.5 { ratio - 1.0 - ratio.ln() } else { x_minus_ln_1p(ratio - 1.0) };
                stirling_excess(half) + LN_2 - half * depth - x.ln()
            }
        }
    }

    /// Edges of panels for the classes that `places` names with what their means are moved by, each
    /// panel cut into `pieces`.
    pub(super) fn edges(&self, places: &[(usize, f64)], reach: f64, pieces: usize) -> Vec<f64> {
        let mut all: Vec<(f64, f64)> = Vec::new();
        for &(k, shift) in places {
            let (centre, width) = self.place(k);
            let centre = centre + shift;
            let (mut last, mut index) = (0.0, 0);
            loop {
                let edge = EDGES.get(index).copied().unwrap_or(last + STRIDE);
                if edge > reach {
                    break;
                }
                let own = width * (edge - last).max(1.0);
                for side in [-1.0, 1.0] {
                    let x = centre + side * edge * width;
                    // A distance is positive.
                    all.push((if self.is_line() { x } else { x.max(0.0) }, own));
                }
                (last, index) = (edge, index + 1);
            }
        }
        if all.is_empty() {
            return Vec::new();
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut edges: Vec<f64> = Vec::with_capacity(pieces * all.len());
        let end = all.len() - 1;
        for (i, &(x, own)) in all.iter().enumerate() {
            let Some(&last) = edges.last() else {
                edges.push(x);
                continue;
            };
            if x > last && (i == end || x - last >= CROWDED * own) {
                let step = (x - last) / pieces as f64;
                edges.extend((1..pieces).map(|p| last + p as f64 * step));
                edges.push(x);
            }
        }
        edges
    }

    /// Nodes of `rule` on the panels, with their weights.
    pub(super) fn nodes(
        &self,
        places: &[(usize, f64)],
        reach: f64,
        pieces: usize,
        rule: &Rule,
    ) -> Vec<(f64, f64)> {
        let mut nodes = Vec::new();
        for panel in self.edges(places, reach, pieces).windows(2) {
            rule.on(panel[0], panel[1], |x, w| nodes.push((x, w)));
        }
        nodes
    }
}
