//! Means, covariances and duplicates of samples, in one pass over the data.

use super::{Source, for_each_block};
use crate::error::{Error, Result};
use crate::memory;
use crate::numerics::precision::ROUNDING;
use crate::numerics::products::{add_outer_products, symmetrise};
use crate::numerics::stop;
use nalgebra::DMatrix;
use rayon::prelude::*;
use std::hash::{DefaultHasher, Hasher};

/// Numbers in a block of rows.
const BLOCK: usize = 1 << 21;

/// Rows of d numbers read at a time: 16 MiB, at least 64 rows.
pub fn block_rows(d: usize) -> usize {
    (BLOCK / d.max(1)).clamp(64, 8192)
}

/// Mean and covariance of a group of samples.
#[derive(Clone, Debug)]
pub struct Moments {
    /// Number of samples n.
    pub count: usize,
    /// Mean m, of length d.
    pub mean: Vec<f64>,
    /// Covariance (1/n) Σ (x − m)(x − m)ᵀ.
    pub covariance: DMatrix<f64>,
    /// Bound on the rounding error of the covariance, in spectral norm.
    pub error: f64,
}

impl Moments {
    /// Moments about the point c instead of the mean: covariance + (m − c)(m − c)ᵀ.
    pub fn about(&self, centre: &[f64]) -> DMatrix<f64> {
        let offset = difference(&self.mean, centre);
        let mut matrix = self.covariance.clone();
        matrix.ger(1.0, &offset, &offset, 1.0);
        matrix
    }

    /// Moments of several groups together.
    pub fn together(groups: &[Self]) -> Self {
        let d = groups.first().map_or(0, |g| g.mean.len());
        let count: usize = groups.iter().map(|g| g.count).sum();
        let share = |g: &Self| g.count as f64 / count.max(1) as f64;
        let mut mean = vec![0.0; d];
        for group in groups {
            mean.iter_mut().zip(&group.mean).for_each(|(m, x)| *m += share(group) * x);
        }
        let mut covariance = DMatrix::zeros(d, d);
        let mut error = 0.0;
        for group in groups {
            let offset = difference(&group.mean, &mean);
            covariance += &group.covariance * share(group);
            covariance.ger(share(group), &offset, &offset, 1.0);
            error += share(group) * (group.error + 4.0 * ROUNDING * offset.norm_squared());
        }
        Self { count, mean, covariance, error }
    }

    /// Moments of the samples left when those of `removed`, a part of them, are taken away.
    pub fn without(&self, removed: &Self) -> Self {
        let count = self.count - removed.count;
        let (n, r, left) = (self.count as f64, removed.count as f64, count as f64);
        let mean: Vec<f64> =
            self.mean.iter().zip(&removed.mean).map(|(m, x)| (n * m - r * x) / left).collect();
        let offset = difference(&self.mean, &removed.mean);
        let mut covariance = &self.covariance * (n / left) - &removed.covariance * (r / left);
        covariance.ger(-n * r / (left * left), &offset, &offset, 1.0);
        let error = (n * self.error + r * removed.error) / left;
        Self { count, mean, covariance, error }
    }
}

fn difference(a: &[f64], b: &[f64]) -> nalgebra::DVector<f64> {
    nalgebra::DVector::from_iterator(a.len(), a.iter().zip(b).map(|(x, y)| x - y))
}

/// What one pass over the data finds.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Moments of every group that samples were assigned to.
    pub groups: Vec<Moments>,
    /// Samples that repeat an earlier one exactly.
    pub duplicates: usize,
    /// Smallest and largest entry.
    pub range: (f64, f64),
}

/// Where an entry that is no finite number was found.
struct NotFinite {
    count: usize,
    first: (usize, usize, f64),
}

/// Reads all samples and collects the moments of `groups` groups; `group_of` says to which group
/// row k belongs, if to any. `progress` hears of the rows done.
///
/// Memory: one block of 16 MiB (twice with several groups), a d × d matrix for each group, and eight
/// bytes a sample.
///
/// # Errors
/// [`Error::Usage`] for entries that are no finite numbers: how many, and where the first one is;
/// errors of reading.
pub fn scan(
    source: &dyn Source,
    groups: usize,
    group_of: &dyn Fn(usize) -> Option<usize>,
    progress: &dyn Fn(usize),
) -> Result<Scan> {
    let d = source.dimension();
    // Every matrix, its copy in units of the noise, and what diagonalises one of them.
    let square = 8.0 * d as f64 * d as f64;
    memory::fits(
        &format!("covariances of {groups} groups in {d} dimensions"),
        (2.0 * groups as f64 + 1.0) * square,
        "number of classes, or samples of lower dimension",
    )?;
    let mut sums: Vec<Sums> = (0..groups).map(|_| Sums::new(d)).collect();
    let mut shift: Vec<f64> = Vec::new();
    let mut hashes: Vec<u64> = Vec::with_capacity(source.samples());
    let mut bad: Option<NotFinite> = None;
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    let mut shifted: Vec<f64> = Vec::new();
    for_each_block(source, block_rows(d), &mut |first, rows| {
        stop::point();
        progress(first);
        for (k, &x) in rows.iter().enumerate() {
            if !x.is_finite() {
                let here = (first + k / d, k % d, x);
                bad.get_or_insert(NotFinite { count: 0, first: here }).count += 1;
            }
            range = (range.0.min(x), range.1.max(x));
        }
        if bad.is_some() {
            return Ok(());
        }
        hashes.par_extend(rows.par_chunks(d).map(hash));
        if shift.is_empty() {
            // Close to the mean, so that a common offset costs no digits.
            shift = mean_of(rows, d);
        }
        for (group, sums) in sums.iter_mut().enumerate() {
            shifted.clear();
            for (k, row) in rows.chunks_exact(d).enumerate() {
                if group_of(first + k) == Some(group) {
                    shifted.extend(row.iter().zip(&shift).map(|(x, s)| x - s));
                }
            }
            sums.add(&shifted);
        }
        Ok(())
    })?;
    progress(source.samples());
    if let Some(NotFinite { count, first: (row, feature, x) }) = bad {
        let entries = if count == 1 { "entry is" } else { "entries are" };
        return Err(Error::Usage(format!(
            "{count} {entries} not finite, the first {x} in sample {row}, feature {feature} (counted from 0)"
        )));
    }
    hashes.par_sort_unstable();
    let distinct = hashes.chunk_by(|a, b| a == b).count();
    Ok(Scan {
        duplicates: hashes.len() - distinct,
        groups: sums.into_iter().map(|s| s.moments(&shift)).collect(),
        range,
    })
}

fn mean_of(rows: &[f64], d: usize) -> Vec<f64> {
    let mut mean = vec![0.0; d];
    for row in rows.chunks_exact(d) {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += x);
    }
    let count = (rows.len() / d).max(1) as f64;
    mean.iter_mut().for_each(|m| *m /= count);
    mean
}

/// 64 bits of a row: among ten million distinct rows, two agree with probability 3e-6.
pub(super) fn hash(row: &[f64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for x in row {
        // 0 and −0 are equal.
        hasher.write_u64(if *x == 0.0 { 0 } else { x.to_bits() });
    }
    hasher.finish()
}

/// Running sums of shifted samples y.
struct Sums {
    count: usize,
    first: Vec<f64>,
    second: DMatrix<f64>,
    /// Sums added up, and rows in the longest of them: what rounding grows with.
    additions: usize,
    longest: usize,
}

impl Sums {
    fn new(d: usize) -> Self {
        let second = DMatrix::zeros(d, d);
        Self { count: 0, first: vec![0.0; d], second, additions: 0, longest: 0 }
    }

    fn add(&mut self, rows: &[f64]) {
        let d = self.first.len();
        let count = rows.len() / d;
        if count == 0 {
            return;
        }
        // Sums of a block first: fewer roundings.
        let mean = mean_of(rows, d);
        self.first.iter_mut().zip(&mean).for_each(|(s, m)| *s += m * count as f64);
        add_outer_products(&mut self.second, rows);
        self.count += count;
        self.additions += 1;
        self.longest = self.longest.max(count);
    }

    fn moments(mut self, shift: &[f64]) -> Moments {
        let n = self.count.max(1) as f64;
        symmetrise(&mut self.second);
        let offset =
            nalgebra::DVector::from_iterator(shift.len(), self.first.iter().map(|s| s / n));
        let mut covariance = self.second / n;
        // |Σ y yᵀ| entrywise is at most its trace in norm; each entry went through this many roundings.
        let roundings = (self.longest + self.additions + 8) as f64;
        let error = roundings * ROUNDING * (covariance.trace() + offset.norm_squared());
        covariance.ger(-1.0, &offset, &offset, 1.0);
        let mean = offset.iter().zip(shift).map(|(o, s)| o + s).collect();
        Moments { count: self.count, mean, covariance, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Matrix;

    /// 500 samples in 7 dimensions around 1000, in two groups and some in none.
    fn data() -> (Matrix, Vec<f64>) {
        let entries: Vec<f64> =
            (0..3500).map(|k| 1000.0 + f64::from((k * 7919 + k * k) % 1009) / 100.0).collect();
        (Matrix::new(500, 7, entries.clone()).unwrap(), entries)
    }

    fn direct(entries: &[f64], keep: impl Fn(usize) -> bool) -> (Vec<f64>, DMatrix<f64>) {
        let rows: Vec<&[f64]> =
            entries.chunks(7).enumerate().filter(|(k, _)| keep(*k)).map(|(_, r)| r).collect();
        let n = rows.len() as f64;
        let mean: Vec<f64> = (0..7).map(|i| rows.iter().map(|r| r[i]).sum::<f64>() / n).collect();
        let covariance = DMatrix::from_fn(7, 7, |i, j| {
            rows.iter().map(|r| (r[i] - mean[i]) * (r[j] - mean[j])).sum::<f64>() / n
        });
        (mean, covariance)
    }

    fn same(moments: &Moments, entries: &[f64], keep: impl Fn(usize) -> bool) {
        let (mean, covariance) = direct(entries, keep);
        assert!(moments.mean.iter().zip(&mean).all(|(a, b)| (a - b).abs() < 1e-9));
        let off = (&moments.covariance - covariance).norm();
        // The direct sums round too.
        assert!(off <= moments.error + 1e-11, "{off} {}", moments.error);
        assert!(moments.error < 1e-9);
    }

    #[test]
    fn independent_moments_by_definition() {
        let (data, entries) = data();
        let group = |k: usize| [Some(0), Some(1), None][k % 3];
        let found = scan(&data, 2, &group, &|_| ()).unwrap();
        same(&found.groups[0], &entries, |k| k % 3 == 0);
        same(&found.groups[1], &entries, |k| k % 3 == 1);
        same(&Moments::together(&found.groups), &entries, |k| k % 3 != 2);
        let all = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
        same(&all.groups[0].without(&found.groups[1]), &entries, |k| k % 3 != 1);
        let origin = all.groups[0].about(&[0.0; 7]);
        let second: f64 = entries.chunks(7).map(|r| r[2] * r[5]).sum::<f64>() / 500.0;
        assert!((origin[(2, 5)] - second).abs() < 1e-6);
    }

    #[test]
    fn identity_duplicates_are_counted() {
        let mut entries = vec![1.0; 12];
        entries[3] = 0.0;
        entries[9] = -0.0;
        let data = Matrix::new(4, 3, entries).unwrap();
        let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
        assert_eq!((found.duplicates, found.range), (2, (0.0, 1.0)));
    }

    #[test]
    fn bad_input_entries_that_are_not_finite_are_counted_and_placed() {
        let mut entries = vec![1.0; 3000];
        entries[3 * 700 + 2] = f64::NAN;
        entries[3 * 900] = f64::NEG_INFINITY;
        let data = Matrix::new(1000, 3, entries).unwrap();
        let message = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap_err().to_string();
        assert_eq!(
            message,
            "2 entries are not finite, the first NaN in sample 700, feature 2 (counted from 0)"
        );
    }
}
