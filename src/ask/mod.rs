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
pub mod times;

pub use computed::Computed;

use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::models::{CATALOGUE, Entry};
use crate::number::exact_text;
use crate::quantities::Curve;
use crate::schedule::{Beside, Schedule};
use crate::solve::{self, Question};
use crate::steps;
use crate::suggest::did_you_mean;
use crate::sweep::Named;
use std::sync::Arc;

/// A model, and what is given of it.
#[derive(Clone, Debug)]
pub struct Query {
    entry: &'static Entry,
    given: Vec<(String, String)>,
    words: Vec<String>,
    schedule: Option<Arc<Schedule>>,
}

/// A query about the model called `model`.
///
/// # Errors
/// [`Error::Argument`] for a model that does not exist, with the nearest one that does.
pub fn ask(model: &str) -> Result<Query> {
    let names = || CATALOGUE.iter().map(|entry| entry.name);
    let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == model) else {
        let known: Vec<&str> = names().collect();
        let hint = did_you_mean(model, names());
        let expected = format!("must be one of {}{hint}", known.join(", "));
        return Err(Error::argument("model", model, expected));
    };
    Ok(Query { entry, given: Vec::new(), words: Vec::new(), schedule: None })
}

impl Query {
    /// Gives the parameter `name` a number, an expression, a list `1,2,3` or a range `0:8:#80`. What is
    /// given last runs fastest over the rows.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.push((name.to_owned(), value.to_string()));
        self
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
        self.schedule = Some(Arc::new(schedule));
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
        let beside = self.schedule.clone().map(Beside::new);
        let plan =
            times::plan(self.entry, &self.named(&times::parameters(self.entry))?, &words, beside)?;
        Computed::new(plan, || self.command_line("times"))
    }

    /// The curve called `name`, as `curve` prints it.
    ///
    /// # Errors
    /// Wrong arguments; a curve that the model does not have.
    pub fn curve(&self, name: &str) -> Result<Computed> {
        let known = || Curve::of(self.entry).map(|curve| curve.name);
        let Some(curve) = Curve::find(name, self.entry) else {
            let hint = did_you_mean(name, known());
            let known: Vec<&str> = known().collect();
            let expected = format!("{} has {}{hint}", self.entry.name, known.join(", "));
            return Err(Error::argument("curve", name, expected));
        };
        self.without_words("curve")?;
        let parameters = curve.all_parameters(self.entry);
        let plan = curve::plan(curve, self.entry, &self.named(&parameters)?)?;
        Computed::new(plan, || self.command_line(&format!("curve {name}")))
    }

    /// The values of the parameter `unknown` for which `such_that` holds, as `solve` prints them.
    ///
    /// # Errors
    /// Wrong arguments; an equation of quantities that the model does not have.
    pub fn solve(&self, unknown: &str, such_that: &str) -> Result<Computed> {
        self.without_words("solve")?;
        let question = Question { unknown, such_that, between: None };
        let named = self.named(&solve::parameters(self.entry))?;
        let plan = solve::plan(self.entry, &named, &question)?;
        Computed::new(plan, || {
            format!(
                "{} --for {unknown} --such-that {}",
                self.command_line("solve"),
                shell(such_that)
            )
        })
    }

    /// What the steps of a sampler cost, as `steps` prints it: `grid`, `steps` and the ends `snr` or
    /// `sigma-noise` are set like any parameter. With the word `levels` the levels of the grid themselves, on a
    /// schedule too.
    ///
    /// ```
    /// let clusters = regimes::ask("clusters")?.set("d", 64).set("snr", "0.001:50").set("steps", 20);
    /// let cost = clusters.set("grid", "geometric,optimal").steps()?;
    /// let kl = cost.value("kl")?;
    /// assert!(kl[0] > kl[1]);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// Wrong arguments. A cost that could not be computed is a cell that says so.
    pub fn steps(&self) -> Result<Computed> {
        if let Some(word) = self.words.iter().find(|word| *word != steps::LEVELS) {
            return Err(Error::argument("with", word, "steps have the word levels"));
        }
        let named = self.named(&steps::parameters(self.entry))?;
        let levels = !self.words.is_empty();
        let plan = steps::plan(self.entry, &named, levels, self.schedule.clone())?;
        Computed::new(plan, || self.command_line("steps"))
    }

    /// Refuses what only the table of times takes.
    fn without_words(&self, command: &str) -> Result<()> {
        if let Some(word) = self.words.first() {
            let expected = format!("asks for times, not for a {command}");
            return Err(Error::argument("with", word, expected));
        }
        if self.schedule.is_some() {
            let message = format!("{command} takes no schedule: only times stand on one");
            return Err(Error::Usage(message));
        }
        Ok(())
    }

    fn named(&self, parameters: &[Parameter]) -> Result<Named<'_>> {
        let pairs: Vec<(&str, &str)> =
            self.given.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Named::new(&pairs, parameters)
    }

    /// What would be typed for the same table.
    fn command_line(&self, command: &str) -> String {
        let mut line = format!("regimes {command} {}", self.entry.name);
        for (name, text) in &self.given {
            let quoted = shell(text);
            // The one parameter without a flag is the file.
            line.push_str(&if name == "file" {
                format!(" {quoted}")
            } else {
                format!(" --{name} {quoted}")
            });
        }
        for word in &self.words {
            line.push_str(&format!(" --{word}"));
        }
        if let Some(schedule) = &self.schedule {
            line.push_str(&format!(" --schedule {}", schedule.name()));
            for (name, value) in schedule.parameters() {
                line.push_str(&format!(" --{name} {}", exact_text(*value)));
            }
        }
        line
    }
}

/// A word as it would be typed in a shell.
fn shell(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=.,:/+^@%#".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
