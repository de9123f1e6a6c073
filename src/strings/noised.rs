//! Strings as a kind of data among the others.

use super::Strings;
use super::noise::corruption;
use crate::Answer;
use crate::error::Result;
use crate::models::{Model, Values};
use crate::spectrum::Spectrum;
use crate::tokens::{Corruption, Noised};

/// Strings whose tokens are hit by noise.
struct Tokens {
    name: &'static str,
    strings: Box<dyn Strings>,
    corruption: Corruption,
}

/// The model called `name` of strings under the corruption of a row.
///
/// # Errors
/// A corruption that is none.
pub(super) fn noised(
    name: &'static str,
    strings: impl Strings + 'static,
    values: &Values,
) -> Result<Box<dyn Model>> {
    Ok(Box::new(Tokens { name, strings: Box::new(strings), corruption: corruption(values)? }))
}

impl Model for Tokens {
    fn name(&self) -> &'static str {
        self.name
    }

    fn dimension(&self) -> f64 {
        self.strings.length()
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::absent("tokens have no covariance")
    }

    fn strings(&self) -> Answer<Noised<'_>> {
        Answer::Value(Noised { strings: self.strings.as_ref(), corruption: self.corruption })
    }

    fn notes(&self) -> Vec<String> {
        self.strings.notes()
    }
}
