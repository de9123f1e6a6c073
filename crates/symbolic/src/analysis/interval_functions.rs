//! Functions of intervals, from their values at the ends and at their turning points.

use super::interval::Interval;

/// Trusted accuracy of the library's functions, relative to the value.
const LIBRARY: f64 = 4.0 * f64::EPSILON;

impl Interval {
    /// An increasing function of the interval; its values lie in `range`.
    pub(crate) fn increasing(self, f: impl Fn(f64) -> f64, range: Self) -> Self {
        let (below, above) = (f(self.lo), f(self.hi));
        // f(0) = 0 is exact; another zero is an underflow.
        let lo = if self.lo == 0.0 && below == 0.0 { 0.0 } else { widened(below, -1.0) };
        let hi = if self.hi == 0.0 && above == 0.0 { 0.0 } else { widened(above, 1.0) };
        Self::new(lo, hi).meet(range).without_zero(range.nonzero)
    }

    /// A decreasing function of the interval; its values lie in `range`.
    pub(crate) fn decreasing(self, f: impl Fn(f64) -> f64, range: Self) -> Self {
        let (below, above) = (f(self.hi), f(self.lo));
        Self::new(widened(below, -1.0), widened(above, 1.0)).meet(range).without_zero(range.nonzero)
    }

    /// A function that falls until `turn` and rises after it, with the given least value.
    pub(crate) fn valley(self, f: impl Fn(f64) -> f64, turn: f64, least: f64) -> Self {
        let ends = (f(self.lo), f(self.hi));
        let lo = if self.lo <= turn && turn <= self.hi {
            least
        } else {
            widened(ends.0.min(ends.1), -1.0)
        };
        // Exactly at the turn the value may be rounded below the least one.
        Self::new(lo.max(least).min(ends.0.min(ends.1)), widened(ends.0.max(ends.1), 1.0))
    }

    /// cos over the interval, with the extrema at `(k + shift) π`, maxima for even k.
    pub(crate) fn wave(self, f: impl Fn(f64) -> f64, shift: f64) -> Self {
        let all = Self::new(-1.0, 1.0);
        if !self.is_bounded() || self.hi - self.lo > 6.2 || self.absolute().hi > 1e9 {
            return all;
        }
        let (ends, slack) = ((f(self.lo), f(self.hi)), 1e-15 * (1.0 + self.absolute().hi));
        let first = (self.lo / std::f64::consts::PI - shift - slack).ceil();
        let last = (self.hi / std::f64::consts::PI - shift + slack).floor();
        let mut range =
            Self::new(widened(ends.0.min(ends.1), -1.0), widened(ends.0.max(ends.1), 1.0));
        let mut k = first;
        while k <= last {
            let value = if k % 2.0 == 0.0 { 1.0 } else { -1.0 };
            range = range.hull(Self::point(value));
            k += 1.0;
        }
        range.meet(all)
    }

    /// A whole power.
    pub(crate) fn whole_power(self, n: f64) -> Option<Self> {
        if n < 0.0 {
            return Self::point(1.0).divide(self.whole_power(-n)?);
        }
        if n == 2.0 {
            return Some(self.square());
        }
        let f = |x: f64| x.powf(n);
        Some(if n % 2.0 == 0.0 {
            let size = self.absolute().increasing(f, Self::new(0.0, f64::INFINITY));
            size.without_zero(self.nonzero)
        } else {
            self.increasing(f, Self::LINE).without_zero(self.nonzero)
        })
    }

    /// A real power of what is not negative; positive where the exponent is.
    pub(crate) fn real_power(self, n: f64) -> Option<Self> {
        if self.lo < 0.0 || (n < 0.0 && !self.nonzero) {
            return None;
        }
        let range = Self::new(0.0, f64::INFINITY).without_zero(self.nonzero);
        let f = |x: f64| x.powf(n);
        Some(if n >= 0.0 { self.increasing(f, range) } else { self.decreasing(f, range) })
    }
}

/// A library value moved outwards by its trusted accuracy.
fn widened(value: f64, direction: f64) -> f64 {
    if value.is_infinite() {
        // An overflow of a finite value, unless the direction is outwards anyway.
        return if value * direction > 0.0 { value } else { f64::MAX.copysign(value) };
    }
    value + direction * (value.abs() * LIBRARY + f64::from_bits(4))
}
