//! Typed access to the keys of a configuration file, with errors that name the key.

use super::super::parameter::{Parameter, suggestion};
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::path::Path;

/// The keys of a file, and the notes gathered while reading them.
pub(super) struct Keys<'a> {
    path: &'a Path,
    object: Map<String, Value>,
    pub(super) notes: Vec<String>,
}

impl<'a> Keys<'a> {
    /// Reads a JSON object.
    pub(super) fn parse(text: &str, path: &'a Path) -> Result<Self> {
        let file = |location: Option<String>, message: String| Error::File {
            path: path.to_owned(),
            location,
            message,
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Ok(Self { path, object, notes: Vec::new() }),
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
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// True if the key is present and neither null nor false.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| *value != Value::Bool(false))
    }

    fn wrong(&self, key: &str, value: &Value, expected: &str) -> Error {
        self.error(key, format!("{value}: must be {expected}"))
    }

    /// A string.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        self.get(key)
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                other => Err(self.wrong(key, other, "a string")),
            })
            .transpose()
    }

    /// A number.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>> {
        self.get(key)
            .map(|value| value.as_f64().ok_or_else(|| self.wrong(key, value, "a number")))
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
                let list =
                    value.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
                list.ok_or_else(|| self.error(key, "must be a list of numbers"))
            })
            .transpose()
    }

    /// One of the strings in `known`; where missing, `default`, which is noted.
    pub(super) fn choice(&mut self, key: &str, default: &str, known: &[&str]) -> Result<String> {
        match self.text(key)? {
            Some(text) if known.contains(&text.as_str()) => Ok(text),
            Some(text) => {
                let message = format!("{text} is not understood{}", suggestion(&text, known));
                Err(self.error(key, message))
            }
            None => {
                self.notes.push(format!("{key} is missing: its default {default} is used"));
                Ok(default.to_owned())
            }
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
