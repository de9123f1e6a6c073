//! The collapse time: information = α and stationarity solved together.

use super::{Point, Replica, unconverged};
use crate::answer::Answer;
use crate::channel::Effort;
use crate::error::{Result, positive};
use crate::numerics::{Estimate, NumericsError, roots};
use crate::process::time_estimate;
use std::cell::RefCell;

/// Signal variance, in units of the noise, at which most models have left v = ρ.
const MODERATE: f64 = 100.0;

/// Slope of the excess that is positive beyond the accuracy of a survey.
pub(super) const CLEARLY: f64 = 0.05;

/// Newton step in log snr and log v that is the last one.
const LAST: f64 = 3e-5;

/// Largest log snr, either way, that the bracketed search looks at.
const FARTHEST: f64 = 80.0;

/// Steps towards weaker signals where rules end.
const STEP: f64 = 4.0;

/// log snr above which t = ½ log(1 + 1/snr) is 0 to a thousandth of what is promised of it.
const NEGLIGIBLE: f64 = 27.0;

/// Steps of Newton's method before the bracketed search takes over.
const STEPS: usize = 25;

/// A solution nearby, as the start of a search in a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// log snr at the collapse.
    pub log_snr: f64,
    /// v there.
    pub variance: f64,
}

/// Where the information reaches α.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapse {
    /// t_C, in units of the Ornstein-Uhlenbeck time, or why there is none.
    pub time: Answer,
    /// log snr at t_C.
    pub log_snr: Answer,
    /// Posterior variance of a latent coordinate at t_C.
    pub variance: Answer,
    /// What a search at slightly different parameters may start from.
    pub neighbour: Option<Neighbour>,
}

/// Rounded up to ten decimals, or to ten digits where it is small: what is said stays true, on every
/// machine alike.
fn rounded_up(x: f64) -> String {
    if x > 1e-3 {
        format!("{}", (x * 1e10).ceil() / 1e10)
    } else {
        format!("{:.9e}", x * (1.0 + 1e-9))
    }
}

impl Collapse {
    fn absent(reason: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        let reason = Answer::absent(reason);
        Self { time: reason.clone(), log_snr: reason.clone(), variance: reason, neighbour: None }
    }
}

impl Collapse {
    /// Nothing is known but that log snr is above `least`, where t ≤ 1/(2 snr) is as good as 0.
    fn beyond(least: f64) -> Self {
        let reason = format!("log snr is above {least:.6e}, beyond what is searched");
        let time = Estimate::between(0.0, (0.5 * (-least).exp()).max(f64::MIN_POSITIVE));
        Self { time: time.into(), ..Self::absent(reason) }
    }
}

impl Replica {
    /// t_C: the time at which I(snr)/d equals `alpha` = log n/d > 0.
    ///
    /// Newton's method in (log snr, log v) with the exact Jacobian; then every stationary point at
    /// that snr is looked at, and if another one is the equilibrium the bracketed search decides.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] if α is not positive, [`crate::Error::Numerics`] if a rule or a
    /// search fails.
    pub fn collapse(&self, alpha: f64, neighbour: Option<Neighbour>) -> Result<Collapse> {
        positive("alpha", alpha)?;
        if self.channel.constant() {
            return Ok(Collapse::absent("the activation is constant: the information is 0"));
        }
        if let Some(supremum) = self.supremum()?.estimate()
            && alpha >= supremum.lower()
        {
            let sup = rounded_up(supremum.upper());
            return Ok(Collapse::absent(format!(
                "no collapse: the information per dimension never exceeds {sup}, and alpha is {alpha}"
            )));
        }
        if let Some(out_of_reach) = self.out_of_reach(alpha)? {
            return Ok(out_of_reach);
        }
        let start = neighbour.map_or_else(|| self.guess(alpha), Ok)?;
        if self.blind {
            let hint = self.without_hint(start.log_snr.exp())?;
            // E[(E[w² − 1|y])²], which decides, grows with snr: where v = ρ is unstable before its
            // information is α, it is unstable there as well.
            let passed = hint.excess_by_log_v() > CLEARLY && hint.output.information.value < alpha;
            if !passed
                && let Some(solution) = self.at_symmetric_point(alpha, hint.snr.ln())?
                && self.is_equilibrium(alpha, &solution)?
            {
                return self.certify(alpha, solution.log_snr, solution.variance);
            }
        }
        let informed = Neighbour { variance: 0.1 * start.variance, ..start };
        for start in [start, informed] {
            if let Some(solution) = self.newton(alpha, start)?
                && self.is_equilibrium(alpha, &solution)?
            {
                return self.certify(alpha, solution.log_snr, solution.variance);
            }
        }
        match self.search_collapse(alpha, start.log_snr)? {
            Ok((log_snr, variance)) => self.certify(alpha, log_snr, variance),
            Err(least) => Ok(Collapse::beyond(least)),
        }
    }

    /// Where no search looks: the information is at most that of a Gaussian signal of the variance of φ,
    /// I ≤ ½ log(1 + snr Var φ), so that t_C is closer to 0 than doubles tell apart from it at snr
    /// beyond e^80.
    fn out_of_reach(&self, alpha: f64) -> Result<Option<Collapse>> {
        /// An snr at which no signal of finite size is more than weak.
        const FAINT: f64 = 1e-30;
        /// What the variance of φ may be wrong by.
        const OPEN: f64 = 1e-4;
        // Below, only a signal fainter than e^{-40} is out of reach, and the search says so soon.
        if 4.0 * alpha < FARTHEST {
            return Ok(None);
        }
        let faint = self.channel.at(self.rho(), FAINT, Effort::Certify)?;
        let power = 2.0 * faint.by_snr.upper() * (1.0 + OPEN);
        // log((e^{2α} − 1)/Var φ).
        let least = 2.0 * alpha + (-(-2.0 * alpha).exp()).ln_1p() - power.ln();
        if least < FARTHEST {
            return Ok(None);
        }
        Ok(Some(Collapse::beyond(least)))
    }

    /// A start: the linear channel of equal weak-signal information, solved by bisection.
    fn guess(&self, alpha: f64) -> Result<Neighbour> {
        let rho = self.rho();
        let power = self.weak_power()?;
        let ratio = alpha / self.beta.min(1.0);
        let log_snr =
            if ratio > 300.0 { 2.0 * ratio } else { (2.0 * ratio).exp_m1().ln() } - power.ln();
        let log_snr = log_snr.clamp(-40.0, 40.0);
        // Where Marchenko-Pastur puts the linear channel.
        let (signal, beta) = (power / rho * log_snr.exp(), self.beta);
        let x = beta + signal - beta * signal;
        let root = (x * x + 4.0 * beta * beta * signal).sqrt();
        let v = if x > 0.0 { 2.0 * beta / (x + root) } else { (root - x) / (2.0 * beta * signal) };
        let variance = self.prior.variance() * v.clamp(1e-12, 0.999);
        Ok(Neighbour { log_snr, variance })
    }

    /// The point v = ρ at `snr`, or at a smaller one where the signal is a few noises long.
    pub(super) fn without_hint(&self, snr: f64) -> Result<Point> {
        let weaker = snr.min(MODERATE / self.weak_power()?);
        self.point(self.rho(), weaker, Effort::Survey)
    }

    /// Newton's method on I_out(ρ; snr) = α, the branch where nothing is learnt; None where that is
    /// unstable.
    fn at_symmetric_point(&self, alpha: f64, start: f64) -> Result<Option<Neighbour>> {
        let mut lambda = start;
        for _ in 0..STEPS {
            let snr = lambda.exp();
            let output = self.channel.at(self.rho(), snr, Effort::Search)?;
            let step = (alpha - output.information.value) / (snr * output.by_snr.value);
            if !step.is_finite() {
                return Ok(None);
            }
            lambda = (lambda + step.clamp(-2.0, 2.0)).clamp(-60.0, 60.0);
            if step.abs() < LAST {
                let stable = self.point(self.rho(), snr, Effort::Search)?.excess_by_log_v() < 0.0;
                let variance = self.rho();
                return Ok(stable.then_some(Neighbour { log_snr: lambda, variance }));
            }
        }
        Ok(None)
    }

    /// Newton's method for both equations; None where it does not converge to a stable point.
    fn newton(&self, alpha: f64, start: Neighbour) -> Result<Option<Neighbour>> {
        let top = self.rho().ln();
        let (mut lambda, mut x) = (start.log_snr, start.variance.ln().min(top));
        // Far from the solution rough values lead as well.
        let mut effort = Effort::Survey;
        for _ in 0..STEPS {
            let v = x.exp().min(self.rho());
            // Where rules end, so do these steps.
            let Ok(p) = self.point(v, lambda.exp(), effort) else { return Ok(None) };
            let gap = p.latent.mmse.value - v;
            let f1 = p.potential().value - alpha;
            let f1_lambda = p.snr * (p.output.by_snr.value + gap * p.output.by_variance_and_snr);
            let f1_x = v * gap * p.output.by_variance_twice;
            let (f2, f2_lambda, f2_x) = (p.excess(), p.excess_by_log_snr(), p.excess_by_log_v());
            let determinant = f1_lambda * f2_x - f1_x * f2_lambda;
            let mut d_lambda = -(f1 * f2_x - f1_x * f2) / determinant;
            let mut d_x = -(f1_lambda * f2 - f2_lambda * f1) / determinant;
            if !d_lambda.is_finite() || !d_x.is_finite() {
                return Ok(None);
            }
            let longest = (d_lambda / 1.5).abs().max((d_x / 1.5).abs()).max(1.0);
            d_lambda /= longest;
            d_x /= longest;
            lambda += d_lambda;
            x = (x + d_x).min(top);
            if !(-60.0..=60.0).contains(&lambda) || x < top - 34.0 {
                return Ok(None);
            }
            let fine = effort == Effort::Search;
            if d_lambda.abs().max(d_x.abs()) < 0.1 {
                effort = Effort::Search;
            }
            // What is left after the last step is about its square.
            if fine && d_lambda.abs() < LAST && d_x.abs() < LAST {
                let stable = p.excess_by_log_v() < 0.0;
                return Ok(stable.then(|| Neighbour { log_snr: lambda, variance: x.exp() }));
            }
        }
        Ok(None)
    }

    /// True where no other stationary point at that snr has a potential below α, the one of the stable
    /// point `at`.
    fn is_equilibrium(&self, alpha: f64, at: &Neighbour) -> Result<bool> {
        let snr = at.log_snr.exp();
        let symmetric = self.blind && at.variance >= self.rho();
        if self.is_alone(at.variance, snr)? {
            let other = if self.blind
                && !symmetric
                && self.without_hint(snr)?.excess_by_log_v() < CLEARLY
            {
                self.quick_potential(self.rho(), snr)?
            } else {
                f64::INFINITY
            };
            return Ok(alpha < other);
        }
        let others = self.stationary(snr)?;
        for v in others {
            if (v / at.variance - 1.0).abs() < 1e-4 {
                continue;
            }
            if self.quick_potential(v, snr)? < alpha {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Potential at a stationary point, to search accuracy.
    fn quick_potential(&self, v: f64, snr: f64) -> Result<f64> {
        if v <= super::FLOOR * self.rho() {
            return Ok(self.beta * self.prior.entropy().unwrap_or(f64::INFINITY));
        }
        let point = self.point(v, snr, Effort::Search)?;
        Ok(if self.blind && v == self.rho() {
            point.output.information.value
        } else {
            point.potential().value
        })
    }

    /// The bracketed root of I(snr) = α, with the equilibrium found anew at every snr; or the
    /// largest log snr that rules follow, where the information is still below α.
    fn search_collapse(
        &self,
        alpha: f64,
        start: f64,
    ) -> Result<std::result::Result<(f64, f64), f64>> {
        let failure = RefCell::new(None);
        let at = |lambda: f64| -> Result<(f64, f64)> {
            let snr = lambda.exp();
            let mut best = (f64::INFINITY, f64::NAN);
            for v in self.stationary(snr)? {
                let potential = self.quick_potential(v, snr)?;
                if potential < best.0 {
                    best = (potential, v);
                }
            }
            if best.0.is_finite() {
                Ok(best)
            } else {
                // A continuous latent below the smallest v that is looked at.
                let floor = super::FLOOR;
                Err(NumericsError::Domain {
                    what: "t_C",
                    message: format!(
                        "not resolved: at snr = {snr:.1e} the posterior variance is below {floor:.0e} of the prior's, the least that is looked at"
                    ),
                }
                .into())
            }
        };
        let excess = |lambda: f64| match at(lambda) {
            // Search accuracy is relative where the information is small.
            Ok((information, _)) => Estimate::new(information - alpha, 1e-11 * alpha.min(1.0)),
            Err(error) => {
                failure.borrow_mut().get_or_insert(error);
                Estimate::exact(f64::NAN)
            }
        };
        let (mut low, mut high) = (start, start);
        let mut reach = 1.0;
        // Where rules end, a weaker signal may do.
        while !excess(low).value.is_finite() && low > -FARTHEST {
            low -= STEP;
            high = low;
        }
        while excess(low).value >= 0.0 && low > -FARTHEST {
            low -= reach;
            reach *= 1.5;
        }
        failure.take();
        reach = 1.0;
        while excess(high).value <= 0.0 {
            let next = (high + reach).min(FARTHEST);
            if next <= high || excess(next).value.is_nan() {
                // Only the last of them is known to be too weak.
                let weak = high > NEGLIGIBLE && excess(high).upper() < 0.0;
                return match failure.into_inner() {
                    Some(error) if !weak => Err(error),
                    _ if weak => Ok(Err(high)),
                    _ => Err(unconverged("collapse", high, f64::INFINITY)),
                };
            }
            high = next;
            reach *= 1.5;
        }
        let root = roots::bracketed("collapse", excess, low, high);
        if let Some(error) = failure.into_inner() {
            return Err(error);
        }
        let root = root?;
        Ok(Ok((root.value, at(root.value)?.1)))
    }

    /// The error bound at a solution known to search accuracy.
    fn certify(&self, alpha: f64, log_snr: f64, v: f64) -> Result<Collapse> {
        let saddle = self.saddle(v, log_snr.exp(), Effort::Certify)?;
        let slope = 0.5 * log_snr.exp() * saddle.mmse.value;
        let residual = saddle.information - alpha;
        let step = -residual.value / slope;
        if !step.is_finite() {
            return Err(unconverged("collapse", log_snr, f64::INFINITY));
        }
        // The step is Newton's; I is concave in log snr near the root to second order in the step.
        let error = residual.error / slope * 1.01 + 2.0 * step * step + 4.0 * f64::EPSILON;
        let log_snr = Estimate::new(log_snr + step, error);
        let neighbour = Neighbour { log_snr: log_snr.value, variance: saddle.variance.value };
        let moved = saddle.variance.widened(saddle.variance.value * 4.0 * step.abs());
        Ok(Collapse {
            time: time_estimate(log_snr).into(),
            log_snr: log_snr.into(),
            variance: moved.into(),
            neighbour: Some(neighbour),
        })
    }
}
