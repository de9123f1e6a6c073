//! Where on the curve: exactly one of --t, --snr and --sigma-noise.

use super::request::Request;
use regimes::error::{Error, Result};
pub(crate) use regimes::quantities::noise::{PARAMETERS, cells, columns, of};

/// Checks that exactly one of the three was given.
///
/// # Errors
/// [`Error::Usage`] naming those given.
pub(crate) fn exactly_one(request: &Request) -> Result<()> {
    let given = PARAMETERS.iter().filter(|p| request.axis(p.name).is_some()).count();
    if given == 1 {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "a curve needs exactly one of --t, --snr and --sigma-noise, not {given}; for example --t 0.1:8:#80"
    )))
}
