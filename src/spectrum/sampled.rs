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

/// The 99.9% quantile of the Tracy-Widom law for real data `[JOH01]`.
const TRACY_WIDOM: f64 = 3.27;

/// A measured covariance spectrum read as noise of one variance plus a few spikes.
#[derive(Clone, Debug)]
pub struct NoiseFit {
    /// The bulk and its variance σ².
    pub sampled: SampledSpectrum,
    /// σ², what the trace leaves to each direction that is no spike.
    pub variance: f64,
    /// Where an eigenvalue begins to count as an outlier: the upper edge and a Tracy-Widom
    /// fluctuation at 99.9% beyond it.
    pub threshold: f64,
    /// Population eigenvalues ℓ of the outliers, largest first.
    pub spikes: Vec<f64>,
    /// Largest distance of the distribution functions of the other eigenvalues and of the bulk:
    /// 0 for noise and spikes alone, of order one for data with structure at every scale.
    pub distance: f64,
}

impl NoiseFit {
    /// Reads `eigenvalues` (largest first) of the covariance of `samples` = n points. Directions in
    /// which the data do not vary at all must be left out; zeros are taken for directions that too
    /// few samples leave empty.
    ///
    /// Outliers are added one by one; σ² is what the trace leaves after each outlier took away its
    /// population eigenvalue.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for data that do not vary, or fewer than two samples.
    pub fn new(eigenvalues: &[f64], samples: usize) -> Result<Self> {
        let (d, n) = (eigenvalues.len(), samples as f64);
        let ratio = d as f64 / positive("n", n - 1.0)?;
        let trace: f64 = eigenvalues.iter().sum();
        positive("trace of the covariance", trace)?;
        // Mean and scale of the largest eigenvalue of noise alone, in units of σ² `[JOH01]`.
        let (root_n, root_d) = (n.sqrt(), (d as f64).sqrt());
        let edge = (1.0 + ratio.sqrt()).powi(2);
        let fluctuation = (root_n + root_d) * (1.0 / root_n + 1.0 / root_d).cbrt() / n;
        let (mut count, mut variance) = (0, trace / d as f64);
        let mut spikes: Vec<f64> = Vec::new();
        // Spikes must be fewer than the eigenvalues that are not zero: what they leave is the noise.
        let rank = eigenvalues.iter().take_while(|value| **value > 0.0).count();
        let most = rank.saturating_sub(1);
        while count < most && eigenvalues[count] > variance * (edge + TRACY_WIDOM * fluctuation) {
            count += 1;
            // Spikes and σ² depend on each other; a few rounds settle them.
            for _ in 0..50 {
                spikes = eigenvalues[..count]
                    .iter()
                    .map(|&value| population(value, variance, ratio))
                    .collect();
                let left = (trace - spikes.iter().sum::<f64>()) / (d - count) as f64;
                let settled = (left - variance).abs() <= 1e-14 * variance;
                // A population eigenvalue is below the one it shows at, so the others are the least
                // that is left; the difference of large numbers may round to less.
                let rest = eigenvalues[count..].iter().sum::<f64>() / (d - count) as f64;
                variance = left.max(rest);
                if settled {
                    break;
                }
            }
        }
        let sampled = SampledSpectrum::new(d as f64, n - 1.0, variance)?;
        let distance = distance(sampled.bulk(), &eigenvalues[count..]);
        let threshold = variance * (edge + TRACY_WIDOM * fluctuation);
        Ok(Self { sampled, variance, threshold, spikes, distance })
    }
}

/// The population eigenvalue that shows at `value`: the inverse of [`SampledSpectrum::spike`].
fn population(value: f64, variance: f64, ratio: f64) -> f64 {
    // θ² − (y − 1 − d/n) θ + d/n = 0 with y = value/σ²
    let half = 0.5 * (value / variance - 1.0 - ratio);
    let theta = half + (half * half - ratio).max(0.0).sqrt();
    variance * (1.0 + theta.max(0.0))
}

/// Largest distance between the distribution functions of `eigenvalues` (largest first) and the law.
fn distance(law: &MarchenkoPastur, eigenvalues: &[f64]) -> f64 {
    let count = eigenvalues.len() as f64;
    let largest = eigenvalues.first().copied().unwrap_or(0.0);
    // Eigenvalues of directions without samples are zero up to rounding.
    let rank = eigenvalues.partition_point(|value| *value > 1e-12 * largest);
    let zeros = eigenvalues.len() - rank;
    let points: Vec<f64> = eigenvalues[..rank].iter().rev().copied().collect();
    let at_zero = (law.null_fraction() - zeros as f64 / count).abs();
    law.distribution(&points)
        .iter()
        .enumerate()
        .map(|(k, at)| {
            let below = (zeros + k) as f64 / count;
            (at - below).abs().max((at - below - 1.0 / count).abs())
        })
        .fold(at_zero, f64::max)
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

    /// Noise with spikes, drawn: the fit finds the variance, the spikes, and no others.
    #[test]
    fn independent_planted_noise_and_spikes_are_found() {
        use crate::numerics::random::{Purpose, Seed};
        use crate::numerics::spectra;
        use nalgebra::DMatrix;
        for (d, n, spikes, seed) in [(120, 480, vec![30.0, 9.0], 1), (200, 100, vec![40.0], 2)] {
            let mut stream = Seed(seed).stream(Purpose::Samples, 0, 0);
            let x = DMatrix::from_fn(d, n, |i, _| {
                2f64.sqrt() * stream.normal() * spikes.get(i).map_or(1.0, |s| f64::sqrt(*s))
            });
            let covariance = &x * x.transpose() / n as f64;
            let (values, _) = spectra::eigenvalues("test", &covariance).unwrap();
            let fit = NoiseFit::new(&values, n).unwrap();
            assert_eq!(fit.spikes.len(), spikes.len(), "{:?}", fit.spikes);
            // A variance has a standard error of √(2/(dn)), a spike one of √(2/n).
            let error = (2.0 / (d * n) as f64).sqrt();
            assert!((fit.variance / 2.0 - 1.0).abs() < 4.0 * error, "{}", fit.variance);
            for (found, planted) in fit.spikes.iter().zip(&spikes) {
                let error = (2.0 / n as f64).sqrt();
                assert!((found / (2.0 * planted) - 1.0).abs() < 4.0 * error, "{found}");
            }
            assert!(fit.distance < 0.05, "{}", fit.distance);
        }
        // A power law is no bulk with spikes.
        let power: Vec<f64> = (1..200).map(|k| 1.0 / f64::from(k * k)).collect();
        assert!(NoiseFit::new(&power, 1000).unwrap().distance > 0.1);
        assert!(NoiseFit::new(&[0.0; 3], 10).is_err());
    }

    /// Eigenvalues over thirty decades, all of them outliers of the rest: the noise is never less than
    /// what no spike explains, and every population eigenvalue is a number below the one measured.
    #[test]
    fn property_the_noise_is_never_spent() {
        for (d, n, step) in [(30, 1000, 10.0), (30, 40, 7.0), (60, 20, 30.0), (8, 9, 1e3)] {
            let rank = d.min(n - 1);
            let values: Vec<f64> =
                (0..d).map(|k| if k < rank { f64::powi(step, -(k as i32)) } else { 0.0 }).collect();
            let fit = NoiseFit::new(&values, n).unwrap();
            assert!(fit.spikes.len() < rank);
            let rest: f64 = values[fit.spikes.len()..].iter().sum();
            assert!(fit.variance * d as f64 >= rest, "{} {rest}", fit.variance);
            let sane =
                |(spike, value): (&f64, &f64)| *spike > 0.0 && *spike <= value * (1.0 + 1e-12);
            assert!(fit.spikes.iter().zip(&values).all(sane), "{:?}", fit.spikes);
        }
    }
}
