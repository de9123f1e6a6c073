//! Bracketed roots of functions that state their own errors.

use super::precision::{ROOT_RELATIVE, ROOT_STEPS};
use super::stop;
use super::{Estimate, NumericsError};
use ::roots::{Convergency, SearchError, find_root_brent};
use std::cell::Cell;

/// A root with the interval that is certain to contain it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Root {
    /// Best value.
    pub value: f64,
    /// The function certainly has one sign here …
    pub low: f64,
    /// … and certainly the other sign here.
    pub high: f64,
}

impl Root {
    /// The root as an estimate whose error reaches the farther end of the bracket.
    pub fn estimate(self) -> Estimate {
        Estimate::new(self.value, (self.value - self.low).max(self.high - self.value))
    }
}

/// Relative tolerance on x; the crate's own criterion compares f and x with one absolute number.
struct RelativeWidth;

impl Convergency<f64> for RelativeWidth {
    fn is_root_found(&mut self, y: f64) -> bool {
        y == 0.0
    }
    fn is_converged(&mut self, a: f64, b: f64) -> bool {
        (a - b).abs() <= ROOT_RELATIVE * a.abs().max(b.abs())
    }
    fn is_iteration_limit_reached(&mut self, step: usize) -> bool {
        step >= ROOT_STEPS
    }
}

/// Smallest and largest arguments at which the sign of the function was certain.
#[derive(Clone, Copy)]
struct Bracket {
    low: f64,
    high: f64,
    low_value: f64,
    high_value: f64,
}

/// The root of `f` between `a` and `b`, where `f` certainly changes sign once.
///
/// `f` returns its value with a bound on its error. After Brent's method the root is certified:
/// the bracket is widened until the sign of `f` at both ends is beyond its error, so that the
/// reported interval accounts for the errors of `f` as well as for the search.
///
/// # Errors
/// [`NumericsError::NotBracketed`] if the signs at the ends are equal or uncertain,
/// [`NumericsError::NotFinite`] if `f` is NaN somewhere,
/// [`NumericsError::ToleranceMissed`] if the search does not converge.
pub fn bracketed(
    what: &'static str,
    mut f: impl FnMut(f64) -> Estimate,
    a: f64,
    b: f64,
) -> Result<Root, NumericsError> {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    let ends = [(low, f(low)), (high, f(high))];
    between(what, f, ends)
}

/// The root of a monotone `f` near `guess`, searched within `limits` by steps that start at `step`
/// and grow fourfold: a good guess makes for a short search.
///
/// # Errors
/// As [`bracketed`]; [`NumericsError::NotBracketed`] if no sign change is found within `limits`.
pub fn near(
    what: &'static str,
    mut f: impl FnMut(f64) -> Estimate,
    guess: f64,
    step: f64,
    rising: bool,
    limits: (f64, f64),
) -> Result<Root, NumericsError> {
    let guess = guess.clamp(limits.0, limits.1);
    let start = f(guess);
    let direction = if (start.value > 0.0) == rising { -1.0 } else { 1.0 };
    let mut known = (guess, start);
    if !start.sign_is_certain() {
        // The guess is the root up to errors: step back before searching ahead.
        let mut back = step;
        loop {
            let x = (guess - direction * back).clamp(limits.0, limits.1);
            known = (x, f(x));
            if known.1.sign_is_certain() {
                break;
            }
            if x == limits.0 || x == limits.1 || known.1.value.is_nan() {
                return Err(NumericsError::NotBracketed { what, low: limits.0, high: limits.1 });
            }
            back *= 4.0;
        }
    }
    let mut ahead = step;
    loop {
        let x = (guess + direction * ahead).clamp(limits.0, limits.1);
        let y = f(x);
        if y.sign_is_certain() {
            if (y.value > 0.0) != (known.1.value > 0.0) {
                let ends = if x < known.0 { [(x, y), known] } else { [known, (x, y)] };
                return between(what, f, ends);
            }
            known = (x, y);
        }
        if x == limits.0 || x == limits.1 || y.value.is_nan() {
            return Err(NumericsError::NotBracketed { what, low: limits.0, high: limits.1 });
        }
        ahead *= 4.0;
    }
}

/// [`bracketed`] with the values at the ends known.
fn between(
    what: &'static str,
    mut f: impl FnMut(f64) -> Estimate,
    [(low, at_low), (high, at_high)]: [(f64, Estimate); 2],
) -> Result<Root, NumericsError> {
    stop::point();
    for (at, y) in [(low, at_low), (high, at_high)] {
        if y.value.is_nan() || y.error.is_nan() {
            return Err(NumericsError::NotFinite { what, at });
        }
    }
    if at_low.value == 0.0 && at_low.error == 0.0 {
        return Ok(Root { value: low, low, high: low });
    }
    if at_high.value == 0.0 && at_high.error == 0.0 {
        return Ok(Root { value: high, low: high, high });
    }
    let opposite = at_low.value.signum() != at_high.value.signum();
    if !opposite || !at_low.sign_is_certain() || !at_high.sign_is_certain() {
        return Err(NumericsError::NotBracketed { what, low, high });
    }

    let rising = at_high.value > 0.0;
    let bracket =
        Cell::new(Bracket { low, high, low_value: at_low.value, high_value: at_high.value });
    let bad = Cell::new(None);
    // Brent's method and the certification ask for recent points again.
    let mut seen = [(low, at_low), (high, at_high), (low, at_low), (high, at_high)];
    let mut probe = |x: f64| -> Estimate {
        if let Some((_, y)) = seen.iter().find(|(at, _)| *at == x) {
            return *y;
        }
        let y = f(x);
        seen.rotate_left(1);
        seen[3] = (x, y);
        if y.value.is_nan() || y.error.is_nan() {
            bad.set(Some(x));
            return Estimate::exact(0.0);
        }
        let mut known = bracket.get();
        if y.sign_is_certain() {
            if (y.value > 0.0) == rising {
                if x < known.high {
                    (known.high, known.high_value) = (x, y.value);
                }
            } else if x > known.low {
                (known.low, known.low_value) = (x, y.value);
            }
        }
        bracket.set(known);
        y
    };

    // Interpolation multiplies values: those of tiny ones would be zero, those of huge ones infinite.
    // A power of two keeps the digits.
    let size = at_low.value.abs().max(at_high.value.abs());
    let ordinary = (1e-100..LARGEST).contains(&size) || !size.is_finite();
    let scale = if ordinary { 1.0 } else { (-size.log2().floor()).min(1023.0).exp2() };
    let found = find_root_brent(low, high, |x| clamped(scale * probe(x).value), &mut RelativeWidth);
    if let Some(at) = bad.get() {
        return Err(NumericsError::NotFinite { what, at });
    }
    let value = match found {
        Ok(x) => x,
        Err(SearchError::NoConvergency) => {
            let known = bracket.get();
            return Err(NumericsError::ToleranceMissed {
                what,
                value: 0.5 * (known.low + known.high),
                error: known.high - known.low,
                tolerance: ROOT_RELATIVE,
            });
        }
        Err(_) => return Err(NumericsError::NotBracketed { what, low, high }),
    };

    // Step outwards from the root, by what the slope says the error of f is worth, until the sign
    // is certain on either side.
    let noise = probe(value).error;
    let known = bracket.get();
    let slope = ((known.high_value - known.low_value) / (known.high - known.low)).abs();
    let from_noise = if slope > 0.0 { 2.0 * noise / slope } else { 0.0 };
    let first = from_noise.max(ROOT_RELATIVE * value.abs()).max(f64::MIN_POSITIVE);
    for side in [-1.0, 1.0] {
        let mut step = first;
        loop {
            let known = bracket.get();
            let reached = if side < 0.0 { value - known.low } else { known.high - value };
            if reached <= step {
                break;
            }
            probe(value + side * step);
            step *= 4.0;
        }
    }
    if let Some(at) = bad.get() {
        return Err(NumericsError::NotFinite { what, at });
    }
    let known = bracket.get();
    Ok(Root { value, low: known.low.min(value), high: known.high.max(value) })
}

/// Values whose products of three are still numbers.
const LARGEST: f64 = 1e90;

/// Huge values would spoil the interpolation steps; only their sign matters.
fn clamped(y: f64) -> f64 {
    y.clamp(-LARGEST, LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_root_is_certified() {
        let root = bracketed("x² − 2", |x| Estimate::rounded(x * x) - 2.0, 0.0, 2.0).unwrap();
        let exact = std::f64::consts::SQRT_2;
        assert!(root.low <= exact && exact <= root.high);
        assert!(root.estimate().error < 1e-14);
    }

    /// A function known to 1e-6 only gives a root known to 1e-6 only.
    #[test]
    fn identity_noise_widens_the_bracket() {
        let root = bracketed("noisy", |x| Estimate::new(x - 1.0 + 4e-7, 1e-6), 0.0, 3.0).unwrap();
        assert!(root.low <= 1.0 && 1.0 <= root.high);
        assert!(root.estimate().error > 5e-7 && root.estimate().error < 2e-5);
    }

    /// The products of Brent's interpolation were 0/0.
    #[test]
    fn limit_values_may_be_subnormal() {
        let f = |x: f64| Estimate::exact(1e-310 * (x * x * x - 2.0));
        let root = bracketed("tiny", f, 0.0, 3.0).unwrap().estimate();
        assert!((root.value - 2f64.cbrt()).abs() <= root.error && root.error < 1e-9, "{root:?}");
    }

    /// They were ∞/∞.
    #[test]
    fn limit_values_may_be_huge() {
        for size in [1e150, 1e300, f64::INFINITY] {
            let f = |x: f64| Estimate::exact((size * (x.exp() - 2.0)).max(-1e30));
            let root = bracketed("huge", f, -3.0, 300.0).unwrap().estimate();
            assert!((root.value - 2f64.ln()).abs() <= root.error.max(1e-15), "{root:?}");
        }
    }

    #[test]
    fn limit_no_sign_change_is_an_error() {
        assert!(matches!(
            bracketed("positive", |x| Estimate::exact(1.0 + x * x), -1.0, 1.0),
            Err(NumericsError::NotBracketed { .. })
        ));
    }

    #[test]
    fn limit_nan_is_an_error() {
        let f = |x: f64| Estimate::exact(if x > 0.3 && x < 0.9 { f64::NAN } else { x - 0.5 });
        assert!(matches!(bracketed("nan", f, 0.0, 1.0), Err(NumericsError::NotFinite { .. })));
    }

    /// Steep and flat functions over many decades, the case Brent's absolute tolerances get wrong.
    #[test]
    fn independent_roots_over_many_decades() {
        for exponent in -30..=30 {
            let exact = 10f64.powf(f64::from(exponent) + 0.3);
            let f = |x: f64| Estimate::rounded(x.ln()) - Estimate::rounded(exact.ln());
            let root = bracketed("log", f, exact * 1e-9, exact * 1e9).unwrap().estimate();
            assert!((root.value - exact).abs() <= root.error, "{exact}");
            assert!(root.error / exact < 1e-12, "{exact}: {root:?}");
        }
    }
}
