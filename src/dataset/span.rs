//! Few samples in many dimensions: their coordinates in the space that they span.
//!
//! n samples about their mean span at most n − 1 of d dimensions. Their inner products XXᵀ = U Γ Uᵀ are all that
//! covariances know of them: the rows of U √Γ are the samples in an orthonormal basis of that span, whatever d.

use super::moments::block_rows;
use super::{Matrix, Source, for_each_block};
use crate::error::Result;
use crate::memory;
use crate::numerics::precision::ROUNDING;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::spectra;
use nalgebra::DMatrix;

/// Samples in the basis of their span.
pub(super) struct Span {
    /// Their coordinates.
    pub(super) samples: Matrix,
    /// Dimensions in which none of them has any part.
    pub(super) rest: usize,
    /// Bound on the error of Σ y yᵀ over any of them, in spectral norm.
    pub(super) error: f64,
}

/// Share of the dimensions that the samples may be for their span to be worth finding: the decompositions that it
/// saves cost eight times those that it takes.
const FEW: usize = 2;

impl Span {
    /// The span of the samples, where they are few; nothing where they are not, or do not vary.
    ///
    /// # Errors
    /// Errors of reading; failed numerics.
    pub(super) fn of_few(source: &dyn Source) -> Result<Option<Self>> {
        let (n, d) = (source.samples(), source.dimension());
        if n < 2 || n * FEW > d {
            return Ok(None);
        }
        memory::fits(
            "the samples in memory",
            8.0 * n as f64 * (d + n) as f64,
            "number of samples",
        )?;
        let mut rows = vec![0.0; n * d];
        for_each_block(source, block_rows(d), &mut |first, block| {
            rows[first * d..first * d + block.len()].copy_from_slice(block);
            Ok(())
        })?;
        let mut mean = vec![0.0; d];
        for row in rows.chunks_exact(d) {
            mean.iter_mut().zip(row).for_each(|(m, x)| *m += x / n as f64);
        }
        for row in rows.chunks_exact_mut(d) {
            row.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
        }
        let mut products = DMatrix::zeros(n, n);
        let columns = ColumnMajor { entries: &rows, rows: d };
        columns_against(columns, columns, products.as_mut_slice());
        let trace = products.trace();
        let eigen = spectra::symmetric("inner products of the samples", products)?;
        // Each product went through d roundings, of numbers that add up to the trace at most.
        let error = eigen.error + ROUNDING * (d as f64 + 8.0) * trace;
        let rank = eigen.values.iter().take_while(|x| **x > error).count();
        if rank == 0 {
            return Ok(None);
        }
        let mut along = Vec::with_capacity(n * rank);
        for k in 0..n {
            along.extend((0..rank).map(|i| eigen.values[i].sqrt() * eigen.vectors[(k, i)]));
        }
        Ok(Some(Self { samples: Matrix::new(n, rank, along)?, rest: d - rank, error }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::Classes;
    use crate::dataset::groups::{MeasuredClasses, shrinkage};
    use crate::dataset::moments::scan;
    use crate::numerics::random::{Purpose, Seed};
    use crate::process::Noise;

    /// Two classes compared in the span, and in the whole space: one likelihood ratio.
    #[test]
    fn independent_classes_in_the_span_and_in_the_whole_space() {
        let (n, d) = (12, 30);
        let mut entries = vec![0.0; n * d];
        Seed(4).stream(Purpose::Samples, 0, 0).normals(&mut entries);
        entries.iter_mut().enumerate().for_each(|(k, x)| *x += (k / d % 2) as f64 * 0.7);
        let data = Matrix::new(n, d, entries).unwrap();
        let class = |row: usize| Some(row % 2);
        let labels = ["a".to_owned(), "b".to_owned()];
        let of = |source: &Matrix, rest: usize| {
            let moments = scan(source, 2, &class, &|_| ()).unwrap().groups;
            let rho = shrinkage(source, &moments, rest, &class).unwrap();
            (MeasuredClasses::new(&labels, &moments, &rho, rest).unwrap(), rho)
        };
        let span = Span::of_few(&data).unwrap().unwrap();
        let ((whole, rho), (within, own)) = (of(&data, 0), of(&span.samples, span.rest));
        assert!(rho.iter().zip(&own).all(|(a, b)| *a > 0.0 && (a - b).abs() < 1e-12));
        for tau in [1e-2, 1.0, 30.0] {
            let noise = Noise::at_snr(1.0 / tau).unwrap();
            for (j, k) in [(0, 1), (1, 0)] {
                let a = whole.log_likelihood_ratio(j, k, noise).unwrap();
                let b = within.log_likelihood_ratio(j, k, noise).unwrap();
                for (a, b) in [(a.mean, b.mean), (a.variance, b.variance)] {
                    assert!((a.value - b.value).abs() <= a.error + b.error, "{a:?} {b:?}");
                    assert!(a.error < 1e-9 * a.value, "{a:?}");
                }
            }
        }
    }

    /// Distances between samples, and thus all that covariances say, are those in the whole space.
    #[test]
    fn identity_distances_are_kept() {
        let (n, d) = (7, 40);
        let mut entries = vec![0.0; n * d];
        Seed(3).stream(Purpose::Samples, 0, 0).normals(&mut entries);
        entries.iter_mut().for_each(|x| *x += 5.0);
        let data = Matrix::new(n, d, entries).unwrap();
        let span = Span::of_few(&data).unwrap().unwrap();
        assert_eq!((span.samples.dimension(), span.rest), (n - 1, d - n + 1));
        let distance = |data: &Matrix, j: usize, k: usize| -> f64 {
            let d = data.dimension();
            let row = |k: usize| &data.entries()[k * d..(k + 1) * d];
            row(j).iter().zip(row(k)).map(|(x, y)| (x - y).powi(2)).sum()
        };
        for j in 0..n {
            for k in 0..j {
                let (own, whole) = (distance(&span.samples, j, k), distance(&data, j, k));
                assert!((own - whole).abs() <= 4.0 * span.error + 1e-10, "{own} {whole}");
            }
        }
        let many = Matrix::new(30, 40, vec![1.0; 1200]).unwrap();
        assert!(Span::of_few(&many).unwrap().is_none());
        let same = Matrix::new(3, 40, vec![1.0; 120]).unwrap();
        assert!(Span::of_few(&same).unwrap().is_none());
    }
}
