//! Covariances of Gaussian classes: isotropic, diagonal or full.

use crate::error::Result;
use crate::numerics::spectra;
use nalgebra::DMatrix;

/// A covariance in the cheapest form that holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Covariance {
    /// v·I.
    Isotropic(f64),
    /// One variance per coordinate.
    Diagonal(Vec<f64>),
    /// A symmetric positive semidefinite matrix.
    Full(DMatrix<f64>),
}

impl Covariance {
    /// Eigenvalues with their multiplicities and the bound on their error.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn eigenvalues(&self, dimension: usize) -> Result<Vec<(f64, f64)>> {
        Ok(match self {
            Self::Isotropic(v) => vec![(*v, dimension as f64)],
            Self::Diagonal(v) => v.iter().map(|&x| (x, 1.0)).collect(),
            Self::Full(m) => {
                let eigen = spectra::symmetric("covariance", m.clone())?;
                // A semidefinite matrix has no negative eigenvalues; rounding may say otherwise.
                eigen.values.iter().map(|&x| (x.max(0.0), 1.0)).collect()
            }
        })
    }

    /// Bound on the error of [`Self::eigenvalues`].
    pub fn eigenvalue_error(&self) -> f64 {
        match self {
            Self::Full(m) => 4.0 * f64::EPSILON * (m.nrows() as f64).sqrt() * m.norm(),
            _ => 0.0,
        }
    }

    /// The diagonal entry `i`.
    pub fn diagonal(&self, i: usize) -> f64 {
        match self {
            Self::Isotropic(v) => *v,
            Self::Diagonal(v) => v[i],
            Self::Full(m) => m[(i, i)],
        }
    }

    /// The covariance as a d × d matrix.
    pub fn matrix(&self, dimension: usize) -> DMatrix<f64> {
        match self {
            Self::Isotropic(v) => DMatrix::from_diagonal_element(dimension, dimension, *v),
            Self::Diagonal(v) => DMatrix::from_diagonal(&nalgebra::DVector::from_column_slice(v)),
            Self::Full(m) => m.clone(),
        }
    }

    /// True unless entries off the diagonal are stored.
    pub fn is_diagonal(&self) -> bool {
        !matches!(self, Self::Full(_))
    }

    /// True if both describe the same matrix exactly.
    pub fn same_as(&self, other: &Self, dimension: usize) -> bool {
        match (self, other) {
            (Self::Full(a), Self::Full(b)) => a == b,
            (a, b) if a.is_diagonal() && b.is_diagonal() => match (a, b) {
                (Self::Isotropic(x), Self::Isotropic(y)) => x == y,
                _ => (0..dimension).all(|i| a.diagonal(i) == b.diagonal(i)),
            },
            (a, b) => a.matrix(dimension) == b.matrix(dimension),
        }
    }
}
