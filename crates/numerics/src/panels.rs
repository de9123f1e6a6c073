//! Adaptive integrals over panels, with an error bound that was checked against halves.

use super::precision::{PANELS, ROUNDING};
use super::stop;
use super::{Estimate, NumericsError};
use quadrature::clenshaw_curtis;
use std::cell::Cell;
use std::collections::BinaryHeap;

/// One panel; the heap pops the one with the largest error.
struct Panel {
    low: f64,
    high: f64,
    integral: f64,
    magnitude: f64,
    error: f64,
}

impl PartialEq for Panel {
    fn eq(&self, other: &Self) -> bool {
        self.error == other.error
    }
}
impl Eq for Panel {}
impl PartialOrd for Panel {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Panel {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.error.total_cmp(&other.error)
    }
}

/// The integral of `f` over the interval that `breakpoints` span.
///
/// The breakpoints (ascending; at least two) must stand at every kink and around every narrow
/// feature: the panels between them are where the search for structure starts. A panel counts as
/// done only when the rule over it agrees with the sum of the rules over its halves, so the
/// difference, not the quadrature's own estimate, is the stated error.
///
/// # Errors
/// [`NumericsError::NotFinite`] where `f` is NaN or infinite, [`NumericsError::ToleranceMissed`] if
/// the panels run out, [`NumericsError::Domain`] for bad breakpoints.
pub fn integrate(
    what: &'static str,
    f: impl Fn(f64) -> f64,
    breakpoints: &[f64],
    tolerance: f64,
) -> Result<Estimate, NumericsError> {
    let ordered = breakpoints.windows(2).all(|w| w[0] <= w[1]);
    if breakpoints.len() < 2 || !ordered || breakpoints.iter().any(|x| !x.is_finite()) {
        let message = format!("breakpoints must be finite and ascending, not {breakpoints:?}");
        return Err(NumericsError::Domain { what, message });
    }
    let bad = Cell::new(None);
    let largest = Cell::new(0.0f64);
    let guarded = |x: f64| {
        let y = f(x);
        if !y.is_finite() {
            bad.set(Some(x));
        }
        largest.set(largest.get().max(y.abs()));
        y
    };
    // The crate's estimate is only used to choose the order of the rule; a tenth of the tolerance
    // leaves room for the comparison with the halves.
    let rule = |a: f64, b: f64| {
        largest.set(0.0);
        let integral = clenshaw_curtis::integrate(guarded, a, b, 0.1 * tolerance).integral;
        (integral, largest.get() * (b - a))
    };
    let split = |low: f64, high: f64, whole: f64| {
        let middle = 0.5 * (low + high);
        let (left, left_size) = rule(low, middle);
        let (right, right_size) = rule(middle, high);
        let difference = (whole - left - right).abs();
        // The sum of halves is at least as good as the whole; blame the difference on both.
        let half = |low, high, integral, magnitude| Panel {
            low,
            high,
            integral,
            magnitude,
            error: 0.5 * difference,
        };
        [half(low, middle, left, left_size), half(middle, high, right, right_size)]
    };

    let mut heap = BinaryHeap::new();
    for pair in breakpoints.windows(2).filter(|w| w[0] < w[1]) {
        let (whole, _) = rule(pair[0], pair[1]);
        heap.extend(split(pair[0], pair[1], whole));
    }
    loop {
        stop::point();
        if let Some(at) = bad.get() {
            return Err(NumericsError::NotFinite { what, at });
        }
        let error: f64 = heap.iter().map(|p| p.error).sum();
        // Values of f carry about one rounding each; so does every sum.
        let rounding = 4.0 * ROUNDING * heap.iter().map(|p| p.magnitude).sum::<f64>();
        let enough = tolerance.max(rounding);
        let finished = error <= enough;
        if finished || heap.len() >= PANELS {
            let value: f64 = heap.iter().map(|p| p.integral).sum();
            let error = error + rounding;
            return if finished {
                Ok(Estimate::new(value, error))
            } else {
                Err(NumericsError::ToleranceMissed { what, value, error, tolerance })
            };
        }
        // The sums above cost as much as a few panels: refine all that hold the excess at once.
        let mut excess = error - 0.5 * enough;
        let mut halves = Vec::new();
        while let Some(p) = heap.pop() {
            excess -= p.error;
            halves.extend(split(p.low, p.high, p.integral));
            if excess <= 0.0 {
                break;
            }
        }
        heap.extend(halves);
    }
}

#[cfg(test)]
mod tests {
    use super::super::special::normal_density;
    use super::*;

    #[test]
    fn independent_integrals_with_known_values() {
        let tolerance = 1e-12;
        type Case<'a> = (&'a str, &'a dyn Fn(f64) -> f64, &'a [f64], f64);
        let cases: [Case<'_>; 4] = [
            ("gaussian", &normal_density, &[-10.0, -3.0, 0.0, 3.0, 10.0], 1.0),
            ("kink", &|x| (x - 0.3f64).abs(), &[-1.0, 0.3, 1.0], 1.09),
            ("root", &|x| x.max(0.0).sqrt(), &[0.0, 1.0], 2.0 / 3.0),
            ("pole", &|x| 1.0 / (1e-4 + x * x), &[-1.0, 0.0, 1.0], 200.0 * 100f64.atan()),
        ];
        for (name, f, points, want) in cases {
            let got = integrate("test", f, points, tolerance).unwrap();
            assert!((got.value - want).abs() <= got.error, "{name}: {got:?} against {want}");
            assert!(got.error < 1e-9, "{name}: {got:?}");
        }
    }

    /// The bare rule misses a bump between its nodes; a breakpoint near it is enough to find it.
    #[test]
    fn limit_narrow_bump_is_found_from_a_breakpoint() {
        let width = 1e-5;
        let f = |x: f64| normal_density((x - 0.1234) / width) / width;
        let points = [0.0, 0.1234 - 10.0 * width, 0.1234 + 10.0 * width, 1.0];
        let got = integrate("bump", f, &points, 1e-12).unwrap();
        assert!((got.value - 1.0).abs() <= got.error && got.error < 1e-10);
    }

    #[test]
    fn limit_nan_is_an_error() {
        let f = |x: f64| if x > 0.5 { f64::NAN } else { x };
        assert!(matches!(
            integrate("nan", f, &[0.0, 1.0], 1e-10),
            Err(NumericsError::NotFinite { .. })
        ));
    }
}
