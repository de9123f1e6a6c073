//! K Gaussian classes of any weights, means and covariances.

use super::covariance::decomposed;
use super::equal_pair::EqualPair;
use super::pair::{self, Mode};
use super::several::Centres;
use super::{Classes, Covariance, LogLikelihoodRatio, Posterior, WINDOW, label_entropy, separated};
use crate::Answer;
use crate::error::{Error, Result};
use crate::numerics::precision::ROUNDING;
use crate::numerics::{Estimate, spectra};
use crate::process::{LOG_SNR, Noise};
use nalgebra::{DMatrix, DVector};

/// Weights must add to one within this.
const WEIGHT_SUM_TOLERANCE: f64 = 1e-9;

/// Tolerance of the integrals while a transition is only being located.
const ROUGH: f64 = 1e-5;

/// One Gaussian class.
#[derive(Clone, Debug)]
pub struct GaussianClass {
    /// Name of the class, for messages.
    pub label: String,
    /// Prior probability.
    pub weight: f64,
    /// Mean, of length d.
    pub mean: Vec<f64>,
    /// Covariance, d × d.
    pub covariance: Covariance,
}

/// A mixture of at least two Gaussian classes.
#[derive(Clone, Debug)]
pub struct GaussianClasses {
    classes: Vec<GaussianClass>,
    weights: Vec<f64>,
    dimension: usize,
    /// Set where there are two classes with one covariance.
    equal_pair: Option<EqualPair>,
    /// Eigenvalues and eigenvectors of the common covariance of three or more classes.
    common: Option<(Vec<f64>, Vec<Vec<f64>>)>,
}

/// The dimension of sound classes.
fn checked(classes: &[GaussianClass]) -> Result<usize> {
    let [first, _, ..] = classes else {
        return Err(Error::argument("classes", classes.len(), "needs at least two classes"));
    };
    let dimension = first.mean.len();
    if dimension == 0 {
        return Err(Error::argument("mean", "(empty)", "needs at least one coordinate"));
    }
    for class in classes {
        let fault = if !(class.weight > 0.0 && class.weight < 1.0) {
            Some(format!("weights lie between 0 and 1, not {}", class.weight))
        } else if class.mean.len() != dimension {
            let length = class.mean.len();
            Some(format!("its mean has {length} coordinates, that of the first has {dimension}"))
        } else if let Some(x) = class.mean.iter().find(|x| !x.is_finite()) {
            Some(format!("its mean has an entry {x}"))
        } else {
            class.covariance.fault(dimension).map(|fault| format!("its covariance {fault}"))
        };
        if let Some(fault) = fault {
            return Err(Error::argument("class", &class.label, fault));
        }
    }
    let sum: f64 = classes.iter().map(|c| c.weight).sum();
    if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
        return Err(Error::argument("weights", sum, "must add to 1"));
    }
    Ok(dimension)
}

impl GaussianClasses {
    /// At least two classes whose weights add to one and whose dimensions agree.
    ///
    /// # Errors
    /// [`Error::Argument`] for anything else; failed numerics.
    pub fn new(classes: Vec<GaussianClass>) -> Result<Self> {
        let dimension = checked(&classes)?;
        let weights: Vec<f64> = classes.iter().map(|c| c.weight).collect();
        let equal = classes.iter().all(|c| c.covariance.same_as(&classes[0].covariance, dimension));
        let mut all = Self { classes, weights, dimension, equal_pair: None, common: None };
        if equal {
            let (variances, means) = all.in_common_modes()?;
            if let [first, second] = &means[..] {
                // The eigendecomposition is exact for a covariance within this of the given one;
                // the rotation of the means loses as much relative to their distance.
                let lost = all.classes[0].covariance.eigenvalue_error();
                let distance: f64 =
                    first.iter().zip(second).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                let turned = if lost > 0.0 {
                    4.0 * ROUNDING * (dimension as f64).sqrt() * distance
                } else {
                    0.0
                };
                let modes = variances.iter().enumerate().map(|(i, &v)| {
                    let half = Estimate::rounded(0.5 * (first[i] - second[i])).widened(turned);
                    (half.squared(), Estimate::new(v, lost))
                });
                let modes = merged(modes.collect());
                all.equal_pair = Some(EqualPair::new([all.weights[0], all.weights[1]], modes)?);
            } else {
                all.common = Some((variances, means));
            }
        }
        Ok(all)
    }

    /// The classes.
    pub fn classes(&self) -> &[GaussianClass] {
        &self.classes
    }

    /// Dimension d.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Variances along the modes of the first class's covariance, and all means in that basis.
    fn in_common_modes(&self) -> Result<(Vec<f64>, Vec<Vec<f64>>)> {
        let means = self.classes.iter().map(|c| c.mean.clone());
        Ok(match &self.classes[0].covariance {
            Covariance::Isotropic(v) => (vec![*v; self.dimension], means.collect()),
            Covariance::Diagonal(v) => (v.clone(), means.collect()),
            Covariance::Full(m) => {
                let eigen = decomposed(m)?;
                // Relative to the first mean: a common offset must not cost digits.
                let first = &self.classes[0].mean;
                let rotated = means.map(|m| {
                    let offset = m.iter().zip(first).map(|(a, b)| a - b);
                    let offset = DVector::from_iterator(self.dimension, offset);
                    eigen.vectors.tr_mul(&offset).iter().copied().collect()
                });
                (eigen.values.iter().copied().collect(), rotated.collect())
            }
        })
    }

    /// Smallest and largest of the variances and squared distances between class means, 1 if there
    /// are none above 0.
    fn sizes(&self) -> (f64, f64) {
        let first = &self.classes[0].mean;
        let distance = |class: &GaussianClass| -> f64 {
            class.mean.iter().zip(first).map(|(a, b)| (a - b).powi(2)).sum()
        };
        let variances = |class: &GaussianClass| -> Vec<f64> {
            (0..self.dimension).map(|i| class.covariance.diagonal(i)).collect()
        };
        let sizes: Vec<f64> = (self.classes.iter())
            .flat_map(|class| variances(class).into_iter().chain([distance(class)]))
            .filter(|x| *x > 0.0)
            .collect();
        if sizes.is_empty() {
            return (1.0, 1.0);
        }
        let large = sizes.iter().copied().fold(0.0, f64::max).min(f64::MAX);
        (sizes.iter().copied().fold(large, f64::min), large)
    }

    fn pair_modes(&self, j: usize, k: usize, noise: Noise) -> Result<Vec<Mode>> {
        let (a, b) = (&self.classes[j], &self.classes[k]);
        let difference: Vec<f64> = a.mean.iter().zip(&b.mean).map(|(x, y)| x - y).collect();
        pair::modes(&a.covariance, &b.covariance, &difference, noise.tau())
    }

    /// Whitened centres of three or more classes with one covariance, if they lie in a plane.
    fn centres(&self, noise: Noise) -> Result<Option<Centres>> {
        let Some((variances, means)) = &self.common else { return Ok(None) };
        let gram = self.whitened_gram(variances, means, noise.tau());
        if gram.iter().any(|x| !x.is_finite()) {
            return Ok(None);
        }
        Centres::from_gram(gram)
    }

    /// Gram matrix of the centred means after whitening with the common covariance and the noise.
    fn whitened_gram(&self, variances: &[f64], means: &[Vec<f64>], tau: f64) -> DMatrix<f64> {
        let centre = weighted_mean(&self.weights, means);
        let product = |a: &[f64], b: &[f64]| -> f64 {
            (0..centre.len())
                .map(|i| (a[i] - centre[i]) * (b[i] - centre[i]))
                .zip(variances)
                // A vanishing product carries nothing even where the noise vanishes too.
                .map(|(p, v)| if p == 0.0 { 0.0 } else { p / (v + tau) })
                .sum()
        };
        let k = means.len();
        DMatrix::from_fn(k, k, |i, j| product(&means[i], &means[j]))
    }
}

/// Logarithm of τ over the largest size at which classes are not told apart, whatever d is …
const FAR: f64 = 40.0;
/// … and of the smallest size over τ at which noise no longer matters.
const NEAR: f64 = 20.0;

/// Joins modes of equal variance: their squared distances add.
fn merged(mut modes: Vec<(Estimate, Estimate)>) -> Vec<(Estimate, Estimate)> {
    modes.sort_by(|a, b| a.1.value.total_cmp(&b.1.value));
    let mut joined: Vec<(Estimate, Estimate)> = Vec::new();
    for (c, v) in modes {
        match joined.last_mut() {
            Some((sum, at)) if at.value == v.value => *sum = *sum + c,
            _ => joined.push((c, v)),
        }
    }
    joined
}

fn weighted_mean(weights: &[f64], means: &[Vec<f64>]) -> Vec<f64> {
    let mut centre = vec![0.0; means[0].len()];
    for (w, mean) in weights.iter().zip(means) {
        for (c, m) in centre.iter_mut().zip(mean) {
            *c += w * m;
        }
    }
    centre
}

/// The K − 1 eigenvalues of Σ w_k (m_k − m̄)(m_k − m̄)ᵀ that can differ from zero, largest first.
///
/// # Errors
/// Failed numerics.
pub fn between_eigenvalues(weights: &[f64], means: &[Vec<f64>]) -> Result<Vec<Estimate>> {
    // The K × K matrix √(w_j w_k) (m_j − m̄)·(m_k − m̄) has the same non-zero eigenvalues.
    // Relative to the first mean: a common offset must not cost digits.
    let first = &means[0];
    let from_first = |mean: &Vec<f64>| mean.iter().zip(first).map(|(a, b)| a - b).collect();
    let means: Vec<Vec<f64>> = means.iter().map(from_first).collect();
    let centre = weighted_mean(weights, &means);
    let k = means.len();
    let gram = DMatrix::from_fn(k, k, |i, j| {
        let product: f64 =
            means[i].iter().zip(&means[j]).zip(&centre).map(|((a, b), c)| (a - c) * (b - c)).sum();
        (weights[i] * weights[j]).sqrt() * product
    });
    let rounding = 4.0 * ROUNDING * (centre.len() as f64).sqrt() * spectra::norm(&gram);
    let eigen = spectra::symmetric("between-class covariance", gram)?;
    // K means about their centre span at most K − 1 directions.
    Ok((0..k - 1)
        .map(|i| Estimate::new(eigen.values[i].max(0.0), eigen.error + rounding))
        .collect())
}

impl Classes for GaussianClasses {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn log_snr_window(&self) -> (f64, f64) {
        let (small, large) = self.sizes();
        let (start, end) = WINDOW;
        // Where τ is e^40 times the largest size, nothing is told apart; e^20 below the smallest,
        // noise no longer matters. Data of ordinary size keep the ordinary window.
        let start = if large.ln().abs() > FAR { -large.ln() - FAR } else { start };
        let end = if small.ln() < -NEAR { NEAR - small.ln() } else { end };
        (start.max(LOG_SNR.0), end.min(LOG_SNR.1))
    }

    fn label(&self, k: usize) -> String {
        self.classes[k].label.clone()
    }

    fn between_eigenvalues(&self) -> Result<Vec<Estimate>> {
        if let Some(pair) = &self.equal_pair {
            return pair.between_eigenvalues();
        }
        let means: Vec<Vec<f64>> = self.classes.iter().map(|c| c.mean.clone()).collect();
        between_eigenvalues(&self.weights, &means)
    }

    fn log_likelihood_ratio(&self, j: usize, k: usize, noise: Noise) -> Result<LogLikelihoodRatio> {
        Ok(pair::log_likelihood_ratio(&self.pair_modes(j, k, noise)?))
    }

    fn posterior(&self, noise: Noise) -> Result<Posterior> {
        if let Some(pair) = &self.equal_pair {
            return pair.posterior(noise);
        }
        let entropy = label_entropy(&self.weights);
        let count = self.classes.len();
        if count == 2 {
            let modes = self.pair_modes(0, 1, noise)?;
            return Ok(pair::posterior(&modes, [self.weights[0], self.weights[1]], entropy));
        }
        if let Some(centres) = self.centres(noise)? {
            return centres.posterior(&self.weights, entropy, centres.finest());
        }
        let mut modes: Vec<Vec<Vec<Mode>>> = Vec::with_capacity(count);
        for i in 0..count {
            let mut row = Vec::with_capacity(count);
            for j in 0..count {
                row.push(if i == j { Vec::new() } else { self.pair_modes(i, j, noise)? });
            }
            modes.push(row);
        }
        Ok(separated::bounds(
            &self.weights,
            entropy,
            |i, j| pair::bhattacharyya(&modes[i][j]),
            |i, j| pair::log_likelihood_ratio(&modes[i][j]).mean.value,
            |i, j| pair::integrals(&modes[i][j], self.weights[i], self.weights[j]),
        ))
    }

    fn rough_posterior(&self, noise: Noise) -> Result<Posterior> {
        match self.centres(noise)? {
            Some(centres) => centres.posterior(&self.weights, label_entropy(&self.weights), ROUGH),
            None => self.posterior(noise),
        }
    }

    fn information(&self, noise: Noise) -> Result<Estimate> {
        match &self.equal_pair {
            Some(pair) => pair.information(noise),
            None => Ok(self.posterior(noise)?.information),
        }
    }

    fn cloning_time(&self, target: Estimate) -> Option<Result<Answer>> {
        self.equal_pair.as_ref()?.cloning_time(target)
    }

    fn steepest_time(&self) -> Option<Result<Answer>> {
        self.equal_pair.as_ref()?.steepest_time()
    }

    fn bayes_time(&self, j: usize, k: usize) -> Option<Answer> {
        self.equal_pair.as_ref()?.bayes_time(j, k)
    }
}
