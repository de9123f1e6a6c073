//! Normal latents of unit variance.

use super::{Prior, ScalarPoint};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use std::sync::Arc;

/// ξ ~ N(mean, 1): i(r) = ½ log(1 + r), mmse(r) = 1/(1 + r), ρ = 1 + mean².
///
/// One class of a latent mixture ±m with |m|² = p μ̃² has this prior with mean μ̃.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
}

impl Normal {
    /// Normal latents with the given mean and unit variance.
    ///
    /// # Errors
    /// [`Error::Argument`] if `mean` is not finite.
    pub fn new(mean: f64) -> Result<Self> {
        if mean.is_finite() {
            Ok(Self { mean })
        } else {
            Err(Error::argument("mean", mean, "must be a finite number"))
        }
    }
}

impl Prior for Normal {
    fn shifted(&self, by: f64) -> Result<Arc<dyn Prior>> {
        Ok(Arc::new(Self::new(self.mean + by)?))
    }

    fn law(&self) -> String {
        format!("N({}, 1)", self.mean)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn standardised_cumulants(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn second_moment(&self) -> f64 {
        1.0 + self.mean * self.mean
    }

    fn variance(&self) -> f64 {
        1.0
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        self.mean + stream.normal()
    }

    fn symmetric(&self) -> bool {
        self.mean == 0.0
    }

    fn at(&self, r: f64) -> ScalarPoint {
        let mmse = 1.0 / (1.0 + r);
        ScalarPoint {
            information: 0.5 * Estimate::exact(r).ln_1p(),
            mmse: Estimate::rounded(mmse).widened(mmse * f64::EPSILON),
            slope: -mmse * mmse,
        }
    }

    fn strength(&self, v: f64) -> Result<f64> {
        Ok(if v >= 1.0 { 0.0 } else { (1.0 - v) / v.max(0.0) })
    }
}
