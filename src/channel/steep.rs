//! General activations at high signal-to-noise ratio: the law of y without a grid as long as the
//! signal.
//!
//! Where u(w) = √snr φ is steep and smooth, p(y) is a sum over the branches of u through y, and on
//! each a few nodes across the noise suffice. Around kinks, jumps, turning points and
//! flat parts p(y) has structure on the scale of the noise; there, and only there, nodes in w are
//! spread as densely as the noise asks. The cost grows with the structure of φ and not with snr.

use super::accuracy::{ACROSS, Accuracy};
use super::branch::Branch;
use super::cells::{Cell, Grid};
use super::interval::{BENT, Interval, Nature};
use super::landscape::Landscape;
use super::nodes::{Node, summarise};
use super::output::{Law, Panel, Summary};
use crate::numerics::exponential::Mixture;
use crate::numerics::legendre;
use crate::numerics::special::normal_density;

/// Intervals into which each stretch of the landscape is divided at first.
const SAMPLES: usize = 16;

/// Longest interval of w at first.
const LONGEST: f64 = 0.5;

/// Halvings of an interval: the flat part of an extremum is 1e-9 wide where u rises by 1e18.
const DEPTH: usize = 40;

/// Widths in y of the panels around structure, in noises.
const PANEL: f64 = 2.5;

/// Largest width in w of the images that are panels in y.
const IMAGE: f64 = 0.8;

/// The law of y given V.
pub(crate) struct SteepLaw<'a> {
    landscape: &'a Landscape,
    mean: f64,
    spread: f64,
    amplitude: f64,
    base: f64,
    summary: Summary,
    /// Nodes around structure, by ascending u, with the density of the noise at 0 in their weights.
    nodes: Mixture,
    /// Intervals of y with structure, disjoint and ascending.
    zones: Vec<(f64, f64)>,
    branches: Vec<Branch>,
    fineness: f64,
    /// The rule in w on a few noises.
    rule: &'static legendre::Rule,
    /// Distance from structure beyond which it cannot be felt.
    margin: f64,
}

impl<'a> SteepLaw<'a> {
    /// z = mean + spread w, u = amplitude φ(z).
    pub(crate) fn new(
        landscape: &'a Landscape,
        mean: f64,
        spread: f64,
        amplitude: f64,
        accuracy: &Accuracy,
    ) -> Self {
        let mut law = Self {
            landscape,
            mean,
            spread,
            amplitude,
            base: landscape.value(mean),
            summary: Summary::default(),
            nodes: Mixture::default(),
            zones: Vec::new(),
            branches: Vec::new(),
            fineness: accuracy.spacing,
            rule: legendre::rule(accuracy.across()),
            margin: accuracy.noise() + 0.5,
        };
        // However far u goes, the entropy of y takes only its logarithm: the weight of w decides.
        let stretches = landscape.stretches(mean, spread, accuracy.reach);
        law.summary = law.summarise(&stretches);
        let intervals = law.divide(&stretches);
        law.place_nodes(&intervals);
        law
    }

    fn signal(&self, w: f64) -> f64 {
        self.amplitude * (self.landscape.value(self.mean + self.spread * w) - self.base)
    }

    fn summarise(&self, stretches: &[(f64, f64, f64)]) -> Summary {
        let mut nodes = Vec::new();
        for &(from, to, _) in stretches {
            let count = ((to - from) / 2.0).ceil().max(1.0);
            for k in 0..count as usize {
                let start = from + (to - from) * k as f64 / count;
                legendre::rule(16).on(start, start + (to - from) / count, |w, weight| {
                    nodes.push(Node { w, u: self.signal(w), weight: weight * normal_density(w) });
                });
            }
        }
        summarise(&nodes)
    }

    /// Sorts w into steep branches and zones of structure; the intervals that show which is which.
    fn divide(&mut self, stretches: &[(f64, f64, f64)]) -> Vec<Interval> {
        let mut zones: Vec<(f64, f64)> = Vec::new();
        let mut intervals = Vec::new();
        let mut branches: Vec<Branch> = Vec::new();
        let mut last = None;
        for &(from, to, _) in stretches {
            let count = SAMPLES.max(((to - from) / LONGEST).ceil() as usize);
            // Sixteen nodes resolve a stretch; half of it is safe for twelve.
            let width = IMAGE.min(0.5 * (to - from));
            let inset = 1e-12 * (to - from);
            let at = |k: usize| from + (to - from) * k as f64 / count as f64;
            let value = |k: usize| self.signal(at(k).clamp(from + inset, to - inset));
            let mut start = value(0);
            // Stretches join smoothly unless there is a kink or a jump between them.
            let apart = self.landscape.breaks_near(self.mean + self.spread * from);
            if let (Some(end), true) = (last, apart) {
                zones.extend([(end, end), (start, start)]);
            }
            let mut joins = !apart;
            for k in 0..count {
                let end = value(k + 1);
                let mut stack = vec![(Interval { from: at(k), to: at(k + 1), start, end }, 0)];
                while let Some((part, depth)) = stack.pop() {
                    let middle = self.signal(0.5 * (part.from + part.to));
                    match part.nature(middle) {
                        Nature::Steep => {
                            let extends = |branch: &mut Branch| branch.extend(part.ends(), width);
                            if !(joins && branches.last_mut().is_some_and(extends)) {
                                branches.push(Branch::new(part.ends(), width));
                            }
                        }
                        Nature::Unclear if depth < DEPTH => {
                            let [left, right] = part.halves(middle);
                            stack.extend([(right, depth + 1), (left, depth + 1)]);
                            continue;
                        }
                        _ => zones.push((part.low().min(middle), part.high().max(middle))),
                    }
                    joins = true;
                    intervals.push(part);
                }
                start = end;
            }
            last = Some(start);
        }
        self.branches = branches;
        zones.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (low, high) in zones {
            let zone = (low - self.margin, high + self.margin);
            match self.zones.last_mut() {
                Some(last) if zone.0 <= last.1 => last.1 = last.1.max(zone.1),
                _ => self.zones.push(zone),
            }
        }
        intervals
    }

    /// Gauss-Legendre nodes wherever u is within reach of a zone.
    fn place_nodes(&mut self, intervals: &[Interval]) {
        let mut nodes = Vec::new();
        for interval in intervals {
            self.place(*interval, &mut nodes, 0);
        }
        nodes.sort_by(|a, b| a.u.total_cmp(&b.u));
        self.nodes = Mixture {
            centres: nodes.iter().map(|node| node.u).collect(),
            values: nodes.iter().map(|node| node.w).collect(),
            weights: nodes.iter().map(|node| node.weight * normal_density(0.0)).collect(),
        };
    }

    fn place(&self, interval: Interval, nodes: &mut Vec<Node>, depth: usize) {
        /// Parts of an interval that are taken or left together.
        const TOGETHER: f64 = 6.0;
        let Interval { from, to, start, end } = interval;
        // u between the ends can leave their range by little.
        let slack = 0.1 * (interval.high() - interval.low()) + self.margin;
        if !self.near_zone(interval.low() - slack, interval.high() + slack) {
            return;
        }
        let length = to - from;
        let widths =
            ((interval.high() - interval.low()) / ACROSS).max(length / 3.5) / self.fineness;
        if widths > TOGETHER && depth < 2 * DEPTH {
            for half in interval.halves(self.signal(0.5 * (from + to))) {
                self.place(half, nodes, depth + 1);
            }
            return;
        }
        let count = widths.ceil().max(1.0);
        // Neighbours in u of what is needed, on a straight line, with room to spare.
        for k in 0..count as usize {
            let part = |k: f64| (start + (end - start) * k / count, from + length * k / count);
            let ((a, low), (b, high)) = (part(k as f64), part(k as f64 + 1.0));
            if !self.near_zone(a.min(b) - slack, a.max(b) + slack) {
                continue;
            }
            self.rule.on(low, high, |w, weight| {
                let weight = weight * normal_density(w);
                if weight > 1e-300 {
                    nodes.push(Node { w, u: self.signal(w), weight });
                }
            });
        }
    }

    fn near_zone(&self, low: f64, high: f64) -> bool {
        let first = self.zones.partition_point(|z| z.1 < low);
        self.zones.get(first).is_some_and(|z| z.0 <= high)
    }
}

impl Law for SteepLaw<'_> {
    fn summary(&self) -> Summary {
        self.summary
    }

    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
        grid.reset(count);
        for j in 0..count {
            grid.set(j, &self.cell(first + j as f64 * spacing));
        }
    }

    fn cell(&self, y: f64) -> Cell {
        let mut cell = Cell::default();
        let first = self.zones.partition_point(|z| z.1 < y);
        if self.zones.get(first).is_some_and(|z| z.0 <= y) {
            let centres = &self.nodes.centres;
            let from = centres.partition_point(|u| *u < y - self.margin);
            let to = from + centres[from..].partition_point(|u| *u <= y + self.margin);
            let [p, w, ww, n, nn, nw] = self.nodes.moments(y, from, to);
            cell = Cell { p, w, ww, n, nn, nw };
        } else {
            for branch in &self.branches {
                branch.across(&|w| self.signal(w), y, self.fineness, self.margin, &mut cell);
            }
        }
        cell
    }

    fn panels(&self) -> Option<Vec<Panel>> {
        let mut points = Vec::new();
        for &(low, high) in &self.zones {
            let count = ((high - low) / PANEL).ceil();
            points.extend((0..=count as usize).map(|k| low + (high - low) * k as f64 / count));
        }
        let images = self.branches.iter().flat_map(|branch| branch.images(BENT));
        points.extend(images.filter(|u| !self.near_zone(*u, *u)));
        points.sort_by(f64::total_cmp);
        points.dedup_by(|a, b| *a - *b < 0.5);
        let panel = |pair: &[f64]| {
            let (low, high) = (pair[0], pair[1]);
            // The branch that bends most says how y moves.
            let bent = |speeds: &[f64; 2]| (speeds[1] / speeds[0]).ln().abs();
            let inside = !self.near_zone(0.5 * (low + high), 0.5 * (low + high));
            let speeds = self
                .branches
                .iter()
                .filter(|_| inside)
                .filter_map(|branch| Some([branch.speed(low)?, branch.speed(high)?]));
            let most = speeds.max_by(|a, b| bent(a).total_cmp(&bent(b)));
            Panel::new(low, high, most.unwrap_or([1.0, 1.0]))
        };
        Some(points.windows(2).map(panel).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::accuracy::LADDER;
    use super::*;
    use std::sync::Arc;

    type Known = (&'static str, fn(f64) -> f64, &'static [f64]);

    const CASES: [Known; 7] = [
        ("tanh", f64::tanh, &[]),
        ("square", |z| z * z, &[]),
        ("sin", f64::sin, &[]),
        ("relu", |z| z.max(0.0), &[0.0]),
        ("cubic", |z| z * z * z - z, &[]),
        ("exp", f64::exp, &[]),
        ("eighth power", |z| z.powi(8), &[]),
    ];

    /// p(y) adds up to 1 over its panels.
    #[test]
    fn identity_density_is_normalised() {
        for (name, phi, breaks) in CASES {
            let landscape = Landscape::new(Arc::new(phi), breaks, 12.0).unwrap();
            for (mean, spread) in [(0.0, 1.0), (0.6, 0.5), (1.3, 0.1)] {
                for amplitude in [100.0, 1e4] {
                    let law = SteepLaw::new(&landscape, mean, spread, amplitude, &LADDER[0]);
                    let mut mass = 0.0;
                    for panel in law.panels().unwrap() {
                        legendre::rule(16).on(0.0, 1.0, |s, weight| {
                            let (y, speed) = panel.at(s);
                            mass += weight * speed * law.cell(y).p;
                        });
                    }
                    let what = format!("{name} {mean} {spread} {amplitude}");
                    assert!((mass - 1.0).abs() < 1e-11, "{what}: {mass}");
                }
            }
        }
    }

    /// Every moment is that of nodes spread densely over all of w, on branches and in zones.
    #[test]
    fn independent_moments_of_dense_nodes() {
        for (name, phi, breaks) in CASES {
            let landscape = Landscape::new(Arc::new(phi), breaks, 12.0).unwrap();
            for (mean, spread) in [(0.0, 1.0), (0.6, 0.5)] {
                let law = SteepLaw::new(&landscape, mean, spread, 100.0, &LADDER[1]);
                let kinks: Vec<f64> = breaks.iter().map(|z| (z - mean) / spread).collect();
                for k in -5..=5 {
                    let w = 0.41 * f64::from(k) + 0.07;
                    let y = law.signal(w) + 0.3;
                    let mut want = Cell::default();
                    let mut edges: Vec<f64> =
                        (0..=40_000).map(|k| 4e-4 * f64::from(k) - 8.0).collect();
                    edges.extend(&kinks);
                    edges.sort_by(f64::total_cmp);
                    for pair in edges.windows(2) {
                        let ends = [pair[0], pair[1]].map(|w| law.signal(w) - y);
                        if ends[0].abs().min(ends[1].abs()) > 60.0 {
                            continue;
                        }
                        let parts = (ends[1] - ends[0]).abs().ceil().max(1.0);
                        let width = (pair[1] - pair[0]) / parts;
                        for k in 0..parts as usize {
                            let low = pair[0] + k as f64 * width;
                            legendre::rule(8).on(low, low + width, |w, weight| {
                                want.add(w, y - law.signal(w), weight * normal_density(w));
                            });
                        }
                    }
                    let got = law.cell(y);
                    let moments = |c: &Cell| [c.p, c.w, c.ww, c.n, c.nn, c.nw];
                    for (a, b) in moments(&got).iter().zip(moments(&want)) {
                        let gap = (a - b).abs();
                        // The signal itself is known to rounding only.
                        let allowed = (1e-11 + 1e-14 * y.abs()) * want.p;
                        assert!(gap < allowed, "{name} {mean} {w}: {got:?} {want:?}");
                    }
                }
            }
        }
    }
}
