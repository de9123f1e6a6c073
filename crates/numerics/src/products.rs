//! Products of large matrices on all cores.
//!
//! Every tile of a result is one sequential product, whatever the number of threads, so results are
//! the same bits on any of them.

use super::exponential::clean_registers;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::DMatrix;
use rayon::prelude::*;

/// Columns of a tile.
const PANEL: usize = 128;

/// Adds Σ x xᵀ over the rows x of `rows` (row-major, one after the other) to the lower triangle of
/// `sum`, d × d; the upper triangle is left undefined until [`symmetrise`].
pub fn add_outer_products(sum: &mut DMatrix<f64>, rows: &[f64]) {
    let d = sum.nrows();
    let count = rows.len() / d.max(1);
    // Row-major rows are the columns of a d × count matrix.
    let x = MatRef::from_column_major_slice(&rows[..count * d], d, count);
    sum.as_mut_slice().par_chunks_mut(d * PANEL).enumerate().for_each(|(k, panel)| {
        let (first, width) = (k * PANEL, panel.len() / d);
        let panel = MatMut::from_column_major_slice_mut(panel, d, width);
        let (_, below) = panel.split_at_row_mut(first);
        let left = x.subrows(first, d - first);
        let right = x.subrows(first, width);
        matmul(below, Accum::Add, left, right.transpose(), 1.0, Par::Seq);
        clean_registers();
    });
}

/// Copies the lower triangle to the upper.
pub fn symmetrise(matrix: &mut DMatrix<f64>) {
    matrix.fill_upper_triangle_with_lower_triangle();
}

/// The product Aᵀ B of `left` = A and `right` = B.
pub fn transposed_product(left: &DMatrix<f64>, right: &DMatrix<f64>) -> DMatrix<f64> {
    let columns = ColumnMajor { entries: right.as_slice(), rows: right.nrows() };
    let mut out = DMatrix::zeros(left.ncols(), right.ncols());
    let left = ColumnMajor { entries: left.as_slice(), rows: left.nrows() };
    columns_against(left, columns, out.as_mut_slice());
    out
}

/// A matrix in column-major order.
#[derive(Clone, Copy, Debug)]
pub struct ColumnMajor<'a> {
    /// The columns, one after the other.
    pub entries: &'a [f64],
    /// Length of a column.
    pub rows: usize,
}

/// All products of the columns of `left` = A with those of `right` = B: writes Aᵀ B, column-major,
/// to `out`.
pub fn columns_against(left: ColumnMajor<'_>, right: ColumnMajor<'_>, out: &mut [f64]) {
    let rows = left.rows;
    let (m, n) = (left.entries.len() / rows.max(1), right.entries.len() / rows.max(1));
    let a = MatRef::from_column_major_slice(&left.entries[..m * rows], rows, m);
    let b = MatRef::from_column_major_slice(&right.entries[..n * rows], rows, n);
    out[..m * n].par_chunks_mut((m * PANEL).max(1)).enumerate().for_each(|(k, panel)| {
        let width = panel.len() / m;
        let panel = MatMut::from_column_major_slice_mut(panel, m, width);
        let b = b.subcols(k * PANEL, width);
        matmul(panel, Accum::Replace, a.transpose(), b, 1.0, Par::Seq);
        clean_registers();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Vec<f64> {
        (0..count).map(|k| ((k * 7919 + 13) % 101) as f64 / 17.0 - 3.0).collect()
    }

    #[test]
    fn independent_products_by_definition() {
        let (d, n) = (150, 37);
        let rows = entries(d * n);
        let mut sum = DMatrix::zeros(d, d);
        add_outer_products(&mut sum, &rows[..20 * d]);
        add_outer_products(&mut sum, &rows[20 * d..]);
        symmetrise(&mut sum);
        for (i, j) in [(0, 0), (3, 149), (149, 3), (128, 127), (140, 140)] {
            let direct: f64 = rows.chunks(d).map(|x| x[i] * x[j]).sum();
            assert!((sum[(i, j)] - direct).abs() < 1e-10, "({i}, {j})");
        }
        let (a, b) =
            (DMatrix::from_vec(30, 5, entries(150)), DMatrix::from_vec(30, 4, entries(120)));
        assert!((transposed_product(&a, &b) - a.transpose() * b).norm() < 1e-10);
    }
}
