//! What was given by name.

use crate::error::Result;
use crate::models::parameter::Parameter;
use crate::number::exact_text;
use crate::schedule::{Beside, Schedule};
use crate::sweep::Named;
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

    /// The schedule beside times.
    pub(super) fn beside(&self) -> Option<Beside> {
        self.schedule.clone().map(Beside::new)
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
