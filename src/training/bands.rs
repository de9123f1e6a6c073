//! The bands of the spectrum: where they begin and end, how many eigenvalues they hold, what they contribute.

use super::edges::Fold;
use super::ensemble::{Ensemble, Point};
use super::scan::{Depth, SPACING, Seen, peak, scan};
use crate::numerics::{Estimate, NumericsError};
use std::f64::consts::PI;

/// Rounds in which a minimum of the density is looked at closer, from fourfold nearer each.
const ROUNDS: usize = 15;

/// Points of one round.
const ROUND_POINTS: usize = 8;

/// Bisections between attempts at a fold, and attempts.
const BISECTIONS: usize = 8;
const ATTEMPTS: usize = 5;

/// Nodes over a band at first, and at most.
const FIRST_NODES: usize = 32;
const MOST_NODES: usize = 1 << 15;

/// How far weights that are all there may be from adding up to one, relatively, beside their errors.
const ROUNDING: f64 = 1e-10;

/// Share of the eigenvalues that may be missing from the bands found; a band that holds less changes no loss.
const MISSED: f64 = 1e-6;

/// Change of weight and share at which nodes are enough.
const SETTLED: f64 = 1e-11;

/// How near to a whole number of modes a band must be, relatively.
const WHOLE: f64 = 1e-6;

/// The density at one eigenvalue.
#[derive(Clone, Copy, Debug)]
pub struct Density {
    /// Which band it is in, from 0, the lowest.
    pub band: usize,
    /// Where.
    pub eigenvalue: f64,
    /// Share of the eigenvalues per unit.
    pub density: f64,
    /// dμ/dλ: of the overlap with what is to be learned.
    pub overlap: f64,
}

/// How far above the axis a search within a band begins, relative to the distance from the origin.
const NEAR_EDGE: f64 = 1e-4;

/// One band.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// Lower edge.
    pub lower: Estimate,
    /// Upper edge.
    pub upper: Estimate,
    /// Share of the eigenvalues.
    pub weight: Estimate,
    /// ∫ dμ over it: the overlap with what is to be learned.
    pub mass: Estimate,
    /// ∫ dμ/λ over it: its share of the loss that training removes.
    pub loss_share: Estimate,
}

/// All bands from below, and the atom.
#[derive(Clone, Debug)]
pub struct Bands {
    /// Bands from below.
    pub bands: Vec<Band>,
    /// Where the atom is.
    pub atom: f64,
    /// Its share of the eigenvalues; 0 where there is none.
    pub atom_weight: f64,
    edges: Vec<(Edge, Edge)>,
}

/// An edge: a fold, or the origin itself where the density reaches it.
#[derive(Clone, Copy, Debug)]
enum Edge {
    Fold(Fold),
    Origin,
}

impl Edge {
    fn y(&self) -> f64 {
        match self {
            Self::Fold(fold) => fold.y,
            Self::Origin => 0.0,
        }
    }
}

impl Bands {
    /// Finds the bands of an ensemble.
    ///
    /// The density is scanned a little above the axis; every minimum is approached until it is a gap or is not.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn new(ensemble: &Ensemble) -> Result<Self, NumericsError> {
        let found = Self::down_to(ensemble, Depth::Gap)?;
        // Weights that add up prove that nothing lies below.
        let held: Estimate = found.bands.iter().map(|band| band.weight).sum();
        let missing = found.atom_weight + held.value - 1.0;
        if missing.abs() < held.error + ROUNDING * held.value {
            return Ok(found);
        }
        let found = Self::down_to(ensemble, Depth::Bottom)?;
        let held: Estimate = found.bands.iter().map(|band| band.weight).sum();
        let missing = 1.0 - found.atom_weight - held.value;
        if missing > MISSED {
            return Err(NumericsError::ToleranceMissed {
                what: "share of the eigenvalues that the bands found hold",
                value: held.value,
                error: missing,
                tolerance: MISSED,
            });
        }
        Ok(found)
    }

    /// The bands from the top down to some depth.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub(super) fn down_to(ensemble: &Ensemble, depth: Depth) -> Result<Self, NumericsError> {
        let origin = ensemble.origin();
        let shifted = ensemble.shifted();
        let edges = edges(&shifted, depth)?;
        let bands =
            edges.iter().map(|pair| band(&shifted, origin, pair)).collect::<Result<_, _>>()?;
        Ok(Self { bands, atom: origin, atom_weight: ensemble.atom(), edges })
    }

    /// The density at the edges and at some eigenvalues of each band, closer together at its edges.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn density(
        &self,
        ensemble: &Ensemble,
        points: usize,
    ) -> Result<Vec<Density>, NumericsError> {
        let shifted = ensemble.shifted();
        let mut all = Vec::new();
        for (band, (low, high)) in self.edges.iter().enumerate() {
            let (a, b) = (low.y(), high.y());
            let mut near: Option<Point> = None;
            let edge = |edge: &Edge| match edge {
                Edge::Fold(fold) => Some(Density {
                    band,
                    eigenvalue: self.atom + fold.y,
                    density: 0.0,
                    overlap: 0.0,
                }),
                // There the density has no end.
                Edge::Origin => None,
            };
            all.extend(edge(low));
            for k in 0..points {
                let y =
                    0.5 * (a + b) - 0.5 * (b - a) * ((k as f64 + 0.5) * PI / points as f64).cos();
                let start = match near {
                    Some(near) => near,
                    None => shifted.near_axis(y, NEAR_EDGE, None)?,
                };
                let point = shifted.on_axis(y, &start)?;
                let overlap = shifted.response(&point).im / PI;
                all.push(Density {
                    band,
                    eigenvalue: self.atom + y,
                    density: point.q.im / PI,
                    overlap,
                });
                near = Some(point);
            }
            all.extend(edge(high));
        }
        Ok(all)
    }

    /// The largest eigenvalue that belongs to the bands.
    pub fn top(&self) -> Estimate {
        self.bands.last().map_or(Estimate::exact(self.atom), |band| band.upper)
    }

    /// The lower edge of the highest bands that hold this share of the eigenvalues, if some do.
    pub(super) fn edge_above(&self, wanted: f64) -> Option<Estimate> {
        let mut held = 0.0;
        for band in self.bands.iter().rev() {
            held += band.weight.value;
            if (held - wanted).abs() < WHOLE * wanted {
                return Some(band.lower);
            }
        }
        None
    }

    /// How far the edges move with small relative changes of a, v² and s²: `changed` is the ensemble with one of
    /// them larger by `relative`.
    pub(super) fn widen(&mut self, changed: &Ensemble, relative: f64, known_to: f64) {
        let (shifted, origin) = (changed.shifted(), changed.origin());
        for (band, (low, high)) in self.bands.iter_mut().zip(&self.edges) {
            for (estimate, edge) in [(&mut band.lower, low), (&mut band.upper, high)] {
                let y = match edge {
                    Edge::Fold(fold) => shifted.fold_from(fold).map_or(fold.y, |fold| fold.y),
                    Edge::Origin => 0.0,
                };
                let moved = (origin + y - estimate.value).abs() / relative;
                *estimate = estimate.widened(2.0 * moved * known_to);
            }
        }
    }
}

/// Pairs of edges, from below.
fn edges(e: &Ensemble, depth: Depth) -> Result<Vec<(Edge, Edge)>, NumericsError> {
    let (seen, whole) = scan(e, depth)?;
    let mut gaps: Vec<Point> = Vec::new();
    let hard = !e.is_gap(seen[0].y, Some(&seen[0].point))?.0;
    if !hard {
        gaps.push(e.is_gap(seen[0].y, Some(&seen[0].point))?.1);
    }
    for three in seen.windows(3) {
        if three[1].level <= three[0].level && three[1].level < three[2].level {
            gaps.extend(approached(e, three)?);
        }
    }
    let last = &seen[seen.len() - 1];
    gaps.push(e.is_gap(last.y, Some(&last.point))?.1);
    let mut found: Vec<(Edge, Edge)> = Vec::new();
    if hard
        && whole
        && let Some(first) = gaps.first()
    {
        let peak = peak(&seen, 0.0, first.z.re);
        if let Some(peak) = peak {
            found.push((Edge::Origin, Edge::Fold(edge(e, first, peak)?)));
        }
    }
    for pair in gaps.windows(2) {
        // Two looks at the same gap have no density between them.
        if let Some(peak) = peak(&seen, pair[0].z.re, pair[1].z.re)
            && let Some(summit) = summit(e, peak)?
        {
            found.push((
                Edge::Fold(edge(e, &pair[0], &summit)?),
                Edge::Fold(edge(e, &pair[1], &summit)?),
            ));
        }
    }
    Ok(found)
}

/// A gap at a minimum of the density, if it is one: looked at ever nearer the axis.
fn approached(e: &Ensemble, around: &[Seen]) -> Result<Option<Point>, NumericsError> {
    let (mut low, mut high) = (around[0].y.ln(), around[2].y.ln());
    let (mut height, mut near) = (SPACING, around[1].point.clone());
    let mut before = f64::NAN;
    for _ in 0..ROUNDS {
        height *= 0.25;
        let step = (high - low) / ROUND_POINTS as f64;
        let mut best: Option<(f64, f64, Point)> = None;
        for k in 0..=ROUND_POINTS {
            let place = low + k as f64 * step;
            let point = e.near_axis(place.exp(), height, Some(&near))?;
            let level = point.q.im * place.exp();
            if best.as_ref().is_none_or(|(least, ..)| level < *least) {
                best = Some((level, place, point));
            }
        }
        let Some((level, place, point)) = best else { break };
        if e.is_first_order(&point) {
            let (gap, point) = e.is_gap(point.z.re, Some(&point))?;
            if gap {
                return Ok(Some(point));
            }
        }
        // The density no longer falls with the height.
        if level > 0.98 * before && level > 30.0 * height {
            return Ok(None);
        }
        before = level;
        (low, high, near) = (place - step, place + step, point);
    }
    Ok(None)
}

/// A point in the band below a maximum of the density above the axis, which may be far narrower than the scan's
/// steps; none where there is nothing.
fn summit(e: &Ensemble, peak: &Point) -> Result<Option<Point>, NumericsError> {
    let mut best = peak.clone();
    let (mut height, mut reach) = (SPACING, SPACING);
    for _ in 0..ROUNDS {
        if !e.is_gap(best.z.re, Some(&best))?.0 {
            return Ok(Some(best));
        }
        height *= 0.25;
        let centre = best.z.re.ln();
        let mut level = 0.0;
        for k in 0..=ROUND_POINTS {
            let place = centre + reach * (2.0 * k as f64 / ROUND_POINTS as f64 - 1.0);
            let point = e.near_axis(place.exp(), height, Some(&best))?;
            if point.q.im * place.exp() > level {
                (level, best) = (point.q.im * place.exp(), point);
            }
        }
        reach *= 0.25;
    }
    Ok(None)
}

/// The edge between a point in a gap and one in a band.
fn edge(e: &Ensemble, gap: &Point, peak: &Point) -> Result<Fold, NumericsError> {
    let (mut outside, mut inside) = (gap.clone(), peak.z.re.ln());
    for _ in 0..ATTEMPTS {
        for _ in 0..BISECTIONS {
            let middle = 0.5 * (outside.z.re.ln() + inside);
            let (is_gap, point) = e.is_gap(middle.exp(), Some(&outside))?;
            if is_gap {
                outside = point;
            } else {
                inside = middle;
            }
        }
        if let Some(fold) = e.fold_near(&outside) {
            let (a, b) = (outside.z.re, inside.exp());
            let slack = 1e-9 * a.abs();
            if fold.y >= a.min(b) - slack && fold.y <= a.max(b) + slack {
                return Ok(fold);
            }
        }
    }
    let (a, b) = (outside.z.re, inside.exp());
    Err(NumericsError::ToleranceMissed {
        what: "edge of a band",
        value: 0.5 * (a + b),
        error: (b - a).abs(),
        tolerance: 1e-9,
    })
}

/// Weight and shares of a band: trapezoidal sums over the angle that makes both edges smooth.
fn band(e: &Ensemble, origin: f64, (low, high): &(Edge, Edge)) -> Result<Band, NumericsError> {
    // In log y, where bands over many decades are as wide as they look; a band that reaches the origin, in √y.
    let hard = low.y() <= 0.0;
    let (a, b) =
        if hard { (-high.y().sqrt(), high.y().sqrt()) } else { (low.y().ln(), high.y().ln()) };
    let (centre, reach) = (0.5 * (a + b), 0.5 * (b - a));
    let place = |x: f64| if hard { (x * x, 2.0 * x) } else { (x.exp(), x.exp()) };
    let first = place(centre + reach * 0.5).0;
    let middle = e.on_axis(first, &e.near_axis(first, NEAR_EDGE, None)?)?;
    let (mut nodes, mut before) = (FIRST_NODES, [f64::INFINITY; 3]);
    loop {
        let mut sums = [0.0; 3];
        // Outwards from a third of the half circle, each from its neighbour.
        let start = nodes / 3;
        for outward in [(start..nodes).collect::<Vec<_>>(), (0..start).rev().collect()] {
            let mut near = middle.clone();
            for k in outward {
                let phi = (k as f64 + 0.5) * PI / nodes as f64;
                let x = centre + reach * phi.cos();
                if hard && x <= 0.0 {
                    continue;
                }
                let (y, dy) = place(x);
                near = e.on_axis(y, &near)?;
                let measure = dy * reach * phi.sin() / nodes as f64;
                let overlap = e.response(&near).im;
                sums[0] += near.q.im * measure;
                sums[1] += overlap * measure;
                sums[2] += overlap / (origin + y) * measure;
            }
        }
        let change = [0, 1, 2].map(|k| (sums[k] - before[k]).abs());
        let worst = change.into_iter().fold(0.0, f64::max);
        if worst < SETTLED || nodes >= MOST_NODES {
            let estimate = |k: usize| Estimate::new(sums[k], change[k] + 1e-13 * sums[k]);
            let at = |edge: &Edge| match edge {
                Edge::Fold(fold) => fold.estimate() + Estimate::exact(origin),
                Edge::Origin => Estimate::exact(origin),
            };
            return Ok(Band {
                lower: at(low),
                upper: at(high),
                weight: estimate(0),
                mass: estimate(1),
                loss_share: estimate(2),
            });
        }
        before = sums;
        nodes *= 2;
    }
}
