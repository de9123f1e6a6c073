//! I_out and its derivatives at one v and snr, by rules of one accuracy.

use super::accuracy::Accuracy;
use super::average::{self, Shape};
use super::output::{Law, measure};
use super::pieces::{Piece, PieceLaw};
use super::rare::RareLaw;
use super::sampled::SampledLaw;
use super::scalars::Scalars;
use super::steep::SteepLaw;
use super::two_levels::TwoLevels;
use super::{Channel, Kind};
use crate::error::{Error, Result};
use crate::numerics::NumericsError;
use crate::numerics::precision::ROUNDING;

/// Range of the signal, in units of the noise, beyond which a uniform grid in y is too long.
const LONGEST: f64 = 2000.0;

/// The same where a rare signal has its own panels in y.
const LONGEST_RARE: f64 = 20_000.0;

/// What a density of a long signal is known to: what a rare one tells may be less.
const DENSITY: f64 = 1e-13;

impl Channel {
    /// Relative rounding of differences φ(m + τw) − φ(m), which lose digits where the spread τ is small.
    pub(super) fn lost(&self, v: f64) -> f64 {
        4.0 * ROUNDING * (self.second_moment / v).sqrt()
    }

    /// Mean and spread of z as functions of V.
    pub(super) fn geometry(&self, v: f64) -> (f64, f64) {
        let known = (self.second_moment - v).max(0.0).sqrt();
        (self.gain * known, self.gain * v.sqrt())
    }

    pub(super) fn shape(&self, v: f64, breakpoints: &[f64], width: f64) -> Shape {
        let (per_v, spread) = self.geometry(v);
        let (features, ratio) = if per_v > 0.0 {
            (breakpoints.iter().map(|z| z / per_v).collect(), spread / per_v)
        } else {
            (Vec::new(), f64::INFINITY)
        };
        // Where the slope of φ vanishes, the law of y changes within one width of w.
        let smooth = if self.monotone { 0.5 * width / per_v } else { 0.0 };
        let scale = if per_v > 0.0 { ratio.max(smooth) } else { f64::INFINITY };
        let rounding = 4.0 * self.lost(v);
        Shape { symmetric: self.symmetric, features, width: ratio, scale, rounding }
    }

    pub(super) fn scalars(&self, v: f64, snr: f64, accuracy: &Accuracy) -> Result<Scalars> {
        let (per_v, spread) = self.geometry(v);
        let amplitude = snr.sqrt();
        let result = match &self.kind {
            Kind::Linear(slope) => {
                return Ok(Scalars::linear((slope * spread * amplitude).powi(2)));
            }
            Kind::Pieces(pieces) => self.of_pieces(pieces, v, amplitude, accuracy),
            Kind::General(landscape) => {
                let core = 4.0 * self.gain * self.second_moment.sqrt();
                let width = landscape.local(-core, core).width;
                let shape = self.shape(v, landscape.breakpoints(), width);
                let variance = |x: f64| snr * landscape.variance(per_v * x, spread);
                let accuracy = scaled(accuracy, &shape, variance);
                let f = |x: f64| {
                    let accuracy = accuracy.given(x);
                    let mean = per_v * x;
                    let range = landscape.variation(mean, spread, accuracy.reach) * amplitude;
                    let sampled = || SampledLaw::new(landscape, mean, spread, amplitude, &accuracy);
                    let longest = if accuracy.rare { LONGEST_RARE } else { LONGEST };
                    match (range <= longest).then(sampled).flatten() {
                        Some(law) => measure(&law, &accuracy),
                        None => {
                            let law = SteepLaw::new(landscape, mean, spread, amplitude, &accuracy);
                            let open = if accuracy.rare { DENSITY } else { 0.0 };
                            Scalars { open, ..measure(&law, &accuracy) }
                        }
                    }
                };
                average::average(f, &shape, &accuracy)
            }
        };
        result
            .ok_or(Error::Numerics(NumericsError::NotFinite { what: "channel information", at: v }))
    }

    /// The same of a piecewise-linear activation.
    fn of_pieces(
        &self,
        pieces: &[Piece],
        v: f64,
        amplitude: f64,
        accuracy: &Accuracy,
    ) -> Option<Scalars> {
        let (per_v, spread) = self.geometry(v);
        let breaks: Vec<f64> = pieces.iter().skip(1).map(|p| p.from).collect();
        let shape = self.shape(v, &breaks, f64::INFINITY);
        let law = |x: f64| PieceLaw::new(pieces, per_v * x, spread, amplitude, &accuracy.given(x));
        let accuracy = scaled(accuracy, &shape, |x| law(x).summary().variance);
        let levels = TwoLevels::new(pieces, amplitude);
        let f = |x: f64| {
            let given = accuracy.given(x);
            if let Some(rare) = RareLaw::new(pieces, per_v * x, spread, amplitude, &given) {
                return measure(&rare, &given);
            }
            if let Some(levels) = &levels {
                return levels.measure(per_v * x, spread);
            }
            let law = law(x);
            law.linear().unwrap_or_else(|| measure(&law, &given))
        };
        average::average(f, &shape, &accuracy)
    }
}

/// The accuracy with the size of the signal where V has its weight; of a rare signal every value of V
/// has its own.
fn scaled(accuracy: &Accuracy, shape: &Shape, variance: impl Fn(f64) -> f64) -> Accuracy {
    if accuracy.rare {
        return *accuracy;
    }
    let common = [-1.5, -0.5, 0.5, 1.5];
    let features = shape.features.iter().copied().filter(|x| x.abs() < 3.0).take(4);
    let largest = common.into_iter().chain(features).map(variance).fold(0.0, f64::max);
    // A feature narrow in V weighs as much as it is wide.
    let width = shape.width.min(1.0);
    Accuracy { scale: 0.1 * width * largest.min(1.0), ..*accuracy }
}
