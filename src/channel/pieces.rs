//! Piecewise-linear activations: the law of y given V in closed form.
//!
//! On a piece the signal is u = c + κ w with w a truncated standard normal, so every posterior
//! moment is a Gaussian density times differences of Φ and of the normal density.

use super::accuracy::Accuracy;
use super::cells::{Cell, Grid};
use super::output::{LONGEST, Law, Panel, Summary};
use super::scalars::Scalars;
use crate::numerics::special::{HALF_LN_2PI, normal_cdf, normal_density};

/// One linear piece φ(z) = slope z + offset for z from `from` (to the next piece's `from`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Left end; −∞ for the first piece.
    pub from: f64,
    /// Slope of φ.
    pub slope: f64,
    /// Value at z = 0 of the line the piece lies on.
    pub offset: f64,
}

/// A piece in terms of w: u = centre + gain w for w in [low, high], u measured from `PieceLaw::base`.
#[derive(Clone, Copy, Debug)]
struct Segment {
    low: f64,
    high: f64,
    centre: f64,
    gain: f64,
}

/// The law of y given V for a piecewise-linear activation.
#[derive(Clone, Debug)]
pub(crate) struct PieceLaw {
    segments: Vec<Segment>,
    summary: Summary,
    /// Range of w, and half-width of the window of the noise.
    reach: f64,
    noise: f64,
}

/// Φ(b) − Φ(a) without cancellation in either tail.
pub(crate) fn normal_mass(a: f64, b: f64) -> f64 {
    if a > 0.0 { normal_cdf(-a) - normal_cdf(-b) } else { normal_cdf(b) - normal_cdf(a) }
}

/// x N(x), 0 at infinity.
fn moment_density(x: f64) -> f64 {
    if x.is_infinite() { 0.0 } else { x * normal_density(x) }
}

impl PieceLaw {
    /// z = mean + spread w, u = amplitude φ(z).
    pub(crate) fn new(
        pieces: &[Piece],
        mean: f64,
        spread: f64,
        amplitude: f64,
        accuracy: &Accuracy,
    ) -> Self {
        let reach = accuracy.reach;
        let at = pieces.iter().rposition(|p| p.from <= mean).unwrap_or(0);
        let base = pieces[at].slope * mean + pieces[at].offset;
        let mut segments = Vec::with_capacity(pieces.len());
        for (k, piece) in pieces.iter().enumerate() {
            let end = pieces.get(k + 1).map_or(f64::INFINITY, |next| next.from);
            let low = (piece.from - mean) / spread;
            let high = (end - mean) / spread;
            if high < -reach || low > reach || low >= high {
                continue;
            }
            let centre = if k == at { 0.0 } else { piece.slope * mean + piece.offset - base };
            segments.push(Segment {
                low: if low < -reach { f64::NEG_INFINITY } else { low },
                high: if high > reach { f64::INFINITY } else { high },
                centre: amplitude * centre,
                gain: amplitude * piece.slope * spread,
            });
        }
        let summary = summarise(&segments, reach);
        Self { segments, summary, reach, noise: accuracy.noise() }
    }

    /// Where a single piece is in reach, the channel is linear.
    pub(crate) fn linear(&self) -> Option<Scalars> {
        match self.segments.as_slice() {
            [only] => Some(Scalars::linear(only.gain * only.gain)),
            _ => None,
        }
    }
}

fn summarise(segments: &[Segment], reach: f64) -> Summary {
    let mut s = Summary { low: f64::INFINITY, high: f64::NEG_INFINITY, ..Summary::default() };
    let ends = |g: &Segment| (g.low.max(-reach), g.high.min(reach));
    for g in segments {
        let mass = normal_mass(g.low, g.high);
        s.mean += g.centre * mass + g.gain * (normal_density(g.low) - normal_density(g.high));
        let (a, b) = ends(g);
        for u in [g.centre + g.gain * a, g.centre + g.gain * b] {
            s.low = s.low.min(u);
            s.high = s.high.max(u);
        }
    }
    for g in segments {
        let mass = normal_mass(g.low, g.high);
        let zeroth = normal_density(g.low) - normal_density(g.high);
        let first = moment_density(g.low) - moment_density(g.high);
        let c = g.centre - s.mean;
        s.variance += c * c * mass + 2.0 * c * g.gain * zeroth + g.gain * g.gain * (mass + first);
        // E[w δ], E[(w² − 1) δ] on the piece.
        s.first += c * zeroth + g.gain * (mass + first);
        let second = |x: f64| if x.is_infinite() { 0.0 } else { x * x * normal_density(x) };
        let rest = second(g.low) - second(g.high);
        s.second += c * first + g.gain * (zeroth + rest);
        // E[w δ²], with E w³ = 2 E w + what the ends leave.
        s.bent += c * c * zeroth
            + 2.0 * c * g.gain * (mass + first)
            + g.gain * g.gain * (2.0 * zeroth + rest);
    }
    s.variance = s.variance.max(0.0);
    s
}

impl Law for PieceLaw {
    fn summary(&self) -> Summary {
        self.summary
    }

    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
        grid.reset(count);
        for j in 0..count {
            grid.set(j, &self.cell(first + j as f64 * spacing));
        }
    }

    fn lumpy(&self) -> bool {
        self.segments.iter().all(|g| g.gain == 0.0)
    }

    fn cell(&self, y: f64) -> Cell {
        let mut cell = Cell::default();
        for g in &self.segments {
            let x = y - g.centre;
            let d = 1.0 + g.gain * g.gain;
            let exponent = -0.5 * x * x / d;
            if exponent < -700.0 {
                continue;
            }
            let front = (exponent - HALF_LN_2PI).exp() / d.sqrt();
            let sigma = 1.0 / d.sqrt();
            let mu = g.gain * x / d;
            let (a, b) = ((g.low - mu) / sigma, (g.high - mu) / sigma);
            let mass = normal_mass(a, b);
            let (na, nb) = (normal_density(a), normal_density(b));
            let zeroth = na - nb;
            let first = if a.is_infinite() { 0.0 } else { a * na }
                - if b.is_infinite() { 0.0 } else { b * nb };
            // w = mu + sigma t, n = x/d − κ sigma t, t truncated standard normal.
            let (rest, lever) = (x / d, g.gain * sigma);
            let square = mass + first;
            cell.p += front * mass;
            cell.w += front * (mu * mass + sigma * zeroth);
            cell.ww +=
                front * (mu * mu * mass + 2.0 * mu * sigma * zeroth + sigma * sigma * square);
            cell.n += front * (rest * mass - lever * zeroth);
            cell.nn +=
                front * (rest * rest * mass - 2.0 * rest * lever * zeroth + lever * lever * square);
            cell.nw += front
                * (rest * mu * mass + (rest * sigma - lever * mu) * zeroth
                    - lever * sigma * square);
        }
        cell
    }

    fn panels(&self) -> Option<Vec<Panel>> {
        let s = &self.summary;
        if s.high - s.low <= LONGEST {
            return None;
        }
        let (low, high) = (s.low - self.noise, s.high + self.noise);
        let mut points = vec![low, high];
        for g in &self.segments {
            for end in [g.low, g.high] {
                let u = g.centre + g.gain * end.clamp(-self.reach, self.reach);
                points.extend([-8.6, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.6].map(|k| u + k));
            }
            let (a, b) = (g.low.max(-self.reach), g.high.min(self.reach));
            let mut w = a;
            while w < b {
                points.push(g.centre + g.gain * w);
                w += 1.5;
            }
        }
        points.retain(|&y| y >= low && y <= high);
        points.sort_by(f64::total_cmp);
        points.dedup_by(|a, b| *a - *b < 0.3);
        Some(Panel::between(&points))
    }
}

/// φ(z).
pub(super) fn value(pieces: &[Piece], z: f64) -> f64 {
    let at = pieces.iter().rposition(|p| p.from <= z).unwrap_or(0);
    pieces[at].slope * z + pieces[at].offset
}

/// Points z > 0 that decide whether a piecewise-linear function is odd or even: two in every stretch
/// between the |z| at which pieces end, and beyond the last.
fn probes(pieces: &[Piece]) -> Vec<f64> {
    let mut ends: Vec<f64> = pieces.iter().skip(1).map(|p| p.from.abs()).collect();
    let top = ends.iter().copied().fold(1.0, f64::max);
    ends.extend([0.0, 0.5 * top, 2.0 * top, 3.0 * top]);
    ends.sort_by(f64::total_cmp);
    ends.windows(2)
        .filter(|p| p[1] > p[0])
        .flat_map(|p| [0.75 * p[0] + 0.25 * p[1], 0.25 * p[0] + 0.75 * p[1]])
        .collect()
}

/// True where `values` at the probes are the same, beside the largest of them.
fn vanish(differences: impl Iterator<Item = (f64, f64)> + Clone) -> bool {
    let largest =
        differences.clone().fold(0.0, |most, (a, b)| f64::max(most, a.abs().max(b.abs())));
    differences.into_iter().all(|(a, b)| (a - b).abs() <= 1e-12 * largest)
}

/// True where the piecewise-linear function is even.
pub(super) fn is_even(pieces: &[Piece]) -> bool {
    let probes = probes(pieces);
    vanish(probes.iter().map(|&z| (value(pieces, z), value(pieces, -z))))
}

/// True where the piecewise-linear function is odd or even up to a constant.
pub(super) fn is_symmetric(pieces: &[Piece]) -> bool {
    let probes = probes(pieces);
    let twice = probes.first().map_or(0.0, |&z| value(pieces, z) + value(pieces, -z));
    let odd = vanish(probes.iter().map(|&z| (value(pieces, z), twice - value(pieces, -z))));
    odd || is_even(pieces)
}
