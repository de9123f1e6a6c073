//! What was asked: the parameters fixed by name, and the sweep over the others.

use super::axis::Axis;
use super::flag;
use super::typed::{Typed, listed};
use super::values::{LARGEST_SWEEP, names, numbers};
use super::vector::vector;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Value, Values};

/// A parsed query: the cartesian product of its axes, in the order written.
#[derive(Debug)]
pub struct Request {
    /// Names, paths and lists, the same for every row.
    pub fixed: Values,
    /// Axes in the order written, defaults last.
    pub axes: Vec<Axis>,
}

impl Request {
    /// Reads the values of `parameters` from what was typed; of others nothing is read.
    ///
    /// # Errors
    /// [`Error::Argument`] for a text that is no value of its parameter, or a value outside its domain;
    /// [`Error::Usage`] for a required parameter that is missing, and for more rows than
    /// [`LARGEST_SWEEP`]; [`Error::File`] for a list in a file that cannot be read.
    pub fn read<Face, T: Typed<Face> + ?Sized>(
        typed: &T,
        parameters: &[Parameter],
    ) -> Result<Self> {
        let mut fixed = Values::default();
        let mut given = Vec::new();
        let mut defaults = Vec::new();
        for parameter in parameters {
            if let Some((place, numbers)) = typed.numbers(parameter.name) {
                match entered(parameter, numbers)? {
                    Read::Fixed(value) => fixed.set(parameter.name, value),
                    Read::Axis(axis) => given.push((place, axis)),
                }
                continue;
            }
            let (place, text) = match (typed.typed(parameter.name), parameter.default) {
                (Some((place, text)), _) => (Some(place), text),
                (None, Some(text)) => (None, text),
                (None, None) if parameter.required => {
                    let name =
                        if parameter.name == "file" { "FILE".into() } else { flag(parameter) };
                    return Err(Error::Usage(format!("{name} is required: {}", parameter.help)));
                }
                (None, None) => continue,
            };
            match read_one(parameter, text)? {
                Read::Fixed(value) => fixed.set(parameter.name, value),
                Read::Axis(axis) => match place {
                    Some(place) => given.push((place, axis)),
                    None => defaults.push(axis),
                },
            }
        }
        given.sort_by_key(|(place, _)| *place);
        let given = given.into_iter().map(|(_, axis)| axis);
        let request = Self { fixed, axes: given.chain(defaults).collect() };
        request.rows()?;
        Ok(request)
    }

    /// Number of rows.
    ///
    /// # Errors
    /// [`Error::Usage`] with the count if there are more than [`LARGEST_SWEEP`].
    pub fn rows(&self) -> Result<usize> {
        let count: f64 = self.axes.iter().map(|a| a.values.len() as f64).product();
        if count > LARGEST_SWEEP as f64 {
            let sizes: Vec<String> = self
                .axes
                .iter()
                .filter(|a| a.values.len() > 1)
                .map(|a| format!("{}: {}", flag(&a.parameter), a.values.len()))
                .collect();
            return Err(Error::Usage(format!(
                "the sweep would have {count} rows ({}), more than {LARGEST_SWEEP}: split it",
                sizes.join(", ")
            )));
        }
        Ok(count as usize)
    }

    /// The parameters that take several values, with their number.
    pub fn swept(&self) -> Vec<(String, usize)> {
        let several = self.axes.iter().filter(|axis| axis.values.len() > 1);
        several.map(|axis| (axis.parameter.name.to_owned(), axis.values.len())).collect()
    }

    /// The axis of a parameter, if it has values.
    pub fn axis(&self, name: &str) -> Option<&Axis> {
        self.axes.iter().find(|a| a.parameter.name == name)
    }

    /// All values at row `index`, counted from 0: the last axis runs fastest. Beyond the last row they
    /// begin anew.
    pub fn at(&self, index: usize) -> Values {
        let mut values = self.fixed.clone();
        let mut rest = index;
        for axis in self.axes.iter().rev() {
            let value = axis.value(rest % axis.values.len());
            rest /= axis.values.len();
            values.set(axis.parameter.name, value);
        }
        values
    }
}

/// What the text of one parameter is.
enum Read {
    /// The same for every row.
    Fixed(Value),
    /// What is swept, be it over one value.
    Axis(Axis),
}

/// Reads the text given to one parameter.
///
/// # Errors
/// As [`Request::read`].
fn read_one(parameter: &Parameter, text: &str) -> Result<Read> {
    Ok(match parameter.domain {
        // Activations and priors side by side; a path may have commas of its own.
        Domain::Text if parameter.name != "file" && names(text).len() > 1 => {
            Read::Axis(Axis::texts(parameter, text)?)
        }
        Domain::Name(_) => Read::Fixed(Value::Text(parameter.named(text)?.into())),
        Domain::Text => Read::Fixed(Value::Text(text.into())),
        Domain::Vector => Read::Fixed(Value::Vector(vector(parameter, text)?.into())),
        _ => Read::Axis(Axis::numbers(parameter, numbers(parameter, text)?)),
    })
}

/// Takes the numbers given to one parameter.
///
/// # Errors
/// As [`Request::read`].
fn entered(parameter: &Parameter, numbers: &[f64]) -> Result<Read> {
    if parameter.domain.is_number() && (1..=LARGEST_SWEEP).contains(&numbers.len()) {
        let numbers = numbers.iter().map(|x| parameter.check(*x)).collect::<Result<_>>()?;
        return Ok(Read::Axis(Axis::numbers(parameter, numbers)));
    }
    read_one(parameter, &listed(numbers))
}
