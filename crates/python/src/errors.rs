//! What went wrong, as the exceptions of `regimes._errors`.

use pyo3::prelude::*;
use pyo3::types::PyType;
use regimes::Error;

/// The exception that says what `error` says.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let made = || -> PyResult<Bound<'_, PyAny>> {
        let exceptions = py.import("regimes._errors")?;
        let text = error.to_string();
        match error {
            Error::Argument { name, value, expected } => {
                exceptions.getattr("ArgumentError")?.call1((name, value, expected))
            }
            Error::Usage(_) => exceptions.getattr("UsageError")?.call1((text,)),
            Error::File { .. } => exceptions.getattr("FileError")?.call1((text,)),
            Error::Numerics(_) => exceptions.getattr("NumericsError")?.call1((text,)),
            Error::Output { .. } => exceptions.getattr("OutputError")?.call1((text,)),
        }
    };
    made().map_or_else(|failure| failure, PyErr::from_value)
}

/// The exception for what should never happen.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    let class = py
        .import("regimes._errors")
        .and_then(|module| module.getattr("InternalError"))
        .and_then(|class| Ok(class.cast_into::<PyType>()?));
    match class {
        Ok(class) => PyErr::from_type(class, (message.to_owned(),)),
        Err(failure) => failure,
    }
}
