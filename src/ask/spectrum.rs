//! `curve spectrum MODEL`: the covariance spectrum of the population, or as n samples show it.

use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::spectrum::{MarchenkoPastur, SampledSpectrum, Spectrum};
use crate::sweep::{Models, Request, Typed};
use crate::table::{Cell, Column, Head, Plan, Row};
use std::sync::Arc;

/// Name of the quantity.
pub const NAME: &str = "spectrum";

const SAMPLES: Parameter = Parameter {
    aliases: &["samples"],
    ..Parameter::optional(
        "n",
        "n",
        "number of samples of a sample covariance; without it, the population covariance",
        Domain::Whole { infinite: false },
    )
};

const POINTS: Parameter = Parameter::optional(
    "points",
    "COUNT",
    "points across a continuous bulk",
    Domain::Whole { infinite: false },
)
.by_default("101");

/// Atoms beyond this many are refused: a spectrum is to be looked at.
const MOST_POINTS: f64 = 1e6;

/// What may be given.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    entry.parameters.iter().copied().chain([SAMPLES, POINTS]).collect()
}

/// The table of one spectrum.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
) -> Result<Plan<'static>> {
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    if request.rows()? != 1 {
        return Err(Error::Usage("curve spectrum takes one value of each parameter".into()));
    }
    let values = request.at(0);
    let models = Models::new(entry, Arc::clone(&request))?;
    let model = models.first()?;
    let points = values.required(POINTS.name)?;
    if points > MOST_POINTS {
        return Err(Error::argument("--points", points, format!("must be at most {MOST_POINTS}")));
    }
    let mut rows: Vec<Line> = Vec::new();
    let mut notes = model.notes();
    let outliers = if model.dimension().is_finite() { model.outliers()? } else { Vec::new() };
    match (model.spectrum(), values.number(SAMPLES.name)) {
        (Answer::Absent(reason), Some(n)) => {
            let expected =
                format!("the population spectrum is not known ({reason}): leave --n out");
            return Err(Error::argument("--n", n, expected));
        }
        (Answer::Absent(reason), None) => {
            for outlier in &outliers {
                rows.push(Line::atom("outlier", *outlier, 1.0 / model.dimension()));
            }
            notes.push(format!("the bulk is left out; it is {reason}"));
        }
        (Answer::Value(Spectrum::Atoms(atoms)), Some(n)) => {
            let [(variance, _)] = atoms.atoms() else {
                return Err(Error::argument(
                    "--n",
                    n,
                    "a sample spectrum is known here for isotropic classes only: leave --n out",
                ));
            };
            if variance.value == 0.0 || model.dimension().is_infinite() {
                return Err(Error::argument(
                    "--n",
                    n,
                    "needs a finite d and a positive within-class variance",
                ));
            }
            let sampled = SampledSpectrum::new(model.dimension(), n, variance.value)?;
            bulk(sampled.bulk(), points as usize, &mut rows);
            for (k, spike) in outliers.iter().enumerate() {
                match sampled.spike(*spike) {
                    Some(at) => rows.push(Line::atom("outlier", at, 1.0 / model.dimension())),
                    None => notes.push(format!(
                        "class spike {} at {:.6} is hidden in the bulk: it needs θ > √(d/n) to show [BBP05]",
                        k + 1,
                        spike.value
                    )),
                }
            }
        }
        (Answer::Value(Spectrum::MarchenkoPastur(_)), Some(n)) => {
            return Err(Error::argument(
                "--n",
                n,
                "the population spectrum of a random embedding is shown without --n",
            ));
        }
        (Answer::Value(Spectrum::Atoms(atoms)), None) => {
            for outlier in &outliers {
                rows.push(Line::atom("outlier", *outlier, 1.0 / model.dimension()));
            }
            let spikes = outliers.len() as f64 / model.dimension();
            for (value, fraction) in atoms.atoms() {
                rows.push(Line::atom("atom", *value, fraction * (1.0 - spikes)));
            }
        }
        (Answer::Value(Spectrum::MarchenkoPastur(law)), None) => {
            bulk(law, points as usize, &mut rows);
        }
    }
    let columns = vec![
        Column::text("kind"),
        Column::estimate("eigenvalue", "λ", "variance", "BBP05", CURVE_TOLERANCE),
        Column::number("density", "ρ(λ)", "per unit variance"),
        Column::number("fraction", "fraction", "of the dimensions"),
    ];
    let mut head = Head::new("curve spectrum", entry.name, columns, rows.len());
    head.notes = notes;
    Ok(Plan { head, row: Box::new(move |index| Ok(rows[index].row())) })
}

struct Line {
    kind: &'static str,
    eigenvalue: Estimate,
    density: Option<f64>,
    fraction: Option<f64>,
}

impl Line {
    fn atom(kind: &'static str, eigenvalue: Estimate, fraction: f64) -> Self {
        Self { kind, eigenvalue, density: None, fraction: Some(fraction) }
    }

    fn row(&self) -> Row {
        let or = |x: Option<f64>, reason: &'static str| {
            x.map_or(Cell::Missing(reason.into()), Cell::Number)
        };
        Row {
            cells: vec![
                Cell::Text(self.kind.to_owned()),
                Ok(Answer::Value(self.eigenvalue)).into(),
                if self.density == Some(f64::INFINITY) {
                    Cell::Missing(
                        "the edge is hard: the density diverges like λ^(-1/2) there".into(),
                    )
                } else {
                    or(self.density, "a single eigenvalue has no density")
                },
                or(self.fraction, "a point of the bulk"),
            ],
            notes: Vec::new(),
        }
    }
}

/// Points across the bulk, edges included, and the eigenvalues that a low-rank covariance leaves out.
fn bulk(law: &MarchenkoPastur, points: usize, rows: &mut Vec<Line>) {
    if law.null_fraction() > 0.0 {
        rows.push(Line::atom("atom", law.shift(), law.null_fraction()));
    }
    let (low, high) = law.edges();
    for k in 0..points {
        let share = if points > 1 { k as f64 / (points - 1) as f64 } else { 0.5 };
        let at = low.value + share * (high.value - low.value);
        rows.push(Line {
            kind: "bulk",
            eigenvalue: Estimate::new(at, low.error + high.error),
            density: Some(law.density(at)),
            fraction: None,
        });
    }
}
