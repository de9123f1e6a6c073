//! Noisy points, seen by a data set.

use crate::process::Noise;

/// Noisy points x_t.
#[derive(Clone, Debug)]
pub struct Points {
    /// Dimension d.
    pub dimension: usize,
    /// Point j in `values[j d .. (j+1) d]`.
    pub values: Vec<f64>,
    /// The noise level of each; needs 0 < t < ∞.
    pub noises: Vec<Noise>,
    /// The sample that each came from, kept out of its sums; empty where there is none.
    pub own: Vec<usize>,
    /// A sample that is probably near each point, to start from; empty where none is known.
    pub hints: Vec<usize>,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.noises.len()
    }

    /// True if there are no points.
    pub fn is_empty(&self) -> bool {
        self.noises.is_empty()
    }
}
