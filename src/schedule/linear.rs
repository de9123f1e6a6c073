//! DDPM: β_k evenly spaced `[HJA20 Sec. 4]`.

use super::betas::{self, BETA_END, BETA_START, NUM_TRAIN_TIMESTEPS};
use super::parameter::Family;
use crate::numerics::Estimate;

/// DDPM's linear schedule.
pub(super) const FAMILY: Family = Family {
    name: "ddpm-linear",
    help: "DDPM: variances evenly spaced over the steps",
    source: "HJA20",
    parameters: &[BETA_START, BETA_END, NUM_TRAIN_TIMESTEPS],
    axes: |values| {
        let steps = values.steps(&NUM_TRAIN_TIMESTEPS);
        betas::axes(log_alpha_bar(values.of(&BETA_START), values.of(&BETA_END), steps))
    },
};

/// log ᾱ of every step.
pub(super) fn log_alpha_bar(start: f64, end: f64, steps: usize) -> Vec<Estimate> {
    betas::from_betas(betas::evenly(start.into(), end.into(), steps))
}
