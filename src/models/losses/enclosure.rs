//! What losses at some noise levels say of the information between them.
//!
//! The posterior variance m(s) falls with s = snr. More than that, d(1/m)/ds ≥ 1 for any data (derived here: by
//! the Cauchy-Schwarz inequality m' = −tr E Cov²/d ≤ −m²; Gaussian data have equality, the content of the
//! single-crossing property). So between levels a and b = a + δ with values m_a, m_b
//!
//! m_b/(1 − m_b (b − s)) ≤ m(s) ≤ m_a/(1 + m_a (s − a)),  −½ log(1 − m_b δ) ≤ I(b) − I(a) ≤ ½ log(1 + m_a δ).
//!
//! For isotropic Gaussian data both sides are equal. A network that is not optimal may break 1/m_b − 1/m_a ≥ δ:
//! there only its own monotony is used, ½ m_b δ ≤ I(b) − I(a) ≤ ½ m_a δ, the right and the left Riemann sum.
//! Between s = 0, where m is the variance of the data, and the first level the same holds. The value within the
//! bounds is that of 1/m linear in s: it obeys them all, and moves smoothly with the losses.

use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;

/// A value that one of the levels would have in place of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moved {
    /// Which level, counted from 0 at the noisiest that was measured.
    pub(super) level: usize,
    /// Its posterior variance.
    pub(super) to: f64,
}

/// Posterior variances at ascending snr, and the information that they enclose.
#[derive(Clone, Debug)]
pub(super) struct Enclosure {
    /// snr of the levels, 0 before all of them.
    snr: Vec<f64>,
    /// Posterior variance per dimension there, that of the data first.
    mmse: Vec<f64>,
    /// The information at each of them.
    informed: Vec<Bounds>,
}

/// A number and what it lies between.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bounds {
    pub(super) low: f64,
    pub(super) value: f64,
    pub(super) high: f64,
}

impl Bounds {
    /// Of a value that rounding may have put beside its bounds by `lost`.
    fn new(low: f64, value: f64, high: f64, lost: f64) -> Self {
        Self { low: low.min(value) - lost, value, high: high.max(value) + lost }
    }

    /// One after another, and without a third.
    fn moved(self, by: Self, instead_of: Self) -> Self {
        Self {
            low: self.low + by.low - instead_of.low,
            value: self.value + by.value - instead_of.value,
            high: self.high + by.high - instead_of.high,
        }
    }

    fn estimate(self) -> Estimate {
        let error = (self.value - self.low).max(self.high - self.value);
        Estimate::new(self.value, error + ROUNDING * self.value.abs())
    }
}

/// What is between two levels.
#[derive(Clone, Copy)]
struct Piece {
    /// Posterior variances at both ends.
    ends: (f64, f64),
    width: f64,
    /// Whether 1/m rises as an optimal denoiser's does.
    optimal: bool,
}

impl Piece {
    fn new(ends: (f64, f64), width: f64) -> Self {
        let (left, right) = ends;
        // 1/m_b − 1/m_a ≥ δ, in products; equality up to rounding is that of Gaussian data.
        let optimal = left - right >= left * right * width - CONVERTED * left;
        Self { ends, width, optimal }
    }

    /// Ratio of the ends, less one: how much 1/m rises, in units of its first value.
    fn rise(self) -> f64 {
        let (left, right) = self.ends;
        (left - right) / right
    }

    /// The posterior variance at a distance `x` from its noisier end.
    fn mmse(self, x: f64) -> Bounds {
        let (left, right) = self.ends;
        let (low, high) = if self.optimal {
            (right / (1.0 - right * (self.width - x)), left / (1.0 + left * x))
        } else {
            (left.min(right), left.max(right))
        };
        let value = if right > 0.0 {
            left / (1.0 + self.rise() * x / self.width)
        } else {
            0.5 * (low + high)
        };
        Bounds::new(low, value, high, self.rounding() * high)
    }

    /// The information gained up to there.
    fn gained(self, x: f64) -> Bounds {
        let (left, right) = self.ends;
        let (low, high) = if self.optimal {
            let rest = (-right * (self.width - x)).ln_1p();
            (0.5 * (rest - (-right * self.width).ln_1p()), 0.5 * (left * x).ln_1p())
        } else {
            (0.5 * left.min(right) * x, 0.5 * left.max(right) * x)
        };
        let value = if right > 0.0 {
            let y = self.rise() * x / self.width;
            // log(1 + y)/y
            let mean = if y.abs() < TINY { 1.0 - 0.5 * y } else { y.ln_1p() / y };
            0.5 * left * x * mean
        } else {
            0.5 * (low + high)
        };
        Bounds::new(low, value, high, self.rounding() * high)
    }

    /// Relative rounding of the lower bound, whose argument comes near zero where m falls steeply.
    fn rounding(self) -> f64 {
        let (left, right) = self.ends;
        if right > 0.0 { 4.0 * ROUNDING * (1.0 + left / right) } else { 4.0 * ROUNDING }
    }
}

impl Enclosure {
    /// Levels of ascending `snr` > 0, and posterior variances of data of `variance`.
    pub(super) fn new(variance: f64, snr: &[f64], mmse: &[f64]) -> Self {
        let with = |first: f64, rest: &[f64]| -> Vec<f64> {
            std::iter::once(first).chain(rest.iter().copied()).collect()
        };
        let informed = vec![Bounds::default()];
        let mut all = Self { snr: with(0.0, snr), mmse: with(variance, mmse), informed };
        for k in 0..snr.len() {
            let piece = all.piece(k, None);
            all.informed.push(all.informed[k].moved(piece.gained(piece.width), Bounds::default()));
        }
        all
    }

    /// The levels that were measured.
    pub(super) fn levels(&self) -> impl Iterator<Item = (f64, f64)> {
        self.snr.iter().copied().zip(self.mmse.iter().copied()).skip(1)
    }

    /// The largest snr that was measured.
    pub(super) fn last(&self) -> f64 {
        self.snr[self.snr.len() - 1]
    }

    /// The posterior variance there.
    pub(super) fn last_mmse(&self) -> f64 {
        self.mmse[self.mmse.len() - 1]
    }

    /// How many pieces show that no optimal denoiser was measured.
    pub(super) fn improvable(&self) -> usize {
        (0..self.snr.len() - 1).filter(|k| !self.piece(*k, None).optimal).count()
    }

    fn value(&self, k: usize, moved: Option<Moved>) -> f64 {
        match moved {
            Some(moved) if moved.level + 1 == k => moved.to,
            _ => self.mmse[k],
        }
    }

    fn piece(&self, k: usize, moved: Option<Moved>) -> Piece {
        let ends = (self.value(k, moved), self.value(k + 1, moved));
        Piece::new(ends, self.snr[k + 1] - self.snr[k])
    }

    /// The piece in which `snr` lies; the last where it is its end.
    fn place(&self, snr: f64) -> usize {
        self.snr.partition_point(|level| *level <= snr).clamp(1, self.snr.len() - 1) - 1
    }

    /// I(a; x)/d at an snr up to the last one.
    pub(super) fn information(&self, snr: f64, moved: Option<Moved>) -> Bounds {
        let k = self.place(snr);
        let mut sum = self.informed[k];
        // A level that is moved changes the two pieces beside it.
        for piece in moved.iter().flat_map(|moved| [moved.level, moved.level + 1]) {
            if piece < k {
                let (old, new) = (self.piece(piece, None), self.piece(piece, moved));
                sum = sum.moved(new.gained(new.width), old.gained(old.width));
            }
        }
        let piece = self.piece(k, moved);
        let within = piece.gained((snr - self.snr[k]).clamp(0.0, piece.width));
        let all = sum.moved(within, Bounds::default());
        Bounds { low: all.low.max(0.0), ..all }
    }

    /// The same as a number with its bound.
    pub(super) fn informed(&self, snr: f64, moved: Option<Moved>) -> Estimate {
        self.information(snr, moved).estimate()
    }

    /// The posterior variance at an snr up to the last one: twice the slope of the information.
    pub(super) fn mmse(&self, snr: f64, moved: Option<Moved>) -> Estimate {
        let k = self.place(snr);
        let piece = self.piece(k, moved);
        piece.mmse((snr - self.snr[k]).clamp(0.0, piece.width)).estimate()
    }

    /// Its derivative by snr.
    pub(super) fn slope(&self, snr: f64) -> f64 {
        let k = self.place(snr);
        let piece = self.piece(k, None);
        let value = piece.mmse((snr - self.snr[k]).clamp(0.0, piece.width)).value;
        if piece.ends.1 > 0.0 {
            -value * value * piece.rise() / (piece.ends.0 * piece.width)
        } else {
            0.0
        }
    }

    /// The log snr at which the information, or a bound of it, reaches `target` > 0; none where
    /// it does not up to the last level.
    pub(super) fn reaches(
        &self,
        target: f64,
        moved: Option<Moved>,
        of: fn(Bounds) -> f64,
    ) -> Option<f64> {
        let at = |log_snr: f64| of(self.information(log_snr.exp(), moved));
        let (mut low, mut high) = (LEAST_LOG_SNR, self.last().ln());
        if of(self.information(self.last(), moved)) < target || at(low) > target {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if at(middle) < target {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(0.5 * (low + high))
    }
}

/// What conversions of losses leave of equality, relative to the posterior variance.
const CONVERTED: f64 = 16.0 * ROUNDING;

/// Below it log(1 + y)/y is 1 − y/2 to all digits.
const TINY: f64 = 1e-8;

/// log snr below which no information is looked for: the least number.
const LEAST_LOG_SNR: f64 = -700.0;

/// Halvings of the range of log snr, 1400, to the rounding of its values.
const HALVINGS: u32 = 62;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaussian data are known between the levels as at them.
    #[test]
    fn identity_isotropic_gaussian_data_leave_no_gap() {
        let variance = 1.7;
        let snr = [0.01, 0.1, 1.0, 30.0];
        let mmse = snr.map(|s| variance / (1.0 + variance * s));
        let all = Enclosure::new(variance, &snr, &mmse);
        for s in [1e-5, 0.03, 0.5, 1.0, 7.0, 30.0] {
            let (information, m) = (all.informed(s, None), all.mmse(s, None));
            let exact = (0.5 * (variance * s).ln_1p(), variance / (1.0 + variance * s));
            assert!((information.value - exact.0).abs() <= information.error, "{s}");
            assert!((m.value - exact.1).abs() <= m.error, "{s}");
            assert!(information.error < 1e-12 && m.error < 1e-12, "{s}: {information:?} {m:?}");
        }
    }

    /// A level that is moved has the information of a curve that was measured so.
    #[test]
    fn identity_a_moved_level_is_another_curve() {
        let (snr, mut mmse) = ([0.1, 0.4, 1.0, 2.0], [0.9, 0.6, 0.3, 0.2]);
        let all = Enclosure::new(1.0, &snr, &mmse);
        let moved = Moved { level: 1, to: 0.57 };
        mmse[1] = 0.57;
        let other = Enclosure::new(1.0, &snr, &mmse);
        for s in [0.05, 0.2, 0.7, 1.5, 2.0] {
            let (a, b) = (all.information(s, Some(moved)), other.information(s, None));
            let off = [a.low - b.low, a.value - b.value, a.high - b.high];
            assert!(off.iter().all(|off| off.abs() < 1e-13), "{s}: {a:?} {b:?}");
            assert_eq!(all.mmse(s, Some(moved)), other.mmse(s, None));
        }
    }
}
