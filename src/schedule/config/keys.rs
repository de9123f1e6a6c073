//! Typed access to the keys of a configuration file, with errors that name the key.

use super::super::parameter::{Parameter, suggestion};
use super::inert::{INERT, MOVING, PLACING, SAMPLING};
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

/// The keys of a file, and the notes gathered while reading them.
pub(super) struct Keys<'a> {
    path: &'a Path,
    object: Map<String, Value>,
    /// Keys that were looked at.
    seen: RefCell<BTreeSet<String>>,
    pub(super) notes: Vec<String>,
}

/// What Python's json writes for numbers that are not finite, which JSON does not have.
const NOT_FINITE: [(&str, f64); 3] =
    [("-Infinity", f64::NEG_INFINITY), ("Infinity", f64::INFINITY), ("NaN", f64::NAN)];

/// Marks such a number in a string: a character of the private use area, which no key needs.
const MARK: char = '\u{e000}';

/// `text` as JSON proper: without a byte-order mark, and with numbers that are not finite as marked
/// strings.
fn json_of(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut json = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(c) = rest.chars().next() {
        let word = NOT_FINITE.iter().find(|(word, _)| !quoted && rest.starts_with(word));
        let length = match word {
            Some((word, _)) => {
                json.extend(['"', MARK]);
                json.push_str(word);
                json.push('"');
                word.len()
            }
            // What follows a backslash ends no string.
            None if quoted && c == '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                json.push_str(&rest[..length]);
                length
            }
            None => {
                quoted ^= c == '"';
                json.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    json
}

/// A number, finite or not.
fn number_of(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| {
        let word = value.as_str()?.strip_prefix(MARK)?;
        NOT_FINITE.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
    })
}

/// A value as the file has it.
fn written(value: &Value) -> String {
    match value.as_str().and_then(|text| text.strip_prefix(MARK)) {
        Some(word) => word.to_owned(),
        None => value.to_string(),
    }
}

impl<'a> Keys<'a> {
    /// Reads a JSON object.
    pub(super) fn parse(text: &str, path: &'a Path) -> Result<Self> {
        let file = |location: Option<String>, message: String| Error::File {
            path: path.to_owned(),
            location,
            message,
        };
        match serde_json::from_str(&json_of(text)) {
            Ok(Value::Object(object)) => {
                Ok(Self { path, object, seen: RefCell::default(), notes: Vec::new() })
            }
            Ok(_) => Err(file(None, "must hold a JSON object with a key `_class_name`".into())),
            Err(error) => {
                let message = error.to_string();
                let what = message.split(" at line ").next().unwrap_or(&message);
                let place = format!("line {}, column {}", error.line(), error.column());
                Err(file(Some(place), format!("not JSON: {what}")))
            }
        }
    }

    /// An error about a key.
    pub(super) fn error(&self, key: &str, message: impl Into<String>) -> Error {
        Error::File {
            path: self.path.to_owned(),
            location: Some(format!("key `{key}`")),
            message: message.into(),
        }
    }

    /// An error about the keys together, or about the parameter that it names.
    pub(super) fn whole(&self, error: Error) -> Error {
        match error {
            Error::Argument { name, value, expected } => {
                self.error(&name.replace('-', "_"), format!("{value}: {expected}"))
            }
            other => Error::File {
                path: self.path.to_owned(),
                location: None,
                message: other.to_string(),
            },
        }
    }

    /// The value of a key that is present and not null.
    fn get(&self, key: &str) -> Option<&Value> {
        self.seen.borrow_mut().insert(key.to_owned());
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// The value of a key, as if nobody had looked: what does not move the forward process.
    pub(super) fn peek(&self, key: &str) -> Option<&Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// Notes the settings that choose `what`.
    pub(super) fn sampling(&mut self, what: &str) -> Result<()> {
        for key in SAMPLING {
            let on = match self.get(key) {
                Some(Value::Number(_)) if key == "shift_terminal" => true,
                _ => self.flag(key)?,
            };
            if on {
                self.notes.push(format!("{key}: chooses {what}"));
            }
        }
        Ok(())
    }

    /// Notes every key that has a value and was not looked at.
    pub(super) fn set_aside(&mut self, class: &str) {
        let seen = self.seen.take();
        let asked = |value: &Value| !value.is_null() && *value != Value::Bool(false);
        let rest: Vec<&str> = self
            .object
            .iter()
            .filter(|(key, value)| !key.starts_with('_') && !seen.contains(*key) && asked(value))
            .map(|(key, _)| key.as_str())
            .collect();
        let known = |key: &&str| INERT.contains(key) || SAMPLING.contains(key);
        let moving = |key: &&str| MOVING.contains(key);
        let placing = |key: &&str| PLACING.contains(key);
        let list = |keep: &dyn Fn(&&str) -> bool| {
            rest.iter().copied().filter(|key| keep(key)).collect::<Vec<&str>>().join(", ")
        };
        for (keys, what) in [
            (list(&moving), format!("this {class} has no use for it; set aside")),
            (
                list(&placing),
                "places inference steps, and does not move the forward process".to_owned(),
            ),
            (list(&known), "does not move the forward process; set aside".to_owned()),
            (
                list(&|key| !known(key) && !moving(key) && !placing(key)),
                "not known; set aside".to_owned(),
            ),
        ] {
            if !keys.is_empty() {
                self.notes.push(format!("{keys}: {what}"));
            }
        }
    }

    fn wrong(&self, key: &str, value: &Value, expected: &str) -> Error {
        self.error(key, format!("{}: must be {expected}", written(value)))
    }

    /// A string.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        self.get(key)
            .map(|value| match value {
                Value::String(text) if !text.starts_with(MARK) => Ok(text.clone()),
                other => Err(self.wrong(key, other, "a string")),
            })
            .transpose()
    }

    /// A number.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>> {
        self.get(key)
            .map(|value| number_of(value).ok_or_else(|| self.wrong(key, value, "a number")))
            .transpose()
    }

    /// True or false; false where missing.
    pub(super) fn flag(&self, key: &str) -> Result<bool> {
        self.get(key).map_or(Ok(false), |value| {
            value.as_bool().ok_or_else(|| self.wrong(key, value, "true or false"))
        })
    }

    /// A list of numbers.
    pub(super) fn numbers(&self, key: &str) -> Result<Option<Vec<f64>>> {
        self.get(key)
            .map(|value| {
                let list = value.as_array().and_then(|list| list.iter().map(number_of).collect());
                list.ok_or_else(|| self.error(key, "must be a list of numbers"))
            })
            .transpose()
    }

    /// One of the strings in `known`; where missing, `default`, which is noted.
    pub(super) fn choice(&mut self, key: &str, default: &str, known: &[&str]) -> Result<String> {
        if self.get(key).is_none() {
            self.notes.push(format!("{key} is missing: its default {default} is used"));
        }
        self.choice_or(key, default, known)
    }

    /// One of the strings in `known`; where missing, `default`.
    pub(super) fn choice_or(&self, key: &str, default: &str, known: &[&str]) -> Result<String> {
        match self.text(key)? {
            Some(text) if known.contains(&text.as_str()) => Ok(text),
            Some(text) => {
                let message = format!("{text} is not understood{}", suggestion(&text, known));
                Err(self.error(key, message))
            }
            None => Ok(default.to_owned()),
        }
    }

    /// The parameter, under its name with underscores.
    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Result<f64> {
        self.parameter_at(&parameter.name.replace('-', "_"), parameter)
    }

    /// The parameter, under another key; where missing, its default, which is noted.
    pub(super) fn parameter_at(&mut self, key: &str, parameter: &Parameter) -> Result<f64> {
        let value = self.number(key)?;
        if value.is_none() {
            let default = parameter.default;
            self.notes.push(format!("{key} is missing: its default {default} is used"));
        }
        let value = value.unwrap_or(parameter.default);
        if parameter.domain.contains(value) {
            Ok(value)
        } else {
            Err(self.error(key, format!("{value}: {}", parameter.domain.expected())))
        }
    }
}
