//! The stationary point that is alone: found from one end, proved from both.

use super::collapse::CLEARLY;
use super::{FLOOR, Point, Replica};
use crate::channel::Effort;
use crate::error::Result;

/// Steps towards a single stable point before a search takes over.
const STEPS: usize = 40;

/// Iterates from either end before a search takes over.
const ITERATES: usize = 80;

impl Replica {
    /// The one stable point (besides a stationary v = ρ), found from below, if it is alone; None
    /// where that takes a search.
    pub(super) fn single(&self, snr: f64) -> Result<Option<f64>> {
        let rho = self.rho();
        let mut x = (FLOOR * rho).ln();
        let mut effort = Effort::Survey;
        for step in 0..STEPS {
            let point = self.point(x.exp(), snr, effort)?;
            let (f, slope) = (point.excess(), point.excess_by_log_v());
            if step == 0 && f <= 0.0 {
                return Ok(None);
            }
            // The map itself far away, Newton's method near by.
            let newton = f.abs() < 0.5 && slope < -0.1;
            let moved = if newton { -f / slope } else { f };
            x = (x + moved).min(rho.ln());
            if effort == Effort::Search && newton && moved.abs() < 1e-9 {
                let v = x.exp();
                let apart = !self.blind || v < rho * (1.0 - 1e-4);
                return Ok((apart && self.is_alone(v, snr)?).then_some(v));
            }
            if newton && moved.abs() < 0.1 {
                effort = Effort::Search;
            }
        }
        Ok(None)
    }

    /// True where the iterates from both ends close in on the stable point `v`, so that it is the
    /// only stationary point; false where they do not within a few steps.
    pub(super) fn is_alone(&self, v: f64, snr: f64) -> Result<bool> {
        /// How near in log v the iterates must come.
        const NEAR: f64 = 0.15;
        /// How near where the excess is flat.
        const NEAREST: f64 = 0.02;
        /// Mean slope on the way to v, at least, in units of the slope where it begins.
        const STRAIGHT: f64 = 0.3;
        /// Part of ρ beyond which v is beside it.
        const BESIDE: f64 = 0.97;
        /// Excess, beyond what r does to it, below which a survey is not enough.
        const SHORT: f64 = 0.1;
        /// Least progress in log v, of the distance left, and beyond what evaluations are wrong by in r.
        const LEAST: f64 = 0.03;
        const SURE: f64 = 3e-3;
        /// Largest snr v from above at first, in units of that at the stable point, and by what
        /// factor it grows where that is too little.
        const STRONGEST: f64 = 30.0;
        const STRONGER: f64 = 30.0;
        /// Progress in log v that is too little while a larger snr is at hand.
        const SLOW: f64 = 0.05;
        let rho = self.rho();
        let steep = |p: &Point| p.excess_by_log_v() < -0.1;
        // The excess falls to zero at v as its slope has it: no room for two more zeros.
        let straight = |p: &Point, side: f64, distance: f64| {
            side * p.excess() > STRAIGHT * p.excess_by_log_v().abs() * distance
        };
        let mut starts = vec![(FLOOR * rho, 1.0)];
        if !self.blind {
            starts.push((rho, -1.0));
        } else if v < rho {
            // v = ρ itself never moves; the caller compares its potential. Where it is not unstable,
            // another point lies between.
            if !self.leaves_symmetric_point(snr)? {
                return Ok(false);
            }
            starts.push((rho * (1.0 - 1e-3), -1.0));
        }
        for (start, side) in starts {
            let mut at = start;
            let mut steps = 0;
            let mut strongest = STRONGEST;
            loop {
                // The map falls as snr grows, so an iterate at a smaller snr still bounds from above,
                // and spares the long signals of large v.
                let weaker = if side < 0.0 { snr.min(strongest * snr * v / at) } else { snr };
                let mut point = self.point(at, weaker, Effort::Survey)?;
                let distance = side * (v / at).ln();
                let nearest = distance <= NEAREST;
                let close = nearest || (distance <= NEAR && straight(&point, side, distance));
                if close && steep(&point) {
                    break;
                }
                if nearest {
                    return Ok(false);
                }
                // A survey may be further off than a short step. Beside v = ρ it is not: all of r is small.
                let beside = self.blind && side < 0.0 && at > BESIDE * rho;
                if !beside && point.excess().abs() < SHORT * (1.0 + point.sensitivity()) {
                    point = self.point(at, weaker, Effort::Search)?;
                }
                let next = point.latent.mmse.value;
                // An iterate that stops short has found another stationary point.
                let progress = side * (next / at).ln();
                // Beside an unstable v = ρ the first steps are small.
                let least = if beside {
                    1e-4
                } else {
                    (LEAST * distance.min(1.0)).max(SURE * (1.0 + point.sensitivity()))
                };
                // Beside v = ρ steps are small but grow from one to the next.
                let departs = self.blind && rho - next > 1.5 * (rho - at);
                if progress < least.max(SLOW) && !departs && weaker < snr {
                    strongest *= STRONGER;
                    continue;
                }
                strongest = STRONGEST;
                if progress < least || steps >= ITERATES {
                    return Ok(false);
                }
                at = next;
                steps += 1;
            }
        }
        Ok(true)
    }

    /// True where v = ρ, stationary by symmetry, is clearly unstable: its stability only falls as snr
    /// grows, like the variance of E[w² − 1|y], and short signals are quicker.
    fn leaves_symmetric_point(&self, snr: f64) -> Result<bool> {
        let unstable = |point: Point| point.excess_by_log_v() > CLEARLY;
        Ok(unstable(self.without_hint(snr)?)
            || unstable(self.point(self.rho(), snr, Effort::Survey)?))
    }
}
