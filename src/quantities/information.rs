//! Curves of the information: I(a; x_t)/d and the excess entropy f(t).

use super::accuracy;
use super::explanation::Explanation;
use super::formulas::{DERRIDA, EXACT as EXACTLY, MISSED};
use super::glass::{EXACT_ORDER, LAWS, finite_size, law};
use super::{Curve, Point};
use crate::Answer;
use crate::error::Result;
use crate::models::parameter::{Domain, Parameter};
use crate::models::{Model, Order};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::{Noise, Process};
use crate::table::{Cell, Column};
use crate::transitions::collapse;

/// How much of the finite dimension is included.
pub const ORDER: Parameter = Parameter {
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
pub const EXACT: &str = EXACT_ORDER;

const ORDER_OF_EXCESS: Parameter = Parameter {
    help: "asymptotic (d → ∞, published), class-bit (mixture information at this d), exact (finite n and d, what a simulation shows); of one Gaussian also scaling and refined, its laws of finite size",
    domain: Domain::Name(&["asymptotic", "class-bit", EXACT, LAWS[0], LAWS[1]]),
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
pub static INFORMATION: Curve = Curve {
    name: "information",
    about: "I(a; x_t)/d: information on the data point, in nats per ambient dimension",
    process: Process::Gaussian,
    has: |entry| !entry.latent,
    samples: false,
    parameters: &[ORDER],
    example: "--snr 0.01:100:*40",
    columns: || {
        vec![
            Column::estimate("information", "I/d", "nats per dimension", "BBDM24", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("mmse", "mmse/d", "variance per dimension", "GSV05", CURVE_TOLERANCE),
        ]
    },
    cells: |model, point| {
        let noise = point.noise()?;
        let information = model.information(noise, order(point));
        let information = information.map(|answer| finite(answer, noise));
        let mut cells = vec![information.into()];
        let mmse = match order(point) {
            Order::Asymptotic => model.mmse(noise),
            Order::ClassBit => Ok(Answer::absent("given for the asymptotic order")),
        };
        cells.push(mmse.into());
        Ok(cells)
    },
    explanation: None,
};

/// f(t) = α − I(a; x_t)/d.
pub static EXCESS_ENTROPY: Curve = Curve {
    name: "excess-entropy",
    about: "f(t) = α − I(a; x_t)/d: entropy left to the training samples; zero at the collapse",
    process: Process::Gaussian,
    has: |_| true,
    samples: true,
    parameters: &[ORDER_OF_EXCESS, accuracy::PARAMETERS[0], accuracy::PARAMETERS[1]],
    example: "--n 20000 --t 0.5:8:#40",
    columns: || {
        vec![
            Column::estimate("f", "f", "nats per dimension", "BBDM24 Eq. 5", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("f_over_alpha", "f/α", "", "", f64::INFINITY).flat(),
        ]
    },
    cells: excess_entropy,
    explanation: Some(&AT_FINITE_SIZE),
};

/// Of the order that is exact at finite n and d.
const AT_FINITE_SIZE: Explanation = Explanation {
    symbol: "f^e",
    latex: "f^e",
    lines: &[DERRIDA],
    remarks: &[
        EXACTLY,
        MISSED,
        "above t_C it is α − I/d up to e^(−cd), the class bit included; below it d f^e → 0",
    ],
    intermediates: &[],
};

fn excess_entropy(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let size = point.size()?;
    let noise = point.noise()?;
    let f = if point.values.text("order") == Some(EXACT) {
        super::energies::exact_excess_entropy(model, point)
    } else if let Some(law) = law(point) {
        let laws = finite_size(model, point)?;
        Ok(laws.map(|laws| laws.index_entropy(law) / Estimate::exact(model.dimension())))
    } else {
        collapse::excess_entropy(model, size.alpha, order(point), 0.0, noise)
    };
    let f = f.map(|answer| finite(answer, noise));
    let ratio = match &f {
        Ok(Answer::Value(_)) if size.alpha.value == 0.0 => {
            Ok(Answer::absent("α = 0: a single sample"))
        }
        Ok(answer) => Ok(answer.clone().map(|f| f / size.alpha)),
        Err(_) => Ok(Answer::absent("no value")),
    };
    Ok(vec![f.into(), ratio.into()])
}

/// An infinite information is said in words.
fn finite(answer: Answer, noise: Noise) -> Answer {
    answer.and_then(|value: Estimate| {
        if value.value.is_finite() {
            Answer::Value(value)
        } else {
            Answer::absent(format!(
                "the information of continuous data is infinite at t = {}",
                noise.time()
            ))
        }
    })
}
