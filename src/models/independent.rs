//! Independent coordinates, each drawn from one scalar prior: sparse data, spins, any mixture.

use super::parameter::{Domain, OPTIONAL_DIMENSION, Parameter, Values};
use super::samples::{self, IndependentSamples};
use super::{Entry, Formula, Ingredient, Model, Order, Sampler, one_class};
use crate::Answer;
use crate::classes::Classes;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::numerics::random::Stream;
use crate::prior::{self, Prior};
use crate::process::{Noise, Process};
use crate::spectrum::{Atoms, Spectrum};
use std::sync::Arc;

const PRIOR: Parameter = Parameter {
    name: "prior",
    symbol: "P",
    latex: "P",
    aliases: &[],
    help: "law of a coordinate: normal[:MEAN], rademacher, binary:P, gauss-bernoulli:RHO or mixture:FILE",
    domain: Domain::Text,
    default: None,
    required: true,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "independent",
    about: "independent coordinates, each drawn from a scalar prior",
    parameters: &[OPTIONAL_DIMENSION, PRIOR],
    process: Process::Gaussian,
    classes: false,
    levels: false,
    latent: false,
    example: "--prior gauss-bernoulli:0.3 --alpha 0.2",
    build: |values: &Values| {
        let text = values.text(PRIOR.name);
        let text =
            text.ok_or_else(|| Error::Usage(format!("--prior is required: {}", PRIOR.help)))?;
        let d = values.number("d").unwrap_or(f64::INFINITY);
        Ok(Box::new(Independent::new(d, prior::named(text)?)?))
    },
};

/// Data whose coordinates are independent draws of one scalar prior.
#[derive(Clone, Debug)]
pub struct Independent {
    dimension: f64,
    prior: Arc<dyn Prior>,
    spectrum: Spectrum,
}

impl Independent {
    /// `dimension` = d ≥ 1 draws of `prior`; d may be infinite.
    ///
    /// ```
    /// use regimes::models::Independent;
    /// use regimes::transitions::Transitions;
    /// // Spins hold log 2 nats each: with more samples than that there is no collapse.
    /// let spins = Independent::new(f64::INFINITY, regimes::prior::named("rademacher")?)?;
    /// assert!(spins.collapse_time(0.69)?.value().is_some());
    /// assert!(spins.collapse_time(0.70)?.reason().unwrap().contains("exceeds the largest information"));
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for a d outside its domain.
    pub fn new(dimension: f64, prior: Arc<dyn Prior>) -> Result<Self> {
        OPTIONAL_DIMENSION.check(dimension)?;
        let variance =
            Estimate::rounded(prior.variance()).widened(2.0 * ROUNDING * prior.second_moment());
        let spectrum = Spectrum::Atoms(Atoms::new(vec![(variance, 1.0)]));
        Ok(Self { dimension, prior, spectrum })
    }
}

impl Model for Independent {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.spectrum)
    }

    fn second_moment(&self) -> Answer {
        Estimate::rounded(self.prior.second_moment()).into()
    }

    fn covariance_information(&self, noise: Noise) -> Result<Answer> {
        Ok(Answer::Value(self.spectrum.information(noise)))
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        if order == Order::ClassBit {
            return Ok(one_class());
        }
        let snr = noise.snr();
        let at = self.prior.at(snr);
        // 1/τ was rounded, and di/dr = ½ mmse.
        Ok(at.information.widened(finite(ROUNDING * snr * at.mmse.value)).into())
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        let snr = noise.snr();
        let at = self.prior.at(snr);
        Ok(at.mmse.widened(finite(2.0 * ROUNDING * snr * at.slope)).into())
    }

    fn mmse_slope(&self, noise: Noise) -> Option<f64> {
        Some(self.prior.at(noise.snr()).slope)
    }

    fn largest_information(&self, _: Order) -> Result<Estimate> {
        Ok(self.prior.entropy().map_or(Estimate::exact(f64::INFINITY), Estimate::rounded))
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        Answer::absent("independent coordinates form one class")
    }

    fn sampler(&self, _: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        Ok(samples::coordinates(self.dimension).map(|d| -> Box<dyn Sampler> {
            Box::new(IndependentSamples { dimension: d, prior: Arc::clone(&self.prior) })
        }))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: "Var a_i, a_i ~ {prior}",
                latex: "\\operatorname{Var} a_i,\\quad a_i \\sim \\text{{prior}}",
                source: "BBDM24",
            },
            Ingredient::Information => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: "I(a_i; √snr a_i + z), a_i ~ {prior}",
                latex: "I(a_i; \\sqrt{\\mathrm{snr}}\\,a_i + z),\\quad a_i \\sim \\text{{prior}}",
                source: "GSV05",
            },
            _ => return None,
        })
    }

    fn notes(&self) -> Vec<String> {
        vec![format!("coordinates a_i ~ {}", self.prior.law())]
    }
}

/// What ∞ · 0 would be at the data.
fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}
