//! First-order transitions: the equilibrium jumps where the potentials of two branches are equal.
//!
//! Between two spinodals (or weak recovery) the stable branches stay what they are, so that they can be
//! numbered by v. The equilibrium's v falls as snr grows: its number does, at first-order transitions.

use super::curve::REACH;
use super::{FirstOrder, Replica, Saddle, Spinodal, unconverged};
use crate::answer::Answer;
use crate::error::Result;
use crate::numerics::Estimate;

/// Steps of Newton's method towards a first-order transition.
const STEPS: usize = 60;

/// log snr at which nothing has been learnt: coexistence that never begins is there already.
const EARLY: f64 = -5.0;

/// The same below the first spinodal.
const BEFORE: f64 = 8.0;

/// What is left out beside a spinodal, where two branches are one, in log snr and of the interval.
const MARGIN: f64 = 1e-3;

/// Least width of an interval.
const NARROW: f64 = 1e-7;

/// Step in log snr that is the last one, and how much faster log v may move.
const CLOSE: f64 = 1e-9;
const FASTER: f64 = 100.0;

/// The number of the equilibrium among stable branches.
fn equilibrium(stable: &[Saddle]) -> usize {
    let information = |k: &usize| stable[*k].information.value;
    (0..stable.len()).min_by(|a, b| information(a).total_cmp(&information(b))).unwrap_or(0)
}

impl Replica {
    /// Every first-order transition, in ascending order of log snr.
    pub(super) fn first_order(
        &self,
        spinodals: &[Spinodal],
        weak: &Answer,
    ) -> Result<Vec<FirstOrder>> {
        let mut ends: Vec<f64> = spinodals.iter().map(|s| s.log_snr.value).collect();
        ends.extend(weak.value());
        let mut found = Vec::new();
        if ends.is_empty() && self.prior.entropy().is_none() {
            // One branch at every snr. A discrete latent has one at v near 0 besides.
            return Ok(found);
        }
        let first = ends.iter().fold(EARLY, |least, end| least.min(end - BEFORE));
        ends.extend([first, REACH]);
        ends.sort_by(f64::total_cmp);
        for pair in ends.windows(2).filter(|pair| pair[1] - pair[0] > NARROW) {
            let margin = MARGIN * (pair[1] - pair[0]).min(1.0);
            self.jumps_within(pair[0] + margin, pair[1] - margin, &mut found)?;
        }
        Ok(found)
    }

    /// Stable branches in ascending order of v.
    fn stable(&self, log_snr: f64) -> Result<Vec<Saddle>> {
        let branches = self.branches(log_snr.exp())?;
        Ok(branches.all().iter().filter(|s| s.stable).copied().collect())
    }

    /// The transitions in an interval without a spinodal: usually near where it opens, and strong signals
    /// are slow.
    fn jumps_within(&self, low: f64, high: f64, found: &mut Vec<FirstOrder>) -> Result<()> {
        let mut low = low;
        let mut at = equilibrium(&self.stable(low)?);
        let mut width = 1.0;
        while at > 0 && low < high {
            let next = (low + width).min(high);
            let then = equilibrium(&self.stable(next)?);
            self.jumps(low, next, at, then, found)?;
            (low, at) = (next, then);
            width *= 2.0;
        }
        Ok(())
    }

    /// The transitions from branch `upper` at `low` to branch `lower` at `high`: one, or more by way of a
    /// branch between them that has less potential where theirs are equal.
    fn jumps(
        &self,
        low: f64,
        high: f64,
        upper: usize,
        lower: usize,
        found: &mut Vec<FirstOrder>,
    ) -> Result<()> {
        if lower >= upper {
            return Ok(());
        }
        let jump = self.crossing(low, high, upper, lower)?;
        let at = jump.log_snr.value;
        let least = equilibrium(&self.stable(at)?);
        if least > lower && least < upper {
            self.jumps(low, at, upper, least, found)?;
            self.jumps(at, high, least, lower, found)
        } else {
            found.push(jump);
            Ok(())
        }
    }

    /// Where two branches have equal potentials for log snr in [low, high]: Newton's method with
    /// d gap/d log snr = ½ snr (mmse − mmse′), kept in a bracket.
    fn crossing(&self, low: f64, high: f64, upper: usize, lower: usize) -> Result<FirstOrder> {
        let (mut low, mut high) = (low, high);
        let mut lambda = 0.5 * (low + high);
        for _ in 0..STEPS {
            let stable = self.stable(lambda)?;
            let (Some(a), Some(b)) = (stable.get(lower), stable.get(upper)) else { break };
            let gap = a.information - b.information;
            if gap.value > 0.0 {
                low = lambda;
            } else {
                high = lambda;
            }
            let slope = 0.5 * lambda.exp() * (a.mmse.value - b.mmse.value);
            let step = -gap.value / slope;
            let close = step.abs() < CLOSE || gap.value.abs() <= gap.error;
            if slope < 0.0 && close {
                let error = gap.error / slope.abs() + 10.0 * step * step + f64::EPSILON;
                let less = if gap.value < 0.0 { a } else { b };
                let moved = |v: Estimate| v.widened(FASTER * step.abs() * v.value);
                let told = 0.5 * lambda.exp() * b.mmse.value * step.abs();
                return Ok(FirstOrder {
                    log_snr: Estimate::new(lambda + step, error),
                    informed: moved(a.variance),
                    uninformed: moved(b.variance),
                    information: less.information.widened(told),
                });
            }
            let next = lambda + step;
            lambda = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Err(unconverged("first-order transition", lambda, high - low))
    }
}
