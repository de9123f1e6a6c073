//! One door to the theory: a model by its name, what is given of it as text, and a table back.
//!
//! A program, a notebook, a page and the command line ask in the same words and get the same numbers.
//!
//! ```
//! let clusters = regimes::ask("clusters")?.set("d", "256,1024").set("n", 20_000);
//! let times = clusters.times()?;
//! assert_eq!(times.rows.len(), 2);
//! let speciation = times.value("t_S.spectral")?[1].unwrap();
//! assert!((speciation - 3.4662239).abs() < 1e-7);
//!
//! // Any quantity by name; sweeps as on the command line.
//! let phi = regimes::ask("clusters")?.set("d", 256).set("t", "0.5:8:#4").curve("phi")?;
//! assert!(phi.value("phi")?.iter().all(|phi| phi.is_some_and(|phi| (0.5..=1.0).contains(&phi))));
//! # Ok::<(), regimes::Error>(())
//! ```

mod computed;
pub mod curve;
pub mod dataset;
mod given;
pub mod levels;
pub mod named;
mod samples;
pub mod spectrum;
pub mod times;

pub use computed::Computed;
pub use given::shell;
pub use levels::Levels;
pub use samples::Samples;

use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::explain::{self, Page, Topic};
use crate::models::{CATALOGUE, Entry};
use crate::quantities::Curve;
use crate::schedule::Schedule;
use crate::simulate::{self, Experiment, Runner, Subject};
use crate::solve::{self, Question};
use crate::suggest::among;
use crate::validate;
use given::Given;
use std::sync::Arc;

/// A model, and what is given of it.
#[derive(Clone, Debug)]
pub struct Query {
    entry: &'static Entry,
    given: Given,
    words: Vec<String>,
}

/// A query about the model called `model`.
///
/// # Errors
/// [`Error::Argument`] for a model that does not exist, with the nearest one that does.
pub fn ask(model: &str) -> Result<Query> {
    let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == model) else {
        let known = among(model, CATALOGUE.iter().map(|entry| entry.name));
        return Err(Error::argument("model", model, format!("must be one of {known}")));
    };
    Ok(Query { entry, given: Given::default(), words: Vec::new() })
}

impl Query {
    /// Gives the parameter `name` a number, an expression, a list `1,2,3` or a range `0:8:#80`. What is
    /// given last runs fastest over the rows.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.set(name, value);
        self
    }

    /// Every quantity that the model has, with its symbol, unit and source, as `quantities` prints them.
    ///
    /// # Errors
    /// None of its own.
    pub fn quantities(&self) -> Result<Computed> {
        let line = || format!("regimes quantities {}", self.entry.name);
        Computed::new(named::plan(Some(self.entry)), line)
    }

    /// Asks for times that are not always shown: `finite-size`, `phases`.
    #[must_use]
    pub fn with(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    /// Shows transition times on a noise schedule too.
    ///
    /// The command line that the table states names the schedule and its parameters; of one that was
    /// read from a configuration it names the class, and the notes say the rest.
    #[must_use]
    pub fn on(mut self, schedule: Schedule) -> Self {
        self.given.schedule = Some(Arc::new(schedule));
        self
    }

    /// Every transition time, as `times` prints it.
    ///
    /// # Errors
    /// Wrong arguments. A time that could not be computed is a cell that says so.
    pub fn times(&self) -> Result<Computed> {
        let known = times::words(self.entry);
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        if let Some(word) = words.iter().find(|word| !known.contains(word)) {
            let expected = match &known[..] {
                [] => format!("{} has no times that must be asked for", self.entry.name),
                known => format!("{} has {}", self.entry.name, known.join(", ")),
            };
            return Err(Error::argument("with", word, expected));
        }
        let (named, beside) = self.given.beside(&times::parameters(self.entry), "times")?;
        let plan = times::plan(self.entry, &named, &words, beside)?;
        Computed::new(plan, || self.command_line("times"))
    }

    /// The curve called `name`, as `curve` prints it; `spectrum` has the eigenvalues of the covariance.
    ///
    /// # Errors
    /// Wrong arguments; a curve that the model does not have.
    pub fn curve(&self, name: &str) -> Result<Computed> {
        let line = || self.command_line(&format!("curve {name}"));
        if name == spectrum::NAME {
            self.without_words("curve")?;
            let named = self.given.named(&spectrum::parameters(self.entry))?;
            return Computed::new(spectrum::plan(self.entry, &named)?, line);
        }
        let Some(curve) = Curve::find(name, self.entry) else {
            let known = Curve::of(self.entry).map(|curve| curve.name).chain([spectrum::NAME]);
            let expected = format!("{} has {}", self.entry.name, among(name, known));
            return Err(Error::argument("curve", name, expected));
        };
        self.without_words("curve")?;
        let parameters = curve.all_parameters(self.entry);
        let plan = curve::plan(curve, self.entry, &self.given.named(&parameters)?)?;
        Computed::new(plan, line)
    }

    /// The values of the parameter `unknown` for which `such_that` holds, as `solve` prints them.
    ///
    /// # Errors
    /// Wrong arguments; an equation of quantities that the model does not have.
    pub fn solve(&self, unknown: &str, such_that: &str) -> Result<Computed> {
        self.without_words("solve")?;
        let question = Question { unknown, such_that, between: None };
        let named = self.given.named(&solve::parameters(self.entry))?;
        let plan = solve::plan(self.entry, &named, &question)?;
        Computed::new(plan, || {
            format!(
                "{} --for {unknown} --such-that {}",
                self.command_line("solve"),
                shell(such_that)
            )
        })
    }

    /// The experiment called `name`, simulated with the exact score, as `simulate` prints it: with
    /// standard errors, and the same bits on any number of threads.
    ///
    /// # Errors
    /// Wrong arguments; failed numerics.
    pub fn simulate(&self, name: &str) -> Result<Computed> {
        self.simulate_by(name, &|work| work.run(&|| Ok(())))
    }

    /// The same, its blocks run by `runner`, which may count them, keep them, or stop.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let clusters = regimes::ask("clusters")?.set("d", 8).set("n", 50).set("t", "1,2");
    /// let clusters = clusters.set("blocks", 4).set("points", 8);
    /// let steps = AtomicUsize::new(0);
    /// let counted = clusters.simulate_by("entropy", &|work| {
    ///     work.run(&|| {
    ///         steps.fetch_add(1, Ordering::Relaxed);
    ///         Ok(())
    ///     })
    /// })?;
    /// assert_eq!(counted.value("f")?, clusters.simulate("entropy")?.value("f")?);
    /// assert_eq!(steps.into_inner(), 8);
    /// let stopped = || Err(regimes::Error::Usage("stopped".into()));
    /// assert!(clusters.simulate_by("entropy", &|work| work.run(&stopped)).is_err());
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::simulate`]; whatever `runner` finds wrong.
    pub fn simulate_by(&self, name: &str, runner: &Runner<'_>) -> Result<Computed> {
        let experiment = Experiment::find(name)?;
        self.without_words("simulation")?;
        let mut parameters = experiment.parameters(Some(self.entry));
        parameters.extend(experiment.settings);
        let named = self.given.named(&parameters)?;
        let plan = simulate::plan(experiment, &Subject::Model(self.entry), &named, runner)?;
        Computed::new(plan, || self.command_line(&format!("simulate {name}")))
    }

    /// Measured `columns` held against the curve called `against`, as `validate` prints it: deviations,
    /// χ², runs, a verdict, a fit. Options such as `fit` and `between` are [set](Self::set) like
    /// parameters; the word `shared-noise` says that the points are of one data set.
    ///
    /// ```
    /// use regimes::dataset::columns::Columns;
    ///
    /// let clusters = regimes::ask("clusters")?.set("d", 64);
    /// let predicted = clusters.clone().set("t", "1,2,3").curve("phi")?.value("phi")?;
    /// let phi: Vec<f64> = predicted.into_iter().flatten().collect();
    /// let columns = [("t", &[1.0, 2.0, 3.0][..]), ("phi", &phi), ("stderr", &[0.01; 3])];
    /// let compared = clusters.validate("phi", &Columns::of_numbers(&columns)?)?;
    /// assert!(compared.value("z")?.iter().all(|z| z.is_some_and(|z| z.abs() < 1e-6)));
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// Wrong arguments or columns; failed numerics.
    pub fn validate(&self, against: &str, columns: &Columns) -> Result<Computed> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let shared = words == [validate::SHARED];
        if !shared {
            self.without_words("comparison")?;
        }
        let mut query = self.clone();
        query.given.set(validate::AGAINST.name, against);
        let mut parameters = validate::parameters(self.entry);
        parameters.extend(validate::OPTIONS);
        let named = query.given.named(&parameters)?;
        let compared = validate::plan(|| Ok(columns.clone()), &named, self.entry, shared)?;
        Computed::new(compared.plan, || {
            query.command_line(&format!("validate {}", shell(&columns.path().to_string_lossy())))
        })
    }

    /// The formula of the quantity called `name`, its source, the numbers substituted and the value, as
    /// `explain` prints them.
    ///
    /// # Errors
    /// Wrong arguments; a quantity that the model does not have. A computation that fails is said on
    /// the page.
    pub fn explain(&self, name: &str) -> Result<Page> {
        let Some(topic) = Topic::find(name).filter(|topic| topic.of(self.entry).is_some()) else {
            let topics = Topic::all().into_iter().filter(|topic| topic.of(self.entry).is_some());
            let known: Vec<String> = topics.map(|topic| topic.name).collect();
            let known = among(name, known.iter().map(String::as_str));
            let expected = format!("{} has {known}", self.entry.name);
            return Err(Error::argument("quantity", name, expected));
        };
        self.without_words("explanation")?;
        let named = self.given.named(&topic.parameters(self.entry))?;
        explain::page(&topic, self.entry, &named, explain::DIGITS)
    }

    /// Refuses what only the table of times takes.
    fn without_words(&self, what: &str) -> Result<()> {
        if let Some(word) = self.words.first() {
            let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            let expected = format!("asks for times, not for {article} {what}");
            return Err(Error::argument("with", word, expected));
        }
        if self.given.schedule.is_some() {
            let message = format!("{what} takes no schedule: only times stand on one");
            return Err(Error::Usage(message));
        }
        Ok(())
    }

    /// What would be typed for the same table.
    fn command_line(&self, command: &str) -> String {
        let words: String = self.words.iter().map(|word| format!(" --{word}")).collect();
        format!("regimes {command} {}{}{words}", self.entry.name, self.given.flags())
    }
}
