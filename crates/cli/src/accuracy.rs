//! How accurate finite-size averages are to be.

use super::request::Request;
use regimes::quantities::accuracy::TOLERANCE;
pub(crate) use regimes::quantities::accuracy::{PARAMETERS, classes_are_sampled};

/// Loosest tolerance that any row asks for.
pub(crate) fn asked(request: &Request) -> Option<f64> {
    let values = request.axis(TOLERANCE.name)?.values.iter().copied();
    values.reduce(f64::max)
}
