//! Noise levels in every coordinate, and where schedules reach them.

use super::Computed;
use super::given::{Given, Value};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::process::Noise;
use crate::schedule::{Beside, CATALOGUE, Column as Coordinate, Schedule, UNIVERSAL, universal};
use crate::sweep::{Axis, Request, Typed};
use crate::table::{Cell, Column, Head, Plan, Row};
use std::sync::Arc;

/// Noise levels, and schedules to convert them on.
///
/// ```
/// use regimes::ask::Levels;
/// use regimes::schedule::Schedule;
///
/// let levels = Levels::default().set("t", "1,2");
/// let steps = levels.clone().set("schedule", "ddpm-linear,edm").table()?;
/// assert_eq!(steps.rows.len(), 4);
/// // A schedule of one's own.
/// let config = r#"{"_class_name": "DDPMScheduler", "beta_schedule": "linear"}"#;
/// assert!(levels.clone().set("config", config).table()?.value("step")?[0].is_some());
/// let own = Schedule::named("edm", &[("sigma-min".to_owned(), 0.01)])?;
/// assert_eq!(levels.on(own).table()?.rows.len(), 2);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Levels {
    given: Given,
}

impl Levels {
    /// Gives a coordinate its values, or a schedule and its parameters by name.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.set(name, Value::Text(value.to_string()));
        self
    }

    /// The same of text or numbers.
    #[must_use]
    pub fn give(mut self, name: &str, value: Value) -> Self {
        self.given.set(name, value);
        self
    }

    /// Takes this schedule.
    #[must_use]
    pub fn on(mut self, schedule: impl Into<Arc<Schedule>>) -> Self {
        self.given.schedule = Some(schedule.into());
        self
    }

    /// The schedules alone.
    ///
    /// # Errors
    /// Wrong arguments; a coordinate.
    pub fn schedules(&self) -> Result<Vec<Arc<Schedule>>> {
        Ok(self.given.with_schedules(&[])?.1)
    }

    /// The table that `schedule` prints.
    ///
    /// # Errors
    /// Wrong arguments; levels that one of the schedules does not have.
    pub fn table(&self) -> Result<Computed> {
        let own: Vec<Parameter> = COORDINATES.iter().copied().chain([TO]).collect();
        let (named, schedules) = self.given.with_schedules(&own)?;
        let line = || format!("regimes schedule{}", self.given.flags(&[]));
        Computed::new(plan(&named, schedules)?, line, &|_| ())
    }
}

/// Name of the coordinate that counts a sampler's steps.
const INFERENCE_STEP: &str = "inference-step";

/// The schedules that levels are to be shown on, where they are not those that they are given on.
pub const TO: Parameter = Parameter::optional(
    "to",
    "NAMES",
    "show the levels on these schedules instead of the one that they are given on",
    Domain::Text,
);

/// The coordinates from which a noise level can be given.
pub const COORDINATES: [Parameter; 12] = [
    Parameter::optional("t", "t", "Ornstein-Uhlenbeck time", Domain::NonNegative),
    Parameter::optional("snr", "snr", "signal-to-noise ratio", Domain::Extended),
    Parameter::optional(
        "sigma",
        "σ_VE",
        "noise of the variance-exploding process",
        Domain::NonNegative,
    ),
    Parameter::optional("alpha-bar", "ᾱ", "squared signal amplitude e^-2t", Domain::Fraction),
    Parameter::optional("log-snr", "λ", "log of the signal-to-noise ratio", Domain::Real),
    Parameter::optional(
        "step",
        "k",
        "step of the schedule, from 0, fractions allowed",
        Domain::NonNegative,
    ),
    Parameter::optional(
        "timestep",
        "1000 s",
        "what a network of a flow is told: 1000 times its mixing time",
        Domain::NonNegative,
    ),
    Parameter::optional(
        INFERENCE_STEP,
        "i",
        "step of the sampler, from 0 at its noisiest level [default with --num-inference-steps: all]",
        Domain::NonNegative,
    ),
    Parameter::optional("time", "s", "continuous time of vp or ve", Domain::NonNegative),
    Parameter::optional(
        "flow-time",
        "s",
        "mixing time of a flow, x = (1−s)a + s z",
        Domain::Fraction,
    ),
    Parameter::optional("uniform-time", "s", "time of a flow before its shift", Domain::Fraction),
    Parameter::optional(
        "c-noise",
        "c_noise",
        "what a network is told of σ in place of a step",
        Domain::Real,
    ),
];

/// The table of noise levels in every coordinate, and where `schedules` reach them.
///
/// # Errors
/// Wrong arguments; levels that one of the schedules does not have.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    typed: &T,
    schedules: Vec<Arc<Schedule>>,
) -> Result<Plan<'static>> {
    let mut request = Request::read(typed, &COORDINATES)?;
    if let (true, Some(levels)) =
        (request.axes.is_empty(), schedules.first().and_then(|schedule| schedule.inference()))
    {
        request.axes = vec![every_level(&levels)?];
    }
    let [axis] = &request.axes[..] else {
        let all: Vec<String> = COORDINATES.iter().map(|p| format!("--{}", p.name)).collect();
        return Err(Error::Usage(format!(
            "give the noise level by exactly one of {}, not {}",
            all.join(", "),
            request.axes.len()
        )));
    };
    let (schedules, source) = match typed.text(TO.name) {
        None => (schedules, None),
        Some(names) => {
            let Ok([source]) = <[Arc<Schedule>; 1]>::try_from(schedules) else {
                return Err(Error::Usage("--to converts from a single schedule: name it".into()));
            };
            (targets(names)?, Some(source))
        }
    };
    let given = axis.parameter.name;
    let own = given.replace('-', "_");
    // Levels that one of the schedules does not have must fail before the first row.
    let from = source.as_ref().map_or(&schedules[..], std::slice::from_ref);
    for &value in &axis.values {
        for schedule in from.iter().map(Some).chain(from.is_empty().then_some(None)) {
            level(given, &own, value, schedule.map(Arc::as_ref))?;
        }
    }
    let own_columns = own_columns(&schedules);
    let mut columns = Vec::new();
    if !schedules.is_empty() {
        columns.push(Column::text("schedule"));
    }
    for column in UNIVERSAL {
        columns.push(Column::estimate(column.name, column.symbol, column.unit, "", TIME_TOLERANCE));
    }
    for column in &own_columns {
        columns.push(Column::estimate(column.name, column.symbol, column.unit, "", TIME_TOLERANCE));
    }
    let per_level = schedules.len().max(1);
    let mut head = Head::new("schedule", "", columns, axis.values.len() * per_level);
    for schedule in source.iter().chain(&schedules) {
        head.notes.extend(Beside::notes_of(schedule));
    }
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            let values: Values = request.at(index / per_level);
            let schedule = schedules.get(index % per_level).map(Arc::as_ref);
            let value = values.required(given)?;
            let from = source.as_deref().or(schedule).or(schedules.first().map(Arc::as_ref));
            let (noise, error) = level(given, &own, value, from)?;
            let mut row = Row::default();
            if let Some(schedule) = schedule {
                row.cells.push(Cell::Text(schedule.name().to_owned()));
            }
            row.cells.extend(universal(noise, error).map(|(_, answer)| Cell::from(Ok(answer))));
            let end = schedule.and_then(|s| Some((s, s.rounded_end(&own, value)?)));
            if let Some((schedule, _)) = end {
                row.notes.push(format!(
                    "{own} = {value} is the end of {} as rounded: its coordinates are those of the end",
                    schedule.name()
                ));
            }
            let position = schedule.map(|s| s.position(end.map_or(noise, |(_, end)| end)));
            for column in &own_columns {
                let answer = position.as_ref().and_then(|p| p.get(column.name).cloned());
                row.cells.push(answer.map_or_else(
                    || Cell::Missing("not a coordinate of this schedule".into()),
                    |answer| Cell::from(Ok(answer)),
                ));
            }
            Ok(row)
        }),
    })
}

/// The schedules called `names`, with commas between them; `all` of them.
fn targets(names: &str) -> Result<Vec<Arc<Schedule>>> {
    let all: Vec<&str> = match names {
        "all" => CATALOGUE.iter().map(|family| family.name).collect(),
        names => names.split(',').map(str::trim).collect(),
    };
    all.into_iter().map(|name| Ok(Arc::new(Schedule::named(name, &[])?))).collect()
}

/// Every level of a sampler with noise and signal.
fn every_level(levels: &[Estimate]) -> Result<Axis> {
    let kept = levels.iter().enumerate().filter(|(_, level)| level.value < f64::INFINITY);
    let values: Vec<f64> = kept.map(|(k, _)| k as f64).collect();
    let parameter = COORDINATES.iter().find(|p| p.name == INFERENCE_STEP);
    let parameter = parameter.ok_or_else(|| Error::Usage("there are no inference steps".into()))?;
    Ok(Axis::numbers(parameter, values))
}

/// Coordinates of the schedules themselves, without those that all noise levels have.
fn own_columns(schedules: &[Arc<Schedule>]) -> Vec<Coordinate> {
    let mut own: Vec<Coordinate> = Vec::new();
    for column in schedules.iter().flat_map(|schedule| schedule.columns()) {
        if UNIVERSAL.iter().any(|c| c.name == column.name) {
            continue;
        }
        match own.iter_mut().find(|c| c.name == column.name) {
            // Steps that do not all begin at the same end.
            Some(known) if known.unit != column.unit => known.unit = "steps from 0",
            Some(_) => {}
            None => own.push(column),
        }
    }
    own
}

/// The noise level given by a coordinate, with the error of its log-SNR.
fn level(given: &str, own: &str, value: f64, schedule: Option<&Schedule>) -> Result<(Noise, f64)> {
    let noise = match given {
        "t" => Noise::at_time(value)?,
        "snr" => Noise::at_snr(value)?,
        "sigma" => Noise::at_sigma(value)?,
        "alpha-bar" => Noise::at_alpha_bar(value)?,
        "log-snr" => Noise::at_log_snr(value)?,
        _ => {
            let Some(schedule) = schedule else {
                let expected = "belongs to a schedule: name it with --name";
                return Err(Error::argument(format!("--{given}"), value, expected));
            };
            let log_snr = schedule.log_snr_at(own, value).map_err(|error| match error {
                Error::Argument { value, expected, .. } => {
                    Error::Argument { name: format!("--{given}"), value, expected }
                }
                other => other,
            })?;
            return Ok((Noise::at_log_snr(log_snr.value)?, log_snr.error));
        }
    };
    Ok((noise, 0.0))
}
