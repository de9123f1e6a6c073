//! A comparison as it is asked for: a measured curve, the model, and the table.

use super::measured::Point;
use super::setting::{Setting, fitted_names};
use super::{Comparison, Measurement};
use crate::Answer;
use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::quantities::noise;
use crate::suggest::among;
use crate::sweep::Typed;
use crate::table::{Cell, Column, Head, Plan, Row};

/// The predicted curve.
pub const AGAINST: Parameter = Parameter::of_text(
    "against",
    "QUANTITY",
    "the predicted curve, as in `regimes curve QUANTITY MODEL`",
);

/// What is compared, and how.
pub const OPTIONS: [Parameter; 9] = [
    AGAINST,
    Parameter::of_text(
        "column",
        "NAME",
        "which column of the prediction [default: the one the file has, else the first]",
    ),
    Parameter::of_text(
        "t-column",
        "NAME",
        "column of times, or of snr, sigma-noise, alpha-bar, log-snr by these names [default: t, else the first of them]",
    ),
    Parameter::of_text("between", "LOW:HIGH", "compare only points with t from LOW to HIGH"),
    Parameter::of_text(
        "value-column",
        "NAME",
        "column of measured values [default: named like the prediction, or value]",
    ),
    Parameter::of_text("stderr-column", "NAME", "column of standard errors [default: stderr]"),
    Parameter::of_text(
        "trials",
        "COUNT",
        "values are frequencies of so many trials: a number or a column",
    ),
    Parameter::of_text(
        "fit",
        "NAMES",
        "parameters to fit, such as mu,sigma; their flags say where to start",
    ),
    Parameter::of_text("level", "P", "probability of calling agreeing curves disagreeing")
        .by_default("0.01"),
];

/// The word that says that the points share their noise.
pub const SHARED: &str = "shared-noise";

/// A comparison, computed.
pub struct Compared {
    /// Its table.
    pub plan: Plan<'static>,
    /// Whether the curves agree at the level asked for.
    pub agrees: bool,
}

/// The parameters to fit, by name.
fn fitted(text: Option<&str>, setting: &Setting) -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    for name in fitted_names(text) {
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
                let expected = format!("can be {}", among(&name, known));
                return Err(Error::argument("--fit", name, expected));
            }
        }
    }
    Ok(names)
}

/// The probability below which curves disagree.
///
/// # Errors
/// One that is none.
pub fn level<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<f64> {
    let [.., level] = OPTIONS;
    let text = typed.text(level.name).or(level.default).unwrap_or_default();
    let found = text.parse::<f64>().ok().filter(|p| *p > 0.0 && *p < 1.0);
    found.ok_or_else(|| Error::argument("--level", text, "must lie between 0 and 1"))
}

/// Reads the measured curve, predicts, perhaps fits, compares. `shared` says that the points share their
/// noise, as those of one data set do; this program's own files say so themselves.
///
/// # Errors
/// Wrong arguments or columns; failed numerics.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    columns: impl FnOnce() -> Result<Columns>,
    typed: &T,
    entry: &'static Entry,
    shared: bool,
) -> Result<Compared> {
    let level = level(typed)?;
    let mut setting = Setting::read(columns, typed, entry, shared)?;
    let raised = setting.raise_errors();
    let names = fitted(typed.text("fit"), &setting)?;
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
            if fit.errors[k] > fit.values[k].abs() {
                notes.push(format!(
                    "{name} is hardly determined: its standard error is larger than itself, and what lies at such distances was not looked at"
                ));
            }
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
    let comparison = if setting.curve.shared { comparison.of_shared_noise() } else { comparison };
    notes.extend(raised);
    let place_of = |k: usize| place(&setting.curve.points[k]);
    notes.push(comparison.verdict(level, place_of));
    notes.extend(comparison.single_culprit(&points, level, place_of));
    if !names.is_empty() && !comparison.agrees(level) {
        notes.push(format!(
            "the fit does not describe the data (χ²/N = {:.3}): the standard errors of {}, which take that for granted, say nothing",
            comparison.reduced(),
            names.join(", ")
        ));
    }
    if !comparison.agrees(level) {
        notes.extend(setting.hint());
    }
    summary.extend(comparison.statistics(level));
    let given: Vec<&'static str> =
        setting.curve.points[0].parameters.iter().map(|(name, _)| *name).collect();
    let mut columns: Vec<Column> =
        given.iter().map(|name| Column::number(name, name, "")).collect();
    columns.extend(noise::columns());
    let (unit, symbol) = (setting.column.1.unit.clone(), &setting.column.1.symbol);
    let source = &setting.column.1.source;
    columns.extend([
        Column::sampled("value", "measured", unit.clone(), "").flat(),
        Column::estimate("predicted", symbol, unit, source, f64::INFINITY).flat(),
        Column::number("z", "z", "standard errors"),
    ]);
    let command = format!("validate {}", setting.quantity.name);
    let mut head = Head::new(&command, entry.name, columns, points.len());
    head.notes.append(&mut setting.curve.remarks);
    head.notes.extend(notes);
    head.summary = summary;
    let agrees = comparison.agrees(level);
    let rows = setting.curve.points;
    let row = move |k: usize| {
        let (measurement, predicted) = points[k];
        let noise = rows[k].noise;
        let given = rows[k].parameters.iter().map(|(_, x)| *x);
        let place = given.chain([noise.time(), noise.snr()]).map(Cell::Number);
        let measured =
            Cell::Sampled(measurement.value(), Some(measurement.stderr(predicted.value)));
        let deviation = Cell::Number(comparison.deviations[k]);
        let cells = place.chain([measured, Cell::Estimate(predicted), deviation]).collect();
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Compared { plan: Plan { head, row: Box::new(row) }, agrees })
}

/// A point in a message.
fn place(point: &Point) -> String {
    let parameters = point.parameters.iter().map(|(name, x)| format!("{name} = {x}"));
    parameters.chain([format!("t = {}", point.noise.time())]).collect::<Vec<_>>().join(", ")
}
