//! The curve of all stationary points, log snr = λ(v), at points dense enough that cubics describe it.

use super::cubic::Cubic;
use super::{FLOOR, Point, Replica, unconverged};
use crate::channel::Effort;
use crate::error::Result;
use crate::numerics::Estimate;

/// Range of log snr that is searched.
pub(super) const REACH: f64 = 20.0;

/// Signal variance given V, in units of the noise, beyond which the curve is at its noiseless end.
const STRONG: f64 = 1e4;

/// Excess at which a surveyed point lies on the curve.
const SURVEYED: f64 = 1e-2;

/// Steps of Newton's method towards the certified curve.
const STEPS: usize = 30;

/// Step in log snr whose square is no error.
const CLOSE: f64 = 1e-7;

/// Decades of v, and points of the curve a decade.
const DECADES: f64 = 6.0;
const DENSITY: f64 = 6.0;

/// Rounds of new points between those that their neighbours do not foretell.
const ROUNDS: usize = 4;

/// Error in log snr, and in units of its change, with which a cubic must foretell a point.
const FORETOLD: f64 = 3e-4;
const FORETOLD_PART: f64 = 0.01;

/// dλ/d log v along the stationary curve.
pub(super) fn curve_slope(point: &Point) -> f64 {
    -point.excess_by_log_v() / point.excess_by_log_snr()
}

/// λ between two points of the curve.
fn cubic(a: &Point, b: &Point) -> Cubic {
    let end = |p: &Point| (p.snr.ln(), curve_slope(p));
    Cubic::new(end(a), end(b), (b.v / a.v).ln())
}

/// Values of v where the points of the curve do not show what lies between them: around a point that its
/// neighbours do not foretell, and where the curve may turn twice between two points.
fn unclear(part: &[Point]) -> Vec<f64> {
    let middle = |a: &Point, b: &Point| (a.v * b.v).sqrt();
    let mut wanted = Vec::new();
    for three in part.windows(3) {
        let [a, p, b] = three else { continue };
        let foretold = cubic(a, b).value((p.v / a.v).ln() / (b.v / a.v).ln());
        let at = [a, p, b].map(|p| p.snr.ln());
        let change = at.iter().fold(0.0f64, |most, x| most.max((x - at[1]).abs()));
        if (foretold - at[1]).abs() > FORETOLD + FORETOLD_PART * change {
            wanted.extend([middle(a, p), middle(p, b)]);
        }
    }
    for two in part.windows(2) {
        let [a, b] = two else { continue };
        let one_way = (curve_slope(a) > 0.0) == (curve_slope(b) > 0.0);
        if one_way && cubic(a, b).extrema().next().is_some() {
            wanted.push(middle(a, b));
        }
    }
    wanted.sort_by(f64::total_cmp);
    wanted.dedup_by(|a, b| *a / *b < 1.0 + 1e-9);
    wanted
}

impl Replica {
    /// Unbroken parts of the curve in ascending order of v: where no snr in reach has v, a branch goes on
    /// for ever.
    pub(super) fn curve(&self) -> Result<Vec<Vec<Point>>> {
        let mut parts: Vec<Vec<Point>> = Vec::new();
        let mut broken = true;
        let mut start = 0.0;
        for v in self.first_points().into_iter().rev() {
            // Roughly first, since the start may be far off.
            let rough = self.on_curve(v, start, Effort::Survey)?;
            start = rough.map_or(start, |point| point.snr.ln());
            match self.on_curve(v, start, Effort::Search)? {
                Some(point) => {
                    start = point.snr.ln();
                    match parts.last_mut() {
                        Some(part) if !broken => part.push(point),
                        _ => parts.push(vec![point]),
                    }
                    broken = false;
                }
                None => broken = true,
            }
        }
        parts.reverse();
        for part in &mut parts {
            part.reverse();
            for _ in 0..ROUNDS {
                let wanted = unclear(part);
                let mut new = Vec::new();
                for v in wanted {
                    let after = part.partition_point(|p| p.v < v);
                    let start = part[after.min(part.len() - 1)].snr.ln();
                    new.extend(self.on_curve(v, start, Effort::Search)?);
                }
                if new.is_empty() {
                    break;
                }
                part.extend(new);
                part.sort_by(|a, b| a.v.total_cmp(&b.v));
            }
        }
        Ok(parts)
    }

    fn first_points(&self) -> Vec<f64> {
        let rho = self.rho();
        let top = self.prior.variance().min(rho);
        let count = (DECADES * DENSITY) as usize;
        let mut grid: Vec<f64> = (0..count)
            .map(|k| top * 0.5 * 10f64.powf(-DECADES * k as f64 / count as f64))
            .collect();
        // Towards the largest v in powers of two.
        grid.extend((1..14).map(|k| top * (1.0 - 0.5f64.powi(k))));
        grid.extend([0.6, 0.7, 0.8].map(|part| top * part));
        grid.retain(|&v| v > FLOOR * rho);
        grid.sort_by(f64::total_cmp);
        grid.dedup_by(|a, b| *a / *b < 1.0 + 1e-9);
        grid
    }

    /// log snr up to which v is looked for, from the variance of φ.
    pub(super) fn reach(&self, v: f64, strongest: f64) -> Result<f64> {
        let power = self.weak_power()?;
        Ok((strongest * self.rho() / (v * power)).ln().clamp(-REACH, REACH))
    }

    /// The point of the stationary curve at v; None where no snr in reach has v.
    pub(super) fn on_curve(&self, v: f64, start: f64, effort: Effort) -> Result<Option<Point>> {
        let at = |lambda: f64| self.point(v, lambda.exp(), effort);
        let top = self.reach(v, STRONG)?;
        let (mut low, mut high) = (-REACH, top);
        let mut lambda = start.clamp(-REACH, top);
        let mut point = at(lambda)?;
        let mut unchecked = true;
        for _ in 0..80 {
            let f = point.excess();
            if f > 0.0 {
                low = lambda;
            } else {
                high = lambda;
            }
            let step = -f / point.excess_by_log_snr();
            let mut next = lambda + step.clamp(-3.0, 3.0);
            if unchecked && next >= top {
                unchecked = false;
                if at(top)?.excess() > 0.0 {
                    return Ok(None);
                }
            }
            if !(next > low && next < high) {
                next = 0.5 * (low + high);
            }
            // The rules change with snr, by no more than the search accuracy.
            if (next - lambda).abs() < 1e-8 || high - low < 1e-8 {
                let inside = lambda + REACH > 1e-6 && top - lambda > 1e-6;
                return Ok((inside && f.abs() < 1e-3).then_some(point));
            }
            lambda = next;
            point = at(lambda)?;
            if effort == Effort::Survey && point.excess().abs() < SURVEYED {
                return Ok(Some(point));
            }
        }
        Ok(None)
    }

    /// λ(v) to the certified accuracy of the channel, from a guess of it; log v is given.
    pub(super) fn certified_curve(&self, log_v: f64, guess: f64) -> Result<(Estimate, Point)> {
        let v = log_v.exp();
        let Some(mut point) = self.on_curve(v, guess, Effort::Search)? else {
            return Err(unconverged("the curve of stationary points", v, f64::INFINITY));
        };
        for _ in 0..STEPS {
            point = self.point(v, point.snr, Effort::Certify)?;
            let by_snr = point.excess_by_log_snr();
            let step = -point.excess() / by_snr;
            if step.abs() < CLOSE {
                let error = point.excess_error() / by_snr.abs() + step.abs() * CLOSE + 1e-14;
                return Ok((Estimate::new(point.snr.ln() + step, error), point));
            }
            point.snr *= step.exp();
        }
        Err(unconverged("the curve of stationary points", v, CLOSE))
    }
}
