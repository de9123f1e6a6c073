//! The transitions between the dynamical regimes, written once for all data models.

pub mod collapse;
mod crossing;
pub mod ladder;
mod pairs;
pub mod potential;
pub mod speciation;
mod steepest;
mod training_set;
pub mod windows;

pub use collapse::Regimes;
pub use training_set::TrainingSet;

use crate::Answer;
use crate::error::{Error, Result};
use crate::models::{Model, Order};
use crate::numerics::Estimate;

/// The t_S to quote where one is meant: the first criterion of [`speciation::CRITERIA`] that has a time.
///
/// That is `spectral` (½ log Λ, `[BBDM24 Eq. 3]`), which needs the covariance alone, so that it can be
/// read off data, and is what papers print; where no eigenvalue exceeds 1 it is `spectral-exact`. The
/// others agree with it to O(1) in t only, and are quoted by their names.
pub fn quoted<K>(times: impl IntoIterator<Item = (K, Answer)>) -> Option<(K, Estimate)> {
    times.into_iter().find_map(|(name, time)| match time {
        // A time that left the range of numbers is none.
        Answer::Value(time) if time.is_known() => Some((name, time)),
        _ => None,
    })
}

/// Transition times as methods of every model.
pub trait Transitions {
    /// `n` ≥ 1 samples of the model, which must have a finite dimension.
    ///
    /// # Errors
    /// [`Error::Argument`] for an n below 1, or a model without a dimension.
    fn samples(&self, n: f64) -> Result<TrainingSet<'_, Self>>
    where
        Self: Model + Sized;

    /// t_C at α = log n/d to leading order in d `[BBDM24 Eq. 5]`.
    ///
    /// # Errors
    /// Failed numerics.
    fn collapse_time(&self, alpha: f64) -> Result<Answer>;

    /// t_S by the criterion called `name`, one of [`speciation::CRITERIA`].
    ///
    /// # Errors
    /// [`Error::Argument`] for an unknown name; failed numerics.
    fn speciation_time(&self, name: &str) -> Result<Answer>;
}

impl<M: Model> Transitions for M {
    fn samples(&self, n: f64) -> Result<TrainingSet<'_, Self>> {
        TrainingSet::new(self, n)
    }

    fn collapse_time(&self, alpha: f64) -> Result<Answer> {
        collapse::collapse_time(self, alpha.into(), Order::Asymptotic, 0.0)
    }

    fn speciation_time(&self, name: &str) -> Result<Answer> {
        match speciation::CRITERIA.iter().find(|c| c.name == name) {
            Some(criterion) => (criterion.time)(self),
            None => {
                let known: Vec<&str> = speciation::CRITERIA.iter().map(|c| c.name).collect();
                let expected = format!("must be one of {}", known.join(", "));
                Err(Error::argument("criterion", name, expected))
            }
        }
    }
}
