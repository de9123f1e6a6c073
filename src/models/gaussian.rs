//! One Gaussian: isotropic, with given eigenvalues, or with a power-law spectrum.

use super::parameter::{Domain, OPTIONAL_DIMENSION, Parameter, SIGMA, Values};
use super::samples::{self, GaussianSamples};
use super::{Entry, Formula, Ingredient, Model, Order, Sampler};
use crate::Answer;
use crate::answer::short;
use crate::error::{Error, Result, non_negative};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::{Process, time_of_quotient};
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::spectrum::{Atoms, Spectrum};

/// Largest dimension for which a power-law spectrum is laid out eigenvalue by eigenvalue.
const LARGEST_POWER_LAW: f64 = 1e6;

/// d follows from the eigenvalues where it is not said.
const OPEN_DIMENSION: Parameter = Parameter {
    default: None,
    help: "ambient dimension, or inf for the asymptotic theory [default: the number of eigenvalues, else inf]",
    ..OPTIONAL_DIMENSION
};

const EIGENVALUES: Parameter = Parameter {
    name: "eigenvalues",
    symbol: "λ",
    latex: "\\lambda",
    aliases: &["λ"],
    help: "covariance eigenvalues, separated by commas, or a file of them (text, npy, or a csv with a column eigenvalue); sets d unless --d inf",
    domain: Domain::Vector,
    default: None,
    required: false,
};

const POWER_LAW: Parameter = Parameter {
    name: "power-law",
    symbol: "a",
    latex: "a",
    aliases: &[],
    help: "power-law spectrum λ_k = σ² k^(−a), k = 1 … d",
    domain: Domain::NonNegative,
    default: None,
    required: false,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "gaussian",
    about: "one Gaussian: isotropic, with given eigenvalues, or with a power-law spectrum",
    parameters: &[OPEN_DIMENSION, SIGMA, EIGENVALUES, POWER_LAW],
    process: Process::Gaussian,
    classes: false,
    levels: true,
    latent: false,
    example: "--sigma 1 --alpha 0.5",
    build: |values: &Values| {
        let eigenvalues = values.vector("eigenvalues");
        let unsaid = eigenvalues.map_or(f64::INFINITY, |list| list.len() as f64);
        let d = values.number("d").unwrap_or(unsaid);
        let sigma = values.required("sigma")?;
        let model = match (eigenvalues, values.number("power-law")) {
            (Some(_), Some(_)) => {
                return Err(Error::Usage(
                    "give --eigenvalues or --power-law, not both: each fixes the whole spectrum"
                        .into(),
                ));
            }
            (Some(list), None) => {
                if sigma != 1.0 {
                    return Err(Error::argument(
                        "--sigma",
                        sigma,
                        "does not go with --eigenvalues, which fix all variances",
                    ));
                }
                Gaussian::with_eigenvalues(list, d)?
            }
            (None, Some(a)) => Gaussian::power_law(d, a, sigma)?,
            (None, None) => Gaussian::isotropic(d, sigma)?,
        };
        Ok(Box::new(model))
    },
};

/// One Gaussian.
#[derive(Clone, Debug)]
pub struct Gaussian {
    dimension: f64,
    spectrum: Spectrum,
    /// σ² where the spectrum is a single eigenvalue.
    isotropic: Option<Estimate>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Isotropic,
    Eigenvalues,
    PowerLaw,
}

impl Gaussian {
    /// Variance σ² in every direction; d may be infinite.
    ///
    /// ```
    /// use regimes::models::Gaussian;
    /// use regimes::transitions::Transitions;
    /// // I/d = ½ log(1 + σ² snr) = α at snr = e^{2α} − 1: t_C = ½ log(1 + 1/snr).
    /// let normal = Gaussian::isotropic(f64::INFINITY, 1.0)?;
    /// let time = normal.collapse_time(0.5)?.estimate().unwrap();
    /// let closed = 0.5 * (1.0 / 1f64.exp_m1()).ln_1p();
    /// assert!((time.value - closed).abs() <= time.error + 1e-16);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for numbers outside their domain.
    pub fn isotropic(dimension: f64, sigma: f64) -> Result<Self> {
        OPTIONAL_DIMENSION.check(dimension)?;
        let variance = Estimate::exact(non_negative("--sigma", sigma)?).squared();
        Ok(Self {
            dimension,
            spectrum: Spectrum::Atoms(Atoms::new(vec![(variance, 1.0)])),
            isotropic: Some(variance),
            shape: Shape::Isotropic,
        })
    }

    /// The given covariance eigenvalues. A finite `dimension` must be their number; with an
    /// infinite one they hold equal fractions of the dimensions.
    ///
    /// ```
    /// use regimes::models::Gaussian;
    /// use regimes::transitions::Transitions;
    /// // t_S = ½ log Λ with the largest eigenvalue Λ = 4.
    /// let data = Gaussian::with_eigenvalues(&[4.0, 1.0, 0.25], 3.0)?;
    /// let time = data.speciation_time("spectral")?.estimate().unwrap();
    /// assert!((time.value - 2f64.ln()).abs() <= time.error);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty list, negative or infinite entries, or another dimension.
    pub fn with_eigenvalues(eigenvalues: &[f64], dimension: f64) -> Result<Self> {
        if eigenvalues.is_empty() {
            return Err(Error::argument("--eigenvalues", "(empty)", "needs at least one number"));
        }
        for (k, &value) in eigenvalues.iter().enumerate() {
            if !(value.is_finite() && value >= 0.0) {
                let name = format!("--eigenvalues, entry {}", k + 1);
                return Err(Error::argument(name, value, "must be a finite number, 0 or above"));
            }
        }
        if dimension.is_finite() && dimension != eigenvalues.len() as f64 {
            let expected =
                format!("must be the number of eigenvalues, {}, or inf", eigenvalues.len());
            return Err(Error::argument("--d", dimension, expected));
        }
        let isotropic = eigenvalues.iter().all(|&x| x == eigenvalues[0]);
        Ok(Self {
            dimension,
            spectrum: Spectrum::Atoms(Atoms::equally_weighted(eigenvalues, 0.0)),
            isotropic: isotropic.then(|| Estimate::exact(eigenvalues[0])),
            shape: Shape::Eigenvalues,
        })
    }

    /// λ_k = σ² k^{−a} for k = 1 … d.
    ///
    /// # Errors
    /// [`Error::Argument`] for numbers outside their domain, or d beyond a million.
    pub fn power_law(dimension: f64, exponent: f64, sigma: f64) -> Result<Self> {
        OPTIONAL_DIMENSION.check(dimension)?;
        non_negative("--power-law", exponent)?;
        non_negative("--sigma", sigma)?;
        if dimension > LARGEST_POWER_LAW {
            let expected =
                "a power-law spectrum is summed term by term: needs a finite d up to 1e6";
            return Err(Error::argument("--d", dimension, expected));
        }
        let variance = sigma * sigma;
        let atoms = (1..=dimension as usize)
            .map(|k| {
                let value = variance * (k as f64).powf(-exponent);
                // pow loses as many roundings as its exponent's logarithm is large.
                let units = 3.0 + exponent * (k as f64).ln();
                (Estimate::new(value, units * f64::EPSILON * value), 1.0 / dimension)
            })
            .collect();
        Ok(Self {
            dimension,
            spectrum: Spectrum::Atoms(Atoms::new(atoms)),
            isotropic: (exponent == 0.0).then(|| Estimate::exact(sigma).squared()),
            shape: Shape::PowerLaw,
        })
    }
}

/// t_C of isotropic data with a smoothed score: snr = (e^{2α} − 1)/(σ² − ε² e^{2α}), no collapse
/// from ε = σ e^{−α} on. With ε = 0 this is ½ log(1 + σ²/(n^{2/d} − 1)) `[BBDM24]`.
pub(crate) fn isotropic_collapse(variance: Estimate, alpha: Estimate, bandwidth: f64) -> Answer {
    if bandwidth == 0.0 {
        // σ²/(e^{2α} − 1) through e^{−2α}, which underflows where e^{2α} would overflow.
        let shrink = (alpha * -2.0).exp();
        return Answer::Value(time_of_quotient(variance * shrink, -(alpha * -2.0).exp_m1()));
    }
    // Everything times e^{−2α}: τ = (σ² e^{−2α} − ε²)/(1 − e^{−2α}).
    let left = variance * (alpha * -2.0).exp() - Estimate::exact(bandwidth).squared();
    if left.value <= 0.0 {
        return Answer::absent(format!(
            "no transition: a score smoothed by ε = {bandwidth} ≥ σ e^(−α) = {} never collapses",
            short((variance.sqrt() * (-alpha).exp()).value)
        ));
    }
    Answer::Value(time_of_quotient(left, -(alpha * -2.0).exp_m1()))
}

/// Why points without spread, or infinitely many dimensions, have no finite-size theory.
pub(crate) const NEEDS_SPREAD: &str = "needs a finite d and a positive variance";

/// The energy levels of isotropic data.
pub(crate) fn isotropic_energies(alpha: f64, sigma: f64) -> Result<Answer<Energies>> {
    if sigma == 0.0 || alpha <= 0.0 {
        return Ok(Answer::absent("needs more than one sample and a positive variance"));
    }
    Energies::isotropic(alpha, sigma).map(Answer::Value)
}

/// Information and collapse time of isotropic data, as formulas.
pub(crate) fn isotropic_limit() -> (Formula, Formula) {
    let information = Formula {
        symbol: "I/d",
        latex_symbol: "I/d",
        unicode: "½ log(1 + {sigma}² snr)",
        latex: "\\tfrac12 \\log(1 + {sigma}^2\\,\\mathrm{snr})",
        source: "BBDM24",
    };
    let collapse = Formula {
        symbol: "t_C",
        latex_symbol: "t_C",
        unicode: "½ log(1 + {sigma}²/(e^(2·{alpha}) − 1))",
        latex: "\\tfrac12 \\log\\left(1 + \\frac{{sigma}^2}{e^{2\\cdot{alpha}} - 1}\\right)",
        source: "BBDM24",
    };
    (information, collapse)
}

impl Model for Gaussian {
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
        self.isotropic
            .filter(|variance| variance.value > 0.0)
            .map(|variance| isotropic_collapse(variance, alpha, bandwidth))
    }

    fn energies(&self, alpha: f64) -> Result<Answer<Energies>> {
        if let Some(variance) = self.isotropic {
            return isotropic_energies(alpha, variance.value.sqrt());
        }
        let Spectrum::Atoms(atoms) = &self.spectrum else {
            return Ok(Answer::absent(NEEDS_SPREAD));
        };
        if self.spectrum.top().value == 0.0 {
            return Ok(Answer::absent(NEEDS_SPREAD));
        }
        let modes: Vec<(f64, f64)> = atoms.atoms().iter().map(|(v, f)| (v.value, *f)).collect();
        Energies::new(alpha, &modes).map(Answer::Value)
    }

    fn ensemble(&self, log_n: f64) -> Result<Answer<Ensemble>> {
        match self.isotropic.map(|variance| variance.value) {
            Some(variance) if variance > 0.0 && self.dimension.is_finite() => {
                Ensemble::isotropic(self.dimension, variance.sqrt(), log_n).map(Answer::Value)
            }
            Some(_) => Ok(Answer::absent(NEEDS_SPREAD)),
            None if self.dimension.is_finite() => {
                let Spectrum::Atoms(atoms) = &self.spectrum else {
                    return Ok(Answer::absent(NEEDS_SPREAD));
                };
                if self.spectrum.top().value == 0.0 {
                    return Ok(Answer::absent(NEEDS_SPREAD));
                }
                // Fractions of d are whole numbers up to rounding.
                let mode = |(v, f): &(Estimate, f64)| (v.value, (f * self.dimension).round());
                let modes: Vec<(f64, f64)> = atoms.atoms().iter().map(mode).collect();
                Ensemble::gaussian(&modes, log_n).map(Answer::Value)
            }
            None => Ok(Answer::absent(NEEDS_SPREAD)),
        }
    }

    fn sampler(&self, _: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        let d = match samples::coordinates(self.dimension) {
            Answer::Value(d) => d,
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        };
        let Spectrum::Atoms(atoms) = &self.spectrum else {
            return Ok(Answer::absent("samples need a spectrum of eigenvalues"));
        };
        let mut variances = Vec::with_capacity(d);
        for (value, fraction) in atoms.atoms() {
            let count = (fraction * d as f64).round() as usize;
            variances.extend(std::iter::repeat_n(value.value, count));
        }
        Ok(if variances.len() == d {
            Answer::Value(Box::new(GaussianSamples::along_axes(&variances)))
        } else {
            Answer::absent(format!(
                "{} eigenvalues do not fill d = {d} dimensions",
                variances.len()
            ))
        })
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        let isotropic = self.shape == Shape::Isotropic;
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: if self.shape == Shape::Eigenvalues { "max λ_i" } else { "{sigma}²" },
                latex: if self.shape == Shape::Eigenvalues {
                    "\\max_i \\lambda_i"
                } else {
                    "{sigma}^2"
                },
                source: "BBDM24",
            },
            Ingredient::Information if isotropic => isotropic_limit().0,
            Ingredient::Collapse if isotropic => isotropic_limit().1,
            Ingredient::Information => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: "(1/d) Σ_i ½ log(1 + λ_i snr)",
                latex: "\\frac1d \\sum_i \\tfrac12 \\log(1 + \\lambda_i\\,\\mathrm{snr})",
                source: "BBDM24",
            },
            _ => return None,
        })
    }

    fn notes(&self) -> Vec<String> {
        match self.shape {
            Shape::Eigenvalues if self.dimension.is_infinite() => {
                vec!["each eigenvalue holds an equal fraction of the dimensions".into()]
            }
            _ => Vec::new(),
        }
    }
}
