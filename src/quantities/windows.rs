//! The window in which a class is decided, and a late start within a budget.

use super::explanation::Explanation;
use super::{Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::models::parameter::{Domain, Parameter};
use crate::models::{Entry, Model};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::table::{Cell, Column};
use crate::transitions::windows;

/// The word that asks for the window of the class.
pub const WINDOWS: &str = "windows";

/// The window of the class.
#[derive(Debug)]
pub struct Windows;

/// From where sampling may start.
#[derive(Debug)]
pub struct LateStart;

/// The one of each that there is.
pub static ALL: [Windows; 1] = [Windows];
/// As [`ALL`].
pub static LATE: [LateStart; 1] = [LateStart];

/// How a time is computed.
type Time = fn(&dyn Model) -> Result<Answer>;

/// Every time, from the noise on: 5, 50 and 95 % of the class information, 5 and 95 % total variation.
const TIMES: [(&str, &str, Time); 5] = [
    ("class_window.start", "GSV05", |model| windows::class_known(model, 0.05)),
    ("class_window.half", "GSV05", |model| windows::class_known(model, 0.5)),
    ("class_window.end", "GSV05", |model| windows::class_known(model, 0.95)),
    ("class_window.tv-start", "LC24", |model| windows::told_apart(model, 0)),
    ("class_window.tv-end", "LC24", |model| windows::told_apart(model, 1)),
];

impl Quantity for Windows {
    fn name(&self) -> String {
        "class_window".into()
    }

    fn about(&self) -> &'static str {
        "when the class is decided: 5, 50 and 95 % of the class information; 5 and 95 % total variation"
    }

    fn has(&self, entry: &Entry) -> bool {
        entry.tells_classes()
    }

    fn samples(&self) -> bool {
        false
    }

    fn asked_for(&self) -> Option<&'static str> {
        Some(WINDOWS)
    }

    fn several_classes(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<Column> {
        let column = |(name, source, _): &(&str, &str, Time)| {
            Column::estimate(*name, "t", "OU time", source, TIME_TOLERANCE)
        };
        TIMES.iter().map(column).collect()
    }

    fn cells(&self, model: &dyn Model, _: &Point<'_>) -> Result<Vec<Cell>> {
        Ok(TIMES.iter().map(|(.., time)| time(model).into()).collect())
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&OF_WINDOWS)
    }
}

const OF_WINDOWS: Explanation = Explanation {
    symbol: "t",
    latex: "t",
    lines: &[
        (
            "I(class; x_t) = p H(class) at p = 0.05 (start), ½ (half), 0.95 (end)",
            "I(\\mathrm{class}; x_t) &= p\\, H(\\mathrm{class}), \\quad p = 0.05, \\tfrac12, 0.95",
            "GSV05",
        ),
        (
            "TV(P_t(x|1), P_t(x|2)) = 2Φ(√γ_t) − 1 = 0.05 (tv-start), 0.95 (tv-end)",
            "\\mathrm{TV} &= 2\\Phi(\\sqrt{\\gamma_t}) - 1 = 0.05,\\ 0.95",
            "LC24",
        ),
    ],
    remarks: &[
        "a backward run passes start first: before it the class is open, after end it is settled",
    ],
    intermediates: &[],
};

/// What a start may cost.
const BUDGET: Parameter = Parameter {
    latex: "\\varepsilon",
    ..Parameter::optional(
        "budget",
        "ε",
        "nats, in all, that starting late from a Gaussian may cost: shows late_start",
        Domain::Positive,
    )
};

impl Quantity for LateStart {
    fn name(&self) -> String {
        "late_start".into()
    }

    fn about(&self) -> &'static str {
        "the smallest t from which a Gaussian start with the data's covariance costs no more than a budget"
    }

    fn has(&self, entry: &Entry) -> bool {
        !entry.latent
    }

    fn samples(&self) -> bool {
        false
    }

    fn shown(&self, given: &dyn Fn(&str) -> bool) -> bool {
        given(BUDGET.name)
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[BUDGET]
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name(), "t_start", "OU time", "GSV05", TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        let budget = point.values.required(BUDGET.name)?;
        Ok(vec![windows::late_start(model, budget).into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&OF_LATE_START)
    }
}

const OF_LATE_START: Explanation = Explanation {
    symbol: "t_start",
    latex: "t_\\mathrm{start}",
    lines: &[(
        "KL(P_t ‖ Gaussian of the same mean and covariance) = ½ log det(1 + C snr) − I(a; x_t) = ε",
        "\\mathrm{KL}(P_t \\| \\mathcal{N}) &= \\tfrac12 \\log\\det(1 + C\\,\\mathrm{snr}) - I(a; x_t) = \\varepsilon",
        "GSV05",
    )],
    remarks: &["derived here; it bounds the KL of what comes out, and grows as t falls"],
    intermediates: &[],
};
