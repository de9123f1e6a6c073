//! Arithmetic of behaviour far out: bounds on power laws and on exponential growth.

/// Logarithms grow slower than this power.
const SLOW: f64 = 1e-3;

/// Bounds on f(x) as x = |z| → ∞ on one side.
///
/// The limit points of f/x^degree lie in [lo, hi]. `degree = ∞` means growth faster than any
/// power, positive if `lo = ∞`, negative if `hi = −∞`; `degree = −∞` decay faster than any power.
/// The limit superior of log|f|/x^order is at most `rate`; `order = 0` means no exponential growth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tail {
    pub(crate) degree: f64,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) order: f64,
    pub(crate) rate: f64,
}

pub(crate) const INF: f64 = f64::INFINITY;

/// Nothing is known.
pub(crate) const UNKNOWN: Tail = Tail { degree: INF, lo: -INF, hi: INF, order: INF, rate: INF };

/// Zero times infinity could be anything.
fn times(a: f64, b: f64) -> [f64; 2] {
    let product = a * b;
    if product.is_nan() { [-INF, INF] } else { [product; 2] }
}

impl Tail {
    pub(crate) fn power_law(degree: f64, lo: f64, hi: f64) -> Self {
        if lo.is_nan() || hi.is_nan() {
            return UNKNOWN;
        }
        Self { degree, lo, hi, order: 0.0, rate: 0.0 }
    }

    pub(crate) fn between(lo: f64, hi: f64) -> Self {
        Self::power_law(0.0, lo, hi)
    }

    /// Tends to +∞ at least as fast as some power.
    pub(crate) fn rises(self) -> bool {
        self.degree > 0.0 && self.lo > 0.0
    }

    /// Tends to −∞ at least as fast as some power.
    pub(crate) fn falls(self) -> bool {
        self.degree > 0.0 && self.hi < 0.0
    }

    /// Stays bounded.
    pub(crate) fn is_bounded(self) -> bool {
        self.degree < 0.0 || (self.degree == 0.0 && self.lo.is_finite() && self.hi.is_finite())
    }

    /// Limit points of f itself.
    pub(crate) fn limits(self) -> (f64, f64) {
        if self.degree < 0.0 {
            (0.0, 0.0)
        } else if self.degree == 0.0 {
            (self.lo, self.hi)
        } else {
            (if self.lo > 0.0 { INF } else { -INF }, if self.hi < 0.0 { -INF } else { INF })
        }
    }

    pub(crate) fn negate(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, ..self }
    }

    /// The order and rate of the larger of two, compared as functions of large x.
    pub(crate) fn faster(self, other: Self) -> (f64, f64) {
        let rank = |t: &Self| {
            let signed = if t.rate > 0.0 { t.order } else { -t.order };
            (if t.rate == 0.0 { 0.0 } else { signed }, t.rate)
        };
        let (a, b) = (rank(&self), rank(&other));
        let first = a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).is_ge();
        if first { (self.order, self.rate) } else { (other.order, other.rate) }
    }

    pub(crate) fn add(self, other: Self) -> Self {
        let (order, rate) = self.faster(other);
        let (large, small) =
            if self.degree >= other.degree { (self, other) } else { (other, self) };
        let (lo, hi) = if large.degree > small.degree {
            // What is smaller by a power drops out, unless its own coefficient has no bound.
            let quiet = small.lo.is_finite() && small.hi.is_finite();
            if quiet || small.degree == -INF {
                (large.lo, large.hi)
            } else {
                (large.lo.min(small.lo), large.hi.max(small.hi))
            }
        } else {
            (large.lo + small.lo, large.hi + small.hi)
        };
        Self {
            degree: large.degree,
            lo: if lo.is_nan() { -INF } else { lo },
            hi: if hi.is_nan() { INF } else { hi },
            order,
            rate,
        }
    }

    pub(crate) fn multiply(self, other: Self) -> Self {
        let (order, rate) = if self.order == other.order {
            (self.order, self.rate + other.rate)
        } else if self.order > other.order {
            (self.order, self.rate)
        } else {
            (other.order, other.rate)
        };
        let rate = if rate.is_nan() { INF } else { rate };
        if order > 0.0 && rate < 0.0 {
            return Self { degree: -INF, lo: 0.0, hi: 0.0, order, rate };
        }
        let degree = self.degree + other.degree;
        if degree.is_nan() {
            return Self { order, rate, ..UNKNOWN };
        }
        let ends = [
            times(self.lo, other.lo),
            times(self.lo, other.hi),
            times(self.hi, other.lo),
            times(self.hi, other.hi),
        ];
        let ends = ends.as_flattened();
        Self {
            degree,
            lo: ends.iter().copied().fold(INF, f64::min),
            hi: ends.iter().copied().fold(-INF, f64::max),
            order,
            rate,
        }
    }

    pub(crate) fn inverse(self) -> Self {
        if !(self.lo > 0.0 || self.hi < 0.0) {
            return UNKNOWN;
        }
        if self.degree == INF {
            return Self::power_law(-INF, 0.0, 0.0);
        }
        Self::power_law(-self.degree, 1.0 / self.hi, 1.0 / self.lo)
    }

    /// A power of something that is not negative, or a whole power.
    pub(crate) fn raise(self, n: f64) -> Self {
        if n < 0.0 {
            return self.raise(-n).inverse();
        }
        let even = n % 2.0 == 0.0;
        let base = if even { self.absolute() } else { self };
        let f = |x: f64| x.abs().powf(n).copysign(x);
        Self {
            degree: base.degree * n,
            lo: f(base.lo),
            hi: f(base.hi),
            order: base.order,
            rate: base.rate * n,
        }
    }

    pub(crate) fn absolute(self) -> Self {
        if self.lo >= 0.0 {
            self
        } else if self.hi <= 0.0 {
            self.negate()
        } else {
            Self { lo: 0.0, hi: self.hi.max(-self.lo), ..self }
        }
    }

    pub(crate) fn exponential(self) -> Self {
        if self.is_bounded() {
            let (lo, hi) = self.limits();
            return Self::between(lo.exp(), hi.exp());
        }
        if self.falls() {
            return Self { degree: -INF, lo: 0.0, hi: 0.0, order: self.degree, rate: self.hi };
        }
        if self.degree <= 0.0 {
            return UNKNOWN;
        }
        // exp of an exponential: faster than any exponential of a power.
        Self {
            degree: INF,
            lo: if self.rises() { INF } else { 0.0 },
            hi: INF,
            order: self.degree,
            rate: self.hi,
        }
    }

    /// The logarithm of something positive.
    pub(crate) fn logarithm(self) -> Self {
        if self.degree == INF {
            let lo = if self.lo > 0.0 { 0.0 } else { -INF };
            return Self::power_law(self.order, lo, self.rate);
        }
        if self.degree == 0.0 && self.lo > 0.0 && self.hi < INF {
            return Self::between(self.lo.ln(), self.hi.ln());
        }
        // |log f| grows at most like log x, if f is between two powers.
        if self.degree.is_finite() && self.lo > 0.0 {
            return Self::power_law(SLOW, 0.0, 0.0);
        }
        Self::power_law(SLOW, -INF, 0.0)
    }

    /// A bounded increasing function.
    pub(crate) fn saturate(self, f: impl Fn(f64) -> f64) -> Self {
        let (lo, hi) = self.limits();
        Self::between(f(lo), f(hi))
    }

    /// Like max(u, 0) far out, and `f` where u stays bounded, between `f`'s values and `least`.
    pub(crate) fn rectify(self, f: impl Fn(f64) -> f64, least: f64) -> Self {
        let (lo, hi) = self.limits();
        if hi < INF {
            let (a, b) = (f(lo), f(hi));
            return Self::between(a.min(b).min(least), a.max(b).max(0.0));
        }
        Self { lo: self.lo.max(0.0), hi: self.hi.max(0.0), ..self }
    }

    pub(crate) fn maximum(self, other: Self) -> Self {
        let (a, b) = (self.limits(), other.limits());
        if a.0 == INF && b.1 < INF || b.1 == -INF && a.0 > -INF {
            return self;
        }
        if b.0 == INF && a.1 < INF || a.1 == -INF && b.0 > -INF {
            return other;
        }
        let (order, rate) = self.faster(other);
        let degree = self.degree.max(other.degree);
        // At the larger degree the smaller one counts as zero.
        let at = |t: Self| {
            if t.degree < degree { (0.0, 0.0) } else { (t.lo, t.hi) }
        };
        let (a, b) = (at(self), at(other));
        Self { degree, lo: a.0.max(b.0), hi: a.1.max(b.1), order, rate }
    }
}
