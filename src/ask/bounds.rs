//! The two times that bound the regimes.

use crate::Answer;
use crate::error::Result;
use crate::models::parameter::Values;
use crate::models::{Entry, Model, Order};
use crate::quantities::{SampleSize, sample_size};
use crate::transitions::collapse::collapse_time;
use crate::transitions::quoted;
use crate::transitions::speciation::CRITERIA;

/// The transition times of one model at one sample size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The t_S that is quoted.
    pub speciation: Option<f64>,
    /// t_C at d → ∞; nothing where no sample size is given.
    pub collapse: Option<f64>,
}

impl Bounds {
    /// Those of a model at these values.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn of(entry: &Entry, model: &dyn Model, values: &Values) -> Result<Self> {
        // As `times` shows them: without classes there is nothing to tell apart.
        let apart = values.number("mu").is_none_or(|mu| mu > 0.0);
        let mut bounds = Self::default();
        if entry.classes && (apart || !entry.latent) {
            // Computed one by one until there is one.
            for criterion in CRITERIA.iter().filter(|c| c.applies(entry)) {
                if let Some(((), time)) = quoted([((), (criterion.time)(model)?)]) {
                    bounds.speciation = Some(time.value);
                    break;
                }
            }
        }
        if sample_size::PARAMETERS.iter().any(|size| values.number(size.name).is_some()) {
            let size = SampleSize::of(values, model.dimension())?;
            if let Answer::Value(time) = collapse_time(model, size.alpha, Order::ALL[0], 0.0)? {
                bounds.collapse = Some(time.value);
            }
        }
        Ok(bounds)
    }
}
