//! Noise schedules.

use crate::errors::raised;
use crate::given::Entered;
use crate::table::Table;
use crate::work;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use regimes::ask::Levels;
use regimes::{Error, Noise};
use std::sync::Arc;

/// A noise schedule: one known by name, or that of a diffusers configuration.
#[pyclass(frozen, module = "regimes._regimes")]
pub(crate) struct Schedule(pub(crate) Arc<regimes::schedule::Schedule>);

#[pymethods]
impl Schedule {
    /// The schedule of these arguments: its name or a configuration, its parameters, the steps of a sampler.
    #[staticmethod]
    fn chosen(py: Python<'_>, given: Vec<(String, Entered<'_>)>) -> PyResult<Self> {
        let schedules = levels_of(given)?.schedules().map_err(|error| raised(py, &error))?;
        match <[_; 1]>::try_from(schedules) {
            Ok([schedule]) => Ok(Self(schedule)),
            Err(_) => Err(raised(py, &Error::Usage("give a single schedule".into()))),
        }
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
    let mut levels = levels_of(given)?;
    if let Some(schedule) = schedule {
        levels = levels.on(Arc::clone(&schedule.0));
    }
    let computed = work::done(py, 0, None, move |_| levels.table())?;
    Ok(Table(Arc::new(computed)))
}

fn levels_of(given: Vec<(String, Entered<'_>)>) -> PyResult<Levels> {
    let give = |levels: Levels, (name, value): (String, Entered<'_>)| {
        Ok(levels.give(&name, value.value()?))
    };
    given.into_iter().try_fold(Levels::default(), give)
}

/// σ_VE at signal-to-noise ratios; NaN for what is none.
#[pyfunction]
pub(crate) fn sigma<'py>(
    py: Python<'py>,
    snr: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let at = |snr: &f64| Noise::at_snr(*snr).map_or(f64::NAN, |noise| noise.sigma());
    Ok(snr.as_slice()?.iter().map(at).collect::<Vec<f64>>().into_pyarray(py))
}
