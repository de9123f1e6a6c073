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
mod cells;
mod conditional;
mod deviations;
mod edge;
mod interval;
mod landscape;
mod linear;
mod nodes;
mod noiseless;
mod output;
mod pieces;
mod rare;
mod reference;
mod response;
mod sampled;
mod scalars;
mod span;
mod steep;
mod two_levels;

pub use accuracy::Effort;
pub use pieces::Piece;
pub use response::Response;

use crate::error::{Error, Result, positive};
use crate::numerics::precision::ROUNDING;
use crate::numerics::stop;
use crate::numerics::{Estimate, NumericsError};
use accuracy::{Accuracy, LADDER, SEARCH, SURVEY};
use landscape::Landscape;
use linear::linear;
use pieces::{is_even as is_even_pieces, is_symmetric};
use scalars::Scalars;
use span::{Profile, UNDERFLOW};
use std::sync::Arc;

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
    even: bool,
    monotone: bool,
    profile: Profile,
}

/// Points at which a function is looked at that is no piecewise-linear one, as far as it is resolved:
/// irregular ones, and around every kink and jump, since what happens rarely lies beyond most others.
fn probes(breakpoints: &[f64], spread: f64) -> Vec<f64> {
    // Multiples of the golden ratio, modulo 1.
    let irregular =
        (1..=PROBES).map(|k| RESOLVED * spread * (k as f64 * 0.618_033_988_749_894_9).fract());
    let around = breakpoints.iter().flat_map(|b| [0.9, 1.1, 1.7].map(|part| part * b.abs()));
    irregular.chain(around).collect()
}

/// True where φ(z) = φ(−z) at the probes.
fn is_even(function: &dyn Fn(f64) -> f64, probes: &[f64]) -> bool {
    probes.iter().all(|&z| {
        let (a, b) = (function(z), function(-z));
        a == b || (a - b).abs() <= 1e-12 * (a.abs() + b.abs())
    })
}

/// True where φ never turns back from one probe to the next.
fn is_ordered(function: &dyn Fn(f64) -> f64, probes: &[f64]) -> bool {
    let mut all: Vec<f64> = probes.iter().flat_map(|z| [-z, *z]).collect();
    all.sort_by(f64::total_cmp);
    let values: Vec<f64> = all.into_iter().map(function).collect();
    // Where φ levels off its values are rounded.
    let slack = |v: &[f64]| 1e-12 * (v[0].abs() + v[1].abs());
    values.windows(2).all(|v| v[1] - v[0] >= -slack(v))
        || values.windows(2).all(|v| v[1] - v[0] <= slack(v))
}

/// Standard deviations of a pre-activation within which φ is resolved at least.
const RESOLVED: f64 = 12.0;

/// Points at which it is asked whether φ is even or turns back.
const PROBES: usize = 512;

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
                let spread = gain.abs() * second_moment.sqrt();
                let profile = Profile::new(|z| function(z), breakpoints, spread);
                let probes = probes(breakpoints, spread);
                let last = &LADDER[LADDER.len() - 1];
                let (weak, strong) = (profile.span(0.0), profile.span(f64::INFINITY));
                let far = weak.reach(last).max(strong.reach(last));
                let reach = RESOLVED.max(far) * spread;
                let landscape = Landscape::new(Arc::clone(function), breakpoints, reach)?;
                let centre = landscape.value(0.0);
                let signal = |w: f64| landscape.value(spread * w) - centre;
                if !weak.rare && sampled::reach(&signal, last) > FARTHEST {
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
                    even: is_even(function.as_ref(), &probes),
                    // What is monotone near the origin may turn where a large gain reaches.
                    monotone: *monotone && is_ordered(function.as_ref(), &probes),
                    profile,
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
        let (symmetric, even) = (is_symmetric(pieces), is_even_pieces(pieces));
        let kind = match pieces {
            [only] => Kind::Linear(only.slope),
            _ => Kind::Pieces(pieces.to_vec()),
        };
        let spread = gain * second_moment.sqrt();
        let breaks: Vec<f64> = pieces.iter().skip(1).map(|p| p.from).collect();
        let profile = Profile::new(|z| pieces::value(pieces, z), &breaks, spread);
        Ok(Self { kind, gain, second_moment, symmetric, even, monotone, profile })
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
    /// symmetric prior.
    pub fn even(&self) -> bool {
        self.even
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
        stop::point();
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
        let span = self.profile.span(snr);
        let evaluate = |accuracy: &Accuracy| {
            let accuracy = span.around(accuracy);
            if span.silent {
                Ok(Scalars::default())
            } else if snr == f64::INFINITY {
                self.noiseless(v, &accuracy)
            } else {
                self.scalars(v, snr, &accuracy)
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
                // leave open and what is cut far out, both rules can share.
                let cut = span.cut(&LADDER[LADDER.len() - 1]);
                let shared = open + cut;
                // Where weights underflow there is more than what is left of them.
                let least = last.open + if span.rare { UNDERFLOW } else { 0.0 };
                let doubted = Scalars {
                    information: DOUBT * change.information.abs()
                        + open * last.information.min(1.0)
                        + cut * last.information
                        + least,
                    signal: 2.0 * DOUBT * change.signal.abs()
                        + shared * last.signal
                        + least * snr.clamp(1.0, f64::MAX),
                    drift: DOUBT * change.drift.abs() + shared * last.drift + least,
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
        let s = self.scalars(v, snr, &self.profile.span(snr).around(&LADDER[0]))?;
        let by_snr = 0.5 * s.signal / snr;
        Ok(ChannelPoint {
            information: Estimate::exact(0.0),
            by_variance: Estimate::exact(0.0),
            by_snr: Estimate::new(by_snr, 1e-6 * by_snr),
            by_variance_twice: 0.0,
            by_variance_and_snr: 0.5 * s.cross / (v * snr),
        })
    }
}
