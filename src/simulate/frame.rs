//! The origin and the unit in which samples are stored, chosen so that single precision can hold them.

use crate::error::{Error, Result};
use crate::process::Noise;

/// Rounding the samples moves them by so much of the noise e^{t}√Δ at most. They are then other
/// samples of a law that is smeared by a thousandth of the noise's variance.
const STORED: f64 = 0.03;

/// Exponents of units: their squares stay in the range of numbers.
const EXPONENTS: std::ops::RangeInclusive<i32> = -500..=500;

/// The centre is rounded to this part of the spread, so that few samples lose a digit by it.
const CENTRE_STEP: f64 = 0.125;

/// A sample a is stored as (a − centre)/unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    /// None where the samples lie about the origin.
    pub(super) centre: Option<Vec<f64>>,
    /// A power of two: dividing by it loses nothing.
    pub(super) unit: f64,
}

/// What a frame is chosen from.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    count: f64,
    sums: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// Σ a²/largest², with the largest coordinate so far.
    squares: f64,
    largest: f64,
}

impl Extent {
    /// Nothing yet, in d dimensions.
    pub(super) fn new(d: usize) -> Self {
        Self {
            count: 0.0,
            sums: vec![0.0; d],
            low: vec![f64::INFINITY; d],
            high: vec![f64::NEG_INFINITY; d],
            squares: 0.0,
            largest: 0.0,
        }
    }

    /// Adds samples, one after the other.
    ///
    /// # Errors
    /// [`Error::Usage`] for numbers that are not finite.
    pub(super) fn add(&mut self, samples: &[f64]) -> Result<()> {
        for sample in samples.chunks_exact(self.sums.len()) {
            for (k, &x) in sample.iter().enumerate() {
                if !x.is_finite() {
                    return Err(not_finite(self.count as usize, k, x));
                }
                self.sums[k] += x;
                self.low[k] = self.low[k].min(x);
                self.high[k] = self.high[k].max(x);
                let size = x.abs();
                if size > self.largest {
                    self.squares *= (self.largest / size).powi(2);
                    self.largest = size;
                }
                if size > 0.0 {
                    self.squares += (size / self.largest).powi(2);
                }
            }
            self.count += 1.0;
        }
        Ok(())
    }

    /// The frame: centred where the mean holds most of the mean square.
    pub(super) fn frame(&self) -> Frame {
        let mean: Vec<f64> = self.sums.iter().map(|s| s / self.count).collect();
        let relative = |x: f64| (x / self.largest).powi(2);
        let of_mean: f64 = mean.iter().map(|m| relative(*m)).sum();
        let of_all = self.squares / self.count;
        // Sums that overflow have no mean.
        let centred = of_mean > 0.5 * of_all && of_mean.is_finite();
        let centre = centred.then(|| {
            let spread = self.largest
                * ((of_all - of_mean).max(f64::EPSILON * of_all) / mean.len() as f64).sqrt();
            let step = power_above(CENTRE_STEP * spread);
            mean.iter().map(|m| (m / step).round() * step).collect::<Vec<f64>>()
        });
        let reach = |k: usize| {
            let c = centre.as_ref().map_or(0.0, |c| c[k]);
            (self.high[k] - c).abs().max((self.low[k] - c).abs())
        };
        let reach = (0..mean.len()).map(reach).fold(0.0, f64::max);
        Frame { centre, unit: power_above(reach) }
    }
}

/// The error about number `k` of sample `i`, both from 0.
pub(super) fn not_finite(i: usize, k: usize, x: f64) -> Error {
    Error::Usage(format!("sample {}, number {} is {x}: every number must be finite", i + 1, k + 1))
}

/// The least power of two above `x`, within what squares can bear; 1 for 0.
pub(super) fn power_above(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let exponent =
        x.log2().ceil().clamp(f64::from(*EXPONENTS.start()), f64::from(*EXPONENTS.end()));
    2f64.powi(exponent as i32)
}

impl Frame {
    /// The origin, and numbers as they are.
    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self { centre: None, unit: 1.0 }
    }

    /// Coordinate `k` as it is stored.
    pub(super) fn inward(&self, k: usize, x: f64) -> f64 {
        match &self.centre {
            Some(centre) => (x - centre[k]) / self.unit,
            None => x / self.unit,
        }
    }

    /// Coordinate `k` from what is stored.
    pub(super) fn outward(&self, k: usize, x: f64) -> f64 {
        match &self.centre {
            Some(centre) => centre[k] + x * self.unit,
            None => x * self.unit,
        }
    }

    /// True where samples of size `largest` about the centre, stored to a relative `rounding`, are
    /// sharp beside the noise.
    pub(super) fn is_sharp(&self, largest: f64, rounding: f64, noise: Noise) -> bool {
        let centre = self.centre.as_deref().unwrap_or_default();
        let far = centre.iter().map(|c| c.abs()).fold(0.0, f64::max) * (centre.len() as f64).sqrt();
        // Points are doubles whatever the samples are.
        let moved = (rounding * largest).max(0.5 * f64::EPSILON * (far + largest));
        moved * noise.decay() <= STORED * noise.delta().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the scale, what is stored is at most 1, near 1, and leads back.
        #[test]
        fn property_frames_lead_back(
            scale in -150..150i32,
            offset in -3.0..3.0f64,
            samples in proptest::collection::vec(-1.0..1.0f64, 12),
        ) {
            let (scale, offset) = (10f64.powi(scale), 10f64.powf(offset));
            let samples: Vec<f64> = samples.iter().map(|x| scale * (offset + x)).collect();
            let mut extent = Extent::new(3);
            extent.add(&samples).unwrap();
            let frame = extent.frame();
            let mut most: f64 = 0.0;
            for (i, &x) in samples.iter().enumerate() {
                let inside = frame.inward(i % 3, x);
                most = most.max(inside.abs());
                // Samples lie on both sides of the mean, which is of the size of the offset.
                let size = scale * (offset + 1.0);
                prop_assert!((frame.outward(i % 3, inside) - x).abs() <= 2.0 * f64::EPSILON * size);
            }
            prop_assert!(most <= 1.0 && most > 0.49, "{}", most);
        }
    }

    /// A mean of no consequence moves no digit.
    #[test]
    fn identity_samples_about_the_origin_stay_where_they_are() {
        let mut extent = Extent::new(1);
        extent.add(&[1.0, -0.9, 0.3, -0.2]).unwrap();
        assert_eq!(extent.frame(), Frame::plain());
        let mut extent = Extent::new(1);
        extent.add(&[1000.0, 1002.0, 1001.0, 1003.0]).unwrap();
        let centre = extent.frame().centre.unwrap()[0];
        assert!((centre - 1001.5).abs() < 0.5 && extent.frame().unit == 2.0, "{centre}");
    }

    #[test]
    fn bad_input_numbers_that_are_none() {
        let message = Extent::new(2).add(&[0.0, 1.0, f64::NAN, 3.0]).unwrap_err().to_string();
        assert!(message.contains("sample 2, number 1 is NaN"), "{message}");
    }
}
