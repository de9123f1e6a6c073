//! What ancestral sampling with a perfect denoiser costs.
//!
//! In y_s = s a + B_s a step from s to s + δ adds E[a|y_s] δ and noise of variance δ. For any data
//! KL(true chain ‖ sampler's chain) = Σ_k ½ mmse(s_k) δ_k − [I(s_K) − I(s_0)]: a left Riemann sum of a
//! falling function minus its integral (chain rule of KL and `[GSV05]`). It bounds the KL of what comes out.

use super::data::Data;
use super::level::Level;
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::numerics::summation::Compensated;

/// From what sampling starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The exact law at the first level.
    Exact,
    /// N(0, σ²) at the first σ, in the coordinates of x = a + σz.
    Ve,
    /// N(0, 1) at the first level, in those of x = e^{−t}a + √Δ z.
    Vp,
}

/// The cost in nats per dimension, step by step and in all.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Posterior variance at every level.
    pub mmse: Vec<Estimate>,
    /// KL of every step.
    pub steps: Vec<Estimate>,
    /// Their sum.
    pub total: Estimate,
}

/// The cost of a grid from the noisiest level to the cleanest, started from the exact law.
///
/// # Errors
/// [`Error::Usage`] for a grid whose last level has no noise; failed numerics.
pub fn cost(data: &Data<'_>, grid: &[Level]) -> Result<Cost> {
    if grid.last().is_some_and(|last| last.snr.is_infinite()) {
        return Err(Error::Usage(
            "the last level has no noise: a step of ancestral sampling there costs infinitely much, end at a finite snr".into(),
        ));
    }
    let mmse = grid.iter().map(|level| data.mmse(level.snr)).collect::<Result<Vec<_>>>()?;
    let informed: Vec<Estimate> =
        grid.iter().map(|level| data.information(level.snr)).collect::<Result<_>>()?;
    let mut steps = Vec::with_capacity(grid.len().saturating_sub(1));
    let (mut sum, mut bound) = (Compensated::default(), 0.0);
    for (k, pair) in grid.windows(2).enumerate() {
        // The levels are what they are: only their difference is rounded.
        let area = mmse[k] * Estimate::rounded(pair[1].snr - pair[0].snr) * 0.5;
        sum.add(area.value);
        bound += area.error;
        steps.push((area - (informed[k + 1] - informed[k])).clamp(0.0, f64::INFINITY));
    }
    let total = match (informed.first(), informed.last()) {
        (Some(&first), Some(&last)) => sum.estimate(0.0).widened(bound) - (last - first),
        _ => Estimate::exact(0.0),
    };
    Ok(Cost { mmse, steps, total: total.clamp(0.0, f64::INFINITY) })
}

/// The sum alone, where only differences of grids matter: Σ ½ mmse(s_k) δ_k.
pub(super) fn area(mmse: &[f64], snr: &[f64]) -> f64 {
    let mut sum = Compensated::default();
    for (k, pair) in snr.windows(2).enumerate() {
        sum.add(0.5 * mmse[k] * (pair[1] - pair[0]));
    }
    sum.estimate(0.0).value
}

/// What a start from a Gaussian costs on top, per dimension, at the first level.
///
/// # Errors
/// Failed numerics.
pub fn start_cost(data: &Data<'_>, model: &dyn Model, start: Start, snr: f64) -> Result<Answer> {
    if start == Start::Exact {
        return Ok(Estimate::exact(0.0).into());
    }
    let square = match model.second_moment() {
        Answer::Value(square) => square,
        absent => return Ok(absent),
    };
    let informed = data.information(snr)?;
    let s = Estimate::exact(snr);
    let cost = if start == Start::Ve {
        // The same sum from s = 0, with one step.
        square * s * 0.5 - informed
    } else {
        // ½ log(1 + s) + (s E a² + 1)/(2 (1 + s)) − ½, without its cancellation.
        s.ln_1p() * 0.5 + s * (square - 1.0) / (s + 1.0) * 0.5 - informed
    };
    Ok(cost.widened(ROUNDING * informed.value).clamp(0.0, f64::INFINITY).into())
}
