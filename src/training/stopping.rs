//! When to stop: the best training time, and when memorisation sets in.

use super::contour::{Contour, FEWER_NODES, Fresh, MIDDLE_NODES, NODES, SEARCH_NODES};
use super::learner::Learner;
use super::losses::{Losses, Training};
use crate::answer::Answer;
use crate::numerics::roots;
use crate::numerics::{Estimate, NumericsError};

/// Step of the search in log τ.
const STEP: f64 = 0.2;

/// Slope, relative to the larger of one and the loss, below which only rounding speaks.
const FLAT: f64 = 1e-11;

/// Slopes, relative to the larger of one and the loss, below which a larger contour than that for searches, and
/// than the one between, is asked.
const DOUBTED: (f64, f64) = (1e-5, 1e-8);

/// How far from a root on the smaller contour that on the larger one is looked for at first, in log τ.
const NEAR: f64 = 1e-6;

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
        let mut walk = Walk::new(self);
        let seen = self.seen(&mut walk)?;
        let mut best: Option<(Estimate, Losses)> = None;
        for (low, high) in falls_and_rises(&seen) {
            let slope = |fresh: Fresh| fresh.slope;
            let log_tau = match walk.root(
                "minimum of the test loss",
                slope,
                Estimate::exact(0.0),
                (low, high),
            ) {
                Ok(log_tau) => log_tau,
                // The signs of the slope at the ends were rounding.
                Err(NumericsError::NotBracketed { .. }) => continue,
                Err(other) => return Err(other),
            };
            let tau = log_tau.exp();
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
            *rise = risen(&mut walk, &seen, (&best, &end), share)?;
        }
        Ok(Stopping { best, end, rises })
    }

    /// The test loss and its slope at times of equal ratios, from before anything is learned until nothing changes.
    fn seen(&self, walk: &mut Walk<'_>) -> Result<Vec<(f64, Fresh)>, NumericsError> {
        let limit = self.generalisation_limit().value;
        let first = (0.1 * limit * self.psi_n.min(1.0) * self.psi_p.min(1.0)).ln();
        let last = (10.0 * self.slowest_time()).ln();
        let mut here = first;
        let mut fresh = walk.look(here)?;
        for _ in 0..STEPS_DOWN {
            if fresh.slope <= flat(&fresh) {
                break;
            }
            here -= 5.0 * STEP;
            fresh = walk.look(here)?;
        }
        let mut seen = vec![(here, fresh)];
        while seen.len() < STEPS && !(here > last && fresh.slope.abs() <= flat(&fresh)) {
            here += STEP;
            fresh = match walk.look(here) {
                Ok(fresh) => fresh,
                // Where eigenvalues go down to zero, losses change until the resolvent leaves the range of numbers.
                Err(_) if here > last => break,
                Err(error) => return Err(error),
            };
            seen.push((here, fresh));
        }
        Ok(seen)
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
}

/// The slope below which only rounding speaks.
fn flat(fresh: &Fresh) -> f64 {
    FLAT * fresh.loss.abs().max(1.0)
}

/// The intervals of log τ in which the slope goes from certainly falling to certainly rising.
fn falls_and_rises(seen: &[(f64, Fresh)]) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    let mut fell = None;
    for (log_tau, fresh) in seen {
        if fresh.slope < -flat(fresh) {
            fell = Some(*log_tau);
        } else if fresh.slope > flat(fresh)
            && let Some(before) = fell.take()
        {
            found.push((before, *log_tau));
        }
    }
    found
}

/// When a share of the rise from the best loss to the last has passed: the first time after the best.
fn risen(
    walk: &mut Walk<'_>,
    seen: &[(f64, Fresh)],
    (best, end): (&Answer<(Estimate, Losses)>, &Answer<Losses>),
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
        return Ok(Answer::absent("the test loss does not rise after its minimum beyond rounding"));
    }
    let target = least + rise * share;
    let start = tau.value.ln();
    let mut low = start;
    for (log_tau, fresh) in seen.iter().filter(|(log_tau, _)| *log_tau > start) {
        if fresh.loss > target.value {
            let found =
                walk.root("rise of the test loss", |fresh| fresh.loss, target, (low, *log_tau));
            return match found {
                Ok(root) => Ok(Answer::Value(root.exp())),
                Err(NumericsError::NotBracketed { .. }) => Ok(Answer::absent(
                    "the rise of the test loss is lost in the rounding of the losses",
                )),
                Err(other) => Err(other),
            };
        }
        low = *log_tau;
    }
    Ok(Answer::absent("the share of the rise is not reached within the range of times"))
}

/// A search along training times that keeps the last contour of each size as a guess for the next.
struct Walk<'a> {
    learner: &'a Learner,
    /// Relative errors of the coefficients together.
    known_to: f64,
    search: Option<Contour>,
    middle: Option<Contour>,
    fewer: Option<Contour>,
    full: Option<Contour>,
}

impl<'a> Walk<'a> {
    fn new(learner: &'a Learner) -> Self {
        let known_to = learner.nudged().map(|(_, _, known_to)| known_to).sum();
        Self { learner, known_to, search: None, middle: None, fewer: None, full: None }
    }

    /// What a contour of one size gives.
    fn at(&mut self, log_tau: f64, nodes: usize) -> Result<Fresh, NumericsError> {
        let ensemble = &self.learner.ensemble;
        let theta = self.learner.rate() * log_tau.exp();
        let kept = match nodes {
            NODES => &mut self.full,
            FEWER_NODES => &mut self.fewer,
            MIDDLE_NODES => &mut self.middle,
            _ => &mut self.search,
        };
        let contour = Contour::new(ensemble, theta, nodes, kept.as_ref())?;
        Ok(kept.insert(contour).test(ensemble))
    }

    /// Loss and slope, from the larger contour where the smaller one leaves the sign of the slope in doubt.
    fn look(&mut self, log_tau: f64) -> Result<Fresh, NumericsError> {
        for (nodes, doubted) in [(SEARCH_NODES, DOUBTED.0), (MIDDLE_NODES, DOUBTED.1)] {
            let fresh = self.at(log_tau, nodes)?;
            if fresh.slope.abs() > doubted * fresh.loss.abs().max(1.0) {
                return Ok(fresh);
            }
        }
        self.at(log_tau, NODES)
    }

    /// Where what contours give reaches a target from below: found on the smaller contour, certified on the larger.
    fn root(
        &mut self,
        what: &'static str,
        of: impl Fn(Fresh) -> f64,
        target: Estimate,
        limits: (f64, f64),
    ) -> Result<Estimate, NumericsError> {
        let mut failed = None;
        let mut keep = |result: Result<Estimate, NumericsError>| {
            result.unwrap_or_else(|error| {
                failed = Some(error);
                Estimate::new(f64::NAN, 0.0)
            })
        };
        let rough = |log_tau: f64| {
            keep(
                self.at(log_tau, SEARCH_NODES)
                    .map(|fresh| Estimate::exact(of(fresh) - target.value)),
            )
        };
        let middle = 0.5 * (limits.0 + limits.1);
        let guess =
            roots::bracketed(what, rough, limits.0, limits.1).map_or(middle, |root| root.value);
        let known_to = self.known_to;
        let certain = |log_tau: f64| {
            let both =
                self.at(log_tau, NODES).and_then(|full| Ok((full, self.at(log_tau, FEWER_NODES)?)));
            keep(both.map(|(full, fewer)| {
                let (value, scale) = (of(full), full.loss.abs().max(1.0));
                Estimate::new(
                    value,
                    (value - of(fewer)).abs() + (ROUNDING + 16.0 * known_to) * scale,
                ) - target
            }))
        };
        let root = roots::near(what, certain, guess, NEAR, true, limits);
        match failed {
            Some(error) => Err(error),
            None => Ok(root?.estimate()),
        }
    }
}
