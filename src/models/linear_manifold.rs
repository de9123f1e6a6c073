//! Data on a linear manifold, a = embedding · ξ with p = βd latent coordinates ξ ~ N(0, I_p).
//!
//! The embedding's normalisation changes t_C and is therefore always explicit: `orthonormal`
//! (a = Uξ, the published formula's case), `iid-p` (a = Wξ/√p) or `iid-d` (a = Wξ/√d) with i.i.d.
//! standard normal W.

use super::parameter::{
    BETA, Domain, LATENT_DIMENSION, OPTIONAL_DIMENSION, Parameter, Values, latent_ratio,
};
use super::samples::{self, GaussianSamples};
use super::{Entry, Formula, Ingredient, Model, Order, Sampler};
use crate::Answer;
use crate::classes::Classes;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::spectrum::{Atoms, MarchenkoPastur, Spectrum};
use nalgebra::DMatrix;

const EMBEDDING: Parameter = Parameter {
    name: "embedding",
    symbol: "embedding",
    latex: "\\text{embedding}",
    aliases: &[],
    help: "orthonormal (a = Uξ), iid-p (a = Wξ/√p) or iid-d (a = Wξ/√d)",
    domain: Domain::Name(&["orthonormal", "iid-p", "iid-d"]),
    default: None,
    required: true,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "linear-manifold",
    about: "Gaussian data on a linear manifold of dimension βd, with its embedding named",
    parameters: &[OPTIONAL_DIMENSION, BETA, LATENT_DIMENSION, EMBEDDING],
    process: Process::Gaussian,
    classes: false,
    levels: true,
    latent: false,
    example: "--beta 0.5 --embedding orthonormal --alpha 0.5",
    build: |values: &Values| {
        let embedding = match values.text("embedding") {
            Some("orthonormal") => Embedding::Orthonormal,
            Some("iid-p") => Embedding::IidP,
            Some("iid-d") => Embedding::IidD,
            other => {
                let value = other.unwrap_or("(none)");
                return Err(Error::argument("--embedding", value, EMBEDDING.domain.expected()));
            }
        };
        let d = values.number("d").unwrap_or(f64::INFINITY);
        Ok(Box::new(LinearManifold::new(d, latent_ratio(values, d)?, embedding)?))
    },
};

/// Rate 2α/β below which e^{−2α/β} is so close to one that the difference would lose digits.
const SLOW: f64 = 0.01;

/// How the latent coordinates are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Embedding {
    /// a = Uξ with orthonormal columns: non-zero covariance eigenvalues are 1. Needs β ≤ 1.
    Orthonormal,
    /// a = Wξ/√p: unit variance per coordinate.
    IidP,
    /// a = Wξ/√d: variance β per coordinate.
    IidD,
}

/// A linear manifold.
#[derive(Clone, Debug)]
pub struct LinearManifold {
    dimension: f64,
    beta: f64,
    embedding: Embedding,
    spectrum: Spectrum,
}

impl LinearManifold {
    /// p = βd latent coordinates in d dimensions; d may be infinite.
    ///
    /// ```
    /// use regimes::models::{LinearManifold, linear_manifold::Embedding};
    /// use regimes::transitions::Transitions;
    /// // The normalisation of the embedding matters: the top of the Marchenko-Pastur law.
    /// let wide = LinearManifold::new(f64::INFINITY, 0.25, Embedding::IidP)?;
    /// assert!((wide.speciation_time("spectral")?.value().unwrap() - 3f64.ln()).abs() < 1e-15);
    /// assert!((wide.collapse_time(0.5)?.value().unwrap() - 0.031_614_514_6).abs() < 1e-10);
    /// let plain = LinearManifold::new(f64::INFINITY, 0.25, Embedding::Orthonormal)?;
    /// assert!(plain.speciation_time("spectral")?.reason().is_some()); // Λ = 1: none at t > 0
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for β ≤ 0, or β > 1 with orthonormal columns.
    pub fn new(dimension: f64, beta: f64, embedding: Embedding) -> Result<Self> {
        OPTIONAL_DIMENSION.check(dimension)?;
        BETA.check(beta)?;
        let spectrum = match embedding {
            Embedding::Orthonormal if beta > 1.0 => {
                let expected = "must be at most 1: there are no more than d orthonormal columns";
                return Err(Error::argument("--beta", beta, expected));
            }
            Embedding::Orthonormal => Spectrum::Atoms(Atoms::new(vec![
                (Estimate::exact(1.0), beta),
                (Estimate::exact(0.0), 1.0 - beta),
            ])),
            Embedding::IidP => Spectrum::MarchenkoPastur(MarchenkoPastur::new(beta, 1.0)?),
            Embedding::IidD => Spectrum::MarchenkoPastur(MarchenkoPastur::new(beta, beta)?),
        };
        Ok(Self { dimension, beta, embedding, spectrum })
    }
}

impl Model for LinearManifold {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.spectrum)
    }

    fn gaussian(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.spectrum)
    }

    fn collapse_closed_form(&self, alpha: Estimate, bandwidth: f64, _: Order) -> Option<Answer> {
        if self.embedding != Embedding::Orthonormal || bandwidth != 0.0 {
            return None;
        }
        // ½ log(1 + 1/(e^{2α/β} − 1)) = −½ log(1 − e^{−2α/β}) [GVM25]
        let rate = alpha * -2.0 / Estimate::exact(self.beta);
        // 1 − e^{−x} from whichever side of it keeps its digits.
        let log = if rate.value > -SLOW { (-rate.exp_m1()).ln() } else { (-rate.exp()).ln_1p() };
        Some(Answer::Value(log * -0.5))
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        Answer::absent("Gaussian data on a linear manifold have one class")
    }

    fn energies(&self, alpha: f64) -> Result<Answer<Energies>> {
        if self.embedding != Embedding::Orthonormal {
            let reason = "the energy levels are known for the orthonormal embedding only";
            return Ok(Answer::absent(reason));
        }
        if alpha <= 0.0 {
            return Ok(Answer::absent("needs more than one sample"));
        }
        Energies::linear_manifold(alpha, self.beta).map(Answer::Value)
    }

    fn ensemble(&self, log_n: f64) -> Result<Answer<Ensemble>> {
        let p = (self.beta * self.dimension).round();
        // p latent dimensions are a whole number; β was typed with finitely many digits.
        if self.embedding != Embedding::Orthonormal || self.dimension.is_infinite() {
            return Ok(Answer::absent("needs a finite d and the orthonormal embedding"));
        }
        if p < 1.0 || (p / self.dimension - self.beta).abs() > 1e-9 {
            return Ok(Answer::absent(format!(
                "needs a whole number of latent dimensions: β d = {}",
                self.beta * self.dimension
            )));
        }
        Ensemble::linear_manifold(p, self.dimension, log_n).map(Answer::Value)
    }

    fn sampler(&self, frame: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        let shape = samples::coordinates(self.dimension)
            .and_then(|d| samples::latent_coordinates(self.beta, d).map(|p| (d, p)));
        let (d, p) = match shape {
            Answer::Value(shape) => shape,
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        };
        let scale = match self.embedding {
            // Noise and scalar products are the same in every rotated frame: the manifold may lie
            // along the first p axes.
            Embedding::Orthonormal => {
                let variances: Vec<f64> = (0..d).map(|i| if i < p { 1.0 } else { 0.0 }).collect();
                return Ok(Answer::Value(Box::new(GaussianSamples::along_axes(&variances))));
            }
            Embedding::IidP => (p as f64).sqrt(),
            Embedding::IidD => (d as f64).sqrt(),
        };
        samples::embedding_fits(d, p)?;
        let embedding = DMatrix::from_fn(d, p, |_, _| frame.normal() / scale);
        Ok(Answer::Value(Box::new(GaussianSamples::embedded(embedding))))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        let orthonormal = self.embedding == Embedding::Orthonormal;
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: match self.embedding {
                    Embedding::Orthonormal => "1",
                    Embedding::IidP => "(1 + 1/√{beta})²",
                    Embedding::IidD => "(1 + √{beta})²",
                },
                latex: match self.embedding {
                    Embedding::Orthonormal => "1",
                    Embedding::IidP => "(1 + {beta}^{-1/2})^2",
                    Embedding::IidD => "(1 + \\sqrt{{beta}})^2",
                },
                source: "GVM25",
            },
            Ingredient::Information if orthonormal => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: "({beta}/2) log(1 + snr)",
                latex: "\\frac{{beta}}{2} \\log(1 + \\mathrm{snr})",
                source: "GVM25",
            },
            Ingredient::Collapse if orthonormal => Formula {
                symbol: "t_C",
                latex_symbol: "t_C",
                unicode: "½ log(1 + 1/(e^(2·{alpha}/{beta}) − 1))",
                latex: "\\tfrac12 \\log\\left(1 + \\frac{1}{e^{2\\cdot{alpha}/{beta}} - 1}\\right)",
                source: "GVM25",
            },
            Ingredient::Information => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: if self.embedding == Embedding::IidP {
                    "({beta}/2)(v − 1 − log v) + ½ log(1 + snr v) with {beta}(1 − v)(1 + snr v) = snr v"
                } else {
                    "({beta}/2)(v − 1 − log v) + ½ log(1 + {beta} snr v) with (1 − v)(1 + {beta} snr v) = snr v"
                },
                latex: if self.embedding == Embedding::IidP {
                    "\\tfrac{{beta}}{2}(v - 1 - \\log v) + \\tfrac12\\log(1 + \\mathrm{snr}\\,v),\\quad {beta}(1-v)(1+\\mathrm{snr}\\,v) = \\mathrm{snr}\\,v"
                } else {
                    "\\tfrac{{beta}}{2}(v - 1 - \\log v) + \\tfrac12\\log(1 + {beta}\\,\\mathrm{snr}\\,v),\\quad (1-v)(1+{beta}\\,\\mathrm{snr}\\,v) = \\mathrm{snr}\\,v"
                },
                source: "GVM25",
            },
            _ => return None,
        })
    }

    fn notes(&self) -> Vec<String> {
        vec![
            match self.embedding {
                Embedding::Orthonormal => "embedding a = Uξ, U orthonormal d × p",
                Embedding::IidP => "embedding a = Wξ/√p, W i.i.d. N(0,1)",
                Embedding::IidD => "embedding a = Wξ/√d, W i.i.d. N(0,1)",
            }
            .into(),
        ]
    }
}
