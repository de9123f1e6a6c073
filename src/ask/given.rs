//! What was given by name.

use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::number::exact_text;
use crate::schedule::chosen::{self, CONFIG, IMAGE, MU, SCHEDULE};
use crate::schedule::{Beside, Schedule};
use crate::sweep::{Named, Typed};
use std::sync::Arc;

/// Names with their texts, in the order given, and a schedule.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pairs: Vec<(String, String)>,
    pub(super) schedule: Option<Arc<Schedule>>,
}

impl Given {
    pub(super) fn set(&mut self, name: &str, value: impl ToString) {
        self.pairs.push((name.to_owned(), value.to_string()));
    }

    /// What was given of `parameters`.
    ///
    /// # Errors
    /// As [`Named::new`].
    pub(super) fn named(&self, parameters: &[Parameter]) -> Result<Named<'_>> {
        let pairs: Vec<(&str, &str)> =
            self.pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Named::new(&pairs, parameters)
    }

    /// What was given of `parameters`, and the schedules: that which was given whole, or those by name.
    ///
    /// # Errors
    /// As [`Named::new`] and [`chosen::chosen`]; a schedule given both ways.
    pub(super) fn with_schedules(
        &self,
        parameters: &[Parameter],
    ) -> Result<(Named<'_>, Vec<Arc<Schedule>>)> {
        let text = |name| Parameter::of_text(name, "", "");
        let own = chosen::parameters().into_iter().map(|p| p.name);
        let own = [SCHEDULE, CONFIG, MU, IMAGE].into_iter().chain(own).map(text);
        let all: Vec<Parameter> = parameters.iter().copied().chain(own).collect();
        let named = self.named(&all)?;
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

    /// What would be typed of it, each flag after a space.
    pub(super) fn flags(&self) -> String {
        let mut line = String::new();
        for (name, text) in &self.pairs {
            // The one parameter without a flag is the file.
            let flag = if name == "file" { String::new() } else { format!("--{name} ") };
            line.push_str(&format!(" {flag}{}", shell(text)));
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
pub fn shell(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=.,:/+^@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
