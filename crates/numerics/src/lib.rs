//! Mathematics that knows no physics: numbers with error bounds, integrals, roots, minima,
//! special functions and symmetric spectra.

pub mod beta;
pub mod chebyshev;
pub mod estimate;
pub mod exponential;
pub mod gamma;
pub mod hermite;
pub mod lattice;
pub mod legendre;
pub mod minima;
pub mod panels;
pub mod precision;
pub mod products;
pub mod random;
pub mod roots;
pub mod special;
pub mod spectra;
pub mod stop;
pub mod summation;

pub use estimate::Estimate;

/// The best value, where there is one.
fn best(value: f64) -> String {
    if value.is_nan() { String::new() } else { format!(" (best value {value:?})") }
}

/// Why a numerical routine gave no trustworthy number.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NumericsError {
    /// The routine stopped before its error bound met the tolerance.
    #[error(
        "{what}: the error bound {error:.1e} misses the tolerance {tolerance:.1e}{}",
        best(*value)
    )]
    ToleranceMissed {
        /// Which computation.
        what: &'static str,
        /// The best value reached.
        value: f64,
        /// The bound on its error.
        error: f64,
        /// The tolerance asked for.
        tolerance: f64,
    },
    /// The function was not a finite number somewhere in the domain.
    #[error("{what}: the function is not finite at {at:?}")]
    NotFinite {
        /// Which computation.
        what: &'static str,
        /// The argument.
        at: f64,
    },
    /// No sign change where a root was expected.
    #[error("{what}: no sign change between {low:?} and {high:?}")]
    NotBracketed {
        /// Which computation.
        what: &'static str,
        /// Lower end of the searched interval.
        low: f64,
        /// Upper end of the searched interval.
        high: f64,
    },
    /// An argument outside the routine's domain.
    #[error("{what}: {message}")]
    Domain {
        /// Which computation.
        what: &'static str,
        /// What is wrong.
        message: String,
    },
}
