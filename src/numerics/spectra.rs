//! Eigenvalues of symmetric matrices.

use super::exponential::clean_registers;
use super::precision::ROUNDING;
use super::{Estimate, NumericsError};
use faer::{MatRef, Side};
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Eigenvalues in descending order with the eigenvectors as columns.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// Eigenvalues, largest first.
    pub values: DVector<f64>,
    /// Orthonormal eigenvectors; column k belongs to `values[k]`.
    pub vectors: DMatrix<f64>,
    /// Bound on the error of every eigenvalue: the backward error of the decomposition.
    pub error: f64,
}

impl Eigen {
    /// Eigenvalue k (0 is the largest) with its error.
    pub fn value(&self, k: usize) -> Estimate {
        Estimate::new(self.values[k], self.error)
    }
}

/// Decomposes a symmetric matrix; only its symmetric part matters.
///
/// # Errors
/// [`NumericsError::Domain`] if the matrix is empty, not square or not finite.
pub fn symmetric(what: &'static str, matrix: DMatrix<f64>) -> Result<Eigen, NumericsError> {
    let n = matrix.nrows();
    if n == 0 || n != matrix.ncols() || matrix.iter().any(|x| !x.is_finite()) {
        let message = format!("a finite square matrix is needed, not {n} × {}", matrix.ncols());
        return Err(NumericsError::Domain { what, message });
    }
    let size = matrix.amax();
    if size > 0.0 && !SQUARES.contains(&size) {
        // A power of two, which costs no digits.
        let scale = size.log2().floor().exp2();
        let Eigen { values, vectors, error } = symmetric(what, matrix.unscale(scale))?;
        return Ok(Eigen { values: values * scale, vectors, error: error * scale });
    }
    let norm = matrix.norm();
    if n >= LARGE {
        let eigen = view(&matrix).self_adjoint_eigen(Side::Lower);
        clean_registers();
        let eigen =
            eigen.map_err(|_| NumericsError::Domain { what, message: NOT_CONVERGED.into() })?;
        let (values, vectors) = (eigen.S(), eigen.U());
        return Ok(Eigen {
            // faer gives them in ascending order.
            values: DVector::from_fn(n, |k, _| values[n - 1 - k]),
            vectors: DMatrix::from_fn(n, n, |i, k| vectors[(i, n - 1 - k)]),
            error: backward_error(n, norm),
        });
    }
    let eigen = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| eigen.eigenvalues[j].total_cmp(&eigen.eigenvalues[i]));
    Ok(Eigen {
        values: DVector::from_iterator(n, order.iter().map(|&k| eigen.eigenvalues[k])),
        vectors: eigen.eigenvectors.select_columns(&order),
        error: backward_error(n, norm),
    })
}

/// Dimension from which faer's blocked decomposition is used: three times faster at 784, seventeen
/// times at 3072.
const LARGE: usize = 96;

/// Sizes of entries whose squares, and the sums of those, stay within the range of numbers.
const SQUARES: std::ops::Range<f64> = 1e-140..1e140;

/// The Frobenius norm, of entries of any size.
pub fn norm(matrix: &DMatrix<f64>) -> f64 {
    let size = matrix.amax();
    if size == 0.0 || SQUARES.contains(&size) || !size.is_finite() {
        return matrix.norm();
    }
    size * matrix.unscale(size).norm()
}

const NOT_CONVERGED: &str = "the eigenvalue iteration did not converge";

fn view(matrix: &DMatrix<f64>) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(matrix.as_slice(), matrix.nrows(), matrix.ncols())
}

/// Householder tridiagonalisation with implicit QR or divide and conquer is backward stable: the
/// eigenvalues are exact for a matrix within a modest multiple of ε‖A‖; Weyl's inequality does the
/// rest.
fn backward_error(n: usize, norm: f64) -> f64 {
    4.0 * ROUNDING * (n as f64).sqrt() * norm
}

/// Eigenvalues of a symmetric matrix alone, largest first, and the bound on their error.
///
/// # Errors
/// As [`symmetric`].
pub fn eigenvalues(
    what: &'static str,
    matrix: &DMatrix<f64>,
) -> Result<(Vec<f64>, f64), NumericsError> {
    let n = matrix.nrows();
    if n < LARGE
        || !SQUARES.contains(&matrix.amax())
        || n != matrix.ncols()
        || matrix.iter().any(|x| !x.is_finite())
    {
        let eigen = symmetric(what, matrix.clone())?;
        return Ok((eigen.values.iter().copied().collect(), eigen.error));
    }
    let values = view(matrix).self_adjoint_eigenvalues(Side::Lower);
    clean_registers();
    let mut values =
        values.map_err(|_| NumericsError::Domain { what, message: NOT_CONVERGED.into() })?;
    values.reverse();
    Ok((values, backward_error(n, matrix.norm())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second difference matrix has eigenvalues 2 − 2cos(kπ/(n+1)).
    #[test]
    fn independent_second_difference() {
        for n in [40, 200] {
            second_difference(n);
        }
    }

    fn second_difference(n: usize) {
        let matrix = DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let eigen = symmetric("test", matrix.clone()).unwrap();
        let (values, error) = eigenvalues("test", &matrix).unwrap();
        let rebuilt =
            &eigen.vectors * DMatrix::from_diagonal(&eigen.values) * eigen.vectors.transpose();
        assert!((rebuilt - &matrix).norm() < 1e-11);
        for (k, alone) in values.iter().enumerate() {
            let angle = (n - k) as f64 * std::f64::consts::PI / (n as f64 + 1.0);
            let exact = 2.0 - 2.0 * angle.cos();
            assert!((eigen.values[k] - exact).abs() <= eigen.error, "eigenvalue {k}");
            assert!((alone - exact).abs() <= error, "eigenvalue {k} alone");
        }
    }

    #[test]
    fn limit_bad_matrices_are_errors() {
        assert!(symmetric("test", DMatrix::zeros(0, 0)).is_err());
        assert!(symmetric("test", DMatrix::from_element(2, 2, f64::NAN)).is_err());
    }
}
