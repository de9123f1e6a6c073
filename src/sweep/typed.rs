//! Where typed text comes from.

use super::flag;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::suggest::did_you_mean;

/// What a person typed, by the names of parameters.
///
/// `Face` is a type of the crate that implements this, so that it can do so for a type of another
/// crate, such as the matches of a parser of command lines. Without that need, leave it out.
pub trait Typed<Face = ()> {
    /// The place at which the parameter called `name` was written, and the text given to it; nothing if
    /// it was not given. Axes are in the order of their places.
    fn typed(&self, name: &str) -> Option<(usize, &str)>;

    /// The text alone.
    fn text(&self, name: &str) -> Option<&str> {
        self.typed(name).map(|(_, text)| text)
    }
}

/// Names with their texts, in the order given: keyword arguments, the fields of a form.
#[derive(Clone, Debug)]
pub struct Named<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Named<'a> {
    /// The pairs of a name and a text, each name that of one of `parameters` or another spelling of it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that no parameter has, with the nearest known one, and for a
    /// parameter given twice, by whatever spellings.
    pub fn new(pairs: &[(&str, &'a str)], parameters: &[Parameter]) -> Result<Self> {
        let mut named: Vec<(&'static str, &'a str)> = Vec::with_capacity(pairs.len());
        for (name, text) in pairs {
            let spelt = |p: &&Parameter| p.name == *name || p.aliases.contains(name);
            let Some(parameter) = parameters.iter().find(spelt) else {
                return Err(unknown(name, text, parameters));
            };
            if let Some((_, earlier)) = named.iter().find(|(known, _)| *known == parameter.name) {
                let expected = format!("is given a second time, after {earlier}");
                return Err(Error::argument(flag(parameter), text, expected));
            }
            named.push((parameter.name, text));
        }
        Ok(Self(named))
    }
}

impl Typed for Named<'_> {
    fn typed(&self, name: &str) -> Option<(usize, &str)> {
        let place = self.0.iter().position(|(known, _)| *known == name)?;
        Some((place, self.0[place].1))
    }
}

/// The error of a name that none of `parameters` has.
fn unknown(name: &str, text: &str, parameters: &[Parameter]) -> Error {
    let spellings = parameters.iter().flat_map(|p| [p.name].into_iter().chain(p.aliases.to_vec()));
    let hint = did_you_mean(name, spellings);
    if !hint.is_empty() {
        return Error::argument(format!("--{name}"), text, format!("is no parameter{hint}"));
    }
    let names: Vec<&str> = parameters.iter().map(|p| p.name).collect();
    let expected = format!("is no parameter: there are {}", names.join(", "));
    Error::argument(format!("--{name}"), text, expected)
}
