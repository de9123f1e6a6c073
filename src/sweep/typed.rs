//! Where typed text comes from.

use super::flag;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::number::exact_text;
use crate::suggest::did_you_mean;
use std::sync::OnceLock;

/// What a person typed, by the names of parameters.
///
/// `Face` is a type of the crate that implements this, so that it can do so for a type of another
/// crate, such as the matches of a parser of command lines. Without that need, leave it out.
pub trait Typed<Face = ()> {
    /// The place at which the parameter called `name` was written, and the text given to it; nothing if
    /// it was not given. Axes are in the order of their places.
    fn typed(&self, name: &str) -> Option<(usize, &str)>;

    /// The same of a parameter that was given as numbers, which need not be read from text.
    fn numbers(&self, _name: &str) -> Option<(usize, &[f64])> {
        None
    }

    /// The text alone.
    fn text(&self, name: &str) -> Option<&str> {
        self.typed(name).map(|(_, text)| text)
    }
}

/// What one parameter was given.
#[derive(Clone, Copy, Debug)]
pub enum Entered<'a> {
    /// Text as it would be typed.
    Text(&'a str),
    /// Numbers.
    Numbers(&'a [f64]),
}

impl std::fmt::Display for Entered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Numbers([one]) => write!(f, "{one}"),
            Self::Numbers(numbers) => write!(f, "({} numbers)", numbers.len()),
        }
    }
}

/// The one of `parameters` that is called `name`, or spelt so.
pub fn spelt<'a>(name: &str, parameters: &'a [Parameter]) -> Option<&'a Parameter> {
    parameters.iter().find(|p| p.name == name || p.aliases.contains(&name))
}

/// Names with what they were given, in the order given: keyword arguments, the fields of a form.
#[derive(Clone, Debug)]
pub struct Named<'a>(Vec<One<'a>>);

/// One name.
#[derive(Clone, Debug)]
struct One<'a> {
    name: &'static str,
    entered: Entered<'a>,
    /// Numbers as text, for who wants to read it.
    text: OnceLock<String>,
}

impl<'a> Named<'a> {
    /// The pairs of a name and a text, each name that of one of `parameters` or another spelling of it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that no parameter has, with the nearest known one, and for a
    /// parameter given twice, by whatever spellings.
    pub fn new(pairs: &[(&str, &'a str)], parameters: &[Parameter]) -> Result<Self> {
        Self::of(pairs.iter().map(|(name, text)| (*name, Entered::Text(text))), parameters)
    }

    /// The same of pairs of a name and text or numbers.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of<'n>(
        pairs: impl IntoIterator<Item = (&'n str, Entered<'a>)>,
        parameters: &[Parameter],
    ) -> Result<Self> {
        let mut named: Vec<One<'a>> = Vec::new();
        for (name, value) in pairs {
            let Some(parameter) = spelt(name, parameters) else {
                return Err(unknown(name, value, parameters));
            };
            if let Some(earlier) = named.iter().find(|one| one.name == parameter.name) {
                let expected = format!("is given a second time, after {}", earlier.entered);
                return Err(Error::argument(flag(parameter), value, expected));
            }
            named.push(One { name: parameter.name, entered: value, text: OnceLock::new() });
        }
        Ok(Self(named))
    }

    fn place(&self, name: &str) -> Option<(usize, &One<'a>)> {
        self.0.iter().enumerate().find(|(_, one)| one.name == name)
    }
}

impl Typed for Named<'_> {
    fn typed(&self, name: &str) -> Option<(usize, &str)> {
        let (place, one) = self.place(name)?;
        let text = match one.entered {
            Entered::Text(text) => text,
            Entered::Numbers(numbers) => one.text.get_or_init(|| listed(numbers)),
        };
        Some((place, text))
    }

    fn numbers(&self, name: &str) -> Option<(usize, &[f64])> {
        match self.place(name)? {
            (place, One { entered: Entered::Numbers(numbers), .. }) => Some((place, numbers)),
            _ => None,
        }
    }
}

/// A list as it would be typed.
pub fn listed(numbers: &[f64]) -> String {
    numbers.iter().map(|x| exact_text(*x)).collect::<Vec<_>>().join(",")
}

/// The error of a name that none of `parameters` has.
fn unknown(name: &str, text: Entered<'_>, parameters: &[Parameter]) -> Error {
    let spellings = parameters.iter().flat_map(|p| [p.name].into_iter().chain(p.aliases.to_vec()));
    let hint = did_you_mean(name, spellings);
    if !hint.is_empty() {
        return Error::argument(format!("--{name}"), text, format!("is no parameter{hint}"));
    }
    let names: Vec<&str> = parameters.iter().map(|p| p.name).collect();
    let expected = format!("is no parameter: there are {}", names.join(", "));
    Error::argument(format!("--{name}"), text, expected)
}
