//! A mixture of K Gaussian classes, read from a file.

use super::parameter::{Domain, Parameter, Values};
use super::{Entry, Formula, Ingredient, Model, Order, mixture_file};
use crate::Answer;
use crate::classes::{Classes, Covariance, GaussianClass, GaussianClasses};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::numerics::{Estimate, spectra};
use crate::process::Noise;
use crate::spectrum::{Atoms, Spectrum};
use nalgebra::DMatrix;
use std::path::Path;

/// Largest d whose covariance is diagonalised as a dense matrix.
const LARGEST_DENSE: usize = 4096;

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
    classes: true,
    example: "classes.toml --n 20000",
    build: |values: &Values| {
        let path =
            values.text("file").ok_or_else(|| Error::Usage("mixture needs a FILE".into()))?;
        let document = Document::read(Path::new(path))?;
        Ok(Box::new(Mixture::new(mixture_file::classes(&document)?)?))
    },
};

/// A mixture of Gaussian classes.
#[derive(Debug)]
pub struct Mixture {
    classes: GaussianClasses,
    /// Eigenvalues of each class's covariance.
    spectra: Vec<Atoms>,
    /// All of them together, each with its class's weight: the spectrum within classes.
    within: Spectrum,
    /// Eigenvalues of the whole covariance above the largest within-class one, largest first.
    outliers: Vec<Estimate>,
    top: Answer,
}

impl Mixture {
    /// Takes classes that [`mixture_file::classes`] validated.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn new(classes: Vec<GaussianClass>) -> Result<Self> {
        let classes = GaussianClasses::new(classes)?;
        let d = classes.dimension();
        let mut spectra = Vec::new();
        let mut all = Vec::new();
        for class in classes.classes() {
            let error = class.covariance.eigenvalue_error();
            let atoms = class
                .covariance
                .eigenvalues(d)?
                .into_iter()
                .map(|(value, count)| (Estimate::new(value, error), count / d as f64));
            let atoms: Vec<_> = atoms.collect();
            all.extend(atoms.iter().map(|&(v, fraction)| (v, fraction * class.weight)));
            spectra.push(Atoms::new(atoms));
        }
        let within = Spectrum::Atoms(Atoms::new(all));
        let (top, outliers) = whole_covariance(&classes)?;
        Ok(Self { classes, spectra, within, outliers, top })
    }

    /// The classes.
    pub fn gaussian_classes(&self) -> &GaussianClasses {
        &self.classes
    }
}

/// Top eigenvalue of Σ w_k C_k + Σ_B, and its eigenvalues above the top of Σ w_k C_k.
fn whole_covariance(classes: &GaussianClasses) -> Result<(Answer, Vec<Estimate>)> {
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
        let top = outliers.first().copied().unwrap_or(shift);
        return Ok((Answer::Value(top), outliers));
    }
    if d > LARGEST_DENSE {
        let reason = format!(
            "the covariance of anisotropic classes is diagonalised up to d = {LARGEST_DENSE}"
        );
        return Ok((Answer::absent(reason), Vec::new()));
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
    Ok((Answer::Value(eigen.value(0)), outliers))
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

    fn spectrum(&self) -> &Spectrum {
        &self.within
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

    fn largest_information(&self, order: Order) -> Result<Estimate> {
        if self.within.top().value > 0.0 {
            return Ok(Estimate::exact(f64::INFINITY));
        }
        // Classes without spread are points: at most the entropy of the labels.
        Ok(match order {
            Order::Asymptotic => Estimate::exact(0.0),
            Order::ClassBit => {
                self.classes.posterior(Noise::at_tau(1e-12))?.information / self.dimension()
            }
        })
    }

    fn classes(&self) -> std::result::Result<&dyn Classes, String> {
        Ok(&self.classes)
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
        Vec::new()
    }
}
