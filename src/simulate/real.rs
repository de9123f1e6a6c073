//! The two precisions of the score kernel, and an exponential that a compiler can vectorise.

use crate::numerics::exponential::exponential;
use pulp::{Arch, Simd, WithSimd};
use std::fmt::Debug;

/// Samples of a block whose logits are treated together: a multiple of every vector length.
pub(super) const LANES: usize = 16;

/// A floating-point number that samples are stored in and products are computed in.
pub trait Real:
    faer::traits::ComplexField + Copy + Debug + PartialOrd + Default + Send + Sync + 'static
{
    /// Name on the command line.
    const NAME: &'static str;

    /// Bytes of one number.
    const BYTES: usize;

    /// Largest relative error of one rounding.
    const ROUNDING: f64;

    /// The nearest number of this precision.
    fn narrow(x: f64) -> Self;

    /// The same number in double precision.
    fn wide(self) -> f64;

    /// e^x for x ≤ 0, and 0 where that is too small to be normal. Relative error below 3e-7 in
    /// single and 4e-16 in double precision.
    fn exponential(x: Self) -> Self;
}

impl Real for f32 {
    const NAME: &'static str = "f32";
    const BYTES: usize = 4;
    const ROUNDING: f64 = 0.5 * f32::EPSILON as f64;

    #[inline(always)]
    fn narrow(x: f64) -> Self {
        x as Self
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }

    /// x = k log 2 + r with |r| ≤ ½ log 2; e^r by its Taylor series, whose remainder there is 1e-8.
    #[inline(always)]
    fn exponential(x: Self) -> Self {
        const HIGH: f32 = 0.693_145_75;
        const LOW: f32 = 1.428_606_8e-6;
        // Adding and taking off 1.5·2²³ rounds to the nearest whole number.
        const ROUND: f32 = 12_582_912.0;
        let clamped = if x > -87.0 { x } else { -87.0 };
        let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
        let k = shifted - ROUND;
        let r = (clamped - k * HIGH) - k * LOW;
        let mut series = 1.0 / 5040.0;
        for coefficient in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            series = series * r + coefficient;
        }
        // The low bits of the shifted number are those of k.
        let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
        if x > -87.0 { series * power } else { 0.0 }
    }
}

impl Real for f64 {
    const NAME: &'static str = "f64";
    const BYTES: usize = 8;
    const ROUNDING: f64 = 0.5 * f64::EPSILON;

    #[inline(always)]
    fn narrow(x: f64) -> Self {
        x
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }

    #[inline(always)]
    fn exponential(x: Self) -> Self {
        /// The power of two of e^x is a normal number above.
        const LOWEST: f64 = -708.0;
        let normal = exponential(x, LOWEST);
        if x > LOWEST { normal } else { 0.0 }
    }
}

/// What the logits of one query against one block of samples add up to, relative to a reference.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    /// Σ w.
    pub(super) sum: f64,
    /// Σ w².
    pub(super) squares: f64,
    /// Σ w log w.
    pub(super) logs: f64,
    /// How many weights are not negligible.
    pub(super) heavy: usize,
}

/// Turns scalar products x·a into logits `slope` x·a − `half` |a|²; returns the largest.
pub(super) struct Logits<'a, T> {
    pub(super) products: &'a [T],
    pub(super) squares: &'a [f64],
    pub(super) slope: f64,
    pub(super) half: f64,
    pub(super) logits: &'a mut [f64],
}

impl<T: Real> WithSimd for Logits<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut largest = [f64::NEG_INFINITY; LANES];
        let products = self.products.as_chunks::<LANES>();
        let squares = self.squares.as_chunks::<LANES>();
        let logits = self.logits.as_chunks_mut::<LANES>();
        for ((product, square), logit) in products.0.iter().zip(squares.0).zip(logits.0) {
            for i in 0..LANES {
                logit[i] = self.slope * product[i].wide() - self.half * square[i];
                largest[i] = if logit[i] > largest[i] { logit[i] } else { largest[i] };
            }
        }
        for ((product, square), logit) in products.1.iter().zip(squares.1).zip(logits.1) {
            *logit = self.slope * product.wide() - self.half * square;
            largest[0] = if *logit > largest[0] { *logit } else { largest[0] };
        }
        largest.into_iter().fold(f64::NEG_INFINITY, f64::max)
    }
}

/// Turns logits into weights relative to a reference; those below `negligible` become 0, but are
/// summed.
pub(super) struct Weights<'a, T> {
    pub(super) logits: &'a [f64],
    pub(super) reference: f64,
    pub(super) negligible: T,
    pub(super) weights: &'a mut [T],
}

impl<T: Real> WithSimd for Weights<'_, T> {
    type Output = Column;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Column {
        let (mut sums, mut squares, mut logs) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let mut heavy = [0u32; LANES];
        let reference = self.reference;
        let logits = self.logits.as_chunks::<LANES>();
        let weights = self.weights.as_chunks_mut::<LANES>();
        for (logit, weight) in logits.0.iter().zip(weights.0) {
            for i in 0..LANES {
                let x = logit[i] - reference;
                let w = T::exponential(T::narrow(x));
                let wide = w.wide();
                sums[i] += wide;
                squares[i] += wide * wide;
                // 0 · (−∞) is nothing.
                logs[i] += if wide > 0.0 { wide * x } else { 0.0 };
                let counts = w >= self.negligible;
                heavy[i] += u32::from(counts);
                weight[i] = if counts { w } else { T::default() };
            }
        }
        for (logit, weight) in logits.1.iter().zip(weights.1) {
            let x = logit - reference;
            let w = T::exponential(T::narrow(x));
            let wide = w.wide();
            sums[0] += wide;
            squares[0] += wide * wide;
            logs[0] += if wide > 0.0 { wide * x } else { 0.0 };
            let counts = w >= self.negligible;
            heavy[0] += u32::from(counts);
            *weight = if counts { w } else { T::default() };
        }
        Column {
            sum: sums.iter().sum(),
            squares: squares.iter().sum(),
            logs: logs.iter().sum(),
            heavy: heavy.iter().sum::<u32>() as usize,
        }
    }
}

/// |y − `decay` a|² of one sample a and a point y, from their differences.
pub(super) struct Energy<'a, T> {
    pub(super) samples: &'a [T],
    pub(super) point: &'a [f64],
    pub(super) decay: f64,
}

impl<T: Real> WithSimd for Energy<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut sums = [0.0; LANES];
        let samples = self.samples.as_chunks::<LANES>();
        let point = self.point.as_chunks::<LANES>();
        for (sample, y) in samples.0.iter().zip(point.0) {
            for i in 0..LANES {
                let off = y[i] - self.decay * sample[i].wide();
                sums[i] += off * off;
            }
        }
        for (sample, y) in samples.1.iter().zip(point.1) {
            sums[0] += (y - self.decay * sample.wide()).powi(2);
        }
        sums.iter().sum()
    }
}

/// Adds `values` to `sums`, in double precision.
pub(super) struct Accumulate<'a, T> {
    pub(super) values: &'a [T],
    pub(super) factor: f64,
    pub(super) sums: &'a mut [f64],
}

impl<T: Real> WithSimd for Accumulate<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (sum, value) in self.sums.iter_mut().zip(self.values) {
            *sum += self.factor * value.wide();
        }
    }
}

/// The vector instructions of this processor.
pub(super) fn arch() -> Arch {
    Arch::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the library's exponential, over the whole range.
    #[test]
    fn independent_exponential() {
        let (mut single, mut double) = (0.0f64, 0.0f64);
        for k in 0..=400_000 {
            let x = -f64::from(k) * 86.9 / 400_000.0;
            let narrow = f64::from(x as f32);
            single = single.max((f64::from(f32::exponential(x as f32)) / narrow.exp() - 1.0).abs());
            let x = 8.0 * x;
            double = double.max((f64::exponential(x) / x.exp() - 1.0).abs());
        }
        assert!(single < 3e-7 && single > 1e-9, "{single:e}");
        assert!(double < 4e-16, "{double:e}");
    }

    #[test]
    fn limit_exponential_ends() {
        assert_eq!((f32::exponential(0.0), f64::exponential(0.0)), (1.0, 1.0));
        assert_eq!((f32::exponential(-1e30), f64::exponential(-1e300)), (0.0, 0.0));
        assert_eq!(f32::exponential(f32::NEG_INFINITY), 0.0);
        assert_eq!(f64::exponential(f64::NEG_INFINITY), 0.0);
    }
}
