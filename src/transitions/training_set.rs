//! n samples of a model: what a score learnt from them by heart sees.

use super::Transitions;
use super::collapse::{self, Regimes};
use crate::Answer;
use crate::error::{Error, Result, non_negative};
use crate::models::{Model, Order};
use crate::numerics::Estimate;
use crate::process::Noise;

/// n samples of `model`, and the score that is exact for them.
///
/// ```
/// use regimes::models::{Clusters, Order};
/// use regimes::transitions::{Regimes, Transitions};
/// use regimes::Noise;
///
/// // BBDM24's figure 3: two clusters in 1024 dimensions, 20 000 samples.
/// let clusters = Clusters::new(1024.0, 1.0, 1.0)?;
/// let samples = clusters.samples(20_000.0)?;
///
/// let published = samples.collapse_time()?.estimate().unwrap();
/// assert!((published.value - 1.977_546_718_632).abs() < 1e-11 && published.error < 1e-14);
///
/// // The information that a sample has on its class, log 2 in all, shifts the collapse.
/// let with_class = samples.collapse_time_of(Order::ClassBit)?;
/// assert!((with_class.value().unwrap() - 2.013_487_86).abs() < 1e-8);
///
/// // f(t) = α − I(a; x_t)/d vanishes there.
/// let f = samples.excess_entropy(Noise::at_time(published.value)?)?;
/// assert!(f.value().unwrap().abs() < 1e-15);
///
/// assert_eq!(samples.regimes("spectral")?, Regimes::Three);
/// # Ok::<(), regimes::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TrainingSet<'a, M: Model> {
    model: &'a M,
    alpha: Estimate,
    bandwidth: f64,
}

impl<'a, M: Model> TrainingSet<'a, M> {
    /// `n` ≥ 1 samples of a model in finite dimension; see [`TrainingSet::at_alpha`] for d → ∞.
    ///
    /// # Errors
    /// [`Error::Argument`] for an n below 1 or not finite, or a model without a dimension.
    pub fn new(model: &'a M, n: f64) -> Result<Self> {
        if !(n >= 1.0 && n.is_finite()) {
            return Err(Error::argument("n", n, "must be a finite number of samples, at least 1"));
        }
        let d = model.dimension();
        if d.is_infinite() {
            let expected = "needs a model of finite dimension; in the limit d → ∞ give α = log n/d";
            return Err(Error::argument("n", n, expected));
        }
        Ok(Self { model, alpha: Estimate::exact(n).ln() / d, bandwidth: 0.0 })
    }

    /// As many samples as make log n/d = `alpha` ≥ 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for an α below 0 or not finite.
    pub fn at_alpha(model: &'a M, alpha: f64) -> Result<Self> {
        non_negative("alpha", alpha)?;
        Ok(Self { model, alpha: alpha.into(), bandwidth: 0.0 })
    }

    /// The same samples with a smoothed score: each becomes N(a, ε² I), ε = `bandwidth` ≥ 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for an ε below 0 or not finite.
    pub fn smoothed(self, bandwidth: f64) -> Result<Self> {
        non_negative("bandwidth", bandwidth)?;
        Ok(Self { bandwidth, ..self })
    }

    /// α = log n/d.
    pub fn alpha(&self) -> Estimate {
        self.alpha
    }

    /// t_C to leading order in d: I(a; x_t) = log n, as published `[BBDM24 Eq. 5]`.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn collapse_time(&self) -> Result<Answer> {
        self.collapse_time_of(Order::Asymptotic)
    }

    /// t_C to the given order.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn collapse_time_of(&self, order: Order) -> Result<Answer> {
        collapse::collapse_time(self.model, self.alpha, order, self.bandwidth)
    }

    /// f(t) = α − I(a; x_t)/d in nats per ambient dimension, to leading order; positive before the
    /// collapse `[BBDM24 Eq. 5]`.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn excess_entropy(&self, noise: Noise) -> Result<Answer> {
        let (order, bandwidth) = (Order::Asymptotic, self.bandwidth);
        collapse::excess_entropy(self.model, self.alpha, order, bandwidth, noise)
    }

    /// Which regimes a backward run passes, with t_S by the criterion of that name.
    ///
    /// # Errors
    /// [`Error::Argument`] for an unknown criterion; failed numerics.
    pub fn regimes(&self, criterion: &str) -> Result<Regimes> {
        Ok(collapse::regimes(&self.model.speciation_time(criterion)?, &self.collapse_time()?))
    }
}
