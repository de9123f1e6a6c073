//! What a rare signal known at nodes in w adds to the density of the noise.

use super::cells::Cell;
use super::nodes::Node;
use super::output::{LONGEST, Panel, Summary};
use super::rare::{LONG, RARE};
use super::reference::Reference;
use crate::numerics::special::normal_density;

/// Signals up to here are never told from the noise: their densities are compared node by node.
const NEAR: f64 = 1.0;

/// Distance in noises beyond which a node has no density of its own.
const WINDOW: f64 = 9.5;

/// Nodes by ascending u, and sums over them by which those without a density of their own count.
#[derive(Clone, Debug)]
pub(super) struct Deviations {
    /// Sums of the weight, times w and times w² − 1, of all nodes before the one with this index.
    before: Vec<[f64; 3]>,
    /// The nodes with |u| ≤ 1.
    near: (usize, usize),
}

impl Deviations {
    /// Sorts the nodes and makes the summary one of deviations; None where u is not nearly always the
    /// same.
    pub(super) fn new(nodes: &mut Vec<Node>, summary: &mut Summary) -> Option<Self> {
        let (mut square, mut told) = (0.0, 0.0);
        for node in nodes.iter() {
            square += node.weight * node.u * node.u;
            told += node.weight * (node.u * node.u).min(1.0);
        }
        if told > RARE {
            return None;
        }
        nodes.retain(|node| node.u != 0.0);
        nodes.sort_by(|a, b| a.u.total_cmp(&b.u));
        let reference =
            if square > LONG * told { Reference::NoiseEntropy } else { Reference::Noise };
        // E⟨w⟩² has its weight at 2u, but not beyond where the signal takes over from the noise.
        let takes = (-2.0 * told.ln()).max(0.0).sqrt();
        let (low, high) = (summary.low.min(0.0), summary.high.max(0.0));
        *summary = Summary {
            low: low - takes.min(-low),
            high: high + takes.min(high),
            reference,
            size: square.min(LONG * told),
            ..*summary
        };
        let mut sum = [0.0; 3];
        let mut before = vec![sum];
        for node in nodes.iter() {
            let w = node.w;
            for (sum, factor) in sum.iter_mut().zip([1.0, w, w * w - 1.0]) {
                *sum += node.weight * factor;
            }
            before.push(sum);
        }
        let near = (
            nodes.partition_point(|node| node.u < -NEAR),
            nodes.partition_point(|node| node.u <= NEAR),
        );
        Some(Self { before, near })
    }

    /// Panels in y where the signal is long: few nodes each, and finer ones around the usual value.
    pub(super) fn panels(&self, nodes: &[Node], s: &Summary, noise: f64) -> Option<Vec<Panel>> {
        /// Nodes from one panel to the next: those of two panels in w.
        const STEP: usize = 40;
        if s.high - s.low <= LONGEST {
            return None;
        }
        let (low, high) = (s.low - noise, s.high + noise);
        let mut points = vec![low, high];
        points.extend(nodes.iter().step_by(STEP).map(|node| node.u));
        points.extend((-10..=10).map(|k| 2.0 * f64::from(k)));
        for end in nodes.first().iter().chain(nodes.last().iter()) {
            points.extend((-4..=4).map(|k| end.u + 2.0 * f64::from(k)));
        }
        points.retain(|&y| y >= low && y <= high);
        points.sort_by(f64::total_cmp);
        points.dedup_by(|a, b| *a - *b < 0.5);
        Some(Panel::between(&points))
    }

    /// Deviations at y, and moments of u as [`super::reference::Reference::Noise`] has them.
    pub(super) fn cell(&self, nodes: &[Node], y: f64) -> Cell {
        let noise = normal_density(y);
        let mut cell = Cell::default();
        let mut seen: Vec<(f64, f64)> = Vec::new();
        let mut gather = |from: usize, to: usize| {
            for node in &nodes[from..to] {
                let Node { w, u, weight } = *node;
                let log_ratio = u * (y - 0.5 * u);
                let g = weight * normal_density(y - u);
                let change = if log_ratio.abs() < 1.0 {
                    weight * noise * log_ratio.exp_m1()
                } else {
                    g - weight * noise
                };
                cell.p += change;
                cell.w += change * w;
                cell.ww += change * (w * w - 1.0);
                cell.n += g * u;
                cell.nw += g * u * w;
                seen.push((u, g));
            }
        };
        let from = nodes.partition_point(|node| node.u < y - WINDOW);
        let to = nodes.partition_point(|node| node.u <= y + WINDOW);
        // Disjoint ranges, those near the usual value in one piece; where y is far from it, they are
        // as unlikely with the signal as without.
        let (start, end) = self.near;
        let by_usual = y.abs() <= WINDOW + NEAR;
        let left = (from.min(start), to.min(start));
        let right = (from.max(end), to.max(end));
        for (from, to) in [left, if by_usual { (start, end) } else { (start, start) }, right] {
            gather(from, to);
        }
        // The others only lack what they would have been.
        for (from, to) in [(0, left.0), (left.1, start), (end, right.0), (right.1, nodes.len())] {
            let lacking = [0, 1, 2].map(|k| self.before[to][k] - self.before[from][k]);
            cell.p -= noise * lacking[0];
            cell.w -= noise * lacking[1];
            cell.ww -= noise * lacking[2];
        }
        let p = noise + cell.p;
        if p > 0.0 {
            // Around the mean; whatever is not a node of its own has the usual value.
            let mean = cell.n / p;
            let told: f64 = seen.iter().map(|(_, g)| g).sum();
            let around = seen.iter().map(|(u, g)| g * (u - mean).powi(2)).sum::<f64>();
            cell.nn = around + (p - told).max(0.0) * mean * mean;
        }
        cell
    }
}
