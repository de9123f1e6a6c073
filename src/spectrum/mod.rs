//! Spectra of data covariances, and what a Gaussian with such a spectrum tells through noise.

pub mod atoms;
pub mod marchenko_pastur;
pub mod sampled;

pub use atoms::Atoms;
pub use marchenko_pastur::MarchenkoPastur;
pub use sampled::{NoiseFit, SampledSpectrum};

use crate::numerics::Estimate;
use crate::process::Noise;

/// The eigenvalue distribution of a covariance, normalised to one eigenvalue per dimension.
#[derive(Clone, Debug)]
pub enum Spectrum {
    /// Finitely many distinct eigenvalues.
    Atoms(Atoms),
    /// The spectrum of W Wᵀ for a random embedding W.
    MarchenkoPastur(MarchenkoPastur),
}

impl Spectrum {
    /// Largest eigenvalue, or upper edge.
    pub fn top(&self) -> Estimate {
        match self {
            Self::Atoms(atoms) => atoms.top(),
            Self::MarchenkoPastur(law) => law.edges().1,
        }
    }

    /// Mean eigenvalue: the variance per coordinate.
    pub fn mean(&self) -> Estimate {
        match self {
            Self::Atoms(atoms) => atoms.mean(),
            Self::MarchenkoPastur(law) => law.mean(),
        }
    }

    /// Information per dimension of a Gaussian with this covariance, ∫ ρ(λ) ½ log(1 + snr λ), nats.
    pub fn information(&self, noise: Noise) -> Estimate {
        match self {
            Self::Atoms(atoms) => atoms.information(noise),
            Self::MarchenkoPastur(law) => law.information(noise),
        }
    }

    /// Its minimum mean-square error per dimension, ∫ ρ(λ) λ/(1 + snr λ) = 2 dI/dsnr.
    pub fn mmse(&self, noise: Noise) -> Estimate {
        match self {
            Self::Atoms(atoms) => atoms.mmse(noise),
            Self::MarchenkoPastur(law) => law.mmse(noise),
        }
    }
}
