//! First-order transitions, spinodals and weak recovery along the snr axis.
//!
//! State evolution fixes v ↦ snr uniquely: at given v the excess decreases with snr, since more signal
//! never leaves more variance. So the stationary points form one curve log snr = λ(v), its local
//! extrema are the spinodals, and between a maximum and a minimum lie three branches. Discrete latents
//! can be learnt exactly: v = 0 is then a branch at every snr, as in the binary perceptron `[G90]`.

use super::curve::{REACH, curve_slope};
use super::{Point, Replica, unconverged};
use crate::answer::Answer;
use crate::channel::Effort;
use crate::error::Result;
use crate::numerics::{Estimate, roots};

/// Signal variance at v = ρ up to which weak recovery is looked for.
const STRONGEST: f64 = 1e6;

/// What the slope dλ/d log v may be wrong by: its second derivatives carry no bound of their own.
const SLOPE_ERROR: f64 = 1e-6;

/// How many times the difference of two ladders is taken for the error of a growth rate, and what it is
/// at least.
const DOUBT: f64 = 4.0;
const ROUNDING: f64 = 1e-11;

/// Distance in log v over which the curvature of λ at a spinodal is taken.
const BESIDE: f64 = 0.02;

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

impl Replica {
    /// Spinodals, first-order transitions and weak recovery along log snr in ±20.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if a rule or a search fails.
    pub fn transitions(&self) -> Result<Transitions> {
        let weak_recovery = self.weak_recovery()?;
        let mut spinodals = Vec::new();
        for part in self.curve()? {
            for pair in part.windows(2) {
                if (curve_slope(&pair[0]) > 0.0) != (curve_slope(&pair[1]) > 0.0) {
                    spinodals.push(self.spinodal(pair[0], pair[1])?);
                }
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
                let s = curve_slope(&point);
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
            Some(point) => Ok(curve_slope(&point)),
            None => Err(unconverged("spinodal", x.exp(), f64::INFINITY)),
        };
        let left = (root.value - BESIDE).max(a.v.ln());
        let right = (root.value + BESIDE).min(b.v.ln());
        let curvature = (near(right)? - near(left)?).abs() / (right - left);
        let slope = curve_slope(&certified).abs() + SLOPE_ERROR;
        let log_snr = Estimate::new(at.value, at.error + slope * (slope / curvature).min(BESIDE));
        let variance = root.exp();
        // Towards larger v the curve falls again behind a maximum.
        let ends_uninformed = curve_slope(&a) > 0.0;
        Ok(Spinodal { log_snr, variance, ends_uninformed })
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
        let growth = |lambda: f64, effort: Effort| -> Result<f64> {
            let output = self.channel.at(rho, lambda.exp(), effort)?;
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
        if growth(high, Effort::Search)? <= 0.0 {
            return Ok(Answer::absent(format!("v = rho stays stable up to log snr = {high:.3}")));
        }
        let mut low = high - 2.0;
        while growth(low, Effort::Search)? >= 0.0 {
            if low < -REACH {
                return Ok(Answer::absent(format!(
                    "v = rho is unstable down to log snr = {low:.3}"
                )));
            }
            (low, high) = (low - 2.0, low);
        }
        let mut failure = None;
        // Second derivatives carry no bound: two ladders of rules show it.
        let both = |lambda: f64| -> Result<Estimate> {
            let (a, b) = (growth(lambda, Effort::Certify)?, growth(lambda, Effort::Polish)?);
            Ok(Estimate::new(b, DOUBT * (a - b).abs() + ROUNDING))
        };
        let f = |lambda: f64| match both(lambda) {
            Ok(value) => value,
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
}
