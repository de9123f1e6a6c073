//! The native half of the Python package: questions handed to `regimes::ask`, tables handed back.
//!
//! No theory and no default stands here, and none in the Python files beside it: what a question may
//! hold, and what it means where nothing is said, the library decides.

mod catalogue;
mod command;
mod errors;
mod given;
mod query;
mod samples;
mod schedule;
mod table;
mod training;
mod work;

/// The module `regimes._regimes`.
#[pyo3::pymodule]
mod _regimes {
    #[pymodule_export]
    use super::catalogue::{curves, models, words};
    #[pymodule_export]
    use super::command::{drawn, run, tabulated};
    #[pymodule_export]
    use super::query::{Query, quantities};
    #[pymodule_export]
    use super::samples::Samples;
    #[pymodule_export]
    use super::schedule::{Schedule, levels, sigma};
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::training::training;
    #[pymodule_export]
    use super::work::forked;

    /// The version of the program.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
