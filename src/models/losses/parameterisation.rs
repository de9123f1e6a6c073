//! What a network predicts, and the posterior variance that its loss is.

use crate::error::{Error, Result};
use crate::process::Noise;
use crate::suggest::did_you_mean;
use crate::symbolic;

/// What a network predicts; its loss is the mean square error per dimension, unweighted but for [`Self::Edm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameterisation {
    /// The noise z.
    Epsilon,
    /// The data a.
    X0,
    /// v = √ᾱ z − √(1 − ᾱ) a `[SH22]`.
    V,
    /// The velocity z − a of x = (1 − u) a + u z `[LGL23]`.
    Flow,
    /// The data, the loss weighted by (σ² + σ_d²)/(σ σ_d)² `[KAAL22]`.
    Edm(f64),
}

/// Names of those that a curve may be.
pub(super) const NAMES: &str = "epsilon, x0, v, flow, or edm:SIGMA_DATA for EDM's weighted loss";

impl Parameterisation {
    /// Those without a number of their own.
    pub(super) const PLAIN: [Self; 4] = [Self::Epsilon, Self::X0, Self::V, Self::Flow];

    /// Reads its name.
    ///
    /// # Errors
    /// [`Error::Argument`] naming those that there are.
    pub(super) fn named(text: &str) -> Result<Self> {
        let wrong = |expected: String| Error::argument("--parameterisation", text, expected);
        if let Some(found) = Self::PLAIN.into_iter().find(|one| one.name() == text) {
            return Ok(found);
        }
        let Some(rest) = text.strip_prefix("edm") else {
            let hint = did_you_mean(text, Self::PLAIN.map(Self::name).into_iter().chain(["edm"]));
            return Err(wrong(format!("must be {NAMES}{hint}")));
        };
        let sigma = match rest.strip_prefix(':') {
            Some(number) => symbolic::constant(number).map_err(|e| wrong(e.to_string()))?,
            None => return Err(wrong("needs the σ_d of its weight, as in edm:0.5".into())),
        };
        if sigma > 0.0 && sigma.is_finite() {
            Ok(Self::Edm(sigma))
        } else {
            Err(wrong("needs a finite σ_d above 0".into()))
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Epsilon => "epsilon",
            Self::X0 => "x0",
            Self::V => "v",
            Self::Flow => "flow",
            Self::Edm(_) => "edm",
        }
    }

    /// Posterior variance per dimension over the loss, at a noise level.
    pub fn factor(self, noise: Noise) -> f64 {
        let sigma = noise.sigma();
        match self {
            Self::Epsilon => noise.tau(),
            Self::X0 => 1.0,
            Self::V => noise.delta(),
            // u = σ/(1 + σ)
            Self::Flow => (sigma / (1.0 + sigma)).powi(2),
            Self::Edm(data) => (sigma * data).powi(2) / (noise.tau() + data * data),
        }
    }
}
