//! Two Gaussian classes with one covariance: the posterior depends on a single number.
//!
//! With means ±m about their middle and covariance C, the point x_t is as informative about the
//! class as a spin in Gaussian noise at γ_t = Σ_i c_i/(λ_i + τ), where λ_i are the eigenvalues of
//! C, c_i = m_i² along them and τ = e^{2t} − 1. For two isotropic clusters this is
//! γ = d μ̃² e^{−2t}/Γ_t.

use super::{Classes, LogLikelihoodRatio, Posterior};
use crate::Answer;
use crate::answer::short;
use crate::error::Result;
use crate::numerics::{Estimate, minima, roots};
use crate::prior::Binary;
use crate::process::{LOG_SNR, Noise, time_estimate};

/// γ at which γ I'(γ) is largest for two balanced classes, a starting point only.
const GAMMA_STEEPEST: f64 = 1.508_338;

/// Steps of the search for a steepest point that is met only close to the data.
const LOOKS: usize = 64;

/// Two classes with equal covariance.
#[derive(Clone, Debug)]
pub struct EqualPair {
    spin: Binary,
    weights: [f64; 2],
    /// (c_i, λ_i): squared half-distance along each mode, and the mode's variance.
    modes: Vec<(Estimate, Estimate)>,
}

impl EqualPair {
    /// Classes with weights `weights`, whose half-difference of means has squared component c_i
    /// along the mode of within-class variance λ_i.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] unless the weights lie strictly between 0 and 1.
    pub fn new(weights: [f64; 2], modes: Vec<(Estimate, Estimate)>) -> Result<Self> {
        let spin =
            if weights[0] == weights[1] { Binary::BALANCED } else { Binary::new(weights[0])? };
        let modes = modes.into_iter().filter(|(c, _)| c.value > 0.0).collect();
        Ok(Self { spin, weights, modes })
    }

    /// Signal-to-noise ratio γ of the class at this noise level; 0 if the means coincide.
    pub fn gamma(&self, noise: Noise) -> Estimate {
        let tau = noise.tau();
        if tau == 0.0 && self.modes.iter().any(|(_, v)| v.value <= 0.0) {
            return Estimate::exact(f64::INFINITY);
        }
        let gamma = |&(c, v): &(Estimate, Estimate)| {
            let gamma = c / (v + Estimate::rounded(tau));
            if gamma.value == f64::INFINITY { Estimate::exact(f64::INFINITY) } else { gamma }
        };
        self.modes.iter().map(gamma).sum()
    }

    /// Whether a squared distance or a variance overflowed before it came here.
    fn out_of_range(&self) -> bool {
        self.modes.iter().any(|(c, v)| !(c.value.is_finite() && v.value.is_finite()))
    }

    /// γ at t = 0, where the classes are told apart best.
    fn largest_gamma(&self) -> Estimate {
        self.gamma(Noise::at_tau(0.0))
    }

    /// The time at which γ takes the value `target`, or the reason why it never does.
    fn time_of_gamma(&self, target: Estimate) -> Result<Answer> {
        if self.out_of_range() {
            return Ok(Answer::out_of_range());
        }
        let largest = self.largest_gamma();
        if largest.value <= target.value {
            return Ok(Answer::absent(format!(
                "no transition: the classes are never far enough apart (γ at t = 0 is {}, {} is needed)",
                short(largest.value),
                short(target.value)
            )));
        }
        if let [(c, v)] = self.modes[..] {
            // c/(λ + τ) = γ, and t = ½ log(1 + τ)
            let tau = c / target - v;
            return Ok(Answer::Value(tau.ln_1p() * 0.5));
        }
        let excess = |u: f64| self.gamma(Noise::at_tau((-u).exp())) - target;
        let root = roots::bracketed("time of a class separation", excess, LOG_SNR.0, LOG_SNR.1)?;
        Ok(Answer::Value(time_estimate(root.estimate())))
    }
}

impl Classes for EqualPair {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn between_eigenvalues(&self) -> Result<Vec<Estimate>> {
        // w₁w₂ |m₁ − m₂|², with |m₁ − m₂|² = 4 Σ c_i.
        let distance: Estimate = self.modes.iter().map(|&(c, _)| c).sum();
        let product = if self.weights[0] == self.weights[1] {
            Estimate::exact(1.0)
        } else {
            Estimate::rounded(4.0 * self.weights[0] * self.weights[1])
        };
        Ok(vec![distance * product])
    }

    fn log_likelihood_ratio(&self, _: usize, _: usize, noise: Noise) -> Result<LogLikelihoodRatio> {
        // δᵀG⁻¹δ = 4γ
        let gamma = self.gamma(noise);
        Ok(LogLikelihoodRatio { mean: gamma * 2.0, variance: gamma * 4.0 })
    }

    fn posterior(&self, noise: Noise) -> Result<Posterior> {
        let (clone, entropy, information) = self.spin.all(self.gamma(noise));
        Ok(Posterior { clone, entropy, information })
    }

    fn information(&self, noise: Noise) -> Result<Estimate> {
        Ok(self.spin.information(self.gamma(noise)))
    }

    /// 2 I'(γ) dγ/dsnr, with dγ/dsnr = Σ_i c_i τ²/(λ_i + τ)² `[GSV05]`.
    fn mmse(&self, noise: Noise) -> Result<Answer> {
        let tau = Estimate::rounded(noise.tau());
        let quickness = |&(c, v): &(Estimate, Estimate)| match tau.value {
            f64::INFINITY => c,
            _ => c * (tau / (tau + v)).squared(),
        };
        let rate: Estimate = self.modes.iter().map(quickness).sum();
        Ok((self.spin.moments(self.gamma(noise)).slope * rate * 2.0).into())
    }

    fn cloning_time(&self, target: Estimate) -> Option<Result<Answer>> {
        if self.weights[0] == self.weights[1] {
            // φ* is by definition the value at γ = 1 for two balanced classes.
            return Some(self.time_of_gamma(Estimate::exact(1.0)));
        }
        let floor = self.spin.clone_probability(Estimate::exact(0.0));
        if floor.value >= target.value {
            return Some(Ok(Answer::absent(format!(
                "no transition: φ never falls below Σw² = {:.6}, above φ* = {:.6}",
                floor.value, target.value
            ))));
        }
        let excess = |x: f64| self.spin.clone_probability(Estimate::rounded(x.exp())) - target;
        Some(
            roots::bracketed("γ of the cloning criterion", excess, -30.0, 10.0)
                .map_err(Into::into)
                .and_then(|root| self.time_of_gamma(root.estimate().exp())),
        )
    }

    fn steepest_time(&self) -> Option<Result<Answer>> {
        if self.modes.is_empty() {
            return Some(Ok(Answer::absent("no transition: the class means coincide")));
        }
        if self.out_of_range() {
            return Some(Ok(Answer::out_of_range()));
        }
        Some(match self.modes[..] {
            [(c, v)] => self.steepest_single(c, v),
            _ => self.steepest_several(),
        })
    }

    fn bayes_time(&self, _: usize, _: usize) -> Option<Answer> {
        // 2γ = 2√γ
        self.time_of_gamma(Estimate::exact(1.0)).ok()
    }
}

/// The steepest point of the class entropy, where d²I/dt² = I'(γ) γ̈ + I''(γ) γ̇² vanishes.
impl EqualPair {
    const NOT_INSIDE: &str = "no transition: the class entropy is steepest at t = 0, the classes overlap in the data itself";

    /// r(γ) = −γ I''/I' = 2γ T₁/T₀, rising from 0 through 1 (at γ = 1.508 for balanced classes).
    fn sharpness(&self, gamma: Estimate) -> Estimate {
        let moments = self.spin.moments(gamma);
        if moments.slope.value < 1e-280 {
            // Both moments underflow; T₁/T₀ → ¼ for large γ.
            let half = 0.5 * gamma.value.min(f64::MAX);
            return Estimate::new(half, 0.2 * half);
        }
        gamma * moments.first * 2.0 / moments.slope
    }

    /// One mode: γ̈/γ̇² = (2 − Γ_t)/γ with Γ_t = (λ+τ)/(1+τ), so the condition is
    /// r(γ_t) = 2 − Γ_t = 1 + (1 − λ)/(1 + τ).
    fn steepest_single(&self, c: Estimate, v: Estimate) -> Result<Answer> {
        let excess = |u: f64| {
            let tau = Estimate::rounded((-u).exp());
            self.sharpness(c / (v + tau)) - 1.0 - (1.0 - v) / (1.0 + tau)
        };
        // With Γ_t = 1 the condition would be r = 1, at γ* = 1.508; the correction is small where
        // the classes separate at large τ, and of order one at most.
        let tau = c.value / GAMMA_STEEPEST - v.value;
        if self.weights[0] == self.weights[1] && tau > 0.0 {
            let correction = (1.0 - v.value) / (1.0 + tau);
            let step = 2.0 * correction.abs() + 1e-12;
            let guess = -tau.ln();
            if let Ok(root) =
                roots::near("steepest class entropy", excess, guess, step, true, LOG_SNR)
            {
                return Ok(Answer::Value(time_estimate(root.estimate())));
            }
        }
        // Otherwise look from late times, where r → 0 while the right-hand side is near 1, to early
        // ones: the condition may be met only close to the data, or be met and lost again.
        let late = latest(c.value + v.value + 1.0);
        let reach = 40.0 - c.value.min(v.value).min(1.0).ln();
        let grid: Vec<f64> =
            (0..=LOOKS).map(|k| late + (reach - late) * k as f64 / LOOKS as f64).collect();
        let is_met = |u: f64| {
            let excess = excess(u);
            excess.value > 0.0 && excess.sign_is_certain()
        };
        let met = grid.iter().skip(1).copied().find(|&u| is_met(u)).or_else(|| {
            // Met between two points of the grid only, if anywhere: where the excess is largest.
            let values: Vec<f64> = grid.iter().map(|&u| excess(u).value).collect();
            let top = (1..LOOKS).max_by(|&a, &b| values[a].total_cmp(&values[b]))?;
            let negative = |u: f64| -excess(u).value;
            minima::unimodal("steepest class entropy", negative, grid[top - 1], grid[top + 1])
                .ok()
                .map(|lowest| lowest.at)
                .filter(|&u| is_met(u))
        });
        let Some(met) = met else { return Ok(Answer::absent(Self::NOT_INSIDE)) };
        let root = roots::bracketed("steepest class entropy", excess, late, met)?;
        Ok(Answer::Value(time_estimate(root.estimate())))
    }

    /// Several modes: every sign change of d²I/dt² on a grid in log-SNR, the steepest wins.
    fn steepest_several(&self) -> Result<Answer> {
        let sizes = || self.modes.iter().flat_map(|(c, v)| [c.value, v.value]);
        let late = latest(sizes().fold(1.0, f64::max) + self.modes.len() as f64);
        let smallest = sizes().filter(|&x| x > 0.0).fold(1.0, f64::min);
        let early = -smallest.ln() + 12.0;
        let steps = ((early - late) / 0.2).ceil();
        let mut best: Option<(f64, Estimate)> = None;
        let mut before = (late, self.acceleration(late));
        for k in 1..=steps as usize {
            let u = late + (early - late) * k as f64 / steps;
            let here = (u, self.acceleration(u));
            let both_certain = before.1.sign_is_certain() && here.1.sign_is_certain();
            if both_certain && before.1.value > 0.0 && here.1.value < 0.0 {
                let f = |x: f64| self.acceleration(x);
                let root = roots::bracketed("steepest class entropy", f, before.0, u)?;
                let (gamma, speed, _) = self.rates((-root.value).exp());
                let slope = self.spin.moments(gamma.into()).slope.value * gamma * speed;
                if best.is_none_or(|(top, _)| slope > top) {
                    best = Some((slope, time_estimate(root.estimate())));
                }
            }
            if here.1.sign_is_certain() {
                before = here;
            }
        }
        Ok(best.map_or(Answer::absent(Self::NOT_INSIDE), |(_, time)| Answer::Value(time)))
    }

    /// γ, −γ̇/γ and the ratio Σ c_i s_i³ (τ+1)/Σ c_i s_i², s_i = 1/(λ_i + τ): γ̈ = −γ̇ (4 ratio − 2).
    ///
    /// Ratios only: powers of s_i leave the range of numbers long before γ does.
    fn rates(&self, tau: f64) -> (f64, f64, f64) {
        let (mut g, mut a, mut b) = (0.0, 0.0, 0.0);
        let narrowest = self.modes.iter().map(|(_, v)| v.value + tau).fold(f64::MAX, f64::min);
        for &(c, v) in &self.modes {
            let total = v.value + tau;
            let (share, quickness) = (c.value / total, narrowest / total);
            g += share;
            a += share * quickness;
            b += share * quickness * quickness;
        }
        // dτ/dt = 2(τ+1)
        let quickest = (tau + 1.0) / narrowest;
        (g, 2.0 * quickest * (a / g), quickest * (b / a))
    }

    /// d²I/dt² divided by the positive I'(γ)|γ̇|.
    fn acceleration(&self, u: f64) -> Estimate {
        let (gamma, speed, ratio) = self.rates((-u).exp());
        let relative = 8.0 * (self.modes.len() + 2) as f64 * f64::EPSILON;
        let error = |x: f64| Estimate::new(x, relative * x.abs());
        error(4.0 * ratio) - 2.0 - self.sharpness(error(gamma)) * error(speed)
    }
}

/// Log-SNR at which classes of this `size`, squared distances and variances, tell nothing yet.
fn latest(size: f64) -> f64 {
    (-(1e3 * size).ln()).max(LOG_SNR.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(c: f64, v: f64) -> EqualPair {
        EqualPair::new([0.5; 2], vec![(c.into(), v.into())]).unwrap()
    }

    /// The single-mode route and the scan over modes are two routes to one time.
    #[test]
    fn identity_steepest_point_two_routes() {
        for (c, v) in [(256.0, 1.0), (1152.0, 0.64), (30.0, 4.0), (1e6, 1e-4), (50.0, 0.0)] {
            let split = EqualPair::new(
                [0.5; 2],
                vec![((0.5 * c).into(), v.into()), ((0.5 * c).into(), v.into())],
            )
            .unwrap();
            let one = pair(c, v).steepest_time().unwrap().unwrap().estimate().unwrap();
            let two = split.steepest_time().unwrap().unwrap().estimate().unwrap();
            assert!(
                (one.value - two.value).abs() <= one.error + two.error,
                "{c} {v}: {one:?} {two:?}"
            );
            assert!(one.error < 1e-11, "{one:?}");
        }
    }

    /// The balanced cloning time by its closed form and by solving φ(γ) = φ*.
    #[test]
    fn identity_cloning_time_is_where_phi_meets_its_threshold() {
        let balanced = pair(300.0, 0.7);
        let target = Binary::BALANCED.clone_probability(1.0.into());
        let time = balanced.cloning_time(target).unwrap().unwrap().estimate().unwrap();
        let phi = balanced.posterior(Noise::at_time(time.value).unwrap()).unwrap().clone;
        assert!((phi.value - target.value).abs() < 1e-13);
    }

    #[test]
    fn limit_coinciding_means_never_separate() {
        let none = pair(0.0, 1.0);
        assert!(none.steepest_time().unwrap().unwrap().value().is_none());
        assert!(none.bayes_time(0, 1).unwrap().value().is_none());
        let clone = none.posterior(Noise::at_time(0.3).unwrap()).unwrap().clone;
        assert!((clone.value - 0.5).abs() <= clone.error);
    }
}
