//! The number of samples: exactly one of --n, --log-n and --alpha.

use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::numerics::Estimate;
use crate::sweep::Request;
use crate::table::{Cell, Column};

const N: Parameter = Parameter {
    name: "n",
    symbol: "n",
    latex: "n",
    aliases: &["samples"],
    help: "number of training samples",
    domain: Domain::Whole { infinite: false },
    default: None,
    required: false,
};

const LOG_N: Parameter = Parameter {
    name: "log-n",
    symbol: "log n",
    latex: "\\log n",
    aliases: &[],
    help: "natural logarithm of the number of samples, for numbers beyond 1e308",
    domain: Domain::NonNegative,
    default: None,
    required: false,
};

/// α = log n/d, which curves of α alone may take too.
pub const ALPHA: Parameter = Parameter {
    name: "alpha",
    symbol: "α",
    latex: "\\alpha",
    aliases: &["α"],
    help: "α = log n / d",
    domain: Domain::NonNegative,
    default: None,
    required: false,
};

/// The three ways to say it.
pub const PARAMETERS: [Parameter; 3] = [N, LOG_N, ALPHA];

/// How many samples a row has.
#[derive(Clone, Copy, Debug)]
pub struct SampleSize {
    /// n, infinite beyond the range of doubles.
    pub n: f64,
    /// log n.
    pub log_n: f64,
    /// α = log n/d.
    pub alpha: Estimate,
}

impl SampleSize {
    /// The sample size of a row, in `dimension` = d dimensions.
    ///
    /// # Errors
    /// [`Error::Usage`] for a finite n in infinite dimension.
    pub fn of(values: &Values, dimension: f64) -> Result<Self> {
        let finite = |flag: &str| {
            if dimension.is_finite() {
                Ok(())
            } else {
                Err(Error::Usage(format!("--{flag} needs a finite --d; with d = inf give --alpha")))
            }
        };
        if let Some(n) = values.number("n") {
            finite("n")?;
            let log_n = Estimate::exact(n).ln();
            return Ok(Self { n, log_n: log_n.value, alpha: log_n / dimension });
        }
        if let Some(log_n) = values.number("log-n") {
            finite("log-n")?;
            return Ok(Self { n: log_n.exp(), log_n, alpha: Estimate::exact(log_n) / dimension });
        }
        let alpha = values.required("alpha")?;
        // With a single sample α = 0 whatever d is.
        let log_n = if alpha == 0.0 { 0.0 } else { alpha * dimension };
        Ok(Self { n: log_n.exp(), log_n, alpha: Estimate::exact(alpha) })
    }

    /// Columns n, log_n, alpha.
    pub fn columns() -> [Column; 3] {
        [
            Column::number("n", "n", ""),
            Column::number("log_n", "log n", "nats"),
            Column::number("alpha", "α", "nats per dimension"),
        ]
    }

    /// Their cells.
    pub fn cells(&self) -> [Cell; 3] {
        let n = if self.n.is_infinite() && self.log_n.is_finite() {
            Cell::Missing("beyond 1e308, see log_n".into())
        } else {
            Cell::Number(self.n)
        };
        [n, Cell::Number(self.log_n), Cell::Number(self.alpha.value)]
    }
}

/// Checks that exactly one of the three was given.
///
/// # Errors
/// [`Error::Usage`] naming those given.
pub fn exactly_one(request: &Request) -> Result<()> {
    let given: Vec<String> = PARAMETERS
        .iter()
        .filter(|p| request.axis(p.name).is_some())
        .map(|p| format!("--{}", p.name))
        .collect();
    match given.len() {
        1 => Ok(()),
        0 => Err(Error::Usage(
            "the number of samples is missing: give one of --n, --log-n and --alpha (log n / d)"
                .into(),
        )),
        _ => Err(Error::Usage(format!(
            "{} say the same thing: give exactly one of --n, --log-n and --alpha",
            given.join(" and ")
        ))),
    }
}
