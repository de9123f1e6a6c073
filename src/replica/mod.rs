//! The replica-symmetric potential of generalised linear models `[BKMMZ19]`.
//!
//! Data a_i = φ(g (Wξ)_i/√p), i = 1..d, with W i.i.d. standard normal and known, p = βd latent
//! coordinates from a prior P_ξ of second moment ρ. Per ambient dimension, in nats,
//! **I(snr)/d = min over v in (0, ρ] of β sup_r [i_ξ(r) − r v/2] + I_out(v; snr)**,
//! v the posterior variance of a latent coordinate. Stationarity: v = mmse_ξ(r) with
//! r = (2/β) ∂I_out/∂v. The map v ↦ mmse_ξ((2/β) ∂I_out/∂v) is increasing, so its iterates from
//! v → 0 (informed) and v = ρ (uninformed) enclose every stationary point: where they meet, there is
//! only one, and that is a proof rather than a search.

mod alone;
mod branches;
mod collapse;
mod cubic;
mod curve;
mod first_order;
mod search;
mod transitions;

pub use branches::{Branches, Saddle};
pub use collapse::{Collapse, Neighbour};
pub use transitions::{FirstOrder, Spinodal, Transitions};

use crate::answer::Answer;
use crate::channel::{Channel, ChannelPoint, Effort};
use crate::error::{Error, Result, positive};
use crate::numerics::Estimate;
use crate::prior::{Prior, ScalarPoint};
use std::sync::Arc;

/// Smallest v, in units of ρ, that the searches look at.
const FLOOR: f64 = 1e-15;

/// A signal-to-noise ratio at which channels are nearly linear in snr.
const WEAK: f64 = 1e-6;

/// A generalised linear model: latent prior, channel and ratio β = p/d.
#[derive(Clone, Debug)]
pub struct Replica {
    prior: Arc<dyn Prior>,
    channel: Channel,
    beta: f64,
    blind: bool,
}

/// The potential and the state-evolution map at one (v, snr).
#[derive(Clone, Copy, Debug)]
struct Point {
    v: f64,
    snr: f64,
    strength: f64,
    output: ChannelPoint,
    latent: ScalarPoint,
    beta: f64,
}

impl Point {
    /// log(T(v)/v), T the state-evolution map; its zeros are the stationary points.
    fn excess(&self) -> f64 {
        (self.latent.mmse.value.max(f64::MIN_POSITIVE) / self.v).ln()
    }

    /// d excess / d log v.
    fn excess_by_log_v(&self) -> f64 {
        let t = self.latent.mmse.value.max(f64::MIN_POSITIVE);
        self.latent.slope * (2.0 / self.beta) * self.output.by_variance_twice * self.v / t - 1.0
    }

    /// d excess / d log snr.
    fn excess_by_log_snr(&self) -> f64 {
        let t = self.latent.mmse.value.max(f64::MIN_POSITIVE);
        self.latent.slope / t * (2.0 / self.beta) * self.output.by_variance_and_snr * self.snr
    }

    /// −d log T / d log r: how much an error of r grows on its way to the map. Latents that are nearly
    /// known have r/2, by e^{−r/2}.
    fn sensitivity(&self) -> f64 {
        self.latent.slope.abs() * self.strength / self.latent.mmse.value.max(f64::MIN_POSITIVE)
    }

    /// Bound on the error of `excess`.
    fn excess_error(&self) -> f64 {
        let t = self.latent.mmse.value.max(f64::MIN_POSITIVE);
        let strength_error = 2.0 / self.beta * self.output.by_variance.error;
        (self.latent.slope.abs() * strength_error + self.latent.mmse.error) / t + 4.0 * f64::EPSILON
    }

    /// 2 ∂I_out/∂snr at a stationary point `variance` near this v, to first order in the distance.
    fn mmse_at(&self, variance: Estimate) -> Estimate {
        /// Accuracy of the second derivative, which carries no bound; differences confirm 1e-5.
        const SECOND: f64 = 1e-3;
        let here = 2.0 * self.output.by_snr;
        if self.snr.is_infinite() {
            return here;
        }
        let slope = 2.0 * self.output.by_variance_and_snr;
        let gap = variance.value - self.v;
        let open = slope.abs() * (variance.error + SECOND * gap.abs());
        let curved = 10.0 * (gap / self.v).powi(2) * here.value;
        (here + slope * gap).widened(open + curved)
    }

    /// β [i(r) − r v/2] + I_out, with the r of state evolution; equal to the potential at its
    /// stationary points and within O(excess²) of it near them.
    fn potential(&self) -> Estimate {
        let latent = self.latent.information - 0.5 * Estimate::rounded(self.strength) * self.v;
        let value = self.beta * latent + self.output.information;
        // r is (2/β) ∂I/∂v, and the potential is flat in r only at a stationary point.
        let gap = (self.latent.mmse.value - self.v).abs();
        let flat = gap * self.output.by_variance.error;
        let curved = if self.latent.slope < 0.0 {
            self.beta * gap * gap / (4.0 * self.latent.slope.abs())
        } else {
            0.0
        };
        // Along r(v) the potential's slope is (v − T)·∂²I/∂v² to within sign: where next to nothing is
        // told, v lies anywhere within its rounding and changes nothing.
        let turn = self.excess_by_log_v().abs() * self.latent.mmse.value / self.v;
        let along = 4.0 * gap * gap * self.output.by_variance_twice.abs() / turn;
        let curved = if turn > 0.5 { curved.min(along) } else { curved };
        value.widened(flat + curved.min(value.value.abs()))
    }
}

impl Replica {
    /// The model with latent `prior`, `channel` (whose second moment must be the prior's) and
    /// ratio `beta` = p/d > 0.
    ///
    /// ```
    /// use regimes::channel::{Channel, Response};
    /// use regimes::replica::Replica;
    /// use regimes::symbolic::activation;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // ±1 latents behind a sign: the binary perceptron, whose equilibrium jumps.
    /// let prior = regimes::prior::named("rademacher")?;
    /// let channel = Channel::new(&Response::from(&activation("sign")?), 1.0, prior.second_moment())?;
    /// let perceptron = Replica::new(prior, channel, 0.5)?;
    /// let at = perceptron.branches(10.0)?;
    /// assert!(at.informed().information.value <= at.uninformed().information.value);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] if β is not positive, [`Error::Usage`] if the second moments differ.
    pub fn new(prior: Arc<dyn Prior>, channel: Channel, beta: f64) -> Result<Self> {
        positive("beta", beta)?;
        let (a, b) = (prior.second_moment(), channel.second_moment());
        if (a - b).abs() > 1e-12 * a {
            let message =
                format!("the channel was made for a second moment of {b}, the prior has {a}");
            return Err(Error::Usage(message));
        }
        let blind = prior.symmetric() && channel.even();
        Ok(Self { prior, channel, beta, blind })
    }

    /// β = p/d.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The same model at another β.
    ///
    /// # Errors
    /// [`Error::Argument`] if `beta` is not positive.
    pub fn with_beta(&self, beta: f64) -> Result<Self> {
        positive("beta", beta)?;
        Ok(Self { beta, ..self.clone() })
    }

    /// True where v = ρ is a stationary point at every snr: an even activation and a symmetric
    /// prior, so that nothing is learnt without a first hint.
    pub fn symmetric_point(&self) -> bool {
        self.blind
    }

    /// ρ = E ξ², the largest v.
    pub fn second_moment(&self) -> f64 {
        self.rho()
    }

    fn rho(&self) -> f64 {
        self.channel.second_moment()
    }

    /// Var φ, roughly: what the information is worth per unit of ½ snr in the weakest of signals.
    fn weak_power(&self) -> Result<f64> {
        let weak = self.channel.at(self.rho(), WEAK, Effort::Search)?;
        Ok((2.0 * weak.by_snr.value).max(1e-300))
    }

    fn point(&self, v: f64, snr: f64, effort: Effort) -> Result<Point> {
        let output = self.channel.at(v, snr, effort)?;
        let strength = 2.0 / self.beta * output.by_variance.value;
        let latent = self.prior.at(strength);
        Ok(Point { v, snr, strength, output, latent, beta: self.beta })
    }

    /// The potential Ψ(v) at any v in (0, ρ], per ambient dimension in nats.
    ///
    /// # Errors
    /// [`Error::Argument`] for v or snr out of range, [`Error::Numerics`] if a rule fails.
    pub fn potential(&self, v: f64, snr: f64) -> Result<Estimate> {
        let output = self.channel.at(v, snr, Effort::Certify)?;
        let r = self.prior.strength(v)?;
        if r == 0.0 {
            return Ok(output.information);
        }
        let latent = self.prior.at(r);
        let supremum = latent.information - 0.5 * Estimate::rounded(r) * v;
        // r maximises: its own error enters squared.
        let gap = (latent.mmse.value - v).abs() + latent.mmse.error;
        let curved = if latent.slope < 0.0 { gap * gap / (4.0 * latent.slope.abs()) } else { 0.0 };
        Ok(self.beta * supremum.widened(curved) + output.information)
    }

    /// The supremum over snr of I(snr)/d in nats, or why it is infinite.
    ///
    /// Finite where φ takes finitely many values (the noiseless information) and where ξ does (β
    /// times its entropy).
    ///
    /// # Errors
    /// [`Error::Numerics`] if a rule fails.
    pub fn supremum(&self) -> Result<Answer> {
        if self.channel.constant() {
            return Ok(Estimate::exact(0.0).into());
        }
        if self.channel.finite_valued() {
            return Ok(self.branches(f64::INFINITY)?.equilibrium().information.into());
        }
        Ok(match self.prior.entropy() {
            Some(entropy) => (self.beta * Estimate::rounded(entropy)).into(),
            None => Answer::absent(
                "infinite: neither the activation nor the latent prior takes finitely many values",
            ),
        })
    }

    /// I(snr)/d in nats: the equilibrium's potential.
    ///
    /// # Errors
    /// As [`Replica::branches`].
    pub fn information(&self, snr: f64) -> Result<Estimate> {
        Ok(self.branches(snr)?.equilibrium().information)
    }
}

/// The error for a search that ran out of steps.
fn unconverged(what: &'static str, value: f64, error: f64) -> Error {
    crate::numerics::NumericsError::ToleranceMissed { what, value, error, tolerance: 1e-12 }.into()
}
