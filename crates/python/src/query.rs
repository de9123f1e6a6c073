//! A question about a model.

use crate::errors::raised;
use crate::given::Entered;
use crate::schedule::Schedule;
use crate::table::Table;
use crate::work;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use regimes::ask::{Computed, Query as Asked, Value};
use regimes::dataset::columns::Columns;
use regimes::explain::{Notation, Note};
use regimes::solve::Question;
use regimes_output::text::explanation;
use std::sync::Arc;

/// A model by name, what is given of it, and how it is to be computed.
#[pyclass(frozen, module = "regimes._regimes")]
pub(crate) struct Query {
    asked: Asked,
    threads: usize,
    shown: Option<Py<PyAny>>,
}

#[pymethods]
impl Query {
    #[new]
    #[pyo3(signature = (model, known, given, words, schedule, threads, shown))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        model: &str,
        known: Vec<(String, Entered<'_>)>,
        given: Vec<(String, Entered<'_>)>,
        words: Vec<String>,
        schedule: Option<&Schedule>,
        threads: usize,
        shown: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let values = |all: Vec<(String, Entered<'_>)>| {
            all.into_iter()
                .map(|(name, value)| Ok((name, value.value()?)))
                .collect::<PyResult<Vec<(String, Value)>>>()
        };
        let (known, given) = (values(known)?, values(given)?);
        let mut asked = regimes::ask(model).map_err(|error| raised(py, &error))?;
        for (name, value) in known {
            asked = asked.know(&name, value);
        }
        for (name, value) in given {
            asked = match value {
                Value::Text(text) => asked.set(&name, text),
                Value::Numbers(numbers) => asked.set_numbers(&name, numbers),
            };
        }
        for word in words {
            asked = asked.with(&word);
        }
        if let Some(schedule) = schedule {
            asked = asked.on(Arc::clone(&schedule.0));
        }
        Ok(Self { asked, threads, shown })
    }

    /// Every transition time.
    fn times(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, Asked::times)
    }

    /// The curve called `name`.
    fn curve(&self, py: Python<'_>, name: String) -> PyResult<Table> {
        self.answered(py, move |asked| asked.curve(&name))
    }

    /// The values of `unknown` for which `such_that` holds, looked for `between` two values.
    #[pyo3(signature = (unknown, such_that, between))]
    fn solve(
        &self,
        py: Python<'_>,
        unknown: String,
        such_that: String,
        between: Option<String>,
    ) -> PyResult<Table> {
        self.answered(py, move |asked| {
            let between = between.as_deref();
            asked.solved(&Question {
                unknown: &unknown,
                such_that: &such_that,
                between,
                schedule: None,
            })
        })
    }

    /// What the steps of a sampler cost.
    fn steps(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, Asked::steps)
    }

    /// What guidance generates and when it acts.
    fn guidance(&self, py: Python<'_>) -> PyResult<Table> {
        self.answered(py, Asked::guidance)
    }

    /// The experiment called `name`, with the exact score.
    fn simulate(&self, py: Python<'_>, name: String) -> PyResult<Table> {
        let asked = self.asked.clone();
        let shown = self.shown.as_ref().map(|shown| shown.bind(py));
        let computed = work::done(py, self.threads, shown, move |progress| {
            let progress = Arc::clone(progress);
            asked.simulate_by(&name, &move |work| progress.run(work))
        })?;
        Ok(Table(Arc::new(computed)))
    }

    /// Measured columns held against a curve.
    fn validate(
        &self,
        py: Python<'_>,
        against: String,
        columns: Vec<(String, PyReadonlyArray1<'_, f64>)>,
    ) -> PyResult<Table> {
        let slices = columns
            .iter()
            .map(|(name, numbers)| Ok((name.as_str(), numbers.as_slice()?)))
            .collect::<PyResult<Vec<_>>>()?;
        let columns = Columns::of_numbers(&slices).map_err(|error| raised(py, &error))?;
        self.answered(py, move |asked| asked.validate(&against, &columns))
    }

    /// The explanation of a quantity: its title, lines in Unicode and LaTeX, notes, the text as the command
    /// line prints it, the value with its error or the reason why there is none, the name, symbol, unit and
    /// source of its column, and what failed.
    #[allow(clippy::type_complexity)]
    fn explain(
        &self,
        py: Python<'_>,
        name: String,
    ) -> PyResult<(
        String,
        Vec<(String, String)>,
        Vec<String>,
        String,
        Option<(Option<f64>, Option<f64>, Option<String>)>,
        (String, String, String, String),
        Option<String>,
    )> {
        let asked = self.asked.clone();
        let page = work::done(py, self.threads, None, move |_| asked.explain(&name))?;
        let lines = page.lines.iter().map(|l| (l.unicode.clone(), l.latex.clone())).collect();
        let note = |note: &Note| match note {
            Note::Source(text) | Note::Remark(text) => text.clone(),
        };
        let value = page
            .value()
            .map(|cell| (cell.value(), cell.spread(), cell.reason().map(str::to_owned)));
        let text = explanation(&page, Notation::Unicode);
        let notes = page.notes.iter().map(note).collect();
        let column = page.column.as_ref().map_or_else(Default::default, |c| {
            (c.name.clone(), c.symbol.clone(), c.unit.to_string(), c.source.clone())
        });
        Ok((page.title.clone(), lines, notes, text, value, column, page.failure))
    }

    /// Refuses what no question about this model takes.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        self.asked.check().map_err(|error| raised(py, &error))
    }

    /// The t_S that is quoted and t_C.
    fn bounds(&self, py: Python<'_>) -> PyResult<(Option<f64>, Option<f64>)> {
        let asked = self.asked.clone();
        let bounds = work::done(py, self.threads, None, move |_| asked.bounds())?;
        Ok((bounds.speciation, bounds.collapse))
    }
}

impl Query {
    fn answered(
        &self,
        py: Python<'_>,
        answer: impl FnOnce(&Asked) -> regimes::Result<Computed> + Send + 'static,
    ) -> PyResult<Table> {
        let asked = self.asked.clone();
        let shown = self.shown.as_ref().map(|shown| shown.bind(py));
        let computed = work::done(py, self.threads, shown, move |progress| {
            let progress = Arc::clone(progress);
            answer(&asked.clone().heard_by(move |all| progress.hear(all)))
        })?;
        Ok(Table(Arc::new(computed)))
    }
}

/// Every named quantity, or those of one model.
#[pyfunction]
#[pyo3(signature = (model=None))]
pub(crate) fn quantities(py: Python<'_>, model: Option<String>) -> PyResult<Table> {
    let list = move |_: &_| regimes::ask::quantities::list(model.as_deref());
    Ok(Table(Arc::new(work::done(py, 0, None, list)?)))
}
