//! The density a little above the real axis, from the top of the spectrum down.

use super::ensemble::{Ensemble, Point};
use crate::numerics::NumericsError;
use std::f64::consts::{LN_10, PI};

/// Points of the scan in log y, 460 a decade, at this height above the axis relative to y.
pub(super) const SPACING: f64 = 0.005;

/// Decades below the top of the spectrum within which bands are looked for.
const DECADES: f64 = 14.0;

/// How far beyond a share of the eigenvalues the scan goes that looks for the bands that hold it.
const BEYOND: f64 = 1.3;

/// Decades without density below some bands after which these are taken to be all, if their weights say so.
const GAP: f64 = 1.5;

/// How far down bands are looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Depth {
    /// Until they hold more than a share of the eigenvalues.
    Share(f64),
    /// Until there is a wide gap.
    Gap,
    /// To the bottom.
    Bottom,
}

/// What was seen at one point of the scan.
pub(super) struct Seen {
    pub(super) y: f64,
    pub(super) point: Point,
    /// log of y times the density.
    pub(super) level: f64,
}

/// An upper bound on the eigenvalues, from the origin.
fn top(e: &Ensemble) -> f64 {
    let first = e.modes.iter().map(|mode| mode.first).fold(0.0, f64::max);
    let rows = e.psi_n;
    let sample = first * (1.0 + rows.recip().sqrt()).powi(2) + e.b2;
    let noise = (e.v2 + e.s2) * (1.0 + (e.psi_p / e.psi_n).sqrt()).powi(2);
    4.0 * (sample * (1.0 + e.psi_p.sqrt()).powi(2) + noise)
}

/// The density a little above the axis, from the bottom to the top; whether down to the bottom, or only until it
/// holds more than a share of the eigenvalues.
pub(super) fn scan(e: &Ensemble, depth: Depth) -> Result<(Vec<Seen>, bool), NumericsError> {
    let high = top(e).ln();
    let low = high - DECADES * LN_10;
    let count = ((high - low) / SPACING).ceil() as usize;
    let mut seen: Vec<Seen> = Vec::with_capacity(count + 1);
    let (mut held, mut gap) = (0.0, 0);
    // From above, where the resolvent is −1/z.
    for k in (0..=count).rev() {
        let y = (low + k as f64 * SPACING).exp();
        let near = seen.last().map(|last| &last.point);
        let point = e.near_axis(y, SPACING, near)?;
        // What is seen above the axis of the atom, and at most of all that lies below.
        let tails = point.z.im / point.z.norm_sqr();
        held += (point.q.im - tails).max(0.0) * y * SPACING / PI;
        gap = if held > 0.0 && e.is_first_order(&point) { gap + 1 } else { 0 };
        seen.push(Seen { y, level: (point.q.im * y).ln(), point });
        let enough = match depth {
            Depth::Share(share) => held > BEYOND * share,
            Depth::Gap => f64::from(gap) * SPACING > GAP * LN_10,
            Depth::Bottom => false,
        };
        if enough {
            seen.reverse();
            return Ok((seen, false));
        }
    }
    seen.reverse();
    Ok((seen, true))
}

/// The point of largest density between two others.
pub(super) fn peak(seen: &[Seen], low: f64, high: f64) -> Option<&Point> {
    let inner = seen.iter().filter(|s| s.y > low && s.y < high);
    inner.max_by(|a, b| a.level.total_cmp(&b.level)).map(|s| &s.point)
}
