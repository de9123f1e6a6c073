//! Cubics with given values and slopes at both ends: what lies between two evaluations.

/// The cubic on 0 ≤ s ≤ 1 with the values and slopes (per unit of s) at the ends.
pub(super) struct Cubic {
    values: [f64; 2],
    slopes: [f64; 2],
}

impl Cubic {
    /// Through (value, slope) at both ends of an interval of this width.
    pub(super) fn new(a: (f64, f64), b: (f64, f64), width: f64) -> Self {
        Self { values: [a.0, b.0], slopes: [a.1 * width, b.1 * width] }
    }

    pub(super) fn value(&self, s: f64) -> f64 {
        let t = 1.0 - s;
        let ends =
            self.values[0] * (1.0 + 2.0 * s) * t * t + self.values[1] * (1.0 + 2.0 * t) * s * s;
        ends + self.slopes[0] * s * t * t - self.slopes[1] * t * s * s
    }

    /// Where the derivative vanishes inside the interval.
    pub(super) fn extrema(&self) -> impl Iterator<Item = f64> + use<> {
        let ([fa, fb], [da, db]) = (self.values, self.slopes);
        // f′(s) = q s² + l s + da.
        let q = 6.0 * (fa - fb) + 3.0 * (da + db);
        let l = -6.0 * (fa - fb) - 4.0 * da - 2.0 * db;
        let discriminant = l * l - 4.0 * q * da;
        // A negative discriminant makes both of them NaN, which lies nowhere.
        let t = -0.5 * (l + discriminant.sqrt().copysign(l));
        [t / q, da / t].into_iter().filter(|s| *s > 0.02 && *s < 0.98)
    }
}
