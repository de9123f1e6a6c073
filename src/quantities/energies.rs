//! Curves of the random energy model: basin, free energy, kernel-estimate divergence, and the
//! weights at finite n and d.

use super::explanation::Explanation;
use super::formulas::{
    BANDWIDTH_CONDENSATION, BANDWIDTH_OPTIMAL, EXACT, LARGE_DEVIATIONS, LEADING,
    OWN_WEIGHT as OWN_WEIGHT_FORMULA, PHASES, SWAPPED, VARYING,
};
use super::glass::{EXACT_ORDER, LAWS, finite_size, law};
use super::{Curve, Point};
use super::{accuracy, copies};
use crate::Answer;
use crate::dataset::observables::{CLONES, NEAREST, OWN_WEIGHT, Observable, PARTICIPATION};
use crate::error::Result;
use crate::glass::Law;
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::rem::finite::{self, Ensemble};
use crate::rem::large_deviations::Energies;
use crate::table::{Cell, Column};

/// Exactly, or by a law of finite size.
const ORDER: Parameter = Parameter::optional(
    "order",
    "ORDER",
    "exact (finite n and d, as without it); of one Gaussian also scaling and refined, its laws of finite size",
    Domain::Name(&[EXACT_ORDER, LAWS[0], LAWS[1]]),
);

/// r, the radius from which the levels are seen.
pub const R: Parameter = Parameter {
    name: "r",
    symbol: "r",
    latex: "r",
    aliases: &[],
    help: "reduced noise radius |x − a e^(−t)|²/(d Δ_t) of the point; 1 is typical, 0 the sample itself",
    domain: Domain::NonNegative,
    default: Some("1"),
    required: false,
};

/// r*(t).
pub static BASIN: Curve = Curve {
    name: "basin",
    about: "r*(t): reduced radius of the basin of attraction of a training sample, 0 at onset, 1 at collapse",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &copies::PARAMETERS,
    example: "--alpha 0.5 --t 0.2:0.45:#26",
    columns: || {
        vec![Column::estimate("basin", "r*", "noise radius", "AALMV25", CURVE_TOLERANCE).flat()]
    },
    cells: |model, point| {
        let basin = copies::per_dimension(point, model.dimension())?.try_and_then(|kappa| {
            with_energies(model, point, |levels| levels.basin_of_copies(point.noise()?, kappa))
        });
        Ok(vec![basin.into()])
    },
    explanation: Some(&Explanation {
        symbol: "r*",
        latex: "r^*",
        lines: &[
            LARGE_DEVIATIONS,
            (
                "ψ(r*) = −r*/2: r* = 1 − 2(α − I/d)/Σ_i w_i ℓ_i/(τ + ℓ_i) for t_C ≤ t ≤ t_o, τ_C/τ below",
                "\\psi(r^*) &= -r^*/2: \\quad r^* = 1 - \\frac{2(\\alpha - I/d)}{\\sum_i w_i \\ell_i/(\\tau + \\ell_i)} \\text{ for } t_C \\le t \\le t_o, \\quad \\tau_C/\\tau \\text{ below}",
                "AALMV25",
            ),
        ],
        remarks: &[LEADING],
        intermediates: &[],
    }),
};

/// ψ(t; r).
pub static FREE_ENERGY: Curve = Curve {
    name: "free-energy",
    about: "ψ = lim (1/d) log of the sum over the other samples, seen from radius r, with its phase",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[R],
    example: "--alpha 0.5 --t 0.1:1:#19",
    columns: || {
        vec![
            Column::number("r", "r", ""),
            Column::estimate("free_energy", "ψ", "nats per dimension", "D81", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("lambda_c", "λ_c", "inverse temperature", "D81", CURVE_TOLERANCE),
            Column::text("phase"),
        ]
    },
    cells: free_energy,
    explanation: Some(&Explanation {
        symbol: "ψ",
        latex: "\\psi",
        lines: &[LARGE_DEVIATIONS, PHASES],
        remarks: &[LEADING, SWAPPED],
        intermediates: &[],
    }),
};

/// KL(P_0 ‖ kernel estimate).
pub static KL: Curve = Curve {
    name: "kl",
    about: "KL(P_0 ‖ kernel estimate of bandwidth σ_VE(t)): smallest at the time of best generalisation",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.05:0.5:#46",
    columns: || {
        vec![Column::estimate("kl", "KL", "nats per dimension", "BM24", CURVE_TOLERANCE).flat()]
    },
    cells: |model, point| {
        let divergence =
            with_energies(model, point, |levels| levels.kullback_leibler_at(point.noise()?));
        Ok(vec![divergence.into()])
    },
    explanation: Some(&Explanation {
        symbol: "KL",
        latex: "\\mathrm{KL}",
        lines: &[(
            "KL = ½ Σ_i w_i [log(1 + h²/ℓ_i) − h²/(h² + ℓ_i)] for h > h_G, else α + ½ Σ_i w_i [log(h²/ℓ_i) − 1] + W h_opt²/(2h²), W = Σ_i w_i over ℓ_i > 0, h² = e^(2t) − 1",
            "\\mathrm{KL} &= \\tfrac12 \\sum_i w_i \\Bigl[\\log(1 + h^2/\\ell_i) - \\frac{h^2}{h^2 + \\ell_i}\\Bigr] \\ (h > h_G), \\quad \\alpha + \\tfrac12 \\sum_i w_i [\\log(h^2/\\ell_i) - 1] + W\\frac{h_\\mathrm{opt}^2}{2h^2} \\ (h < h_G), \\quad h^2 = e^{2t} - 1",
            "BM24",
        )],
        remarks: &[LEADING, VARYING],
        intermediates: &[BANDWIDTH_CONDENSATION, BANDWIDTH_OPTIMAL],
    }),
};

/// Names and means of the weights at finite n and d.
const WEIGHTS: [(Observable, finite::Quantity); 4] = [
    (CLONES, finite::Quantity::CloneCollapse),
    (OWN_WEIGHT, finite::Quantity::OwnWeight),
    (NEAREST, finite::Quantity::NearestNeighbour),
    (PARTICIPATION, finite::Quantity::Participation),
];

/// The weights of the empirical score, exactly at finite n and d.
pub static CONDENSATION: Curve = Curve {
    name: "condensation",
    about: "weights of the empirical score at finite n and d: φ_C, own weight, nearest neighbour, participation",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[
        ORDER,
        accuracy::PARAMETERS[0],
        accuracy::PARAMETERS[1],
        copies::PARAMETERS[0],
        copies::PARAMETERS[1],
    ],
    example: "--n 500 --t 0.5:4:#4 --tolerance 1e-3",
    columns: || {
        WEIGHTS
            .iter()
            .map(|(o, _)| Column::estimate(o.name, o.symbol, o.unit, o.source, CURVE_TOLERANCE))
            .collect()
    },
    cells: |model, point| {
        if let Some(law) = law(point) {
            return by_law(model, point, law);
        }
        let kappa = copies::per_dimension(point, model.dimension())?;
        let copies = copies::log_copies(point.values).map_or(0.0, |log| log.value);
        let ensemble = match (ensemble(model, point)?, kappa) {
            (Answer::Value(ensemble), Answer::Value(_)) => {
                Answer::Value(ensemble.with_copies(copies)?)
            }
            (_, Answer::Absent(reason)) | (Answer::Absent(reason), _) => Answer::Absent(reason),
        };
        Ok(WEIGHTS
            .iter()
            .map(|(_, quantity)| match &ensemble {
                Answer::Value(ensemble) => Cell::from(mean(ensemble, *quantity, point)),
                Answer::Absent(reason) => Cell::Missing(reason.clone()),
            })
            .collect())
    },
    explanation: Some(&Explanation {
        symbol: "φ_C",
        latex: "\\varphi_C",
        lines: &[OWN_WEIGHT_FORMULA],
        remarks: &[
            EXACT,
            "two clones started from x_t end on the same sample with this probability; the two sides are separate integrals, equal by the Nishimori identity",
        ],
        intermediates: &[],
    }),
};

/// The weights by a law of finite size: φ_C is the own weight (Nishimori), the others are not known.
fn by_law(model: &dyn Model, point: &Point<'_>, law: Law) -> Result<Vec<Cell>> {
    let own = finite_size(model, point)?.map(|laws| laws.own_weight(law));
    Ok(WEIGHTS
        .iter()
        .map(|(_, quantity)| match quantity {
            finite::Quantity::CloneCollapse | finite::Quantity::OwnWeight => {
                Cell::from(Ok(own.clone()))
            }
            _ => Cell::Missing("known at the order exact only".into()),
        })
        .collect())
}

fn mean(ensemble: &Ensemble, quantity: finite::Quantity, point: &Point<'_>) -> Result<Answer> {
    ensemble.mean(quantity, point.noise()?).map(Answer::Value)
}

/// The empirical excess entropy f^e/d at finite n and d.
pub fn exact_excess_entropy(model: &dyn Model, point: &Point<'_>) -> Result<Answer> {
    ensemble(model, point)?
        .try_and_then(|ensemble| ensemble.excess_entropy(point.noise()?).map(Answer::Value))
}

/// The finite-size averages of the model at the point, or why there are none.
///
/// # Errors
/// Wrong arguments.
pub fn ensemble(model: &dyn Model, point: &Point<'_>) -> Result<Answer<Ensemble>> {
    let size = point.size()?;
    if size.log_n < std::f64::consts::LN_2 {
        return Ok(Answer::absent("a single sample: there is no other to compete with"));
    }
    Ok(model.ensemble(size.log_n)?.map(|ensemble| accuracy::applied(ensemble, point.values)))
}

/// What the large-deviation theory of the model answers at the point.
///
/// # Errors
/// Wrong arguments, failed numerics.
pub fn with_energies(
    model: &dyn Model,
    point: &Point<'_>,
    f: impl FnOnce(&Energies) -> Result<Answer>,
) -> Result<Answer> {
    let size = point.size()?;
    model.energies(size.alpha.value)?.try_and_then(|levels| f(&levels))
}

fn free_energy(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let r = point.values.required(R.name)?;
    let mut phase = Cell::EMPTY;
    let mut lambda: Option<Estimate> = None;
    let value = with_energies(model, point, |levels| {
        let noise = point.noise()?;
        if noise.tau() == 0.0 || !noise.tau().is_finite() {
            return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
        }
        let free = levels.free_energy(noise, r)?;
        phase = Cell::Text(if free.condensed { "condensed" } else { "uncondensed" }.into());
        lambda = Some(free.lambda);
        Ok(Answer::Value(free.value))
    });
    let value = value.into();
    Ok(vec![Cell::Number(r), value, lambda.map_or(Cell::EMPTY, Cell::Estimate), phase])
}
