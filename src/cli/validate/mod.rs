//! `validate FILE --against QUANTITY MODEL`: a measured curve beside the predicted one.

mod measured;
mod predicted;

use super::curve::{QUANTITIES, Quantity};
use super::request::{Request, with_parameters};
use super::{Context, head, noise, sample_size};
use crate::Answer;
use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use crate::models::{CATALOGUE, Entry};
use crate::numerics::Estimate;
use crate::output::{Cell, Column, Plan, Row};
use crate::validate::{Comparison, Fit, Measurement, fit};
use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};
use measured::{Curve, Point};
use predicted::{Prediction, comparable};
use std::path::Path;

/// Flags with one word or number: name, value, help.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("against", "QUANTITY", "the predicted curve, as in `regimes curve QUANTITY MODEL`"),
    (
        "column",
        "NAME",
        "which column of the prediction [default: the one the file has, else the first]",
    ),
    ("t-column", "NAME", "column of times [default: t, else snr or sigma-noise]"),
    (
        "value-column",
        "NAME",
        "column of measured values [default: named like the prediction, or value]",
    ),
    ("stderr-column", "NAME", "column of standard errors [default: stderr]"),
    ("trials", "COUNT", "values are frequencies of so many trials: a number or a column"),
    ("fit", "NAMES", "parameters to fit, such as mu,sigma; their flags say where to start"),
    ("level", "P", "probability of calling agreeing curves disagreeing [default: 0.01]"),
];

/// The command's definition.
pub(crate) fn command() -> Command {
    let names: Vec<&str> = QUANTITIES.iter().map(|q| q.name).collect();
    let command = Command::new("validate")
        .about("hold a measured curve against the predicted one: deviations, χ², runs, verdict, fits")
        .long_about(
            "Holds a measured curve against the predicted one: the deviation of every point in standard \
             errors, χ² with its probability, the largest deviation, signed runs, and a verdict.\n\n\
             FILE is csv, npy or npz. Columns t, value and stderr by name (see the flags), or an array of \
             two or three rows; outcomes 0 or 1 in a column outcome, one a row, or in an array outcomes of \
             an npz archive, a row for each t. Columns named like parameters (d, n, mu, ...) give them row \
             by row unless a flag does.",
        )
        .after_help(
            "Examples:\n  regimes validate phi.csv --against phi clusters --d 256 --mu 1 --sigma 1\n  regimes validate fe.csv --against excess-entropy clusters --d 256 --n 20000 --order exact --fit sigma",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("MODEL")
        .arg(Arg::new("measured").value_name("FILE").required(true).help("the measured curve"));
    let command = OPTIONS.iter().fold(command, |command, (name, value, help)| {
        let help = if *name == "against" {
            format!("{help}: {}", names.join(", "))
        } else {
            (*help).to_owned()
        };
        command.arg(Arg::new(*name).long(*name).value_name(*value).help(help).global(true))
    });
    let command = command.arg(
        Arg::new("strict")
            .long("strict")
            .action(ArgAction::SetTrue)
            .global(true)
            .help("exit with status 1 if the curves disagree"),
    );
    CATALOGUE.iter().fold(command, |command, entry| {
        let child = Command::new(entry.name).about(entry.about);
        command.subcommand(with_parameters(child, &all_parameters(entry)))
    })
}

/// Every parameter of a model and of all curves that it has, each name once.
fn all_parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = entry.parameters.to_vec();
    let curves = QUANTITIES.iter().filter(|q| (q.has)(entry)).flat_map(|q| q.parameters);
    for parameter in sample_size::PARAMETERS.iter().chain(curves) {
        if !all.iter().any(|p| p.name == parameter.name) {
            all.push(*parameter);
        }
    }
    all
}

/// The curve asked for.
fn quantity(matches: &ArgMatches, entry: &Entry) -> Result<&'static Quantity> {
    let known: Vec<&str> = QUANTITIES.iter().filter(|q| (q.has)(entry)).map(|q| q.name).collect();
    let Some(name) = matches.get_one::<String>("against") else {
        return Err(Error::Usage(format!(
            "--against is missing: give one of {}",
            known.join(", ")
        )));
    };
    QUANTITIES.iter().copied().find(|q| q.name == name && (q.has)(entry)).ok_or_else(|| {
        let hint = crate::suggest::did_you_mean(name, known.iter().copied());
        let expected = format!("{} has the curves {}{hint}", entry.name, known.join(", "));
        Error::argument("--against", name, expected)
    })
}

/// What a comparison is about.
struct Setting {
    quantity: &'static Quantity,
    entry: &'static Entry,
    parameters: Vec<Parameter>,
    request: Request,
    curve: Curve,
    /// Which of the quantity's columns is compared.
    column: (usize, Column),
}

impl Setting {
    fn read(outer: &ArgMatches, inner: &ArgMatches, entry: &'static Entry) -> Result<Self> {
        let quantity = quantity(inner, entry)?;
        let path = outer.get_one::<String>("measured").map(String::as_str).unwrap_or_default();
        let columns = Columns::read(Path::new(path))?;
        let typed = |name: &str| inner.value_source(name) == Some(ValueSource::CommandLine);
        let mut parameters: Vec<Parameter> = entry.parameters.to_vec();
        if quantity.samples {
            parameters.extend(sample_size::PARAMETERS);
        }
        parameters.extend(quantity.parameters);
        for extra in all_parameters(entry) {
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
            .map(|p| if fitted_names(inner).iter().any(|n| n == p.name) { started(p) } else { *p })
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
        let chosen = match inner.get_one::<String>("column") {
            Some(name) => Some(named(name).ok_or_else(|| {
                let hint = crate::suggest::did_you_mean(name, known.iter().map(String::as_str));
                let expected = format!("{} predicts {}{hint}", quantity.name, known.join(", "));
                Error::argument("--column", name, expected)
            })?),
            None => None,
        };
        let wanted = chosen.as_ref().map_or(known.clone(), |(_, c)| vec![c.name.clone()]);
        let mut curve = measured::read(&columns, inner, &from_file, &wanted)?;
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
        Ok(Self { quantity, entry, parameters, request, curve, column })
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction {
            quantity: self.quantity,
            entry: self.entry,
            request: &self.request,
            parameters: &self.parameters,
            column: self.column.0,
        }
    }

    /// Leaves out points without a prediction; returns the predictions of the others.
    fn predict(&mut self) -> Result<Vec<Estimate>> {
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
    fn fit(&self, names: &[&'static str]) -> Result<Fit> {
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

/// Names given to --fit.
fn fitted_names(matches: &ArgMatches) -> Vec<String> {
    matches
        .get_one::<String>("fit")
        .map(|list| list.split(',').map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default()
}

/// A parameter to be fitted needs a value to start from, its default or 1.
fn started(parameter: &Parameter) -> Parameter {
    Parameter { default: parameter.default.or(Some("1")), required: false, ..*parameter }
}

/// The parameters to fit, by name.
fn fitted(matches: &ArgMatches, setting: &Setting) -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    for name in fitted_names(matches) {
        let can =
            |p: &&Parameter| p.domain.is_number() && !matches!(p.domain, Domain::Whole { .. });
        let found = setting
            .parameters
            .iter()
            .find(|p| p.name == name || p.aliases.contains(&name.as_str()));
        let known: Vec<&str> = setting.parameters.iter().filter(can).map(|p| p.name).collect();
        match found {
            Some(p) if can(&p) && names.contains(&p.name) => {
                return Err(Error::argument("--fit", name, "is named twice"));
            }
            Some(p) if can(&p) && setting.request.axis(p.name).is_some() => names.push(p.name),
            Some(p) if can(&p) => {
                let expected = "is given by the file row by row: give its flag to start from";
                return Err(Error::argument("--fit", name, expected));
            }
            _ => {
                let hint = crate::suggest::did_you_mean(&name, known.iter().copied());
                let expected = format!("can be {}{hint}", known.join(", "));
                return Err(Error::argument("--fit", name, expected));
            }
        }
    }
    Ok(names)
}

/// Reads, predicts, perhaps fits, compares; the second value is true if the curves disagree and
/// that was to be an error.
///
/// # Errors
/// Wrong arguments or files; failed numerics.
pub(crate) fn plan<'a>(
    outer: &ArgMatches,
    inner: &ArgMatches,
    entry: &'static Entry,
    context: &Context,
) -> Result<(Plan<'a>, bool)> {
    let level = match inner.get_one::<String>("level") {
        None => 0.01,
        Some(text) => text
            .parse::<f64>()
            .ok()
            .filter(|p| *p > 0.0 && *p < 1.0)
            .ok_or_else(|| Error::argument("--level", text, "must lie between 0 and 1"))?,
    };
    let mut setting = Setting::read(outer, inner, entry)?;
    let names = fitted(inner, &setting)?;
    let mut predictions = setting.predict()?;
    let mut notes = Vec::new();
    let mut summary: Vec<(String, f64)> = Vec::new();
    if !names.is_empty() {
        let fit = setting.fit(&names)?;
        let changed: Vec<(&'static str, f64)> =
            names.iter().copied().zip(fit.values.iter().copied()).collect();
        let answers = setting.prediction().at(&setting.curve.points, &changed)?;
        predictions = answers.iter().filter_map(Answer::estimate).collect();
        for (k, name) in names.iter().enumerate() {
            notes.push(format!(
                "fitted {name} = {:.6} ± {:.6} (s.e.)",
                fit.values[k], fit.errors[k]
            ));
            summary.push(((*name).to_owned(), fit.values[k]));
            summary.push((format!("{name}_stderr"), fit.errors[k]));
            for (other, correlation) in names.iter().zip(&fit.correlations[k]).take(k) {
                notes.push(format!("correlation of {other} and {name}: {correlation:.3}"));
            }
        }
    }
    let points: Vec<(Measurement, Estimate)> =
        setting.curve.points.iter().map(|p| p.measurement).zip(predictions).collect();
    if points.len() <= names.len() {
        return Err(Error::Usage("a comparison needs more points than fitted parameters".into()));
    }
    let comparison = Comparison::new(&points, names.len());
    notes.push(comparison.verdict(level, |k| place(&setting.curve.points[k])));
    summary.extend(statistics(&comparison, level));
    let given: Vec<&'static str> =
        setting.curve.points[0].parameters.iter().map(|(name, _)| *name).collect();
    let mut columns: Vec<Column> =
        given.iter().map(|name| Column::number(name, name, "")).collect();
    columns.extend(noise::columns());
    let source = setting.column.1.source.clone();
    columns.extend([
        Column::number("value", "measured", setting.column.1.unit),
        Column::number("stderr", "s.e.", "of the measured value"),
        Column {
            source,
            ..Column::number("predicted", &setting.column.1.symbol, setting.column.1.unit)
        },
        Column::number("error", "error", "bound, of the prediction"),
        Column::number("z", "z", "standard errors"),
    ]);
    let mut head = head(
        context,
        &format!("validate {}", setting.quantity.name),
        entry.name,
        columns,
        points.len(),
    );
    head.notes.append(&mut setting.curve.remarks);
    head.notes.extend(notes);
    head.summary = summary;
    let disagrees = !comparison.agrees(level) && inner.get_flag("strict");
    let rows = setting.curve.points;
    let row = move |k: usize| {
        let (measurement, predicted) = points[k];
        let parameters = rows[k].parameters.iter().map(|(_, x)| *x);
        let noise = rows[k].noise;
        let numbers = [
            noise.time(),
            noise.snr(),
            measurement.value(),
            measurement.stderr(predicted.value),
            predicted.value,
            predicted.error,
            comparison.deviations[k],
        ];
        Ok(Row { cells: parameters.chain(numbers).map(Cell::Number).collect(), notes: Vec::new() })
    };
    Ok((Plan { head, row: Box::new(row) }, disagrees))
}

/// The statistics by name.
fn statistics(comparison: &Comparison, level: f64) -> Vec<(String, f64)> {
    [
        ("points", comparison.deviations.len() as f64),
        ("degrees_of_freedom", comparison.freedom as f64),
        ("chi_squared", comparison.chi_squared),
        ("reduced_chi_squared", comparison.reduced()),
        ("chi_squared_p", comparison.chi_squared_p),
        ("largest_deviation", comparison.deviations[comparison.largest]),
        ("largest_deviation_p", comparison.largest_p),
        ("runs", comparison.runs as f64),
        ("runs_p", comparison.runs_p),
        ("agrees", f64::from(u8::from(comparison.agrees(level)))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A point in a message.
fn place(point: &Point) -> String {
    let parameters = point.parameters.iter().map(|(name, x)| format!("{name} = {x}"));
    parameters.chain([format!("t = {}", point.noise.time())]).collect::<Vec<_>>().join(", ")
}
