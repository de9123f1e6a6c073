//! Stationary points where several may be. The state-evolution map rises with v, so that no stationary
//! point lies between v and its image; what that leaves is halved until cubics describe the excess.

use super::cubic::Cubic;
use super::{FLOOR, Point, Replica, unconverged};
use crate::channel::Effort;
use crate::error::Result;

/// Twice the part of the strength r that a survey may be wrong by: its excess is believed from here on,
/// by half.
const FAR: f64 = 0.25;

/// Part of the strength r that a search may be wrong by.
const FINE: f64 = 1e-5;

/// Part of an interval that its images must leave out to be worth two evaluations.
const WORTH: f64 = 0.3;

/// Widest interval of log v that a cubic is trusted on.
const WIDEST: f64 = 1.0;

/// Halvings of an interval whose middle is not where the cubic has it.
const DEEPEST: usize = 14;

/// Narrowest interval of log v.
const NEAREST: f64 = 1e-9;

/// Part of ρ between v = ρ, where that is stationary by symmetry, and where the search begins.
const BESIDE: f64 = 1e-3;

/// The same for points that are taken for v = ρ itself.
const AT: f64 = 1e-6;

impl Point {
    /// Excess from which a survey is believed, with what an error of r does to it.
    pub(super) fn far(&self) -> f64 {
        FAR * (1.0 + self.sensitivity())
    }

    /// What is sure of the excess: 0 where its sign is not.
    fn sure(&self) -> f64 {
        let f = self.excess();
        let wrong =
            if f.abs() > self.far() { 0.5 * f.abs() } else { FINE * (1.0 + self.sensitivity()) };
        (f.abs() - wrong).max(0.0).copysign(f)
    }
}

impl Replica {
    /// The excess and its slope in log v, divided by 1 − v/ρ for blind models, which have a known zero
    /// at v = ρ.
    fn deflated(&self, point: &Point) -> (f64, f64) {
        let (f, slope) = (point.excess(), point.excess_by_log_v());
        if !self.blind {
            return (f, slope);
        }
        let part = point.v / self.rho();
        (f / (1.0 - part), (slope + f * part / (1.0 - part)) / (1.0 - part))
    }

    fn cubic(&self, a: &Point, b: &Point) -> Cubic {
        Cubic::new(self.deflated(a), self.deflated(b), (b.v / a.v).ln())
    }

    /// A point to see the sign of its excess: roughly where that is far from zero, and where surveys can
    /// be trusted. Those of an activation that waves are wrong by any part.
    fn seen(&self, v: f64, snr: f64) -> Result<Point> {
        if self.channel.piecewise_linear() {
            let rough = self.point(v, snr, Effort::Survey)?;
            if rough.excess().abs() > rough.far() {
                return Ok(rough);
            }
        }
        self.point(v, snr, Effort::Search)
    }

    /// Every stationary point but a v = ρ that is one by symmetry.
    pub(super) fn search(&self, snr: f64, found: &mut Vec<f64>) -> Result<()> {
        let rho = self.rho();
        let low = self.point(FLOOR * rho, snr, Effort::Search)?;
        if low.excess() <= 0.0 {
            // A discrete latent is learnt exactly: v is below anything that matters.
            found.push(low.v);
        }
        let mut high =
            self.point(if self.blind { rho * (1.0 - BESIDE) } else { rho }, snr, Effort::Search)?;
        if self.blind {
            self.beside(snr, high, found)?;
        } else if high.excess().abs() < 1e-9 && high.excess_by_log_v() < 0.0 {
            // Nothing to speak of is learnt: the end is itself stationary to rounding.
            found.push(rho);
            high = self.point(rho * (1.0 - BESIDE), snr, Effort::Search)?;
        }
        self.between(snr, low, high, 0, found)
    }

    /// The stationary point between `below` and a v = ρ that is one by symmetry: beside v = ρ the slope
    /// there gives the sign of the excess, and one that differs from that of `below` must change.
    fn beside(&self, snr: f64, below: Point, found: &mut Vec<f64>) -> Result<()> {
        let rho = self.rho();
        let unstable = self.point(rho, snr, Effort::Search)?.excess_by_log_v() > 0.0;
        if unstable != (below.excess() < 0.0) {
            let end = self.point(rho * (1.0 - AT), snr, Effort::Search)?;
            if (end.excess() > 0.0) != (below.excess() > 0.0) {
                found.push(self.polish(snr, below, end, 0.5 * (below.v.ln() + end.v.ln()))?);
            }
        }
        Ok(())
    }

    /// Stationary points between two points.
    fn between(
        &self,
        snr: f64,
        mut a: Point,
        mut b: Point,
        depth: usize,
        found: &mut Vec<f64>,
    ) -> Result<()> {
        loop {
            let (xa, xb) = (a.v.ln(), b.v.ln());
            let (low, high) = (xa + a.sure().max(0.0), xb + b.sure().min(0.0));
            if low >= high || xb - xa < NEAREST {
                let crosses = a.excess() > 0.0 && b.excess() < 0.0;
                return if crosses { self.crossings(snr, a, b, 0, found) } else { Ok(()) };
            }
            let least = WORTH * (xb - xa);
            if (low - xa) + (xb - high) < least {
                break;
            }
            if low - xa > 0.5 * least {
                a = self.seen(low.exp(), snr)?;
            }
            if xb - high > 0.5 * least {
                b = self.seen(high.exp(), snr)?;
            }
        }
        let (xa, xb) = (a.v.ln(), b.v.ln());
        let middle = self.seen((0.5 * (xa + xb)).exp(), snr)?;
        let [fa, f, fb] = [&a, &middle, &b].map(|p| self.deflated(p).0);
        let largest = f.abs().max(fa.abs()).max(fb.abs());
        let missed = (self.cubic(&a, &b).value(0.5) - f).abs();
        let smooth = xb - xa < WIDEST && (missed <= 0.03 * largest || missed <= 1e-7);
        for (low, high) in [(a, middle), (middle, b)] {
            if smooth || depth >= DEEPEST {
                self.crossings(snr, low, high, 0, found)?;
            } else {
                self.between(snr, low, high, depth + 1, found)?;
            }
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
        let cubic = self.cubic(&a, &b);
        let (fa, fb) = (self.deflated(&a).0, self.deflated(&b).0);
        let (xa, xb) = (a.v.ln(), b.v.ln());
        let largest = fa.abs().max(fb.abs());
        let turning = cubic.extrema().find(|&s| {
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
