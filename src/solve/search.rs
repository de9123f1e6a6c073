//! The values of one parameter at which a function of it vanishes.
//!
//! A grid is looked at first. Where the function might touch zero between two of its points, as far
//! as the slopes beside them tell, the interval is halved until it cannot, or until a sign changes.
//! What is found is certified by a bracket; what is not found is said with the points looked at.

use super::found::{Found, Resolution};
use super::scale::Scale;
use crate::error::{Error, Result};
use crate::numerics::{Estimate, NumericsError, roots};

/// Points of the first look across the range.
pub(super) const POINTS: usize = 73;

/// Halvings towards the edge of where the function exists.
const EDGE: usize = 30;

/// What a sign change leaves at most of the function, relative to its size nearby, or it is a jump.
const CONTINUOUS: f64 = 1e-5;

/// Points that may be looked at beyond the first ones.
const MORE_POINTS: usize = 300;

/// An interval is halved where the function may fall below this fraction of its ends.
const MAY_FALL_TO: f64 = 0.5;

/// Narrowest interval that is halved, relative to the range.
const NARROWEST: f64 = 1e-11;

/// Distances beyond an end of the range, in spacings, at which a zero at the end must show.
const BEYOND: [f64; 3] = [1e-9, 1e-6, 1e-3];

/// Gaps in the function's existence that are found only while a root is bracketed, at most.
const MOST_GAPS: usize = 20;

/// What a function says of one argument.
pub(super) enum At {
    Value(Estimate),
    /// It does not exist there, and why.
    Absent(String),
    /// It could not be computed, and why.
    Failed(String),
}

/// Where the function was looked at, and its value if it has one.
#[derive(Clone, Copy)]
struct Point {
    u: f64,
    y: Option<Estimate>,
}

impl Point {
    /// The sign of the function, if it is certain.
    fn sign(&self) -> Option<f64> {
        self.y.filter(|y| y.sign_is_certain()).map(|y| y.value.signum())
    }
}

/// Zeros of `f` for parameters in `range`.
///
/// # Errors
/// Those of `f`: what is wrong with the query, whatever the parameter.
pub(super) fn all(
    f: impl Fn(f64) -> Result<At>,
    (low, high): (f64, f64),
    scale: Scale,
) -> Result<Found> {
    let (a, b) = (scale.to(low), scale.to(high));
    let mut search = Search {
        f: &f,
        scale,
        spacing: (b - a) / (POINTS - 1) as f64,
        points: Vec::new(),
        found: Found::default(),
    };
    for k in 0..POINTS {
        // A whole number stands for itself, at the logarithm of itself.
        let u = a + (b - a) * k as f64 / (POINTS - 1) as f64;
        let u = if scale == Scale::Whole { scale.from(u).ln() } else { u };
        if search.points.last().is_none_or(|last| last.u < u) {
            let y = search.look(u)?;
            search.points.push(Point { u, y });
        }
    }
    search.edges()?;
    let exhausted = search.refine()?;
    let mut gaps = 0;
    while let Some(gap) = search.solve()? {
        gaps += 1;
        if gaps > MOST_GAPS {
            let reason = "it does not exist at too many places".to_owned();
            search.found.failure.get_or_insert(reason);
            break;
        }
        search.insert(gap, None);
        search.edges()?;
    }
    Ok(search.finished(low, high, exhausted))
}

struct Search<'a> {
    f: &'a dyn Fn(f64) -> Result<At>,
    scale: Scale,
    /// Distance between the first points.
    spacing: f64,
    /// In ascending order.
    points: Vec<Point>,
    found: Found,
}

impl Search<'_> {
    fn look(&mut self, u: f64) -> Result<Option<Estimate>> {
        Ok(match (self.f)(self.scale.from(u))? {
            At::Value(y) if !y.value.is_nan() && !y.error.is_nan() => Some(y),
            At::Value(_) => None,
            At::Absent(why) => {
                self.found.reason.get_or_insert(why);
                None
            }
            At::Failed(why) => {
                self.found.failure.get_or_insert(why);
                None
            }
        })
    }

    fn insert(&mut self, u: f64, y: Option<Estimate>) {
        let place = self.points.partition_point(|p| p.u < u);
        if self.points.get(place).is_none_or(|p| p.u > u) {
            self.points.insert(place, Point { u, y });
        }
    }

    /// Where the function begins or ceases to exist, comes close to the edge from inside.
    fn edges(&mut self) -> Result<()> {
        let pairs: Vec<(Point, Point)> = self
            .points
            .windows(2)
            .filter(|pair| pair[0].y.is_some() != pair[1].y.is_some())
            .map(|pair| if pair[0].y.is_some() { (pair[0], pair[1]) } else { (pair[1], pair[0]) })
            .collect();
        for (mut inside, mut outside) in pairs {
            let start = inside.u;
            for _ in 0..EDGE {
                let (a, b) = (inside.u.min(outside.u), inside.u.max(outside.u));
                let Some(u) = self.scale.between(a, b) else { break };
                match self.look(u)? {
                    Some(y) => inside = Point { u, y: Some(y) },
                    None => outside = Point { u, y: None },
                }
            }
            if inside.u != start {
                self.insert(inside.u, inside.y);
            }
            self.insert(outside.u, None);
        }
        Ok(())
    }

    /// Halves intervals until the function cannot vanish within them twice, as far as the slopes
    /// beside them tell; whether the points allowed ran out before.
    fn refine(&mut self) -> Result<bool> {
        let narrowest = NARROWEST * self.spacing * POINTS as f64;
        let mut left = MORE_POINTS;
        loop {
            let doubtful: Vec<f64> = (0..self.points.len().saturating_sub(1))
                .filter(|&k| self.points[k + 1].u - self.points[k].u > narrowest)
                .filter(|&k| self.may_vanish_twice(k))
                .filter_map(|k| self.scale.between(self.points[k].u, self.points[k + 1].u))
                .collect();
            if doubtful.is_empty() {
                return Ok(false);
            }
            for u in doubtful {
                if left == 0 {
                    return Ok(true);
                }
                left -= 1;
                let y = self.look(u)?;
                self.insert(u, y);
            }
        }
    }

    /// Whether |f|, of one sign at both ends of interval `k`, may come near zero inside: a function
    /// that turns there lies above the lines that lead into the interval from both sides.
    fn may_vanish_twice(&self, k: usize) -> bool {
        let (left, right) = (self.points[k], self.points[k + 1]);
        let (Some(sign), Some(other)) = (left.sign(), right.sign()) else { return false };
        if sign != other {
            return false;
        }
        let size = |p: &Point| p.y.map(|y| y.value * sign);
        let (Some(a), Some(b)) = (size(&left), size(&right)) else { return false };
        let width = right.u - left.u;
        // The slope beyond an end of the interval, if the function exists there.
        let slope = |inner: &Point, outer: Option<&Point>| {
            let outer = outer?;
            Some((size(outer)? - size(inner)?) / (outer.u - inner.u))
        };
        let before = slope(&left, k.checked_sub(1).and_then(|j| self.points.get(j)));
        let after = slope(&right, self.points.get(k + 2));
        let least = match (before, after) {
            (Some(s), Some(r)) if s < r => {
                // a + s x = b − r (width − x)
                let x = ((b - r * width - a) / (s - r)).clamp(0.0, width);
                (a + s * x).max(b - r * (width - x))
            }
            (Some(_), Some(_)) => f64::INFINITY,
            (Some(s), None) => a + s * width,
            (None, Some(r)) => b - r * width,
            (None, None) => f64::INFINITY,
        };
        least < MAY_FALL_TO * a.min(b)
    }

    /// Solves between points of opposite sign, and judges where the sign is in doubt. Returns a place
    /// at which the function turned out not to exist: nothing is known then.
    fn solve(&mut self) -> Result<Option<f64>> {
        let kept = std::mem::take(&mut self.found);
        self.found = Found { reason: kept.reason, failure: kept.failure, ..Found::default() };
        let points = self.points.clone();
        for part in points.split(|p| p.y.is_none()).filter(|part| !part.is_empty()) {
            let mut certain: Option<usize> = None;
            for k in 0..=part.len() {
                let sign = part.get(k).map(Point::sign);
                if sign == Some(None) {
                    continue;
                }
                let doubtful = &part[certain.map_or(0, |c| c + 1)..k];
                let before = certain.map(|c| part[c]);
                match (before, part.get(k)) {
                    (Some(a), Some(b)) if a.sign() != b.sign() => {
                        if let Some(gap) = self.root(a, *b)? {
                            return Ok(Some(gap));
                        }
                    }
                    (Some(a), None) if self.beyond(a, doubtful)? => {}
                    (None, Some(b)) if self.beyond(*b, doubtful)? => {}
                    _ => self.judge(doubtful),
                }
                certain = Some(k);
            }
        }
        Ok(None)
    }

    /// Whether an end of the range, where the sign is in doubt, is a zero: if the sign, certain at
    /// `inner`, is another one shortly beyond.
    fn beyond(&mut self, inner: Point, doubtful: &[Point]) -> Result<bool> {
        let ends = [self.points.first(), self.points.last()].map(|p| p.map(|p| p.u));
        let end = match doubtful {
            [end] if ends.contains(&Some(end.u)) && self.scale != Scale::Whole => *end,
            _ => return Ok(false),
        };
        let direction = (end.u - inner.u).signum();
        for step in BEYOND {
            let u = end.u + direction * step * self.spacing;
            let outer = Point { u, y: self.look(u)? };
            if outer.sign().is_some_and(|sign| Some(-sign) == inner.sign()) {
                let (a, b) = if direction > 0.0 { (inner, outer) } else { (outer, inner) };
                return Ok(self.root(a, b)?.is_none());
            }
        }
        Ok(false)
    }

    /// The zero between two points of opposite sign, or where the function does not exist between
    /// them.
    fn root(&mut self, a: Point, b: Point) -> Result<Option<f64>> {
        if self.scale == Scale::Whole {
            return self.whole_root(a, b);
        }
        let mut wrong = None;
        let at = |u: f64| match self.look(u) {
            Ok(y) => y.unwrap_or(Estimate::exact(f64::NAN)),
            Err(error) => {
                wrong = Some(error);
                Estimate::exact(f64::NAN)
            }
        };
        let root = roots::bracketed("solution", at, a.u, b.u);
        match (wrong, root) {
            (Some(error), _) => return Err(error),
            (None, Ok(root)) => {
                let nearby =
                    a.y.map_or(0.0, |y| y.value.abs()) + b.y.map_or(0.0, |y| y.value.abs());
                let rest = self.look(root.value)?;
                let rest = rest.map_or(f64::INFINITY, |y| y.value.abs() - y.error);
                if rest <= CONTINUOUS * nearby {
                    self.found.roots.push(self.scale.back(root.estimate()));
                } else {
                    self.found.jumps.push(self.scale.from(root.value));
                }
            }
            (None, Err(NumericsError::NotFinite { at, .. })) => return Ok(Some(at)),
            (None, Err(error)) => {
                self.found.failure.get_or_insert(Error::from(error).to_string());
            }
        }
        Ok(None)
    }

    /// The two whole numbers between which the sign changes, or the one at which the function vanishes.
    fn whole_root(&mut self, a: Point, b: Point) -> Result<Option<f64>> {
        let (mut low, mut high) = (a, b);
        while let Some(u) = self.scale.between(low.u, high.u) {
            let middle = Point { u, y: self.look(u)? };
            if middle.y.is_none() {
                return Ok(Some(u));
            }
            match middle.sign() {
                None => {
                    self.found.roots.push(Estimate::exact(self.scale.from(u)));
                    return Ok(None);
                }
                sign if sign == a.sign() => low = middle,
                _ => high = middle,
            }
        }
        let (low, high) = (self.scale.from(low.u), self.scale.from(high.u));
        self.found.roots.push(Estimate::between(low, high));
        Ok(None)
    }

    /// Points at which the function is zero within its error, without a change of sign around them.
    fn judge(&mut self, doubtful: &[Point]) {
        let (Some(first), Some(last)) = (doubtful.first(), doubtful.last()) else { return };
        let x = |p: &Point| self.scale.from(p.u);
        if last.u - first.u > 0.999 * self.spacing && doubtful.len() > 2 {
            self.found.level.get_or_insert((x(first), x(last)));
        } else if self.scale == Scale::Whole {
            let zeros: Vec<f64> = doubtful.iter().map(x).collect();
            self.found.roots.extend(zeros.into_iter().map(Estimate::exact));
        } else {
            // The closest of them stands for all.
            let size = |p: &Point| p.y.map_or(f64::INFINITY, |y| y.value.abs());
            let closest = doubtful.iter().min_by(|a, b| size(a).total_cmp(&size(b)));
            // What vanishes without an error is a zero, whatever happens beside it.
            if let Some(p) = closest.filter(|p| p.y == Some(Estimate::exact(0.0))) {
                self.found.roots.push(Estimate::exact(x(p)));
                return;
            }
            let touch = closest.and_then(|p| p.y.map(|y| (x(p), y)));
            self.found.touches.extend(touch);
        }
    }

    fn finished(mut self, low: f64, high: f64, exhausted: bool) -> Found {
        let known: Vec<(f64, Estimate)> =
            self.points.iter().filter_map(|p| p.y.map(|y| (self.scale.from(p.u), y))).collect();
        if let (Some(first), Some(last)) = (known.first(), known.last()) {
            self.found.ends = Some([*first, *last]);
        }
        self.found.nearest = known
            .iter()
            .min_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs()))
            .map(|(x, y)| (*x, y.value));
        self.found.resolution = Resolution {
            low,
            high,
            points: self.points.len(),
            spacing: if self.scale == Scale::Linear { self.spacing } else { self.spacing.exp() },
            linear: self.scale == Scale::Linear,
            everywhere: known.len() == self.points.len(),
            exhausted,
        };
        self.found.roots.sort_by(|a, b| a.value.total_cmp(&b.value));
        self.found
    }
}

#[cfg(test)]
mod tests;
