//! Collapse: when the empirical score pins the backward process to a training sample.
//!
//! f(t) = α − I(a; x_t)/d with α = log n/d, and t_C solves I(a; x_t) = log n `[BBDM24 Eq. 5]`.

use crate::Answer;
use crate::answer::short;
use crate::error::Result;
use crate::models::{Model, Order};
use crate::numerics::{Estimate, NumericsError, minima, roots};
use crate::process::{LOG_SNR, Noise, time_at_log_snr, time_estimate};
use std::cell::RefCell;

/// Spacing of the search for the collapse of a smoothed score, and how far beyond the lowest point
/// it goes, both in log-SNR.
const SCAN_STEP: f64 = 0.25;
const SCAN_BEYOND: f64 = 10.0;

/// How far the scan steps back for a point that is certainly before the collapse.
const STEP_BACK: f64 = 64.0;

/// t_C at α = log n/d > 0, for a score smoothed by `bandwidth` = ε ≥ 0 (each sample replaced by
/// N(a, ε² I); 0 for the empirical score).
///
/// # Errors
/// Failed numerics.
pub fn collapse_time(
    model: &dyn Model,
    alpha: Estimate,
    order: Order,
    bandwidth: f64,
) -> Result<Answer> {
    if order == Order::Asymptotic
        && bandwidth == 0.0
        && alpha.value > 0.0
        && let Some(answer) = model.solve_collapse(alpha)?
    {
        return Ok(answer);
    }
    // Asks for the reason, if any, why the model lacks this order.
    let probe = model.information(Noise::at_tau(1.0), order)?;
    if let Answer::Absent(reason) = probe {
        return Ok(Answer::Absent(reason));
    }
    if alpha.value <= 0.0 {
        return Ok(Answer::absent(
            "no transition: with a single sample (log n = 0) the score is collapsed at every t",
        ));
    }
    if let Some(answer) = model.collapse_closed_form(alpha, bandwidth, order) {
        return Ok(answer);
    }
    let largest = model.largest_information(order)?;
    // At equality the information is reached only at t = 0.
    if alpha.upper() >= largest.lower() {
        return Ok(Answer::absent(format!(
            "no transition: log n {} the largest information, {} nats per dimension (α = {})",
            if alpha.lower() > largest.upper() { "exceeds" } else { "reaches" },
            short(largest.value),
            short(alpha.value)
        )));
    }
    let excess = Excess { model, alpha, order, bandwidth, failure: RefCell::new(None) };
    let answer = if bandwidth == 0.0 { excess.monotone() } else { excess.first_crossing() };
    match excess.failure.into_inner() {
        Some(error) => Err(error),
        None => answer,
    }
}

/// f(t) per dimension: α + ½ log(1 + ε² snr) − I(snr)/d; positive before the collapse.
///
/// # Errors
/// Failed numerics.
pub fn excess_entropy(
    model: &dyn Model,
    alpha: Estimate,
    order: Order,
    bandwidth: f64,
    noise: Noise,
) -> Result<Answer> {
    Ok(model.information(noise, order)?.map(|information| {
        let smoothing = if bandwidth == 0.0 {
            Estimate::exact(0.0)
        } else {
            let variance = Estimate::exact(bandwidth).squared();
            (variance / Estimate::rounded(noise.tau())).ln_1p() * 0.5
        };
        alpha + smoothing - information
    }))
}

struct Excess<'a> {
    model: &'a dyn Model,
    alpha: Estimate,
    order: Order,
    bandwidth: f64,
    failure: RefCell<Option<crate::Error>>,
}

impl Excess<'_> {
    /// f at log-SNR u, relative to α: of order one wherever the root is.
    fn at(&self, u: f64) -> Estimate {
        let noise = Noise::at_tau((-u).exp());
        match excess_entropy(self.model, self.alpha, self.order, self.bandwidth, noise) {
            Ok(Answer::Value(f)) => f / self.alpha,
            Ok(Answer::Absent(_)) => Estimate::exact(f64::NAN),
            Err(error) => {
                *self.failure.borrow_mut() = Some(error);
                Estimate::exact(f64::NAN)
            }
        }
    }

    /// Without smoothing, I rises with snr: search from a guess.
    fn monotone(&self) -> Result<Answer> {
        let (guess, step) = self.guess();
        let f = |u: f64| self.at(u);
        match roots::near("collapse time", f, guess, step, false, LOG_SNR) {
            Ok(root) => Ok(Answer::Value(time_estimate(root.estimate()))),
            Err(NumericsError::NotBracketed { .. }) if self.at(LOG_SNR.1).value > 0.0 => {
                // I(snr) reaches α only beyond snr = e^708, if at all: t_C < ½ e^{−708}.
                Ok(Answer::Value(Estimate::new(0.0, (-LOG_SNR.1).exp())))
            }
            Err(NumericsError::NotBracketed { .. }) if self.at(LOG_SNR.0).value <= 0.0 => {
                // I(snr) → 0 for snr → 0: log n is reached, but in noise beyond the range of numbers.
                Ok(Answer::absent(format!(
                    "not resolved: the collapse lies beyond t = {:.0}, where the noise leaves the range of numbers",
                    time_at_log_snr(LOG_SNR.0)
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A log-SNR near the root and how far from it the search should start: a Newton step from the
    /// asymptotic collapse where that is known in closed form, else snr = 1.
    fn guess(&self) -> (f64, f64) {
        let closed = self.model.collapse_closed_form(self.alpha, 0.0, Order::Asymptotic);
        let Some(t) = closed.and_then(|answer| answer.value()).filter(|&t| t > 0.0) else {
            return (0.0, 1.0);
        };
        let u = -(2.0 * t).exp_m1().ln();
        let noise = Noise::at_tau((-u).exp());
        let mmse = self.model.mmse(noise).ok().and_then(|answer| answer.value());
        match (self.at(u), mmse) {
            (f, Some(mmse)) if mmse > 0.0 && LOG_SNR.0 < u && u < LOG_SNR.1 => {
                // dI/du = ½ snr mmse
                let newton = f.value * self.alpha.value / (0.5 * u.exp() * mmse);
                if newton.abs() < 5.0 {
                    // The next term of Newton's series is of the order of the square.
                    return (u + newton, newton.abs().min(1.0) * newton.abs() + 1e-13);
                }
                (u, 1.0)
            }
            _ => (0.0, 1.0),
        }
    }

    fn root(&self, a: f64, b: f64) -> Result<Answer> {
        let root = roots::bracketed("collapse time", |u| self.at(u), a, b)?;
        Ok(Answer::Value(time_estimate(root.estimate())))
    }

    /// With smoothing, f may turn back: the collapse is its first zero coming from large t.
    ///
    /// Smoothing only adds to f, so the search starts at the collapse without it; it ends where f
    /// has risen for ten units of log-SNR (I − ½ log(1 + ε² snr) rises, then falls).
    fn first_crossing(&self) -> Result<Answer> {
        let plain = Excess { bandwidth: 0.0, failure: RefCell::new(None), ..*self };
        let t = match plain.monotone()? {
            Answer::Value(t) if t.value > 0.0 => t.value,
            Answer::Value(_) => {
                return Ok(Answer::absent("not resolved: without smoothing t_C is below 1e-307"));
            }
            absent => return Ok(absent),
        };
        let plain = -(2.0 * t).exp_m1().ln();
        let (mut start, mut step) = (plain - SCAN_STEP, SCAN_STEP);
        // Where the sign is in doubt there is no bracket: step back until it is certain.
        while !self.at(start).sign_is_certain() && step < STEP_BACK {
            step *= 2.0;
            start = plain - step;
        }
        let (mut lowest, mut u) = ((start, self.at(start).value), start);
        let (mut grid, mut before) = (vec![start], start);
        while u < LOG_SNR.1 && u - lowest.0 < SCAN_BEYOND {
            u += SCAN_STEP;
            grid.push(u);
            let here = self.at(u);
            if here.value.is_nan() {
                break;
            }
            if here.value < 0.0 && here.sign_is_certain() {
                return self.root(before, u);
            }
            if here.sign_is_certain() {
                before = u;
            }
            if here.value < lowest.1 {
                lowest = (u, here.value);
            }
        }
        let lowest = minima::over_grid("smoothed excess entropy", |u| self.at(u).value, &grid)?;
        let here = self.at(lowest.at);
        if here.value < 0.0 && here.sign_is_certain() {
            return self.root(start, lowest.at);
        }
        if !here.sign_is_certain() {
            return Ok(Answer::absent(format!(
                "not resolved: with a score smoothed by ε = {} the excess entropy comes within its error of zero",
                short(self.bandwidth)
            )));
        }
        Ok(Answer::absent(format!(
            "no transition: with a score smoothed by ε = {} the excess entropy stays above {:.3e} per dimension",
            short(self.bandwidth),
            here.value * self.alpha.value
        )))
    }
}

/// Which regimes a run with these transition times passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regimes {
    /// Noise, commitment to a class, collapse: t_C < t_S.
    Three,
    /// Collapse before any commitment to a class: t_C ≥ t_S.
    NoRegimeTwo,
    /// One of the transitions does not exist.
    Undivided,
}

/// Compares the two transitions.
pub fn regimes(speciation: &Answer, collapse: &Answer) -> Regimes {
    // A time that left the range of numbers is not compared.
    let known = |time: &Answer| time.estimate().filter(|e| e.is_known()).map(|e| e.value);
    match (known(speciation), known(collapse)) {
        (Some(s), Some(c)) if c < s => Regimes::Three,
        (Some(_), Some(_)) => Regimes::NoRegimeTwo,
        _ => Regimes::Undivided,
    }
}
