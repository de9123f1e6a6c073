//! Copies: a sample that the training set holds K times, seen as the one that is memorised.
//!
//! Its point has the weight K e^{−E}, so that its own collapse is that of n/K samples: I(a; x_t) = log(n/K).
//! The other samples are not affected.

use super::explanation::Explanation;
use super::{Point, Quantity, SampleSize};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::models::{Entry, Model, Order};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::sweep::Request;
use crate::table::{Cell, Column};
use crate::transitions::collapse::collapse_time;

const COPIES: Parameter = Parameter {
    latex: "K",
    ..Parameter::optional(
        "copies",
        "K",
        "of a sample that the training set holds K times, among n in all; beyond 1e308 give --log-copies",
        Domain::Whole { infinite: false },
    )
};

const LOG_COPIES: Parameter = Parameter {
    latex: "\\log K",
    ..Parameter::optional(
        "log-copies",
        "log K",
        "natural logarithm of the number of copies, instead of --copies",
        Domain::NonNegative,
    )
};

/// The two ways to say how many copies there are.
pub const PARAMETERS: [Parameter; 2] = [COPIES, LOG_COPIES];

/// log K, where copies were asked for.
pub fn log_copies(values: &Values) -> Option<Estimate> {
    match values.number(COPIES.name) {
        Some(copies) => Some(Estimate::exact(copies).ln()),
        None => values.number(LOG_COPIES.name).map(Estimate::exact),
    }
}

/// κ = log K/d of a point, 0 for a single sample; or why K copies are not among n samples with others.
pub fn per_dimension(point: &Point<'_>, dimension: f64) -> Result<Answer> {
    let size = point.size()?;
    Ok(match log_copies(point.values) {
        None => Answer::Value(Estimate::exact(0.0)),
        Some(log) if log.value == 0.0 => Answer::Value(Estimate::exact(0.0)),
        Some(log) => others(log, &size).map(|()| log / dimension),
    })
}

/// Whether there are other samples beside `log` = log K copies.
fn others(log: Estimate, size: &SampleSize) -> Answer<()> {
    if log.value < size.log_n {
        Answer::Value(())
    } else {
        Answer::absent("memorised at every t: all samples are copies of this one (K ≥ n)")
    }
}

/// Checks that the copies are said once, and in a finite dimension, where log K/d is a number.
///
/// # Errors
/// [`Error::Usage`] for both ways at once; [`Error::Argument`] for copies in infinitely many dimensions.
pub fn checked(request: &Request, dimension: Option<f64>) -> Result<()> {
    let given: Vec<_> = PARAMETERS.iter().filter_map(|p| request.axis(p.name)).collect();
    match (&given[..], dimension) {
        ([_, _], _) => Err(Error::Usage("give --copies or --log-copies, not both".into())),
        ([one], Some(d)) if d.is_infinite() => {
            let name = format!("--{}", one.parameter.name);
            let expected =
                "needs a finite --d: a number of copies is nothing beside n = e^(αd) there";
            Err(Error::argument(name, one.values.first().copied().unwrap_or(1.0), expected))
        }
        _ => Ok(()),
    }
}

/// t_C of the K-fold sample.
#[derive(Debug)]
pub struct Duplicate;

/// The one that there is.
pub static ALL: [Duplicate; 1] = [Duplicate];

impl Quantity for Duplicate {
    fn name(&self) -> String {
        "t_C.duplicate".into()
    }

    fn about(&self) -> &'static str {
        "collapse onto a sample that the training set holds K times: I(a; x_t) = log(n/K)"
    }

    fn has(&self, _: &Entry) -> bool {
        true
    }

    fn samples(&self) -> bool {
        true
    }

    fn shown(&self, given: &dyn Fn(&str) -> bool) -> bool {
        PARAMETERS.iter().any(|p| given(p.name))
    }

    fn parameters(&self) -> &'static [Parameter] {
        &PARAMETERS
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name(), "t_C", "OU time", "BBDM24 Eq. 5", TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        let time = per_dimension(point, model.dimension())?.try_and_then(|kappa| {
            let alpha = point.size()?.alpha;
            // Without copies it is the collapse of any sample, to the bit.
            let alpha = if kappa.value == 0.0 { alpha } else { alpha - kappa };
            collapse_time(model, alpha, Order::Asymptotic, point.bandwidth())
        });
        Ok(vec![time.into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&EXPLANATION)
    }
}

const EXPLANATION: Explanation = Explanation {
    symbol: "t_C",
    latex: "t_C",
    lines: &[(
        "K e^(−E_1) against n − K others: I(a; x_t) = log(n/K) at t_C.duplicate",
        "K e^{-E_1} &\\text{ against } n - K \\text{ others:} \\quad I(a; x_t) = \\log(n/K) \\text{ at } t_C",
        "BBDM24",
    )],
    remarks: &[
        "derived here from the volume argument; the other samples keep their own t_C",
        "n/K is taken before anything else: deduplicating changes the others' n to n − K + 1 only",
    ],
    intermediates: &[],
};
