//! Collapse times of the random energy model: at leading order in d, and at finite n and d.

use super::explanation::Explanation;
use super::formulas::{
    BANDWIDTH_CONDENSATION, BANDWIDTH_OPTIMAL, EXACT, LARGE_DEVIATIONS, LEADING, OWN_WEIGHT,
    PHASES, SWAPPED, VARYING,
};
use super::{Point, Quantity, accuracy, copies};
use crate::Answer;
use crate::error::Result;
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::table::{Cell, Column};

/// The word that asks for the transition times at finite n and d.
pub const FINITE_SIZE: &str = "finite-size";

/// A collapse time of the random energy model.
pub struct Level {
    name: &'static str,
    about: &'static str,
    symbol: &'static str,
    source: &'static str,
    time: Time,
    explanation: Explanation,
}

/// How it is computed.
enum Time {
    /// To leading order in d.
    Leading(fn(&Energies) -> Result<Estimate>),
    /// The same of a sample that is there K times, by log K/d.
    Copied(fn(&Energies, Estimate) -> Result<Estimate>),
    /// At this n and d.
    Finite(fn(&Ensemble) -> Result<Answer>),
}

/// Onset of traps, best generalisation, and where the observables of a finite run cross their thresholds.
pub static LEVELS: [Level; 5] = [
    Level {
        name: "onset",
        about: "onset of condensation for typical x: the first samples trap the score",
        symbol: "t_o",
        source: "AALMV25",
        time: Time::Copied(Energies::onset_time_of_copies),
        explanation: Explanation {
            symbol: "t_o",
            latex: "t_o",
            lines: &[
                LARGE_DEVIATIONS,
                PHASES,
                (
                    "ψ(r = 0) = 0 at t_o: α = I/d + ½ Σ_i w_i ℓ_i/(τ + ℓ_i)",
                    "\\psi(r = 0) &= 0 \\text{ at } t_o: \\quad \\alpha = I/d + \\tfrac12 \\sum_i w_i \\frac{\\ell_i}{\\tau + \\ell_i}",
                    "AALMV25",
                ),
            ],
            remarks: &[LEADING, SWAPPED],
            intermediates: &[],
        },
    },
    Level {
        name: "generalisation",
        about: "where the empirical score is nearest to that of the law of the data",
        symbol: "t_g",
        source: "BM24",
        time: Time::Leading(Energies::generalisation_time),
        explanation: Explanation {
            symbol: "t_g",
            latex: "t_g",
            lines: &[
                LARGE_DEVIATIONS,
                (
                    "h_opt² = h_G² Σ_i w_i p_i(2 − p_i)/W, W = Σ_i w_i over ℓ_i > 0, p_i = ℓ_i/(h_G² + ℓ_i), α = I(h_G²)/d − ½ Σ_i w_i p_i(1 − p_i), h_opt² = e^(2t_g) − 1",
                    "h_\\mathrm{opt}^2 &= \\frac{h_G^2}{W} \\sum_i w_i p_i(2 - p_i), \\quad W = \\sum_{\\ell_i > 0} w_i, \\quad p_i = \\frac{\\ell_i}{h_G^2 + \\ell_i}, \\quad \\alpha = I(h_G^2)/d - \\tfrac12 \\sum_i w_i p_i(1 - p_i), \\quad h_\\mathrm{opt}^2 = e^{2t_g} - 1",
                    "BM24",
                ),
            ],
            remarks: &[LEADING, VARYING],
            intermediates: &[BANDWIDTH_CONDENSATION, BANDWIDTH_OPTIMAL],
        },
    },
    Level {
        name: "clones",
        about: "where two clones end on one sample with probability ½, at this n and d",
        symbol: "t_C",
        source: "D81",
        time: Time::Finite(Ensemble::clone_collapse_time),
        explanation: Explanation {
            symbol: "t_C.clones",
            latex: "t_C^{\\mathrm{clones}}",
            lines: &[OWN_WEIGHT, ("φ_C = ½ at t_C.clones", "\\varphi_C &= \\tfrac12", "BBDM24")],
            remarks: &[EXACT],
            intermediates: &[],
        },
    },
    Level {
        name: "leave-one-out",
        about: "where the leave-one-out excess entropy is zero, at this n and d",
        symbol: "t_C",
        source: "D81",
        time: Time::Finite(Ensemble::leave_one_out_time),
        explanation: Explanation {
            symbol: "t_C.leave-one-out",
            latex: "t_C^{\\mathrm{loo}}",
            lines: &[(
                "E log(Z_{2..n}/Z_1) = E_x ∫dv {[1 − (1 − K(v))^(n−1)] − K_1(v)} = 0",
                "\\mathbb{E} \\log(Z_{2..n}/Z_1) &= \\mathbb{E}_x \\int dv\\, \\{[1 - (1 - K(v))^{n-1}] - K_1(v)\\} = 0",
                "D81",
            )],
            remarks: &[
                EXACT,
                "f^e itself is a conditional entropy: it is positive at every t, and a zero of a measured f^e is noise",
            ],
            intermediates: &[],
        },
    },
    Level {
        name: "participation",
        about: "where two samples share the weight, E 1/Σw² = 2, at this n and d",
        symbol: "t_C",
        source: "D81",
        time: Time::Finite(Ensemble::participation_time),
        explanation: Explanation {
            symbol: "t_C.participation",
            latex: "t_C^{\\mathrm{part}}",
            lines: &[(
                "E 1/Σ_μ w_μ² = 2, by 1/Y = ∫dp e^(−pY) with Y = Σ_μ Z_μ²",
                "\\mathbb{E}\\, 1/\\textstyle\\sum_\\mu w_\\mu^2 &= 2, \\quad 1/Y = \\int dp\\, e^{-pY},\\ Y = \\textstyle\\sum_\\mu Z_\\mu^2",
                "D81",
            )],
            remarks: &[
                EXACT,
                "rare points with many participants count fully in this mean and pull the time below t_C at fixed α",
            ],
            intermediates: &[],
        },
    },
];

const NOT_SMOOTHED: &str = "known for the empirical score only, without --bandwidth";

const SINGLE: &str = "no transition: a single sample";

impl Level {
    fn value(&self, model: &dyn Model, point: &Point<'_>) -> Result<Answer> {
        let size = point.size()?;
        if point.bandwidth() > 0.0 {
            return Ok(Answer::absent(NOT_SMOOTHED));
        }
        match self.time {
            Time::Leading(_) | Time::Copied(_) if size.alpha.value <= 0.0 => {
                Ok(Answer::absent(SINGLE))
            }
            Time::Leading(time) => leading(model, size.alpha.value, time),
            Time::Copied(time) => copies::per_dimension(point, model.dimension())?
                .try_and_then(|kappa| leading(model, size.alpha.value, |e| time(e, kappa))),
            Time::Finite(_) if size.log_n < std::f64::consts::LN_2 => Ok(Answer::absent(SINGLE)),
            Time::Finite(time) => model
                .ensemble(size.log_n)?
                .try_and_then(|ensemble| time(&accuracy::applied(ensemble, point.values))),
        }
    }
}

/// A time to leading order in d.
fn leading(
    model: &dyn Model,
    alpha: f64,
    time: impl FnOnce(&Energies) -> Result<Estimate>,
) -> Result<Answer> {
    model.energies(alpha)?.try_and_then(|energies| {
        let time = time(&energies)?;
        // α = log n/d was rounded before it came here.
        let lost = 4.0 * f64::EPSILON * (1.0 + alpha) * time.value;
        Ok(Answer::Value(time.widened(lost)))
    })
}

impl Quantity for Level {
    fn name(&self) -> String {
        format!("t_C.{}", self.name)
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn has(&self, entry: &Entry) -> bool {
        entry.levels
    }

    fn samples(&self) -> bool {
        true
    }

    fn asked_for(&self) -> Option<&'static str> {
        matches!(self.time, Time::Finite(_)).then_some(FINITE_SIZE)
    }

    fn parameters(&self) -> &'static [Parameter] {
        if matches!(self.time, Time::Copied(_)) { &copies::PARAMETERS } else { &[] }
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name(), self.symbol, "OU time", self.source, TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        Ok(vec![self.value(model, point).into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&self.explanation)
    }
}

/// Whether the finite-size averages of a model are sampled.
pub fn is_sampled(model: &dyn Model) -> bool {
    // Any number of samples will do.
    matches!(model.ensemble(1.0), Ok(Answer::Value(ensemble)) if ensemble.is_sampled())
}
