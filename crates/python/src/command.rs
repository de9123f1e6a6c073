//! The command `regimes`, in this process.

use crate::table::Table;
use crate::work;
use pyo3::prelude::*;
use regimes::ask::Computed;
use std::ffi::OsString;
use std::io::Write;
use std::sync::Arc;

/// Runs the command line on `arguments` (the first is the program's name); the exit status.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let status = regimes_cli::run(arguments);
        // The interpreter ends without flushing what Rust has buffered.
        let _ = std::io::stdout().flush();
        status
    })
}

/// The table that a command line describes.
#[pyfunction]
pub(crate) fn tabulated(
    py: Python<'_>,
    arguments: Vec<OsString>,
    threads: usize,
    shown: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let computed = work::done(py, threads, shown, move |progress| {
        let plan = regimes_cli::plan_of(&arguments)?;
        let line = plan.head.command_line.clone();
        Computed::new(plan, || line, &|all| progress.hear(all))
    })?;
    Ok(Table(Arc::new(computed)))
}

/// Runs a command that writes a file; whatever goes wrong is an exception.
#[pyfunction]
pub(crate) fn drawn(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    work::done(py, 0, None, move |_| regimes_cli::answer(&arguments))
}
