//! General activations at high signal-to-noise ratio: the law of y without a grid as long as the
//! signal.
//!
//! Where u(w) = √snr φ is steep and smooth, p(y) is a sum over the branches of u through y, and on
//! each a short trapezoidal rule across the noise suffices. Around kinks, jumps, turning points and
//! flat parts p(y) has structure on the scale of the noise; there, and only there, nodes in w are
//! spread as densely as the noise asks. The cost grows with the structure of φ and not with snr.

use super::accuracy::Accuracy;
use super::landscape::Landscape;
use super::output::{Cell, Grid, Law, Summary};
use super::sampled::{Node, reach, summarise};
use crate::numerics::legendre;
use crate::numerics::special::normal_density;

/// Steepness, in noises per unit of w and per scale on which the slope changes, that counts as steep.
const STEEP: f64 = 30.0;

/// Samples of u on each stretch of the landscape.
const SAMPLES: usize = 24;

/// Spacing and reach of the rule across the noise, in units of it.
const SPACING: f64 = 0.6;
const BEYOND: f64 = 3.4;

/// A stretch of w on which u is steep, smooth and monotone.
#[derive(Clone, Debug)]
struct Branch {
    /// Samples (u, w), u ascending.
    samples: Vec<(f64, f64)>,
    low: f64,
    high: f64,
}

/// The law of y given V.
pub(crate) struct SteepLaw<'a> {
    landscape: &'a Landscape,
    mean: f64,
    spread: f64,
    amplitude: f64,
    base: f64,
    summary: Summary,
    /// Nodes around structure, by ascending u.
    nodes: Vec<Node>,
    /// Intervals of y with structure, disjoint and ascending.
    zones: Vec<(f64, f64)>,
    branches: Vec<Branch>,
    fineness: f64,
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
            nodes: Vec::new(),
            zones: Vec::new(),
            branches: Vec::new(),
            fineness: accuracy.spacing,
            margin: accuracy.noise() + 0.5,
        };
        let reach = reach(&|w| law.signal(w), accuracy);
        let stretches = landscape.stretches(mean, spread, reach);
        law.summary = law.summarise(&stretches);
        let samples = law.sample(&stretches);
        law.divide(&samples);
        law.place_nodes(&samples);
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

    /// (w, u) along every stretch, u at the ends from just inside; one list for each stretch.
    fn sample(&self, stretches: &[(f64, f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let list = |&(from, to, _): &(f64, f64, f64)| {
            let count = SAMPLES.max((4.0 * (to - from)).ceil() as usize);
            let inset = 1e-12 * (to - from);
            (0..=count)
                .map(|k| {
                    let w = from + (to - from) * k as f64 / count as f64;
                    (w, self.signal(w.clamp(from + inset, to - inset)))
                })
                .collect()
        };
        stretches.iter().map(list).collect()
    }

    /// Sorts the intervals between samples into steep branches and zones of structure.
    fn divide(&mut self, samples: &[Vec<(f64, f64)>]) {
        let mut zones: Vec<(f64, f64)> = Vec::new();
        let margin = self.margin;
        let mut around = |a: f64, b: f64| zones.push((a.min(b) - margin, a.max(b) + margin));
        let mut branches: Vec<Branch> = Vec::new();
        for (k, list) in samples.iter().enumerate() {
            let slope = |i: usize| (list[i + 1].1 - list[i].1) / (list[i + 1].0 - list[i].0);
            let count = list.len() - 1;
            let mut open: Option<Branch> = None;
            for i in 0..count {
                // Slopes at the ends of the interval; at the ends of a stretch, extrapolated.
                let at_node = |j: usize| match j {
                    0 => 1.5 * slope(0) - 0.5 * slope(1),
                    j if j == count => 1.5 * slope(count - 1) - 0.5 * slope(count - 2),
                    j => 0.5 * (slope(j - 1) + slope(j)),
                };
                let (here, before, after) = (slope(i), at_node(i), at_node(i + 1));
                let weakest = here.abs().min(before.abs()).min(after.abs());
                let ratio = (after - before).abs() / ((list[i + 1].0 - list[i].0) * weakest);
                let w = list[i].0.abs().max(list[i + 1].0.abs());
                let same = before * here > 0.0 && after * here > 0.0;
                let steep = same && weakest >= STEEP * w.max(1.0).max(ratio);
                if steep {
                    let branch = open.get_or_insert_with(|| Branch {
                        samples: vec![(list[i].1, list[i].0)],
                        low: list[i].0,
                        high: list[i].0,
                    });
                    branch.samples.push((list[i + 1].1, list[i + 1].0));
                    branch.high = list[i + 1].0;
                } else {
                    around(list[i].1, list[i + 1].1);
                    branches.extend(open.take());
                }
            }
            branches.extend(open.take());
            // Stretches join smoothly unless there is a kink or a jump between them.
            if let (Some(next), Some(end)) = (samples.get(k + 1), list.last())
                && self.landscape.breaks_near(self.mean + self.spread * end.0)
            {
                around(end.1, end.1);
                around(next[0].1, next[0].1);
            }
        }
        for branch in &mut branches {
            branch.samples.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        self.branches = join(branches);
        zones.sort_by(|a, b| a.0.total_cmp(&b.0));
        for zone in zones {
            match self.zones.last_mut() {
                Some(last) if zone.0 <= last.1 => last.1 = last.1.max(zone.1),
                _ => self.zones.push(zone),
            }
        }
    }

    /// Gauss-Legendre nodes wherever u is within reach of a zone.
    fn place_nodes(&mut self, samples: &[Vec<(f64, f64)>]) {
        let rule = legendre::rule(16);
        let mut nodes = Vec::new();
        for list in samples {
            for pair in list.windows(2) {
                let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
                // u between samples can leave their range by little.
                let slack = 0.1 * (high - low);
                let length = pair[1].0 - pair[0].0;
                let wide = self.fineness * 3.5f64.min(4.0 * length / (high - low + 1e-300));
                let count = (length / wide).ceil().max(1.0);
                for k in 0..count as usize {
                    let start = pair[0].0 + length * k as f64 / count;
                    let end = start + length / count;
                    let (a, b) = if count > 1.0 {
                        let (a, b) = (self.signal(start), self.signal(end));
                        (a.min(b), a.max(b))
                    } else {
                        (low, high)
                    };
                    let slack = slack.min(4.0);
                    if !self.near_zone(a - slack - self.margin, b + slack + self.margin) {
                        continue;
                    }
                    rule.on(start, end, |w, weight| {
                        let weight = weight * normal_density(w);
                        if weight > 1e-300 {
                            nodes.push(Node { w, u: self.signal(w), weight });
                        }
                    });
                }
            }
        }
        nodes.sort_by(|a, b| a.u.total_cmp(&b.u));
        self.nodes = nodes;
    }

    fn near_zone(&self, low: f64, high: f64) -> bool {
        let first = self.zones.partition_point(|z| z.1 < low);
        self.zones.get(first).is_some_and(|z| z.0 <= high)
    }

    fn add(cell: &mut Cell, w: f64, n: f64, weight: f64) {
        let g = weight * normal_density(n);
        cell.p += g;
        cell.w += g * w;
        cell.ww += g * w * w;
        cell.n += g * n;
        cell.nn += g * n * n;
        cell.nw += g * n * w;
    }

    /// The part of one branch: a trapezoidal rule in w, centred where u = y.
    fn across(&self, branch: &Branch, y: f64, cell: &mut Cell) {
        let s = &branch.samples;
        let (bottom, top) = (s[0].0, s[s.len() - 1].0);
        // A branch continues beyond the last sample where w itself ends.
        let across = self.margin + BEYOND;
        if y < bottom - across || y > top + across {
            return;
        }
        let at = s.partition_point(|x| x.0 < y).clamp(1, s.len() - 1);
        let ((mut ua, mut wa), (mut ub, mut wb)) = (s[at - 1], s[at]);
        let mut slope = (ub - ua) / (wb - wa);
        let mut w = wa + (y - ua) / slope;
        // The centre need not be exact, only well inside the noise.
        for _ in 0..40 {
            let u = self.signal(w);
            if (u - y).abs() < 0.2 {
                break;
            }
            if u < y {
                (ua, wa) = (u, w);
            } else {
                (ub, wb) = (u, w);
            }
            let secant = (ub - ua) / (wb - wa);
            if secant.is_finite() && secant != 0.0 {
                slope = secant;
                w = wa + (y - ua) / slope;
            } else {
                break;
            }
        }
        // The slope at the centre, not that of the chord.
        let step = 1.0 / slope;
        let slope = (self.signal(w + step) - self.signal(w - step)) / (2.0 * step);
        let h = SPACING * self.fineness / slope.abs();
        let steps = (across / (SPACING * self.fineness)).ceil() as i32;
        for k in -steps..=steps {
            let x = w + f64::from(k) * h;
            if x < branch.low || x > branch.high {
                continue;
            }
            let n = y - self.signal(x);
            if n.abs() <= self.margin {
                Self::add(cell, x, n, h * normal_density(x));
            }
        }
    }
}

/// Branches that continue each other across the edge of a stretch.
fn join(mut branches: Vec<Branch>) -> Vec<Branch> {
    branches.sort_by(|a, b| a.low.total_cmp(&b.low));
    let mut joined: Vec<Branch> = Vec::new();
    for branch in branches {
        if let Some(last) = joined.last_mut()
            && (branch.low - last.high).abs() <= 1e-9 * (1.0 + branch.low.abs())
        {
            let rising = |b: &Branch| b.samples[0].1 < b.samples[b.samples.len() - 1].1;
            let (a, b) = (last.samples[0].0, branch.samples[0].0);
            if rising(last) == rising(&branch) && (b > a) == rising(last) {
                last.high = branch.high;
                last.samples.extend(branch.samples);
                last.samples.sort_by(|a, b| a.0.total_cmp(&b.0));
                last.samples.dedup_by(|a, b| (a.1 - b.1).abs() < 1e-9);
                continue;
            }
        }
        joined.push(branch);
    }
    joined
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
            let start = self.nodes.partition_point(|node| node.u < y - self.margin);
            for node in self.nodes[start..].iter().take_while(|node| node.u <= y + self.margin) {
                Self::add(&mut cell, node.w, y - node.u, node.weight);
            }
        } else {
            for branch in &self.branches {
                self.across(branch, y, &mut cell);
            }
        }
        cell
    }

    fn panels(&self) -> Option<Vec<f64>> {
        let mut points = Vec::new();
        for &(low, high) in &self.zones {
            let count = ((high - low) / 2.5).ceil();
            points.extend((0..=count as usize).map(|k| low + (high - low) * k as f64 / count));
        }
        let mut images = Vec::new();
        for branch in &self.branches {
            let mut last = f64::NEG_INFINITY;
            let mut along: Vec<(f64, f64)> = branch.samples.iter().map(|&(u, w)| (w, u)).collect();
            along.sort_by(|a, b| a.0.total_cmp(&b.0));
            let end = along.len() - 1;
            for (k, &(w, u)) in along.iter().enumerate() {
                if w - last >= 0.6 || k == end {
                    last = w;
                    images.push(u);
                }
            }
        }
        points.extend(images.into_iter().filter(|u| !self.near_zone(*u, *u)));
        points.sort_by(f64::total_cmp);
        points.dedup_by(|a, b| *a - *b < 0.5);
        Some(points)
    }
}

#[cfg(test)]
mod tests {
    use super::super::accuracy::LADDER;
    use super::*;
    use std::sync::Arc;

    /// p(y) adds up to 1 over its panels, and the steep law agrees with dense nodes everywhere.
    #[test]
    fn identity_density_is_normalised() {
        type Known = (&'static str, fn(f64) -> f64, &'static [f64]);
        let cases: [Known; 6] = [
            ("tanh", f64::tanh, &[]),
            ("square", |z| z * z, &[]),
            ("sin", f64::sin, &[]),
            ("relu", |z| z.max(0.0), &[0.0]),
            ("cubic", |z| z * z * z - z, &[]),
            ("exp", f64::exp, &[]),
        ];
        for (name, phi, breaks) in cases {
            let landscape = Landscape::new(Arc::new(phi), breaks, 12.0).unwrap();
            for (mean, spread) in [(0.0, 1.0), (0.6, 0.5), (1.3, 0.1)] {
                for amplitude in [100.0, 1e4] {
                    let law = SteepLaw::new(&landscape, mean, spread, amplitude, &LADDER[0]);
                    let points = law.panels().unwrap();
                    let mut mass = 0.0;
                    for pair in points.windows(2) {
                        // Halves thrice, as the rule in y would do at a square-root edge.
                        for k in 0..16 {
                            let width = (pair[1] - pair[0]) / 16.0;
                            let low = pair[0] + f64::from(k) * width;
                            legendre::rule(16)
                                .on(low, low + width, |y, w| mass += w * law.cell(y).p);
                        }
                    }
                    assert!(
                        (mass - 1.0).abs() < 1e-11,
                        "{name} {mean} {spread} {amplitude}: {mass}"
                    );
                }
            }
        }
    }
}
