//! Two symmetric Gaussian clusters: means ±m with |m|² = d μ̃², variance σ² within `[BBDM24]`.

use super::parameter::{DIMENSION, Domain, Parameter, SIGMA, Values};
use super::samples::{self, GaussianSamples};
use super::{Entry, Formula, Ingredient, Model, Order, Sampler};
use crate::Answer;
use crate::classes::{Classes, EqualPair};
use crate::error::{Result, non_negative};
use crate::guidance::Pair;
use crate::models::gaussian::{
    NEEDS_SPREAD, isotropic_collapse, isotropic_energies, isotropic_limit,
};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::{Noise, Process};
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::spectrum::{Atoms, Spectrum};

/// The separation of the clusters per root dimension.
pub const MU: Parameter = Parameter {
    name: "mu",
    symbol: "μ̃",
    latex: "\\tilde\\mu",
    aliases: &["μ", "μ̃"],
    help: "distance of each cluster mean from the origin, per root dimension: |m|² = d μ̃²",
    domain: Domain::NonNegative,
    default: Some("1"),
    required: false,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "clusters",
    about: "two symmetric Gaussian clusters: means ±m, |m|² = d μ̃², variance σ² within",
    parameters: &[DIMENSION, MU, SIGMA],
    process: Process::Gaussian,
    classes: true,
    levels: true,
    latent: false,
    example: "--d 1024 --n 20000 --mu 1 --sigma 1",
    build: |values: &Values| {
        let mu = values.required("mu")?;
        Ok(Box::new(Clusters::new(values.required("d")?, mu, values.required("sigma")?)?))
    },
};

/// Two symmetric Gaussian clusters.
#[derive(Clone, Debug)]
pub struct Clusters {
    dimension: f64,
    mu: f64,
    sigma: f64,
    within: Spectrum,
    pair: EqualPair,
}

impl Clusters {
    /// Clusters in `dimension` = d ≥ 1 dimensions (infinite for the asymptotic theory), with means
    /// of norm √d·`mu` and standard deviation `sigma` within.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for numbers outside their domain.
    ///
    /// ```
    /// use regimes::models::Clusters;
    /// use regimes::transitions::Transitions;
    /// let clusters = Clusters::new(1024.0, 1.0, 1.0)?;
    /// let time = clusters.collapse_time(20_000f64.ln() / 1024.0)?;
    /// assert!((time.value().unwrap() - 1.977546718632166).abs() < 1e-12);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    pub fn new(dimension: f64, mu: f64, sigma: f64) -> Result<Self> {
        DIMENSION.check(dimension)?;
        non_negative("--mu", mu)?;
        non_negative("--sigma", sigma)?;
        let variance = Estimate::exact(sigma).squared();
        let separation = Estimate::exact(mu).squared() * dimension;
        let separation = if mu == 0.0 { Estimate::exact(0.0) } else { separation };
        Ok(Self {
            dimension,
            mu,
            sigma,
            within: Spectrum::Atoms(Atoms::new(vec![(variance, 1.0)])),
            pair: EqualPair::new([0.5; 2], vec![(separation, variance)])?,
        })
    }

    /// d μ̃², the squared norm of a cluster mean.
    fn separation(&self) -> Estimate {
        Estimate::exact(self.mu).squared() * self.dimension
    }

    fn variance(&self) -> Estimate {
        Estimate::exact(self.sigma).squared()
    }
}

impl Model for Clusters {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn top_eigenvalue(&self) -> Result<Answer> {
        if self.mu == 0.0 {
            return Ok(Answer::Value(self.variance()));
        }
        if self.dimension.is_infinite() {
            return Ok(Answer::absent("Λ = d μ̃² + σ² grows with d: give a finite d"));
        }
        Ok(Answer::Value(self.separation() + self.variance()))
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.within)
    }

    fn outliers(&self) -> Result<Vec<Estimate>> {
        if self.mu == 0.0 {
            return Ok(Vec::new());
        }
        Ok(vec![self.separation() + self.variance()])
    }

    fn covariance_information(&self, noise: Noise) -> Result<Answer> {
        if self.dimension.is_infinite() {
            return Ok(Answer::Value(self.within.information(noise)));
        }
        // One of the d eigenvalues is σ² + d μ̃².
        let tau = Estimate::rounded(noise.tau());
        let spike = (self.separation() / (tau + self.variance())).ln_1p() * 0.5;
        Ok(Answer::Value(self.within.information(noise) + spike / self.dimension))
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        let gaussian = self.within.information(noise);
        Ok(Answer::Value(match order {
            Order::Asymptotic => gaussian,
            Order::ClassBit => {
                let class = self.pair.information(noise)?;
                gaussian + class / Estimate::exact(self.dimension)
            }
        }))
    }

    fn largest_information(&self, order: Order) -> Result<Estimate> {
        if self.sigma > 0.0 {
            return Ok(Estimate::exact(f64::INFINITY));
        }
        // Without spread within, the data are two points: the class bit is all there is.
        Ok(match order {
            Order::ClassBit if self.mu > 0.0 => {
                Estimate::rounded(std::f64::consts::LN_2) / Estimate::exact(self.dimension)
            }
            _ => Estimate::exact(0.0),
        })
    }

    fn collapse_closed_form(
        &self,
        alpha: Estimate,
        bandwidth: f64,
        order: Order,
    ) -> Option<Answer> {
        let negligible = self.dimension.is_infinite() || self.mu == 0.0;
        (order == Order::Asymptotic || negligible)
            .then(|| isotropic_collapse(self.variance(), alpha, bandwidth))
            .filter(|_| self.sigma > 0.0)
    }

    fn second_moment(&self) -> Answer {
        (Estimate::exact(self.mu).squared() + self.variance()).into()
    }

    fn reduced_mean(&self) -> Option<Estimate> {
        Some(Estimate::exact(self.mu))
    }

    fn opposite_classes(&self) -> Answer<Pair> {
        if self.dimension.is_infinite() {
            return Answer::absent("guidance acts at t ≈ ½ log d: give a finite d");
        }
        let separation = if self.mu == 0.0 { Estimate::exact(0.0) } else { self.separation() };
        Answer::Value(Pair { separation, variance: self.variance() })
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        if self.dimension.is_infinite() && self.mu > 0.0 {
            return Answer::absent("grows like ½ log d: give a finite d");
        }
        Answer::Value(&self.pair)
    }

    fn energies(&self, alpha: f64) -> Result<Answer<Energies>> {
        // The other cluster lies further away by an energy of order d.
        isotropic_energies(alpha, self.sigma)
    }

    fn ensemble(&self, log_n: f64) -> Result<Answer<Ensemble>> {
        if self.dimension.is_infinite() || self.sigma == 0.0 {
            return Ok(Answer::absent(NEEDS_SPREAD));
        }
        let mean = self.dimension * self.mu * self.mu;
        Ensemble::clusters(self.dimension, mean, self.sigma, log_n).map(Answer::Value)
    }

    fn sampler(&self, _: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        Ok(samples::coordinates(self.dimension).map(|d| -> Box<dyn Sampler> {
            Box::new(GaussianSamples::clusters(d, self.mu, self.sigma))
        }))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: "{d}·{mu}² + {sigma}²",
                latex: "{d} \\cdot {mu}^2 + {sigma}^2",
                source: "BBDM24",
            },
            Ingredient::BetweenEigenvalue => Formula {
                symbol: "Λ_B",
                latex_symbol: "\\Lambda_B",
                unicode: "{d}·{mu}²",
                latex: "{d} \\cdot {mu}^2",
                source: "BBDM24",
            },
            Ingredient::ClassSignal => Formula {
                symbol: "γ_t",
                latex_symbol: "\\gamma_t",
                unicode: "{d}·{mu}² e^(−2t)/(1 − e^(−2t) + {sigma}² e^(−2t))",
                latex: "\\frac{{d} \\cdot {mu}^2 e^{-2t}}{1 - e^{-2t} + {sigma}^2 e^{-2t}}",
                source: "BBDM24",
            },
            Ingredient::Information => isotropic_limit().0,
            Ingredient::Collapse => isotropic_limit().1,
            _ => return None,
        })
    }
}
