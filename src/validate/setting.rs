//! What a comparison is about: the curve, the model, where each parameter comes from.

use super::measured::{self, Curve as Measured};
use super::predicted::{Prediction, comparable};
use super::{Fit, Measurement, fit, floor};
use crate::Answer;
use crate::dataset::columns::Columns;
use crate::dataset::observables::PROBABILITY;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::numerics::Estimate;
use crate::quantities::information::{EXACT, EXCESS_ENTROPY, ORDER};
use crate::quantities::{Curve, sample_size};
use crate::suggest::among;
use crate::sweep::{Request, Typed};
use crate::table::Column;

/// Every parameter of a model and of all curves that it has, each name once.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = entry.parameters.to_vec();
    let curves = Curve::of(entry).flat_map(|curve| curve.parameters);
    for parameter in sample_size::PARAMETERS.iter().chain(curves) {
        if !all.iter().any(|p| p.name == parameter.name) {
            all.push(*parameter);
        }
    }
    all
}

/// The curve asked for.
fn quantity(name: Option<&str>, entry: &Entry) -> Result<&'static Curve> {
    let known: Vec<&str> = Curve::of(entry).map(|curve| curve.name).collect();
    let Some(name) = name else {
        return Err(Error::Usage(format!(
            "--against is missing: give one of {}",
            known.join(", ")
        )));
    };
    Curve::find(name, entry).ok_or_else(|| {
        let expected = format!("{} has the curves {}", entry.name, among(name, known));
        Error::argument("--against", name, expected)
    })
}

/// What a comparison is about.
pub(super) struct Setting {
    pub(super) quantity: &'static Curve,
    pub(super) entry: &'static Entry,
    pub(super) parameters: Vec<Parameter>,
    pub(super) request: Request,
    pub(super) curve: Measured,
    /// Which of the quantity's columns is compared.
    pub(super) column: (usize, Column),
}

impl Setting {
    pub(super) fn read<Face, T: Typed<Face> + ?Sized>(
        columns: impl FnOnce() -> Result<Columns>,
        inner: &T,
        entry: &'static Entry,
        shared: bool,
    ) -> Result<Self> {
        let quantity = quantity(inner.text("against"), entry)?;
        let columns = columns()?;
        let typed = |name: &str| inner.text(name).is_some();
        let mut parameters: Vec<Parameter> = entry.parameters.to_vec();
        if quantity.samples {
            parameters.extend(sample_size::PARAMETERS);
        }
        parameters.extend(quantity.parameters);
        for extra in self::parameters(entry) {
            if typed(extra.name) && !parameters.iter().any(|p| p.name == extra.name) {
                return Err(Error::Usage(format!(
                    "--{} does not go with --against {}",
                    extra.name, quantity.name
                )));
            }
        }
        // Parameters that the file may give: numbers, not typed; of the sample sizes the first.
        let sizes: Vec<&str> = sample_size::PARAMETERS.iter().map(|p| p.name).collect();
        let sized = sizes.iter().any(|name| typed(name));
        let has = |name: &str| columns.has(name) || columns.has(&name.replace('-', "_"));
        let first_size = sizes.iter().find(|name| has(name));
        let from_file: Vec<&'static str> = parameters
            .iter()
            .filter(|p| p.domain.is_number() && !typed(p.name) && has(p.name))
            .map(|p| p.name)
            .filter(|name| !sizes.contains(name) || (!sized && Some(name) == first_size))
            .collect();
        let asked: Vec<Parameter> = parameters
            .iter()
            .filter(|p| !from_file.contains(&p.name))
            .map(|p| {
                if fitted_names(inner.text("fit")).iter().any(|n| n == p.name) {
                    started(p)
                } else {
                    *p
                }
            })
            .collect();
        let request = Request::read(inner, &asked)?;
        if request.rows()? != 1 {
            return Err(Error::Usage("validate takes one value of each parameter".into()));
        }
        if quantity.samples && !from_file.iter().any(|name| sizes.contains(name)) {
            sample_size::exactly_one(&request)?;
        }
        let comparable = comparable(quantity);
        let known: Vec<String> = comparable.iter().map(|(_, c)| c.name.clone()).collect();
        let named = |name: &str| comparable.iter().find(|(_, c)| c.name == name).cloned();
        let chosen = match inner.text("column") {
            Some(name) => Some(named(name).ok_or_else(|| {
                let known = among(name, known.iter().map(String::as_str));
                let expected = format!("{} predicts {known}", quantity.name);
                Error::argument("--column", name, expected)
            })?),
            None => None,
        };
        let wanted = chosen.as_ref().map_or(known.clone(), |(_, c)| vec![c.name.clone()]);
        let mut curve =
            measured::read(&columns, &|name| inner.text(name), &from_file, &wanted, shared)?;
        let column = chosen
            .or_else(|| named(&curve.value))
            .or_else(|| comparable.first().cloned())
            .ok_or_else(|| Error::Usage(format!("{} cannot be compared", quantity.name)))?;
        curve.remarks.insert(
            0,
            format!(
                "column {} of the file against {} of curve {}",
                curve.value, column.1.name, quantity.name
            ),
        );
        curve.remarks.extend(overridden(&columns, &parameters, &typed, &request)?);
        Ok(Self { quantity, entry, parameters, request, curve, column })
    }

    /// Raises the standard errors of probabilities to what their trials can show; says so.
    pub(super) fn raise_errors(&mut self) -> Option<String> {
        if self.column.1.unit != PROBABILITY {
            return None;
        }
        let mut measurements: Vec<Measurement> =
            self.curve.points.iter().map(|p| p.measurement).collect();
        let (raised, trials) = floor::raise(&mut measurements)?;
        for (point, measurement) in self.curve.points.iter_mut().zip(measurements) {
            point.measurement = measurement;
        }
        let points = if raised == 1 { "point has" } else { "points have" };
        Some(format!(
            "{raised} {points} a standard error below what about {trials:.0} trials, as the other points show, can tell: raised to that of a frequency (k + 1/2)/(N + 1)"
        ))
    }

    /// What to try where measurement and prediction disagree.
    pub(super) fn hint(&self) -> Option<String> {
        let values = self.request.at(0);
        let asymptotic = self.quantity.name == EXCESS_ENTROPY.name
            && values.text(ORDER.name).is_none_or(|order| order != EXACT);
        (asymptotic && self.entry.levels && self.curve.value.starts_with('f')).then(|| {
            format!(
                "a simulated f^e has finite n and d, and stays above 0: --{} {EXACT} predicts it",
                ORDER.name
            )
        })
    }

    pub(super) fn prediction(&self) -> Prediction<'_> {
        Prediction {
            quantity: self.quantity,
            entry: self.entry,
            request: &self.request,
            parameters: &self.parameters,
            column: self.column.0,
        }
    }

    /// Leaves out points without a prediction; returns the predictions of the others.
    pub(super) fn predict(&mut self) -> Result<Vec<Estimate>> {
        let answers = self.prediction().at(&self.curve.points, &[])?;
        let mut reason = None;
        let mut kept = Vec::new();
        let mut predictions = Vec::new();
        for (point, answer) in self.curve.points.drain(..).zip(answers) {
            match answer {
                Answer::Value(estimate) => {
                    kept.push(point);
                    predictions.push(estimate);
                }
                Answer::Absent(why) => reason = Some(why),
            }
        }
        self.curve.points = kept;
        if let Some(reason) = reason {
            if predictions.is_empty() {
                return Err(Error::Usage(format!("no point has a prediction: {reason}")));
            }
            self.curve.remarks.push(format!("points without a prediction left out: {reason}"));
        }
        Ok(predictions)
    }

    /// Fits the parameters `names`.
    pub(super) fn fit(&self, names: &[&'static str]) -> Result<Fit> {
        let values = self.request.at(0);
        let start: Vec<f64> = names
            .iter()
            .map(|name| {
                values.number(name).ok_or_else(|| {
                    Error::Usage(format!("--fit {name} needs --{name} to start from"))
                })
            })
            .collect::<Result<_>>()?;
        let measured: Vec<Measurement> = self.curve.points.iter().map(|p| p.measurement).collect();
        let prediction = self.prediction();
        let predict = |at: &[f64]| -> Result<Vec<Estimate>> {
            let changed: Vec<(&'static str, f64)> =
                names.iter().copied().zip(at.iter().copied()).collect();
            let answers = prediction.at(&self.curve.points, &changed)?;
            answers
                .into_iter()
                .map(|answer| {
                    answer.estimate().ok_or_else(|| {
                        Error::argument("--fit", names.join(","), "a point lost its prediction")
                    })
                })
                .collect()
        };
        fit(&measured, &start, &predict)
    }
}

/// Numbers of the file in whose place flags were given: said where they are others.
fn overridden(
    columns: &Columns,
    parameters: &[Parameter],
    typed: &dyn Fn(&str) -> bool,
    request: &Request,
) -> Result<Vec<String>> {
    let values = request.at(0);
    let mut said = Vec::new();
    for p in parameters.iter().filter(|p| p.domain.is_number() && typed(p.name)) {
        let own = [p.name.to_owned(), p.name.replace('-', "_")];
        let (Some(given), Some(name)) =
            (values.number(p.name), own.iter().find(|name| columns.has(name)))
        else {
            continue;
        };
        let found = columns.numbers(name)?;
        if let Some(other) = found.into_iter().flatten().find(|x| *x != given) {
            said.push(format!("--{} {given} in the place of the file's {other}", p.name));
        }
    }
    Ok(said)
}

/// Names given to --fit.
pub(super) fn fitted_names(text: Option<&str>) -> Vec<String> {
    text.map(|list| list.split(',').map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default()
}

/// A parameter to be fitted needs a value to start from, its default or 1.
fn started(parameter: &Parameter) -> Parameter {
    Parameter { default: parameter.default.or(Some("1")), required: false, ..*parameter }
}
