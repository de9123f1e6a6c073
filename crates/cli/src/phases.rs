//! `times manifold --phases`: the transitions of the replica-symmetric potential along the noise
//! axis, in forward time.

use clap::{Arg, ArgAction};
use regimes::Answer;
use regimes::models::Model;
use regimes::numerics::Estimate;
use regimes::process::time_estimate;
use regimes::replica::{Replica, Transitions};
use regimes_output::Cell;

/// Name of the flag.
pub(crate) const FLAG: &str = "phases";

/// The flag's definition.
pub(crate) fn flag() -> Arg {
    Arg::new(FLAG).long(FLAG).action(ArgAction::SetTrue).help(
        "also the transitions of the replica-symmetric potential: first-order line, spinodals, weak recovery (slower)",
    )
}

/// A transition along the noise axis.
pub(crate) struct Phase {
    /// Name in the output, after `phase.`.
    pub(crate) name: &'static str,
    /// Its log snr, or why there is none.
    log_snr: fn(&Transitions) -> Answer,
}

/// Every transition, in the order of the output. Of several of a kind, the one at the largest t.
pub(crate) const PHASES: [Phase; 4] = [
    Phase { name: "first-order", log_snr: first_order },
    Phase { name: "informed-spinodal", log_snr: |t| spinodal(t, false) },
    Phase { name: "uninformed-spinodal", log_snr: |t| spinodal(t, true) },
    Phase { name: "weak-recovery", log_snr: |t| t.weak_recovery.clone() },
];

fn least(all: impl Iterator<Item = Estimate>, reason: &'static str) -> Answer {
    all.min_by(|a, b| a.value.total_cmp(&b.value))
        .map_or_else(|| Answer::absent(reason), Answer::Value)
}

fn first_order(transitions: &Transitions) -> Answer {
    let all = transitions.first_order.iter().map(|t| t.log_snr);
    least(all, "no transition: the equilibrium moves continuously with snr")
}

fn spinodal(transitions: &Transitions, ends_uninformed: bool) -> Answer {
    let of = transitions.spinodals.iter().filter(|s| s.ends_uninformed == ends_uninformed);
    least(of.map(|s| s.log_snr), "no transition: no branch begins or ends here")
}

/// Names and cells of all transitions of a model.
pub(crate) fn cells(model: &dyn Model) -> Vec<(String, Cell)> {
    let found = match model.replica().map(Replica::transitions) {
        Some(Ok(transitions)) => Ok(transitions),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("not a replica-symmetric model".into()),
    };
    let cell = |phase: &Phase| match &found {
        Ok(transitions) => Cell::from(Ok((phase.log_snr)(transitions).map(time_estimate))),
        Err(reason) => Cell::Failed(reason.clone(), None),
    };
    PHASES.iter().map(|phase| (format!("phase.{}", phase.name), cell(phase))).collect()
}
