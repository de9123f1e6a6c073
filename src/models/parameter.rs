//! Parameters of models as data: from these come flags, validation, help and column headings.

use crate::error::{Error, Result};
use crate::suggest::did_you_mean;
use std::sync::Arc;

/// What values a parameter may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// A finite number above 0.
    Positive,
    /// A finite number, 0 or above.
    NonNegative,
    /// Any finite number.
    Real,
    /// A whole number, 1 or above; `inf` too where `infinite` is set.
    Whole {
        /// Whether `inf` is allowed (the asymptotic theory).
        infinite: bool,
    },
    /// A number, 0 or above, or `inf`.
    Extended,
    /// A number between 0 and 1, ends included.
    Fraction,
    /// One of these names.
    Name(&'static [&'static str]),
    /// A list of non-negative numbers, or a file of them.
    Vector,
    /// Any text.
    Text,
}

impl Domain {
    /// What would be right, as the end of a sentence.
    pub fn expected(self) -> String {
        match self {
            Self::Positive => "must be a finite number above 0".into(),
            Self::NonNegative => "must be a finite number, 0 or above".into(),
            Self::Real => "must be a finite number".into(),
            Self::Whole { infinite: true } => "must be a whole number, 1 or above, or inf".into(),
            Self::Whole { infinite: false } => "must be a whole number, 1 or above".into(),
            Self::Extended => "must be a number, 0 or above, or inf".into(),
            Self::Fraction => "must lie between 0 and 1".into(),
            Self::Name(names) => format!("must be one of {}", names.join(", ")),
            Self::Vector => "must be numbers separated by commas, or a file of numbers".into(),
            Self::Text => "must be text".into(),
        }
    }

    /// True for domains of single numbers, which may be swept.
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Name(_) | Self::Vector | Self::Text)
    }

    /// True if `value` lies in the domain.
    pub fn contains(self, value: f64) -> bool {
        match self {
            Self::Positive => value.is_finite() && value > 0.0,
            Self::NonNegative => value.is_finite() && value >= 0.0,
            Self::Real => value.is_finite(),
            Self::Whole { infinite } => {
                value >= 1.0
                    && ((infinite && value == f64::INFINITY)
                        || (value.is_finite() && value.fract() == 0.0))
            }
            Self::Extended => value >= 0.0,
            Self::Fraction => (0.0..=1.0).contains(&value),
            Self::Name(_) | Self::Vector | Self::Text => false,
        }
    }
}

/// One parameter of a model or a query.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Name: the flag without its dashes, the column, the key in a specification.
    pub name: &'static str,
    /// Symbol in Unicode, as the papers write it.
    pub symbol: &'static str,
    /// Symbol in LaTeX.
    pub latex: &'static str,
    /// Other spellings of the flag.
    pub aliases: &'static [&'static str],
    /// Meaning and unit, for help.
    pub help: &'static str,
    /// Allowed values.
    pub domain: Domain,
    /// Value where none is given; none for a required or optional parameter.
    pub default: Option<&'static str>,
    /// Whether the command fails without it.
    pub required: bool,
}

impl Parameter {
    /// One that may be left out.
    pub const fn optional(
        name: &'static str,
        symbol: &'static str,
        help: &'static str,
        domain: Domain,
    ) -> Self {
        let (latex, aliases) = (symbol, &[] as &[&str]);
        Self { name, symbol, latex, aliases, help, domain, default: None, required: false }
    }

    /// One that takes any text, which is read elsewhere.
    pub const fn of_text(name: &'static str, symbol: &'static str, help: &'static str) -> Self {
        Self::optional(name, symbol, help, Domain::Text)
    }

    /// The same with a value where none is given.
    #[must_use]
    pub const fn by_default(self, text: &'static str) -> Self {
        Self { default: Some(text), ..self }
    }

    /// The name that `text` is one of.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the parameter and the names that it takes, with the nearest one.
    pub fn named(&self, text: &str) -> Result<&'static str> {
        let names = if let Domain::Name(names) = self.domain { names } else { &[] };
        names.iter().copied().find(|name| *name == text).ok_or_else(|| {
            let hint = did_you_mean(text, names.iter().copied());
            let expected = format!("{}{hint}", self.domain.expected());
            Error::argument(format!("--{}", self.name), text, expected)
        })
    }

    /// Checks a number against the domain.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the parameter, the value and what is allowed.
    pub fn check(&self, value: f64) -> Result<f64> {
        if self.domain.contains(value) {
            // 0 for −0, of which 1/snr would be −∞.
            Ok(value + 0.0)
        } else {
            Err(Error::argument(format!("--{}", self.name), value, self.domain.expected()))
        }
    }
}

/// The whole number from 1 to `most` given to `name`.
///
/// # Errors
/// [`Error::Argument`] for anything else.
pub fn whole(name: &str, text: &str, most: usize) -> Result<usize> {
    match text.parse::<usize>() {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => {
            let most = if most == usize::MAX { "".into() } else { format!(" to {most}") };
            let expected = format!("must be a whole number from 1{most}");
            Err(Error::argument(name, format!("{text:?}"), expected))
        }
    }
}

/// The value of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A name or a path.
    Text(Arc<str>),
    /// A list of numbers.
    Vector(Arc<[f64]>),
}

/// Values of parameters by name, in the order of their declaration.
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<(&'static str, Value)>);

impl Values {
    /// Sets a value, replacing an earlier one of the same name.
    pub fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value called `name`, if one was given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// The number called `name`, if one was given.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Value::Number(x)) => Some(*x),
            _ => None,
        }
    }

    /// The number called `name`.
    ///
    /// # Errors
    /// [`Error::Usage`] if it was not given.
    pub fn required(&self, name: &str) -> Result<f64> {
        self.number(name).ok_or_else(|| Error::Usage(format!("--{name} is required")))
    }

    /// The text called `name`, if one was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(x)) => Some(x),
            _ => None,
        }
    }

    /// The list called `name`, if one was given.
    pub fn vector(&self, name: &str) -> Option<&[f64]> {
        match self.get(name) {
            Some(Value::Vector(x)) => Some(x),
            _ => None,
        }
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(n, v)| (*n, v))
    }
}

/// The ambient dimension d, shared by most models.
pub const DIMENSION: Parameter = Parameter {
    name: "d",
    symbol: "d",
    latex: "d",
    aliases: &["dimension"],
    help: "ambient dimension; inf for the asymptotic theory",
    domain: Domain::Whole { infinite: true },
    default: None,
    required: true,
};

/// [`DIMENSION`] for models whose theory is asymptotic unless a dimension is given.
pub const OPTIONAL_DIMENSION: Parameter =
    Parameter { default: Some("inf"), required: false, ..DIMENSION };

/// The within-class standard deviation σ.
pub const SIGMA: Parameter = Parameter {
    name: "sigma",
    symbol: "σ",
    latex: "\\sigma",
    aliases: &["σ"],
    help: "standard deviation of each coordinate within a class",
    domain: Domain::NonNegative,
    default: Some("1"),
    required: false,
};

/// β = p/d of data on a manifold of p = βd dimensions.
pub const BETA: Parameter = Parameter {
    name: "beta",
    symbol: "β",
    latex: "\\beta",
    aliases: &["β"],
    help: "dimension of the manifold over the ambient dimension, β = p/d",
    domain: Domain::Positive,
    default: None,
    required: false,
};

/// p itself, in place of β where d is finite.
pub const LATENT_DIMENSION: Parameter = Parameter {
    name: "p",
    symbol: "p",
    latex: "p",
    aliases: &[],
    help: "dimension of the manifold itself, in place of --beta; needs a finite --d",
    domain: Domain::Whole { infinite: false },
    default: None,
    required: false,
};

/// β, from [`BETA`] or from [`LATENT_DIMENSION`] and d.
///
/// # Errors
/// [`Error::Usage`] unless exactly one of them is given; [`Error::Argument`] for p without a finite d.
pub fn latent_ratio(values: &Values, dimension: f64) -> Result<f64> {
    match (values.number(BETA.name), values.number(LATENT_DIMENSION.name)) {
        (Some(beta), None) => Ok(beta),
        (None, Some(p)) if dimension.is_finite() => Ok(p / dimension),
        (None, Some(p)) => Err(Error::argument("--p", p, "needs a finite --d: β = p/d")),
        (Some(_), Some(_)) => Err(Error::Usage("give --beta or --p, not both".into())),
        (None, None) => {
            Err(Error::Usage(format!("--beta is required: {}, or --p with --d", BETA.help)))
        }
    }
}
