//! Schedules declared as data: their parameters, with defaults, help and domains.

use super::axis::Axes;
use crate::error::{Error, Result};
use crate::suggest::did_you_mean;

/// Which numbers a parameter may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Finite, above 0.
    Positive,
    /// Finite, 0 or above.
    NonNegative,
    /// Strictly between 0 and 1.
    Fraction,
    /// A whole number of steps, from 2 to a million.
    Steps,
}

impl Domain {
    /// The domain in words: "must be …".
    pub fn expected(self) -> &'static str {
        match self {
            Self::Positive => "must be a finite number above 0",
            Self::NonNegative => "must be a finite number, 0 or above",
            Self::Fraction => "must lie strictly between 0 and 1",
            Self::Steps => "must be a whole number between 2 and 1000000",
        }
    }

    /// True for a number in the domain.
    pub fn contains(self, value: f64) -> bool {
        match self {
            Self::Positive => value > 0.0 && value.is_finite(),
            Self::NonNegative => value >= 0.0 && value.is_finite(),
            Self::Fraction => value > 0.0 && value < 1.0,
            Self::Steps => (2.0..=1e6).contains(&value) && value.fract() == 0.0,
        }
    }
}

/// A number that selects one schedule of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Published name, written as a command-line flag without its dashes.
    pub name: &'static str,
    /// Published default.
    pub default: f64,
    /// Numbers allowed.
    pub domain: Domain,
    /// One line of help.
    pub help: &'static str,
}

impl Parameter {
    /// `value` if it lies in the domain.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the parameter.
    pub fn check(&self, value: f64) -> Result<f64> {
        if self.domain.contains(value) {
            Ok(value)
        } else {
            Err(Error::argument(self.name, value, self.domain.expected()))
        }
    }
}

/// Parameter values by name.
pub(super) type Named = Vec<(&'static str, f64)>;

/// A family of schedules: a name, its parameters, and how to build one.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Name on the command line.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Cite key of the publication that defines it.
    pub source: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Its coordinates; the first is the one whose ends are the schedule's.
    pub(super) axes: fn(&Values) -> Result<Axes>,
}

impl Family {
    /// The values of all parameters, where `overrides` replace the defaults.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is no parameter, or a value outside its domain.
    pub(super) fn values(&self, overrides: &[(String, f64)]) -> Result<Values> {
        let mut values: Vec<_> = self.parameters.iter().map(|p| (p.name, p.default)).collect();
        for (name, value) in overrides {
            let slot = self.parameters.iter().zip(&mut values).find(|(p, _)| p.name == name);
            let Some((parameter, slot)) = slot else {
                let known: Vec<_> = self.parameters.iter().map(|p| p.name).collect();
                return Err(Error::argument(
                    name,
                    value,
                    format!("{} has no such parameter{}", self.name, suggestion(name, &known)),
                ));
            };
            slot.1 = parameter.check(*value)?;
        }
        Ok(Values(values))
    }
}

/// Parameter values within their domains.
pub(super) struct Values(pub(super) Named);

impl Values {
    /// The value of a parameter.
    pub(super) fn of(&self, parameter: &Parameter) -> f64 {
        let found = self.0.iter().find(|(name, _)| *name == parameter.name);
        found.map_or(parameter.default, |(_, value)| *value)
    }

    /// The value of a parameter whose domain is [`Domain::Steps`].
    pub(super) fn steps(&self, parameter: &Parameter) -> usize {
        self.of(parameter) as usize
    }
}

/// `low` < `high`, or an error that names the second.
pub(super) fn ordered(low: (&Parameter, f64), high: (&Parameter, f64)) -> Result<()> {
    if low.1 < high.1 {
        Ok(())
    } else {
        let expected = format!("must be above {} = {}", low.0.name, low.1);
        Err(Error::argument(high.0.name, high.1, expected))
    }
}

/// "; did you mean X? (known: A, B, C)" for a name that is not among `known`.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    format!("{} (known: {})", did_you_mean(name, known.iter().copied()), known.join(", "))
}
