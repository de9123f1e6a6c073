//! Labelled data as Gaussian classes: measured means, and measured covariances shrunk towards
//! isotropy.
//!
//! A covariance of d(d + 1)/2 entries from a few thousand samples overfits, and two classes always
//! look further apart than they are. Each class's covariance is therefore shrunk to
//! (1 − ρ) C + ρ (tr C/d) I with the ρ of least expected error `[LW04]`.

use super::class_pair::{Class, Pair};
use super::moments::{Moments, block_rows};
use super::{Source, for_each_block};
use crate::Answer;
use crate::classes::{Classes, LogLikelihoodRatio, Posterior, between_eigenvalues, label_entropy};
use crate::error::Result;
use crate::numerics::{Estimate, spectra};
use crate::process::Noise;
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The shrinkage ρ of a group's covariance: Σ_i |y_i y_iᵀ − C|²/n² over |C − (tr C/d) I|², at most 1,
/// with y = x − m and Frobenius norms `[LW04]`.
///
/// `rest` further dimensions, in which nothing varies, count in the mean variance tr C/d.
///
/// # Errors
/// Errors of reading.
pub fn shrinkage(
    source: &dyn Source,
    moments: &[Moments],
    rest: usize,
    group_of: &dyn Fn(usize) -> Option<usize>,
) -> Result<Vec<f64>> {
    let d = source.dimension();
    let mut fourth = vec![0.0; moments.len()];
    for_each_block(source, block_rows(d), &mut |first, rows| {
        for (k, row) in rows.chunks_exact(d).enumerate() {
            if let Some(group) = group_of(first + k) {
                let mean = &moments[group].mean;
                let square: f64 = row.iter().zip(mean).map(|(x, m)| (x - m).powi(2)).sum();
                fourth[group] += square * square;
            }
        }
        Ok(())
    })?;
    Ok(moments.iter().zip(fourth).map(|(m, fourth)| optimal_shrinkage(m, rest, fourth)).collect())
}

fn optimal_shrinkage(moments: &Moments, rest: usize, fourth: f64) -> f64 {
    let (n, d) = (moments.count as f64, (moments.mean.len() + rest) as f64);
    let square = moments.covariance.norm_squared();
    let spread = square - moments.covariance.trace().powi(2) / d;
    // Σ |y yᵀ − C|² = Σ |y|⁴ − n |C|²
    let noise = (fourth - n * square).max(0.0) / (n * n);
    if noise >= spread { 1.0 } else { noise / spread }
}

/// Classes measured on labelled data.
pub struct MeasuredClasses {
    classes: Vec<Class>,
    weights: Vec<f64>,
    /// The pair looked at last: criteria ask for one pair at many noise levels.
    last: Mutex<Option<Arc<Pair>>>,
    /// Separation times found so far.
    times: Mutex<HashMap<(usize, usize), Answer>>,
}

impl MeasuredClasses {
    /// Classes of the given moments, each shrunk by its `shrinkage`, in a space of `rest` more dimensions, in which
    /// nothing varies.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn new(
        labels: &[String],
        moments: &[Moments],
        shrinkage: &[f64],
        rest: usize,
    ) -> Result<Self> {
        let total: usize = moments.iter().map(|m| m.count).sum();
        let class = |k: usize| -> Result<Class> {
            let (moments, rho) = (&moments[k], shrinkage[k]);
            let d = moments.mean.len();
            let mut covariance = &moments.covariance * (1.0 - rho);
            let isotropic = rho * moments.covariance.trace() / (d + rest) as f64;
            for i in 0..d {
                covariance[(i, i)] += isotropic;
            }
            let eigen = spectra::symmetric("class covariance", covariance.clone())?;
            Ok(Class {
                label: labels[k].clone(),
                mean: DVector::from_column_slice(&moments.mean),
                covariance,
                values: eigen.values.iter().map(|x| x.max(0.0)).collect(),
                vectors: eigen.vectors,
                rest: (rest, isotropic),
                error: eigen.error + moments.error,
            })
        };
        let classes: Result<Vec<Class>> = (0..moments.len()).into_par_iter().map(class).collect();
        let weights = moments.iter().map(|m| m.count as f64 / total as f64).collect();
        Ok(Self { classes: classes?, weights, last: Mutex::default(), times: Mutex::default() })
    }

    fn pair(&self, j: usize, k: usize) -> Arc<Pair> {
        // A poisoned lock holds a sound pair or none: it is only ever replaced whole.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(pair) if (pair.j, pair.k) == (j, k) => Arc::clone(pair),
            _ => {
                let pair = Arc::new(Pair::new(j, k, &self.classes[j], &self.classes[k]));
                *last = Some(Arc::clone(&pair));
                pair
            }
        }
    }

    /// Later of the two times at which classes `j` and `k` separate by the Bayes criterion.
    fn separation(&self, j: usize, k: usize) -> Result<Answer> {
        let directed =
            |j: usize, k: usize| Pair::new(j, k, &self.classes[j], &self.classes[k]).separation();
        let (one, other) = (directed(j, k)?, directed(k, j)?);
        let later = match (one.value(), other.value()) {
            (Some(a), Some(b)) => a >= b,
            (a, _) => a.is_some(),
        };
        Ok(if later { one } else { other })
    }

    /// Computes the separation times of all pairs, on all cores; `progress` hears of the share done.
    pub fn separate(&self, progress: &dyn Fn(f64)) {
        let count = self.classes.len();
        let pairs: Vec<(usize, usize)> =
            (0..count).flat_map(|j| (j + 1..count).map(move |k| (j, k))).collect();
        for (done, some) in pairs.chunks(PAIRS).enumerate() {
            // A pair whose numerics fail is left to whoever asks for it.
            let found: Vec<_> = some
                .par_iter()
                .filter_map(|&(j, k)| Some(((j, k), self.separation(j, k).ok()?)))
                .collect();
            self.times.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            progress((done * PAIRS + some.len()) as f64 / pairs.len() as f64);
        }
    }
}

/// Pairs of classes between two reports of progress.
const PAIRS: usize = 64;

impl Classes for MeasuredClasses {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn label(&self, k: usize) -> String {
        self.classes[k].label.clone()
    }

    fn between_eigenvalues(&self) -> Result<Vec<Estimate>> {
        let means: Vec<Vec<f64>> =
            self.classes.iter().map(|c| c.mean.iter().copied().collect()).collect();
        between_eigenvalues(&self.weights, &means)
    }

    fn log_likelihood_ratio(&self, j: usize, k: usize, noise: Noise) -> Result<LogLikelihoodRatio> {
        Ok(self.pair(j, k).ratio(noise.tau()))
    }

    /// Bounds only: the posterior of measured classes is not averaged here.
    fn posterior(&self, _: Noise) -> Result<Posterior> {
        let floor: f64 = self.weights.iter().map(|w| w * w).sum();
        let entropy = label_entropy(&self.weights).upper();
        Ok(Posterior {
            clone: Estimate::between(floor, 1.0),
            entropy: Estimate::between(0.0, entropy),
            information: Estimate::between(0.0, entropy),
        })
    }

    fn bayes_time(&self, j: usize, k: usize) -> Option<Answer> {
        let pair = (j.min(k), j.max(k));
        let known = self.times.lock().unwrap_or_else(PoisonError::into_inner).get(&pair).cloned();
        if known.is_some() {
            return known;
        }
        let time = self.separation(j, k).ok()?;
        self.times.lock().unwrap_or_else(PoisonError::into_inner).insert(pair, time.clone());
        Some(time)
    }
}

/// The direction in which the means of classes differ most, and what it was found from.
struct Between {
    weights: Vec<f64>,
    /// m_k − m̄.
    offsets: Vec<DVector<f64>>,
    /// Of length 1; nothing where the means coincide.
    direction: Option<DVector<f64>>,
}

impl Between {
    fn new(moments: &[Moments]) -> Result<Self> {
        let all = Moments::together(moments);
        let d = all.mean.len();
        let offset = |m: &Moments| {
            DVector::from_iterator(d, m.mean.iter().zip(&all.mean).map(|(a, b)| a - b))
        };
        let offsets: Vec<DVector<f64>> = moments.iter().map(offset).collect();
        let weights: Vec<f64> = moments.iter().map(|m| m.count as f64 / all.count as f64).collect();
        let k = moments.len();
        let gram = DMatrix::from_fn(k, k, |i, j| {
            (weights[i] * weights[j]).sqrt() * offsets[i].dot(&offsets[j])
        });
        let eigen = spectra::symmetric("between-class covariance", gram)?;
        let mut direction = DVector::zeros(d);
        for (i, offset) in offsets.iter().enumerate() {
            direction += offset * (weights[i].sqrt() * eigen.vectors[(i, 0)]);
        }
        let norm = direction.norm();
        Ok(Self { weights, offsets, direction: (norm > 0.0).then(|| direction / norm) })
    }
}

/// Standard error of the largest between-class eigenvalue: the class means fluctuate by C_k/n_k, and
/// Λ_B moves by 2 Σ_k w_k (u·(m_k − m̄)) (u·δm_k) along its eigenvector u.
///
/// # Errors
/// Failed numerics.
pub fn between_standard_error(moments: &[Moments]) -> Result<f64> {
    let Between { weights, offsets, direction } = Between::new(moments)?;
    let Some(direction) = direction else { return Ok(0.0) };
    let variance: f64 = moments
        .iter()
        .zip(&weights)
        .zip(&offsets)
        .map(|((m, w), offset)| {
            let along = direction.dot(&(&m.covariance * &direction)) / m.count as f64;
            4.0 * (w * direction.dot(offset)).powi(2) * along
        })
        .sum();
    Ok(variance.sqrt())
}

/// Mean variance within the classes along the direction in which their means differ most; nothing where the
/// means coincide.
///
/// # Errors
/// Failed numerics.
pub fn variance_between(moments: &[Moments]) -> Result<Option<f64>> {
    let Between { weights, direction, .. } = Between::new(moments)?;
    let Some(u) = direction else { return Ok(None) };
    let along = |(m, w): (&Moments, &f64)| w * u.dot(&(&m.covariance * &u));
    Ok(Some(moments.iter().zip(&weights).map(along).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Covariance, GaussianClass, GaussianClasses};
    use crate::transitions::speciation::pair_bayes_time;

    fn moments(mean: &[f64], covariance: DMatrix<f64>) -> Moments {
        Moments { count: 1000, mean: mean.to_vec(), covariance, error: 0.0 }
    }

    /// Without shrinkage, measured classes are the Gaussian classes of a mixture file, whose times
    /// go through another decomposition.
    #[test]
    fn independent_pair_times_of_gaussian_classes() {
        let d = 6;
        let rough = DMatrix::from_fn(d, d, |i, j| ((3 * i + 5 * j + i * j) % 7) as f64 / 7.0);
        let first = &rough * rough.transpose() + DMatrix::identity(d, d) * 0.1;
        let second = DMatrix::identity(d, d) * 0.5 + DMatrix::from_element(d, d, 0.2);
        for distance in [0.0, 3.0] {
            let mean = vec![distance; d];
            let groups = [moments(&vec![0.0; d], first.clone()), moments(&mean, second.clone())];
            let labels = ["a".to_owned(), "b".to_owned()];
            let measured = MeasuredClasses::new(&labels, &groups, &[0.0, 0.0], 0).unwrap();
            let class = |label: &str, mean: &[f64], covariance: &DMatrix<f64>| GaussianClass {
                label: label.into(),
                weight: 0.5,
                mean: mean.to_vec(),
                covariance: Covariance::Full(covariance.clone()),
            };
            let given = GaussianClasses::new(vec![
                class("a", &vec![0.0; d], &first),
                class("b", &mean, &second),
            ])
            .unwrap();
            for (j, k) in [(0, 1), (1, 0)] {
                for tau in [1e-2, 1.0, 30.0] {
                    let noise = Noise::at_snr(1.0 / tau).unwrap();
                    let a = measured.log_likelihood_ratio(j, k, noise).unwrap();
                    let b = given.log_likelihood_ratio(j, k, noise).unwrap();
                    for (a, b) in [(a.mean, b.mean), (a.variance, b.variance)] {
                        let within = a.error + b.error;
                        assert!((a.value - b.value).abs() <= within + 1e-12, "{a:?} {b:?}");
                    }
                }
            }
            let a = pair_bayes_time(&measured, 0, 1).unwrap();
            let b = pair_bayes_time(&given, 0, 1).unwrap();
            match (a.value(), b.value()) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{a} {b}"),
                (a, b) => assert_eq!(a, b),
            }
            let a = measured.between_eigenvalues().unwrap()[0];
            assert!((a.value - 0.25 * 6.0 * distance * distance).abs() < 1e-12);
        }
    }

    /// Shrinkage of white noise goes to one, of a strong structure to zero.
    #[test]
    fn limit_shrinkage() {
        use crate::dataset::Matrix;
        use crate::dataset::moments::scan;
        use crate::numerics::random::{Purpose, Seed};
        let mut stream = Seed(3).stream(Purpose::Samples, 0, 0);
        for (n, stretch, low, high) in [(60, 1.0, 0.8, 1.0), (6000, 10.0, 0.0, 0.01)] {
            let d = 30;
            let entries = (0..n * d)
                .map(|k| stream.normal() * if k % d < 5 { stretch } else { 1.0 })
                .collect();
            let data = Matrix::new(n, d, entries).unwrap();
            let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap().groups;
            let rho = shrinkage(&data, &found, 0, &|_| Some(0)).unwrap()[0];
            assert!((low..=high).contains(&rho), "{rho}");
        }
    }
}
