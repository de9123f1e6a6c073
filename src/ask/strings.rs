//! A question about strings of tokens.

use super::Computed;
use super::given::{Given, Value, shell};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::strings::curves::Curve;
use crate::strings::{self, CATALOGUE, Entry, SCHEDULE};
use crate::suggest::among;
use crate::sweep::Typed;

/// A model of strings, and what is given of it.
///
/// ```
/// use regimes::ask::Strings;
///
/// let tokens = Strings::named("tokens")?.set("tokens", "uniform:4").set("d", 32).set("n", 1000);
/// let kept = tokens.times()?.value("kept_C.asymptotic")?;
/// assert!((kept[0].unwrap() - 1000f64.ln() / (32.0 * 4f64.ln())).abs() < 1e-12);
/// let f = tokens.set("kept", "0.05,0.3").set("order", "exact").curve("excess-entropy")?.value("f")?;
/// assert!(f[0] > f[1]);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Strings {
    entry: &'static Entry,
    given: Given,
}

impl Strings {
    /// The model called `name`.
    ///
    /// # Errors
    /// [`Error::Argument`] for one that does not exist, with the nearest one that does.
    pub fn named(name: &str) -> Result<Self> {
        let entry = strings::find(name).ok_or_else(|| {
            let known = among(name, CATALOGUE.iter().map(|entry| entry.name));
            Error::argument("model", name, format!("must be one of {known}"))
        })?;
        Ok(Self { entry, given: Given::default() })
    }

    /// Gives a parameter a number, an expression, a list or a range.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.set(name, Value::Text(value.to_string()));
        self
    }

    /// Says something that is known of the data, which a question uses if it takes that parameter.
    #[must_use]
    pub fn know(mut self, name: &str, value: Value) -> Self {
        self.given.know(name, value);
        self
    }

    /// Gives a parameter text or numbers.
    #[must_use]
    pub fn give(mut self, name: &str, value: Value) -> Self {
        self.given.set(name, value);
        self
    }

    /// Names of its curves.
    pub fn curves(&self) -> Vec<&'static str> {
        let own = strings::curves::ALL.iter().filter(|curve| curve.of(self.entry));
        own.map(|curve| curve.name).collect()
    }

    /// Refuses what no question about this model takes.
    ///
    /// # Errors
    /// [`Error::Argument`] for the first such name, with the nearest one that there is.
    pub fn check(&self) -> Result<()> {
        let mut every = strings::times_parameters(self.entry);
        every.push(SCHEDULE);
        for curve in strings::curves::ALL {
            for parameter in strings::curve_parameters(curve, self.entry) {
                if every.iter().all(|known| known.name != parameter.name) {
                    every.push(parameter);
                }
            }
        }
        self.given.check(&every)
    }

    /// Where the strings collapse and choose their class, as `times` prints it.
    ///
    /// # Errors
    /// Wrong arguments. What could not be computed is a cell that says so.
    pub fn times(&self) -> Result<Computed> {
        let mut parameters = strings::times_parameters(self.entry);
        parameters.push(SCHEDULE);
        let named = self.given.named(&parameters)?;
        let plan = strings::times(self.entry, &named, named.text(SCHEDULE.name))?;
        Computed::new(plan, || self.line("times", &parameters), &|_| ())
    }

    /// The curve called `name`, as `curve` prints it.
    ///
    /// # Errors
    /// Wrong arguments; a curve that strings do not have.
    pub fn curve(&self, name: &str) -> Result<Computed> {
        let Some(curve) = Curve::find(name).filter(|curve| curve.of(self.entry)) else {
            let known = strings::curves::ALL.iter().filter(|curve| curve.of(self.entry));
            let expected =
                format!("{} has {}", self.entry.name, among(name, known.map(|curve| curve.name)));
            return Err(Error::argument("curve", name, expected));
        };
        let parameters = strings::curve_parameters(curve, self.entry);
        let plan = strings::curve(curve, self.entry, &self.given.named(&parameters)?)?;
        Computed::new(plan, || self.line(&format!("curve {name}"), &parameters), &|_| ())
    }

    fn line(&self, command: &str, parameters: &[Parameter]) -> String {
        format!("regimes {command} {}{}", shell(self.entry.name), self.given.flags(parameters))
    }
}
