//! The noiseless channel y = φ(z): what stays finite at snr = ∞.

use super::accuracy::Accuracy;
use super::average;

use super::pieces::{Piece, normal_mass};
use super::scalars::Scalars;
use super::{Channel, Kind};
use crate::error::{Error, Result};
use crate::numerics::NumericsError;
use crate::numerics::legendre;
use crate::numerics::special::{entropy_term, normal_density};

/// Range of w, at least.
const W_REACH: f64 = 8.4;

impl Channel {
    /// The limit snr → ∞: E⟨w⟩² for piecewise-linear and strictly monotone activations, and the
    /// information where φ takes finitely many values (else it is infinite).
    pub(super) fn noiseless(&self, v: f64, accuracy: &Accuracy) -> Result<Scalars> {
        let (per_v, spread) = self.geometry(v);
        if self.monotone {
            // y determines w.
            let drift = 1.0;
            return Ok(Scalars {
                information: f64::INFINITY,
                drift,
                curvature: 1.0,
                ..Scalars::default()
            });
        }
        let Kind::Pieces(pieces) = &self.kind else {
            let message = "the noiseless channel is available for piecewise-linear, finite-valued \
                           and strictly monotone activations";
            return Err(Error::Usage(message.to_owned()));
        };
        let breaks: Vec<f64> = pieces.iter().skip(1).map(|p| p.from).collect();
        let shape = self.shape(v, &breaks, f64::INFINITY);
        let f = |x: f64| {
            let reach = accuracy.given(x).reach.max(W_REACH);
            given(pieces, per_v * x, spread, reach)
        };
        let mut sums = average::average(f, &shape, accuracy).ok_or(Error::Numerics(
            NumericsError::NotFinite { what: "noiseless channel", at: v },
        ))?;
        if !self.finite_valued() {
            sums.information = f64::INFINITY;
        }
        Ok(sums)
    }
}

/// Mass, E w and E (w² − 1) on an interval.
fn interval(low: f64, high: f64) -> [f64; 3] {
    let edge = |x: f64| if x.is_infinite() { 0.0 } else { x * normal_density(x) };
    let first = normal_density(low) - normal_density(high);
    [normal_mass(low, high), first, edge(low) - edge(high)]
}

/// Sums at one V: atoms of y where φ is flat, and the continuous part where it is not.
fn given(pieces: &[Piece], mean: f64, spread: f64, reach: f64) -> Scalars {
    let mut atoms: Vec<(f64, [f64; 3])> = Vec::new();
    let mut slopes: Vec<(f64, f64, f64, f64)> = Vec::new();
    for (k, piece) in pieces.iter().enumerate() {
        let end = pieces.get(k + 1).map_or(f64::INFINITY, |next| next.from);
        let (low, high) = ((piece.from - mean) / spread, (end - mean) / spread);
        if piece.slope == 0.0 {
            let part = interval(low, high);
            match atoms.iter_mut().find(|(value, _)| *value == piece.offset) {
                Some((_, moments)) => {
                    for (sum, more) in moments.iter_mut().zip(part) {
                        *sum += more;
                    }
                }
                None => atoms.push((piece.offset, part)),
            }
        } else if low < reach && high > -reach {
            let centre = piece.slope * mean + piece.offset;
            slopes.push((low.max(-reach), high.min(reach), centre, piece.slope * spread));
        }
    }
    let mut sums = Scalars::default();
    for (k, &(_, [mass, first, second])) in atoms.iter().enumerate() {
        if mass < 1e-300 {
            continue;
        }
        let (m, s) = (first / mass, second / mass);
        // Where the others are rare, their probabilities and not 1 less this one.
        let others = || atoms.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, a)| a.1[0]);
        sums.information += if mass > 0.75 && slopes.is_empty() {
            -mass * (-others().sum::<f64>()).ln_1p()
        } else {
            entropy_term(mass)
        };
        sums.drift += mass * m * m;
        sums.curvature += mass * (s - m * m).powi(2);
    }
    sums + continuous(&slopes)
}

/// Where φ has a slope, y leaves one w per piece that reaches it.
fn continuous(slopes: &[(f64, f64, f64, f64)]) -> Scalars {
    let image = |s: &(f64, f64, f64, f64)| {
        let (a, b) = (s.2 + s.3 * s.0, s.2 + s.3 * s.1);
        (a.min(b), a.max(b))
    };
    let mut edges: Vec<f64> = Vec::new();
    for s in slopes {
        let (a, b) = image(s);
        edges.extend([a, b]);
    }
    edges.sort_by(f64::total_cmp);
    let mut sums = Scalars::default();
    for pair in edges.windows(2).filter(|p| p[1] > p[0]) {
        let middle = 0.5 * (pair[0] + pair[1]);
        let covering: Vec<_> = slopes
            .iter()
            .filter(|s| {
                let (a, b) = image(s);
                a <= middle && middle <= b
            })
            .collect();
        let inverse = |s: &(f64, f64, f64, f64), y: f64| (y - s.2) / s.3;
        match covering.as_slice() {
            [] => {}
            [only] => {
                let (a, b) = (inverse(only, pair[0]), inverse(only, pair[1]));
                let [mass, _, second] = interval(a.min(b), a.max(b));
                sums.drift += mass + second;
                sums.curvature += mass;
            }
            several => {
                // Panels of one unit of w of the flattest piece.
                let least = several.iter().map(|s| s.3.abs()).fold(f64::INFINITY, f64::min);
                let count = ((pair[1] - pair[0]) / least).ceil().clamp(1.0, 400.0) as usize;
                let width = (pair[1] - pair[0]) / count as f64;
                for k in 0..count {
                    let low = pair[0] + k as f64 * width;
                    legendre::rule(16).on(low, low + width, |y, weight| {
                        let (mut f, mut m, mut second) = (0.0, 0.0, 0.0);
                        for s in several {
                            let w = inverse(s, y);
                            let density = normal_density(w) / s.3.abs();
                            f += density;
                            m += density * w;
                            second += density * w * w;
                        }
                        if f > 1e-290 {
                            sums.drift += weight * m * m / f;
                            let spread = second / f - (m / f).powi(2) - 1.0;
                            sums.curvature += weight * f * spread * spread;
                        }
                    });
                }
            }
        }
    }
    sums
}
