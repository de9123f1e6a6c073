//! A mixture of K Gaussian classes, read from a file.

use super::gaussian::{NEEDS_SPREAD, isotropic_energies};
use super::parameter::{Domain, Parameter, Values};
use super::samples::GaussianSamples;
use super::{Entry, Formula, Ingredient, Model, Order, Sampler, mixture_file};
use crate::Answer;
use crate::classes::{Classes, Covariance, GaussianClass, GaussianClasses, label_entropy};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::guidance::Pair;
use crate::numerics::random::Stream;
use crate::numerics::{Estimate, spectra};
use crate::process::{Noise, Process};
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::spectrum::{Atoms, Spectrum};
use nalgebra::DMatrix;
use std::path::Path;

/// Largest d whose covariance is diagonalised as a dense matrix.
const LARGEST_DENSE: usize = 4096;

/// What the errors are where the class posterior is a mean over points.
const SAMPLED: &str = "the classes differ on more than two axes: their posterior is a mean over seeded quasi-Monte-Carlo points, and the errors of φ, the class entropy and what follows from them are statistical, 4.1 standard errors of 16 randomisations, which one value in a thousand exceeds";

const FILE: Parameter = Parameter {
    name: "file",
    symbol: "file",
    latex: "\\text{file}",
    aliases: &[],
    help: "TOML or JSON file of the classes: weight, mean, variance | variances | covariance",
    domain: Domain::Text,
    default: None,
    required: true,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "mixture",
    about: "K Gaussian classes of any weights, means and covariances, from a file",
    parameters: &[FILE],
    process: Process::Gaussian,
    classes: true,
    levels: true,
    latent: false,
    example: "classes.toml --n 20000",
    build: |values: &Values| {
        let path =
            values.text("file").ok_or_else(|| Error::Usage("mixture needs a FILE".into()))?;
        let document = Document::read(Path::new(path))?;
        let mixture = Mixture::new(mixture_file::classes(&document)?)?;
        Ok(Box::new(match values.number("seed") {
            Some(seed) => mixture.with_seed(seed as u64),
            None => mixture,
        }))
    },
};

/// A mixture of Gaussian classes.
#[derive(Debug)]
pub struct Mixture {
    classes: GaussianClasses,
    /// Eigenvalues of each class's covariance.
    spectra: Vec<Atoms>,
    /// Spectrum of the mean covariance within classes, Σ w_k C_k.
    within: Spectrum,
    /// Eigenvalues of the whole covariance above the largest within-class one, largest first.
    outliers: Vec<Estimate>,
    top: Answer,
}

impl Mixture {
    /// At least two classes of one dimension whose weights add to one.
    ///
    /// ```
    /// use regimes::classes::{Covariance, GaussianClass};
    /// use regimes::models::Mixture;
    /// use regimes::transitions::Transitions;
    /// let class = |label: &str, weight: f64, x: f64| GaussianClass {
    ///     label: label.into(),
    ///     weight,
    ///     mean: vec![x; 100],
    ///     covariance: Covariance::Isotropic(1.0),
    /// };
    /// let data = Mixture::new(vec![class("cats", 0.4, 1.0), class("dogs", 0.6, -1.0)])?;
    /// // ½ log Λ_B, Λ_B = w₁ w₂ |m₁ − m₂|² = 0.24 · 400.
    /// let time = data.speciation_time("between-class")?.value().unwrap();
    /// assert!((time - 0.5 * 96f64.ln()).abs() < 1e-14);
    /// // Wrong classes are refused.
    /// assert!(Mixture::new(vec![class("cats", 0.4, 1.0), class("dogs", 0.4, -1.0)]).is_err());
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the class at fault; failed numerics.
    pub fn new(classes: Vec<GaussianClass>) -> Result<Self> {
        let classes = GaussianClasses::new(classes)?;
        let d = classes.dimension();
        let mut spectra = Vec::new();
        for class in classes.classes() {
            let error = class.covariance.eigenvalue_error();
            let atoms = class
                .covariance
                .eigenvalues(d)?
                .into_iter()
                .map(|(value, count)| (Estimate::new(value, error), count / d as f64));
            spectra.push(Atoms::new(atoms.collect()));
        }
        let Whole { within, top, outliers } = whole_covariance(&classes)?;
        let within = Spectrum::Atoms(within);
        Ok(Self { classes, spectra, within, outliers, top })
    }

    /// The same with another seed of what is sampled, where the class posterior is.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { classes: self.classes.with_seed(seed), ..self }
    }

    /// The variance of all classes, if they are isotropic with the same one.
    fn common_variance(&self) -> Option<f64> {
        let variance = |class: &GaussianClass| match class.covariance {
            Covariance::Isotropic(v) => Some(v),
            _ => None,
        };
        let first = variance(&self.classes.classes()[0])?;
        self.classes.classes().iter().all(|c| variance(c) == Some(first)).then_some(first)
    }

    /// The classes.
    pub fn gaussian_classes(&self) -> &GaussianClasses {
        &self.classes
    }
}

/// The covariance of all data, Σ w_k C_k + Σ_B.
struct Whole {
    /// Spectrum of Σ w_k C_k.
    within: Atoms,
    /// Largest eigenvalue of the whole.
    top: Answer,
    /// Eigenvalues of the whole above the largest of Σ w_k C_k.
    outliers: Vec<Estimate>,
}

fn whole_covariance(classes: &GaussianClasses) -> Result<Whole> {
    let d = classes.dimension();
    let isotropic: Option<Vec<f64>> = classes
        .classes()
        .iter()
        .map(|c| match c.covariance {
            Covariance::Isotropic(v) => Some(v),
            _ => None,
        })
        .collect();
    let weights = classes.weights();
    if let Some(variances) = isotropic {
        // Σ w_k v_k I + Σ_B: the between-class eigenvalues are merely shifted.
        let shift: Estimate =
            variances.iter().zip(weights).map(|(&v, &w)| Estimate::rounded(w * v)).sum();
        let between = classes.between_eigenvalues()?;
        let spikes = between.into_iter().filter(|b| b.lower() > 0.0);
        let outliers: Vec<Estimate> = spikes.map(|b| b + shift).take(d).collect();
        let top = Answer::Value(outliers.first().copied().unwrap_or(shift));
        return Ok(Whole { within: Atoms::new(vec![(shift, 1.0)]), top, outliers });
    }
    if d > LARGEST_DENSE {
        let reason = format!(
            "the covariance of anisotropic classes is diagonalised up to d = {LARGEST_DENSE}"
        );
        // Only diagonal covariances come this large.
        let mean = |i: usize| -> f64 {
            classes.classes().iter().map(|c| c.weight * c.covariance.diagonal(i)).sum()
        };
        let variances: Vec<f64> = (0..d).map(mean).collect();
        let error = 4.0 * f64::EPSILON * variances.iter().copied().fold(0.0, f64::max);
        let within = Atoms::equally_weighted(&variances, error);
        return Ok(Whole { within, top: Answer::absent(reason), outliers: Vec::new() });
    }
    let mut within = DMatrix::zeros(d, d);
    let mut centre = vec![0.0; d];
    for class in classes.classes() {
        within += class.covariance.matrix(d) * class.weight;
        for (c, m) in centre.iter_mut().zip(&class.mean) {
            *c += class.weight * m;
        }
    }
    let floor = spectra::symmetric("within-class covariance", within.clone())?;
    let mut whole = within;
    for class in classes.classes() {
        let offset =
            nalgebra::DVector::from_iterator(d, class.mean.iter().zip(&centre).map(|(m, c)| m - c));
        whole += &offset * offset.transpose() * class.weight;
    }
    let eigen = spectra::symmetric("covariance", whole)?;
    let threshold = floor.values[0] + floor.error + eigen.error;
    let outliers = (0..d.min(weights.len() - 1))
        .filter(|&k| eigen.values[k] > threshold)
        .map(|k| eigen.value(k))
        .collect();
    let variances: Vec<f64> = floor.values.iter().map(|x| x.max(0.0)).collect();
    let within = Atoms::equally_weighted(&variances, floor.error);
    Ok(Whole { within, top: Answer::Value(eigen.value(0)), outliers })
}

impl Model for Mixture {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.classes.dimension() as f64
    }

    fn top_eigenvalue(&self) -> Result<Answer> {
        Ok(self.top.clone())
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.within)
    }

    fn outliers(&self) -> Result<Vec<Estimate>> {
        Ok(self.outliers.clone())
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        let within: Estimate = self
            .spectra
            .iter()
            .zip(self.classes.weights())
            .map(|(atoms, &w)| atoms.information(noise) * Estimate::rounded(w))
            .sum();
        Ok(Answer::Value(match order {
            Order::Asymptotic => within,
            Order::ClassBit => within + self.classes.information(noise)? / self.dimension(),
        }))
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        Ok(Answer::Value(
            self.spectra
                .iter()
                .zip(self.classes.weights())
                .map(|(atoms, &w)| atoms.mmse(noise) * Estimate::rounded(w))
                .sum(),
        ))
    }

    fn second_moment(&self) -> Answer {
        let d = self.dimension();
        let of = |class: &GaussianClass| -> Estimate {
            let squares: f64 = class.mean.iter().map(|m| m * m).sum();
            // A sum of d rounded squares.
            Estimate::rounded(squares).widened(d * f64::EPSILON * squares) / d
        };
        let classes = self.classes.classes().iter().zip(&self.spectra);
        classes
            .map(|(class, within)| (of(class) + within.mean()) * Estimate::rounded(class.weight))
            .sum::<Estimate>()
            .into()
    }

    fn largest_information(&self, order: Order) -> Result<Estimate> {
        if self.within.top().value > 0.0 {
            return Ok(Estimate::exact(f64::INFINITY));
        }
        // Classes without spread are points: at most the entropy of the labels.
        Ok(match order {
            Order::Asymptotic => Estimate::exact(0.0),
            // An upper bound: classes whose means coincide tell nothing apart.
            Order::ClassBit => label_entropy(self.classes.weights()) / self.dimension(),
        })
    }

    fn opposite_classes(&self) -> Answer<Pair> {
        match (self.common_variance(), self.classes.classes()) {
            (Some(variance), [a, b]) if a.weight == b.weight => {
                let halves = a.mean.iter().zip(&b.mean).map(|(x, y)| 0.5 * (x - y));
                let separation: f64 = halves.map(|half| half * half).sum();
                let lost = self.dimension() * f64::EPSILON * separation;
                let separation = Estimate::rounded(separation).widened(lost);
                Answer::Value(Pair { separation, variance: Estimate::exact(variance) })
            }
            _ => Answer::absent(
                "solved for two classes of equal weight and one isotropic variance: simulate guidance has others",
            ),
        }
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        Answer::Value(&self.classes)
    }

    fn energies(&self, alpha: f64) -> Result<Answer<Energies>> {
        // Other classes lie further away by energies of order d.
        match self.common_variance() {
            Some(variance) => isotropic_energies(alpha, variance.sqrt()),
            None => Ok(Answer::absent(
                "the energy levels are known for isotropic classes of one variance only",
            )),
        }
    }

    fn ensemble(&self, log_n: f64) -> Result<Answer<Ensemble>> {
        let (Some(variance), [a, b]) = (self.common_variance(), self.classes.classes()) else {
            return Ok(Answer::absent(
                "the finite-size theory is known for one or two isotropic classes of one variance",
            ));
        };
        if a.weight != b.weight {
            return Ok(Answer::absent(
                "the finite-size theory is known for two classes of equal weight",
            ));
        }
        if variance == 0.0 {
            return Ok(Answer::absent(NEEDS_SPREAD));
        }
        let squared: f64 = a.mean.iter().zip(&b.mean).map(|(x, y)| (0.5 * (x - y)).powi(2)).sum();
        Ensemble::clusters(self.dimension(), squared, variance.sqrt(), log_n).map(Answer::Value)
    }

    fn sampler(&self, _: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        Ok(Answer::Value(Box::new(GaussianSamples::mixture(self.classes.classes())?)))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: "λ_max(Σ_k w_k [C_k + (m_k − m̄)(m_k − m̄)ᵀ])",
                latex: "\\lambda_{\\max}\\left(\\sum_k w_k [C_k + (m_k - \\bar m)(m_k - \\bar m)^\\top]\\right)",
                source: "BBDM24",
            },
            Ingredient::BetweenEigenvalue => Formula {
                symbol: "Λ_B",
                latex_symbol: "\\Lambda_B",
                unicode: "λ_max(Σ_k w_k (m_k − m̄)(m_k − m̄)ᵀ)",
                latex: "\\lambda_{\\max}\\left(\\sum_k w_k (m_k - \\bar m)(m_k - \\bar m)^\\top\\right)",
                source: "BBDM24",
            },
            Ingredient::Information => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: "Σ_k w_k (1/d) Σ_i ½ log(1 + λ_i(C_k) snr)",
                latex: "\\sum_k w_k \\frac1d \\sum_i \\tfrac12\\log(1 + \\lambda_i(C_k)\\,\\mathrm{snr})",
                source: "BBDM24",
            },
            _ => return None,
        })
    }

    fn notes(&self) -> Vec<String> {
        if self.classes.is_sampled() { vec![SAMPLED.into()] } else { Vec::new() }
    }
}
