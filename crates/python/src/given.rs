//! What a parameter was given.

use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use regimes::ask::Value;

/// What a parameter was given.
#[derive(FromPyObject)]
pub(crate) enum Entered<'py> {
    Text(String),
    Numbers(PyReadonlyArray1<'py, f64>),
}

impl Entered<'_> {
    pub(crate) fn value(&self) -> PyResult<Value> {
        Ok(match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::Numbers(numbers) => Value::Numbers(numbers.as_slice()?.into()),
        })
    }
}
