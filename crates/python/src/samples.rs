//! Questions about samples, in a file or in an array.

use crate::errors::raised;
use crate::given::Entered;
use crate::schedule::Schedule;
use crate::table::Table;
use crate::work;
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use regimes::ask::{Computed, Samples as Asked, Value};
use regimes::dataset::View;
use std::path::PathBuf;
use std::sync::Arc;

/// Samples, and what is given of how to look at them.
#[pyclass(frozen, module = "regimes._regimes")]
pub(crate) struct Samples {
    origin: Origin,
    labels: Option<Vec<String>>,
    given: Vec<(String, Value)>,
    schedule: Option<Arc<regimes::schedule::Schedule>>,
    threads: usize,
    shown: Option<Py<PyAny>>,
}

/// Where the samples are.
enum Origin {
    File(PathBuf),
    Array(Py<PyAny>),
}

#[pymethods]
impl Samples {
    #[new]
    #[pyo3(signature = (file, array, labels, given, schedule, threads, shown))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        file: Option<PathBuf>,
        array: Option<Py<PyAny>>,
        labels: Option<Vec<String>>,
        given: Vec<(String, Entered<'_>)>,
        schedule: Option<&Schedule>,
        threads: usize,
        shown: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let origin = match (file, array) {
            (Some(file), None) => Origin::File(file),
            (None, Some(array)) => Origin::Array(array),
            _ => return Err(PyTypeError::new_err("a file or an array")),
        };
        let given = given
            .into_iter()
            .map(|(name, value)| Ok((name, value.value()?)))
            .collect::<PyResult<_>>()?;
        let schedule = schedule.map(|schedule| Arc::clone(&schedule.0));
        Ok(Self { origin, labels, given, schedule, threads, shown })
    }

    /// Sizes, spectrum and times, or the empirical score at noise levels.
    fn times(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, &|asked, _| asked.times())
    }

    /// The eigenvalues of the covariance.
    fn spectrum(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, &|asked, _| asked.spectrum())
    }

    /// The samples that are memorised first.
    fn risk(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, &|asked, _| asked.risk())
    }

    /// One page of advice on a schedule.
    fn advise(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, &|asked, _| asked.advise())
    }

    /// The experiment called `name` with the exact score of the samples.
    fn simulate(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        self.answered(py, &|asked, progress| asked.simulate_by(name, &|work| progress.run(work)))
    }
}

/// What is asked.
type Question<'a> = dyn Fn(&Asked<'_>, &work::Progress) -> regimes::Result<Computed> + Sync + 'a;

impl Samples {
    fn answered(&self, py: Python<'_>, question: &Question<'_>) -> PyResult<Table> {
        let array = match &self.origin {
            Origin::File(path) => {
                return self
                    .asked(py, |progress| self.put(Asked::in_file(path), progress, question));
            }
            Origin::Array(array) => array.bind(py),
        };
        macro_rules! of_kinds {
            ($($kind:ty),*) => {
                $(if let Ok(array) = array.extract::<PyReadonlyArrayDyn<'_, $kind>>() {
                    let shape = array.shape().to_vec();
                    let entries = array.as_slice()?;
                    let (samples, rest) = shape.split_first().ok_or_else(|| PyTypeError::new_err("a number"))?;
                    let view = View::new(entries, *samples, rest).map_err(|error| raised(py, &error))?;
                    return self.asked(py, |progress| self.put(Asked::of(&view), progress, question));
                })*
            };
        }
        of_kinds!(f64, f32, u8, i8, u16, i16, u32, i32);
        Err(PyTypeError::new_err("an array of another kind"))
    }

    fn asked(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&work::Progress) -> regimes::Result<Computed> + Send,
    ) -> PyResult<Table> {
        let shown = self.shown.as_ref().map(|shown| shown.bind(py));
        let computed = work::done_here(py, self.threads, shown, work)?;
        Ok(Table(Arc::new(computed)))
    }

    /// Puts the question with all that was given.
    fn put<'a>(
        &'a self,
        mut asked: Asked<'a>,
        progress: &'a work::Progress,
        question: &Question<'_>,
    ) -> regimes::Result<Computed> {
        if let Some(labels) = &self.labels {
            asked = asked.labelled(labels);
        }
        for (name, value) in &self.given {
            asked = asked.give(name, value.clone());
        }
        if let Some(schedule) = &self.schedule {
            asked = asked.on(Arc::clone(schedule));
        }
        let heard = |_: &str, share: f64| progress.share(share);
        question(&asked.heard(&heard), progress)
    }
}
