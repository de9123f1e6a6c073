//! Values that a shell can complete. Whether a value is right is checked where it is read, where the
//! message can name what would be: here every text passes.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};
use regimes::prior::PRIORS;
use regimes::symbolic::SHORTCUTS;
use std::ffi::OsStr;

/// A parser that takes any text and knows some.
#[derive(Clone, Debug)]
struct Known(Vec<String>);

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

/// Tells the shell some of the values of an argument; its help names them where that is useful.
pub(super) fn known<T: Into<String>>(arg: Arg, values: impl IntoIterator<Item = T>) -> Arg {
    arg.value_parser(Known(values.into_iter().map(Into::into).collect())).hide_possible_values(true)
}

/// The names of activations and priors, whose parameters take any expression.
pub(super) fn names_of(parameter: &str) -> Option<Vec<String>> {
    match parameter {
        "activation" => Some(SHORTCUTS.iter().map(|s| s.name.to_owned()).collect()),
        "prior" => Some(
            PRIORS
                .iter()
                // A name that needs a parameter is completed up to its colon.
                .map(|p| {
                    let colon = if matches!(p.parameter, Some((_, true))) { ":" } else { "" };
                    format!("{}{colon}", p.name)
                })
                .collect(),
        ),
        _ => None,
    }
}
