//! The learned score: what is asked of training, by name.

use super::Computed;
use super::given::{Given, Value};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::simulate::training as simulated;
use crate::sweep::Named;
use crate::table::Plan;
use crate::training::{parameters, tables};

/// A network of random features that learns the score, and what is given of it.
///
/// ```
/// use regimes::ask::Training;
///
/// let tanh = Training::default().set("activation", "tanh").set("t", 0.1).set("psi-n", 4).set("psi-p", 16);
/// let losses = tanh.clone().set("tau", "1,inf").losses()?;
/// let train = losses.value("train")?;
/// assert!((train[0].unwrap() - 0.95790649513).abs() < 1e-9 && train[1] < train[0]);
/// assert!(tanh.times()?.value("tau_opt")? < tanh.times()?.value("tau_half")?);
/// assert_eq!(tanh.spectrum()?.rows.len(), 3);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Training {
    given: Given,
}

impl Training {
    /// Gives the parameter `name` a number, a text, a list or a range.
    #[must_use]
    pub fn set(self, name: &str, value: impl ToString) -> Self {
        self.give(name, Value::Text(value.to_string()))
    }

    /// The same of text or numbers.
    #[must_use]
    pub fn give(mut self, name: &str, value: Value) -> Self {
        self.given.set(name, value);
        self
    }

    /// Losses after a training time, as `training losses` prints them.
    ///
    /// # Errors
    /// Wrong arguments. Losses that could not be computed are cells that say so.
    pub fn losses(&self) -> Result<Computed> {
        self.computed("losses", &parameters::of_losses(), |named| tables::losses(named))
    }

    /// When to stop and when memorisation sets in, as `training times` prints it.
    ///
    /// # Errors
    /// As [`Self::losses`].
    pub fn times(&self) -> Result<Computed> {
        self.computed("times", &parameters::of_times(), |named| tables::times(named))
    }

    /// Bands of the features' covariance, as `training spectrum` prints them.
    ///
    /// # Errors
    /// As [`Self::losses`]; numerics that fail.
    pub fn spectrum(&self) -> Result<Computed> {
        self.computed("spectrum", &parameters::of_spectrum(), |named| tables::spectrum(named))
    }

    /// The density of the features' covariance, as `training density` prints it.
    ///
    /// # Errors
    /// As [`Self::losses`]; numerics that fail.
    pub fn density(&self) -> Result<Computed> {
        self.computed("density", &parameters::of_density(), |named| tables::density(named))
    }

    /// Below which noise a trained score has memorised, as `training collapse` prints it.
    ///
    /// # Errors
    /// As [`Self::losses`].
    pub fn collapse(&self) -> Result<Computed> {
        self.computed("collapse", &parameters::of_collapse(), |named| tables::collapse(named))
    }

    /// The linear score of n samples, as `training linear` prints it.
    ///
    /// # Errors
    /// As [`Self::losses`].
    pub fn linear(&self) -> Result<Computed> {
        self.computed("linear", &parameters::of_linear(), |named| tables::linear(named))
    }

    /// Losses of drawn networks with standard errors, as `simulate training` prints them.
    ///
    /// # Errors
    /// As [`Self::losses`].
    pub fn simulate(&self) -> Result<Computed> {
        let parameters = simulated::training_parameters();
        let plan = simulated::training_plan(&self.given.named(&parameters)?)?;
        let line = || format!("regimes simulate training{}", self.given.flags(&parameters));
        Computed::new(plan, line, &|_| ())
    }

    /// The table called `word`: losses, times, spectrum, density, collapse, linear, or simulate.
    ///
    /// # Errors
    /// No such table; as [`Self::losses`].
    pub fn by(&self, word: &str) -> Result<Computed> {
        type Answered = fn(&Training) -> Result<Computed>;
        let all: [(&str, Answered); 7] = [
            ("losses", Self::losses),
            ("times", Self::times),
            ("spectrum", Self::spectrum),
            ("density", Self::density),
            ("collapse", Self::collapse),
            ("linear", Self::linear),
            ("simulate", Self::simulate),
        ];
        match all.iter().find(|(name, _)| *name == word) {
            Some((_, answered)) => answered(self),
            None => {
                let names = all.map(|(name, _)| name).join(", ");
                Err(Error::Usage(format!("training has {names}, not {word}")))
            }
        }
    }

    fn computed(
        &self,
        word: &str,
        parameters: &[Parameter],
        plan: impl Fn(&Named<'_>) -> Result<Plan<'static>>,
    ) -> Result<Computed> {
        let line = || format!("regimes training {word}{}", self.given.flags(parameters));
        Computed::new(plan(&self.given.named(parameters)?)?, line, &|_| ())
    }
}
