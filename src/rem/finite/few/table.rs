//! Means over the other class as functions of the distance from its centre, by interpolation.

use super::combine::add_combination;
use super::rows::{COARSE, Rows};
use crate::rem::finite::average::Geometry;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Nodes of a panel, and where 2e-9 is enough.
const NODES: (usize, usize) = (24, 14);

/// Points that are computed together.
const BATCH: usize = 8;

/// Points beyond which the table takes longer than the general route.
const LARGEST: f64 = 8000.0;

/// Widths of a panel: in standard deviations of the data, which smooth the means; in ρ²/2 over the
/// noise, where the kernels themselves are smooth; and in ρ²/2, the exponent with which means grow.
/// On the ellipse for which 24 nodes are exact to 1e-14 the means then grow e^4-fold, or the kernels
/// keep a ζ of positive real part.
const WIDEST: [f64; 3] = [2.5, 1.6, 5.0];

/// Tables on panels of ρ.
pub(super) struct Interpolated {
    panels: Vec<Panel>,
    /// Of the nodes on [−1, 1].
    angles: Vec<(f64, f64)>,
}

struct Panel {
    low: f64,
    high: f64,
    tables: Vec<Vec<f64>>,
}

/// Cosine and sine of Chebyshev's angles.
fn angles(count: usize) -> Vec<(f64, f64)> {
    (0..count)
        .map(|k| {
            let (sin, cos) = (PI * (k as f64 + 0.5) / count as f64).sin_cos();
            (cos, sin)
        })
        .collect()
}

impl Interpolated {
    /// For ρ from `low` to `high`, above which nothing hits; none if it were too long.
    pub(super) fn new(
        rows: &Rows<'_>,
        geometry: &Geometry,
        (low, high): (f64, f64),
        (finer, depth): ((f64, f64), f64),
    ) -> Option<Self> {
        let Geometry { kappa, rest, .. } = *geometry;
        let root = kappa.sqrt();
        let mut ends = vec![low.max(0.0)];
        let mut edge = low.max(0.0);
        while edge < high {
            let [data, noise, growth] = WIDEST;
            // Over this width ρ²/2 grows by so much.
            let over = |growth: f64| (edge * edge + 2.0 * growth / finer.1).sqrt() - edge;
            let width = (data * root / finer.0).max(over(noise * rest)).min(over(growth));
            edge += width;
            ends.push(edge);
            if ends.len() as f64 * NODES.0 as f64 > LARGEST {
                return None;
            }
        }
        let panels: Vec<(f64, f64)> = ends.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let angles = angles(if depth < COARSE { NODES.1 } else { NODES.0 });
        let middle = |low: f64, high: f64| (0.5 * (low + high) / root, 0.5 * (high - low) / root);
        let gammas: Vec<f64> = panels
            .iter()
            .map(|&(low, high)| middle(low, high))
            .flat_map(|(middle, half)| angles.iter().map(move |(cos, _)| middle + half * cos))
            .collect();
        let tables: Vec<Vec<f64>> =
            gammas.par_chunks(BATCH).flat_map_iter(|batch| rows.means(batch)).collect();
        let mut tables = tables.into_iter();
        let panels = panels
            .into_iter()
            .map(|(low, high)| Panel {
                low,
                high,
                tables: tables.by_ref().take(angles.len()).collect(),
            })
            .collect();
        Some(Self { panels, angles })
    }

    /// Adds the means at ρ to `sums`.
    pub(super) fn add(&self, rho: f64, sums: &mut [f64]) {
        let k = self.panels.partition_point(|panel| panel.high < rho);
        let Some(panel) = self.panels.get(k) else { return };
        let x = (2.0 * rho - panel.low - panel.high) / (panel.high - panel.low);
        // Barycentric weights of Chebyshev's points of the first kind.
        let mut weights = vec![0.0; self.angles.len()];
        for (k, &(cos, sin)) in self.angles.iter().enumerate() {
            if x == cos {
                weights.fill(0.0);
                weights[k] = 1.0;
                break;
            }
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            weights[k] = sign * sin / (x - cos);
        }
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= total;
        }
        add_combination(sums, &weights, |k| &panel.tables[k]);
    }
}
