//! Gaussian equivalence: a random feature of noisy data as a linear one plus two kinds of noise.
//!
//! φ(x) ≃ αYa + vω + bYz + sω′ with ω drawn once per sample and ω′ once per noise draw.

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::symbolic::Activation;

/// The coefficients of one activation at one time.
#[derive(Clone, Copy, Debug)]
pub struct Coefficients {
    /// Diffusion time.
    pub t: f64,
    /// e^{−2t} σ_x², σ_x² = tr Σ/d.
    pub signal: f64,
    /// Δ = 1 − e^{−2t}.
    pub delta: f64,
    /// μ0 = E φ(Γu).
    pub mu0: Estimate,
    /// a = E φ′(Γu).
    pub a: Estimate,
    /// b = √Δ a.
    pub b: Estimate,
    /// v², the variance of what a sample keeps through all of its noise draws.
    pub v2: Estimate,
    /// s², the variance of what every noise draw makes anew.
    pub s2: Estimate,
    /// E φ(Γu)².
    pub square: Estimate,
}

impl Coefficients {
    /// Of φ at time t > 0 for data of variance `sigma2` a coordinate.
    ///
    /// # Errors
    /// [`Error::Argument`] where φ has no second moment at this width.
    pub fn new(phi: &Activation, t: f64, sigma2: f64) -> Result<Self> {
        let (signal, delta) = ((-2.0 * t).exp() * sigma2, -(-2.0 * t).exp_m1());
        let gain = (signal + delta).sqrt();
        let fail = |error: crate::symbolic::MomentError| {
            Error::argument(
                "--activation",
                phi.name(),
                format!("{error} (g = Γ, the width of what it is fed with)"),
            )
        };
        let moments = phi.moments(gain).map_err(fail)?;
        let split = phi.split(signal.sqrt(), delta.sqrt()).map_err(fail)?;
        let a = Estimate::from(moments.linear) / Estimate::rounded(gain);
        Ok(Self {
            t,
            signal,
            delta,
            mu0: moments.mean.into(),
            a,
            b: a * Estimate::rounded(delta.sqrt()),
            v2: split.shared.into(),
            s2: split.private.into(),
            square: moments.square.into(),
        })
    }

    /// Γ² = e^{−2t} σ_x² + Δ.
    pub fn gain2(&self) -> f64 {
        self.signal + self.delta
    }

    /// Γ_j² = e^{−2t} σ_j + Δ of one eigenvalue.
    pub fn gain2_of(&self, sigma: f64) -> f64 {
        (-2.0 * self.t).exp() * sigma + self.delta
    }
}
