//! A score that random features learn.

use crate::given::Entered;
use crate::table::Table;
use crate::work;
use pyo3::prelude::*;
use regimes::ask::Training;
use std::sync::Arc;

/// The table of training called `word`.
#[pyfunction]
pub(crate) fn training(
    py: Python<'_>,
    word: String,
    given: Vec<(String, Entered<'_>)>,
    threads: usize,
    shown: Option<Py<PyAny>>,
) -> PyResult<Table> {
    let give = |all: Training, (name, value): (String, Entered<'_>)| {
        PyResult::Ok(all.give(&name, value.value()?))
    };
    let asked = given.into_iter().try_fold(Training::default(), give)?;
    let shown = shown.as_ref().map(|shown| shown.bind(py));
    let computed = work::done(py, threads, shown, move |_| asked.by(&word))?;
    Ok(Table(Arc::new(computed)))
}
