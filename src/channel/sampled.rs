//! General activations: the law of y given V as a sum of noise densities over nodes in w.

use super::accuracy::{ACROSS, Accuracy};
use super::cells::{Cell, Grid};
use super::deviations::Deviations;
use super::landscape::Landscape;
use super::nodes::{Node, summarise};
use super::output::{Law, Panel, Summary};
use crate::numerics::exponential::in_widest_registers;
use crate::numerics::legendre;
use crate::numerics::special::normal_density;

/// Largest range of w: beyond it the normal weight is below 1e-87.
const W_LIMIT: f64 = 20.0;

/// Panels in w beyond which the signal is steep rather than sampled.
const MOST_PANELS: f64 = 20_000.0;

/// Panels of a stretch beyond which the slope is looked at more closely.
const MANY: f64 = 8.0;

/// Size of a jump, in noises, that leaves a gap in p(y).
const GAP: f64 = 3.0;

/// Nodes of the trapezoidal rule in w beyond which panels are used.
const LONGEST_RULE: f64 = 400.0;

/// The law of y given V by quadrature in w.
#[derive(Clone, Debug, Default)]
pub(crate) struct SampledLaw {
    nodes: Vec<Node>,
    summary: Summary,
    noise: f64,
    lumpy: bool,
    rare: Option<Deviations>,
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
        // A signal of many noises is worth the logarithm of its square.
        let reach = reach(&|w| signal(w).powi(2).ln_1p().sqrt(), accuracy);
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
            let rule = legendre::rule(accuracy.across());
            let mut panels = 0.0;
            // Where the whole signal is far out, its accuracy is asked for there.
            let relaxed = if accuracy.rare { 0.0 } else { 1.0 };
            let slopes = |stretch| parts(stretch, &signal, fineness, relaxed);
            for (from, to, steepness) in landscape
                .stretches(mean, spread, reach)
                .into_iter()
                .flat_map(|(from, to, slope)| slopes((from, to, slope * amplitude * spread)))
            {
                let length = to - from;
                let count = count(from, to, steepness, fineness, relaxed);
                panels += count;
                if panels.is_nan() || panels > MOST_PANELS {
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
        let mut summary = summarise(&nodes);
        let rare = accuracy.rare.then(|| Deviations::new(&mut nodes, &mut summary)).flatten();
        let (low, high) = (mean - reach * spread, mean + reach * spread);
        let lumpy = landscape.breakpoints().iter().any(|&z| {
            let h = 1e-9 * (1.0 + z.abs());
            let jump = landscape.value(z + h) - landscape.value(z - h);
            z > low && z < high && amplitude * jump.abs() > GAP
        });
        let lumpy = lumpy || rare.is_some();
        Some(Self { nodes, summary, noise: accuracy.noise(), lumpy, rare })
    }

    /// Spreads every node over the grid: e^{−(d + ih)²/2} = e^{−d²/2} (e^{−dh})^i e^{−i²h²/2}, so that
    /// a node costs two exponentials and the rest are products.
    #[inline(always)]
    fn spread(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
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
}

/// How many panels a stretch of w takes: a panel holds few widths of the prior and of the
/// noise; more where the weight is small and, as far as `relaxed`, less relative accuracy is needed.
fn count(from: f64, to: f64, steepness: f64, fineness: f64, relaxed: f64) -> f64 {
    let nearest = if from > 0.0 { from } else { (-to).max(0.0) };
    let noises = ACROSS * (1.0 + relaxed * (nearest * nearest / 20.0));
    let wide = fineness * (3.5f64).min(noises / steepness);
    ((to - from) / wide).ceil().max(1.0)
}

/// The stretch with its largest |du/dw|, or parts of it with theirs where one slope would make it take
/// many panels.
fn parts(
    stretch: (f64, f64, f64),
    signal: &impl Fn(f64) -> f64,
    fineness: f64,
    relaxed: f64,
) -> Vec<(f64, f64, f64)> {
    /// Parts, slopes seen in each, and what their largest may have missed.
    const PARTS: usize = 8;
    const SLOPES: usize = 4;
    const MISSED: f64 = 1.4;
    let (from, to, steepest) = stretch;
    if count(from, to, steepest, fineness, relaxed) <= MANY {
        return vec![stretch];
    }
    let step = (to - from) / (PARTS * SLOPES) as f64;
    // Just inside the ends, where a jump may be.
    let at = |k: usize| (from + k as f64 * step).clamp(from + 1e-9 * step, to - 1e-9 * step);
    let values: Vec<f64> = (0..=PARTS * SLOPES).map(|k| signal(at(k))).collect();
    let slopes: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs() / step).collect();
    let part = |k: usize| {
        let near = (k * SLOPES).max(1) - 1..((k + 1) * SLOPES + 1).min(slopes.len());
        let slope = MISSED * slopes[near].iter().copied().fold(0.0, f64::max);
        let end = |k: usize| if k == PARTS { to } else { from + (k * SLOPES) as f64 * step };
        (end(k), end(k + 1), slope.min(steepest))
    };
    (0..PARTS).map(part).collect()
}

/// Range of w beyond which neither the weight nor the weighted square of the signal matters.
pub(super) fn reach(signal: &impl Fn(f64) -> f64, accuracy: &Accuracy) -> f64 {
    let size = |w: f64| signal(w).abs().max(signal(-w).abs());
    let mut reach = accuracy.reach;
    if accuracy.rare {
        // The cut is where it must be already.
        return reach;
    }
    let allowed = (30.0 * (-0.5 * reach * reach).exp()).max(1e-14);
    let typical = size(1.0).max(size(2.0));
    let mut floor = typical * typical + f64::MIN_POSITIVE;
    let tail = |reach: f64| (-0.5 * reach * reach).exp() * size(reach).powi(2);
    if tail(reach) <= allowed * floor {
        return reach;
    }
    // Where the signal is far out, its weighted square has its peak there.
    for k in 3..=8 {
        let w = f64::from(k);
        floor = floor.max((2.0 - 0.5 * w * w).exp() * size(w).powi(2));
    }
    while reach < W_LIMIT {
        let tail = tail(reach) / floor;
        if tail.is_nan() || tail <= allowed {
            break;
        }
        reach += 0.4;
    }
    reach
}

impl Law for SampledLaw {
    fn summary(&self) -> Summary {
        self.summary
    }

    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
        if let Some(rare) = &self.rare {
            grid.reset(count);
            for j in 0..count {
                grid.set(j, &rare.cell(&self.nodes, first + j as f64 * spacing));
            }
            return;
        }
        in_widest_registers(
            #[inline(always)]
            || self.spread(first, spacing, count, grid),
        );
    }

    fn lumpy(&self) -> bool {
        self.lumpy
    }

    fn cell(&self, y: f64) -> Cell {
        let mut grid = Grid::default();
        self.fill(y, 1.0, 1, &mut grid);
        grid.get(0)
    }

    fn panels(&self) -> Option<Vec<Panel>> {
        self.rare.as_ref()?.panels(&self.nodes, &self.summary, self.noise)
    }
}
