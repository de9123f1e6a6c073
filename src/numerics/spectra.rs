//! Eigenvalues of symmetric matrices.

use super::precision::ROUNDING;
use super::{Estimate, NumericsError};
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
    let norm = matrix.norm();
    let eigen = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| eigen.eigenvalues[j].total_cmp(&eigen.eigenvalues[i]));
    Ok(Eigen {
        values: DVector::from_iterator(n, order.iter().map(|&k| eigen.eigenvalues[k])),
        vectors: eigen.eigenvectors.select_columns(&order),
        // Householder tridiagonalisation and implicit QR are backward stable: the eigenvalues are
        // exact for a matrix within a modest multiple of ε‖A‖; Weyl's inequality does the rest.
        error: 4.0 * ROUNDING * (n as f64).sqrt() * norm,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second difference matrix has eigenvalues 2 − 2cos(kπ/(n+1)).
    #[test]
    fn independent_second_difference() {
        let n = 40;
        let matrix = DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let eigen = symmetric("test", matrix).unwrap();
        for k in 0..n {
            let angle = (n - k) as f64 * std::f64::consts::PI / (n as f64 + 1.0);
            let exact = 2.0 - 2.0 * angle.cos();
            assert!((eigen.values[k] - exact).abs() <= eigen.error, "eigenvalue {k}");
        }
    }

    #[test]
    fn limit_bad_matrices_are_errors() {
        assert!(symmetric("test", DMatrix::zeros(0, 0)).is_err());
        assert!(symmetric("test", DMatrix::from_element(2, 2, f64::NAN)).is_err());
    }
}
