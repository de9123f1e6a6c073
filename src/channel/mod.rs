//! Scalar channels y = √snr φ(z) + n: how much the output says about the unknown part of z.
//!
//! With z = g(√(ρ − v) V + √v w), V and w standard normal and V known, a channel gives
//! **I_out(v; snr) = E_V I(w; y | V)** in nats, its derivatives
//! ∂I_out/∂v = E⟨w⟩²/(2v), ∂I_out/∂snr = ½ E Var(φ|y), and the second derivatives
//! −E[(Var(w|y) − 1)²]/(2v²) and E[Cov(φ, w|y)²]/(2v), all in one pass `[BKMMZ19; GVM25]`.
//!
//! Three routes: the linear channel in closed form; piecewise-linear activations, finite-valued
//! ones included, through truncated Gaussians; everything else by quadrature in w whose nodes
//! follow the activation. In each, the integral over y is a trapezoidal rule on a Gaussian
//! convolution or panels that are halved until they agree, and so is the average over V.

mod accuracy;
mod average;
mod branch;
mod interval;
mod landscape;
mod linear;
mod noiseless;
mod output;
mod pieces;
mod response;
mod sampled;
mod scalars;
mod steep;
mod two_levels;

pub use accuracy::Effort;
pub use pieces::Piece;
pub use response::Response;

use crate::error::{Error, Result, positive};
use crate::numerics::precision::ROUNDING;
use crate::numerics::{Estimate, NumericsError};
use accuracy::{Accuracy, LADDER, SEARCH, SURVEY};
use average::Shape;
use landscape::Landscape;
use linear::linear;
use output::{Law, measure};
use pieces::{PieceLaw, is_symmetric};
use sampled::SampledLaw;
use scalars::Scalars;
use std::sync::Arc;
use steep::SteepLaw;
use two_levels::TwoLevels;

/// I_out and its derivatives at one (v, snr).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelPoint {
    /// I_out in nats.
    pub information: Estimate,
    /// ∂I_out/∂v ≥ 0.
    pub by_variance: Estimate,
    /// ∂I_out/∂snr = ½ E[(φ − ⟨φ⟩)²] ≥ 0.
    pub by_snr: Estimate,
    /// ∂²I_out/∂v² ≤ 0; steers searches, carries no bound.
    pub by_variance_twice: f64,
    /// ∂²I_out/∂v∂snr ≥ 0; steers searches, carries no bound.
    pub by_variance_and_snr: f64,
}

#[derive(Clone, Debug)]
enum Kind {
    Linear(f64),
    Pieces(Vec<Piece>),
    General(Landscape),
}

/// The channel of an activation with gain g at latent second moment ρ.
#[derive(Clone, Debug)]
pub struct Channel {
    kind: Kind,
    gain: f64,
    second_moment: f64,
    symmetric: bool,
    monotone: bool,
}

/// Range of the signal, in units of the noise, beyond which a uniform grid in y is too long.
const LONGEST: f64 = 2000.0;

/// Standard deviations of a pre-activation within which φ² must have its Gaussian average.
const FARTHEST: f64 = 14.0;

/// How many times the last change of the information is taken for its error. The refinements stop by
/// the information and its slope in v; the derivative in snr, which they do not look at, was seen to be
/// off by five times its last change, the slope by nearly three times.
const DOUBT: f64 = 4.0;

/// How many panels in V may leave what each of them is allowed to: 3.4 were seen.
const OPEN: f64 = 6.0;

/// Largest snr·v of activations that are not piecewise linear: beyond, the work on a point grows
/// without bound and its digits are lost.
const STRONGEST: f64 = 1e12;

/// The same for piecewise-linear ones, in units of the steepest piece: beyond, an output is not told from
/// its neighbour one noise away.
const LONGEST_PIECES: f64 = 1e24;

impl Channel {
    /// The channel of a response with gain g ≠ 0 at second moment ρ > 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for a gain or second moment out of range or pieces out of order,
    /// [`Error::Numerics`] where the activation is not finite.
    pub fn new(response: &Response, gain: f64, second_moment: f64) -> Result<Self> {
        if !gain.is_finite() || gain == 0.0 {
            return Err(Error::argument("gain", gain, "must be a finite number other than 0"));
        }
        positive("second moment", second_moment)?;
        // z and −z have the same law: the sign of the gain changes nothing.
        match response {
            Response::Pieces(pieces) => Self::piecewise(pieces, gain.abs(), second_moment),
            Response::General { function, breakpoints, symmetric, monotone } => {
                let reach = 12.0 * gain.abs() * second_moment.sqrt();
                let landscape = Landscape::new(Arc::clone(function), breakpoints, reach)?;
                let spread = gain.abs() * second_moment.sqrt();
                let centre = landscape.value(0.0);
                let signal = |w: f64| landscape.value(spread * w) - centre;
                if sampled::reach(&signal, &LADDER[LADDER.len() - 1]) > FARTHEST {
                    let far = FARTHEST * spread;
                    return Err(Error::Usage(format!(
                        "the activation grows too fast: at gain {gain} the mean square of its values has weight at |z| beyond {far:.3}, {FARTHEST} standard deviations of z, where no rule follows it; a smaller gain, an activation that is bounded there (clip(..., -1e3, 1e3)), or growth below exp(z²/(8 gain²)) would do"
                    )));
                }
                Ok(Self {
                    kind: Kind::General(landscape),
                    gain: gain.abs(),
                    second_moment,
                    symmetric: *symmetric,
                    monotone: *monotone,
                })
            }
        }
    }

    fn piecewise(pieces: &[Piece], gain: f64, second_moment: f64) -> Result<Self> {
        let ordered = pieces.windows(2).all(|p| p[0].from < p[1].from);
        if pieces.is_empty() || !ordered {
            return Err(Error::argument("pieces", pieces.len(), "must be in ascending order"));
        }
        let monotone = pieces.iter().all(|p| p.slope > 0.0) || pieces.iter().all(|p| p.slope < 0.0);
        let monotone = monotone
            && pieces.windows(2).all(|p| {
                let gap =
                    p[1].slope * p[1].from + p[1].offset - p[0].slope * p[1].from - p[0].offset;
                gap * p[0].slope >= -1e-12
            });
        let symmetric = is_symmetric(pieces);
        let kind = match pieces {
            [only] => Kind::Linear(only.slope),
            _ => Kind::Pieces(pieces.to_vec()),
        };
        Ok(Self { kind, gain, second_moment, symmetric, monotone })
    }

    /// ρ, the largest v.
    pub fn second_moment(&self) -> f64 {
        self.second_moment
    }

    /// True where φ is piecewise linear: truncated Gaussians rather than rules in w.
    pub fn piecewise_linear(&self) -> bool {
        !matches!(self.kind, Kind::General(_))
    }

    /// True where φ takes finitely many values.
    pub fn finite_valued(&self) -> bool {
        match &self.kind {
            Kind::Linear(slope) => *slope == 0.0,
            Kind::Pieces(pieces) => pieces.iter().all(|p| p.slope == 0.0),
            Kind::General(_) => false,
        }
    }

    /// True where φ takes one value only.
    pub fn constant(&self) -> bool {
        match &self.kind {
            Kind::Linear(slope) => *slope == 0.0,
            Kind::Pieces(pieces) => {
                pieces.iter().all(|p| p.slope == 0.0 && p.offset == pieces[0].offset)
            }
            Kind::General(_) => false,
        }
    }

    /// True where φ is even, so that ⟨w⟩ vanishes at v = ρ and v = ρ is a stationary point for a
    /// symmetric prior: φ(z) = φ(−z) at 64 irregular points.
    pub fn even(&self) -> bool {
        let value = |z: f64| match &self.kind {
            Kind::Linear(slope) => slope * z,
            Kind::Pieces(pieces) => {
                let at = pieces.iter().rposition(|p| p.from <= z).unwrap_or(0);
                pieces[at].slope * z + pieces[at].offset
            }
            Kind::General(landscape) => landscape.value(z),
        };
        let reach = 5.0 * self.gain * self.second_moment.sqrt();
        (1..=64).all(|k| {
            // Multiples of the golden ratio, modulo 1.
            let z = reach * (f64::from(k) * 0.618_033_988_749_894_9).fract();
            let (a, b) = (value(z), value(-z));
            (a - b).abs() <= 1e-12 * (a.abs() + b.abs())
        })
    }

    /// I_out and its derivatives at posterior variance v in (0, ρ] and snr in [0, ∞].
    ///
    /// At snr = ∞ the information is infinite unless φ takes finitely many values; the derivative in
    /// v remains where the channel knows it.
    ///
    /// # Errors
    /// [`Error::Argument`] for v or snr outside their ranges, [`Error::Numerics`] where φ is not
    /// finite, [`Error::Usage`] at snr = ∞ for an activation whose noiseless limit is not covered.
    pub fn at(&self, v: f64, snr: f64, effort: Effort) -> Result<ChannelPoint> {
        if !(v > 0.0 && v <= self.second_moment * (1.0 + 1e-12)) {
            return Err(Error::argument("v", v, "must lie between 0 and the second moment"));
        }
        if snr.is_nan() || snr < 0.0 {
            return Err(Error::argument("snr", snr, "must be 0 or above"));
        }
        let v = v.min(self.second_moment);
        if let Kind::Linear(slope) = self.kind {
            return Ok(linear(self.gain * slope, v, snr));
        }
        if snr == 0.0 {
            return self.silent(v);
        }
        let strongest = self.strongest();
        if snr.is_finite() && snr * v > strongest {
            let message = format!(
                "a signal with snr·v above {strongest:e} has more levels than doubles tell apart (snr = inf is the limit without noise)"
            );
            return Err(NumericsError::Domain { what: "channel", message }.into());
        }
        let evaluate = |accuracy: &Accuracy| {
            if snr == f64::INFINITY {
                self.noiseless(v, accuracy)
            } else {
                self.scalars(v, snr, accuracy)
            }
        };
        let (scalars, change) = match effort {
            Effort::Survey => {
                let s = evaluate(&SURVEY)?;
                (s, Scalars { information: 1e-2, signal: 1e-2, drift: 1e-2, ..s })
            }
            Effort::Search => {
                let s = evaluate(&SEARCH)?;
                (s, Scalars { information: 1e-6, signal: 1e-6, drift: 1e-6, ..s })
            }
            Effort::Certify | Effort::Polish => {
                let ladder = if effort == Effort::Polish { &LADDER[2..] } else { &LADDER[..] };
                let mut last = evaluate(&ladder[0])?;
                let mut change = last;
                let mut open = OPEN * ladder[0].panel;
                for accuracy in &ladder[1..] {
                    let next = evaluate(accuracy)?;
                    open = OPEN * accuracy.panel;
                    change = next - last;
                    last = next;
                    if effort.settled(&last, &change) {
                        break;
                    }
                }
                // What the last refinement changed can be small by accident; what the panels in V may
                // leave open, both rules can share.
                let doubted = Scalars {
                    information: DOUBT * change.information.abs()
                        + open * last.information.min(1.0),
                    signal: 2.0 * DOUBT * change.signal.abs() + open * last.signal,
                    drift: DOUBT * change.drift.abs() + open * last.drift,
                    ..change
                };
                (last, doubted)
            }
        };
        Ok(self.point(v, snr, &scalars, &change))
    }

    /// Largest snr·v that the rules follow.
    fn strongest(&self) -> f64 {
        match &self.kind {
            Kind::Linear(_) => f64::INFINITY,
            Kind::Pieces(pieces) => {
                let steepest = pieces.iter().map(|p| p.slope.abs()).fold(0.0, f64::max);
                LONGEST_PIECES / (self.gain * steepest).powi(2)
            }
            Kind::General(_) => STRONGEST,
        }
    }

    /// Relative rounding of differences φ(m + τw) − φ(m), which lose digits where the spread τ is small.
    fn lost(&self, v: f64) -> f64 {
        4.0 * ROUNDING * (self.second_moment / v).sqrt()
    }

    fn point(&self, v: f64, snr: f64, s: &Scalars, change: &Scalars) -> ChannelPoint {
        let relative = 32.0 * ROUNDING + self.lost(v);
        let estimate = |value: f64, change: f64, absolute: f64| {
            Estimate::new(value, change.abs() + relative * value.abs() + absolute)
        };
        let absolute = 16.0 * ROUNDING * s.information.abs().min(1.0);
        let by_snr = if snr.is_finite() {
            estimate(s.signal, change.signal, 0.0) * (0.5 / snr)
        } else {
            Estimate::exact(0.0)
        };
        ChannelPoint {
            information: estimate(s.information, change.information, absolute),
            by_variance: estimate(s.drift, change.drift, 0.0) * (0.5 / v),
            by_snr,
            by_variance_twice: -0.5 * s.curvature / (v * v),
            by_variance_and_snr: if snr.is_finite() { 0.5 * s.cross / (v * snr) } else { 0.0 },
        }
    }

    /// snr = 0: only the derivative in snr is left, half the variance of φ given V.
    fn silent(&self, v: f64) -> Result<ChannelPoint> {
        let snr = 1e-14;
        let s = self.scalars(v, snr, &LADDER[0])?;
        let by_snr = 0.5 * s.signal / snr;
        Ok(ChannelPoint {
            information: Estimate::exact(0.0),
            by_variance: Estimate::exact(0.0),
            by_snr: Estimate::new(by_snr, 1e-6 * by_snr),
            by_variance_twice: 0.0,
            by_variance_and_snr: 0.5 * s.cross / (v * snr),
        })
    }

    /// Mean and spread of z as functions of V.
    fn geometry(&self, v: f64) -> (f64, f64) {
        let known = (self.second_moment - v).max(0.0).sqrt();
        (self.gain * known, self.gain * v.sqrt())
    }

    fn shape(&self, v: f64, breakpoints: &[f64], width: f64) -> Shape {
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

    fn scalars(&self, v: f64, snr: f64, accuracy: &Accuracy) -> Result<Scalars> {
        let (per_v, spread) = self.geometry(v);
        let amplitude = snr.sqrt();
        let result = match &self.kind {
            Kind::Linear(slope) => {
                return Ok(Scalars::linear((slope * spread * amplitude).powi(2)));
            }
            Kind::Pieces(pieces) => {
                let breaks: Vec<f64> = pieces.iter().skip(1).map(|p| p.from).collect();
                let shape = self.shape(v, &breaks, f64::INFINITY);
                let law = |x: f64| {
                    let accuracy = accuracy.given(x);
                    PieceLaw::new(pieces, per_v * x, spread, amplitude, &accuracy)
                };
                let accuracy = scaled(accuracy, &shape, |x| law(x).summary().variance);
                if let Some(levels) = TwoLevels::new(pieces, amplitude) {
                    average::average(|x| levels.measure(per_v * x, spread), &shape, &accuracy)
                } else {
                    let f = |x: f64| {
                        let law = law(x);
                        law.linear().unwrap_or_else(|| measure(&law, &accuracy.given(x)))
                    };
                    average::average(f, &shape, &accuracy)
                }
            }
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
                    match (range <= LONGEST).then(sampled).flatten() {
                        Some(law) => measure(&law, &accuracy),
                        None => {
                            let law = SteepLaw::new(landscape, mean, spread, amplitude, &accuracy);
                            measure(&law, &accuracy)
                        }
                    }
                };
                average::average(f, &shape, &accuracy)
            }
        };
        result
            .ok_or(Error::Numerics(NumericsError::NotFinite { what: "channel information", at: v }))
    }
}

/// The accuracy with the size of the signal where V has its weight.
fn scaled(accuracy: &Accuracy, shape: &Shape, variance: impl Fn(f64) -> f64) -> Accuracy {
    let common = [-1.5, -0.5, 0.5, 1.5];
    let features = shape.features.iter().copied().filter(|x| x.abs() < 3.0).take(4);
    let largest = common.into_iter().chain(features).map(variance).fold(0.0, f64::max);
    // A feature narrow in V weighs as much as it is wide.
    let width = shape.width.min(1.0);
    Accuracy { scale: 0.1 * width * largest.min(1.0), ..*accuracy }
}
