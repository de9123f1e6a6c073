//! Curves of the random energy model: basin, free energy, kernel-estimate divergence, and the
//! weights at finite n and d.

use super::super::accuracy;
use super::classes::error_column;
use super::{Point, Quantity};
use regimes::Answer;
use regimes::dataset::observables::{CLONES, NEAREST, OWN_WEIGHT, Observable, PARTICIPATION};
use regimes::error::{Error, Result};
use regimes::models::Model;
use regimes::models::parameter::{Domain, Parameter};
use regimes::numerics::Estimate;
use regimes::numerics::precision::CURVE_TOLERANCE;
use regimes::rem::finite::{self, Ensemble};
use regimes::rem::large_deviations::Energies;
use regimes_output::{Cell, Column};

/// r, the radius from which the levels are seen.
pub(crate) const R: Parameter = Parameter {
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
pub(crate) const BASIN: Quantity = Quantity {
    name: "basin",
    about: "r*(t): reduced radius of the basin of attraction of a training sample, 0 at onset, 1 at collapse",
    has: |entry| entry.levels,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.2:0.45:#26",
    columns: || {
        vec![
            Column::estimate("basin", "r*", "noise radius", "AALMV25", CURVE_TOLERANCE).flat(),
            error_column(),
        ]
    },
    cells: |model, point| {
        let radius = with_energies(model, point, |levels| levels.basin(point.noise));
        Ok(super::flat(radius).to_vec())
    },
};

/// ψ(t; r).
pub(crate) const FREE_ENERGY: Quantity = Quantity {
    name: "free-energy",
    about: "ψ = lim (1/d) log of the sum over the other samples, seen from radius r, with its phase",
    has: |entry| entry.levels,
    samples: true,
    parameters: &[R],
    example: "--alpha 0.5 --t 0.1:1:#19",
    columns: || {
        vec![
            Column::number("r", "r", ""),
            Column::estimate("free_energy", "ψ", "nats per dimension", "D81", CURVE_TOLERANCE)
                .flat(),
            error_column(),
            Column::estimate("lambda_c", "λ_c", "inverse temperature", "D81", CURVE_TOLERANCE),
            Column::text("phase"),
        ]
    },
    cells: free_energy,
};

/// KL(P_0 ‖ kernel estimate).
pub(crate) const KL: Quantity = Quantity {
    name: "kl",
    about: "KL(P_0 ‖ kernel estimate of bandwidth σ_VE(t)): smallest at the time of best generalisation",
    has: |entry| entry.levels,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.05:0.5:#46",
    columns: || {
        vec![
            Column::estimate("kl", "KL", "nats per dimension", "BM24", CURVE_TOLERANCE).flat(),
            error_column(),
        ]
    },
    cells: |model, point| {
        let divergence =
            with_energies(model, point, |levels| levels.kullback_leibler_at(point.noise));
        Ok(super::flat(divergence).to_vec())
    },
};

/// Names and means of the weights at finite n and d.
const WEIGHTS: [(Observable, finite::Quantity); 4] = [
    (CLONES, finite::Quantity::CloneCollapse),
    (OWN_WEIGHT, finite::Quantity::OwnWeight),
    (NEAREST, finite::Quantity::NearestNeighbour),
    (PARTICIPATION, finite::Quantity::Participation),
];

/// The weights of the empirical score, exactly at finite n and d.
pub(crate) const CONDENSATION: Quantity = Quantity {
    name: "condensation",
    about: "weights of the empirical score at finite n and d: φ_C, own weight, nearest neighbour, participation",
    has: |entry| entry.levels,
    samples: true,
    parameters: &accuracy::PARAMETERS,
    example: "--n 500 --t 0.5:4:#4 --tolerance 1e-3",
    columns: || {
        WEIGHTS
            .iter()
            .map(|(o, _)| Column::estimate(o.name, o.symbol, o.unit, o.source, CURVE_TOLERANCE))
            .collect()
    },
    cells: |model, point| {
        let ensemble = ensemble(model, point)?;
        Ok(WEIGHTS
            .iter()
            .map(|(_, quantity)| match &ensemble {
                Answer::Value(ensemble) => Cell::from(mean(ensemble, *quantity, point)),
                Answer::Absent(reason) => Cell::Missing(reason.clone()),
            })
            .collect())
    },
};

fn mean(ensemble: &Ensemble, quantity: finite::Quantity, point: &Point<'_>) -> Result<Answer> {
    ensemble.mean(quantity, point.noise).map(Answer::Value)
}

/// The empirical excess entropy f^e/d at finite n and d.
pub(super) fn exact_excess_entropy(model: &dyn Model, point: &Point<'_>) -> Result<Answer> {
    ensemble(model, point)?
        .try_and_then(|ensemble| ensemble.excess_entropy(point.noise).map(Answer::Value))
}

/// The finite-size averages of the model at the point, or why there are none.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn ensemble(model: &dyn Model, point: &Point<'_>) -> Result<Answer<Ensemble>> {
    let size = point.size.ok_or_else(|| Error::Usage("the number of samples is missing".into()))?;
    if size.log_n < std::f64::consts::LN_2 {
        return Ok(Answer::absent("a single sample: there is no other to compete with"));
    }
    Ok(model.ensemble(size.log_n)?.map(|ensemble| accuracy::applied(ensemble, point.values)))
}

/// What the large-deviation theory of the model answers at the point.
///
/// # Errors
/// Wrong arguments, failed numerics.
pub(crate) fn with_energies(
    model: &dyn Model,
    point: &Point<'_>,
    f: impl FnOnce(&Energies) -> Result<Answer>,
) -> Result<Answer> {
    let size = point.size.ok_or_else(|| Error::Usage("the number of samples is missing".into()))?;
    model.energies(size.alpha.value)?.try_and_then(|levels| f(&levels))
}

fn free_energy(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let r = point.values.required(R.name)?;
    let mut phase = Cell::EMPTY;
    let mut lambda: Option<Estimate> = None;
    let value = with_energies(model, point, |levels| {
        if point.noise.tau() == 0.0 || !point.noise.tau().is_finite() {
            return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
        }
        let free = levels.free_energy(point.noise, r)?;
        phase = Cell::Text(if free.condensed { "condensed" } else { "uncondensed" }.into());
        lambda = Some(free.lambda);
        Ok(Answer::Value(free.value))
    });
    let mut cells = vec![Cell::Number(r)];
    cells.extend(super::flat(value));
    cells.push(lambda.map_or(Cell::EMPTY, Cell::Estimate));
    cells.push(phase);
    Ok(cells)
}
