//! Noise schedules.

use crate::errors::raised;
use crate::query::Entered;
use crate::table::Table;
use crate::work;
use pyo3::prelude::*;
use regimes::ask::Levels;
use std::path::Path;
use std::sync::Arc;

/// A noise schedule: one known by name, or that of a diffusers configuration.
#[pyclass(frozen, module = "regimes._regimes")]
pub(crate) struct Schedule(pub(crate) Arc<regimes::schedule::Schedule>);

#[pymethods]
impl Schedule {
    /// The schedule called `name`, some of whose parameters have values of their own.
    #[staticmethod]
    fn named(py: Python<'_>, name: &str, parameters: Vec<(String, f64)>) -> PyResult<Self> {
        let schedule = regimes::schedule::Schedule::named(name, &parameters);
        schedule.map(|s| Self(Arc::new(s))).map_err(|error| raised(py, &error))
    }

    /// The schedule of a configuration in JSON, read from `place` as messages call it.
    #[staticmethod]
    fn configured(py: Python<'_>, text: &str, place: &str) -> PyResult<Self> {
        let schedule = regimes::schedule::Schedule::from_config(text, Path::new(place));
        schedule.map(|s| Self(Arc::new(s))).map_err(|error| raised(py, &error))
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.0.parameters().to_vec()
    }

    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.notes().to_vec()
    }
}

/// Noise levels in every coordinate, and where a schedule reaches them.
#[pyfunction]
pub(crate) fn levels(
    py: Python<'_>,
    given: Vec<(String, Entered<'_>)>,
    schedule: Option<&Schedule>,
) -> PyResult<Table> {
    let mut levels = Levels::default();
    for (name, value) in given {
        levels = levels.give(&name, value.value()?);
    }
    if let Some(schedule) = schedule {
        levels = levels.on(Arc::clone(&schedule.0));
    }
    let computed = work::done(py, 0, None, move |_| levels.table())?;
    Ok(Table(Arc::new(computed)))
}
