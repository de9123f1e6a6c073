//! Where on the curve: exactly one of --t, --snr and --sigma-noise, or what tokens have in their place.

use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::process::{Noise, Process};
use crate::schedule::Schedule;
use crate::strings::noise::{EPSILON, KEPT};
use crate::sweep::{Axis, Request};
use crate::table::{Cell, Column};

const T: Parameter = Parameter {
    name: "t",
    symbol: "t",
    latex: "t",
    aliases: &["time"],
    help: "times of the forward process (Ornstein-Uhlenbeck units)",
    domain: Domain::NonNegative,
    default: None,
    required: false,
};

const SNR: Parameter = Parameter {
    name: "snr",
    symbol: "snr",
    latex: "\\mathrm{snr}",
    aliases: &[],
    help: "signal-to-noise ratios 1/(e^2t − 1), instead of times; inf is the data",
    domain: Domain::Extended,
    default: None,
    required: false,
};

const SIGMA_NOISE: Parameter = Parameter {
    name: "sigma-noise",
    symbol: "σ_VE",
    latex: "\\sigma_\\mathrm{VE}",
    aliases: &[],
    help: "noise levels σ_VE = √(e^2t − 1), instead of times",
    domain: Domain::NonNegative,
    default: None,
    required: false,
};

/// The three ways to say it.
pub const PARAMETERS: [Parameter; 3] = [T, SNR, SIGMA_NOISE];

/// The ways to say it of a process.
pub fn coordinates(process: Process) -> &'static [Parameter] {
    match process {
        Process::Gaussian => &PARAMETERS,
        Process::Tokens => &[KEPT],
        Process::Beliefs => &[EPSILON],
    }
}

/// A coordinate of the schedule that is given.
const fn on_a_schedule(name: &'static str, symbol: &'static str, help: &'static str) -> Parameter {
    Parameter::optional(name, symbol, help, Domain::NonNegative)
}

/// The ways to say it on a schedule.
pub const ON_A_SCHEDULE: [Parameter; 3] = [
    on_a_schedule("step", "k", "steps of the --schedule, instead of times"),
    on_a_schedule("timestep", "1000 s", "what the network of a flow is told, instead of times"),
    on_a_schedule(
        "inference-step",
        "i",
        "steps of the sampler, from 0 at its noisiest level [default with --num-inference-steps: all]",
    ),
];

/// The request with levels that were given on a schedule as an axis of snr, and whether there are any.
///
/// # Errors
/// [`Error::Usage`] for levels given in several ways, or on no schedule; levels that the schedule does not have.
pub fn on_schedule(mut request: Request, schedule: Option<&Schedule>) -> Result<(Request, bool)> {
    let given: Vec<usize> = (0..request.axes.len())
        .filter(|k| ON_A_SCHEDULE.iter().any(|p| p.name == request.axes[*k].parameter.name))
        .collect();
    let levels = |log_snr: f64| -> Result<f64> {
        Ok(if log_snr == f64::INFINITY { log_snr } else { Noise::at_log_snr(log_snr)?.snr() })
    };
    match (&given[..], schedule) {
        ([], Some(schedule)) if PARAMETERS.iter().all(|p| request.axis(p.name).is_none()) => {
            let Some(all) = schedule.inference() else { return Ok((request, false)) };
            let all = all.into_iter().map(|level| levels(level.value)).collect::<Result<_>>()?;
            request.axes.push(Axis::numbers(&SNR, all));
            request.rows()?;
            Ok((request, true))
        }
        ([], _) => Ok((request, false)),
        ([place], Some(schedule)) => {
            let axis = &request.axes[*place];
            let own = axis.parameter.name.replace('-', "_");
            let at = |x: &f64| levels(schedule.log_snr_at(&own, *x)?.value);
            let all = axis.values.iter().map(at).collect::<Result<_>>()?;
            request.axes[*place] = Axis::numbers(&SNR, all);
            Ok((request, true))
        }
        ([place], None) => {
            let name = request.axes[*place].parameter.name;
            Err(Error::Usage(format!("--{name} is a level of a --schedule: name it")))
        }
        _ => Err(Error::Usage(
            "give the noise levels by one of --step, --timestep and --inference-step".into(),
        )),
    }
}

/// The noise level of a row, where the process is Gaussian: tokens have it among their values alone.
///
/// # Errors
/// [`Error::Argument`] for a level that does not exist.
pub fn level(process: Process, values: &Values) -> Result<Option<Noise>> {
    if process == Process::Gaussian { of(values).map(Some) } else { Ok(None) }
}

/// The noise level of a row.
///
/// # Errors
/// [`Error::Argument`] for a level that does not exist.
pub fn of(values: &Values) -> Result<Noise> {
    if let Some(t) = values.number("t") {
        Noise::at_time(t)
    } else if let Some(snr) = values.number("snr") {
        Noise::at_snr(snr)
    } else {
        Noise::at_sigma(values.required("sigma-noise")?)
    }
}

/// Columns t and snr.
pub fn columns() -> [Column; 2] {
    [Column::number("t", "t", "OU time"), Column::number("snr", "snr", "")]
}

/// Columns of a process.
pub fn columns_of(process: Process) -> Vec<Column> {
    match process {
        Process::Gaussian => columns().into(),
        Process::Tokens | Process::Beliefs => coordinates(process)
            .iter()
            .map(|p| Column::number(p.name, p.symbol, "probability"))
            .collect(),
    }
}

/// Their cells: the coordinate given stays as it was given.
pub fn cells(noise: Noise, values: &Values) -> [Cell; 2] {
    let snr = values.number("snr").unwrap_or_else(|| noise.snr());
    [Cell::Number(noise.time()), Cell::Number(snr)]
}

/// Cells of a process.
pub fn cells_of(process: Process, noise: Option<Noise>, values: &Values) -> Vec<Cell> {
    match noise {
        Some(noise) => cells(noise, values).into(),
        None => coordinates(process)
            .iter()
            .map(|p| values.number(p.name).map_or(Cell::EMPTY, Cell::Number))
            .collect(),
    }
}

/// Checks that the noise level was given in one way.
///
/// # Errors
/// [`Error::Usage`] naming those given.
pub fn given_once(process: Process, request: &Request) -> Result<()> {
    match coordinates(process) {
        [one] if request.axis(one.name).is_none() => Err(Error::Usage(format!(
            "a curve needs --{0}, {1}; for example --{0} 0.05:1:#20",
            one.name, one.help
        ))),
        [_] => Ok(()),
        _ => exactly_one(request),
    }
}

/// Checks that exactly one of the three was given.
///
/// # Errors
/// [`Error::Usage`] naming those given.
pub fn exactly_one(request: &Request) -> Result<()> {
    let given = PARAMETERS.iter().filter(|p| request.axis(p.name).is_some()).count();
    if given == 1 {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "a curve needs exactly one of --t, --snr and --sigma-noise, not {given}; for example --t 0.1:8:#80"
    )))
}
