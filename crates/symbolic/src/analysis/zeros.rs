//! Every zero of a smooth expression: closed forms up to degree two, otherwise subdivision with
//! interval arithmetic, which discards only what it proves to be free of zeros.

use std::sync::Arc;

use super::enclosure::{enclose, enclose_tightly};
use super::interval::Interval;
use crate::algebra::{coefficients, horner};
use crate::expression::{Node, Operator};

/// The zeros of an expression in an interval.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Zeros {
    /// In ascending order. Where the expression touches zero without crossing it, or cannot be
    /// told from doing so, the point is among them.
    pub(crate) at: Vec<f64>,
    /// No zero with |z| below this is missing, up to the budget having lasted.
    pub(crate) reach: f64,
    /// Whether the budget lasted.
    pub(crate) complete: bool,
}

/// How many enclosures one search may take.
const BUDGET: usize = 100_000;

/// Doublings of the window after which a tail that may still contain zeros is given up.
const DOUBLINGS: i32 = 20;

/// The zeros of a tree in variable 0 between `lo` and `hi`, which may be infinite. Beyond
/// `|z| = window` they are searched only if the tail can be proved to be free of zeros from some
/// point on.
pub(crate) fn zeros(node: &Arc<Node>, lo: f64, hi: f64, window: f64) -> Zeros {
    if let Some(at) = closed_form(node) {
        return Zeros {
            at: at.into_iter().filter(|&x| lo < x && x < hi).collect(),
            reach: f64::INFINITY,
            complete: true,
        };
    }
    let node = horner(node);
    let (right, left) = (tail(&node, window, hi, 1.0), tail(&node, window, -lo, -1.0));
    let reach = if right.is_some() && left.is_some() { f64::INFINITY } else { window };
    let from = lo.max(-left.unwrap_or(window));
    let to = hi.min(right.unwrap_or(window));
    let mut search = Search::new(&node);
    if from < to {
        search.run(from, to);
    }
    let complete = search.left > 0;
    let mut at = search.finish();
    at.retain(|&x| lo < x && x < hi);
    Zeros { at, reach, complete }
}

/// A point beyond which the tail has no zero, proved; `end` if the piece ends before the window.
fn tail(node: &Arc<Node>, window: f64, end: f64, direction: f64) -> Option<f64> {
    if end <= window {
        return Some(end);
    }
    (0..=DOUBLINGS).map(|k| window * f64::from(k).exp2()).find(|&start| {
        let x = Interval::new(start, end);
        let x = if direction > 0.0 { x } else { x.negate() };
        start >= end || enclose(node, x).is_ok_and(|e| e.value.nonzero)
    })
}

/// The zeros of polynomials up to degree two.
fn closed_form(node: &Arc<Node>) -> Option<Vec<f64>> {
    let mut at = match coefficients(node)?[..] {
        [_] => vec![],
        [b, a] => vec![-b / a],
        [c, b, a] => {
            // Kahan's discriminant: b² − 4ac without cancellation.
            let product = 4.0 * a * c;
            let discriminant = b.mul_add(b, -product) + (-4.0 * a).mul_add(c, product);
            if discriminant < 0.0 {
                vec![]
            } else if discriminant == 0.0 {
                vec![-b / (2.0 * a)]
            } else {
                let sum = -0.5 * (b + discriminant.sqrt().copysign(b));
                vec![sum / a, c / sum]
            }
        }
        _ => return None,
    };
    at.retain(|x| x.is_finite());
    at.sort_by(f64::total_cmp);
    // −0 is 0.
    Some(at.into_iter().map(|x| x + 0.0).collect())
}

/// The points in order, one for each group closer than the tolerance.
fn merged(mut points: Vec<f64>, tolerance: f64) -> Vec<f64> {
    points.sort_by(f64::total_cmp);
    points.dedup_by(|x, last| (*x - *last).abs() <= tolerance * (1.0 + x.abs()));
    points
}

/// Differences below this are flat enough for one zero, if there is any, to stand for all.
const FLAT: f64 = 1e-5;

/// Differences below this, relative to what is subtracted, are not told from zero.
const NOISE: f64 = 1e-14;

struct Search<'a> {
    node: &'a Arc<Node>,
    left: usize,
    found: Vec<f64>,
    /// Points where the value cannot be told from zero though it does not change sign.
    touched: Vec<f64>,
    /// Short intervals in which the slope may vanish together with the value.
    unresolved: Vec<(f64, f64)>,
}

impl<'a> Search<'a> {
    fn new(node: &'a Arc<Node>) -> Self {
        Self { node, left: BUDGET, found: Vec::new(), touched: Vec::new(), unresolved: Vec::new() }
    }

    fn at(&self, x: f64) -> f64 {
        self.node.evaluate(&[x])
    }

    /// The sign at a point if it is certain, else 0.
    fn sign(&self, x: f64) -> f64 {
        match enclose(self.node, Interval::point(x)) {
            Ok(e) if e.value.is_positive() => 1.0,
            Ok(e) if e.value.is_negative() => -1.0,
            _ => 0.0,
        }
    }

    fn run(&mut self, from: f64, to: f64) {
        // Unit steps, so that a wave does not have to be bisected from the whole window.
        let steps = (to - from).ceil().clamp(1.0, 128.0);
        let step = (to - from) / steps;
        let mut stack: Vec<(f64, f64)> = (0..steps as usize)
            .map(|i| (from + step * i as f64, from + step * (i + 1) as f64))
            .rev()
            .collect();
        if let Some(first) = stack.first_mut() {
            first.1 = to;
        }
        // Coarse first, then finer as long as little remains: near a zero of high order much would.
        for floor in [1e-3, 1e-4, 1e-5, 1e-6] {
            self.subdivide(stack, floor);
            if self.left == 0 {
                return;
            }
            // A tenfold cut of every one of them takes about twenty enclosures each.
            if 20 * self.unresolved.len() > self.left {
                // A flat stretch is settled as it is; anything else is too much.
                if !self.is_flat() {
                    self.left = 0;
                }
                return;
            }
            stack = std::mem::take(&mut self.unresolved);
        }
        self.unresolved = stack;
    }

    /// Bisects until every interval is done or shorter than the floor.
    fn subdivide(&mut self, mut stack: Vec<(f64, f64)>, floor: f64) {
        while let Some((lo, hi)) = stack.pop() {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if self.discard_or_solve(lo, hi) {
                continue;
            }
            let short = hi - lo <= floor * (1.0 + lo.abs().max(hi.abs()));
            if short || self.drowned(lo, hi) {
                self.unresolved.push((lo, hi));
                continue;
            }
            // Off the middle, so that zeros at round numbers are not on the seam.
            let middle = lo + (hi - lo) * 0.487_654_321;
            stack.push((middle, hi));
            stack.push((lo, middle));
        }
    }

    /// Whether the interval is done: free of zeros, or with a single crossing that was found.
    fn discard_or_solve(&mut self, lo: f64, hi: f64) -> bool {
        let x = Interval::new(lo, hi);
        let Ok(e) = enclose_tightly(self.node, x) else {
            return false;
        };
        if e.value.nonzero {
            return true;
        }
        if !e.slope.nonzero {
            return false;
        }
        // Monotone: at most one zero.
        let (a, b) = (self.at(lo), self.at(hi));
        if a == 0.0 {
            self.found.push(lo);
        } else if b == 0.0 {
            self.found.push(hi);
        } else if a.is_finite() && b.is_finite() && (a < 0.0) != (b < 0.0) {
            let zero = self.bisect(lo, hi, |search, x| search.at(x));
            self.found.push(zero);
        } else if self.sign(lo) == 0.0 {
            self.found.push(lo);
        } else if self.sign(hi) == 0.0 {
            self.found.push(hi);
        }
        true
    }

    /// Whether rounding decides the sign in the whole interval.
    fn drowned(&self, lo: f64, hi: f64) -> bool {
        self.small(lo, hi, NOISE)
    }

    /// Whether the value is a difference, and small compared with what is subtracted.
    fn small(&self, lo: f64, hi: f64, tolerance: f64) -> bool {
        let (value, size) = self.difference(lo, hi);
        value <= tolerance * size
    }

    /// Whether the value is small on each stretch of unresolved intervals.
    fn is_flat(&mut self) -> bool {
        let clusters = self.clusters();
        let within = |(from, to): (f64, f64)| {
            let parts = self.unresolved.iter().filter(move |part| from <= part.0 && part.1 <= to);
            parts.map(|&(lo, hi)| self.difference(lo, hi))
        };
        clusters.into_iter().all(|cluster| {
            let (value, size) = within(cluster)
                .fold((0.0, 0.0), |(v, s): (f64, f64), (value, size)| (v.max(value), s.max(size)));
            value <= FLAT * size
        })
    }

    /// The largest value of a difference in an interval, and of what is subtracted.
    fn difference(&self, lo: f64, hi: f64) -> (f64, f64) {
        let x = Interval::new(lo, hi);
        match (&**self.node, enclose_tightly(self.node, x)) {
            (Node::Binary(Operator::Add | Operator::Subtract, [a, _]), Ok(e)) => {
                let size = enclose(a, x).map_or(0.0, |a| a.value.absolute().hi);
                (e.value.absolute().hi, size)
            }
            _ => (f64::INFINITY, 0.0),
        }
    }

    /// The unresolved intervals with neighbours merged.
    fn clusters(&mut self) -> Vec<(f64, f64)> {
        let mut clusters: Vec<(f64, f64)> = Vec::new();
        self.unresolved.sort_by(|a, b| a.0.total_cmp(&b.0));
        for &(lo, hi) in &self.unresolved {
            match clusters.last_mut() {
                Some(last) if lo <= last.1 => last.1 = hi.max(last.1),
                _ => clusters.push((lo, hi)),
            }
        }
        clusters
    }

    /// The crossing between two points of opposite sign, to the last bit.
    fn bisect(&self, mut lo: f64, mut hi: f64, f: impl Fn(&Self, f64) -> f64) -> f64 {
        let negative = f(self, lo) < 0.0;
        if lo < 0.0 && hi > 0.0 && f(self, 0.0) == 0.0 {
            return 0.0;
        }
        loop {
            let middle = 0.5 * (lo + hi);
            if middle <= lo || middle >= hi || hi - lo < 1e-300 {
                break;
            }
            let value = f(self, middle);
            if value == 0.0 {
                return middle;
            }
            if (value < 0.0) == negative {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        if f(self, lo).abs() <= f(self, hi).abs() { lo } else { hi }
    }

    /// The slope at a point.
    fn slope(&self, x: f64) -> f64 {
        enclose(self.node, Interval::point(x)).map_or(f64::NAN, |e| 0.5 * (e.slope.lo + e.slope.hi))
    }

    /// Settles the unresolved intervals and gives all zeros in order.
    fn finish(mut self) -> Vec<f64> {
        for (lo, hi) in self.clusters() {
            self.settle(lo, hi);
        }
        // A point where the value is flat is known to half the digits only.
        let mut distinct = merged(std::mem::take(&mut self.found), 1e-13);
        for x in merged(std::mem::take(&mut self.touched), 1e-6) {
            if distinct.iter().all(|y| (x - y).abs() > 1e-6 * (1.0 + x.abs())) {
                distinct.push(x);
            }
        }
        distinct.sort_by(f64::total_cmp);
        distinct
    }

    /// A cluster where the slope may vanish: a zero of higher order, two zeros close together, or
    /// a near miss.
    fn settle(&mut self, lo: f64, hi: f64) {
        let (a, b) = (self.at(lo), self.at(hi));
        if hi - lo > 1e-3 && a * b >= 0.0 && self.drowned(lo, lo) && self.drowned(hi, hi) {
            // The two sides of a difference have merged, for good or for a while.
            return;
        }
        if a == 0.0 || b == 0.0 {
            self.found.push(if a == 0.0 { lo } else { hi });
            return;
        }
        if (a < 0.0) != (b < 0.0) {
            let zero = self.bisect(lo, hi, |search, x| search.at(x));
            self.found.push(zero);
            return;
        }
        let (p, q) = (self.slope(lo), self.slope(hi));
        if !(p.is_finite() && q.is_finite()) || (p < 0.0) == (q < 0.0) {
            // Flat and undecided: keep the point, which is harmless.
            self.touched.push(0.5 * (lo + hi));
            return;
        }
        let turn = self.bisect(lo, hi, Self::slope);
        let certain = self.sign(turn);
        if certain == 0.0 {
            self.touched.push(turn);
        } else if (certain < 0.0) != (a < 0.0) {
            let left = self.bisect(lo, turn, |search, x| search.at(x));
            let right = self.bisect(turn, hi, |search, x| search.at(x));
            self.found.extend([left, right]);
        }
    }
}

#[cfg(test)]
mod tests;
