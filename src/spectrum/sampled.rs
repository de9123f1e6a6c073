//! What n samples show of a covariance: the Marchenko-Pastur bulk and the eigenvalues beyond it.

use super::MarchenkoPastur;
use crate::error::{Result, positive};
use crate::numerics::Estimate;

/// The sample covariance of n points whose population covariance is σ² I plus a few spikes.
#[derive(Clone, Copy, Debug)]
pub struct SampledSpectrum {
    variance: f64,
    /// d/n
    ratio: f64,
    bulk: MarchenkoPastur,
}

impl SampledSpectrum {
    /// n samples in d dimensions with noise variance σ².
    ///
    /// # Errors
    /// [`crate::Error::Argument`] unless all three are positive.
    pub fn new(dimension: f64, samples: f64, variance: f64) -> Result<Self> {
        let ratio = positive("d", dimension)? / positive("n", samples)?;
        // The sample covariance of n white points is W Wᵀ/n with W of size d × n: β = n/d.
        Ok(Self { variance, ratio, bulk: MarchenkoPastur::new(1.0 / ratio, variance)? })
    }

    /// The bulk, with edges σ²(1 ± √(d/n))².
    pub fn bulk(&self) -> &MarchenkoPastur {
        &self.bulk
    }

    /// Where a population eigenvalue ℓσ² = σ²(1 + θ) shows in the sample: at
    /// σ²(1 + θ)(1 + (d/n)/θ) if θ > √(d/n), nowhere outside the bulk else `[BBP05]`.
    pub fn spike(&self, population: Estimate) -> Option<Estimate> {
        let theta = population / self.variance - 1.0;
        if theta.lower() > self.ratio.sqrt() {
            Some(population * (1.0 + Estimate::rounded(self.ratio) / theta))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the threshold θ = √(d/n) the outlier leaves the bulk's upper edge continuously.
    #[test]
    fn limit_outlier_meets_the_edge_at_the_transition() {
        let sampled = SampledSpectrum::new(100.0, 400.0, 2.0).unwrap();
        let threshold = 2.0 * (1.0 + 0.5);
        assert!(sampled.spike(Estimate::exact(threshold - 1e-6)).is_none());
        let outlier = sampled.spike(Estimate::exact(threshold + 1e-6)).unwrap();
        assert!((outlier.value - sampled.bulk().edges().1.value).abs() < 1e-10);
    }
}
