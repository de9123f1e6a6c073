//! What guidance generates, and when it acts.

use crate::Answer;
use crate::answer::resolved;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::models::{CATALOGUE, Entry};
use crate::numerics::Estimate;
use crate::process::Noise;
use crate::quantities::guidance::{
    CONVENTION, OMEGA, POWER, SAMPLER, SCALE, TOLERANCE, guidance, omega,
};
use crate::schedule::Beside;
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::symbolic::constant;
use crate::table::{Cell, Column, Head, Plan, Row};
use std::sync::Arc;

const WINDOW: Parameter = Parameter::of_text(
    "window",
    "T1:T2",
    "times between which guidance is on, in either order, as in 1:4 or inf:2 [default: all along]",
);

/// Everything that may be given beside a schedule.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend([OMEGA, SCALE, SAMPLER, WINDOW, POWER]);
    all
}

/// The table of what guidance generates, a row for each combination of what is given; on a schedule, if
/// there is one.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    beside: Option<Beside>,
) -> Result<Plan<'static>> {
    if !entry.classes {
        let of_classes: Vec<&str> =
            CATALOGUE.iter().filter(|e| e.classes).map(|e| e.name).collect();
        let expected = format!("has one class: guidance needs several ({})", of_classes.join(", "));
        return Err(Error::argument("model", entry.name, expected));
    }
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    let models = Models::new(entry, Arc::clone(&request))?;
    for index in 0..request.rows()?.min(CHECKED) {
        let values = request.at(index);
        omega(&values)?;
        window(&values, beside.as_ref())?;
    }
    let table = Guided { entry, request, models, beside };
    let mut head = Head::new("guidance", entry.name, table.columns(), table.request.rows()?);
    head.axes = table.request.swept();
    head.conventions.push(("guidance".into(), CONVENTION.to_owned()));
    head.conventions.push((SAMPLER.name.into(), name_of(&table.request.at(0)).to_owned()));
    head.notes = table.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    head.notes.push("started from pure noise at t = ∞; along the class's mean, all other directions are untouched".into());
    if let Some(beside) = &table.beside {
        head.notes.extend(beside.notes());
    }
    Ok(Plan { head, row: Box::new(move |index| table.row(index)) })
}

/// Rows that are looked at before the first is computed.
const CHECKED: usize = 10_000;

fn name_of(values: &Values) -> &str {
    values.text(SAMPLER.name).unwrap_or("sde")
}

/// The window that was given; one that lies outside the schedule is refused.
fn window(values: &Values, beside: Option<&Beside>) -> Result<Option<[Noise; 2]>> {
    let Some(text) = values.text(WINDOW.name) else { return Ok(None) };
    let fail = |expected: String| Error::argument("--window", format!("{text:?}"), expected);
    let shape = "must be two times T1:T2, 0 or above, as in 1:4 or inf:2";
    let Some((a, b)) = text.split_once(':') else { return Err(fail(shape.into())) };
    let end = |x: &str| {
        let x = x.trim();
        let time = if x == "inf" { Ok(f64::INFINITY) } else { constant(x) };
        let time = time.map_err(|error| fail(format!("{shape}: {error}")))?;
        Noise::at_time(time + 0.0).map_err(|_| fail(shape.into()))
    };
    let ends = [end(a)?, end(b)?];
    let times = ends.map(Noise::time);
    if times[0] == times[1] {
        return Err(fail("is empty: its two times must differ".into()));
    }
    if let Some(beside) = beside {
        let horizon = beside.schedule().horizon().time();
        if times[0].min(times[1]) >= horizon {
            let name = beside.schedule().name();
            return Err(fail(format!(
                "lies outside the schedule {name}, which ends at t_max = {horizon:.4}"
            )));
        }
    }
    Ok(Some(ends))
}

/// Errors above which a number is not said: a tenth of it, or of σ and σ².
const RESOLVED: f64 = 0.1;

struct Guided {
    entry: &'static Entry,
    request: Arc<Request>,
    models: Models,
    beside: Option<Beside>,
}

impl Guided {
    /// Parameters of the model that were given, d aside.
    fn shown(&self) -> impl Iterator<Item = &Parameter> {
        let given = |p: &&Parameter| {
            p.name != "d"
                && (self.request.axis(p.name).is_some()
                    || self.request.fixed.text(p.name).is_some())
        };
        self.entry.parameters.iter().filter(given)
    }

    fn windowed(&self) -> bool {
        self.request.axis(WINDOW.name).is_some() || self.request.fixed.text(WINDOW.name).is_some()
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::number("d", "d", "")];
        columns.extend(self.shown().map(parameter_column));
        columns.push(Column::number("strength", "ω", ""));
        columns.push(Column::number(POWER.name, POWER.symbol, ""));
        if self.windowed() {
            columns.push(Column::number("guided.from", "t₁", "time at which guidance begins"));
            columns.push(Column::number("guided.to", "t₂", "time at which guidance ends"));
        }
        let powers =
            self.request.axis(POWER.name).is_some_and(|a| a.values.iter().any(|a| *a > 0.0));
        let tolerance = if powers { f64::INFINITY } else { TOLERANCE };
        let values = [("mean_shift", "δ/σ", "σ"), ("variance_ratio", "v/σ²", "")];
        columns.extend(
            values.map(|(name, symbol, unit)| {
                Column::estimate(name, symbol, unit, "PVBM25", tolerance)
            }),
        );
        for (name, symbol) in [("window.start", "t_5%"), ("window.end", "t_95%")] {
            columns.push(Column::estimate(name, symbol, "OU time", "PVBM25", f64::INFINITY));
            if let Some(beside) = &self.beside {
                columns.extend(beside.columns(name));
            }
        }
        columns
    }

    fn row(&self, index: usize) -> Result<Row> {
        let values = self.request.at(index);
        let model = self.models.at(index)?;
        let mut row = Row { cells: vec![Cell::Number(model.dimension())], notes: Vec::new() };
        row.cells.extend(self.shown().map(|p| parameter_cell(&values, p.name)));
        row.cells.push(Cell::Number(omega(&values)?));
        row.cells.push(parameter_cell(&values, POWER.name));
        let window = window(&values, self.beside.as_ref())?;
        if self.windowed() {
            let mut times = window.map_or([f64::INFINITY, 0.0], |ends| ends.map(Noise::time));
            times.sort_by(|a, b| b.total_cmp(a));
            row.cells.extend(times.map(Cell::Number));
        }
        let found = guidance(model.as_ref(), &values, window)?.map(|g| g.with_window());
        let close = |x: Estimate| resolved(x, RESOLVED * (1.0 + x.value.abs()));
        row.cells.push(Ok(found.as_ref().and_then(|guided| close(guided.mean_shift))).into());
        row.cells.push(Ok(found.as_ref().and_then(|guided| close(guided.variance_ratio))).into());
        for end in [0, 1] {
            let cell = Cell::from(Ok(found.as_ref().and_then(|guided| match guided.window {
                Some(window) => close(window[end]),
                None => Answer::absent("guidance adds nothing"),
            })));
            let own = self.beside.as_ref().map(|beside| beside.cells(&cell));
            row.cells.push(cell);
            row.cells.extend(own.into_iter().flatten());
        }
        Ok(row)
    }
}
