//! What was given by name.

use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::number::exact_text;
use crate::quantities::{noise, sample_size};
use crate::schedule::chosen::{self, CONFIG, IMAGE, INFERENCE, MU, SCHEDULE};
use crate::schedule::{Beside, Schedule};
use crate::sweep::{Entered, Named, Typed, listed, spelt};
use std::sync::Arc;

/// Names with their values, in the order given, and a schedule.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    all: Vec<One>,
    pub(super) schedule: Option<Arc<Schedule>>,
}

/// One name with its value.
#[derive(Clone, Debug)]
struct One {
    name: String,
    value: Value,
    /// Whether it is known of the data, rather than given with the question.
    known: bool,
}

/// What a parameter was given.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text as it would be typed.
    Text(String),
    /// Numbers.
    Numbers(Arc<[f64]>),
}

impl Value {
    fn entered(&self) -> Entered<'_> {
        match self {
            Self::Text(text) => Entered::Text(text),
            Self::Numbers(numbers) => Entered::Numbers(numbers),
        }
    }
}

/// The ways to give a schedule as text.
const WAYS: [&str; 2] = [SCHEDULE, CONFIG];

/// Longest array whose numbers stand in a command line.
const LONGEST: usize = 1000;

impl Given {
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.all.push(One { name: name.to_owned(), value, known: false });
    }

    pub(super) fn know(&mut self, name: &str, value: Value) {
        self.all.push(One { name: name.to_owned(), value, known: true });
    }

    /// What concerns a question of these parameters: all that was given with it, and of what is known that
    /// which it takes and which was not given anew, be it in another coordinate.
    fn of<'a, 'p>(
        &'a self,
        parameters: &'p [Parameter],
    ) -> impl Iterator<Item = &'a One> + use<'a, 'p> {
        let given = |list: &[Parameter]| {
            self.all.iter().any(|one| !one.known && spelt(&one.name, list).is_some())
        };
        let anew = move |parameter: &Parameter| {
            let one = std::slice::from_ref(parameter);
            let groups: [&[Parameter]; 3] = [one, &sample_size::PARAMETERS, &noise::PARAMETERS];
            groups.iter().any(|group| spelt(parameter.name, group).is_some() && given(group))
        };
        self.all.iter().filter(move |one| {
            !one.known || spelt(&one.name, parameters).is_some_and(|parameter| !anew(parameter))
        })
    }

    /// What was given of `parameters`.
    ///
    /// # Errors
    /// As [`Named::new`].
    pub(super) fn named(&self, parameters: &[Parameter]) -> Result<Named<'_>> {
        let own = self.of(parameters).map(|one| (one.name.as_str(), one.value.entered()));
        Named::of(own, parameters)
    }

    /// The same, where all of `every` may be given and of what is known the question takes `parameters`.
    ///
    /// # Errors
    /// As [`Named::new`].
    pub(super) fn named_among(
        &self,
        parameters: &[Parameter],
        every: &[Parameter],
    ) -> Result<Named<'_>> {
        let schedules: Vec<Parameter> = of_schedules().collect();
        let all: Vec<Parameter> = every.iter().copied().chain(schedules.iter().copied()).collect();
        let own = self.of(parameters).map(|one| (one.name.as_str(), one.value.entered()));
        Named::of(own, &all)
    }

    /// The same, all of it known rather than given.
    pub(super) fn all_known(&self) -> Self {
        let known = |one: &One| One { known: true, ..one.clone() };
        Self { all: self.all.iter().map(known).collect(), schedule: None }
    }

    /// Refuses names that none of `parameters` has.
    ///
    /// # Errors
    /// As [`Named::new`].
    pub(super) fn check(&self, parameters: &[Parameter]) -> Result<()> {
        Named::of(self.all.iter().map(|one| (one.name.as_str(), one.value.entered())), parameters)?;
        Ok(())
    }

    /// What was given of `parameters`, and the schedules: that which was given whole, or those by name.
    ///
    /// # Errors
    /// As [`Named::new`] and [`chosen::chosen`]; a schedule given both ways.
    pub(super) fn with_schedules(
        &self,
        parameters: &[Parameter],
    ) -> Result<(Named<'_>, Vec<Arc<Schedule>>)> {
        let all: Vec<Parameter> = parameters.iter().copied().chain(of_schedules()).collect();
        let named = self.named(&all)?;
        if let Some(whole) = &self.schedule {
            let part =
                all[parameters.len() + WAYS.len()..].iter().find(|p| named.text(p.name).is_some());
            if let Some(part) = part {
                let text = named.text(part.name).unwrap_or_default();
                let message =
                    format!("goes with a schedule by name: {} is given whole", whole.name());
                return Err(Error::argument(format!("--{}", part.name), text, message));
            }
        }
        let mut schedules: Vec<Arc<Schedule>> =
            chosen::chosen(&|name| named.text(name))?.into_iter().map(Arc::new).collect();
        if let Some(whole) = &self.schedule {
            if !schedules.is_empty() {
                return Err(Error::Usage("a schedule is given whole and by name: give one".into()));
            }
            schedules.push(Arc::clone(whole));
        }
        Ok((named, schedules))
    }

    /// The schedules alone, where `parameters` may be given beside them.
    ///
    /// # Errors
    /// As [`Self::with_schedules`].
    pub(super) fn schedules(&self, parameters: &[Parameter]) -> Result<Vec<Arc<Schedule>>> {
        Ok(self.with_schedules(parameters)?.1)
    }

    /// The same with one schedule beside times, at most.
    ///
    /// # Errors
    /// As [`Self::with_schedules`]; several.
    pub(super) fn beside(
        &self,
        parameters: &[Parameter],
        command: &str,
    ) -> Result<(Named<'_>, Option<Beside>)> {
        let (named, schedules) = self.with_schedules(parameters)?;
        Ok((named, chosen::single(schedules, command)?.map(Beside::new)))
    }

    /// What would be typed of it for a question of these parameters, each flag after a space.
    pub(super) fn flags(&self, parameters: &[Parameter]) -> String {
        let mut line = String::new();
        for one in self.of(parameters) {
            let text = match &one.value {
                Value::Text(text) => text.clone(),
                Value::Numbers(numbers) if numbers.len() > LONGEST => {
                    let ends = [numbers[0], numbers[numbers.len() - 1]].map(exact_text);
                    format!("<{} numbers from {} to {}>", numbers.len(), ends[0], ends[1])
                }
                Value::Numbers(numbers) => listed(numbers),
            };
            // The one parameter without a flag is the file.
            let flag = if one.name == "file" { String::new() } else { format!("--{} ", one.name) };
            line.push_str(&format!(" {flag}{}", shell(&text)));
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

/// What chooses a schedule and a sampler on it, as parameters of text.
pub(super) fn of_schedules() -> impl Iterator<Item = Parameter> {
    let text = |name| Parameter::of_text(name, "", "");
    let own = chosen::parameters().into_iter().map(|p| p.name);
    let sampler = INFERENCE.iter().map(|argument| argument.name);
    WAYS.into_iter().chain([MU, IMAGE]).chain(sampler).chain(own).map(text)
}

/// A word as it would be typed in a shell.
pub fn shell(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=.,:/+^@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
