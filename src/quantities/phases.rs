//! `times manifold --phases`: the transitions of the replica-symmetric potential along the noise
//! axis, in forward time.

use super::explanation::Explanation;
use super::{Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::models::{Entry, Model};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::process::time_estimate;
use crate::replica::{Replica, Transitions};
use crate::table::{Cell, Column};

/// The word that asks for them.
pub const FLAG: &str = "phases";

/// All transitions, found together.
pub struct Phases;

/// The one of them that there is.
pub static ALL: [Phases; 1] = [Phases];

/// A transition along the noise axis.
struct Phase {
    /// Name in the output, after `phase.`.
    name: &'static str,
    /// Its log snr, or why there is none.
    log_snr: fn(&Transitions) -> Answer,
}

/// Every transition, in the order of the output. Of several of a kind, the one at the largest t.
const PHASES: [Phase; 4] = [
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

impl Quantity for Phases {
    fn name(&self) -> String {
        "phase".into()
    }

    fn about(&self) -> &'static str {
        "transitions of the replica-symmetric potential: first-order line, spinodals, weak recovery"
    }

    fn has(&self, entry: &Entry) -> bool {
        entry.latent
    }

    fn samples(&self) -> bool {
        false
    }

    fn asked_for(&self) -> Option<&'static str> {
        Some(FLAG)
    }

    fn columns(&self) -> Vec<Column> {
        PHASES
            .iter()
            .map(|phase| {
                let name = format!("phase.{}", phase.name);
                Column::estimate(name, "t", "OU time", "BKMMZ19", TIME_TOLERANCE)
            })
            .collect()
    }

    fn cells(&self, model: &dyn Model, _: &Point<'_>) -> Result<Vec<Cell>> {
        let found = match model.replica().map(Replica::transitions) {
            Some(Ok(transitions)) => Ok(transitions),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("not a replica-symmetric model".into()),
        };
        let cell = |phase: &Phase| match &found {
            Ok(transitions) => Cell::from(Ok((phase.log_snr)(transitions).map(time_estimate))),
            Err(reason) => Cell::Failed(reason.clone(), None),
        };
        Ok(PHASES.iter().map(cell).collect())
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&EXPLANATION)
    }
}

const EXPLANATION: Explanation = Explanation {
    symbol: "t",
    latex: "t",
    lines: &[
        (
            "Ψ(v) = β sup_r[i_ξ(r) − r v/2] + I_out(v; snr), snr = 1/(e^(2t) − 1)",
            "\\Psi(v) &= \\beta \\sup_r\\bigl[i_\\xi(r) - r v/2\\bigr] + I_\\mathrm{out}(v; \\mathrm{snr}), \\quad \\mathrm{snr} = 1/(e^{2t} - 1)",
            "BKMMZ19",
        ),
        (
            "first-order: two minima of Ψ are equally deep; spinodals: a minimum begins or ends",
            "&\\text{first-order: two minima of } \\Psi \\text{ are equally deep; spinodals: a minimum begins or ends}",
            "BKMMZ19",
        ),
        (
            "weak-recovery: v = ρ, where the iteration begins, stops being a stable fixed point",
            "&\\text{weak-recovery: } v = \\rho \\text{, where the iteration begins, stops being a stable fixed point}",
            "BKMMZ19",
        ),
    ],
    remarks: &["of several transitions of a kind, the one at the largest t"],
    intermediates: &[],
};
