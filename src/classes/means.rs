//! Means over points: the effort that they are worth, their errors, and control variates.

use super::local::{Local, Priors};
use crate::numerics::Estimate;
use crate::numerics::lattice::{REPLICATES, STANDARD_ERRORS};
use nalgebra::{DMatrix, DVector};

/// Eigenvalue of the correlations of controls below which they are alike.
const ALIKE: f64 = 1e-6;

/// How much work a mean is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Enough to see where a curve is steep: [`COARSE`] randomisations of the quick points.
    Coarse,
    /// Some ten milliseconds, for what is asked at many noise levels.
    Quick,
    /// A hundred or a few, for a value of its own.
    Fine,
}

/// Randomisations that are enough to see where a curve is steep.
pub(super) const COARSE: usize = 2;

impl Effort {
    /// Randomisations.
    pub(super) fn replicates(self) -> usize {
        if self == Self::Coarse { COARSE } else { REPLICATES }
    }

    /// Points of lattices and of hypercubes, relative to quick ones.
    pub(super) fn factors(self) -> [usize; 2] {
        if self == Self::Fine { [4, 8] } else { [1, 1] }
    }
}

/// [H, 1 − φ] at every point.
pub(super) type Averages = Vec<[f64; 2]>;

/// H and 1 − φ in every randomisation.
#[derive(Clone, Debug)]
pub(super) struct Means {
    /// The means, [H, 1 − φ], of every randomisation.
    pub(super) replicates: Vec<[f64; 2]>,
    /// Errors that they share: those of the controls' means, which other points gave.
    shared: [f64; 2],
    /// What one event that no point shows would have added: log 2 and ½ times the weight of a point.
    unseen: f64,
}

impl Means {
    /// Mean and error of H (0) or 1 − φ (1).
    pub(super) fn estimate(&self, which: usize) -> Estimate {
        let values = self.replicates.iter().map(|r| r[which]);
        let unseen = self.unseen.hypot(self.shared[which]);
        scattered(&values.collect::<Vec<f64>>(), unseen)
    }
}

/// The mean of independent values, with [`STANDARD_ERRORS`] times its standard error and, in
/// quadrature, `unseen`.
pub(super) fn scattered(values: &[f64], unseen: f64) -> Estimate {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let error = (spread / (count * (count - 1.0))).sqrt();
    Estimate::new(mean, (STANDARD_ERRORS * error).hypot(unseen))
}

/// Log-likelihoods at the points: entry n of column kK + j is log p_j of point n taken in class k, up
/// to what all j share.
pub(super) struct Likelihoods {
    pub(super) logs: Vec<f64>,
    pub(super) points: usize,
}

/// [H, 1 − φ] at every point, averaged over the classes, and the same summed over pairs of classes.
#[derive(Default)]
pub(super) struct Values {
    pub(super) own: Averages,
    pub(super) pairs: Averages,
}

impl Likelihoods {
    pub(super) fn values(&self, priors: &Priors, with_pairs: bool) -> Values {
        let classes = priors.weights.len();
        let mut values = Values { own: vec![[0.0; 2]; self.points], ..Values::default() };
        if with_pairs {
            values.pairs = vec![[0.0; 2]; self.points];
        }
        let mut logs = vec![0.0; classes];
        for k in 0..classes {
            let weight = priors.weights[k];
            let columns = &self.logs[k * classes * self.points..(k + 1) * classes * self.points];
            for n in 0..self.points {
                for (j, log) in logs.iter_mut().enumerate() {
                    *log = columns[j * self.points + n] + priors.logs[j];
                }
                let local = Local::new(&logs);
                values.own[n][0] += weight * local.entropy;
                values.own[n][1] += weight * local.split;
                if let Some(sum) = values.pairs.get_mut(n) {
                    for (_, log) in logs.iter().enumerate().filter(|(j, _)| *j != k) {
                        // Of the odds e^{−x} against the likelier of the two.
                        let x = (logs[k] - log).abs();
                        let e = (-x).exp();
                        let norm = 1.0 / (1.0 + e);
                        sum[0] += weight * (e.ln_1p() + x * e * norm);
                        sum[1] += weight * 2.0 * e * norm * norm;
                    }
                }
            }
        }
        values
    }
}

/// The means of the values over the points of each randomisation, with what is known of the controls
/// taken out of their scatter.
pub(super) fn joined(
    mut values: Averages,
    controls: &[(Averages, [Estimate; 2])],
    priors: &Priors,
    effort: Effort,
) -> Means {
    let points = values.len();
    let mut shared = [0.0; 2];
    for which in 0..2 {
        let slopes = regression(&values, controls, which);
        for ((own, known), slope) in controls.iter().zip(&slopes) {
            for (v, c) in values.iter_mut().zip(own) {
                v[which] -= slope * (c[which] - known[which].value);
            }
            shared[which] += slope.abs() * known[which].error;
        }
    }
    let each = points / effort.replicates();
    let mean = |chunk: &[[f64; 2]]| {
        [0, 1].map(|which| chunk.iter().map(|v| v[which]).sum::<f64>() / each as f64)
    };
    let heaviest = priors.weights.iter().copied().fold(0.0, f64::max);
    let unseen = std::f64::consts::LN_2 * heaviest / points as f64;
    Means { replicates: values.chunks(each).map(mean).collect(), shared, unseen }
}

/// Slopes of the values against the controls, by least squares; of controls that are alike, the
/// shortest.
fn regression(
    values: &[[f64; 2]],
    controls: &[(Averages, [Estimate; 2])],
    which: usize,
) -> Vec<f64> {
    let centred = |of: &[[f64; 2]]| -> DVector<f64> {
        let mean = of.iter().map(|v| v[which]).sum::<f64>() / of.len() as f64;
        DVector::from_iterator(of.len(), of.iter().map(|v| v[which] - mean))
    };
    let own = centred(values);
    let mut sizes = Vec::new();
    let columns = controls.iter().map(|c| {
        let column = centred(&c.0);
        let size = column.norm().max(f64::MIN_POSITIVE);
        sizes.push(size);
        column / size
    });
    let columns: Vec<DVector<f64>> = columns.collect();
    let count = columns.len();
    if count == 0 {
        return Vec::new();
    }
    let products = DMatrix::from_fn(count, count, |i, j| columns[i].dot(&columns[j]));
    let with_own = DVector::from_fn(count, |i, _| columns[i].dot(&own));
    let eigen = products.symmetric_eigen();
    let mut slopes = DVector::zeros(count);
    for (value, vector) in eigen.eigenvalues.iter().zip(eigen.eigenvectors.column_iter()) {
        if *value > ALIKE {
            slopes += vector * (vector.dot(&with_own) / value);
        }
    }
    slopes.iter().zip(sizes).map(|(slope, size)| slope / size).collect()
}
