//! The eigenvalue that an activation with a curved mean sets apart from the bulk.
//!
//! The coordinates share the length of the latent vector: Var |ξ|²/p = (2 + κ)ρ²/p, κ the excess
//! kurtosis of the prior, moves the mean of every φ(g(Wξ)_i/√p) together. To second order in
//! W_i·W_j/p that adds to the covariance θ along (1, …, 1)/√d, θ = ϱ_2²(1 + κ/2)/β with
//! ϱ_2 = E[(z² − 1)φ(gz)]/√2: the constant term of an inner-product kernel matrix `[EK10]`.

use super::Manifold;
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::numerics::{Estimate, NumericsError};
use crate::spectrum::Spectrum;
use crate::symbolic::Parity;

impl Manifold {
    /// θ, the eigenvalue that the shared length adds.
    fn shared_length(&self) -> Result<Estimate> {
        let spread = self.centred.variance().sqrt();
        let kurtosis = self.centred.standardised_cumulants()[1];
        if self.activation.parity() == Parity::Odd || kurtosis <= -2.0 {
            return Ok(Estimate::exact(0.0));
        }
        let local = self.activation.local_moments(0.0, self.effective_gain() * spread);
        let local = local.map_err(|error| NumericsError::Domain {
            what: "Hermite coefficients",
            message: error.to_string(),
        })?;
        Ok(Estimate::from(local.quadratic).squared() * ((0.5 + 0.25 * kurtosis) / self.beta))
    }

    /// The eigenvalue above the bulk of one class of mean 0, if there is one.
    pub(super) fn outlier(&self) -> Result<Option<Estimate>> {
        let strength = self.shared_length()?;
        if !strength.sign_is_certain() {
            return Ok(None);
        }
        Ok(match self.spectrum() {
            Answer::Value(Spectrum::MarchenkoPastur(law)) => law.outlier(strength),
            Answer::Value(bulk) => Some(bulk.top() + strength),
            Answer::Absent(_) => None,
        })
    }

    /// Largest eigenvalue of the covariance of one class.
    pub(super) fn top_of_one_class(&self) -> Result<Answer> {
        let bulk = match self.spectrum() {
            Answer::Value(spectrum) => spectrum.top(),
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        };
        let skewed = self.centred.standardised_cumulants()[0].abs() > 1e-12;
        if skewed && self.shared_length()?.sign_is_certain() {
            return Ok(Answer::absent(
                "not known: with a skewed prior the length of the latent vector is correlated with its direction",
            ));
        }
        Ok(Answer::Value(self.outlier()?.unwrap_or(bulk)))
    }
}
