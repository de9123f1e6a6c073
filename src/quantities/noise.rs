//! Where on the curve: exactly one of --t, --snr and --sigma-noise.

use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::process::Noise;
use crate::sweep::Request;
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

/// Their cells: the coordinate given stays as it was given.
pub fn cells(noise: Noise, values: &Values) -> [Cell; 2] {
    let snr = values.number("snr").unwrap_or_else(|| noise.snr());
    [Cell::Number(noise.time()), Cell::Number(snr)]
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
