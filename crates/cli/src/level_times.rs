//! Transition times of the random energy model, as `times` and `explain` show them.

use super::accuracy;
use super::sample_size::SampleSize;
use clap::{Arg, ArgAction, ArgMatches};
use regimes::Answer;
use regimes::error::Result;
use regimes::models::parameter::Values;
use regimes::models::{Entry, Model};
use regimes::numerics::Estimate;
use regimes::rem::finite::Ensemble;
use regimes::rem::large_deviations::Energies;

/// Name of the flag that asks for the transition times at finite n and d.
const FINITE_SIZE: &str = "finite-size";

/// The flag of the times at finite n and d.
pub(crate) fn finite_size_flag() -> Arg {
    Arg::new(FINITE_SIZE).long(FINITE_SIZE).action(ArgAction::SetTrue).help(
        "also the collapse times that a simulation at this n and d shows: t_C.clones (φ_C = ½), t_C.leave-one-out, t_C.participation (= 2)",
    )
}

/// Whether it was given.
pub(crate) fn matches_finite_size(entry: &Entry, matches: &ArgMatches) -> bool {
    entry.levels && matches.get_flag(FINITE_SIZE)
}

/// A time of the random energy model at leading order in d.
pub(crate) struct Level {
    pub(crate) name: &'static str,
    pub(crate) symbol: &'static str,
    pub(crate) source: &'static str,
    pub(crate) time: fn(&Energies) -> Result<Estimate>,
}

/// Onset of traps, and best generalisation.
pub(crate) const LEVELS: [Level; 2] = [
    Level { name: "onset", symbol: "t_o", source: "AALMV25", time: Energies::onset_time },
    Level {
        name: "generalisation",
        symbol: "t_g",
        source: "BM24",
        time: Energies::generalisation_time,
    },
];

/// A time at finite n and d.
pub(crate) struct Finite {
    pub(crate) name: &'static str,
    pub(crate) time: fn(&Ensemble) -> Result<Answer>,
}

/// Where the observables of a finite run cross their thresholds.
pub(crate) const FINITE: [Finite; 3] = [
    Finite { name: "clones", time: Ensemble::clone_collapse_time },
    Finite { name: "leave-one-out", time: Ensemble::leave_one_out_time },
    Finite { name: "participation", time: Ensemble::participation_time },
];

const NOT_SMOOTHED: &str = "known for the empirical score only, without --bandwidth";

/// A time of the large-deviation theory, or why there is none.
///
/// # Errors
/// Failed numerics.
pub(crate) fn level_time(
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
    model.energies(size.alpha.value)?.try_and_then(|levels| {
        let time = time(&levels)?;
        // α = log n/d was rounded before it came here.
        Ok(Answer::Value(time.widened(4.0 * f64::EPSILON * (1.0 + size.alpha.value) * time.value)))
    })
}

/// A time at finite n and d, or why there is none.
///
/// # Errors
/// Failed numerics.
pub(crate) fn finite_time(
    model: &dyn Model,
    size: &SampleSize,
    bandwidth: f64,
    values: &Values,
    time: fn(&Ensemble) -> Result<Answer>,
) -> Result<Answer> {
    if bandwidth > 0.0 {
        return Ok(Answer::absent(NOT_SMOOTHED));
    }
    if size.log_n < std::f64::consts::LN_2 {
        return Ok(Answer::absent("no transition: a single sample"));
    }
    model.ensemble(size.log_n)?.try_and_then(|ensemble| time(&accuracy::applied(ensemble, values)))
}

/// Whether the finite-size averages of a model are sampled.
pub(crate) fn is_sampled(model: &dyn Model) -> bool {
    // Any number of samples will do.
    matches!(model.ensemble(1.0), Ok(Answer::Value(ensemble)) if ensemble.is_sampled())
}
