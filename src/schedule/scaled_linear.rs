//! Stable Diffusion: √β_k evenly spaced `[RBLEO22]`.

use super::betas::{self, NUM_TRAIN_TIMESTEPS};
use super::parameter::{Family, Parameter};
use crate::numerics::Estimate;

const BETA_START: Parameter = Parameter { default: 0.000_85, ..betas::BETA_START };
const BETA_END: Parameter = Parameter { default: 0.012, ..betas::BETA_END };

/// The schedule of latent diffusion, with Stable Diffusion's variances.
pub(super) const FAMILY: Family = Family {
    name: "sd-scaled-linear",
    help: "Stable Diffusion: square roots of the variances evenly spaced over the steps",
    source: "RBLEO22",
    parameters: &[BETA_START, BETA_END, NUM_TRAIN_TIMESTEPS],
    axes: |values| {
        let steps = values.steps(&NUM_TRAIN_TIMESTEPS);
        betas::axes(log_alpha_bar(values.of(&BETA_START), values.of(&BETA_END), steps))
    },
};

/// log ᾱ of every step.
pub(super) fn log_alpha_bar(start: f64, end: f64, steps: usize) -> Vec<Estimate> {
    let root = |beta| Estimate::exact(beta).sqrt();
    betas::from_betas(betas::evenly(root(start), root(end), steps).map(Estimate::squared))
}
