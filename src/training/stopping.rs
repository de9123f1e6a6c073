//! When to stop: the best training time, and when memorisation sets in.

use super::contour::{Contour, FEWER_NODES, NODES, SEARCH_NODES};
use super::learner::Learner;
use super::losses::{Losses, Training};
use crate::answer::Answer;
use crate::numerics::roots;
use crate::numerics::{Estimate, NumericsError};

/// Step of the search in log τ.
const STEP: f64 = 0.2;

/// Slope below which only rounding speaks.
const FLAT: f64 = 1e-11;

/// Slope below which the larger contour is asked.
const DOUBTED: f64 = 1e-4;

/// Steps of the search at most: 160 in log τ.
const STEPS: usize = 800;

/// Steps below the first point while the loss rises there.
const STEPS_DOWN: usize = 100;

/// Rise of the test loss below which there is none to speak of.
const RISE: f64 = 1e-10;

/// Rounding of slopes and losses on contours, relative to the larger of one and the loss.
const ROUNDING: f64 = 3e-14;

/// Training time at the minimum of the test loss, and what comes after.
#[derive(Clone, Debug)]
pub struct Stopping {
    /// The best time to stop, with the losses there.
    pub best: Answer<(Estimate, Losses)>,
    /// The losses at the end of training.
    pub end: Answer<Losses>,
    /// Times at which these shares of the rise of the test loss from its minimum to its end have passed.
    pub rises: [Answer; 3],
}

/// The shares of the rise: its onset, a tenth, a half.
pub const SHARES: [f64; 3] = [0.01, 0.1, 0.5];

impl Learner {
    /// The limit of τ_gen for many samples and features: 1/(2Δa²Γ²) of the slowest direction.
    pub fn generalisation_limit(&self) -> Estimate {
        let c = &self.coefficients;
        let slowest = self
            .population
            .atoms()
            .iter()
            .map(|(_, s)| c.gain2_of(*s))
            .fold(f64::INFINITY, f64::min);
        1.0 / (c.a * c.a * Estimate::rounded(2.0 * c.delta * slowest))
    }

    /// τ_mem, the scale on which memorisation happens: that of the earliest mode.
    pub fn memorisation_time(&self) -> Answer {
        if self.draws.is_finite() {
            return Answer::absent(
                "defined for the exact average over the noise (--noise-draws inf)",
            );
        }
        let rate = Estimate::rounded(self.rate());
        let times = self.memories().into_iter().map(|mode| 1.0 / (rate * mode.above));
        match times.min_by(|a, b| a.value.total_cmp(&b.value)) {
            Some(time) if time.is_known() => Answer::Value(time),
            _ => Answer::absent(
                "no mode of memorisation separates: c ≤ √(n/p) along every direction of the data",
            ),
        }
    }

    /// Searches the best time to stop and what follows it.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn stopping(&self) -> Result<Stopping, NumericsError> {
        let end = self.losses(Training::Flow(f64::INFINITY))?;
        let minima = self.minima()?;
        let mut best: Option<(Estimate, Losses)> = None;
        for tau in minima {
            if let Answer::Value(losses) = self.losses(Training::Flow(tau.value))?
                && best.as_ref().is_none_or(|(_, least)| losses.test.value < least.test.value)
            {
                best = Some((tau, losses));
            }
        }
        let falls = "the test loss falls to the end of training: the longer the better (τ = ∞)";
        let best = match (best, &end) {
            (Some((_, losses)), Answer::Value(end)) if end.test.value < losses.test.value => {
                Answer::absent(falls)
            }
            (Some(best), _) => Answer::Value(best),
            (None, _) => Answer::absent(falls),
        };
        let mut rises = [const { Answer::Absent(std::borrow::Cow::Borrowed("")) }; 3];
        for (rise, share) in rises.iter_mut().zip(SHARES) {
            *rise = self.risen(&best, &end, share)?;
        }
        Ok(Stopping { best, end, rises })
    }

    /// Where the test loss has a minimum in training time.
    fn minima(&self) -> Result<Vec<Estimate>, NumericsError> {
        let limit = self.generalisation_limit().value;
        let first = (0.1 * limit * self.psi_n.min(1.0) * self.psi_p.min(1.0)).ln();
        let last = (10.0 * self.slowest_time()).ln();
        let mut walk = Walk { learner: self, near: None };
        let mut low = first;
        let mut slope = walk.slope(low)?;
        for _ in 0..STEPS_DOWN {
            if slope <= FLAT {
                break;
            }
            low -= 5.0 * STEP;
            slope = walk.slope(low)?;
        }
        let mut found = Vec::new();
        let mut fell = (slope < -FLAT).then_some(low);
        let mut here = low;
        for _ in 0..STEPS {
            here += STEP;
            let slope = walk.slope(here)?;
            if slope < -FLAT {
                fell = Some(here);
            } else if slope > FLAT
                && let Some(before) = fell.take()
            {
                found.push(self.minimum(before, here)?);
            }
            if here > last && slope.abs() <= FLAT {
                break;
            }
        }
        Ok(found)
    }

    /// The time in which the slowest modes that are learned at all relax: those of s², or, where eigenvalues go
    /// down to zero, of the noise that finite draws leave.
    fn slowest_time(&self) -> f64 {
        let s2 = self.coefficients.s2.value;
        let least = if s2 > 0.0 {
            s2
        } else {
            self.ensemble.b2.max(self.ensemble.a2 * self.coefficients.signal)
        };
        self.mode_time(least)
    }

    /// The minimum between two logarithms of times at which the loss falls and rises.
    fn minimum(&self, a: f64, b: f64) -> Result<Estimate, NumericsError> {
        let mut failed = None;
        let slope = |log_tau: f64| {
            self.certain(log_tau, |contour| contour.test(&self.ensemble).slope, &mut failed)
        };
        let root = roots::bracketed("minimum of the test loss", slope, a, b);
        match failed {
            Some(error) => Err(error),
            None => Ok(root?.estimate().exp()),
        }
    }

    /// A number that contours give at a time, with its error; what fails is kept.
    fn certain(
        &self,
        log_tau: f64,
        of: impl Fn(&Contour) -> f64,
        failed: &mut Option<NumericsError>,
    ) -> Estimate {
        let theta = self.rate() * log_tau.exp();
        let at = |nodes: usize| Ok(of(&Contour::new(&self.ensemble, theta, nodes, None)?));
        match at(NODES).and_then(|value| Ok((value, at(FEWER_NODES)?))) {
            Ok((value, other)) => {
                Estimate::new(value, (value - other).abs() + ROUNDING * value.abs().max(1.0))
            }
            Err(error) => {
                *failed = Some(error);
                Estimate::new(f64::NAN, 0.0)
            }
        }
    }

    /// When a share of the rise from the best loss to the last has passed: the first time after the best.
    fn risen(
        &self,
        best: &Answer<(Estimate, Losses)>,
        end: &Answer<Losses>,
        share: f64,
    ) -> Result<Answer, NumericsError> {
        let (tau, least, last) = match (best, end) {
            (Answer::Value((tau, losses)), Answer::Value(end)) => (tau, losses.test, end.test),
            (Answer::Absent(reason), _) | (_, Answer::Absent(reason)) => {
                return Ok(Answer::Absent(reason.clone()));
            }
        };
        let rise = last - least;
        if rise.value < RISE.max(4.0 * rise.error) {
            return Ok(Answer::absent(
                "the test loss does not rise after its minimum beyond rounding",
            ));
        }
        let target = least + rise * share;
        let mut walk = Walk { learner: self, near: None };
        let start = tau.value.ln();
        let (mut low, mut high) = (start, start + STEP);
        for _ in 0..STEPS {
            if walk.loss(high)? > target.value {
                let mut failed = None;
                let above = |log_tau: f64| {
                    self.certain(log_tau, |contour| contour.test(&self.ensemble).loss, &mut failed)
                        - target
                };
                let root = roots::bracketed("rise of the test loss", above, low, high);
                return match failed {
                    Some(error) => Err(error),
                    None => Ok(Answer::Value(root?.estimate().exp())),
                };
            }
            (low, high) = (high, high + STEP);
        }
        Ok(Answer::absent("the share of the rise is not reached within the range of times"))
    }
}

/// A search along training times that keeps the last contour as a guess for the next.
struct Walk<'a> {
    learner: &'a Learner,
    near: Option<Contour>,
}

impl Walk<'_> {
    fn contour(&mut self, log_tau: f64) -> Result<&Contour, NumericsError> {
        let theta = self.learner.rate() * log_tau.exp();
        let contour =
            Contour::new(&self.learner.ensemble, theta, SEARCH_NODES, self.near.as_ref())?;
        Ok(self.near.insert(contour))
    }

    /// dL_test/d log τ, from the larger contour where the smaller one leaves its sign in doubt.
    fn slope(&mut self, log_tau: f64) -> Result<f64, NumericsError> {
        let learner = self.learner;
        let slope = self.contour(log_tau)?.test(&learner.ensemble).slope;
        if slope.abs() > DOUBTED {
            return Ok(slope);
        }
        let theta = learner.rate() * log_tau.exp();
        Ok(Contour::new(&learner.ensemble, theta, NODES, None)?.test(&learner.ensemble).slope)
    }

    fn loss(&mut self, log_tau: f64) -> Result<f64, NumericsError> {
        let learner = self.learner;
        Ok(self.contour(log_tau)?.test(&learner.ensemble).loss)
    }
}
