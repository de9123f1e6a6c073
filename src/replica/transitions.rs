//! First-order transitions, spinodals and weak recovery along the snr axis.
//!
//! State evolution fixes v ↦ snr uniquely: at given v the excess decreases with snr, since more signal
//! never leaves more variance. So the stationary points form one curve log snr = λ(v), its local
//! extrema are the spinodals, and between a maximum and a minimum lie three branches. Discrete latents
//! can be learnt exactly: v = 0 is then a branch at every snr, as in the binary perceptron `[G90]`.

use super::{Branches, FLOOR, Point, Replica, unconverged};
use crate::answer::Answer;
use crate::channel::Effort;
use crate::error::Result;
use crate::numerics::{Estimate, roots};

/// Range of log snr that is searched.
const REACH: f64 = 20.0;

/// Signal variance given V, in units of the noise, beyond which the curve is at its noiseless end.
const STRONG: f64 = 1e4;

/// Signal variance at v = ρ up to which weak recovery is looked for.
const STRONGEST: f64 = 1e6;

/// Excess at which a surveyed point lies on the curve.
const SURVEYED: f64 = 1e-2;

/// Steps of Newton's method towards a first-order transition.
const STEPS: usize = 30;

/// Step in log snr whose square is no error.
const CLOSE: f64 = 1e-7;

/// What the slope dλ/d log v may be wrong by: its second derivatives carry no bound of their own.
const SLOPE_ERROR: f64 = 1e-6;

/// Distance in log v over which the curvature of λ at a spinodal is taken.
const BESIDE: f64 = 0.02;

/// log snr at which nothing has been learnt: a window of coexistence that never closes begins there.
const EARLY: f64 = -5.0;

/// Points of the curve λ(v) a decade of v.
const DENSITY: f64 = 6.0;

/// A limit of metastability: two stationary points merge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spinodal {
    /// log snr where they merge.
    pub log_snr: Estimate,
    /// v where they merge.
    pub variance: Estimate,
    /// True where the branch of larger v (uninformed) ends; false where the informed one begins.
    pub ends_uninformed: bool,
}

/// An snr at which the equilibrium jumps from one branch to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstOrder {
    /// log snr where the two potentials are equal.
    pub log_snr: Estimate,
    /// v on the informed side.
    pub informed: Estimate,
    /// v on the uninformed side.
    pub uninformed: Estimate,
    /// Information per dimension there, in nats.
    pub information: Estimate,
}

/// What happens along the snr axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Transitions {
    /// Spinodals in ascending order of v.
    pub spinodals: Vec<Spinodal>,
    /// First-order transitions in ascending order of log snr.
    pub first_order: Vec<FirstOrder>,
    /// log snr at which v = ρ becomes unstable, for models that are blind without a hint.
    pub weak_recovery: Answer,
}

/// The grid value that follows `v`.
fn grid_after(grid: &[f64], v: f64) -> f64 {
    grid.iter().copied().find(|&x| x > v * (1.0 + 1e-12)).unwrap_or(f64::INFINITY)
}

impl Replica {
    /// log snr up to which v is looked for, from the variance of φ.
    fn reach(&self, v: f64, strongest: f64) -> Result<f64> {
        let power = self.weak_power()?;
        Ok((strongest * self.rho() / (v * power)).ln().clamp(-REACH, REACH))
    }

    /// The point of the stationary curve at v; None where no snr in reach has v.
    fn on_curve(&self, v: f64, start: f64, effort: Effort) -> Result<Option<Point>> {
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

    /// dλ/d log v along the stationary curve.
    fn curve_slope(point: &Point) -> f64 {
        -point.excess_by_log_v() / point.excess_by_log_snr()
    }

    /// Spinodals, first-order transitions and weak recovery along log snr in ±20.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if a rule or a search fails.
    pub fn transitions(&self) -> Result<Transitions> {
        let weak_recovery = self.weak_recovery()?;
        let rho = self.rho();
        let top = self.prior.variance().min(rho);
        let mut grid: Vec<f64> = Vec::new();
        let decades = 6.0;
        let count = (decades * DENSITY) as usize;
        for k in 0..count {
            grid.push(top * 0.5 * 10f64.powf(-decades * k as f64 / count as f64));
        }
        for k in 1..14 {
            grid.push(top * (1.0 - 0.5f64.powi(k)));
        }
        grid.push(top * 0.6);
        grid.push(top * 0.7);
        grid.push(top * 0.8);
        grid.retain(|&v| v > FLOOR * rho);
        grid.sort_by(f64::total_cmp);
        grid.dedup_by(|a, b| *a / *b < 1.0 + 1e-9);
        let mut curve: Vec<Point> = Vec::new();
        let mut start = 0.0;
        for &v in grid.iter().rev() {
            // Roughly first, since the start may be far off.
            let rough = self.on_curve(v, start, Effort::Survey)?;
            start = rough.map_or(start, |point| point.snr.ln());
            if let Some(point) = self.on_curve(v, start, Effort::Search)? {
                start = point.snr.ln();
                curve.push(point);
            }
        }
        curve.reverse();
        let mut spinodals = Vec::new();
        for pair in curve.windows(2) {
            // Where no snr in reach has v, the curve is broken: a branch goes on for ever.
            if pair[1].v > grid_after(&grid, pair[0].v) * (1.0 + 1e-12) {
                continue;
            }
            let (a, b) = (Self::curve_slope(&pair[0]), Self::curve_slope(&pair[1]));
            if (a > 0.0) != (b > 0.0) {
                spinodals.push(self.spinodal(pair[0], pair[1])?);
            }
        }
        let first_order = self.first_order(&spinodals, &weak_recovery)?;
        Ok(Transitions { spinodals, first_order, weak_recovery })
    }

    /// The extremum of λ(v) between two points of the curve.
    fn spinodal(&self, a: Point, b: Point) -> Result<Spinodal> {
        let mut failure = None;
        let mut start = a.snr.ln();
        let slope = |x: f64| match self.on_curve(x.exp(), start, Effort::Search) {
            Ok(Some(point)) => {
                start = point.snr.ln();
                let s = Self::curve_slope(&point);
                // The second derivatives in it carry no bound of their own; this covers them.
                Estimate::new(s, SLOPE_ERROR * (1.0 + s.abs()))
            }
            Ok(None) => Estimate::exact(f64::NAN),
            Err(error) => {
                failure.get_or_insert(error);
                Estimate::exact(f64::NAN)
            }
        };
        let root = roots::bracketed("spinodal", slope, a.v.ln(), b.v.ln());
        if let Some(error) = failure {
            return Err(error);
        }
        let root = root?.estimate();
        let (at, certified) = self.certified_curve(root.value, start)?;
        // λ is flat here: what a slope s leaves open is s²/2λ″ (or s times the distance, where
        // two extrema nearly meet); s is the slope of the certified point and what its second
        // derivatives may miss.
        let near = |x: f64| match self.on_curve(x.exp(), at.value, Effort::Search)? {
            Some(point) => Ok(Self::curve_slope(&point)),
            None => Err(unconverged("spinodal", x.exp(), f64::INFINITY)),
        };
        let left = (root.value - BESIDE).max(a.v.ln());
        let right = (root.value + BESIDE).min(b.v.ln());
        let curvature = (near(right)? - near(left)?).abs() / (right - left);
        let slope = Self::curve_slope(&certified).abs() + SLOPE_ERROR;
        let log_snr = Estimate::new(at.value, at.error + slope * (slope / curvature).min(BESIDE));
        let variance = root.exp();
        // Towards larger v the curve falls again behind a maximum.
        let ends_uninformed = Self::curve_slope(&a) > 0.0;
        Ok(Spinodal { log_snr, variance, ends_uninformed })
    }

    /// λ(v) to the certified accuracy of the channel, from a guess of it; log v is given.
    fn certified_curve(&self, log_v: f64, guess: f64) -> Result<(Estimate, Point)> {
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

    /// log snr at which v = ρ loses stability: (2/β) mmse′(0) ∂²I_out/∂v² = 1 at v = ρ.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if a rule or a search fails.
    pub fn weak_recovery(&self) -> Result<Answer> {
        if !self.blind {
            return Ok(Answer::absent(
                "v = rho is not a stationary point: something is learnt at every snr",
            ));
        }
        let rho = self.rho();
        let growth = |lambda: f64| -> Result<f64> {
            let output = self.channel.at(rho, lambda.exp(), Effort::Certify)?;
            let slope = -self.prior.variance().powi(2);
            Ok((2.0 / self.beta * output.by_variance_twice * slope).max(f64::MIN_POSITIVE).ln())
        };
        // The growth rises with snr, like the variance of E[w² − 1|y].
        let survey = |lambda: f64| self.point(rho, lambda.exp(), Effort::Survey);
        let limit = self.reach(rho, STRONGEST)?;
        let mut high = self.reach(rho, 1.0)?;
        while survey(high)?.excess_by_log_v() < 0.05 && high < limit {
            high = (high + 2.0).min(limit);
        }
        if growth(high)? <= 0.0 {
            return Ok(Answer::absent(format!("v = rho stays stable up to log snr = {high:.3}")));
        }
        let mut low = high - 2.0;
        while growth(low)? >= 0.0 {
            if low < -REACH {
                return Ok(Answer::absent(format!(
                    "v = rho is unstable down to log snr = {low:.3}"
                )));
            }
            (low, high) = (low - 2.0, low);
        }
        let mut failure = None;
        let f = |lambda: f64| match growth(lambda) {
            Ok(value) => Estimate::new(value, 1e-9),
            Err(error) => {
                failure.get_or_insert(error);
                Estimate::exact(f64::NAN)
            }
        };
        let root = roots::bracketed("weak recovery", f, low, high);
        if let Some(error) = failure {
            return Err(error);
        }
        Ok(root?.estimate().into())
    }

    /// Where the potentials of the outermost stable branches are equal, within each window of
    /// coexistence.
    fn first_order(&self, spinodals: &[Spinodal], weak: &Answer) -> Result<Vec<FirstOrder>> {
        // A window opens where the informed branch appears and closes where the uninformed one ends;
        // for blind models the uninformed branch may end at v = ρ by a continuous instability.
        let mut windows: Vec<(f64, f64)> = Vec::new();
        let mut openings: Vec<f64> =
            spinodals.iter().filter(|s| !s.ends_uninformed).map(|s| s.log_snr.value).collect();
        let mut closings: Vec<f64> =
            spinodals.iter().filter(|s| s.ends_uninformed).map(|s| s.log_snr.value).collect();
        closings.extend(weak.value());
        if self.prior.entropy().is_some() {
            // A discrete latent has an informed branch at v near 0 at every snr.
            openings.extend(closings.iter().map(|c| c - 8.0));
            openings.push(EARLY);
        }
        // A branch may also go on for ever.
        closings.push(REACH);
        for &closing in &closings {
            let latest = openings.iter().copied().filter(|o| *o < closing);
            let opening = latest.fold(f64::NEG_INFINITY, f64::max);
            if opening.is_finite() {
                windows.push((opening, closing));
            }
        }
        let mut found = Vec::new();
        for (low, high) in windows {
            if let Some(transition) = self.crossing(low, high)? {
                found.push(transition);
            }
        }
        found.sort_by(|a, b| a.log_snr.value.total_cmp(&b.log_snr.value));
        // Two windows may hold the same transition.
        found.dedup_by(|a, b| (a.log_snr.value - b.log_snr.value).abs() < 1e-8);
        Ok(found)
    }

    /// Where the informed and the uninformed branch have equal potentials for log snr in
    /// [low, high]: Newton's method with d gap/d log snr = ½ snr (mmse − mmse′), kept in a bracket.
    fn crossing(&self, low: f64, high: f64) -> Result<Option<FirstOrder>> {
        let gap = |lambda: f64| -> Result<(Estimate, f64, Branches)> {
            let branches = self.branches(lambda.exp())?;
            let (a, b) = (branches.informed(), branches.uninformed());
            let slope = 0.5 * lambda.exp() * (a.mmse.value - b.mmse.value);
            Ok((a.information - b.information, slope, branches))
        };
        // At the very ends of the window two branches are one.
        let margin = 1e-3 * (high - low).min(1.0);
        let (mut low, mut high) = (low + margin, high - margin);
        if gap(low)?.0.value <= 0.0 {
            return Ok(None);
        }
        // The transition is usually near the opening; strong signals are slow.
        let mut width = 1.0;
        while low + width < high {
            // Nothing remains of the gap where the uninformed branch has just ended.
            if gap(low + width)?.0.value <= 0.0 {
                high = low + width;
                break;
            }
            low += width;
            width *= 2.0;
        }
        let mut lambda = 0.5 * (low + high);
        for _ in 0..STEPS {
            let (value, slope, branches) = gap(lambda)?;
            if value.value > 0.0 {
                low = lambda;
            } else {
                high = lambda;
            }
            let step = -value.value / slope;
            if slope < 0.0 && step.abs() < 1e-6 {
                let error = value.error / slope.abs() + 10.0 * step * step + f64::EPSILON;
                return Ok(Some(FirstOrder {
                    log_snr: Estimate::new(lambda + step, error),
                    informed: branches.informed().variance,
                    uninformed: branches.uninformed().variance,
                    information: branches.equilibrium().information.widened(
                        0.5 * lambda.exp() * branches.uninformed().mmse.value * step.abs(),
                    ),
                }));
            }
            if high - low < 1e-9 {
                return Ok(None);
            }
            let next = lambda + step;
            lambda = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Ok(None)
    }
}
