//! Transition times at finite n and d, each by its own definition.

use super::{Ensemble, Quantity};
use crate::answer::Answer;
use crate::error::Result;
use crate::numerics::{Estimate, roots};
use crate::process::{Noise, time_estimate};
use std::cell::RefCell;
use std::f64::consts::LN_2;

/// Largest |log τ| relative to the asymptotic transition at which a crossing is looked for.
const FARTHEST: f64 = 200.0;

impl Ensemble {
    /// Time, OU, at which two clones end on the same sample with probability ½: φ_C = ½.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn clone_collapse_time(&self) -> Result<Answer> {
        // φ_C = E w_1 (Nishimori), and the own weight is the cheaper of the two integrals.
        self.crossing("clone collapse time", |noise| {
            Ok(0.5 - self.mean(Quantity::OwnWeight, noise)?)
        })
    }

    /// Time, OU, at which the leave-one-out excess entropy E log(Z_{2..n}/Z_1) vanishes.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn leave_one_out_time(&self) -> Result<Answer> {
        self.crossing("leave-one-out time", |noise| self.mean(Quantity::LeaveOneOut, noise))
    }

    /// Time, OU, at which the mean number of participating samples is two: E [1/Σ w²] = 2.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn participation_time(&self) -> Result<Answer> {
        self.crossing("participation time", |noise| {
            let participation = self.mean(Quantity::Participation, noise)?;
            Ok(if participation.value.is_finite() {
                1.0 - 2.0 / participation
            } else {
                Estimate::exact(1.0)
            })
        })
    }

    /// The zero of a function of the noise that increases from negative values at t = 0 to positive
    /// ones at t = ∞, if there are more than two samples.
    fn crossing(
        &self,
        what: &'static str,
        f: impl Fn(Noise) -> Result<Estimate>,
    ) -> Result<Answer> {
        if self.n.log <= LN_2 * (1.0 + 1e-12) {
            return Ok(Answer::absent("no transition: with two samples it is never reached"));
        }
        // The first error is kept and handed on; the search sees a NaN and stops.
        let failure = RefCell::new(None);
        let at = |x: f64| {
            f(Noise::at_tau(x.exp())).unwrap_or_else(|error| {
                failure.borrow_mut().get_or_insert(error);
                Estimate::exact(f64::NAN)
            })
        };
        let rate = 2.0 * self.n.log / self.d;
        let log_growth = if rate > 30.0 { rate } else { rate.exp_m1().ln() };
        let start = self.variance.ln() - log_growth;
        let rising = at(start).value < 0.0;
        let (mut near, mut step) = (start, (4.0 / self.d.sqrt()).min(1.0));
        let found = loop {
            let far = if rising { near + step } else { near - step };
            let y = at(far);
            if y.sign_is_certain() && (y.value > 0.0) == rising {
                break roots::bracketed(what, at, near.min(far), near.max(far));
            }
            if (far - start).abs() > FARTHEST || y.value.is_nan() {
                break Err(crate::numerics::NumericsError::NotBracketed {
                    what,
                    low: start.min(far),
                    high: start.max(far),
                });
            }
            near = if y.sign_is_certain() { far } else { near };
            step *= 2.0;
        };
        match (failure.take(), found) {
            (Some(error), _) => Err(error),
            (None, found) => Ok(time_estimate(-found?.estimate()).into()),
        }
    }
}
