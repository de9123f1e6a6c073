//! Data on a nonlinear manifold, a_i = φ(g (Wξ)_i/√p): the hidden-manifold model `[GVM25]`.
//!
//! p = βd latent coordinates ξ_j are drawn from a prior, W is i.i.d. standard normal and known. With
//! μ̃ > 0 the latents form two classes ±m of equal weight, |m|² = p μ̃². The information curve is the
//! replica-symmetric one of generalised linear models `[BKMMZ19]`, per class.

mod class_means;
mod entry;
mod outlier;

pub use entry::ENTRY;

use super::one_class;
use super::samples::{self, ManifoldSamples};
use super::{Formula, Ingredient, Model, Order, Part, Sampler};
use crate::Answer;
use crate::channel::{Channel, Response};
use crate::classes::{Classes, EqualPair};
use crate::error::{Error, Result, non_negative, positive};
use crate::numerics::random::Stream;
use crate::numerics::{Estimate, NumericsError};
use crate::prior::Prior;
use crate::process::Noise;
use crate::replica::Replica;
use crate::spectrum::{MarchenkoPastur, Spectrum};
use crate::symbolic::{Activation, Moments};
use class_means::{ClassMeans, Latent};
use nalgebra::DMatrix;
use std::sync::{Arc, OnceLock};

/// How W enters a coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Normalisation {
    /// a_i = φ(g (Wξ)_i/√p): pre-activations of variance g² ρ.
    IidP,
    /// a_i = φ(g (Wξ)_i/√d): pre-activations of variance g² β ρ.
    IidD,
}

/// A nonlinear manifold.
#[derive(Debug)]
pub struct Manifold {
    dimension: f64,
    activation: Arc<Activation>,
    /// g as given.
    gain: f64,
    normalisation: Normalisation,
    beta: f64,
    /// The prior of one class, centred on its mean.
    centred: Arc<dyn Prior>,
    mu: f64,
    replica: Replica,
    spectrum: OnceLock<Answer<Spectrum>>,
    means: OnceLock<Answer<Means>>,
}

/// The class means and the classes they make.
#[derive(Debug)]
struct Means {
    at: ClassMeans,
    pair: Option<EqualPair>,
}

impl Manifold {
    /// Data in `dimension` d (may be infinite) from βd latent coordinates of `prior`, through
    /// `activation` with gain g > 0; two opposite latent classes where `mu` = μ̃ > 0.
    ///
    /// ```
    /// use regimes::models::{Manifold, manifold::Normalisation};
    /// use regimes::transitions::Transitions;
    /// let tanh = regimes::symbolic::activation("tanh")?;
    /// let prior = regimes::prior::named("normal")?;
    /// let data = Manifold::new(f64::INFINITY, tanh, 0.5, prior, 1.0, Normalisation::IidP, 0.0)?;
    /// let time = data.collapse_time(0.3)?;
    /// assert!((time.value().unwrap() - 0.127_090_66).abs() < 1e-8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for numbers outside their domain, an activation whose average does not
    /// exist at this gain, or classes of a prior that is not symmetric.
    pub fn new(
        dimension: f64,
        activation: Activation,
        beta: f64,
        prior: Arc<dyn Prior>,
        gain: f64,
        normalisation: Normalisation,
        mu: f64,
    ) -> Result<Self> {
        super::parameter::OPTIONAL_DIMENSION.check(dimension)?;
        positive("--beta", beta)?;
        positive("--gain", gain)?;
        non_negative("--mu", mu)?;
        if mu > 0.0 && !prior.symmetric() {
            let expected = "two opposite latent classes need a prior that is symmetric about 0: set --mu 0, or change --prior";
            return Err(Error::argument("--mu", mu, expected));
        }
        let per_class = if mu > 0.0 { prior.shifted(mu)? } else { Arc::clone(&prior) };
        let effective = match normalisation {
            Normalisation::IidP => gain,
            Normalisation::IidD => gain * beta.sqrt(),
        };
        let rho = per_class.second_moment();
        // The averages must exist before anything else can.
        activation.moments(effective * rho.sqrt()).map_err(|error| {
            Error::argument("--activation", activation.name(), error.to_string())
        })?;
        let channel = Channel::new(&Response::from(&activation), effective, rho)?;
        Ok(Self {
            dimension,
            activation: Arc::new(activation),
            gain,
            normalisation,
            beta,
            centred: prior,
            mu,
            replica: Replica::new(per_class, channel, beta)?,
            spectrum: OnceLock::new(),
            means: OnceLock::new(),
        })
    }

    /// φ.
    pub fn activation(&self) -> &Activation {
        &self.activation
    }

    /// The gain that multiplies a pre-activation of unit variance: g, or g√β for W/√d.
    pub fn effective_gain(&self) -> f64 {
        match self.normalisation {
            Normalisation::IidP => self.gain,
            Normalisation::IidD => self.gain * self.beta.sqrt(),
        }
    }

    /// Hermite coefficients of φ at `gain` times the spread of a latent within its class.
    fn moments(&self, gain: f64) -> Result<Moments> {
        let spread = self.centred.variance().sqrt();
        self.activation.moments(gain * spread).map_err(|error| {
            NumericsError::Domain { what: "Hermite coefficients", message: error.to_string() }
                .into()
        })
    }

    fn means(&self) -> Answer<&Means> {
        let means = || -> std::result::Result<Means, String> {
            let latent = Latent {
                activation: &self.activation,
                gain: self.effective_gain(),
                spread: self.centred.variance().sqrt(),
                mu: self.mu,
                beta: self.beta,
                kurtosis: self.centred.standardised_cumulants()[1],
            };
            let at = latent.class_means().map_err(|error| error.to_string())?;
            let apart = at.between.value > 0.0 && self.dimension.is_finite();
            let separation = at.between * self.dimension;
            let pair = apart.then(|| EqualPair::new([0.5; 2], vec![(separation, at.within)]));
            let pair = pair.transpose().map_err(|error| error.to_string())?;
            Ok(Means { at, pair })
        };
        self.means.get_or_init(|| means().into()).as_ref()
    }

    /// Why two opposite latent classes do not show in the means, or why there are none.
    fn no_classes(&self) -> Option<String> {
        if self.mu == 0.0 {
            return Some("one class: give the latent classes a mean with --mu".into());
        }
        if self.activation.parity() == crate::symbolic::Parity::Even {
            return Some(
                "no transition: an even activation maps opposite classes to the same data, Λ_B = 0"
                    .into(),
            );
        }
        None
    }
}

/// The spectrum of the Gaussian-equivalent data ϱ₁² W Wᵀ/p + ϱ_*².
fn gaussian_equivalent(moments: &Moments, beta: f64) -> Result<Spectrum> {
    let scale = Estimate::from(moments.linear).squared();
    let shift = Estimate::from(moments.residual);
    if scale.value == 0.0 {
        let one = vec![(shift, 1.0)];
        return Ok(Spectrum::Atoms(crate::spectrum::Atoms::new(one)));
    }
    Ok(Spectrum::MarchenkoPastur(MarchenkoPastur::new(beta, scale)?.shifted(shift)?))
}

impl Model for Manifold {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn top_eigenvalue(&self) -> Result<Answer> {
        if self.mu == 0.0 {
            return self.top_of_one_class();
        }
        if let Some(reason) = self.no_classes() {
            return Ok(Answer::absent(reason));
        }
        if self.dimension.is_infinite() {
            return Ok(Answer::absent("Λ ≈ Λ_B grows with d: give a finite d"));
        }
        Ok(match self.means() {
            Answer::Value(means) => {
                Answer::Value(means.at.between * self.dimension + means.at.within)
            }
            Answer::Absent(reason) => Answer::Absent(reason),
        })
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        let spectrum = self.spectrum.get_or_init(|| {
            if self.mu > 0.0 || self.centred.mean() != 0.0 {
                return Answer::absent("known for latents of mean 0: with a class mean every coordinate has its own Hermite coefficients, and the bulk is no Marchenko-Pastur law");
            }
            let moments = self.moments(self.effective_gain());
            let spectrum = moments.and_then(|moments| gaussian_equivalent(&moments, self.beta));
            spectrum.map_err(|error| error.to_string()).into()
        });
        spectrum.as_ref()
    }

    fn outliers(&self) -> Result<Vec<Estimate>> {
        if self.mu == 0.0 {
            return Ok(self.outlier()?.into_iter().collect());
        }
        Ok(self.top_eigenvalue()?.estimate().into_iter().collect())
    }

    fn sampler(&self, frame: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        let shape = samples::coordinates(self.dimension)
            .and_then(|d| samples::latent_coordinates(self.beta, d).map(|p| (d, p)));
        let (d, p) = match shape {
            Answer::Value(shape) => shape,
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        };
        let norm = match self.normalisation {
            Normalisation::IidP => p as f64,
            Normalisation::IidD => d as f64,
        };
        samples::embedding_fits(d, p)?;
        let scale = self.gain / norm.sqrt();
        Ok(Answer::Value(Box::new(ManifoldSamples {
            activation: Arc::clone(&self.activation),
            embedding: DMatrix::from_fn(d, p, |_, _| scale * frame.normal()),
            prior: Arc::clone(&self.centred),
            mu: self.mu,
        })))
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        match order {
            Order::Asymptotic => {
                let information = self.replica.information(noise.snr())?;
                // snr is rounded, and I rises at most in proportion to it.
                let rounding = 4.0 * f64::EPSILON * information.value;
                let rounding = if rounding.is_finite() { rounding } else { 0.0 };
                Ok(Answer::Value(information.widened(rounding)))
            }
            Order::ClassBit if self.mu == 0.0 => Ok(one_class()),
            Order::ClassBit => Ok(Answer::absent(
                "the replica formula holds to leading order in d: corrections of the size of the class bit are not known",
            )),
        }
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        Ok(Answer::Value(self.replica.branches(noise.snr())?.equilibrium().mmse))
    }

    fn largest_information(&self, order: Order) -> Result<Estimate> {
        match (order, self.replica.supremum()?) {
            (Order::Asymptotic, Answer::Value(supremum)) => Ok(supremum),
            _ => Ok(Estimate::exact(f64::INFINITY)),
        }
    }

    fn solve_collapse(&self, alpha: Estimate) -> Result<Option<Answer>> {
        // Information and stationarity are solved together, not one inside the other.
        let found = self.replica.collapse(alpha.value, None)?;
        // A bound beyond the snr that are searched holds for α and its neighbours.
        if alpha.error == 0.0 || found.log_snr.value().is_none() {
            return Ok(Some(found.time));
        }
        let Answer::Value(time) = found.time else { return Ok(Some(found.time)) };
        // dt/dα = (dt/dsnr)/(dI/dsnr), snr = 1/(e^2t − 1), with dI/dsnr = ½ mmse.
        let noise = Noise::at_time(time.value)?;
        let saddle = self.replica.branches(noise.snr())?;
        let by_time =
            0.5 * saddle.equilibrium().mmse.value * 2.0 * noise.snr() * (1.0 + noise.snr());
        Ok(Some(Answer::Value(time.widened(1.01 * alpha.error / by_time))))
    }

    fn reduced_mean(&self) -> Option<Estimate> {
        self.no_classes().is_none().then(|| Some(self.means().found()?.at.between.sqrt())).flatten()
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        if let Some(reason) = self.no_classes() {
            return Answer::absent(reason);
        }
        self.means().and_then(|means| match &means.pair {
            Some(pair) => Answer::Value(pair as &dyn Classes),
            None if means.at.between.value > 0.0 => {
                Answer::absent("grows like ½ log d: give a finite d")
            }
            None => Answer::absent("no transition: the class means coincide, Λ_B = 0"),
        })
    }

    fn eigenvalue(&self, ingredient: Ingredient) -> Result<Answer> {
        if let Some(reason) = self.no_classes() {
            return Ok(Answer::absent(reason));
        }
        if self.dimension.is_infinite() {
            return Ok(Answer::absent("grows like ½ log d: give a finite d"));
        }
        let size = Estimate::exact(self.mu).squared() * self.dimension;
        Ok(match ingredient {
            Ingredient::WeakSeparation => {
                // φ̄(h) ≈ h·E[z φ(g σ z)]/σ
                let linear = Estimate::from(self.moments(self.effective_gain())?.linear);
                let variance = Estimate::rounded(self.centred.variance());
                Answer::Value(linear.squared() / variance * size)
            }
            Ingredient::GaussianEquivalent => {
                // As printed for W/√d, with coefficients at the gain alone [GVM25]
                let moments = self.moments(self.gain)?;
                let class = Estimate::from(moments.linear).squared() * size * self.beta;
                Answer::Value((class + Estimate::from(moments.residual)) * 2.0)
            }
            _ => Answer::absent("not an approximation of Λ_B"),
        })
    }

    fn replica(&self) -> Option<&Replica> {
        Some(&self.replica)
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        let top = matches!(ingredient, Ingredient::TopEigenvalue) && self.mu == 0.0;
        let outlier = top && matches!(self.outlier(), Ok(Some(_)));
        entry::formula(ingredient, self.mu > 0.0, outlier)
    }

    fn parts(&self, ingredient: Ingredient, noise: Option<Noise>) -> Result<Vec<Part>> {
        let part = |symbol, latex, value| Part { symbol, latex, value: Answer::Value(value) };
        Ok(match (ingredient, noise) {
            (Ingredient::Information, Some(noise)) if noise.tau() > 0.0 => {
                let v = self.replica.branches(noise.snr())?.equilibrium().variance;
                vec![part("v at the minimum", "v", v)]
            }
            (Ingredient::WeakSeparation, _) => {
                let variance = Estimate::rounded(self.centred.variance());
                let linear = Estimate::from(self.moments(self.effective_gain())?.linear).squared();
                vec![part("ϱ_1²", "\\varrho_1^2", linear / variance)]
            }
            (Ingredient::TopEigenvalue, _) if self.mu > 0.0 => Vec::new(),
            (Ingredient::GaussianEquivalent | Ingredient::TopEigenvalue, _) => {
                let printed = ingredient == Ingredient::GaussianEquivalent;
                let gain = if printed { self.gain } else { self.effective_gain() };
                let moments = self.moments(gain)?;
                vec![
                    part("ϱ_1²", "\\varrho_1^2", Estimate::from(moments.linear).squared()),
                    part("ϱ_*²", "\\varrho_*^2", moments.residual.into()),
                ]
            }
            _ => Vec::new(),
        })
    }

    fn notes(&self) -> Vec<String> {
        let root = match self.normalisation {
            Normalisation::IidP => "√p",
            Normalisation::IidD => "√d",
        };
        let gain = if self.gain == 1.0 { String::new() } else { format!("{}·", self.gain) };
        let mut notes = vec![format!(
            "a_i = φ({gain}(Wξ)_i/{root}), φ(z) = {}, W i.i.d. N(0,1), ξ ~ {}",
            self.activation.expression(),
            self.centred.law()
        )];
        if self.mu > 0.0 {
            notes.push(format!(
                "two latent classes ±m, |m|² = p·{}²: I and t_C are per class; t_S from the class means, to leading order in d (for one W they fluctuate by O(1/√d))",
                self.mu
            ));
        }
        notes
    }
}
