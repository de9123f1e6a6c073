//! K Gaussian classes of any weights, means and covariances.

use super::class::{GaussianClass, checked, in_common_modes, sizes};
use super::covariance::decomposed;
use super::equal_pair::EqualPair;
use super::moments::Moments;
use super::pair::{self, Mode};
use super::several::Several;
use super::{Classes, Covariance, LogLikelihoodRatio, Posterior, Ratios, WINDOW, label_entropy};
use crate::Answer;
use crate::error::Result;
use crate::numerics::precision::ROUNDING;
use crate::numerics::spectra::Eigen;
use crate::numerics::{Estimate, spectra};
use crate::process::{LOG_SNR, Noise};
use nalgebra::DMatrix;
use std::sync::OnceLock;

/// Decides every number that is drawn, unless another seed is given.
pub const DEFAULT_SEED: u64 = 1;

/// Dimension from which full covariances are decomposed once for all noise levels.
const MANY_DIMENSIONS: usize = 64;

/// Covers the rounding of a bound.
const SAFELY: f64 = 1.0 + 1e-6;

/// A mixture of at least two Gaussian classes.
#[derive(Clone, Debug)]
pub struct GaussianClasses {
    classes: Vec<GaussianClass>,
    weights: Vec<f64>,
    dimension: usize,
    /// Set where there are two classes with one covariance.
    equal_pair: Option<EqualPair>,
    /// Set where there are three or more classes.
    several: Option<Several>,
    /// Decompositions of the covariances, where they are needed.
    eigen: Vec<OnceLock<Eigen>>,
}

impl GaussianClasses {
    /// At least two classes whose weights add to one and whose dimensions agree.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for anything else; failed numerics.
    pub fn new(classes: Vec<GaussianClass>) -> Result<Self> {
        let dimension = checked(&classes)?;
        let weights: Vec<f64> = classes.iter().map(|c| c.weight).collect();
        let equal = classes.iter().all(|c| c.covariance.same_as(&classes[0].covariance, dimension));
        let eigen = classes.iter().map(|_| OnceLock::new()).collect();
        let mut all = Self { classes, weights, dimension, equal_pair: None, several: None, eigen };
        if all.classes.len() > 2 {
            all.several = Some(Several::new(&all.classes, equal, DEFAULT_SEED)?);
        } else if equal
            && let (variances, means) = in_common_modes(&all.classes)?
            && let [first, second] = &means[..]
        {
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
        }
        Ok(all)
    }

    /// The same classes with another seed of the points over which their posterior is averaged, where
    /// it is.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { several: self.several.map(|several| several.with_seed(seed)), ..self }
    }

    /// The classes.
    pub fn classes(&self) -> &[GaussianClass] {
        &self.classes
    }

    /// Dimension d.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The decomposition of the covariance of class `k`.
    fn eigen(&self, k: usize) -> Result<&Eigen> {
        if let Some(eigen) = self.eigen[k].get() {
            return Ok(eigen);
        }
        let eigen = decomposed(&self.classes[k].covariance.matrix(self.dimension))?;
        Ok(self.eigen[k].get_or_init(|| eigen))
    }

    fn pair_modes(&self, j: usize, k: usize, noise: Noise) -> Result<Vec<Mode>> {
        let (a, b) = (&self.classes[j], &self.classes[k]);
        let difference: Vec<f64> = a.mean.iter().zip(&b.mean).map(|(x, y)| x - y).collect();
        pair::modes(&a.covariance, &b.covariance, &difference, noise.tau())
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
        let (small, large) = sizes(&self.classes);
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

    fn ratios(&self, j: usize, k: usize) -> Result<Ratios<'_>> {
        let (a, b) = (&self.classes[j], &self.classes[k]);
        let diagonal = a.covariance.is_diagonal() && b.covariance.is_diagonal();
        if diagonal || self.dimension < MANY_DIMENSIONS {
            return Ok(Box::new(move |noise| self.log_likelihood_ratio(j, k, noise)));
        }
        let moments = Moments::new([a, b], [self.eigen(j)?, self.eigen(k)?]);
        Ok(Box::new(move |noise| Ok(moments.at(noise))))
    }

    fn together_beyond(&self, j: usize, k: usize) -> f64 {
        // With X = (C_k + τ)⁻¹(C_j − C_k), ‖X‖ ≤ ½, mean and variance of the ratio are at most and at
        // least ½ (tr X² + δᵀ(C_k + τ)⁻¹δ): below 2, mean < standard deviation.
        let (a, b) = (&self.classes[j], &self.classes[k]);
        let squared: f64 = a.mean.iter().zip(&b.mean).map(|(x, y)| (x - y).powi(2)).sum();
        let d = self.dimension;
        let gap = match (&a.covariance, &b.covariance) {
            (Covariance::Isotropic(x), Covariance::Isotropic(y)) => (x - y).powi(2) * d as f64,
            (x, y) if x.is_diagonal() && y.is_diagonal() => {
                (0..d).map(|i| (x.diagonal(i) - y.diagonal(i)).powi(2)).sum()
            }
            (x, y) => (x.matrix(d) - y.matrix(d)).norm_squared(),
        };
        let turn = 0.25 * (squared + (squared * squared + 8.0 * gap).sqrt());
        SAFELY * turn.max(2.0 * gap.sqrt())
    }

    fn posterior(&self, noise: Noise) -> Result<Posterior> {
        if let Some(pair) = &self.equal_pair {
            return pair.posterior(noise);
        }
        if let Some(several) = &self.several {
            return several.posterior(noise);
        }
        let modes = self.pair_modes(0, 1, noise)?;
        let weights = [self.weights[0], self.weights[1]];
        Ok(pair::posterior(&modes, weights, label_entropy(&self.weights)))
    }

    fn rough_posterior(&self, noise: Noise) -> Result<Posterior> {
        match &self.several {
            Some(several) => several.rough(noise),
            None => self.posterior(noise),
        }
    }

    fn cheap_bounds(&self, noise: Noise) -> Option<Result<Posterior>> {
        self.several.as_ref()?.cheap_bounds(noise)
    }

    fn is_sampled(&self) -> bool {
        self.several.as_ref().is_some_and(Several::is_sampled)
    }

    fn information(&self, noise: Noise) -> Result<Estimate> {
        match (&self.equal_pair, &self.several) {
            (Some(pair), _) => pair.information(noise),
            // Asked for at many noise levels, and beside the information of the classes themselves.
            (_, Some(several)) if several.is_sampled() => Ok(several.rough(noise)?.information),
            _ => Ok(self.posterior(noise)?.information),
        }
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        match &self.equal_pair {
            Some(pair) => pair.mmse(noise),
            None => Ok(Answer::absent(
                "the error that the class adds is known for two classes of one covariance",
            )),
        }
    }

    fn retention(&self, k: usize, noise: Noise) -> Result<Answer> {
        Ok(self.several.as_ref().and_then(|several| several.retention(k, noise)).map_or_else(
            || Answer::absent("the classes differ on more than one axis: simulate uturn has it"),
            Answer::Value,
        ))
    }

    fn cloning_time(&self, target: Estimate) -> Option<Result<Answer>> {
        self.equal_pair.as_ref()?.cloning_time(target)
    }

    fn steepest_time(&self) -> Option<Result<Answer>> {
        if let Some(several) = self.several.as_ref().filter(|several| several.is_sampled()) {
            return Some(several.steepest_sampled(self.log_snr_window()));
        }
        self.equal_pair.as_ref()?.steepest_time()
    }

    fn bayes_time(&self, j: usize, k: usize) -> Option<Answer> {
        self.equal_pair.as_ref()?.bayes_time(j, k)
    }
}
