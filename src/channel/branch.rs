//! One steep branch of the signal: what it adds to the law of y.

use super::cells::Cell;
use crate::numerics::hermite;
use crate::numerics::special::normal_density;
use crate::numerics::stop;

/// Spacing of the trapezoidal rule across the noise, in units of it.
const SPACING: f64 = 0.6;

/// Distance of the centre of a rule from the output, in noises, that is near enough.
const NEAR: f64 = 0.2;

/// How much u may bend across one noise for a Gauss-Hermite rule of so many nodes: the nodes are exact
/// up to a power of the bend, and what is left is below 1e-13.
const RULES: [(f64, usize); 3] = [(1e-7, 3), (3e-4, 5), (3e-3, 9)];

/// A stretch of w on which u is steep, smooth and monotone.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// (w, u) from one end to the other, w ascending.
    knots: Vec<(f64, f64)>,
    /// Widest part in w that begins at a knot: beyond it poles of the activation may be felt.
    widths: Vec<f64>,
}

impl Branch {
    pub(super) fn new(ends: [(f64, f64); 2], width: f64) -> Self {
        Self { knots: ends.to_vec(), widths: vec![width; 2] }
    }

    /// Continues by the interval with these ends; false where it is not a continuation.
    pub(super) fn extend(&mut self, ends: [(f64, f64); 2], width: f64) -> bool {
        let last = self.knots[self.knots.len() - 1];
        let adjoins = (ends[0].0 - last.0).abs() <= 1e-9 * (1.0 + last.0.abs());
        let continues = adjoins && (ends[1].1 > last.1) == self.rises();
        if continues {
            self.knots.push(ends[1]);
            *self.widths.last_mut().unwrap_or(&mut 0.0) = width;
            self.widths.push(width);
        }
        continues
    }

    fn rises(&self) -> bool {
        self.knots[1].1 > self.knots[0].1
    }

    /// |du/dw| between the knots `k` and `k` + 1.
    fn slope(&self, k: usize) -> f64 {
        let ((wa, ua), (wb, ub)) = (self.knots[k], self.knots[k + 1]);
        ((ub - ua) / (wb - wa)).abs()
    }

    /// About |du/dw| where u = y; None where y is out of range.
    pub(super) fn speed(&self, y: f64) -> Option<f64> {
        let rises = self.rises();
        let count = self.knots.len();
        let inside = (y - self.knots[0].1) * (y - self.knots[count - 1].1) <= 0.0;
        let at = self.knots.partition_point(|knot| (knot.1 < y) == rises && knot.1 != y);
        // Slopes at the knots: means of the neighbouring chords, extrapolated at the ends.
        let at_knot = |k: usize| {
            let (before, after) = (self.slope(k.max(1) - 1), self.slope(k.min(count - 2)));
            0.5 * (before + after)
        };
        let at = at.clamp(1, count - 1);
        let ((_, ua), (_, ub)) = (self.knots[at - 1], self.knots[at]);
        let part = (y - ua) / (ub - ua);
        inside.then(|| (1.0 - part) * at_knot(at - 1) + part * at_knot(at))
    }

    /// Values of u that cut the branch into parts not too wide in w whose slopes differ by at
    /// most a factor of `bent`.
    pub(super) fn images(&self, bent: f64) -> Vec<f64> {
        let mut list = vec![self.knots[0].1];
        let mut first = 0;
        for k in 1..self.knots.len() - 1 {
            let (a, b) = (self.slope(first), self.slope(k));
            if self.knots[k + 1].0 - self.knots[first].0 > self.widths[first]
                || a.max(b) > bent * a.min(b)
            {
                list.push(self.knots[k].1);
                first = k;
            }
        }
        list.push(self.knots[self.knots.len() - 1].1);
        list
    }

    /// w with u within a fraction of a noise of `y`, and u there; None where y is out of range.
    fn centre(&self, signal: &impl Fn(f64) -> f64, y: f64) -> Option<(f64, f64)> {
        let rises = self.rises();
        let count = self.knots.len();
        let at = self.knots.partition_point(|knot| (knot.1 < y) == rises);
        if at == 0 || at == count {
            return None;
        }
        let (mut a, mut b) = (self.knots[at - 1], self.knots[at]);
        // A third point for the inverse parabola: the nearest knot besides.
        let mut third =
            if at >= 2 { Some(self.knots[at - 2]) } else { self.knots.get(at + 1).copied() };
        for _ in 0..60 {
            let straight = a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1);
            let curved = third.map_or(straight, |c| parabola(a, b, c, y));
            let inside = curved > a.0.min(b.0) && curved < a.0.max(b.0);
            let w = if inside { curved } else { 0.5 * (a.0 + b.0) };
            let u = signal(w);
            if (u - y).abs() < NEAR || w == a.0 || w == b.0 {
                return Some((w, u));
            }
            if (u < y) == rises {
                third = Some(a);
                a = (w, u);
            } else {
                third = Some(b);
                b = (w, u);
            }
        }
        Some(a)
    }

    /// Adds the part of the branch to the moments at `y`: where u hardly bends across the noise a
    /// Gauss-Hermite rule in w, else a trapezoidal rule; both centred where u = y.
    pub(super) fn across(
        &self,
        signal: &impl Fn(f64) -> f64,
        y: f64,
        fineness: f64,
        margin: f64,
        cell: &mut Cell,
    ) {
        stop::point();
        let Some((mut w, u)) = self.centre(signal, y) else { return };
        let (low, high) = (self.knots[0].0, self.knots[self.knots.len() - 1].0);
        let near = self.knots.partition_point(|knot| knot.0 < w).clamp(1, self.knots.len() - 1);
        let ((wa, ua), (wb, ub)) = (self.knots[near - 1], self.knots[near]);
        let step = (wb - wa) / (ub - ua).abs();
        let (before, after) = (signal(w - step), signal(w + step));
        let slope = (after - before) / (2.0 * step);
        let bend = (after - 2.0 * u + before).abs() / (step * slope).powi(2);
        let bend = bend.max(w.abs().max(1.0) / slope.abs());
        w += (y - u) / slope;
        if let Some(&(_, count)) = RULES.iter().find(|rule| bend <= rule.0) {
            // Finer rules have more nodes, so that two of them do not err alike.
            let more = ((1.0 - fineness) / 0.13).round().max(0.0) as usize;
            let rule = hermite::rule(count + more);
            for (&x, &weight) in rule.nodes.iter().zip(&rule.weights) {
                let at = w + x / slope;
                if at < low || at > high {
                    continue;
                }
                let n = y - signal(at);
                let shape = (0.5 * (x * x - n * n)).exp() * weight / slope.abs();
                cell.gather(at, n, shape * normal_density(at));
            }
            return;
        }
        let h = SPACING * fineness / slope.abs();
        for side in [-1.0, 1.0] {
            let mut k = if side < 0.0 { 1.0 } else { 0.0 };
            loop {
                let at = w + side * k * h;
                let n = y - signal(at);
                if !(n.abs() <= margin && at >= low && at <= high) {
                    break;
                }
                cell.add(at, n, h * normal_density(at));
                k += 1.0;
            }
        }
    }
}

/// w at u = y on the parabola w(u) through three points.
fn parabola(a: (f64, f64), b: (f64, f64), c: (f64, f64), y: f64) -> f64 {
    let first = (b.0 - a.0) / (b.1 - a.1);
    let second = ((c.0 - b.0) / (c.1 - b.1) - first) / (c.1 - a.1);
    a.0 + (y - a.1) * (first + (y - b.1) * second)
}
