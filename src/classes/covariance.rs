//! Covariances of Gaussian classes: isotropic, diagonal or full.

use crate::error::{Error, Result};
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
    /// Eigenvalues with their multiplicities.
    ///
    /// # Errors
    /// [`Error::Argument`] for a matrix with a negative eigenvalue; failed numerics.
    pub fn eigenvalues(&self, dimension: usize) -> Result<Vec<(f64, f64)>> {
        Ok(match self {
            Self::Isotropic(v) => vec![(*v, dimension as f64)],
            Self::Diagonal(v) => v.iter().map(|&x| (x, 1.0)).collect(),
            Self::Full(m) => decomposed(m)?.values.iter().map(|&x| (x, 1.0)).collect(),
        })
    }

    /// What is wrong with it in `dimension` = d dimensions, if anything: its shape, an entry that is
    /// not finite, a negative variance, asymmetry beyond rounding. Eigenvalues are not computed.
    pub fn fault(&self, dimension: usize) -> Option<String> {
        let wrong = |v: f64| (!(v.is_finite() && v >= 0.0)).then(|| not_a_variance(v));
        match self {
            Self::Isotropic(v) => wrong(*v),
            Self::Diagonal(v) if v.len() != dimension => {
                Some(format!("has {} variances, the dimension is {dimension}", v.len()))
            }
            Self::Diagonal(v) => v.iter().find_map(|v| wrong(*v)),
            Self::Full(m) if m.shape() != (dimension, dimension) => {
                let (rows, columns) = m.shape();
                Some(format!("is {rows} × {columns}, the dimension is {dimension}"))
            }
            Self::Full(m) => m
                .iter()
                .find(|x| !x.is_finite())
                .map(|x| format!("has an entry {x}"))
                .or_else(|| asymmetry(m)),
        }
    }

    /// That of data `unit` times as large.
    pub(super) fn scaled(&self, unit: f64) -> Self {
        let scaled = |v: f64| v * unit * unit;
        match self {
            Self::Isotropic(v) => Self::Isotropic(scaled(*v)),
            Self::Diagonal(v) => Self::Diagonal(v.iter().map(|v| scaled(*v)).collect()),
            Self::Full(m) => Self::Full(m.map(scaled)),
        }
    }

    /// Bound on the error of [`Self::eigenvalues`].
    pub fn eigenvalue_error(&self) -> f64 {
        match self {
            Self::Full(m) => 4.0 * f64::EPSILON * (m.nrows() as f64).sqrt() * spectra::norm(m),
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

/// Eigenvalues and eigenvectors of a covariance matrix.
///
/// # Errors
/// [`Error::Argument`] if an eigenvalue is negative; failed numerics.
pub(super) fn decomposed(m: &DMatrix<f64>) -> Result<spectra::Eigen> {
    let mut eigen = spectra::symmetric("covariance", m.clone())?;
    if let Some(lowest) = eigen.values.iter().find(|x| **x < -eigen.error) {
        let expected = "is a negative eigenvalue: a covariance has none";
        return Err(Error::argument("covariance", lowest, expected));
    }
    // A semidefinite matrix has no negative eigenvalues; rounding may say otherwise.
    eigen.values.iter_mut().for_each(|x| *x = x.max(0.0));
    Ok(eigen)
}

/// A covariance may be asymmetric by this much relative to its largest entry.
const SYMMETRY_TOLERANCE: f64 = 1e-12;

fn not_a_variance(v: f64) -> String {
    format!("variances must be finite numbers, 0 or above, not {v}")
}

/// The first pair of entries that should be equal and are not.
fn asymmetry(m: &DMatrix<f64>) -> Option<String> {
    let scale = m.amax();
    let pairs = (0..m.nrows()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let apart =
        |(i, j): &(usize, usize)| (m[(*i, *j)] - m[(*j, *i)]).abs() > SYMMETRY_TOLERANCE * scale;
    pairs.into_iter().find(apart).map(|(i, j)| {
        format!(
            "is not symmetric: entry ({}, {}) is {} but ({}, {}) is {}",
            i + 1,
            j + 1,
            m[(i, j)],
            j + 1,
            i + 1,
            m[(j, i)]
        )
    })
}
