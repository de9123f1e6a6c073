//! A data set, and what is asked of it.

use super::dataset::{self, Heard, OPTIONS, Table};
use super::given::{Given, Value, of_schedules, shell};
use super::{Computed, advise};
use crate::dataset::Source;
use crate::dataset::chosen::{Chosen, OF_A_FILE, OF_SAMPLES};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::quantities::noise;
use crate::schedule::Schedule;
use crate::simulate::{self, Experiment, Runner, Subject};
use crate::sweep::{Named, Typed};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where samples are.
#[derive(Clone)]
enum Origin<'a> {
    File(PathBuf),
    Memory(&'a dyn Source),
}

/// A data set, and what is given of how to look at it.
///
/// ```
/// use regimes::ask::Samples;
/// use regimes::dataset::View;
///
/// let rows: Vec<f32> = (0..40).map(|k| (k as f32).sin() + if k < 20 { 2.0 } else { -2.0 }).collect();
/// let view = View::new(&rows, 20, &[2])?;
/// let times = Samples::of(&view).set("queries", 100).times()?;
/// assert!(times.value("t_S.spectral")?[0].is_some_and(|t| t > 0.0));
/// // Its empirical score at noise levels, and its eigenvalues.
/// assert_eq!(Samples::of(&view).set("t", "0.5:2:#4").times()?.rows.len(), 4);
/// assert_eq!(Samples::of(&view).spectrum()?.rows.len(), 2);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone)]
pub struct Samples<'a> {
    origin: Origin<'a>,
    labels: Option<&'a [String]>,
    given: Given,
    heard: &'a Heard<'a>,
}

impl Samples<'static> {
    /// Those in a file: npy, npz, IDX or text, plain or compressed.
    pub fn in_file(path: &Path) -> Self {
        Self::new(Origin::File(path.to_owned()))
    }
}

impl<'a> Samples<'a> {
    /// Those in memory, or of any other source.
    pub fn of(source: &'a dyn Source) -> Self {
        Self::new(Origin::Memory(source))
    }

    fn new(origin: Origin<'a>) -> Self {
        Self { origin, labels: None, given: Given::default(), heard: &|_, _| () }
    }

    /// Gives samples in memory their class labels, one for each.
    #[must_use]
    pub fn labelled(self, labels: &'a [String]) -> Self {
        Self { labels: Some(labels), ..self }
    }

    /// Gives an option of `dataset` its text: `scale`, `classes`, `queries`, a noise level.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.set(name, Value::Text(value.to_string()));
        self
    }

    /// The same of text or numbers.
    #[must_use]
    pub fn give(mut self, name: &str, value: Value) -> Self {
        self.given.set(name, value);
        self
    }

    /// Shows times on a noise schedule too.
    #[must_use]
    pub fn on(mut self, schedule: impl Into<Arc<Schedule>>) -> Self {
        self.given.schedule = Some(schedule.into());
        self
    }

    /// Has `heard` told how far long work is.
    #[must_use]
    pub fn heard(self, heard: &'a Heard<'a>) -> Self {
        Self { heard, ..self }
    }

    /// Sizes, spectrum, speciation and collapse times with standard errors, as `dataset` prints them; at
    /// given noise levels the empirical score instead.
    ///
    /// # Errors
    /// Wrong arguments; data that cannot be read; failed numerics.
    pub fn times(&self) -> Result<Computed> {
        self.table(Table::Times)
    }

    /// The eigenvalues of the covariance: bulk and outliers.
    ///
    /// # Errors
    /// As [`Self::times`].
    pub fn spectrum(&self) -> Result<Computed> {
        self.table(Table::Spectrum)
    }

    /// The samples that are memorised first, `top` of them: copies, outliers, members of rare classes.
    ///
    /// # Errors
    /// As [`Self::times`].
    pub fn risk(&self) -> Result<Computed> {
        self.table(Table::Risk)
    }

    /// One page for whoever trains or samples a model of them, as `advise` prints it: when classes are decided, where
    /// guidance acts, from where on samples are copied, how many would be enough, which are memorised first, what
    /// the sampler's steps cost. Every line names its criterion and the command that prints its number.
    ///
    /// # Errors
    /// As [`Self::times`].
    pub fn advise(&self) -> Result<Computed> {
        let mut own = self.parameters(advise::OPTIONS.iter());
        own.extend(of_schedules());
        let named = self.given.named(&own)?;
        let file = match &self.origin {
            Origin::File(path) => Some(path.to_string_lossy()),
            Origin::Memory(_) => None,
        };
        let typed = WithFile { named: &named, file: file.as_deref() };
        let schedule = self.given.schedule.clone();
        let plan = advise::plan(|| self.chosen(&named), &typed, schedule, self.heard)?;
        let line = || format!("regimes advise {}{}", self.name(), self.given.flags(&[]));
        Computed::new(plan, line, &|_| ())
    }

    fn table(&self, table: Table) -> Result<Computed> {
        let own = self.parameters(OPTIONS.iter().chain(&noise::PARAMETERS));
        let (named, beside) = self.given.beside(&own, "dataset")?;
        let chosen = || self.chosen(&named);
        let plan = dataset::plan(chosen, &named, table, beside, self.heard)?;
        let line = || {
            let word = table.word().map_or_else(String::new, |word| format!(" --{word}"));
            format!("regimes dataset {}{}{word}", self.name(), self.given.flags(&[]))
        };
        Computed::new(plan, line, &|_| ())
    }

    /// The experiment called `name` with the exact score of the samples, as `simulate` prints it.
    ///
    /// # Errors
    /// Wrong arguments; data that cannot be read; failed numerics.
    pub fn simulate(&self, name: &str) -> Result<Computed> {
        self.simulate_by(name, &|work| work.run(&|| Ok(())))
    }

    /// The same, its blocks run by `runner`, which may count them, keep them, or stop.
    ///
    /// # Errors
    /// As [`Self::simulate`]; whatever `runner` finds wrong.
    pub fn simulate_by(&self, name: &str, runner: &Runner<'_>) -> Result<Computed> {
        let experiment = Experiment::find(name)?;
        if self.given.schedule.is_some() {
            let message = "simulate takes no schedule: only times stand on one";
            return Err(Error::Usage(message.into()));
        }
        let own = experiment.parameters(None);
        let named = self.given.named(&self.parameters(own.iter().chain(experiment.settings)))?;
        let open = || self.chosen(&named);
        let plan = simulate::plan(experiment, &Subject::Data(&open), &named, runner)?;
        let line = || format!("regimes simulate {name} {}{}", self.name(), self.given.flags(&[]));
        Computed::new(plan, line, &|_| ())
    }

    /// The parameters that choose a part of the data, and `own`.
    fn parameters<'p>(&self, own: impl Iterator<Item = &'p Parameter>) -> Vec<Parameter> {
        let of_files = match self.origin {
            Origin::File(_) => &OF_A_FILE[..],
            Origin::Memory(_) => &[],
        };
        of_files.iter().chain(&OF_SAMPLES).chain(own).copied().collect()
    }

    /// The part of the data that is asked about.
    fn chosen(&self, named: &Named<'_>) -> Result<Chosen<'a>> {
        let text = |name: &str| named.text(name);
        match &self.origin {
            Origin::File(path) => Chosen::of_a_file(path, &text),
            Origin::Memory(source) => Chosen::of(MEMORY, Box::new(*source), self.labels, &text),
        }
    }

    /// What stands for the data in a command line.
    fn name(&self) -> String {
        match &self.origin {
            Origin::File(path) => shell(&path.to_string_lossy()),
            Origin::Memory(_) => MEMORY.to_owned(),
        }
    }
}

/// What was given, and the file as it stands in a command line.
struct WithFile<'a> {
    named: &'a Named<'a>,
    file: Option<&'a str>,
}

impl Typed for WithFile<'_> {
    fn typed(&self, name: &str) -> Option<(usize, &str)> {
        match (name, self.file) {
            ("file", Some(file)) => Some((0, file)),
            _ => self.named.typed(name),
        }
    }
}

/// What data in memory are called.
const MEMORY: &str = "array";
