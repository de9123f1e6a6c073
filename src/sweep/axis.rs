//! One parameter of a sweep and all of its values.

use super::flag;
use super::values::names;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Value};
use crate::number::exact_text;
use std::sync::Arc;

/// The values of one parameter, one at least.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The parameter.
    pub parameter: Parameter,
    /// Its numbers; of texts, their places in the list.
    pub values: Vec<f64>,
    /// Its texts, where it takes texts: activations side by side.
    texts: Vec<Arc<str>>,
}

impl Axis {
    /// An axis of numbers.
    pub fn numbers(parameter: &Parameter, values: Vec<f64>) -> Self {
        Self { parameter: *parameter, values, texts: Vec::new() }
    }

    /// An axis of the texts between the commas of `text`.
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty one.
    pub(super) fn texts(parameter: &Parameter, text: &str) -> Result<Self> {
        let texts: Vec<Arc<str>> = names(text).into_iter().map(Into::into).collect();
        if texts.iter().any(|text| text.is_empty()) {
            let expected = "has an empty entry: two commas, or one at an end";
            return Err(Error::argument(flag(parameter), text, expected));
        }
        let values = (0..texts.len()).map(|k| k as f64).collect();
        Ok(Self { parameter: *parameter, values, texts })
    }

    /// Its `k`-th value.
    pub(super) fn value(&self, k: usize) -> Value {
        match self.texts.get(k) {
            Some(text) => Value::Text(Arc::clone(text)),
            None => Value::Number(self.values[k]),
        }
    }

    /// Its values as they would be typed.
    pub fn typed(&self) -> Vec<String> {
        if self.texts.is_empty() {
            return self.values.iter().map(|x| exact_text(*x)).collect();
        }
        self.texts.iter().map(ToString::to_string).collect()
    }
}
