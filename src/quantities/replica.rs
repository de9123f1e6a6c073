//! Curves of the replica-symmetric engine: information with its branches, and the potential over v.

use super::explanation::Explanation;
use super::{Curve, Point};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::replica::{Branches, Replica, Saddle};
use crate::table::{Cell, Column};

const START: Parameter = Parameter {
    name: "start",
    symbol: "START",
    latex: "",
    aliases: &[],
    help: "which stationary point: equilibrium (least potential), uninformed (what AMP reaches from v = ρ) or informed (from v = 0)",
    domain: Domain::Name(&["equilibrium", "uninformed", "informed"]),
    default: Some("equilibrium"),
    required: false,
};

/// I(a; x_t)/d of a nonlinear manifold.
pub static INFORMATION: Curve = Curve {
    name: "information",
    about: "I(a; x_t)/d: information on the data point, in nats per ambient dimension",
    process: Process::Gaussian,
    has: |entry| entry.latent,
    samples: false,
    parameters: &[START],
    example: "--snr 0.01:100:*40",
    columns: || {
        vec![
            Column::estimate(
                "information",
                "I/d",
                "nats per dimension",
                "BKMMZ19",
                CURVE_TOLERANCE,
            )
            .flat(),
            Column::estimate("mmse", "mmse/d", "variance per dimension", "GSV05", CURVE_TOLERANCE),
            Column::estimate(
                "posterior_variance",
                "v",
                "variance of a latent coordinate",
                "BKMMZ19",
                CURVE_TOLERANCE,
            ),
            Column::text("branch"),
            Column::number("branches", "branches", "stable stationary points"),
        ]
    },
    cells: information,
    explanation: None,
};

const V: Parameter = Parameter {
    name: "v",
    symbol: "v/ρ",
    latex: "v/\\rho",
    aliases: &[],
    help: "posterior variance of a latent coordinate over its second moment, between 0 and 1",
    domain: Domain::Fraction,
    default: Some("0.001:1:*61"),
    required: false,
};

/// Ψ(v), whose minima are the branches.
pub static POTENTIAL: Curve = Curve {
    name: "free-energy",
    about: "Ψ(v) = β sup_r[i_ξ(r) − r v/2] + I_out(v; snr): the replica-symmetric potential; its least value is I/d",
    process: Process::Gaussian,
    has: |entry| entry.latent,
    samples: false,
    parameters: &[V],
    example: "--snr 0.5,1,2 --v 0.001:1:*61",
    columns: || {
        vec![
            Column::number("v_over_rho", "v/ρ", ""),
            Column::number("v", "v", "variance of a latent coordinate"),
            Column::estimate("free_energy", "Ψ", "nats per dimension", "BKMMZ19", CURVE_TOLERANCE)
                .flat(),
        ]
    },
    cells: potential,
    explanation: Some(&Explanation {
        symbol: "Ψ",
        latex: "\\Psi",
        lines: &[(
            "Ψ(v) = β sup_r[i_ξ(r) − r v/2] + I_out(v; snr)",
            "\\Psi(v) &= \\beta \\sup_r\\bigl[i_\\xi(r) - r v/2\\bigr] + I_\\mathrm{out}(v; \\mathrm{snr})",
            "BKMMZ19",
        )],
        remarks: &[
            "i_ξ is the information of a latent coordinate at signal-to-noise ratio r, I_out that of an output on its preactivation where the posterior variance of the latents is v; the least value of Ψ is I/d",
        ],
        intermediates: &[],
    }),
};

fn replica(model: &dyn Model) -> Result<&Replica> {
    model
        .replica()
        .ok_or_else(|| Error::Usage(format!("{} has no replica-symmetric potential", model.name())))
}

fn information(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let branches = match replica(model)?.branches(point.noise()?.snr()) {
        Ok(branches) => branches,
        Err(error @ Error::Numerics(_)) => {
            let text = error.to_string();
            let failed = Cell::from(Err::<Answer, _>(error));
            let why = Cell::Missing(text.into());
            return Ok(vec![failed, Cell::EMPTY, Cell::EMPTY, why, Cell::EMPTY]);
        }
        Err(other) => return Err(other),
    };
    let saddle = match point.values.text(START.name) {
        Some("uninformed") => branches.uninformed(),
        Some("informed") => branches.informed(),
        _ => branches.equilibrium(),
    };
    let information = if saddle.information.value.is_finite() {
        // snr is rounded, and I rises at most in proportion to it.
        Answer::Value(saddle.information.widened(4.0 * f64::EPSILON * saddle.information.value))
    } else {
        Answer::absent(
            "infinite: without noise a continuous part of the activation tells everything",
        )
    };
    Ok(vec![
        Ok(information).into(),
        Ok(Answer::Value(saddle.mmse)).into(),
        Ok(Answer::Value(saddle.variance)).into(),
        Cell::Text(branch(&branches, saddle).into()),
        Cell::Number(stable(&branches) as f64),
    ])
}

fn stable(branches: &Branches) -> usize {
    branches.all().iter().filter(|s| s.stable).count()
}

/// Which of the branches a point is on.
fn branch(branches: &Branches, saddle: &Saddle) -> &'static str {
    if stable(branches) <= 1 {
        "only"
    } else if std::ptr::eq(saddle, branches.informed()) {
        "informed"
    } else if std::ptr::eq(saddle, branches.uninformed()) {
        "uninformed"
    } else {
        "between"
    }
}

fn potential(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let replica = replica(model)?;
    let fraction = point.values.required(V.name)?;
    if fraction == 0.0 {
        let expected =
            "must be above 0: a latent coordinate is never known exactly at finite noise";
        return Err(Error::argument("--v", fraction, expected));
    }
    let v = fraction * replica.second_moment();
    let value = replica.potential(v, point.noise()?.snr()).map(|value| {
        if value.value.is_finite() {
            Answer::Value(value)
        } else {
            Answer::absent("infinite without noise")
        }
    });
    Ok(vec![Cell::Number(fraction), Cell::Number(v), value.into()])
}
