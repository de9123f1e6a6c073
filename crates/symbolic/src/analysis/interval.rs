//! Interval arithmetic with outward rounding: what it encloses is proved.
//!
//! Sums, products and quotients are rounded outwards only if they are inexact, which the
//! error-free transformations tell. Library functions are trusted to four units in the last place.

/// A closed interval of the extended line. An infinite end means that the values, though each
/// finite, have no bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    /// Zero is not among the values, even where it is an end: e^{−z} is positive and has no
    /// smallest value.
    pub(crate) nonzero: bool,
}

/// A sum rounded down.
fn add_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    if !sum.is_finite() {
        return if a.is_finite() && b.is_finite() && sum > 0.0 { f64::MAX } else { sum };
    }
    let part = sum - a;
    let error = (a - (sum - part)) + (b - part);
    if error < 0.0 { sum.next_down() } else { sum }
}

/// A product rounded down; zero times infinity is zero, since the values are finite.
fn multiply_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if !product.is_finite() {
        return if a.is_finite() && b.is_finite() && product > 0.0 { f64::MAX } else { product };
    }
    // Below this the error term may underflow itself.
    if product.abs() < 1e-290 || a.mul_add(b, -product) < 0.0 {
        product.next_down()
    } else {
        product
    }
}

/// A quotient rounded down, for b ≠ 0; x/∞ is the limit 0.
fn divide_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || (b.is_infinite() && a.is_finite()) {
        return 0.0;
    }
    let quotient = a / b;
    if !quotient.is_finite() {
        return if a.is_finite() && quotient > 0.0 { f64::MAX } else { quotient };
    }
    let rest = (-quotient).mul_add(b, a);
    if quotient.abs() < 1e-290
        || rest.abs() < 1e-290 && rest != 0.0
        || (rest < 0.0) != (b < 0.0) && rest != 0.0
    {
        quotient.next_down()
    } else {
        quotient
    }
}

impl Interval {
    /// Everything.
    pub(crate) const LINE: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY, nonzero: false };

    pub(crate) fn new(lo: f64, hi: f64) -> Self {
        if lo.is_nan() || hi.is_nan() {
            return Self::LINE;
        }
        Self { lo, hi, nonzero: lo > 0.0 || hi < 0.0 }
    }

    pub(crate) fn point(x: f64) -> Self {
        Self::new(x, x)
    }

    /// The same interval, known not to contain zero.
    pub(crate) fn without_zero(self, nonzero: bool) -> Self {
        Self { nonzero: self.nonzero || nonzero, ..self }
    }

    pub(crate) fn is_point(self) -> bool {
        self.lo == self.hi
    }

    pub(crate) fn is_positive(self) -> bool {
        self.lo >= 0.0 && self.nonzero
    }

    pub(crate) fn is_negative(self) -> bool {
        self.hi <= 0.0 && self.nonzero
    }

    pub(crate) fn is_bounded(self) -> bool {
        self.lo.is_finite() && self.hi.is_finite()
    }

    /// The points of both; `self` if they contradict each other, which rounding alone cannot do.
    pub(crate) fn meet(self, other: Self) -> Self {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        if lo > hi {
            return self;
        }
        Self::new(lo, hi).without_zero(self.nonzero || other.nonzero)
    }

    /// The smallest interval that contains both.
    pub(crate) fn hull(self, other: Self) -> Self {
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
            nonzero: (self.is_positive() && other.is_positive())
                || (self.is_negative() && other.is_negative()),
        }
    }

    pub(crate) fn negate(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, nonzero: self.nonzero }
    }

    pub(crate) fn add(self, other: Self) -> Self {
        let sum = Self::new(add_down(self.lo, other.lo), -add_down(-self.hi, -other.hi));
        let (a, b) = (self, other);
        let positive = a.lo >= 0.0 && b.lo >= 0.0 && (a.nonzero || b.nonzero);
        let negative = a.hi <= 0.0 && b.hi <= 0.0 && (a.nonzero || b.nonzero);
        sum.without_zero(positive || negative)
    }

    pub(crate) fn subtract(self, other: Self) -> Self {
        self.add(other.negate())
    }

    pub(crate) fn multiply(self, other: Self) -> Self {
        let ends =
            [(self.lo, other.lo), (self.lo, other.hi), (self.hi, other.lo), (self.hi, other.hi)];
        let lo = ends.iter().map(|&(a, b)| multiply_down(a, b)).fold(f64::INFINITY, f64::min);
        let hi = ends.iter().map(|&(a, b)| -multiply_down(-a, b)).fold(f64::NEG_INFINITY, f64::max);
        Self::new(lo, hi).without_zero(self.nonzero && other.nonzero)
    }

    /// The quotient, if the divisor is known not to be zero.
    pub(crate) fn divide(self, other: Self) -> Option<Self> {
        if !other.nonzero {
            return None;
        }
        let inverse = if other.is_positive() {
            let lo = divide_down(1.0, other.hi);
            let hi = if other.lo == 0.0 { f64::INFINITY } else { -divide_down(-1.0, other.lo) };
            Self::new(lo, hi)
        } else {
            let lo = if other.hi == 0.0 { f64::NEG_INFINITY } else { divide_down(1.0, other.hi) };
            let hi = -divide_down(-1.0, other.lo);
            Self::new(lo, hi)
        }
        .without_zero(true);
        if other.lo == 0.0 || other.hi == 0.0 || !other.is_bounded() {
            return Some(self.multiply(inverse));
        }
        let ends =
            [(self.lo, other.lo), (self.lo, other.hi), (self.hi, other.lo), (self.hi, other.hi)];
        let lo = ends.iter().map(|&(a, b)| divide_down(a, b)).fold(f64::INFINITY, f64::min);
        let hi = ends.iter().map(|&(a, b)| -divide_down(-a, b)).fold(f64::NEG_INFINITY, f64::max);
        Some(Self::new(lo, hi).without_zero(self.nonzero))
    }

    pub(crate) fn square(self) -> Self {
        let size = self.absolute();
        let (lo, hi) = (size.lo, size.hi);
        Self::new(multiply_down(lo, lo), -multiply_down(-hi, hi))
            .meet(Self::new(0.0, f64::INFINITY))
            .without_zero(self.nonzero)
    }

    pub(crate) fn absolute(self) -> Self {
        if self.lo >= 0.0 {
            self
        } else if self.hi <= 0.0 {
            self.negate()
        } else {
            Self::new(0.0, self.hi.max(-self.lo)).without_zero(self.nonzero)
        }
    }

    pub(crate) fn minimum(self, other: Self) -> Self {
        Self::new(self.lo.min(other.lo), self.hi.min(other.hi))
    }

    pub(crate) fn maximum(self, other: Self) -> Self {
        Self::new(self.lo.max(other.lo), self.hi.max(other.hi))
    }
}

/// The values greater than or equal to zero.
pub(crate) const NOT_NEGATIVE: Interval = Interval { lo: 0.0, hi: f64::INFINITY, nonzero: false };

/// The values greater than zero.
pub(crate) const POSITIVE: Interval = Interval { lo: 0.0, hi: f64::INFINITY, nonzero: true };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_exact_operations_are_not_widened() {
        let (a, b) = (Interval::new(1.0, 2.0), Interval::new(-3.0, 0.5));
        assert_eq!(a.add(b), Interval::new(-2.0, 2.5));
        assert_eq!(a.multiply(b), Interval::new(-6.0, 1.0));
        assert_eq!(b.square(), Interval::new(0.0, 9.0));
        assert_eq!(a.divide(Interval::point(4.0)), Some(Interval::new(0.25, 0.5)));
        assert_eq!(a.divide(b), None);
    }

    #[test]
    fn identity_inexact_operations_enclose() {
        let third = Interval::point(1.0).divide(Interval::point(3.0)).unwrap();
        assert!(third.lo < third.hi && third.hi == third.lo.next_up());
        let one = third.multiply(Interval::point(3.0));
        assert!(one.lo <= 1.0 && 1.0 <= one.hi);
        let tenth = Interval::point(0.1).add(Interval::point(0.2));
        assert!(tenth.lo < tenth.hi);
        let negative = Interval::point(-1.0).divide(Interval::point(3.0)).unwrap();
        assert_eq!(negative, third.negate());
    }

    #[test]
    fn identity_positive_without_least_value() {
        let tail = Interval::new(40.0, f64::INFINITY);
        let decay = tail.negate().increasing(f64::exp, POSITIVE);
        assert!(decay.lo == 0.0 && decay.is_positive());
        let growth = Interval::point(1.0).divide(decay).unwrap();
        assert!(growth.lo > 1e17 && growth.hi == f64::INFINITY);
    }

    #[test]
    fn identity_waves() {
        let cos = |lo, hi| Interval::new(lo, hi).wave(f64::cos, 0.0);
        assert_eq!(cos(-1.0, 1.0).hi, 1.0);
        assert!((cos(-1.0, 1.0).lo - 1f64.cos()).abs() < 1e-15);
        assert_eq!(cos(3.0, 4.0).lo, -1.0);
        assert_eq!(cos(0.0, 1e3), Interval::new(-1.0, 1.0));
        let sin = |lo, hi| Interval::new(lo, hi).wave(f64::sin, 0.5);
        assert_eq!(sin(1.0, 2.0).hi, 1.0);
        assert_eq!(sin(-2.0, -1.0).lo, -1.0);
        assert!(sin(0.1, 0.2).hi < 0.2);
    }
}
