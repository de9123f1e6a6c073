//! The number of samples: exactly one of --n, --log-n and --alpha.

use super::request::Request;
use regimes::error::{Error, Result};
pub(crate) use regimes::quantities::sample_size::{PARAMETERS, SampleSize};

/// Checks that exactly one of the three was given.
///
/// # Errors
/// [`Error::Usage`] naming those given.
pub(crate) fn exactly_one(request: &Request) -> Result<()> {
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
