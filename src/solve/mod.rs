//! Inverse questions: the parameter that makes a predicted quantity take a value, or two of them meet.

mod found;
mod monotone;
mod scale;
mod search;
mod target;
mod unknown;

use crate::Answer;
use crate::answer::{OUT_OF_RANGE, short};
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{Domain, Parameter, Value, Values};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::quantities::collapse::order;
use crate::quantities::{self, Quantity, noise, sample_size};
use crate::schedule::{Beside, Schedule};
use crate::strings::conventions;
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use found::Found;
use scale::Scale;
use search::At;
use std::f64::consts::LN_2;
use std::sync::Arc;
use target::Target;
use unknown::{exactly_one, range, unknown};

/// All parameters that any quantity of a kind of data may have, each once.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend(sample_size::PARAMETERS);
    all.extend(noise::coordinates(entry.process));
    for quantity in quantities::of(entry) {
        let coordinates =
            if quantity.noise() { noise::coordinates(quantity.process()) } else { &[] };
        for parameter in quantity.parameters().iter().chain(coordinates) {
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

/// What is asked, in words.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The parameter to solve for.
    pub unknown: &'a str,
    /// The equation, such as `t_C=0.5` or `t_S.cloning=t_C`.
    pub such_that: &'a str,
    /// Where to search, `LOW:HIGH`; all that makes sense without it.
    pub between: Option<&'a str>,
    /// The schedule in whose steps a time may be said, as in `t_C=step:1`.
    pub schedule: Option<&'a Schedule>,
}

impl Question<'_> {
    /// What may be given beside the question: the parameters that enter it, but for the unknown.
    ///
    /// # Errors
    /// As [`plan`].
    pub fn parameters(&self, entry: &'static Entry) -> Result<Vec<Parameter>> {
        let mut parameters = entering(entry, &Target::read(self.such_that, entry, self.schedule)?);
        let unknown = unknown(self.unknown, &parameters)?;
        // The number of samples has several names.
        let sizes = &sample_size::PARAMETERS;
        let size = |name: &str| sizes.iter().any(|p| p.name == name);
        parameters.retain(|p| p.name != unknown.name && !(size(unknown.name) && size(p.name)));
        Ok(parameters)
    }
}

/// The parameters on which a target depends.
fn entering(entry: &'static Entry, target: &Target) -> Vec<Parameter> {
    let mut parameters = entry.parameters.to_vec();
    if target.needs_samples() {
        parameters.extend(sample_size::PARAMETERS);
    }
    parameters.extend(target.coordinates());
    let extra = target.parameters();
    let all = self::parameters(entry).into_iter();
    parameters.extend(all.filter(|p| extra.iter().any(|e| e.name == p.name)));
    parameters
}

/// The table of solutions, a row for each combination of what is given.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    question: &Question<'_>,
) -> Result<Plan<'static>> {
    let target = Target::read(question.such_that, entry, question.schedule)?;
    let (every, parameters) = (parameters(entry), entering(entry, &target));
    let unknown = unknown(question.unknown, &parameters)?;
    // What the equation does not involve would be silently ignored.
    for p in &every {
        let given = typed.typed(p.name).is_some();
        if given && !parameters.iter().any(|q| q.name == p.name) {
            let (name, target) = (p.name, question.such_that);
            return Err(Error::Usage(format!("--{name} does not enter {target:?}: leave it out")));
        }
        if given && p.name == unknown.name {
            return Err(Error::Usage(format!("--{} is what to solve for: leave it out", p.name)));
        }
    }
    let others: Vec<Parameter> =
        parameters.iter().filter(|p| p.name != unknown.name).copied().collect();
    let request = Request::read(typed, &others)?;
    exactly_one(&target, &unknown, &request)?;
    let range = range(&unknown, question.between)?;
    let shown: Vec<Parameter> = others
        .into_iter()
        .filter(|p| request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
        .collect();
    let mut columns: Vec<Column> = shown.iter().map(parameter_column).collect();
    let name = unknown.name.replace('-', "_");
    columns.push(Column::estimate(name, unknown.symbol, "", "", TIME_TOLERANCE));
    if unknown.domain == WHOLE || unknown.name == "n" {
        // Between two whole numbers lies half a unit of bracket, and log n carries n's tolerance.
        columns.last_mut().into_iter().for_each(|c| c.tolerance = f64::INFINITY);
    }
    if unknown.name == "n" {
        columns.push(Column::estimate("log_n", "log n", "nats", "", TIME_TOLERANCE));
    }
    columns.push(Column::number("solutions", "solutions", ""));
    let mut head = Head::new("solve", entry.name, columns, request.rows()?);
    if entry.process.is_of_tokens() {
        conventions(&mut head);
    }
    head.axes = request.swept();
    let theorem = monotone::theorem(&target, unknown.name, entry);
    let between = question.between.is_some();
    let request = Arc::new(request);
    let query = Query { entry, target, unknown, range, between, theorem, shown, request };
    let how = match (query.collapse_at(), theorem) {
        (Some(_), _) => "log n = I(a; x_t), the one solution [BBDM24 Eq. 5]".into(),
        (None, Some(theorem)) => {
            format!(
                "looked for between {:e} and {:e}, one solution at most: {theorem}",
                range.0, range.1
            )
        }
        (None, None) => format!(
            "looked for at {} points between {:e} and {:e}, and closer where the difference turns: what happens between neighbours alone would not be seen, --between looks closer",
            search::POINTS,
            range.0,
            range.1
        ),
    };
    head.notes.push(format!("{} such that {}: {how}", unknown.name, question.such_that));
    head.notes.extend(question.schedule.into_iter().flat_map(Beside::notes_of));
    if let Ok(model) = query.first_model() {
        head.notes.extend(model.notes());
        // What follows from measured losses states its error, whatever it is.
        for column in head.columns.iter_mut().filter(|_| model.losses().is_some()) {
            column.tolerance = f64::INFINITY;
        }
    }
    Ok(Plan { head, row: Box::new(move |index| query.row(index)) })
}

/// Largest log n that is looked at.
const LARGEST_LOG_N: f64 = 1e6;

const WHOLE: Domain = Domain::Whole { infinite: true };

struct Query {
    entry: &'static Entry,
    target: Target,
    unknown: Parameter,
    range: (f64, f64),
    /// Whether the range was asked for.
    between: bool,
    /// Why there is one solution at most, where that is known.
    theorem: Option<&'static str>,
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
            Ok(found) => {
                let name = if self.unknown.name == "n" { "log n" } else { self.unknown.name };
                found.answer(name, self.theorem, &mut row.notes)
            }
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
        if let Some(why) = monotone::out_of_range(&self.target) {
            return Ok(Found::none(why));
        }
        if let Some(found) = self.closed_form(values)? {
            return Ok(found);
        }
        let f = |x: f64| self.at(values, x);
        if self.unknown.name == "n" {
            let (low, high) = (self.range.0.ln(), self.range.1.ln().min(LARGEST_LOG_N));
            return search::all(f, (low.max(1e-9), high), Scale::Logarithmic);
        }
        search::all(f, self.range, Scale::of(self.unknown.domain))
    }

    /// Left − right with the unknown set to `x`.
    fn at(&self, values: &Values, x: f64) -> Result<At> {
        // Beyond an end of its domain an unknown has no value.
        if self.unknown.name != "n"
            && self.unknown.domain == Domain::Fraction
            && !(0.0..=1.0).contains(&x)
        {
            return Ok(At::Absent(format!(
                "--{} {}",
                self.unknown.name,
                self.unknown.domain.expected()
            )));
        }
        let values = self.with(values, x);
        let own = |name: &str| name.trim_start_matches('-') == self.unknown.name;
        let model = match (self.entry.build)(&values) {
            Ok(model) => model,
            // Outside the domain of the unknown; anything else is wrong whatever its value.
            Err(Error::Argument { name, expected, .. }) if own(&name) => {
                return Ok(At::Absent(format!("{name} {expected}")));
            }
            Err(error @ Error::Numerics(_)) => return Ok(At::Failed(error.to_string())),
            Err(other) => return Err(other),
        };
        match self.target.excess(model.as_ref(), &values) {
            Ok(at) => Ok(at),
            Err(Error::Argument { name, expected, .. }) => {
                Ok(At::Absent(format!("{name} {expected}")))
            }
            Err(error @ Error::Numerics(_)) => Ok(At::Failed(error.to_string())),
            Err(other) => Err(other),
        }
    }

    /// The collapse and its place where a number of samples is asked for that collapses there.
    fn collapse_at(&self) -> Option<(&'static dyn Quantity, f64)> {
        let (side, at) = self.target.against_constant()?;
        let collapse = side.collapse()?;
        let samples = sample_size::PARAMETERS.iter().any(|p| p.name == self.unknown.name);
        (samples && at.is_finite() && at > 0.0).then_some((collapse, at))
    }

    /// t_C = t is solved by log n = I(a; x_t) `[BBDM24 Eq. 5]`, where that is a number of samples
    /// that collapses at all.
    fn closed_form(&self, values: &Values) -> Result<Option<Found>> {
        let Some((collapse, t)) = self.collapse_at() else { return Ok(None) };
        let place = if self.entry.process.is_of_tokens() { "kept" } else { "t" };
        let model = (self.entry.build)(values)?;
        let alpha = match collapse.alpha_at(model.as_ref(), t)? {
            Some(Answer::Value(alpha)) => alpha,
            Some(Answer::Absent(reason)) => return Ok(Some(Found::none(reason.into_owned()))),
            None => return Ok(None),
        };
        if alpha.value == f64::INFINITY {
            // At every t > 0 it is finite; how large is not for doubles to say.
            let why = format!("not resolved: I(a; x_t) at t = {t:e}: {OUT_OF_RANGE}");
            return Ok(Some(Found::none(why)));
        }
        let largest = match order(&collapse.name()) {
            Some(order) => model.largest_information(order)?,
            None => Estimate::exact(f64::INFINITY),
        };
        if alpha.upper() >= largest.lower() {
            return Ok(Some(Found::none(format!(
                "I(a; x_t)/d at t = {t} is the largest information, {} nats per dimension, up to its error: so many samples collapse at t = 0, if at all",
                short(largest.value)
            ))));
        }
        if alpha.value <= alpha.error {
            return Ok(Some(Found::none(format!(
                "I(a; x_t)/d at {place} = {t} is {} ± {:.0e}: a single sample, with which the score is collapsed at every {place}",
                short(alpha.value),
                alpha.error
            ))));
        }
        let root = match self.unknown.name {
            "alpha" => alpha,
            _ if model.dimension().is_infinite() => {
                return Err(Error::Usage("with d = inf solve for alpha, not for n".into()));
            }
            _ => alpha * model.dimension(),
        };
        if self.unknown.name == "n" && root.upper() < LN_2 {
            return Ok(Some(Found::none(format!(
                "log n = I(a; x_t) = {} at {place} = {t}: fewer than two samples",
                short(root.value)
            ))));
        }
        let (low, high) = match self.unknown.name {
            "n" => (self.range.0.ln(), self.range.1.ln()),
            _ => self.range,
        };
        if self.between && (root.upper() < low || root.lower() > high) {
            return Ok(Some(Found::none(format!(
                "the one solution, {} = {}, lies outside --between",
                if self.unknown.name == "n" { "log n" } else { self.unknown.name },
                root.value
            ))));
        }
        Ok(Some(Found { roots: vec![root], ..Found::default() }))
    }
}
