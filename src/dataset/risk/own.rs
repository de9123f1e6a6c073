//! The collapse onto one sample, as Gaussian data around it have it.
//!
//! For a sample a of Gaussian data, E[i(a; x_t) | a] = D(a) = ½ Σ_k [log(1 + λ_k s) − λ_k s/(1 + λ_k s) +
//! p_k² s/(1 + λ_k s)], s = snr, p_k its coordinates along the eigenvectors: D rises with s, and where it reaches
//! log(n/K) the sample, there K times, outweighs the others (derived here; its mean over a is I). Samples far
//! from the others are reached first: outliers, and members of rare classes.

use crate::numerics::special::log_sum_exp;

/// How far from the collapse of typical samples, in log snr, that of others is looked for.
const RANGE: f64 = 20.0;

/// Spacing of the table of what all samples share: its cubics are then good to 1e-10.
const SPACING: f64 = 0.01;

/// Steps of one search at most, and to what it goes.
const STEPS: usize = 100;
const CLOSE: f64 = 1e-10;

/// A spectrum, ready to be asked of many samples.
#[derive(Clone, Debug)]
pub(super) struct Gaussian {
    /// Eigenvalues above 0.
    values: Vec<f64>,
    /// The first log snr of the table.
    start: f64,
    /// What all samples share, ½ Σ [log(1 + λs) − λs/(1 + λs)], and its slope in log snr.
    shared: Vec<(f64, f64)>,
}

impl Gaussian {
    /// Of eigenvalues, largest first, around the log snr at which typical samples collapse; eigenvalues that are
    /// 0 tell nothing.
    pub(super) fn new(values: &[f64], centre: f64) -> Self {
        let values: Vec<f64> = values.iter().copied().take_while(|v| *v > 0.0).collect();
        let start = centre - RANGE;
        let node = |k: usize| {
            let snr = (start + SPACING * k as f64).exp();
            let parts = values.iter().map(|value| {
                let x = value * snr;
                let signal = x / (1.0 + x);
                (0.5 * (x.ln_1p() - signal), 0.5 * signal * signal)
            });
            parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
        };
        let shared = (0..=(2.0 * RANGE / SPACING) as usize).map(node).collect();
        Self { values, start, shared }
    }

    /// Number of directions in which the data vary.
    pub(super) fn rank(&self) -> usize {
        self.values.len()
    }

    /// D(a) and its slope in log snr, from squares of the coordinates.
    fn density(&self, squares: &[f64], log_snr: f64) -> (f64, f64) {
        let snr = log_snr.exp();
        let (mut own, mut slope) = (0.0, 0.0);
        for (value, square) in self.values.iter().zip(squares) {
            let part = 1.0 / (1.0 + value * snr);
            own += square * part;
            slope += square * part * part;
        }
        let place = (log_snr - self.start) / SPACING;
        let k = (place.max(0.0) as usize).min(self.shared.len() - 2);
        let (x, [left, right]) = (place - k as f64, [self.shared[k], self.shared[k + 1]]);
        let (m0, m1) = (left.1 * SPACING, right.1 * SPACING);
        let rise = right.0 - left.0;
        let cubic = ((m0 + m1 - 2.0 * rise) * x + 3.0 * rise - 2.0 * m0 - m1) * x * x + m0 * x;
        let steep = left.1 + x * (right.1 - left.1);
        (left.0 + cubic + 0.5 * snr * own, steep + 0.5 * snr * slope)
    }

    /// i(a; x) − D(a) of one noise: `coordinates` are those of the sample, `noises` those of the noise z.
    pub(super) fn fluctuation(&self, coordinates: &[f64], noises: &[f64], snr: f64) -> f64 {
        let root = snr.sqrt();
        let term = |((value, p), z): ((&f64, &f64), &f64)| {
            let excess = z * z - 1.0;
            0.5 * ((2.0 * p * root * z + excess) / (1.0 + value * snr) - excess)
        };
        self.values.iter().zip(coordinates).zip(noises).map(term).sum()
    }

    /// log snr at which D(a) is `log_n` > 0; none farther than the table goes.
    pub(super) fn collapse(&self, squares: &[f64], log_n: f64) -> Option<f64> {
        let (mut low, mut high) = (self.start, self.start + 2.0 * RANGE);
        let outside = self.density(squares, low).0 > log_n || self.density(squares, high).0 < log_n;
        if self.values.is_empty() || outside {
            return None;
        }
        let mut u = self.start + RANGE;
        for _ in 0..STEPS {
            let (value, slope) = self.density(squares, u);
            if value < log_n {
                low = u;
            } else {
                high = u;
            }
            let step = (log_n - value) / slope;
            let next = u + step;
            if step.abs() < CLOSE || high - low < CLOSE {
                return Some(next.clamp(low, high));
            }
            u = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Some(u)
    }
}

/// log(Σ e^x of the others / Σ e^x of the sample and its copies).
pub(super) fn log_ratio(largest: f64, sum: f64, copies: &[f64]) -> f64 {
    largest + sum.ln() - log_sum_exp(copies)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// D itself, term by term, is log n where it is said to be; the table loses 1e-9 at most.
    #[test]
    fn identity_collapse_of_one_sample() {
        let values = [9.0, 2.0, 1.0, 0.3, 0.01, 0.0];
        let gaussian = Gaussian::new(&values, 0.7);
        for (scale, log_n) in [(1.0, 3.0), (9.0, 3.0), (0.1, 7.0), (1.0, 1e-3)] {
            let squares: Vec<f64> = values.iter().map(|v| scale * v).collect();
            let snr = gaussian.collapse(&squares, log_n).unwrap().exp();
            let term = |(v, p): (&f64, &f64)| {
                0.5 * ((v * snr).ln_1p() + (p * snr - v * snr) / (1.0 + v * snr))
            };
            let density: f64 = values.iter().zip(&squares).map(term).sum();
            assert!((density - log_n).abs() < 1e-8, "{density} {log_n}");
        }
        // A sample at the centre of data that do not spread there is reached late, or never.
        assert!(gaussian.collapse(&[0.0; 6], 1e6).is_none());
    }
}
