//! A question about a model: what is given, and what is asked.

use super::given::{Given, Value};
use super::{Computed, guidance, quantities, times};
use crate::catalogue;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::schedule::Schedule;
use crate::simulate::{self};
use crate::solve::{self};
use crate::steps;
use crate::strings::noise::CORRUPTION;
use crate::strings::schedules::SCHEDULE as TOKENS;
use crate::sweep::spelt;
use crate::table::Plan;
use crate::validate;
use std::sync::Arc;

/// A model, and what is given of it.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) entry: &'static Entry,
    pub(super) given: Given,
    pub(super) words: Vec<String>,
    heard: Heard,
}

/// Who is told of every row that is done, of how many there are.
#[derive(Clone, Default)]
struct Heard(Option<Arc<dyn Fn(usize) + Send + Sync>>);

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "heard" } else { "unheard" })
    }
}

/// A query about the model called `model`.
///
/// # Errors
/// [`Error::Argument`] for a model that does not exist, with the nearest one that does.
pub fn ask(model: &str) -> Result<Query> {
    let entry = catalogue::named(model, None)?;
    let heard = Heard::default();
    Ok(Query { entry, given: Given::default(), words: Vec::new(), heard })
}

impl Query {
    /// Gives the parameter `name` a number, an expression, a list `1,2,3` or a range `0:8:#80`. What is
    /// given last runs fastest over the rows.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        let value = Value::Text(value.to_string());
        if self.heed(name, &value) {
            self.given.set(name, value);
        }
        self
    }

    /// A corruption decides which kind of data a name means; whether it is a parameter of that kind too.
    fn heed(&mut self, name: &str, value: &Value) -> bool {
        let Value::Text(text) = value else { return true };
        if name != CORRUPTION.name {
            return true;
        }
        if let Ok(entry) = catalogue::named(self.entry.name, Some(text)) {
            self.entry = entry;
        }
        // What is Gaussian alone has no corruption to name.
        text != catalogue::GAUSSIAN || self.entry.process.is_of_tokens()
    }

    /// Gives the parameter `name` these numbers, as [`set`](Self::set) does a list of them as text.
    #[must_use]
    pub fn set_numbers(mut self, name: &str, numbers: impl Into<Arc<[f64]>>) -> Self {
        self.given.set(name, Value::Numbers(numbers.into()));
        self
    }

    /// Says something that is known of the data, which a question uses if it takes that parameter and is
    /// not given it anew: n may be known where a curve does not depend on it.
    #[must_use]
    pub fn know(mut self, name: &str, value: Value) -> Self {
        if self.heed(name, &value) {
            self.given.know(name, value);
        }
        self
    }

    /// Refuses what no question about this model takes.
    ///
    /// # Errors
    /// [`Error::Argument`] for the first such name, with the nearest one that there is.
    pub fn check(&self) -> Result<()> {
        let mut every = solve::parameters(self.entry);
        let mut more = times::parameters(self.entry);
        more.extend(steps::parameters(self.entry));
        if self.entry.process.is_of_tokens() {
            more.push(TOKENS);
        } else {
            more.extend(guidance::parameters(self.entry));
            more.extend(validate::OPTIONS);
        }
        for experiment in simulate::EXPERIMENTS.iter().filter(|e| e.takes(self.entry)) {
            more.extend(experiment.parameters(Some(self.entry)));
            more.extend(experiment.settings_of(Some(self.entry)));
        }
        for parameter in more {
            if spelt(parameter.name, &every).is_none() {
                every.push(parameter);
            }
        }
        self.given.check(&every)
    }

    /// Every quantity that the model has, with its symbol, unit and source, as `quantities` prints them.
    ///
    /// # Errors
    /// None of its own.
    pub fn quantities(&self) -> Result<Computed> {
        quantities::list(Some(self.entry.name))
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
    pub fn on(mut self, schedule: impl Into<Arc<Schedule>>) -> Self {
        self.given.schedule = Some(schedule.into());
        self
    }

    /// Has `heard` told of every row that is done, and of how many there are. Rows are computed on all
    /// cores.
    #[must_use]
    pub fn heard_by(mut self, heard: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.heard = Heard(Some(Arc::new(heard)));
        self
    }

    /// Refuses what is asked of data with Gaussian noise alone.
    pub(super) fn gaussian(&self, what: &str) -> Result<()> {
        if !self.entry.process.is_of_tokens() {
            return Ok(());
        }
        Err(Error::argument(
            "model",
            self.entry.name,
            format!("has tokens and no {what} here: take a model with Gaussian noise"),
        ))
    }

    /// Refuses a schedule that is given whole.
    pub(super) fn gaussian_schedule(&self) -> Result<()> {
        match &self.given.schedule {
            Some(schedule) => Err(Error::argument(
                "schedule",
                schedule.name(),
                "is one of Gaussian noise: strings take those of tokens by name, such as linear",
            )),
            None => Ok(()),
        }
    }

    pub(super) fn computed(
        &self,
        plan: Plan<'_>,
        line: impl FnOnce() -> String,
    ) -> Result<Computed> {
        Computed::new(plan, line, self.heard.0.as_deref().unwrap_or(&|_| ()))
    }

    /// Refuses words that ask for times.
    pub(super) fn only(&self, what: &str) -> Result<()> {
        let Some(word) = self.words.first() else { return Ok(()) };
        let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        Err(Error::argument("with", word, format!("asks for times, not for {article} {what}")))
    }

    /// Refuses what only the table of times takes.
    pub(super) fn without_words(&self, what: &str) -> Result<()> {
        self.only(what)?;
        let Some(_) = self.given.schedule else { return Ok(()) };
        Err(Error::Usage(format!("{what} takes no schedule: only times stand on one")))
    }

    /// What would be typed for the same table, of a question of these parameters.
    pub(super) fn command_line(&self, command: &str, parameters: &[Parameter]) -> String {
        let words: String = self.words.iter().map(|word| format!(" --{word}")).collect();
        format!("regimes {command} {}{}{words}", self.entry.name, self.given.flags(parameters))
    }
}
