//! `validate FILE --against QUANTITY MODEL`: a measured curve beside the predicted one.

mod measured;
mod predicted;
mod setting;

use super::context::{Context, below, entry, head as table_head};
use super::known::known;
use super::request::with_parameters;
use super::verb::{Act, Made, Verb, Verdict, grouping};
use super::{examples, noise};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use measured::Point;
use regimes::Answer;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Domain, Parameter};
use regimes::models::{CATALOGUE, Entry};
use regimes::numerics::Estimate;
use regimes::quantities::CURVES;
use regimes::validate::{Comparison, Measurement};
use regimes_output::{Cell, Column, Plan, Row};
use setting::{Setting, all_parameters, fitted_names};

/// Flags with one word or number: name, value, help.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("against", "QUANTITY", "the predicted curve, as in `regimes curve QUANTITY MODEL`"),
    (
        "column",
        "NAME",
        "which column of the prediction [default: the one the file has, else the first]",
    ),
    (
        "t-column",
        "NAME",
        "column of times, or of snr, sigma-noise, alpha-bar, log-snr by these names [default: t, else the first of them]",
    ),
    ("between", "LOW:HIGH", "compare only points with t from LOW to HIGH"),
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
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| {
            let (model, inner) = below(matches)?;
            let (plan, disagrees) = plan(matches, inner, entry(model)?, context)?;
            Ok(Made { plan, verdict: Verdict::Disagrees(disagrees) })
        },
        "its rows are computed together",
    ),
};

fn head() -> Command {
    grouping("validate", "MODEL")
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
}

fn fill(command: Command) -> Command {
    let mut names: Vec<&str> = CURVES.iter().map(|curve| curve.name).collect();
    names.dedup();
    let measured = Arg::new("measured").value_name("FILE").required(true);
    let measured = measured.value_hint(ValueHint::FilePath).help("the measured curve");
    let command = command.arg(measured);
    let command = OPTIONS.iter().fold(command, |command, (name, value, help)| {
        let help = if *name == "against" {
            format!("{help}: {}", names.join(", "))
        } else {
            (*help).to_owned()
        };
        let arg = Arg::new(*name).long(*name).value_name(*value).help(help).global(true);
        let arg = if *name == "against" { known(arg, names.iter().copied()) } else { arg };
        command.arg(arg)
    });
    let command = command.arg(
        Arg::new("strict")
            .long("strict")
            .action(ArgAction::SetTrue)
            .global(true)
            .help("exit with status 1 if the curves disagree"),
    );
    let command = command.arg(
        Arg::new(measured::SHARED).long(measured::SHARED).action(ArgAction::SetTrue).global(true).help(
            "the points share their noise, as those of one data set do [default: for this program's own]",
        ),
    );
    CATALOGUE.iter().fold(command, |command, entry| {
        let quantity = if entry.classes && !entry.latent { "phi" } else { "information" };
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes validate {quantity}.csv --against {quantity} {} {}",
            entry.name,
            examples::without_samples(entry)
        ));
        command.subcommand(with_parameters(child, &all_parameters(entry)))
    })
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
                let hint = regimes::suggest::did_you_mean(&name, known.iter().copied());
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
    let raised = setting.raise_errors();
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
    summary.extend(statistics(&comparison, level));
    let given: Vec<&'static str> =
        setting.curve.points[0].parameters.iter().map(|(name, _)| *name).collect();
    let mut columns: Vec<Column> =
        given.iter().map(|name| Column::number(name, name, "")).collect();
    columns.extend(noise::columns());
    let source = setting.column.1.source.clone();
    columns.extend([
        Column::number("value", "measured", setting.column.1.unit.clone()),
        Column::number("stderr", "s.e.", "of the measured value"),
        Column {
            source,
            ..Column::number("predicted", &setting.column.1.symbol, setting.column.1.unit.clone())
        },
        Column::number("error", "error", "bound, of the prediction"),
        Column::number("z", "z", "standard errors"),
    ]);
    let mut head = table_head(
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
