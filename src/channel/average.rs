//! The average over V, the known standard normal part of the pre-activation.

use super::accuracy::Accuracy;
use super::scalars::Scalars;
use crate::numerics::legendre;
use crate::numerics::special::normal_density;

/// First spacing of the trapezoidal rule in V: e^{−2π²/h²} is 1e-6 at twice it.
const SPACING: f64 = 0.62;

/// Smallest first spacing.
const LEAST_SPACING: f64 = 0.04;

/// Halvings of the spacing before the trapezoidal rule is given up.
const HALVINGS: usize = 9;

/// What is known about the function of V before it is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// f(V) = f(−V).
    pub(crate) symmetric: bool,
    /// Values of V with structure of width `width` around them (kinks and jumps).
    pub(crate) features: Vec<f64>,
    /// Width in V of the structure at a feature.
    pub(crate) width: f64,
    /// Scale in V on which f varies elsewhere.
    pub(crate) scale: f64,
}

/// E_V f(V) and the change by the last refinement, or None if `f` is not finite.
///
/// A function that is smooth on the scale of V gets the trapezoidal rule, whose error falls
/// exponentially; a function with narrow structure gets panels around it, halved where needed.
pub(crate) fn average(
    f: impl Fn(f64) -> Scalars,
    shape: &Shape,
    accuracy: &Accuracy,
) -> Option<Scalars> {
    let result = if shape.width.is_infinite() {
        // Nothing of z is known: V does not enter.
        f(0.0)
    } else if shape.features.is_empty() || shape.width >= 0.2 {
        trapezoid(&f, shape, accuracy)
    } else {
        panels(&f, shape, accuracy)
    };
    result.is_finite().then_some(result)
}

fn agree(a: &Scalars, b: &Scalars, tolerance: f64) -> bool {
    let scale = b.information.abs().min(1.0);
    (a.information - b.information).abs() <= tolerance * scale
        && (a.drift - b.drift).abs() <= tolerance * b.drift.abs().max(1e-6 * scale)
        && (a.signal - b.signal).abs() <= tolerance * b.signal.abs().max(1e-6 * scale)
}

fn trapezoid(f: &impl Fn(f64) -> Scalars, shape: &Shape, accuracy: &Accuracy) -> Scalars {
    let weighted = |v: f64| f(v) * normal_density(v);
    // Sums over first + k step, k ≥ 0, on both sides of V = 0.
    let sum_over = |first: f64, step: f64| {
        let mut sum = Scalars::default();
        let steps = ((accuracy.reach - first) / step).floor() as usize;
        for k in 0..=steps {
            let v = first + k as f64 * step;
            sum += if v == 0.0 {
                weighted(v)
            } else if shape.symmetric {
                weighted(v) * 2.0
            } else {
                weighted(v) + weighted(-v)
            };
        }
        sum
    };
    let mut spacing = accuracy.spacing * SPACING.min(shape.scale).max(LEAST_SPACING);
    // The even multiples of the spacing alone are the rule of twice the spacing.
    let mut last = sum_over(0.0, 2.0 * spacing) * (2.0 * spacing);
    let mut now = (last + sum_over(spacing, 2.0 * spacing) * (2.0 * spacing)) * 0.5;
    for _ in 0..HALVINGS {
        if agree(&last, &now, accuracy.outer) {
            break;
        }
        last = now;
        now = (last + sum_over(0.5 * spacing, spacing) * spacing) * 0.5;
        spacing *= 0.5;
    }
    now
}

fn panels(f: &impl Fn(f64) -> Scalars, shape: &Shape, accuracy: &Accuracy) -> Scalars {
    let low = if shape.symmetric { 0.0 } else { -accuracy.reach };
    let mut points = vec![low, accuracy.reach];
    let step = accuracy.spacing * shape.scale.clamp(0.5, 2.0);
    let mut x = low + step;
    while x < accuracy.reach {
        points.push(x);
        x += step;
    }
    for &centre in &shape.features {
        for k in [-9.0, -5.0, -2.0, 0.0, 2.0, 5.0, 9.0] {
            points.push(centre + k * shape.width);
        }
    }
    points.retain(|&v| v >= low && v <= accuracy.reach);
    points.sort_by(f64::total_cmp);
    points.dedup_by(|a, b| *a - *b < 1e-3 * shape.width);
    let rule = legendre::rule(accuracy.nodes);
    let on = |low: f64, high: f64| {
        let mut sum = Scalars::default();
        rule.on(low, high, |v, weight| sum += f(v) * (weight * normal_density(v)));
        sum
    };
    let mut stack: Vec<(f64, f64, Scalars, usize)> = points
        .windows(2)
        .filter(|pair| pair[1] > pair[0])
        .map(|pair| (pair[0], pair[1], on(pair[0], pair[1]), 0))
        .collect();
    let rough = stack.iter().fold(Scalars::default(), |sum, panel| sum + panel.2);
    if !accuracy.halves {
        return if shape.symmetric { rough * 2.0 } else { rough };
    }
    // n points on half the panel are 2²ⁿ times better than on the whole.
    let allowed = 0.1 * accuracy.outer;
    let mut total = Scalars::default();
    while let Some((low, high, whole, depth)) = stack.pop() {
        let middle = 0.5 * (low + high);
        let (left, right) = (on(low, middle), on(middle, high));
        let halves = left + right;
        let rest = rough - whole;
        if depth >= 14 || agree(&(rest + whole), &(rest + halves), allowed) {
            total += halves;
        } else {
            stack.push((low, middle, left, depth + 1));
            stack.push((middle, high, right, depth + 1));
        }
    }
    if shape.symmetric { total * 2.0 } else { total }
}
