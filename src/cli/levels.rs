//! Collapse times of the random energy model: at leading order in d, and at finite n and d.

use super::sample_size::SampleSize;
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::numerics::Estimate;
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;

/// A time of the random energy model at leading order in d.
pub(super) struct Level {
    /// Name in the output, after `t_C.`.
    pub(super) name: &'static str,
    /// Symbol in the papers.
    pub(super) symbol: &'static str,
    /// Source key.
    pub(super) source: &'static str,
    /// Computes it.
    pub(super) time: fn(&Energies) -> Result<Estimate>,
}

/// Onset of traps, and best generalisation.
pub(super) const LEVELS: [Level; 2] = [
    Level { name: "onset", symbol: "t_o", source: "AALMV25", time: Energies::onset_time },
    Level {
        name: "generalisation",
        symbol: "t_g",
        source: "BM24",
        time: Energies::generalisation_time,
    },
];

/// A time at finite n and d.
pub(super) struct Finite {
    /// Name in the output, after `t_C.`.
    pub(super) name: &'static str,
    /// Computes it.
    pub(super) time: fn(&Ensemble) -> Result<Answer>,
}

/// Where the observables of a finite run cross their thresholds.
pub(super) const FINITE: [Finite; 3] = [
    Finite { name: "clones", time: Ensemble::clone_collapse_time },
    Finite { name: "leave-one-out", time: Ensemble::leave_one_out_time },
    Finite { name: "participation", time: Ensemble::participation_time },
];

const NOT_SMOOTHED: &str = "known for the empirical score only, without --bandwidth";

/// A time of the random energy model of a model's samples.
///
/// # Errors
/// Failed numerics.
pub(super) fn level_time(
    model: &dyn Model,
    size: &SampleSize,
    bandwidth: f64,
    time: fn(&Energies) -> Result<Estimate>,
) -> Result<Answer> {
    if bandwidth > 0.0 {
        return Ok(Answer::absent(NOT_SMOOTHED));
    }
    if size.alpha.value <= 0.0 {
        return Ok(Answer::absent("no transition: a single sample"));
    }
    match model.energies(size.alpha.value)? {
        Ok(levels) => {
            let time = time(&levels)?;
            // α = log n/d was rounded before it came here.
            Ok(Answer::Value(
                time.widened(4.0 * f64::EPSILON * (1.0 + size.alpha.value) * time.value),
            ))
        }
        Err(reason) => Ok(Answer::absent(reason)),
    }
}

/// A time at finite n and d of a model's samples.
///
/// # Errors
/// Failed numerics.
pub(super) fn finite_time(
    model: &dyn Model,
    size: &SampleSize,
    bandwidth: f64,
    time: fn(&Ensemble) -> Result<Answer>,
) -> Result<Answer> {
    if bandwidth > 0.0 {
        return Ok(Answer::absent(NOT_SMOOTHED));
    }
    if size.log_n < std::f64::consts::LN_2 {
        return Ok(Answer::absent("no transition: a single sample"));
    }
    match model.ensemble(size.log_n)? {
        Ok(ensemble) => time(&ensemble),
        Err(reason) => Ok(Answer::absent(reason)),
    }
}
