//! Which class: what a noisy point tells about the class it came from.
//!
//! A structure of classes knows its weights and means, the log-likelihood ratio of any two
//! classes, and the posterior over classes at any noise level. The criteria of speciation are
//! written once for all of them, in [`crate::transitions::speciation`].

mod class;
mod conditional;
mod control;
pub mod covariance;
pub mod equal_pair;
mod full;
pub mod gaussian;
mod local;
mod means;
mod moments;
pub mod pair;
mod panels;
mod points;
mod quadrature;
mod reduction;
mod retention;
mod sampled;
pub mod separated;
mod several;
mod slope;
mod steepest;

pub use class::GaussianClass;
pub use covariance::Covariance;
pub use equal_pair::EqualPair;
pub use gaussian::{GaussianClasses, between_eigenvalues};
pub use slope::class_error;

use crate::Answer;
use crate::error::Result;
use crate::numerics::Estimate;
use crate::process::{LOG_SNR, Noise};

/// The posterior over classes at one noise level, averaged over the noisy points.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// Probability φ that two draws from the class posterior agree, E Σ_k P(k|x)² `[BBDM24 Eq. 6]`.
    pub clone: Estimate,
    /// H(class | x_t) in nats.
    pub entropy: Estimate,
    /// I(class; x_t) in nats, without the cancellation of H(w) − H(class | x_t).
    pub information: Estimate,
}

/// Mean and variance of L(x) = log P_t(x|j)/P_t(x|k) for x from class j.
#[derive(Clone, Copy, Debug)]
pub struct LogLikelihoodRatio {
    /// Mean: the Kullback-Leibler divergence of class j from class k.
    pub mean: Estimate,
    /// Variance.
    pub variance: Estimate,
}

/// A log-likelihood ratio at every noise level.
pub type Ratios<'a> = Box<dyn Fn(Noise) -> Result<LogLikelihoodRatio> + 'a>;

/// What speciation needs to know of a data model with K ≥ 2 classes.
pub trait Classes: Sync {
    /// Prior probabilities of the classes; they add up to one.
    fn weights(&self) -> &[f64];

    /// Name of class `k`, for messages and the merge tree.
    fn label(&self, k: usize) -> String {
        (k + 1).to_string()
    }

    /// The non-zero eigenvalues of the between-class covariance Σ w_k (m_k − m̄)(m_k − m̄)ᵀ,
    /// largest first.
    ///
    /// # Errors
    /// Failed numerics.
    fn between_eigenvalues(&self) -> Result<Vec<Estimate>>;

    /// The log-likelihood ratio of classes `j` and `k` under class `j`.
    ///
    /// # Errors
    /// Failed numerics.
    fn log_likelihood_ratio(&self, j: usize, k: usize, noise: Noise) -> Result<LogLikelihoodRatio>;

    /// [`Self::log_likelihood_ratio`] as a function of the noise level, for those who ask for many.
    ///
    /// # Errors
    /// Failed numerics.
    fn ratios(&self, j: usize, k: usize) -> Result<Ratios<'_>> {
        Ok(Box::new(move |noise| self.log_likelihood_ratio(j, k, noise)))
    }

    /// A noise τ beyond which classes `j` and `k` are certainly not told apart by the Bayes criterion.
    fn together_beyond(&self, j: usize, k: usize) -> f64 {
        let _ = (j, k);
        f64::INFINITY
    }

    /// The posterior over classes; where it is [`Self::is_sampled`], its errors are statistical.
    ///
    /// # Errors
    /// Failed numerics.
    fn posterior(&self, noise: Noise) -> Result<Posterior>;

    /// The posterior to some five digits, where that is much cheaper: to locate transitions.
    ///
    /// # Errors
    /// Failed numerics.
    fn rough_posterior(&self, noise: Noise) -> Result<Posterior> {
        self.posterior(noise)
    }

    /// True where the posterior is a mean over seeded points: its errors are then 4.1 standard errors
    /// of 16 randomisations, which one value in a thousand exceeds.
    fn is_sampled(&self) -> bool {
        false
    }

    /// Bounds on the posterior, where it costs much and they cost little.
    fn cheap_bounds(&self, noise: Noise) -> Option<Result<Posterior>> {
        let _ = noise;
        None
    }

    /// I(class; x_t) alone, in nats.
    ///
    /// # Errors
    /// Failed numerics.
    fn information(&self, noise: Noise) -> Result<Estimate> {
        Ok(self.posterior(noise)?.information)
    }

    /// 2 dI(class; x_t)/dsnr: what not knowing the class adds to the mean square error, in all, or why it is
    /// not known.
    ///
    /// # Errors
    /// Failed numerics.
    fn mmse(&self, noise: Noise) -> Result<Answer> {
        let _ = noise;
        Ok(Answer::absent(
            "the error that the class adds is known for two classes of one covariance",
        ))
    }

    /// E[P(k|x_t) | k] for class `k` of three or more, or why it is not known.
    ///
    /// # Errors
    /// Failed numerics.
    fn retention(&self, k: usize, noise: Noise) -> Result<Answer> {
        let _ = (k, noise);
        Ok(Answer::absent(
            "known for two classes, and for more that differ on one axis: simulate uturn has it",
        ))
    }

    /// log-SNR from which on the classes may be told apart, and beyond which noise no longer matters.
    fn log_snr_window(&self) -> (f64, f64) {
        WINDOW
    }

    /// The time at which two clones agree with probability `target`, if a closed route exists.
    ///
    /// # Errors
    /// Failed numerics.
    fn cloning_time(&self, target: Estimate) -> Option<Result<Answer>> {
        let _ = target;
        None
    }

    /// The time at which the class entropy is steepest, if a closed route exists.
    ///
    /// # Errors
    /// Failed numerics.
    fn steepest_time(&self) -> Option<Result<Answer>> {
        None
    }

    /// The time at which mean and standard deviation of the log-likelihood ratio of classes `j`
    /// and `k` are equal, if a closed form exists.
    fn bayes_time(&self, j: usize, k: usize) -> Option<Answer> {
        let _ = (j, k);
        None
    }
}

/// The log-SNR window of classes of ordinary size: t = 40, and τ = e^{−40}, far below their variances.
pub const WINDOW: (f64, f64) = (-80.0, 40.0);

/// Time before which classes of ordinary size are what they are in the data.
pub const DATA_TIME: f64 = 1e-6;

/// How much earlier the window of the classes ends than they are worth looking at.
const CLASSES_IN_DATA: f64 = 1e12;

/// Time before which classes whose window in log-SNR ends at `earliest` are what they are in the data:
/// half the noise is half the time there.
pub fn data_time(earliest: f64) -> f64 {
    DATA_TIME.min(0.5 * (-earliest.min(LOG_SNR.1)).exp() * CLASSES_IN_DATA)
}

/// Entropy of the class label itself, Σ −w log w, in nats.
pub fn label_entropy(weights: &[f64]) -> Estimate {
    weights
        .iter()
        .map(|&w| {
            let term = crate::numerics::special::entropy_term(w);
            Estimate::new(term, 2.0 * f64::EPSILON * (term + w))
        })
        .sum()
}
