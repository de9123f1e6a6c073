//! Variance-preserving chains x_k = √(1 − β_k) x_{k−1} + √β_k z `[HJA20 Eq. 2]`.
//!
//! ᾱ_k = ∏_{j≤k} (1 − β_j) is carried as its logarithm, a sum of log(1 − β_j) with its error
//! bound.

use super::axis::{Axes, log_snr_at_log_alpha_bar};
use super::ladder::Ladder;
use super::parameter::{Domain, Parameter};
use crate::error::Result;
use crate::numerics::Estimate;

/// Noise variance of the first step, with DDPM's default.
pub(super) const BETA_START: Parameter = Parameter {
    name: "beta-start",
    default: 1e-4,
    domain: Domain::Fraction,
    help: "variance added by the first step",
};

/// Noise variance of the last step, with DDPM's default.
pub(super) const BETA_END: Parameter = Parameter {
    name: "beta-end",
    default: 0.02,
    domain: Domain::Fraction,
    help: "variance added by the last step",
};

/// Length of the chain.
pub(super) const NUM_TRAIN_TIMESTEPS: Parameter = Parameter {
    name: "num-train-timesteps",
    default: 1000.0,
    domain: Domain::Steps,
    help: "number of steps of the chain the network was trained on",
};

/// `steps` numbers from `first` to `last`, evenly spaced.
pub(super) fn evenly(
    first: Estimate,
    last: Estimate,
    steps: usize,
) -> impl Iterator<Item = Estimate> {
    (0..steps).map(move |k| {
        if k + 1 == steps {
            last
        } else {
            first + (last - first) * (Estimate::exact(k as f64) / (steps - 1) as f64)
        }
    })
}

/// log ᾱ of a chain, from log(1 − β) of its steps.
pub(super) fn cumulative(log_alphas: impl IntoIterator<Item = Estimate>) -> Vec<Estimate> {
    let mut sum = Estimate::exact(0.0);
    let add = |log_alpha| {
        sum = sum + log_alpha;
        sum
    };
    log_alphas.into_iter().map(add).collect()
}

/// log ᾱ of a chain, from β of its steps.
pub(super) fn from_betas(betas: impl Iterator<Item = Estimate>) -> Vec<Estimate> {
    cumulative(betas.map(|beta| (-beta).ln_1p()))
}

/// log ᾱ rescaled to end without signal: √ᾱ is shifted to vanish at the last step, then stretched
/// to keep its first value (Lin, Liu, Li, Yang, [LLLY24 Algorithm 1]).
///
/// `last` is what log ᾱ of the last step is set to: −∞, or a floor some samplers put there.
pub(super) fn zero_terminal_snr(log_alpha_bar: &[Estimate], last: f64) -> Vec<Estimate> {
    let &[first, ref inner @ .., end] = log_alpha_bar else {
        return log_alpha_bar.to_vec();
    };
    // (√ᾱ_k − √ᾱ_end)/(√ᾱ_0 − √ᾱ_end) = 1 − expm1((L_k − L_0)/2)/expm1((L_end − L_0)/2).
    let drop = |log: Estimate| match log.value {
        f64::NEG_INFINITY => Estimate::exact(-1.0),
        _ => ((log - first) * 0.5).exp_m1(),
    };
    let stretched = inner.iter().map(|&log| first + (-(drop(log) / drop(end))).ln_1p() * 2.0);
    let last =
        if last == f64::NEG_INFINITY { Estimate::exact(last) } else { Estimate::rounded(last) };
    std::iter::once(first).chain(stretched).chain([last]).collect()
}

/// log ᾱ at a signal-to-noise ratio `scale` times smaller: ᾱ/(`scale` + (1 − `scale`) ᾱ).
pub(super) fn with_snr_over(scale: f64, log_alpha_bar: Estimate) -> Estimate {
    if log_alpha_bar.value == f64::NEG_INFINITY {
        return log_alpha_bar;
    }
    let noise = -log_alpha_bar.exp_m1();
    log_alpha_bar - ((Estimate::exact(scale) - 1.0) * noise).ln_1p()
}

/// The step index of a chain with these log ᾱ.
///
/// # Errors
/// [`crate::Error::Usage`] unless ᾱ falls strictly.
pub(super) fn axes(log_alpha_bar: Vec<Estimate>) -> Result<Axes> {
    let log_snr = log_alpha_bar.into_iter().map(log_snr_at_log_alpha_bar).collect();
    Ok(vec![Box::new(Ladder::new(log_snr)?)])
}
