//! First-order transitions: the equilibrium jumps where the potentials of two branches are equal.

use super::curve::REACH;
use super::{Branches, FirstOrder, Replica, Saddle, Spinodal};
use crate::answer::Answer;
use crate::error::Result;
use crate::numerics::Estimate;

/// Steps of Newton's method towards a first-order transition.
const STEPS: usize = 30;

/// log snr at which nothing has been learnt: a window of coexistence that never closes begins there.
const EARLY: f64 = -5.0;

/// Two branches, that of smaller v first.
struct Pair {
    of: fn(&Branches) -> Option<(Saddle, Saddle)>,
    /// The difference of their potentials where one of them does not exist.
    missing: f64,
}

const OUTERMOST: Pair = Pair { of: |b| Some((*b.informed(), *b.uninformed())), missing: 0.0 };

/// The branch between appears within the window of its transition with the uninformed one …
const UPPER: Pair = Pair { of: |b| Some((between(b)?, *b.uninformed())), missing: f64::INFINITY };

/// … and may end within that of the other.
const LOWER: Pair = Pair { of: |b| Some((*b.informed(), between(b)?)), missing: f64::NEG_INFINITY };

/// The stable branch of least potential of those that are strictly between the outermost.
fn between(branches: &Branches) -> Option<Saddle> {
    let (low, high) = (branches.informed().variance.value, branches.uninformed().variance.value);
    let inside = |s: &&Saddle| s.stable && s.variance.value > low && s.variance.value < high;
    let all = branches.all().iter().filter(inside);
    all.min_by(|a, b| a.information.value.total_cmp(&b.information.value)).copied()
}

impl Replica {
    /// Where the potentials of the outermost stable branches are equal, within each window of
    /// coexistence.
    pub(super) fn first_order(
        &self,
        spinodals: &[Spinodal],
        weak: &Answer,
    ) -> Result<Vec<FirstOrder>> {
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
            self.transitions_within(low, high, &mut found)?;
        }
        found.sort_by(|a, b| a.log_snr.value.total_cmp(&b.log_snr.value));
        // Two windows may hold the same transition.
        found.dedup_by(|a, b| (a.log_snr.value - b.log_snr.value).abs() < 1e-8);
        Ok(found)
    }

    /// The transitions for log snr in [low, high]: one from the outermost branch to the other, or two by
    /// way of a branch between them that is lower where those are equal.
    fn transitions_within(&self, low: f64, high: f64, found: &mut Vec<FirstOrder>) -> Result<()> {
        let Some(outer) = self.crossing(low, high, &OUTERMOST)? else { return Ok(()) };
        let at = outer.log_snr.value;
        let lower = between(&self.branches(at.exp())?)
            .is_some_and(|s| s.information.upper() < outer.information.lower());
        if lower {
            found.extend(self.crossing(low, at, &UPPER)?);
            found.extend(self.crossing(at, high, &LOWER)?);
        } else {
            found.push(outer);
        }
        Ok(())
    }

    /// Where two branches have equal potentials for log snr in [low, high]: Newton's method with
    /// d gap/d log snr = ½ snr (mmse − mmse′), kept in a bracket.
    fn crossing(&self, low: f64, high: f64, pair: &Pair) -> Result<Option<FirstOrder>> {
        let gap = |lambda: f64| -> Result<(f64, Option<(Saddle, Saddle)>)> {
            let two = (pair.of)(&self.branches(lambda.exp())?);
            let gap = two.map_or(pair.missing, |(a, b)| a.information.value - b.information.value);
            Ok((gap, two))
        };
        // At the very ends of the window two branches are one.
        let margin = 1e-3 * (high - low).min(1.0);
        let (mut low, mut high) = (low + margin, high - margin);
        if gap(low)?.0 <= 0.0 {
            return Ok(None);
        }
        // The transition is usually near the opening; strong signals are slow.
        let mut width = 1.0;
        while low + width < high {
            // Nothing remains of the gap where the uninformed branch has just ended.
            if gap(low + width)?.0 <= 0.0 {
                high = low + width;
                break;
            }
            low += width;
            width *= 2.0;
        }
        let mut lambda = 0.5 * (low + high);
        for _ in 0..STEPS {
            let (value, two) = gap(lambda)?;
            if value > 0.0 {
                low = lambda;
            } else {
                high = lambda;
            }
            let mut next = f64::NAN;
            if let Some((a, b)) = two {
                let slope = 0.5 * lambda.exp() * (a.mmse.value - b.mmse.value);
                let step = -value / slope;
                if slope < 0.0 && step.abs() < 1e-6 {
                    let open = (a.information.error + b.information.error) / slope.abs();
                    let log_snr = Estimate::new(lambda + step, open + 10.0 * step * step)
                        .widened(f64::EPSILON);
                    let lower = if value < 0.0 { a } else { b };
                    let moved = 0.5 * lambda.exp() * b.mmse.value * step.abs();
                    return Ok(Some(FirstOrder {
                        log_snr,
                        informed: a.variance,
                        uninformed: b.variance,
                        information: lower.information.widened(moved),
                    }));
                }
                next = lambda + step;
            }
            if high - low < 1e-9 {
                return Ok(None);
            }
            lambda = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Ok(None)
    }
}
