//! Means of the kernels over one energy at all v of a grid, by quadrature over the distance.
//!
//! E = C t²/2 where t is a non-central χ variable around γ. Every term is positive, so that means
//! however small keep their relative accuracy, for any C. Gauss-Legendre panels are cut so that
//! neither the density nor e^{v − E} varies much over one; they do not depend on γ, and the kernels
//! on them are computed once for all laws of the same C.

use super::chi::Chi;
use super::combine::add_combination;
use crate::numerics::special::HALF_LN_2PI;
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

/// Terms of the power series.
const POWERS: usize = 3;

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

/// Equally spaced v.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) start: f64,
    pub(super) step: f64,
    pub(super) count: usize,
}

impl Grid {
    fn at(&self, j: usize) -> f64 {
        self.start + self.step * j as f64
    }

    /// Just above the last point.
    pub(super) fn end(&self) -> f64 {
        self.at(self.count)
    }

    /// Index of the first point at or above v.
    fn index(&self, v: f64) -> usize {
        ((v - self.start) / self.step).ceil().clamp(0.0, self.count as f64) as usize
    }
}

/// The kernels at the nodes of a panel, where they are neither a short series nor at their limit.
struct Panel {
    /// Its upper end.
    end: f64,
    /// t and the weights of the rule.
    nodes: Vec<(f64, f64)>,
    first: usize,
    saturated: usize,
    /// For each node, and for each kernel in turn, the values between the two.
    values: Vec<f64>,
    /// For each node the powers of ζ at the point below the first.
    powers: Vec<[f64; POWERS]>,
}

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

/// Coefficients of ζ, ζ², ζ³ in a kernel.
fn series(kernel: Kernel) -> [f64; POWERS] {
    match kernel {
        Kernel::Hit => [1.0, -0.5, 1.0 / 6.0],
        Kernel::First => [1.0, -1.0, 0.5],
        Kernel::Second => [0.0, 1.0, -1.0],
        Kernel::HitSquare | Kernel::SecondSquare => [0.0, 1.0, 0.0],
        Kernel::FirstSquare => [1.0, 0.0, -1.0],
        Kernel::Below | Kernel::Above | Kernel::Density => [f64::NAN; POWERS],
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
        let mut rows =
            Self { chi, root, kernels, scale, grid, log_count, panels, finer, depth, nodes };
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
        let count = self.grid.count;
        let mut sums: Vec<Sums> = gammas
            .iter()
            .map(|_| Sums {
                means: vec![0.0; count * self.kernels.len()],
                jumps: vec![0.0; count + 1],
                growths: vec![[0.0; POWERS]; count],
            })
            .collect();
        if self.scale < NARROW {
            for (&gamma, sums) in gammas.iter().zip(&mut sums) {
                self.narrow(gamma, sums);
            }
        } else {
            let windows: Vec<(usize, usize)> = gammas.iter().map(|&g| self.window(g)).collect();
            let first = windows.iter().map(|w| w.0).min().unwrap_or(0);
            let last = windows.iter().map(|w| w.1).max().unwrap_or(0);
            for (k, panel) in self.panels.iter().enumerate().take(last).skip(first) {
                for ((&gamma, &(from, upto)), sums) in gammas.iter().zip(&windows).zip(&mut sums) {
                    if (from..upto).contains(&k) {
                        sums.add(panel, &self.weights(gamma, panel), count);
                    }
                }
            }
        }
        sums.into_iter().map(|sums| sums.finished(self.kernels, self.grid)).collect()
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

/// Means in the making.
struct Sums {
    means: Vec<f64>,
    /// What saturates is added once, at the point from which it does.
    jumps: Vec<f64>,
    /// So are the sums of powers of ζ, at the point down from which the series holds.
    growths: Vec<[f64; POWERS]>,
}

impl Sums {
    fn add(&mut self, panel: &Panel, weights: &[f64], count: usize) {
        let &Panel { first, saturated, ref values, .. } = panel;
        let length = saturated - first;
        let kernels = self.means.len() / count.max(1);
        for (k, means) in self.means.chunks_exact_mut(count.max(1)).enumerate() {
            add_combination(&mut means[first..saturated], weights, |node| {
                &values[(node * kernels + k) * length..][..length]
            });
        }
        self.jumps[saturated] += weights.iter().sum::<f64>();
        if let Some(growth) = first.checked_sub(1).and_then(|below| self.growths.get_mut(below)) {
            for (&weight, powers) in weights.iter().zip(&panel.powers) {
                for (sum, power) in growth.iter_mut().zip(powers) {
                    *sum += weight * power;
                }
            }
        }
    }

    fn finished(mut self, kernels: &[Kernel], grid: Grid) -> Vec<f64> {
        let count = grid.count;
        let decay = (-grid.step).exp();
        for (&kernel, means) in kernels.iter().zip(self.means.chunks_exact_mut(count.max(1))) {
            let series = series(kernel);
            let mut powers = [0.0; POWERS];
            for (mean, growth) in means.iter_mut().zip(&self.growths).rev() {
                let mut factor = 1.0;
                for ((power, growth), coefficient) in powers.iter_mut().zip(growth).zip(series) {
                    factor *= decay;
                    *power = *power * factor + growth;
                    *mean += coefficient * *power;
                }
            }
            if matches!(kernel, Kernel::Hit | Kernel::HitSquare) {
                let mut jumped = 0.0;
                for (mean, jump) in means.iter_mut().zip(&self.jumps) {
                    jumped += jump;
                    *mean += jumped;
                }
            }
        }
        self.means
    }
}
