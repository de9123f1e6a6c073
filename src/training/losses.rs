//! Losses of what was learned: at any training time, with a ridge, at the end of training.

use super::contour::{Contour, FEWER_NODES, NODES, SEARCH_NODES};
use super::ensemble::{C, Ensemble};
use super::learner::Learner;
use crate::answer::Answer;
use crate::numerics::{Estimate, NumericsError};

/// How long, or against which penalty, is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Training {
    /// Gradient flow for a time τ, which may be infinite.
    Flow(f64),
    /// Minimisation with the penalty (Δζ/d)|B|².
    Ridge(f64),
}

/// The losses, in units in which the loss of no network is one.
#[derive(Clone, Copy, Debug)]
pub struct Losses {
    /// On the training samples.
    pub train: Estimate,
    /// On new samples.
    pub test: Estimate,
    /// Of the exact score of Gaussian data.
    pub bayes: Estimate,
    /// (1/d) E|s_A − ∇log P_t|² = (test − bayes)/Δ.
    pub score_error: Estimate,
    /// 1 − train/bayes: 0 for the population score, 1 for the empirical one.
    pub memorised: Estimate,
}

/// Rounding of a loss: sums over contours lose a few digits.
const ROUNDING: f64 = 2e-14;

/// Factor between flow times by which the end of training is approached, and how often it is applied.
const LONGER: f64 = 16.0;
const LENGTHENINGS: usize = 24;

/// Ridge over all eigenvalues above which the first order in their ratio is enough.
const OVERWHELMING: f64 = 1e16;

/// Change of a loss at which the end has come.
const ENDED: f64 = 1e-12;

impl Learner {
    /// The losses after training.
    ///
    /// Errors are the distance between contours of two sizes, what the coefficients' own errors do, and rounding.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn losses(&self, training: Training) -> Result<Answer<Losses>, NumericsError> {
        let untouched = || self.gathered(Estimate::exact(1.0), Estimate::exact(1.0));
        match training {
            // Without a linear part V = bY = 0: there is nothing to descend.
            _ if self.is_deaf() && self.draws.is_infinite() => Ok(Answer::Value(untouched())),
            Training::Flow(0.0) => Ok(Answer::Value(untouched())),
            Training::Flow(tau) if self.is_over(tau) => self.end(),
            Training::Ridge(zeta) if zeta == 0.0 && self.is_singular() => self.end(),
            Training::Ridge(zeta) if zeta > OVERWHELMING * self.largest() => {
                Ok(Answer::Value(self.overwhelmed(zeta)))
            }
            _ => self.stated(training).map(Answer::Value),
        }
    }

    /// Whether every mode that is ever learned has been: e^{−κτλ} is below rounding from the lowest, s², up, or,
    /// where eigenvalues go down to zero, nothing is looked at any more.
    fn is_over(&self, tau: f64) -> bool {
        let s2 = self.ensemble.s2;
        if self.draws.is_infinite() && self.rate() * tau * s2 > 64.0 {
            return true;
        }
        tau > self.first_look() * LONGER.powi(LENGTHENINGS as i32 + 1)
    }

    /// The time of the population's modes.
    fn first_look(&self) -> f64 {
        let (e, c) = (&self.ensemble, &self.coefficients);
        let linear = e.a2 * c.gain2();
        self.mode_time(if linear > 0.0 { linear } else { e.v2 + e.s2 } * self.psi_p.min(1.0))
    }

    /// A bound on the eigenvalues of U and of its population value: all of the features' variance in one mode.
    fn largest(&self) -> f64 {
        let (e, c) = (&self.ensemble, &self.coefficients);
        let sigma = self.population.atoms().iter().map(|(_, s)| *s).fold(0.0, f64::max);
        let one = 1.0 + self.psi_p;
        4.0 * one * (1.0 + 1.0 / self.psi_n) * (e.a2 * c.gain2_of(sigma) + e.v2 + e.s2)
    }

    /// What is learned against a ridge above all eigenvalues, to first order: B = −Δ^{−1/2}Vᵀ/ζ, so that both losses
    /// are 1 − 2 tr(V·)/ζd; what is left out is smaller by [`OVERWHELMING`].
    fn overwhelmed(&self, zeta: f64) -> Losses {
        let e = &self.ensemble;
        let noise: f64 = e.modes.iter().map(|mode| mode.weight * mode.first).sum();
        let drawn = e.iota * (noise + e.first_noise() + e.eta() * (e.b2 + e.s2)) / self.psi_n;
        let seen = |mass: f64| {
            let moved = 2.0 * self.psi_p * mass / zeta;
            Estimate::new(1.0 - moved, moved * 4.0 / OVERWHELMING + ROUNDING)
        };
        self.gathered(seen(e.b2 + drawn), seen(e.b2))
    }

    /// Train and test loss with their errors.
    fn stated(&self, training: Training) -> Result<Losses, NumericsError> {
        let value = plain(&self.ensemble, training, NODES)?;
        let mut error = [0.0; 2];
        if matches!(training, Training::Flow(_)) {
            let other = plain(&self.ensemble, training, FEWER_NODES)?;
            error = [0, 1].map(|k| (value[k] - other[k]).abs());
        }
        let base = plain(&self.ensemble, training, SEARCH_NODES)?;
        for (changed, relative, known_to) in self.nudged() {
            let moved = plain(&changed, training, SEARCH_NODES)?;
            for (error, (moved, base)) in error.iter_mut().zip(moved.iter().zip(base)) {
                *error += 2.0 * (moved - base).abs() / relative * known_to;
            }
        }
        let stated =
            |k: usize| Estimate::new(value[k], error[k] + ROUNDING * value[k].abs().max(1.0));
        Ok(self.gathered(stated(0), stated(1)))
    }

    fn gathered(&self, train: Estimate, test: Estimate) -> Losses {
        let bayes = self.bayes();
        let score_error = (test - bayes) / Estimate::rounded(self.coefficients.delta);
        Losses { train, test, bayes, score_error, memorised: 1.0 - train / bayes }
    }

    /// Whether U has eigenvalues that vanish, so that the end of training is a limit.
    fn is_singular(&self) -> bool {
        self.draws.is_finite() || self.coefficients.s2.value == 0.0
    }

    /// The end of training.
    fn end(&self) -> Result<Answer<Losses>, NumericsError> {
        if !self.is_singular() {
            return self.stated(Training::Ridge(0.0)).map(Answer::Value);
        }
        if self.draws.is_finite() && self.psi_p == self.psi_n * self.draws {
            return Ok(Answer::absent(
                "p = nm: the features' covariance has eigenvalues down to 0, and the test loss grows without end",
            ));
        }
        // Modes of eigenvalue zero are never learned; all others are done after a finite time.
        let mut tau = self.first_look();
        let mut before = [f64::INFINITY; 2];
        for _ in 0..LENGTHENINGS {
            tau *= LONGER;
            let now = plain(&self.ensemble, Training::Flow(tau), NODES)?;
            if (0..2).all(|k| (now[k] - before[k]).abs() < ENDED * now[k].abs().max(1.0)) {
                return self.stated(Training::Flow(tau)).map(Answer::Value);
            }
            before = now;
        }
        Err(NumericsError::ToleranceMissed {
            what: "loss at the end of training",
            value: before[1],
            error: f64::INFINITY,
            tolerance: ENDED,
        })
    }
}

/// Train and test loss of an ensemble.
fn plain(ensemble: &Ensemble, training: Training, nodes: usize) -> Result<[f64; 2], NumericsError> {
    match training {
        Training::Flow(tau) => {
            let theta = ensemble.rate() * tau;
            let train = Contour::new(ensemble, 2.0 * theta, nodes, None)?.train(ensemble);
            let test = Contour::new(ensemble, theta, nodes, None)?.test(ensemble);
            Ok([train, test.loss])
        }
        Training::Ridge(zeta) => {
            let point = ensemble.solve(C::new(-zeta, 0.0))?;
            let overlap = ensemble.overlap(&point);
            let pair = ensemble.pair(&point, &point, [overlap; 2]);
            let [first, second] = point.theta.map(|theta| (theta * theta).re);
            Ok([first * pair.seen[0].re + ensemble.eta() * second * pair.seen[1].re, pair.fresh.re])
        }
    }
}
