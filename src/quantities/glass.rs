//! The glass dictionary of Gaussian data: how sharp the collapse is, how many samples there are at an
//! energy or an overlap, and what a fresh point sees.

use super::explanation::Explanation;
use super::formulas::{LARGE_DEVIATIONS, LEADING};
use super::sample_size::ALPHA;
use super::{Curve, Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::glass::overlap::Overlaps;
use crate::glass::{FiniteSize, Law, fresh, window};
use crate::models::parameter::{Domain, Parameter};
use crate::models::{Entry, Model, Order};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::rem::large_deviations::Energies;
use crate::spectrum::Spectrum;
use crate::table::{Cell, Column};
use crate::transitions::collapse::collapse_time;

/// A number that says how sharp the collapse is.
pub struct Sharpness {
    name: &'static str,
    about: &'static str,
    symbol: &'static str,
    unit: &'static str,
    value: fn(&Spectrum, Estimate, f64) -> Result<Answer>,
    explanation: Explanation,
}

/// Width and slope of the collapse of a Gaussian.
pub static SHARPNESS: [Sharpness; 2] = [
    Sharpness {
        name: "t_C.width",
        about: "width of the collapse at this d: √V/|dI/dt| at t_C, V the dispersion of the information density",
        symbol: "δt",
        unit: "units of OU time",
        value: |spectrum, time, d| {
            if d.is_infinite() {
                return Ok(Answer::absent("the collapse is sharp for d → ∞: give a finite --d"));
            }
            let width = window::at_time(time, |noise| window::width(spectrum, noise, d))?;
            Ok(Answer::Value(width))
        },
        explanation: Explanation {
            symbol: "δt",
            latex: "\\delta t",
            lines: &[(
                "δt = √V/|dI/dt| at t_C, V = Σ_i λ_i snr/(1 + λ_i snr), |dI/dt| = (1 + snr) V; 2 sinh(t_C)/√d for λ_i = 1",
                "\\delta t &= \\sqrt V/|dI/dt| \\text{ at } t_C, \\quad V = \\sum_i \\frac{\\lambda_i\\,\\mathrm{snr}}{1 + \\lambda_i\\,\\mathrm{snr}}, \\quad |dI/dt| = (1 + \\mathrm{snr}) V",
                "PPV10",
            )],
            remarks: &[WINDOW],
            intermediates: &[],
        },
    },
    Sharpness {
        name: "t_C.slope",
        about: "slope df/dt of the excess entropy just above t_C; below it f is zero",
        symbol: "df/dt",
        unit: "nats per dimension and unit of OU time",
        value: |spectrum, time, _| {
            Ok(Answer::Value(window::at_time(time, |noise| window::slope(spectrum, noise))?))
        },
        explanation: Explanation {
            symbol: "df/dt",
            latex: "df/dt",
            lines: &[(
                "df/dt = snr (1 + snr) mmse/d at t_C + 0; e^(2α) − 1 for isotropic data of σ = 1",
                "df/dt &= \\mathrm{snr}\\,(1 + \\mathrm{snr})\\,\\mathrm{mmse}/d \\text{ at } t_C + 0",
                "GSV05",
            )],
            remarks: &[ORDER_OF_TRANSITION],
            intermediates: &[],
        },
    },
];

const WINDOW: &str = "z = (log n − I)/√V ≈ (t − t_C)/δt is the variable on which own weight and excess entropy collapse for all d: φ_C = Φ(−z), d f = √V [zΦ(z) + ϕ(z)]";

const ORDER_OF_TRANSITION: &str = "f is continuous and its slope jumps; the mean energy is ½ on both sides, so there is no latent heat, while the overlap jumps by σ²v > 0: a random first-order transition, discontinuous in its order parameter and continuous in its entropy";

const TWO_PHASES: &str = "of a fresh point only: one made from a training sample is won by that sample as a whole, φ_C from 0 to 1 at the same t_C, and m plays no part; 1 − m is not the participation of generated samples";

impl Quantity for Sharpness {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn has(&self, entry: &Entry) -> bool {
        is_gaussian(entry)
    }

    fn samples(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(self.name, self.symbol, self.unit, "PPV10", f64::INFINITY)]
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        let alpha = point.size()?.alpha;
        if point.bandwidth() > 0.0 {
            let reason = "known for the empirical score only, without --bandwidth";
            return Ok(vec![Cell::Missing(reason.into())]);
        }
        let time = collapse_time(model, alpha, Order::Asymptotic, 0.0)?;
        let answer = time.try_and_then(|time| {
            model
                .spectrum()
                .try_and_then(|spectrum| (self.value)(spectrum, time, model.dimension()))
        });
        Ok(vec![answer.into()])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&self.explanation)
    }
}

pub(super) fn is_gaussian(entry: &Entry) -> bool {
    entry.name == crate::models::gaussian::ENTRY.name
}

const TILT: Parameter = Parameter {
    latex: "\\lambda",
    ..Parameter::optional(
        "tilt",
        "λ",
        "inverse temperature whose levels are counted; 1 is that of the score",
        Domain::Positive,
    )
    .by_default("1")
};

/// Σ(e) along its temperature.
pub static COMPLEXITY: Curve = Curve {
    name: "complexity",
    about: "Σ(e): log of the number of samples per dimension at the energy that dominates at inverse temperature λ",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[TILT],
    example: "--alpha 0.5 --t 0.3 --tilt 0.25:4:*9",
    columns: || {
        vec![
            Column::number("tilt", "λ", "inverse temperature"),
            Column::estimate("energy", "e", "per dimension", "D81", CURVE_TOLERANCE).flat(),
            Column::estimate("complexity", "Σ", "nats per dimension", "D81", CURVE_TOLERANCE),
        ]
    },
    cells: complexity,
    explanation: Some(&Explanation {
        symbol: "Σ",
        latex: "\\Sigma",
        lines: &[
            LARGE_DEVIATIONS,
            (
                "e = −g′(λ), Σ(e) = α + g(λ) − λ g′(λ); at λ = 1 it is f(t) = α − I/d",
                "e &= -g'(\\lambda), \\quad \\Sigma(e) = \\alpha + g(\\lambda) - \\lambda g'(\\lambda)",
                "D81",
            ),
        ],
        remarks: &[
            LEADING,
            "a negative value is the formula's: there are no samples at that energy",
            "above t_C the levels at λ > 1 have no thermal meaning",
        ],
        intermediates: &[],
    }),
};

fn complexity(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let noise = point.noise()?;
    let tilt = point.values.required(TILT.name)?;
    let found = energies(model, point)?.try_and_then(|levels| {
        if noise.tau() == 0.0 || !noise.tau().is_finite() {
            return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
        }
        levels.complexity(noise, tilt).map(Answer::Value)
    })?;
    let [energy, complexity] = [0, 1].map(|k| {
        let part = found.as_ref().map(|c| if k == 0 { c.energy } else { c.complexity });
        Cell::from(Ok(part))
    });
    Ok(vec![Cell::Number(tilt), energy, complexity])
}

fn energies(model: &dyn Model, point: &Point<'_>) -> Result<Answer<Energies>> {
    model.energies(point.size()?.alpha.value)
}

const OVERLAP: Parameter = Parameter {
    required: true,
    ..Parameter::optional(
        "overlap",
        "q",
        "overlap a·a'/d with the sample behind the noisy point, in units of a coordinate squared",
        Domain::Real,
    )
};

/// The Franz-Parisi potential.
pub static FRANZ_PARISI: Curve = Curve {
    name: "franz-parisi",
    about: "Franz-Parisi potential V(q) of the population, and Σ(q): log of the number of samples at overlap q",
    process: Process::Gaussian,
    has: is_gaussian,
    samples: false,
    parameters: &[OVERLAP, ALPHA],
    example: "--t 0.3 --overlap -0.5:1:#31 --alpha 0.5",
    columns: || {
        vec![
            Column::number("overlap", "q", "unit of the data squared"),
            Column::number(ALPHA.name, ALPHA.symbol, "nats per dimension"),
            Column::estimate("potential", "V", "nats per dimension", "FP95", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("complexity", "Σ", "nats per dimension", "FP95", CURVE_TOLERANCE),
        ]
    },
    cells: franz_parisi,
    explanation: Some(&Explanation {
        symbol: "V",
        latex: "V",
        lines: &[
            (
                "V(q) = q²/2σ⁴ + ½ σ² snr (1 − q/σ²)² − ½ log v + ½ v, v = 1/(1 + σ² snr)",
                "V(q) &= \\frac{q^2}{2\\sigma^4} + \\tfrac12 \\sigma^2\\,\\mathrm{snr}\\,(1 - q/\\sigma^2)^2 - \\tfrac12 \\log v + \\tfrac12 v, \\quad v = \\frac{1}{1 + \\sigma^2\\,\\mathrm{snr}}",
                "FP95",
            ),
            (
                "Σ(q) = α − q²/2σ⁴ + ½ [log v + (1 − v)²]",
                "\\Sigma(q) &= \\alpha - \\frac{q^2}{2\\sigma^4} + \\tfrac12 [\\log v + (1 - v)^2]",
                "FP95",
            ),
        ],
        remarks: &[
            "V has one minimum and no barrier: without samples the population is a liquid at every t",
            "Σ counts the samples that dominate at overlap q and β = 1; a negative value is the formula's: the levels there are frozen. For α < ½ samples of any energy exist up to q = σ²√(2α), beside the isolated q = σ²; for α ≥ ½ there is no such gap",
        ],
        intermediates: &[],
    }),
};

fn franz_parisi(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let noise = point.noise()?;
    let q = point.values.required(OVERLAP.name)?;
    let overlaps = match model.spectrum() {
        _ if noise.tau() == 0.0 => Answer::absent("at t = 0 no second point fits"),
        Answer::Value(Spectrum::Atoms(atoms)) => match atoms.atoms() {
            [(v, _)] if v.value > 0.0 => Answer::Value(Overlaps::new(v.sqrt(), noise)),
            _ => Answer::absent("known for data of one positive variance"),
        },
        _ => Answer::absent("known for data of one positive variance"),
    };
    let potential = overlaps.as_ref().map(|overlaps| overlaps.potential(q));
    let mut cells = vec![Cell::Number(q)];
    let Some(alpha) = point.values.number(ALPHA.name) else {
        let no_alpha = || Cell::EMPTY;
        cells.extend([no_alpha(), Ok(potential).into(), no_alpha()]);
        return Ok(cells);
    };
    let complexity = overlaps.map(|overlaps| overlaps.complexity(q, Estimate::exact(alpha)));
    cells.extend([Cell::Number(alpha), Ok(potential).into(), Ok(complexity).into()]);
    Ok(cells)
}

/// What a fresh point sees in the condensed phase.
pub static FRESH: Curve = Curve {
    name: "fresh",
    about: "weights seen from a fresh point: the Parisi parameter m = λ_c and E Σ w², E Σ w³ for d → ∞",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.05:0.25:#11",
    columns: || {
        vec![
            Column::estimate("parisi", "m", "inverse temperature", "D81", CURVE_TOLERANCE).flat(),
            Column::estimate("sum_w2", "E Σw²", "probability", "D81", CURVE_TOLERANCE),
            Column::estimate("sum_w3", "E Σw³", "probability", "D81", CURVE_TOLERANCE),
        ]
    },
    cells: fresh,
    explanation: Some(&Explanation {
        symbol: "Σw²",
        latex: "\\sum w^2",
        lines: &[
            LARGE_DEVIATIONS,
            (
                "E Σ_μ w_μ^k = Γ(k − m)/[Γ(k) Γ(1 − m)], m = λ_c(t) < 1 below t_C; above it no weight is finite (m = 1)",
                "\\mathbb{E} \\sum_\\mu w_\\mu^k &= \\frac{\\Gamma(k - m)}{\\Gamma(k)\\,\\Gamma(1 - m)}, \\quad m = \\lambda_c(t)",
                "D81",
            ),
        ],
        remarks: &[TWO_PHASES],
        intermediates: &[],
    }),
};

fn fresh(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let noise = point.noise()?;
    let parisi = energies(model, point)?.try_and_then(|levels| levels.parisi(noise));
    Ok(match parisi {
        Ok(Answer::Value(m)) => {
            let moments = [2, 3].map(|k| Cell::Estimate(fresh::moment(m, k)));
            [Cell::Estimate(m)].into_iter().chain(moments).collect()
        }
        Ok(Answer::Absent(reason)) => vec![Cell::Missing(reason); 3],
        Err(error) => {
            let failed = Cell::from(Err(error));
            vec![failed; 3]
        }
    })
}

/// The order that is exact at finite n and d.
pub const EXACT_ORDER: &str = "exact";

/// Names of the laws of finite size beside it.
pub const LAWS: [&str; 2] = ["scaling", "refined"];

/// The law that was asked for by `--order`, if it is one.
pub fn law(point: &Point<'_>) -> Option<Law> {
    match point.values.text("order") {
        Some(name) if name == LAWS[0] => Some(Law::Scaling),
        Some(name) if name == LAWS[1] => Some(Law::Refined),
        _ => None,
    }
}

/// What is to be said of a law at a point outside the range in which it was measured against the exact averages.
///
/// # Errors
/// Wrong arguments.
pub fn doubt(model: &dyn Model, point: &Point<'_>) -> Result<Option<String>> {
    let (Some(_), Some(_)) = (law(point), point.size) else { return Ok(None) };
    let Answer::Value(laws) = finite_size(model, point)? else { return Ok(None) };
    Ok(laws.doubt(model.dimension()))
}

/// The laws of finite size at a point, for data that are one Gaussian.
///
/// # Errors
/// Wrong arguments.
pub fn finite_size(model: &dyn Model, point: &Point<'_>) -> Result<Answer<FiniteSize>> {
    let (noise, log_n) = (point.noise()?, point.size()?.log_n);
    if log_n < std::f64::consts::LN_2 {
        return Ok(Answer::absent("a single sample: there is no other to compete with"));
    }
    Ok(model
        .gaussian()
        .and_then(|spectrum| FiniteSize::new(spectrum, noise, model.dimension(), log_n)))
}
