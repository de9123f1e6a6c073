//! `solve MODEL --for PARAM --such-that "t_C=0.5"`: the parameter that makes a predicted quantity
//! take a value.

mod search;
mod target;

use super::known::known;
use super::request::{Request, parameter_cell, parameter_column, with_parameters};
use super::{Context, curve, examples, head, noise, sample_size};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Value, Values};
use crate::models::{CATALOGUE, Entry, Order};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::output::{Cell, Column, Plan, Row};
use crate::process::Noise;
use clap::{Arg, ArgMatches, Command};
use search::{Found, Scale};
use std::sync::Arc;
use target::{Side, Target};

/// The command's definition.
pub(super) fn command() -> Command {
    let parent = Command::new("solve")
        .about("the parameter that makes a predicted quantity take a value, or two of them meet")
        .after_help("Example: regimes solve clusters --d 256 --for n --such-that \"t_C=0.5\"")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("MODEL");
    CATALOGUE.iter().fold(parent, |parent, entry| {
        let child = Command::new(entry.name).about(entry.about);
        let child = with_parameters(child, &every_parameter(entry));
        parent.subcommand(
            child
                .arg(known(
                    Arg::new("for").long("for").value_name("PARAM").required(true).help(
                        "the parameter to solve for, such as n, alpha, d, sigma, beta or t",
                    ),
                    every_parameter(entry)
                        .iter()
                        .filter(|p| p.domain.is_number())
                        .map(|p| p.name),
                ))
                .arg(
                    Arg::new("such-that")
                        .long("such-that")
                        .value_name("EQUATION")
                        .required(true)
                        .help("such as \"t_C=0.5\", \"t_S.cloning=t_C\" or \"phi=0.9\"; t_S is t_S.spectral, t_C is t_C.asymptotic"),
                )
                .arg(
                    Arg::new("between")
                        .long("between")
                        .value_name("LOW:HIGH")
                        .allow_hyphen_values(true)
                        .help("where to search [default: all that makes sense]"),
                )
                .after_help(format!(
                    "Example: regimes solve {} {} --for alpha --such-that \"t_C=0.5\"",
                    entry.name,
                    examples::without_samples(entry)
                )),
        )
    })
}

/// All parameters that any quantity of a model may have, each once.
fn every_parameter(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend(sample_size::PARAMETERS);
    all.extend(noise::PARAMETERS);
    for quantity in curve::of(entry) {
        for parameter in quantity.parameters {
            // Of two of one name, the one that allows more.
            match all.iter_mut().find(|p| p.name == parameter.name) {
                Some(found) => {
                    if let (Domain::Name(a), Domain::Name(b)) = (found.domain, parameter.domain)
                        && b.len() > a.len()
                    {
                        *found = *parameter;
                    }
                }
                None => all.push(*parameter),
            }
        }
    }
    // Ranges that curves run over by default are no defaults here.
    for parameter in &mut all {
        if parameter.default.is_some_and(|text| text.contains(':')) {
            parameter.default = None;
        }
    }
    all
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
pub(super) fn plan<'a>(
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'a>> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str).unwrap_or("");
    let target = Target::read(text("such-that"), entry)?;
    let mut parameters = entry.parameters.to_vec();
    if target.needs_samples() {
        parameters.extend(sample_size::PARAMETERS);
    }
    if target.needs_noise() {
        parameters.extend(noise::PARAMETERS);
    }
    let every = every_parameter(entry);
    let extra = target.parameters();
    parameters.extend(every.iter().filter(|p| extra.iter().any(|e| e.name == p.name)));
    let unknown = unknown(text("for"), &parameters)?;
    // What the equation does not involve would be silently ignored.
    for p in &every {
        let given = matches.value_source(p.name) == Some(clap::parser::ValueSource::CommandLine);
        if given && !parameters.iter().any(|q| q.name == p.name) {
            let (name, target) = (p.name, text("such-that"));
            return Err(Error::Usage(format!("--{name} does not enter {target:?}: leave it out")));
        }
        if given && p.name == unknown.name {
            return Err(Error::Usage(format!("--{} is what to solve for: leave it out", p.name)));
        }
    }
    let others: Vec<Parameter> =
        parameters.iter().filter(|p| p.name != unknown.name).copied().collect();
    let request = Request::read(matches, &others)?;
    exactly_one(&target, &unknown, &request)?;
    let range = range(&unknown, matches.get_one::<String>("between"))?;
    let shown: Vec<Parameter> = others
        .into_iter()
        .filter(|p| request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
        .collect();
    let mut columns: Vec<Column> = shown.iter().map(parameter_column).collect();
    columns.push(Column::estimate(unknown.name, unknown.symbol, "", "", TIME_TOLERANCE));
    if unknown.domain == WHOLE || unknown.name == "n" {
        // Between two whole numbers lies half a unit of bracket, and log n carries n's tolerance.
        columns.last_mut().into_iter().for_each(|c| c.tolerance = f64::INFINITY);
    }
    if unknown.name == "n" {
        columns.push(Column::estimate("log_n", "log n", "nats", "", TIME_TOLERANCE));
    }
    columns.push(Column::number("solutions", "solutions", ""));
    let mut head = head(context, "solve", entry.name, columns, request.rows()?);
    let query = Query { entry, target, unknown, range, shown, request: Arc::new(request) };
    let how = match query.collapse_at() {
        Some(_) => "log n = I(a; x_t), the one solution [BBDM24 Eq. 5]".into(),
        None => format!(
            "looked for at {} points between {:e} and {:e}: two solutions between neighbours would not be seen, --between looks closer",
            search::POINTS,
            range.0,
            range.1
        ),
    };
    head.notes.push(format!("{} such that {}: {how}", unknown.name, text("such-that")));
    if let Ok(model) = query.first_model() {
        head.notes.extend(model.notes());
    }
    Ok(Plan { head, row: Box::new(move |index| query.row(index)) })
}

/// Largest log n that is looked at.
const LARGEST_LOG_N: f64 = 1e6;

const WHOLE: Domain = Domain::Whole { infinite: true };

/// The parameter to solve for.
fn unknown(name: &str, parameters: &[Parameter]) -> Result<Parameter> {
    let name = name.trim_start_matches('-');
    let numbers = parameters.iter().filter(|p| p.domain.is_number());
    let names: Vec<&str> = numbers.clone().map(|p| p.name).collect();
    let found = parameters.iter().find(|p| p.name == name || p.aliases.contains(&name));
    match found {
        Some(p) if p.domain.is_number() => Ok(*p),
        _ => {
            let hint = crate::suggest::did_you_mean(name, names.iter().copied());
            let expected = format!("must be one of {}{hint}", names.join(", "));
            Err(Error::argument("--for", name, expected))
        }
    }
}

/// Checks that sample size and noise are each said once, counting the unknown.
fn exactly_one(target: &Target, unknown: &Parameter, request: &Request) -> Result<()> {
    let is_one_of = |family: &[Parameter]| family.iter().any(|p| p.name == unknown.name);
    let given = |family: &[Parameter]| family.iter().any(|p| request.axis(p.name).is_some());
    if target.needs_samples() {
        if !is_one_of(&sample_size::PARAMETERS) {
            sample_size::exactly_one(request)?;
        } else if given(&sample_size::PARAMETERS) {
            let message = format!(
                "--{} is to be solved for: leave --n, --log-n and --alpha out",
                unknown.name
            );
            return Err(Error::Usage(message));
        }
    }
    if target.needs_noise() {
        if !is_one_of(&noise::PARAMETERS) {
            noise::exactly_one(request)?;
        } else if given(&noise::PARAMETERS) {
            let message = format!(
                "--{} is to be solved for: leave --t, --snr and --sigma-noise out",
                unknown.name
            );
            return Err(Error::Usage(message));
        }
    }
    Ok(())
}

/// Where to search for a parameter.
fn range(unknown: &Parameter, between: Option<&String>) -> Result<(f64, f64)> {
    if let Some(text) = between {
        let fail = |expected: &str| Error::argument("--between", text, expected);
        let (low, high) = super::values::between("--between", text)?;
        let whole = matches!(unknown.domain, Domain::Whole { .. });
        let inside = |x: f64| whole || unknown.domain.contains(x);
        if !(inside(low) && inside(high)) {
            return Err(fail(&format!(
                "both ends are values of --{}, which {}",
                unknown.name,
                unknown.domain.expected()
            )));
        }
        if Scale::of(unknown.domain) == Scale::Logarithmic && low <= 0.0 {
            return Err(fail("LOW must be above 0"));
        }
        return Ok((low, high));
    }
    Ok(match (unknown.name, unknown.domain) {
        ("n", _) => (2.0, f64::INFINITY),
        ("beta", _) => (0.02, 50.0),
        ("log-n", _) => (1e-3, 1e6),
        ("alpha", _) => (1e-6, 1e3),
        ("t", _) => (1e-6, 50.0),
        ("snr", _) => (1e-9, 1e9),
        // Beyond, an activation that waves takes seconds a point.
        ("gain", _) => (1e-4, 300.0),
        (_, Domain::Whole { .. }) => (1.0, 1e9),
        (_, Domain::Fraction) => (0.0, 1.0),
        (_, Domain::Real) => (-20.0, 20.0),
        _ => (1e-4, 1e4),
    })
}

struct Query {
    entry: &'static Entry,
    target: Target,
    unknown: Parameter,
    range: (f64, f64),
    shown: Vec<Parameter>,
    request: Arc<Request>,
}

impl Query {
    fn first_model(&self) -> Result<Box<dyn crate::models::Model>> {
        (self.entry.build)(&self.with(&self.request.at(0), self.range.0))
    }

    /// The values of a row with the unknown set.
    fn with(&self, values: &Values, x: f64) -> Values {
        let mut values = values.clone();
        // A number of samples is searched by its logarithm, as a real number.
        let name = if self.unknown.name == "n" { "log-n" } else { self.unknown.name };
        values.set(name, Value::Number(x));
        values
    }

    fn row(&self, index: usize) -> Result<Row> {
        let values = self.request.at(index);
        let mut row = Row { cells: Vec::new(), notes: Vec::new() };
        for p in &self.shown {
            row.cells.push(parameter_cell(&values, p.name));
        }
        // For n these are log n.
        let (cell, count) = match self.solve(&values) {
            Ok(found) => self.answer(&found, &mut row.notes),
            Err(error @ Error::Numerics(_)) => (Cell::Failed(error.to_string(), None), 0),
            Err(other) => return Err(other),
        };
        if self.unknown.name == "n" {
            let n = match &cell {
                Cell::Estimate(log_n) if log_n.value < f64::MAX.ln() => Cell::Estimate(log_n.exp()),
                Cell::Estimate(_) => Cell::Missing("beyond 1e308, see log_n".into()),
                other => other.clone(),
            };
            row.cells.extend([n, cell]);
        } else {
            row.cells.push(cell);
        }
        row.cells.push(Cell::Number(count as f64));
        Ok(row)
    }

    fn solve(&self, values: &Values) -> Result<Found> {
        if let Some(found) = self.closed_form(values)? {
            return Ok(found);
        }
        let f = |x: f64| {
            let values = self.with(values, x);
            let model = (self.entry.build)(&values).map_err(|e| e.to_string())?;
            match self.target.excess(model.as_ref(), &values).map_err(|e| e.to_string())? {
                Answer::Value(excess) if excess.value.is_finite() => Ok(excess),
                Answer::Value(_) => Err("infinite".into()),
                Answer::Absent(reason) => Err(reason.into_owned()),
            }
        };
        match (self.unknown.name, self.unknown.domain) {
            ("n", _) => {
                let (low, high) = (self.range.0.ln(), self.range.1.ln().min(LARGEST_LOG_N));
                search::all(f, (low.max(1e-9), high), Scale::Logarithmic)
            }
            (_, Domain::Whole { .. }) => Ok(search::whole(f, self.range)),
            (_, domain) => search::all(f, self.range, Scale::of(domain)),
        }
    }

    /// The order and the time where a number of samples is asked for that collapses at a given time.
    fn collapse_at(&self) -> Option<(Order, f64)> {
        let (order, t) = match (self.target.left, self.target.right) {
            (Side::Collapse(order), Side::Constant(t))
            | (Side::Constant(t), Side::Collapse(order)) => (order, t),
            _ => return None,
        };
        let samples = sample_size::PARAMETERS.iter().any(|p| p.name == self.unknown.name);
        (samples && t.is_finite() && t > 0.0).then_some((order, t))
    }

    /// t_C = t is solved by log n = I(a; x_t) `[BBDM24 Eq. 5]`.
    fn closed_form(&self, values: &Values) -> Result<Option<Found>> {
        let Some((order, t)) = self.collapse_at() else { return Ok(None) };
        let model = (self.entry.build)(values)?;
        let alpha = match model.information(Noise::at_time(t)?, order)? {
            Answer::Value(alpha) => alpha,
            Answer::Absent(reason) => {
                return Ok(Some(Found { reason: Some(reason.into_owned()), ..Found::default() }));
            }
        };
        let root = match self.unknown.name {
            "alpha" => alpha,
            _ if model.dimension().is_infinite() => {
                return Err(Error::Usage("with d = inf solve for alpha, not for n".into()));
            }
            _ => alpha * model.dimension(),
        };
        Ok(Some(Found { roots: vec![root], ..Found::default() }))
    }

    /// The first solution and how many there are; the others go into the notes.
    fn answer(&self, found: &Found, notes: &mut Vec<String>) -> (Cell, usize) {
        let name = if self.unknown.name == "n" { "log n" } else { self.unknown.name };
        for x in &found.jumps {
            notes.push(format!("the difference jumps across zero at {name} = {x:.10}"));
        }
        if let [first, others @ ..] = &found.roots[..] {
            for other in others {
                notes.push(format!("also at {name} = {:.12} ± {:.1e}", other.value, other.error));
            }
            return (Cell::from(Ok(Answer::Value(*first))), found.roots.len());
        }
        let text = match (&found.ends, &found.reason) {
            (Some([(a, fa), (b, fb)]), reason) => {
                let why = reason.as_ref().map(|r| format!("; elsewhere: {r}")).unwrap_or_default();
                format!(
                    "no solution: left − right is {fa:.6} at {name} = {a:.6e} and {fb:.6} at {b:.6e}{why}"
                )
            }
            (None, Some(reason)) => format!("no solution: {reason}"),
            (None, None) => "no solution".into(),
        };
        (Cell::Missing(text.into()), 0)
    }
}
