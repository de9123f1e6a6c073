//! Transition times at finite n and d, each by its own definition.

use super::sampled::Sampling;
use super::{Ensemble, Quantity};
use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::numerics::precision::ROOT_RELATIVE;
use crate::numerics::roots::Root;
use crate::numerics::{Estimate, NumericsError};
use crate::process::{LOG_SNR, Noise, time_at_log_snr, time_estimate};
use std::cell::RefCell;
use std::f64::consts::LN_2;

/// Largest |log τ| relative to the asymptotic transition at which a crossing is looked for.
const FARTHEST: f64 = 200.0;

/// Tolerance on the averages with which a crossing is located before it is polished.
const LOOSE: f64 = 1e-4;

/// Value of the function at which a loose search ends.
const CLOSE: f64 = 1e-5;

/// Steps of a loose search at most.
const NARROWINGS: usize = 12;

/// Distance in log τ from the ends of the range of numbers within which they are looked at.
const NEAR_THE_END: f64 = 20.0;

/// Where the sign is asked for, beside the ends: the averages have numbers of their own that overflow.
const NEARER: [f64; 5] = [0.0, 10.0, 50.0, 100.0, 200.0];

/// Times that a polished bracket is widened fourfold before giving up.
const WIDENINGS: usize = 12;

impl Ensemble {
    /// Time, OU, at which two clones end on the same sample with probability ½: φ_C = ½.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn clone_collapse_time(&self) -> Result<Answer> {
        // φ_C = E w_1 (Nishimori), and the own weight is the cheaper of the two integrals.
        self.crossing("clone collapse time", |ensemble, noise| {
            Ok(0.5 - ensemble.mean(Quantity::OwnWeight, noise)?)
        })
    }

    /// Time, OU, at which the leave-one-out excess entropy E log(Z_{2..n}/Z_1) vanishes.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn leave_one_out_time(&self) -> Result<Answer> {
        self.crossing("leave-one-out time", |ensemble, noise| {
            ensemble.mean(Quantity::LeaveOneOut, noise)
        })
    }

    /// Time, OU, at which the mean number of participating samples is two: E [1/Σ w²] = 2.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    pub fn participation_time(&self) -> Result<Answer> {
        self.crossing("participation time", |ensemble, noise| {
            let participation = ensemble.mean(Quantity::Participation, noise)?;
            Ok(if participation.value.is_finite() {
                1.0 - 2.0 / participation
            } else {
                Estimate::exact(1.0)
            })
        })
    }

    /// The zero of a function of the noise that increases from negative values at t = 0 to positive
    /// ones at t = ∞, if there are more than two samples.
    ///
    /// Averages at full accuracy are dear: the zero is located with loose ones, then approached by
    /// two steps of the secant method, then certified on both sides.
    fn crossing(
        &self,
        what: &'static str,
        f: impl Fn(&Self, Noise) -> Result<Estimate>,
    ) -> Result<Answer> {
        if self.n.log <= LN_2 * (1.0 + 1e-12) {
            return Ok(Answer::absent("no transition: with two samples it is never reached"));
        }
        // The first error is kept and handed on; the search sees a NaN and stops.
        let failure = RefCell::new(None);
        let value = |ensemble: &Self, x: f64| {
            f(ensemble, Noise::at_tau(x.exp())).unwrap_or_else(|error| {
                failure.borrow_mut().get_or_insert(error);
                Estimate::exact(f64::NAN)
            })
        };
        let loose = self.with_tolerance(self.tolerance.max(LOOSE)).with_fixed_points();
        let sign = |x: f64| {
            let y = f(&loose, Noise::at_tau(x.exp())).ok().filter(|y| y.sign_is_certain())?;
            Some(y.value > 0.0)
        };
        if let Some(answer) = self.beyond_range(sign) {
            return Ok(answer);
        }
        let fine = self.with_fixed_points();
        let found = self
            .located(what, |x| value(&loose, x))
            .and_then(|(start, slope)| polished(what, |x| value(&fine, x), start, slope));
        match (failure.take(), found) {
            (Some(Error::Argument { name, expected, .. }), _) => {
                Ok(Answer::absent(format!("not resolved: {name} {expected}")))
            }
            (Some(error), _) => Err(error),
            (None, found) => Ok(time_estimate(-found?.estimate()).into()),
        }
    }

    /// The same with one set of sampled points for all t, so that sampled means are smooth in t.
    fn with_fixed_points(&self) -> Self {
        let points = (super::POINTS_OF_TIMES, super::POINTS_OF_TIMES);
        let sampling = self.sampling.clone().map(|sampling| Sampling { points, ..sampling });
        Self { sampling, ..self.clone() }
    }

    /// The answer where τ at the zero is no normal number, or too near the end of their range for the
    /// averages: known by the `sign` near the ends, since the function increases.
    fn beyond_range(&self, sign: impl Fn(f64) -> Option<bool>) -> Option<Answer> {
        let (low, high) = (-LOG_SNR.1, -LOG_SNR.0);
        let start = self.asymptotic_log_tau();
        if start < low + NEAR_THE_END {
            let known = NEARER.iter().map(|step| low + step).find(|x| sign(*x) == Some(true))?;
            return Some(Estimate::new(0.0, known.exp()).into());
        }
        if start > high - NEAR_THE_END {
            let known = NEARER.iter().map(|step| high - step).find(|x| sign(*x) == Some(false))?;
            return Some(Answer::absent(format!(
                "not resolved: it lies beyond t = {:.0}, where the noise leaves the range of numbers",
                time_at_log_snr(-known)
            )));
        }
        None
    }

    /// log τ of the collapse at leading order, where the searches begin.
    fn asymptotic_log_tau(&self) -> f64 {
        let rate = 2.0 * self.n.log / self.d;
        let log_growth = if rate > 30.0 { rate } else { rate.exp_m1().ln() };
        match &self.sampling {
            Some(sampling) => sampling.log_tau_collapse(self.n.log),
            None => self.variance.ln() - log_growth,
        }
    }

    /// log τ of the zero and the slope there, both as good as `at` is.
    fn located(
        &self,
        what: &'static str,
        at: impl Fn(f64) -> Estimate,
    ) -> std::result::Result<(f64, f64), NumericsError> {
        let start = self.asymptotic_log_tau();
        let width = (4.0 / self.d.sqrt()).min(1.0);
        let first = at(start);
        let rising = first.value < 0.0;
        let (mut near, mut step) = ((start, first), width);
        let ends = loop {
            let far = if rising { near.0 + step } else { near.0 - step };
            let y = at(far);
            if y.sign_is_certain() && (y.value > 0.0) == rising {
                break if rising { [near, (far, y)] } else { [(far, y), near] };
            }
            if (far - start).abs() > FARTHEST || y.value.is_nan() {
                let (low, high) = (start.min(far), start.max(far));
                return Err(NumericsError::NotBracketed { what, low, high });
            }
            near = if y.sign_is_certain() { (far, y) } else { near };
            step *= 2.0;
        };
        let zero = narrowed(ends, &at);
        let reach = 0.05 * width;
        let slope = (at(zero + reach).value - at(zero - reach).value) / (2.0 * reach);
        Ok((zero, slope))
    }
}

/// A zero between two ends to what the errors of the values allow: a line through both ends, of which
/// one that stays counts half from its second step on (Illinois), so that neither stays for long.
fn narrowed([mut low, mut high]: [(f64, Estimate); 2], at: impl Fn(f64) -> Estimate) -> f64 {
    let (mut below, mut above) = (low.1.value, high.1.value);
    let (mut zero, mut last) = (0.5 * (low.0 + high.0), 0.0);
    for _ in 0..NARROWINGS {
        let next = low.0 - below * (high.0 - low.0) / (above - below);
        // An end whose sign is not certain may be on the wrong side.
        zero = if next > low.0 && next < high.0 { next } else { 0.5 * (low.0 + high.0) };
        let y = at(zero);
        if y.value.is_nan() || y.value.abs() <= y.error.max(CLOSE) {
            break;
        }
        if y.value < 0.0 {
            (low, below) = ((zero, y), y.value);
            above *= if last < 0.0 { 0.5 } else { 1.0 };
        } else {
            (high, above) = ((zero, y), y.value);
            below *= if last > 0.0 { 0.5 } else { 1.0 };
        }
        last = y.value;
    }
    zero
}

/// The zero of a rising function near `start`, where its slope is about `slope`.
fn polished(
    what: &'static str,
    at: impl Fn(f64) -> Estimate,
    start: f64,
    slope: f64,
) -> std::result::Result<Root, NumericsError> {
    let first = at(start);
    let second_at = start - first.value / slope;
    let second = at(second_at);
    // The secant is better than the first slope unless both values are noise.
    let change = second.value - first.value;
    let noisy = change.abs() <= 100.0 * (first.error + second.error);
    let slope = if noisy { slope } else { change / (second_at - start) };
    let zero = second_at - second.value / slope;
    // What the curvature left, and what the errors of the values are worth.
    let mut reach = 0.05 * (zero - second_at).abs() + 2.0 * second.error / slope.abs();
    reach = reach.max(2.0 * ROOT_RELATIVE * zero.abs());
    let certain = |y: Estimate, positive: bool| y.sign_is_certain() && (y.value > 0.0) == positive;
    for _ in 0..WIDENINGS {
        let (low, high) = (zero - reach, zero + reach);
        let ends = (at(low), at(high));
        if ends.0.value.is_nan() || ends.1.value.is_nan() {
            return Err(NumericsError::NotFinite { what, at: zero });
        }
        if certain(ends.0, false) && certain(ends.1, true) {
            return Ok(Root { value: zero, low, high });
        }
        reach *= 4.0;
    }
    Err(NumericsError::NotBracketed { what, low: zero - reach, high: zero + reach })
}
