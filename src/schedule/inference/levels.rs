//! Levels of σ between two ends.

use crate::error::{Error, Result};
use crate::numerics::beta::symmetric_quantile;
use crate::numerics::{Estimate, precision::ROUNDING};
use crate::schedule::parameter::suggestion;

/// How levels are spaced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Levels {
    /// By a formula between two ends: log σ of the share k/(K − 1) of the way from the largest.
    Between(fn(Estimate, Estimate, f64) -> Estimate),
    /// A published list.
    Published(&'static Published),
}

/// A list of noise levels, the final one left out, and where it was published.
#[derive(Debug)]
pub(super) struct Published {
    sigmas: [f64; 10],
}

/// ρ of `[KAAL22 Eq. 5]`.
const RHO: f64 = 7.0;

/// Both parameters of the beta law of `[LLGK24]`.
const BETA: f64 = 0.6;

const AYS_SD15: Published =
    Published { sigmas: [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152] };
const AYS_SDXL: Published =
    Published { sigmas: [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113] };
const AYS_SVD: Published =
    Published { sigmas: [700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034] };

/// Levels by name.
const ALL: &[(&str, Levels)] = &[
    ("karras", Levels::Between(|high, low, share| karras(high, low, share, RHO))),
    ("exponential", Levels::Between(exponential)),
    // As published levels of log-SNR with ρ = 1, which is the same.
    ("lu", Levels::Between(exponential)),
    ("beta", Levels::Between(beta)),
    ("ays-sd15", Levels::Published(&AYS_SD15)),
    ("ays-sdxl", Levels::Published(&AYS_SDXL)),
    ("ays-svd", Levels::Published(&AYS_SVD)),
];

/// Names of spacings of σ, the even one first.
pub fn names() -> Vec<&'static str> {
    std::iter::once(EVEN).chain(ALL.iter().map(|(name, _)| *name)).collect()
}

/// What is no spacing of σ but one of steps.
pub(super) const EVEN: &str = "even";

/// The levels called `name`, none where they are evenly spaced steps.
///
/// # Errors
/// [`Error::Argument`] for an unknown name.
pub(super) fn named(name: &str) -> Result<Option<Levels>> {
    if name == EVEN {
        return Ok(None);
    }
    let found = ALL.iter().find(|(known, _)| *known == name).map(|(_, levels)| *levels);
    found.map(Some).ok_or_else(|| {
        let expected = format!("is no spacing of sigma{}", suggestion(name, &names()));
        Error::argument("--sigma-spacing", name, expected)
    })
}

impl Levels {
    /// log σ of `count` levels, from the largest.
    ///
    /// # Errors
    /// A published list for another number of steps.
    pub(super) fn logs(self, high: Estimate, low: Estimate, count: usize) -> Result<Vec<Estimate>> {
        match self {
            Self::Between(at) => {
                let share = |k: usize| if count == 1 { 0.0 } else { k as f64 / (count - 1) as f64 };
                Ok((0..count).map(|k| at(high, low, share(k))).collect())
            }
            Self::Published(list) => list.logs(count),
        }
    }
}

impl Published {
    /// As published for ten steps; for others interpolated in log σ against the share of the steps `[SFK24]`.
    fn logs(&self, count: usize) -> Result<Vec<Estimate>> {
        let logs = self.sigmas.map(|sigma| Estimate::exact(sigma).ln());
        let last = logs.len() - 1;
        let at = |k: usize| {
            let place = if count == 1 { 0.0 } else { (k * last) as f64 / (count - 1) as f64 };
            let low = (place as usize).min(last - 1);
            logs[low] + (logs[low + 1] - logs[low]) * (place - low as f64)
        };
        Ok((0..count).map(at).collect())
    }
}

/// σ^{1/ρ} even.
pub(super) fn karras(high: Estimate, low: Estimate, share: f64, rho: f64) -> Estimate {
    if share == 0.0 || share == 1.0 {
        return if share == 0.0 { high } else { low };
    }
    let [a, b] = [high, low].map(|log| (log / rho).exp());
    (a + (b - a) * share).ln() * rho
}

/// log σ even.
pub(super) fn exponential(high: Estimate, low: Estimate, share: f64) -> Estimate {
    if share == 1.0 { low } else { high + (low - high) * share }
}

/// σ at quantiles of a beta law.
fn beta(high: Estimate, low: Estimate, share: f64) -> Estimate {
    if share == 0.0 || share == 1.0 {
        return if share == 0.0 { high } else { low };
    }
    let quantile = symmetric_quantile(BETA, 1.0 - share);
    let quantile = Estimate::new(quantile, QUANTILE * ROUNDING * quantile);
    let [a, b] = [high, low].map(Estimate::exp);
    (b + (a - b) * quantile).ln()
}

/// Roundings in a quantile.
const QUANTILE: f64 = 64.0;
