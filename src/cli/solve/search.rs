//! The values of one parameter at which a function of it changes sign, as far as a grid tells them
//! apart: two solutions between neighbouring points are not seen, and the output says so.

use crate::error::Result;
use crate::models::parameter::Domain;
use crate::numerics::{Estimate, roots};
use std::cell::RefCell;

/// Points of the first look across the range.
pub(super) const POINTS: usize = 73;

/// Halvings towards the edge of where the function exists.
const EDGE: usize = 30;

/// What a sign change leaves at most of the function, relative to its size nearby, or it is a jump.
const CONTINUOUS: f64 = 1e-5;

/// The coordinate in which a parameter is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Its logarithm.
    Logarithmic,
    /// Itself.
    Linear,
}

impl Scale {
    pub(super) fn of(domain: Domain) -> Self {
        match domain {
            Domain::Real | Domain::Fraction => Self::Linear,
            _ => Self::Logarithmic,
        }
    }

    fn to(self, x: f64) -> f64 {
        if self == Self::Logarithmic { x.ln() } else { x }
    }

    fn from(self, u: f64) -> f64 {
        if self == Self::Logarithmic { u.exp() } else { u }
    }

    fn back(self, u: Estimate) -> Estimate {
        if self == Self::Logarithmic { u.exp() } else { u }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Solutions in ascending order.
    pub(super) roots: Vec<Estimate>,
    /// Where the function jumps across zero without a solution.
    pub(super) jumps: Vec<f64>,
    /// The function's values at both ends of where it exists.
    pub(super) ends: Option<[(f64, f64); 2]>,
    /// Why it does not exist somewhere, the first reason met.
    pub(super) reason: Option<String>,
}

/// Sign changes of `f` for parameters in `range`. `f` returns its value, or why it has none.
///
/// # Errors
/// A root search that fails.
pub(super) fn all(
    f: impl Fn(f64) -> std::result::Result<Estimate, String>,
    (low, high): (f64, f64),
    scale: Scale,
) -> Result<Found> {
    let reason = RefCell::new(None);
    let at = |u: f64| match f(scale.from(u)) {
        Ok(value) => Some(value),
        Err(why) => {
            reason.borrow_mut().get_or_insert(why);
            None
        }
    };
    let (a, b) = (scale.to(low), scale.to(high));
    let grid = (0..POINTS).map(|k| a + (b - a) * k as f64 / (POINTS - 1) as f64);
    let mut points: Vec<(f64, Option<Estimate>)> = grid.map(|u| (u, at(u))).collect();
    // Where the function begins or ceases to exist, come close to the edge.
    let mut edges = Vec::new();
    for pair in points.windows(2) {
        let [(ua, fa), (ub, fb)] = pair else { continue };
        if fa.is_some() != fb.is_some() {
            let (mut inside, mut outside) = if fa.is_some() { (*ua, *ub) } else { (*ub, *ua) };
            let mut last = None;
            for _ in 0..EDGE {
                let middle = 0.5 * (inside + outside);
                match at(middle) {
                    Some(value) => (inside, last) = (middle, Some(value)),
                    None => outside = middle,
                }
            }
            edges.extend(last.map(|value| (inside, Some(value))));
        }
    }
    points.extend(edges);
    points.sort_by(|x, y| x.0.total_cmp(&y.0));
    let known: Vec<(f64, Estimate)> =
        points.iter().filter_map(|(u, value)| value.map(|v| (*u, v))).collect();
    let mut found = Found::default();
    if let (Some(first), Some(last)) = (known.first(), known.last()) {
        found.ends = Some([*first, *last].map(|(u, v)| (scale.from(u), v.value)));
    }
    for pair in points.windows(2) {
        let [(ua, Some(fa)), (ub, Some(fb))] = pair else { continue };
        if fa.value == 0.0 {
            found.roots.push(Estimate::exact(scale.from(*ua)));
        } else if fa.value * fb.value < 0.0 {
            let root = roots::bracketed(
                "solution",
                |u| at(u).unwrap_or(Estimate::exact(f64::NAN)),
                *ua,
                *ub,
            )?;
            let left = at(root.value).map_or(f64::INFINITY, |v| v.value.abs() - v.error);
            if left <= CONTINUOUS * (fa.value.abs() + fb.value.abs()) {
                found.roots.push(scale.back(root.estimate()));
            } else {
                found.jumps.push(scale.from(root.value));
            }
        }
    }
    if let Some((u, Some(value))) = points.last()
        && value.value == 0.0
    {
        found.roots.push(Estimate::exact(scale.from(*u)));
    }
    found.reason = reason.into_inner();
    Ok(found)
}

/// The first whole number in `range` on the other side of zero than its predecessor, for every sign
/// change of `f`.
pub(super) fn whole(
    f: impl Fn(f64) -> std::result::Result<Estimate, String>,
    (low, high): (f64, f64),
) -> Found {
    let mut found = Found::default();
    let mut at = |x: f64| match f(x) {
        Ok(value) => Some(value.value),
        Err(why) => {
            found.reason.get_or_insert(why);
            None
        }
    };
    let ratio = (high / low).ln();
    let mut grid: Vec<f64> = (0..POINTS)
        .map(|k| (low * (ratio * k as f64 / (POINTS - 1) as f64).exp()).round())
        .collect();
    grid.dedup();
    let points: Vec<(f64, Option<f64>)> = grid.into_iter().map(|x| (x, at(x))).collect();
    let mut brackets = Vec::new();
    for pair in points.windows(2) {
        let [(a, Some(fa)), (b, Some(fb))] = pair else { continue };
        if *fa == 0.0 {
            brackets.push(Estimate::exact(*a));
        }
        if fa * fb >= 0.0 {
            continue;
        }
        let (mut a, mut b) = (*a, *b);
        while b - a > 1.0 {
            let middle = (0.5 * (a + b)).floor();
            match at(middle) {
                Some(value) if value * fa > 0.0 => a = middle,
                Some(_) => b = middle,
                None => break,
            }
        }
        brackets.push(Estimate::between(a, b));
    }
    let known: Vec<(f64, f64)> =
        points.iter().filter_map(|(x, value)| value.map(|v| (*x, v))).collect();
    if let (Some(first), Some(last)) = (known.first(), known.last()) {
        found.ends = Some([*first, *last]);
    }
    found.roots = brackets;
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_all_solutions_are_found() {
        let f = |x: f64| Ok(Estimate::rounded((x - 1.0) * (x - 2.0) * (x - 30.0)));
        let found = all(f, (1e-3, 1e3), Scale::Logarithmic).unwrap();
        let values: Vec<f64> = found.roots.iter().map(|r| r.value).collect();
        assert_eq!(values.len(), 3);
        for (got, want) in found.roots.iter().zip([1.0, 2.0, 30.0]) {
            assert!((got.value - want).abs() <= got.error + 1e-13 * want, "{got:?}");
        }
    }

    #[test]
    fn limit_a_jump_is_no_solution_and_an_edge_hides_none() {
        let jump = |x: f64| Ok(Estimate::exact(if x < 0.3 { -1.0 } else { 1.0 }));
        let found = all(jump, (0.0, 1.0), Scale::Linear).unwrap();
        assert!(found.roots.is_empty() && found.jumps.len() == 1);
        // Exists from 0.5 on, with a root just above.
        let edge = |x: f64| {
            if x < 0.5 { Err("too small".to_owned()) } else { Ok(Estimate::rounded(x - 0.5001)) }
        };
        let found = all(edge, (0.0, 1.0), Scale::Linear).unwrap();
        assert_eq!(found.roots.len(), 1);
        assert_eq!(found.reason.as_deref(), Some("too small"));
    }

    #[test]
    fn identity_whole_numbers_are_bracketed() {
        let found = whole(|x| Ok(Estimate::exact(x - 1234.5)), (1.0, 1e6));
        assert_eq!((found.roots[0].value, found.roots.len()), (1234.5, 1));
    }
}
