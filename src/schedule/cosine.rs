//! Improved DDPM: ᾱ follows a squared cosine `[ND21 Eq. 17]`.
//!
//! f(x) = cos²(π/2 (x + s)/(1 + s)) and 1 − β_k = f((k+1)/N)/f(k/N), with β_k capped; only the
//! last steps reach the cap. The ratio is computed from the difference of the two angles, which
//! keeps the digits of β.

use super::betas::{self, NUM_TRAIN_TIMESTEPS};
use super::parameter::{Domain, Family, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use std::f64::consts::FRAC_PI_2;

/// The offset s that keeps the first variances from vanishing.
pub(super) const COSINE_S: Parameter = Parameter {
    name: "cosine-s",
    default: 0.008,
    domain: Domain::NonNegative,
    help: "offset s of the cosine",
};

/// The largest variance allowed.
pub(super) const BETA_CAP: Parameter = Parameter {
    name: "beta-cap",
    default: 0.999,
    domain: Domain::Fraction,
    help: "largest variance that a step may add",
};

/// The cosine schedule, `squaredcos_cap_v2` in diffusers.
pub(super) const FAMILY: Family = Family {
    name: "ddpm-cosine",
    help: "improved DDPM: the signal falls as a squared cosine (squaredcos_cap_v2)",
    source: "ND21",
    parameters: &[COSINE_S, BETA_CAP, NUM_TRAIN_TIMESTEPS],
    axes: |values| {
        let steps = values.steps(&NUM_TRAIN_TIMESTEPS);
        betas::axes(log_alpha_bar(values.of(&COSINE_S), values.of(&BETA_CAP), steps))
    },
};

/// log ᾱ of every step.
pub(super) fn log_alpha_bar(s: f64, cap: f64, steps: usize) -> Vec<Estimate> {
    let floor = (-Estimate::exact(cap)).ln_1p();
    let one = Estimate::exact(1.0);
    let quarter = Estimate::rounded(FRAC_PI_2) / (one + s);
    let share = |k: usize| Estimate::exact(k as f64) / steps as f64;
    // φ = π/2 (k/N + s)/(1 + s) and h, the growth of φ in a step.
    let h = quarter * share(1);
    let (sine, half_sine) = (sin(h), sin(h * 0.5));
    betas::cumulative((0..steps).map(|k| {
        if k + 1 == steps {
            return floor;
        }
        let (angle, complement) = (quarter * (share(k) + s), quarter * share(steps - k));
        let tangent =
            if angle.value < complement.value { tan(angle) } else { one / tan(complement) };
        // cos(φ + h)/cos φ = 1 − 2 sin²(h/2) − sin h tan φ.
        let log_alpha = (-(half_sine.squared() * 2.0 + sine * tangent)).ln_1p() * 2.0;
        if log_alpha.value < floor.value { floor } else { log_alpha }
    }))
}

/// Sine of an angle up to π/2, where its relative error is no larger than the angle's.
fn sin(angle: Estimate) -> Estimate {
    let value = angle.value.sin();
    Estimate::new(value, value * (angle.error / angle.value + ROUNDING))
}

/// Tangent of an angle up to π/4, where its relative error is at most π/2 times the angle's.
fn tan(angle: Estimate) -> Estimate {
    if angle.value == 0.0 {
        return angle;
    }
    let value = angle.value.tan();
    Estimate::new(value, value * (2.0 * angle.error / angle.value + ROUNDING))
}
