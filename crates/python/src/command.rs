//! The command `regimes`, in this process.

use pyo3::prelude::*;
use std::ffi::OsString;
use std::io::Write;

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
