//! General activations: the law of y given V as a sum of noise densities over nodes in w.

use super::accuracy::Accuracy;
use super::landscape::Landscape;
use super::output::{Cell, Grid, Law, Summary};
use crate::numerics::legendre;
use crate::numerics::special::normal_density;

/// Largest range of w: beyond it the normal weight is below 1e-87.
const W_LIMIT: f64 = 20.0;

/// Panels of a stretch beyond which its signal is steep rather than sampled.
const MOST_PANELS: f64 = 20_000.0;

/// Nodes of the trapezoidal rule in w beyond which panels are used.
const LONGEST_RULE: f64 = 400.0;

/// The law of y given V by quadrature in w.
#[derive(Clone, Debug, Default)]
pub(crate) struct SampledLaw {
    nodes: Vec<Node>,
    summary: Summary,
    noise: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) w: f64,
    /// √snr φ, measured from its value at w = 0.
    pub(super) u: f64,
    pub(super) weight: f64,
}

impl SampledLaw {
    /// z = mean + spread w, u = amplitude φ(z); None where that takes too many nodes.
    pub(crate) fn new(
        landscape: &Landscape,
        mean: f64,
        spread: f64,
        amplitude: f64,
        accuracy: &Accuracy,
    ) -> Option<Self> {
        let fineness = accuracy.spacing;
        let base = landscape.value(mean);
        let signal = |w: f64| amplitude * (landscape.value(mean + spread * w) - base);
        let reach = reach(&signal, accuracy);
        let local = landscape.local(mean - reach * spread, mean + reach * spread);
        let slope = local.slope * amplitude * spread;
        let scale = local.width / spread;
        let mut nodes = Vec::new();
        let spacing = fineness * (0.75 / (1.0 + slope * slope).sqrt()).min(scale / 7.0);
        if local.smooth && 2.0 * reach / spacing <= LONGEST_RULE {
            let steps = (reach / spacing).ceil() as i64;
            for k in -steps..=steps {
                let w = k as f64 * spacing;
                nodes.push(Node { w, u: signal(w), weight: spacing * normal_density(w) });
            }
        } else {
            let rule = legendre::rule(16);
            for (from, to, steepness) in landscape.stretches(mean, spread, reach) {
                let length = to - from;
                // A panel holds few widths of the prior and of the noise; more where the weight is
                // small and less relative accuracy is needed.
                let nearest = if from > 0.0 { from } else { (-to).max(0.0) };
                let noises = 4.0 * (1.0 + nearest * nearest / 20.0);
                let wide = fineness * (3.5f64).min(noises / (steepness * amplitude * spread));
                let count = (length / wide).ceil().max(1.0);
                if count.is_nan() || count > MOST_PANELS {
                    return None;
                }
                let width = length / count;
                for k in 0..count as usize {
                    let start = from + k as f64 * width;
                    rule.on(start, start + width, |w, weight| {
                        let weight = weight * normal_density(w);
                        if weight > 1e-300 {
                            nodes.push(Node { w, u: signal(w), weight });
                        }
                    });
                }
            }
        }
        let summary = summarise(&nodes);
        Some(Self { nodes, summary, noise: accuracy.noise() })
    }
}

/// Range of w beyond which neither the weight nor the weighted square of the signal matters.
pub(super) fn reach(signal: &impl Fn(f64) -> f64, accuracy: &Accuracy) -> f64 {
    let typical =
        signal(1.0).abs().max(signal(-1.0).abs()).max(signal(2.0).abs()).max(signal(-2.0).abs());
    let floor = typical * typical + f64::MIN_POSITIVE;
    let mut reach = accuracy.reach;
    let allowed = (30.0 * (-0.5 * reach * reach).exp()).max(1e-14);
    while reach < W_LIMIT {
        let largest = signal(reach).abs().max(signal(-reach).abs());
        let tail = (-0.5 * reach * reach).exp() * largest * largest / floor;
        if tail.is_nan() || tail <= allowed {
            break;
        }
        reach += 0.4;
    }
    reach
}

pub(super) fn summarise(nodes: &[Node]) -> Summary {
    let mut s = Summary { low: f64::INFINITY, high: f64::NEG_INFINITY, ..Summary::default() };
    for node in nodes {
        s.mean += node.weight * node.u;
        s.low = s.low.min(node.u);
        s.high = s.high.max(node.u);
    }
    for node in nodes {
        let delta = node.u - s.mean;
        s.variance += node.weight * delta * delta;
        s.first += node.weight * node.w * delta;
        s.second += node.weight * (node.w * node.w - 1.0) * delta;
    }
    s
}

impl Law for SampledLaw {
    fn summary(&self) -> Summary {
        self.summary
    }

    /// Spreads every node over the grid: e^{−(d + ih)²/2} = e^{−d²/2} (e^{−dh})^i e^{−i²h²/2}, so that
    /// a node costs two exponentials and the rest are products.
    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
        grid.reset(count);
        let half = (self.noise / spacing).ceil() as usize;
        let table: Vec<f64> =
            (0..=half).map(|i| (-0.5 * (i as f64 * spacing).powi(2)).exp()).collect();
        let mut powers = vec![0.0; 2 * half + 1];
        for node in &self.nodes {
            let position = (node.u - first) / spacing;
            let nearest = position.round();
            let start = nearest as i64 - half as i64;
            let from = start.max(0);
            let to = (nearest as i64 + half as i64 + 1).min(count as i64);
            if from >= to {
                continue;
            }
            let d = (nearest - position) * spacing;
            let base = node.weight * normal_density(d);
            let up = (-d * spacing).exp();
            let down = 1.0 / up;
            let (mut rising, mut falling) = (base, base);
            powers[half] = base;
            let (left, right) = powers.split_at_mut(half);
            for ((factor, l), r) in
                table[1..].iter().zip(left.iter_mut().rev()).zip(right[1..].iter_mut())
            {
                rising *= up;
                falling *= down;
                *r = rising * factor;
                *l = falling * factor;
            }
            let offset = (from - start) as usize;
            let length = (to - from) as usize;
            let range = from as usize..to as usize;
            let n0 = d + (offset as f64 - half as f64) * spacing;
            let w = node.w;
            let g = &powers[offset..offset + length];
            let (p, pw, pww) = (
                &mut grid.p[range.clone()],
                &mut grid.w[range.clone()],
                &mut grid.ww[range.clone()],
            );
            let (pn, pnn, pnw) =
                (&mut grid.n[range.clone()], &mut grid.nn[range.clone()], &mut grid.nw[range]);
            for i in 0..length.min(p.len()) {
                let g = g[i];
                let n = n0 + i as f64 * spacing;
                let (gw, gn) = (g * w, g * n);
                p[i] += g;
                pw[i] += gw;
                pww[i] += gw * w;
                pn[i] += gn;
                pnn[i] += gn * n;
                pnw[i] += gn * w;
            }
        }
    }

    fn cell(&self, y: f64) -> Cell {
        let mut grid = Grid::default();
        self.fill(y, 1.0, 1, &mut grid);
        grid.get(0)
    }

    fn panels(&self) -> Option<Vec<f64>> {
        None
    }
}
