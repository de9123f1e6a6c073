//! Collapse with a margin: the time up to which hardly any sample is copied.

use super::explanation::Explanation;
use super::{Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::models::{Entry, Model};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::numerics::{Estimate, NumericsError, roots};
use crate::process::{LOG_SNR, Noise, time_estimate};
use crate::spectrum::Spectrum;
use crate::table::{Cell, Column};

/// The word that asks for it.
pub const MARGIN: &str = "margin";

/// Standard deviations of i(a; x_t) that log n exceeds its mean by.
const DEVIATIONS: f64 = 2.0;

/// The collapse with a margin.
#[derive(Debug)]
pub struct Safe;

/// The one that there is.
pub static ALL: [Safe; 1] = [Safe];

/// log n needed at a noise level, per dimension: I/d + 2√(V/d)/√d, V/d = Σ w λ snr/(1 + λ snr) the variance of
/// the information density i(a; x_t) of Gaussian data.
fn needed(spectrum: &Spectrum, noise: Noise, dimension: f64) -> Estimate {
    let dispersion = spectrum.mmse(noise) / Estimate::rounded(noise.tau());
    spectrum.information(noise) + (dispersion / dimension).sqrt() * DEVIATIONS
}

fn time(model: &dyn Model, alpha: Estimate) -> Result<Answer> {
    let spectrum = match model.gaussian() {
        Answer::Value(spectrum) => spectrum,
        Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
    };
    let d = model.dimension();
    if alpha.value <= 0.0 {
        return Ok(Answer::absent("no transition: a single sample"));
    }
    if spectrum.top().value == 0.0 {
        return Ok(Answer::absent("no transition: the data do not vary"));
    }
    let excess = |u: f64| alpha - needed(spectrum, Noise::at_tau((-u).exp()), d);
    match roots::near("collapse with a margin", excess, 0.0, 1.0, false, LOG_SNR) {
        Ok(root) => Ok(Answer::Value(time_estimate(root.estimate()))),
        Err(NumericsError::NotBracketed { .. }) => {
            Ok(Answer::absent("not resolved: it lies where the noise leaves the range of numbers"))
        }
        Err(error) => Err(error.into()),
    }
}

impl Quantity for Safe {
    fn name(&self) -> String {
        "t_C.safe".into()
    }

    fn about(&self) -> &'static str {
        "where log n exceeds the information by two standard deviations of it: hardly any sample is copied above"
    }

    fn has(&self, entry: &Entry) -> bool {
        entry.levels
    }

    fn samples(&self) -> bool {
        true
    }

    fn asked_for(&self) -> Option<&'static str> {
        Some(MARGIN)
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name(), "t_C", "OU time", "BBDM24", TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        Ok(vec![time(model, point.size()?.alpha).into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&EXPLANATION)
    }
}

const EXPLANATION: Explanation = Explanation {
    symbol: "t_C",
    latex: "t_C",
    lines: &[(
        "log n = I(a; x_t) + 2√V, V = Var i(a; x_t) = Σ_i λ_i snr/(1 + λ_i snr)",
        "\\log n &= I(a; x_t) + 2\\sqrt V, \\quad V = \\mathrm{Var}\\, i(a; x_t) = \\sum_i \\frac{\\lambda_i\\,\\mathrm{snr}}{1 + \\lambda_i\\,\\mathrm{snr}}",
        "BBDM24",
    )],
    remarks: &[
        "derived here: at t_C itself half of the samples are copied, φ_C ≈ Φ((I − log n)/√V); here a fortieth",
    ],
    intermediates: &[],
};
