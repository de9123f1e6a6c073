//! Means of the kernels over one energy at all v of a grid, by quadrature over the distance.
//!
//! E = C t²/2 where t is a non-central χ variable around γ. Every term is positive, so that means
//! however small keep their relative accuracy, for any C. Gauss-Legendre panels are cut so that
//! neither the density nor e^{v − E} varies much over one; they do not depend on γ, and the kernels
//! on them are computed once for all laws of the same C.

use super::chi::Chi;
use super::panel::{Grid, Panel};
use super::sums::{Hits, Sums};
use crate::numerics::special::HALF_LN_2PI;
use crate::numerics::stop;
use crate::numerics::{hermite, legendre};
use crate::rem::finite::mellin::Kernel;

/// Nodes of a panel, and where 2e-9 is enough.
const NODES: (usize, usize) = (16, 10);

/// Width of a panel in standard deviations of t, and in E: on the ellipse around it for which a rule of
/// 16 nodes is exact to 1e-14 (of 10: 2e-9), the density grows e^4-fold and e^{v − E} keeps its real part positive.
const WIDEST: (f64, f64) = (3.2, 2.6);

/// v − E above which every kernel is what it is at infinity: e^{−e^4}.
const SATURATED: f64 = 4.0;

/// log ζ below which three terms of its power series are a kernel to 1e-14.
const SMALL: f64 = -16.0;

/// What is added to the depth where many small parts may add up.
const BESIDE: f64 = 7.0;

/// C below which the energy hardly varies with t over the density, and a Gauss-Hermite rule will do:
/// √C γ C^½ ≤ ¼ at every γ that matters.
const NARROW: f64 = 3e-4;

/// Nodes of the Gauss-Hermite rule.
const HERMITE: usize = 20;

/// γ above which the density is a Gaussian times a smooth function.
const FAR: f64 = 30.0;

/// Depth below which coarse rules are enough.
pub(super) const COARSE: f64 = 20.0;

/// All laws of one C on one grid.
pub(super) struct Rows<'a> {
    chi: &'a Chi,
    /// √d: how far beyond γ the density may be centred.
    root: f64,
    kernels: &'static [Kernel],
    scale: f64,
    pub(super) grid: Grid,
    /// log of the factor that all means carry.
    log_count: f64,
    panels: Vec<Panel>,
    /// Divides the widths of panels in t, and in E.
    finer: (f64, f64),
    /// −log of what is neglected beside one.
    depth: f64,
    /// A mean of the first kernel, times its factor, above which means need not be known: infinite if
    /// they always do.
    certain: f64,
    /// Nodes of a panel.
    nodes: usize,
}

/// A kernel at ζ, from e^{−ζ^p} and what that lacks of one, p = 2 for the kernels of ζ².
fn kernel(kernel: Kernel, zeta: f64, [rest, hit]: [f64; 2]) -> f64 {
    match kernel {
        Kernel::Hit | Kernel::HitSquare => hit,
        Kernel::First | Kernel::FirstSquare => zeta * rest,
        Kernel::Second | Kernel::SecondSquare => zeta * zeta * rest,
        // Steps and densities are no smooth functions of ζ: see `nearest`.
        Kernel::Below | Kernel::Above | Kernel::Density => f64::NAN,
    }
}

/// e^{−x} and 1 − e^{−x}, each with all its digits where it is small.
fn both(x: f64) -> [f64; 2] {
    if x < 0.5 {
        let hit = -(-x).exp_m1();
        [1.0 - hit, hit]
    } else {
        let rest = (-x).exp();
        [rest, 1.0 - rest]
    }
}

impl<'a> Rows<'a> {
    /// For points up to `farthest`.
    pub(super) fn new(
        chi: &'a Chi,
        kernels: &'static [Kernel],
        scale: f64,
        grid: Grid,
        log_count: f64,
        farthest: f64,
        (finer, depth): ((f64, f64), f64),
    ) -> Self {
        let root = chi.freedom.sqrt();
        let nodes = if depth < COARSE { NODES.1 } else { NODES.0 };
        let panels = Vec::new();
        let certain = f64::INFINITY;
        let mut rows = Self {
            chi,
            root,
            kernels,
            scale,
            grid,
            log_count,
            panels,
            finer,
            depth,
            certain,
            nodes,
        };
        if scale >= NARROW {
            let end = rows.end(farthest);
            let mut low = 0.0;
            while low < end {
                let high = rows.next(low);
                rows.panels.push(rows.legendre(low, high));
                low = high;
            }
        }
        rows
    }

    /// The same where means of at least `certain` need not be known any better.
    pub(super) fn until(self, certain: f64) -> Self {
        Self { certain, ..self }
    }

    /// Number of points of the grid at which `means` are not yet certain.
    pub(super) fn uncertain(&self, means: &[f64]) -> usize {
        means[..self.grid.count].partition_point(|mean| *mean < self.certain)
    }

    /// Where a panel that starts at `low` ends.
    fn next(&self, low: f64) -> f64 {
        let (distance, energy) = (WIDEST.0 / self.finer.0, WIDEST.1 / self.finer.1);
        (low + distance).min((low * low + 2.0 * energy / self.scale).sqrt())
    }

    /// Standard deviations beyond which the density is nothing.
    fn reach(&self) -> f64 {
        (2.0 * (self.depth + BESIDE)).sqrt()
    }

    /// t up to which the law around `gamma` counts: its mean is below √(γ² + d), and it spreads about
    /// that no more than a Gaussian variable.
    fn end(&self, gamma: f64) -> f64 {
        let energy = self.grid.end() + self.depth + BESIDE + self.log_count.max(0.0);
        (gamma.hypot(self.root) + self.reach()).min((2.0 * energy.max(0.0) / self.scale).sqrt())
    }

    /// t from which it counts: kernels are at most ζ², which tilts the density towards small t.
    fn start(&self, gamma: f64) -> f64 {
        let tilted = |lambda: f64| {
            let growth = 1.0 + lambda * self.scale;
            gamma / growth - self.reach() / growth.sqrt()
        };
        tilted(0.0).min(tilted(2.0)).max(0.0)
    }

    /// The panel of a Gauss-Legendre rule.
    fn legendre(&self, low: f64, high: f64) -> Panel {
        let mut nodes = Vec::with_capacity(self.nodes);
        legendre::rule(self.nodes).on(low, high, |t, weight| nodes.push((t, weight)));
        self.panel(low, high, nodes)
    }

    fn panel(&self, low: f64, high: f64, nodes: Vec<(f64, f64)>) -> Panel {
        let energy = |t: f64| 0.5 * self.scale * t * t;
        let first = self.grid.index(energy(low) + SMALL);
        let saturated = self.grid.index(energy(high) + SATURATED);
        let squares = self.kernels.contains(&Kernel::HitSquare);
        let length = saturated - first;
        let stride = length * self.kernels.len();
        let mut values = vec![0.0; stride * nodes.len()];
        for (&(t, _), values) in nodes.iter().zip(values.chunks_exact_mut(stride.max(1))) {
            let energy = energy(t);
            for j in 0..length {
                let zeta = (self.grid.at(first + j) - energy).exp();
                let both = both(if squares { zeta * zeta } else { zeta });
                for (k, &of) in self.kernels.iter().enumerate() {
                    values[k * length + j] = kernel(of, zeta, both);
                }
            }
        }
        // Nothing lies below the first point of the grid.
        let below = if first > 0 { self.grid.at(first - 1) } else { f64::NEG_INFINITY };
        let powers = nodes.iter().map(|&(t, _)| {
            let zeta = (below - energy(t)).exp();
            [zeta, zeta * zeta, zeta * zeta * zeta]
        });
        let powers = powers.collect();
        Panel { end: high, nodes, first, saturated, values, powers }
    }

    /// e^`log_count` times the means of all kernels, one after the other, for points at `gammas`.
    ///
    /// The kernels at one energy are used for all of them before the next, while they are at hand.
    pub(super) fn means(&self, gammas: &[f64]) -> Vec<Vec<f64>> {
        stop::point();
        let count = self.grid.count;
        let mut sums: Vec<Sums> =
            gammas.iter().map(|_| Sums::new(count, self.kernels.len())).collect();
        if self.scale < NARROW {
            for (&gamma, sums) in gammas.iter().zip(&mut sums) {
                self.narrow(gamma, sums);
            }
        } else {
            let windows: Vec<(usize, usize)> = gammas.iter().map(|&g| self.window(g)).collect();
            let first = windows.iter().map(|w| w.0).min().unwrap_or(0);
            let last = windows.iter().map(|w| w.1).max().unwrap_or(0);
            let mut hits: Vec<Hits> = windows.iter().map(|w| Hits::from(w.0)).collect();
            for (k, panel) in self.panels.iter().enumerate().take(last).skip(first) {
                let before = self.certain_before(k);
                for (((&gamma, &(from, upto)), sums), hits) in
                    gammas.iter().zip(&windows).zip(&mut sums).zip(&mut hits)
                {
                    if (from..upto).contains(&k) && hits.at(before, &self.panels) < self.certain {
                        let weights = self.weights(gamma, panel);
                        hits.masses.push(weights.iter().sum());
                        sums.add(panel, &weights, count);
                    }
                }
            }
        }
        sums.into_iter().map(|sums| sums.finished(self.kernels, self.grid)).collect()
    }

    /// Points of the grid that are so far below the panel `k` that neither it nor what follows counts.
    fn certain_before(&self, k: usize) -> usize {
        let low = k.checked_sub(1).and_then(|k| self.panels.get(k)).map_or(0.0, |panel| panel.end);
        let margin = self.depth + BESIDE + self.log_count.max(0.0);
        self.grid.index(0.5 * self.scale * low * low - margin)
    }

    /// The panels over which a law counts.
    fn window(&self, gamma: f64) -> (usize, usize) {
        let (start, end) = (self.start(gamma), self.end(gamma));
        let from = self.panels.partition_point(|panel| panel.end <= start);
        let upto = self.panels.partition_point(|panel| panel.end < end);
        (from, (upto + 1).min(self.panels.len()))
    }

    /// e^`log_count` times the density times the rule's weights.
    fn weights(&self, gamma: f64, panel: &Panel) -> Vec<f64> {
        let weight = |&(t, weight): &(f64, f64)| {
            let log = self.log_count + self.chi.log_density(gamma, t - gamma);
            if log < -self.depth - BESIDE { 0.0 } else { weight * log.exp() }
        };
        panel.nodes.iter().map(weight).collect()
    }

    /// Where the energy hardly varies over the density, so that few nodes do.
    fn narrow(&self, gamma: f64, sums: &mut Sums) {
        let count = self.grid.count;
        if gamma > FAR {
            let rule = hermite::rule(HERMITE);
            let nodes = rule.nodes.iter().zip(&rule.weights);
            let weights: Vec<f64> = nodes
                .clone()
                .map(|(&x, w)| {
                    let log = self.log_count + self.chi.log_smooth(gamma, x) + HALF_LN_2PI;
                    w * log.exp()
                })
                .collect();
            let end = rule.nodes.last().copied().unwrap_or(0.0);
            let nodes = nodes.map(|(x, w)| (gamma + x, *w)).collect();
            sums.add(&self.panel(gamma - end, gamma + end, nodes), &weights, count);
            return;
        }
        let (mut low, end) = (self.start(gamma), self.end(gamma));
        while low < end {
            let panel = self.legendre(low, self.next(low));
            sums.add(&panel, &self.weights(gamma, &panel), count);
            low = panel.end;
        }
    }
}
