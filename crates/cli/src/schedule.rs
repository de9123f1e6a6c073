//! `schedule`: noise levels in every coordinate, and where named schedules reach them.

use super::context::{Context, head as table_head};
use super::known::known;
use super::request::{Request, argument};
use super::resume;
use super::schedules;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command};
use regimes::error::{Error, Result};
use regimes::models::parameter::{Domain, Parameter, Values};
use regimes::numerics::precision::TIME_TOLERANCE;
use regimes::process::Noise;
use regimes::schedule::{CATALOGUE, Schedule, UNIVERSAL, universal};
use regimes::sweep::Axis;
use regimes_output::{Cell, Column, Plan, Row};
use std::sync::Arc;

const fn coordinate(
    name: &'static str,
    symbol: &'static str,
    help: &'static str,
    domain: Domain,
) -> Parameter {
    Parameter {
        name,
        symbol,
        latex: symbol,
        aliases: &[],
        help,
        domain,
        default: None,
        required: false,
    }
}

/// The coordinates from which a noise level can be given.
const COORDINATES: &[Parameter] = &[
    coordinate("t", "t", "Ornstein-Uhlenbeck time", Domain::NonNegative),
    coordinate("snr", "snr", "signal-to-noise ratio", Domain::Extended),
    coordinate("sigma", "σ_VE", "noise of the variance-exploding process", Domain::NonNegative),
    coordinate("alpha-bar", "ᾱ", "squared signal amplitude e^-2t", Domain::Fraction),
    coordinate("log-snr", "λ", "log of the signal-to-noise ratio", Domain::Real),
    coordinate("step", "k", "step of the schedule, from 0, fractions allowed", Domain::NonNegative),
    coordinate(
        "timestep",
        "1000 s",
        "what a network of a flow is told: 1000 times its mixing time",
        Domain::NonNegative,
    ),
    coordinate(
        "inference-step",
        "i",
        "step of the sampler, from 0 at its noisiest level [default with --num-inference-steps: all]",
        Domain::NonNegative,
    ),
    coordinate("time", "s", "continuous time of vp or ve", Domain::NonNegative),
    coordinate("flow-time", "s", "mixing time of a flow, x = (1−s)a + s z", Domain::Fraction),
    coordinate("uniform-time", "s", "time of a flow before its shift", Domain::Fraction),
    coordinate(
        "c-noise",
        "c_noise",
        "what a network is told of σ in place of a step",
        Domain::Real,
    ),
];

/// The command's definition.
pub(crate) const VERB: Verb =
    Verb { head, fill: |command| resume::with_flags(fill(command)), act: Act::Rows(plan) };

fn head() -> Command {
    Command::new("schedule")
        .about("convert noise levels: t, snr, σ, ᾱ, log-SNR, step index, flow time")
        .after_help(
            "Examples:\n  regimes schedule --t \"0.5*log(7.66)\" --name ddpm-linear\n  regimes schedule --step 0:999:111 --name sd-scaled-linear\n  regimes schedule --t 1,2,3 --name all\n  regimes schedule --num-inference-steps 10 --timestep-spacing trailing --name sd-scaled-linear\n  regimes schedule --step 500 --name ddpm-linear --to flow,edm",
        )
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let command = COORDINATES.iter().fold(command, |command, p| command.arg(argument(p)));
    let names = CATALOGUE.iter().map(|family| family.name).chain(["all"]);
    let to = Arg::new("to")
        .long("to")
        .value_name("NAMES")
        .help("show the levels on these schedules instead of the one that they are given on");
    schedules::with_schedule(command.arg(known(to, names)), "name")
}

/// The schedules that levels are to be shown on, where they are not those that they are given on.
fn target(matches: &ArgMatches) -> Result<Option<Vec<Schedule>>> {
    let Some(names) = matches.get_one::<String>("to") else { return Ok(None) };
    let all: Vec<&str> = match names.as_str() {
        "all" => CATALOGUE.iter().map(|family| family.name).collect(),
        names => names.split(',').map(str::trim).collect(),
    };
    all.into_iter().map(|name| Schedule::named(name, &[])).collect::<Result<_>>().map(Some)
}

/// Every level of a sampler with noise and signal.
fn every_level(levels: &[regimes::Estimate]) -> Result<Axis> {
    let kept = levels.iter().enumerate().filter(|(_, level)| level.value < f64::INFINITY);
    let values: Vec<f64> = kept.map(|(k, _)| k as f64).collect();
    let parameter = COORDINATES.iter().find(|p| p.name == "inference-step");
    let parameter = parameter.ok_or_else(|| Error::Usage("there are no inference steps".into()))?;
    Ok(Axis::numbers(parameter, values))
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn plan<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
    let schedules = schedules::chosen(matches)?;
    let mut request = Request::read(matches, COORDINATES)?;
    if let (true, Some(levels)) =
        (request.axes.is_empty(), schedules.first().and_then(Schedule::inference))
    {
        request.axes = vec![every_level(&levels)?];
    }
    let request = Arc::new(request);
    let [axis] = &request.axes[..] else {
        let all: Vec<String> = COORDINATES.iter().map(|p| format!("--{}", p.name)).collect();
        return Err(Error::Usage(format!(
            "give the noise level by exactly one of {}, not {}",
            all.join(", "),
            request.axes.len()
        )));
    };
    let target = target(matches)?;
    let (schedules, source) = match target {
        None => (schedules, None),
        Some(target) => {
            let Ok([source]) = <[Schedule; 1]>::try_from(schedules) else {
                return Err(Error::Usage("--to converts from a single schedule: name it".into()));
            };
            (target, Some(source))
        }
    };
    let given = axis.parameter.name;
    let own = given.replace('-', "_");
    // Levels that one of the schedules does not have must fail before the first row.
    for &value in &axis.values {
        let from = match &source {
            Some(source) => std::slice::from_ref(source),
            None => &schedules[..],
        };
        for schedule in from.iter().map(Some).chain(from.is_empty().then_some(None)) {
            level(given, &own, value, schedule)?;
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
    let mut head = table_head(context, "schedule", "", columns, axis.values.len() * per_level);
    for schedule in source.iter().chain(&schedules) {
        head.notes.extend(schedules::Beside::notes_of(schedule));
    }
    let request = Arc::clone(&request);
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            let values: Values = request.at(index / per_level);
            let schedule = schedules.get(index % per_level);
            let value = values.required(given)?;
            let from = source.as_ref().or(schedule).or(schedules.first());
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

/// Coordinates of the schedules themselves, without those that all noise levels have.
fn own_columns(schedules: &[Schedule]) -> Vec<regimes::schedule::Column> {
    let mut own: Vec<regimes::schedule::Column> = Vec::new();
    for column in schedules.iter().flat_map(Schedule::columns) {
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
