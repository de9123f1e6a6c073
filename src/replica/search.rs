//! Stationary points where several may be: sign changes of the excess on a grid with cubics between.

use super::{FLOOR, Point, Replica, unconverged};
use crate::channel::Effort;
use crate::error::Result;

/// Iterations of the state-evolution map from either end before the rest is searched on a grid.
const ITERATIONS: usize = 8;

/// Excess, either way, of an end that is no stationary point.
const CLEAR: f64 = 1e-4;

/// Part of v by which an iterate stays outside of where it may have converged to.
const APART: f64 = 0.02;

/// The cubic in log v with the values and slopes of the excess at two points; 0 ≤ s ≤ 1 between them.
struct Cubic {
    values: [f64; 2],
    slopes: [f64; 2],
}

impl Cubic {
    fn through(a: &Point, b: &Point) -> Self {
        let width = (b.v / a.v).ln();
        Self {
            values: [a.excess(), b.excess()],
            slopes: [a.excess_by_log_v() * width, b.excess_by_log_v() * width],
        }
    }

    fn value(&self, s: f64) -> f64 {
        let t = 1.0 - s;
        let ends =
            self.values[0] * (1.0 + 2.0 * s) * t * t + self.values[1] * (1.0 + 2.0 * t) * s * s;
        ends + self.slopes[0] * s * t * t - self.slopes[1] * t * s * s
    }
}

impl Cubic {
    /// Where the derivative vanishes inside the interval.
    fn extrema(&self) -> [Option<f64>; 2] {
        let ([fa, fb], [da, db]) = (self.values, self.slopes);
        // f′(s) = q s² + l s + da.
        let q = 6.0 * (fa - fb) + 3.0 * (da + db);
        let l = -6.0 * (fa - fb) - 4.0 * da - 2.0 * db;
        let discriminant = l * l - 4.0 * q * da;
        if discriminant < 0.0 {
            return [None, None];
        }
        let t = -0.5 * (l + discriminant.sqrt().copysign(l));
        [t / q, da / t].map(|s| (s > 0.02 && s < 0.98).then_some(s))
    }
}

/// The interval of v that contains every stationary point.
pub(super) struct Enclosure {
    low: Point,
    high: Point,
}

impl Replica {
    /// Iterates from both ends; None where that already settles the matter, with `found` filled.
    pub(super) fn enclose(&self, snr: f64, found: &mut Vec<f64>) -> Result<Option<Enclosure>> {
        let rho = self.rho();
        let mut low = self.point(FLOOR * rho, snr, Effort::Search)?;
        if low.excess() <= 0.0 {
            // A discrete latent is learnt exactly: v is below anything that matters.
            found.push(FLOOR * rho);
            let mut v = FLOOR * rho;
            while low.excess() <= 0.0 && v < 0.5 * rho {
                v *= 10.0;
                low = self.point(v, snr, Effort::Search)?;
            }
            if low.excess() <= 0.0 {
                return Ok(None);
            }
        }
        // Beside a stationary v = ρ the search begins where the two can be told apart.
        let top = if self.blind { rho * (1.0 - 1e-7) } else { rho };
        let mut high = self.point(top, snr, Effort::Search)?;
        // An iterate may stop on a stationary point, where the sign of its excess is rounding: the ends
        // stay a little outside.
        let outside = |p: &Point, side: f64| side * p.excess() > CLEAR;
        for _ in 0..ITERATIONS {
            let next_low = (low.latent.mmse.value * (1.0 - APART)).min(high.v);
            if next_low <= low.v * (1.0 + 1e-12) {
                break;
            }
            let next = self.point(next_low, snr, Effort::Search)?;
            if !outside(&next, 1.0) {
                break;
            }
            low = next;
            if high.excess() < 0.0 {
                let apart = if self.blind { 1.0 } else { 1.0 + APART };
                let next_high = (high.latent.mmse.value * apart).max(low.v);
                let next = self.point(next_high.min(high.v), snr, Effort::Search)?;
                if self.blind || outside(&next, -1.0) {
                    high = next;
                }
            }
            if high.v <= low.v * 1.05 {
                break;
            }
        }
        Ok(Some(Enclosure { low, high }))
    }

    /// A point to see the sign of its excess: roughly where that is far from zero.
    fn seen(&self, v: f64, snr: f64) -> Result<Point> {
        /// Ten times what a survey may be wrong by.
        const FAR: f64 = 0.1;
        let rough = self.point(v, snr, Effort::Survey)?;
        if rough.excess().abs() > FAR { Ok(rough) } else { self.point(v, snr, Effort::Search) }
    }

    /// Sign changes of the excess within the enclosure.
    pub(super) fn search(
        &self,
        snr: f64,
        enclosure: &Enclosure,
        found: &mut Vec<f64>,
    ) -> Result<()> {
        let (low, high) = (enclosure.low, enclosure.high);
        let (a, b) = (low.v.ln(), high.v.ln());
        if b - a < 1e-6 && (low.excess() > 0.0) == (high.excess() > 0.0) && !found.is_empty() {
            // Everything between has run into a stationary v = ρ.
            return Ok(());
        }
        let crosses = low.excess() >= 0.0 && high.excess() <= 0.0;
        if crosses
            && b - a < 0.06
            && low.excess_by_log_v() < -0.05
            && high.excess_by_log_v() < -0.05
        {
            found.push(self.polish(snr, low, high, 0.5 * (a + b))?);
            return Ok(());
        }
        let rho = self.rho();
        let mut grid: Vec<f64> = Vec::new();
        let count = (2.0 * (b - a)).ceil().clamp(3.0, 60.0) as usize;
        for k in 1..count {
            grid.push((a + (b - a) * k as f64 / count as f64).exp());
        }
        // Branches can part from v = ρ: look there in powers of two.
        for k in (2..24).step_by(4) {
            let v = rho * (1.0 - 0.5f64.powi(k));
            if self.blind && v > low.v && v < high.v {
                grid.push(v);
            }
        }
        grid.sort_by(f64::total_cmp);
        let mut points = vec![low];
        for v in grid {
            points.push(self.seen(v, snr)?);
        }
        points.push(high);
        for pair in points.windows(2) {
            self.between(snr, pair[0], pair[1], 0, found)?;
        }
        // An end that is itself stationary to rounding shows no sign change.
        for end in [low, high] {
            if end.excess().abs() < 1e-9 && found.is_empty() {
                found.push(end.v);
            }
        }
        Ok(())
    }

    /// Roots between two points. The middle is evaluated, and the interval halved until the cubic
    /// through both ends with their slopes meets it; then the cubics show where the roots are.
    fn between(
        &self,
        snr: f64,
        a: Point,
        b: Point,
        depth: usize,
        found: &mut Vec<f64>,
    ) -> Result<()> {
        let (xa, xb) = (a.v.ln(), b.v.ln());
        if xb - xa < 1e-9 {
            return Ok(());
        }
        let middle = self.seen((0.5 * (xa + xb)).exp(), snr)?;
        let f = middle.excess();
        let largest = f.abs().max(a.excess().abs()).max(b.excess().abs());
        let missed = (Cubic::through(&a, &b).value(0.5) - f).abs();
        if depth < 6 && missed > 0.03 * largest && missed > 1e-7 {
            self.between(snr, a, middle, depth + 1, found)?;
            return self.between(snr, middle, b, depth + 1, found);
        }
        for (low, high) in [(a, middle), (middle, b)] {
            self.crossings(snr, low, high, 0, found)?;
        }
        Ok(())
    }

    /// Roots between two points that a cubic describes: where its extrema may reach zero, the true
    /// excess is evaluated, and the interval falls in two.
    fn crossings(
        &self,
        snr: f64,
        a: Point,
        b: Point,
        depth: usize,
        found: &mut Vec<f64>,
    ) -> Result<()> {
        let cubic = Cubic::through(&a, &b);
        let (fa, fb) = (a.excess(), b.excess());
        let (xa, xb) = (a.v.ln(), b.v.ln());
        let largest = fa.abs().max(fb.abs());
        let turning = cubic.extrema().into_iter().flatten().find(|&s| {
            let value = cubic.value(s);
            // A dip that reaches zero, or an extremum on the far side of it.
            let dips = value * fa <= 0.0 && value * fb <= 0.0;
            let between = fa * fb < 0.0 && (value - fa) * (value - fb) > 0.0;
            dips || between || value.abs() < 0.02 * largest
        });
        if let (Some(s), true) = (turning, depth < 6 && xb - xa > 1e-7) {
            let middle = self.seen((xa + (xb - xa) * s).exp(), snr)?;
            self.crossings(snr, a, middle, depth + 1, found)?;
            return self.crossings(snr, middle, b, depth + 1, found);
        }
        if (fa > 0.0) != (fb > 0.0) {
            found.push(self.polish(snr, a, b, 0.5 * (xa + xb))?);
        }
        Ok(())
    }

    /// Newton's method on the excess, kept within a bracket.
    fn polish(&self, snr: f64, a: Point, b: Point, start: f64) -> Result<f64> {
        let (mut low, mut high) = (a.v.ln(), b.v.ln());
        let rising = a.excess() < 0.0;
        let mut x = start;
        for _ in 0..60 {
            let point = self.point(x.exp(), snr, Effort::Search)?;
            let f = point.excess();
            if (f > 0.0) == rising {
                high = x;
            } else {
                low = x;
            }
            let step = -f / point.excess_by_log_v();
            let mut next = x + step;
            if !(next > low && next < high) {
                // A root at a bracket's end is found by Newton's method all the same.
                let near = step.abs() < 1e-9;
                next = if near { next.clamp(low, high) } else { 0.5 * (low + high) };
            }
            if (next - x).abs() < 1e-10 || high - low < 1e-13 {
                return Ok(next.exp());
            }
            x = next;
        }
        Err(unconverged(
            "stationary point of the replica potential",
            x.exp(),
            (high - low) * x.exp(),
        ))
    }
}
