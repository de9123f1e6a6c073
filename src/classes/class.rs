//! One Gaussian class, what is wrong with several, and how large they are.

use super::Covariance;
use super::covariance::decomposed;
use crate::error::{Error, Result};
use nalgebra::DVector;

/// Weights must add to one within this.
const WEIGHT_SUM_TOLERANCE: f64 = 1e-9;

/// One Gaussian class.
#[derive(Clone, Debug)]
pub struct GaussianClass {
    /// Name of the class, for messages.
    pub label: String,
    /// Prior probability.
    pub weight: f64,
    /// Mean, of length d.
    pub mean: Vec<f64>,
    /// Covariance, d × d.
    pub covariance: Covariance,
}

impl GaussianClass {
    /// The class in units of 1/`unit`.
    pub(super) fn scaled(&self, unit: f64) -> Self {
        let mean = self.mean.iter().map(|x| x * unit).collect();
        Self { mean, covariance: self.covariance.scaled(unit), ..self.clone() }
    }
}

/// The dimension of sound classes.
pub(super) fn checked(classes: &[GaussianClass]) -> Result<usize> {
    let [first, _, ..] = classes else {
        return Err(Error::argument("classes", classes.len(), "needs at least two classes"));
    };
    let dimension = first.mean.len();
    if dimension == 0 {
        return Err(Error::argument("mean", "(empty)", "needs at least one coordinate"));
    }
    for class in classes {
        let fault = if !(class.weight > 0.0 && class.weight < 1.0) {
            Some(format!("weights lie between 0 and 1, not {}", class.weight))
        } else if class.mean.len() != dimension {
            let length = class.mean.len();
            Some(format!("its mean has {length} coordinates, that of the first has {dimension}"))
        } else if let Some(x) = class.mean.iter().find(|x| !x.is_finite()) {
            Some(format!("its mean has an entry {x}"))
        } else if let Some(x) = class.mean.iter().find(|x| x.abs() > FARTHEST) {
            Some(format!(
                "its mean has an entry {x:e}, whose square is no number: {FARTHEST:e} at most"
            ))
        } else {
            class.covariance.fault(dimension).map(|fault| format!("its covariance {fault}"))
        };
        if let Some(fault) = fault {
            return Err(Error::argument("class", &class.label, fault));
        }
    }
    let sum: f64 = classes.iter().map(|c| c.weight).sum();
    if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
        return Err(Error::argument("weights", sum, "must add to 1"));
    }
    Ok(dimension)
}

/// Largest coordinate of a mean: distances between classes are squared and summed.
const FARTHEST: f64 = 1e150;

/// Smallest and largest of the variances and squared distances between class means, 1 if there
/// are none above 0.
pub(super) fn sizes(classes: &[GaussianClass]) -> (f64, f64) {
    let first = &classes[0].mean;
    let distance = |class: &GaussianClass| -> f64 {
        class.mean.iter().zip(first).map(|(a, b)| (a - b).powi(2)).sum()
    };
    let variances = |class: &GaussianClass| -> Vec<f64> {
        (0..class.mean.len()).map(|i| class.covariance.diagonal(i)).collect()
    };
    let sizes: Vec<f64> = (classes.iter())
        .flat_map(|class| variances(class).into_iter().chain([distance(class)]))
        .filter(|x| *x > 0.0)
        .collect();
    if sizes.is_empty() {
        return (1.0, 1.0);
    }
    let large = sizes.iter().copied().fold(0.0, f64::max).min(f64::MAX);
    (sizes.iter().copied().fold(large, f64::min), large)
}

/// Variances along the modes of the covariance that all classes share, and all means in that basis.
///
/// # Errors
/// Failed numerics.
pub(super) fn in_common_modes(classes: &[GaussianClass]) -> Result<(Vec<f64>, Vec<Vec<f64>>)> {
    let dimension = classes[0].mean.len();
    let means = classes.iter().map(|c| c.mean.clone());
    Ok(match &classes[0].covariance {
        Covariance::Isotropic(v) => (vec![*v; dimension], means.collect()),
        Covariance::Diagonal(v) => (v.clone(), means.collect()),
        Covariance::Full(m) => {
            let eigen = decomposed(m)?;
            // Relative to the first mean: a common offset must not cost digits.
            let first = &classes[0].mean;
            let rotated = means.map(|m| {
                let offset = m.iter().zip(first).map(|(a, b)| a - b);
                let offset = DVector::from_iterator(dimension, offset);
                eigen.vectors.tr_mul(&offset).iter().copied().collect()
            });
            (eigen.values.iter().copied().collect(), rotated.collect())
        }
    })
}
