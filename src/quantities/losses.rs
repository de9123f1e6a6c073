//! Times that only a network's losses show.

use super::explanation::Explanation;
use super::{Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::models::losses::TRAIN;
use crate::models::{Entry, Model};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::table::{Cell, Column};

/// Where training and validation losses part.
#[derive(Debug)]
pub struct Parting;

/// The one that there is.
pub static ALL: [Parting; 1] = [Parting];

impl Quantity for Parting {
    fn name(&self) -> String {
        "t_C.train".into()
    }

    fn about(&self) -> &'static str {
        "the network's own collapse: ½∫ validation loss passes what ½∫ training loss levels off at"
    }

    fn has(&self, entry: &Entry) -> bool {
        entry.parameters.iter().any(|p| p.name == TRAIN.name)
    }

    fn samples(&self) -> bool {
        false
    }

    fn shown(&self, given: &dyn Fn(&str) -> bool) -> bool {
        given(TRAIN.name)
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name(), "t_C", "OU time", "GSV05", TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, _: &Point<'_>) -> Result<Vec<Cell>> {
        let time = match model.losses() {
            Some(losses) => losses.train_time(),
            None => Answer::absent("known for measured losses"),
        };
        Ok(vec![Ok(time).into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&EXPLANATION)
    }
}

const EXPLANATION: Explanation = Explanation {
    symbol: "t_C",
    latex: "t_C",
    lines: &[(
        "½ ∫_0^snr mmse(s) ds of the validation losses = ½ ∫_0^∞ of the training losses",
        "\\tfrac12 \\int_0^{\\mathrm{snr}} \\mathrm{mmse}_\\mathrm{val}\\,ds &= \\tfrac12 \\int_0^\\infty \\mathrm{mmse}_\\mathrm{train}\\,ds",
        "GSV05",
    )],
    remarks: &[
        "derived here: with the exact score of n samples the loss on them integrates to log n and stops, so that this is t_C; a network that holds fewer by heart levels off below log n",
    ],
    intermediates: &[],
};
