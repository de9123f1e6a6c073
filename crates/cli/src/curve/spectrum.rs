//! `curve spectrum MODEL`: the covariance spectrum of the population, or as n samples show it.

use super::super::request::{Models, Request, with_parameters};
use crate::context::{Context, head};
use crate::examples;
use crate::verb::grouping;
use clap::{ArgMatches, Command};
use regimes::Answer;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Domain, Parameter};
use regimes::models::{CATALOGUE, Entry};
use regimes::numerics::Estimate;
use regimes::numerics::precision::CURVE_TOLERANCE;
use regimes::spectrum::{MarchenkoPastur, SampledSpectrum, Spectrum};
use regimes_output::{Cell, Column, Plan, Row};
use std::sync::Arc;

/// Name of the quantity.
pub(crate) const NAME: &str = "spectrum";

const SAMPLES: Parameter = Parameter {
    name: "n",
    symbol: "n",
    latex: "n",
    aliases: &["samples"],
    help: "number of samples of a sample covariance; without it, the population covariance",
    domain: Domain::Whole { infinite: false },
    default: None,
    required: false,
};

const POINTS: Parameter = Parameter {
    name: "points",
    symbol: "COUNT",
    latex: "",
    aliases: &[],
    help: "points across a continuous bulk",
    domain: Domain::Whole { infinite: false },
    default: Some("101"),
    required: false,
};

/// Atoms beyond this many are refused: a spectrum is to be looked at.
const MOST_POINTS: f64 = 1e6;

/// The command's definition.
pub(crate) fn command() -> Command {
    let parent = grouping(NAME, "MODEL")
        .about("eigenvalues of the data covariance: bulk, atoms, class spikes; with --n as a sample shows them");
    CATALOGUE.iter().fold(parent, |parent, entry| {
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes curve spectrum {} {}",
            entry.name,
            examples::without_samples(entry)
        ));
        let child = with_parameters(child, entry.parameters);
        let child = with_parameters(child, [&SAMPLES, &POINTS]);
        parent.subcommand(child)
    })
}

/// Reads the query and prepares its table: all rows of one spectrum.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn plan<'a>(
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'a>> {
    let parameters: Vec<Parameter> =
        entry.parameters.iter().chain([&SAMPLES, &POINTS]).copied().collect();
    let request = Arc::new(Request::read(matches, &parameters)?);
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
    let mut head = head(context, "curve spectrum", entry.name, columns, rows.len());
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
