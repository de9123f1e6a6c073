//! Curves of the information: I(a; x_t)/d and the excess entropy f(t).

use super::super::accuracy;
use super::classes::error_column;
use super::{Point, Quantity};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use crate::models::{Model, Order};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::output::{Cell, Column};
use crate::transitions::collapse;

pub(in crate::cli) const ORDER: Parameter = Parameter {
    name: "order",
    symbol: "ORDER",
    latex: "",
    aliases: &[],
    help: "asymptotic (d → ∞, published) or class-bit (exact mixture information at this d)",
    domain: Domain::Name(&["asymptotic", "class-bit"]),
    default: Some("asymptotic"),
    required: false,
};

/// The excess entropy that a simulation at this n and d shows.
pub(in crate::cli) const EXACT: &str = "exact";

const ORDER_OF_EXCESS: Parameter = Parameter {
    help: "asymptotic (d → ∞, published), class-bit (mixture information at this d) or exact (finite n and d, what a simulation shows)",
    domain: Domain::Name(&["asymptotic", "class-bit", EXACT]),
    ..ORDER
};

/// The order of the information that was asked for.
fn order(point: &Point<'_>) -> Order {
    match point.values.text(ORDER.name) {
        Some("class-bit") => Order::ClassBit,
        _ => Order::Asymptotic,
    }
}

/// I(a; x_t)/d.
pub(crate) const INFORMATION: Quantity = Quantity {
    name: "information",
    about: "I(a; x_t)/d: information on the data point, in nats per ambient dimension",
    has: |entry| !entry.latent,
    samples: false,
    parameters: &[ORDER],
    example: "--snr 0.01:100:*40",
    columns: || {
        vec![
            Column::estimate("information", "I/d", "nats per dimension", "BBDM24", CURVE_TOLERANCE)
                .flat(),
            error_column(),
            Column::estimate("mmse", "mmse/d", "variance per dimension", "GSV05", CURVE_TOLERANCE),
        ]
    },
    cells: |model, point| {
        let information =
            model.information(point.noise, order(point)).map(|answer| finite(answer, point));
        let mut cells = super::flat(information).to_vec();
        let mmse = match order(point) {
            Order::Asymptotic => model.mmse(point.noise),
            Order::ClassBit => Ok(Answer::absent("given for the asymptotic order")),
        };
        cells.push(mmse.into());
        Ok(cells)
    },
};

/// f(t) = α − I(a; x_t)/d.
pub(crate) const EXCESS_ENTROPY: Quantity = Quantity {
    name: "excess-entropy",
    about: "f(t) = α − I(a; x_t)/d: entropy left to the training samples; zero at the collapse",
    has: |_| true,
    samples: true,
    parameters: &[ORDER_OF_EXCESS, accuracy::PARAMETERS[0], accuracy::PARAMETERS[1]],
    example: "--n 20000 --t 0.5:8:#40",
    columns: || {
        vec![
            Column::estimate("f", "f", "nats per dimension", "BBDM24 Eq. 5", CURVE_TOLERANCE)
                .flat(),
            error_column(),
            Column::number("f_over_alpha", "f/α", ""),
            Column::number("f_over_alpha_error", "error", "bound"),
        ]
    },
    cells: excess_entropy,
};

fn excess_entropy(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let size = point.size.ok_or_else(|| Error::Usage("the number of samples is missing".into()))?;
    let f = if point.values.text("order") == Some(EXACT) {
        super::levels::exact_excess_entropy(model, point)
    } else {
        collapse::excess_entropy(model, size.alpha, order(point), 0.0, point.noise)
    };
    let f = f.map(|answer| finite(answer, point));
    let ratio = match &f {
        Ok(Answer::Value(_)) if size.alpha.value == 0.0 => {
            Ok(Answer::absent("α = 0: a single sample"))
        }
        Ok(answer) => Ok(answer.clone().map(|f| f / size.alpha)),
        Err(_) => Ok(Answer::absent("no value")),
    };
    let mut cells = super::flat(f).to_vec();
    cells.extend(super::flat(ratio));
    Ok(cells)
}

/// An infinite information is said in words.
fn finite(answer: Answer, point: &Point<'_>) -> Answer {
    answer.and_then(|value: Estimate| {
        if value.value.is_finite() {
            Answer::Value(value)
        } else {
            Answer::absent(format!(
                "the information of continuous data is infinite at t = {}",
                point.noise.time()
            ))
        }
    })
}
