//! The probability that the own sample is the nearest, at one place of y.
//!
//! In standard deviations of the data, t = r/√κ is the distance of y from a sample: of density f(t; γ)
//! and distribution F(t; γ) for the samples of a class at γ from y, and P = ∫ dt f°(t) (1 − F)^{n−1}
//! with the density f° of the own distance, which has the width √(1 − κ). F is summed up along the same
//! Gauss-Legendre panels on which the integral is taken. In nearly pure noise t and γ are large and
//! nearly equal: all is written in t − γ.

use super::chi::Chi;
use super::outer::{Averaged, Other};
use crate::numerics::legendre::rule;
use crate::rem::finite::average::Geometry;
use crate::rem::finite::count::Count;
use std::sync::OnceLock;

/// Nodes of a panel.
const NODES: usize = 16;

/// Standard deviations at which densities end.
const REACH: f64 = 9.0;

/// Width of a panel in standard deviations of the own distance, in those of the others, and e-folds of
/// F over it at most.
const WIDEST: [f64; 3] = [3.0, 2.0, 4.0];

/// Least width, in standard deviations of the own distance.
const LEAST: f64 = 0.15;

/// t below which the density is a power of t, which the rule integrates exactly where it counts.
const ORIGIN: f64 = 0.5;

/// log of a density of samples at which one is certainly nearer, kept a number.
const CERTAIN: f64 = 600.0;

/// ∫_{−1}^{x_k} of the polynomial that is one at the node l and zero at the others.
fn up_to_node() -> &'static [[f64; NODES]; NODES] {
    static MATRIX: OnceLock<[[f64; NODES]; NODES]> = OnceLock::new();
    MATRIX.get_or_init(|| {
        let rule = rule(NODES);
        // P_0 … P_NODES at x.
        let legendre = |x: f64| {
            let mut p = [1.0; NODES + 1];
            p[1] = x;
            for m in 1..NODES {
                let order = m as f64;
                p[m + 1] = ((2.0 * order + 1.0) * x * p[m] - order * p[m - 1]) / (order + 1.0);
            }
            p
        };
        std::array::from_fn(|k| {
            let upto = legendre(rule.nodes[k]);
            std::array::from_fn(|l| {
                let at = legendre(rule.nodes[l]);
                let first = 0.5 * (upto[1] + 1.0);
                let sum: f64 = (1..NODES).map(|m| 0.5 * at[m] * (upto[m + 1] - upto[m - 1])).sum();
                rule.weights[l] * (first + sum)
            })
        })
    })
}

/// What the points share.
pub(super) struct Nearest<'a> {
    pub(super) n: Count,
    pub(super) geometry: &'a Geometry,
    pub(super) chi: &'a Chi,
    /// log of the number of samples of a class.
    pub(super) log_count: f64,
}

/// One distance from the own centre.
pub(super) struct Place {
    /// From γ of the own class, as the nodes.
    edges: Vec<f64>,
    /// Nodes, and the own density times their weights.
    nodes: Vec<(f64, f64)>,
    /// nF of the own class at the nodes.
    same: Vec<f64>,
}

impl Nearest<'_> {
    /// How far the mean of t lies beyond γ, within ½.
    fn mean_beyond(&self, gamma: f64) -> f64 {
        let power = self.geometry.d - 1.0;
        if power > 0.0 { power / (gamma + gamma.hypot(power.sqrt())) } else { 0.0 }
    }

    /// How fast log f grows with t = γ + x, about: with I_{ν+1}/I_ν(y) ≈ y/(h + √(h² + y²)), h = ν + ½.
    fn slope(&self, gamma: f64, x: f64) -> f64 {
        let half = 0.5 * (self.geometry.d - 1.0);
        let t = (gamma + x).max(f64::MIN_POSITIVE);
        let y = t * gamma;
        let root = half.hypot(y);
        // One less that ratio, without cancellation.
        let less = if half > 0.0 { half * (1.0 + half / (root + y)) / (half + root) } else { 0.0 };
        1.0 + ((self.geometry.d - 1.0) / t - x - gamma * less).abs()
    }

    /// n F(t; γ) at the nodes of panels, which lie `from` further from this γ than from their own.
    fn below(&self, gamma: f64, from: f64, place: &[f64], nodes: &[(f64, f64)]) -> Vec<f64> {
        let (Some(&first), Some(&last)) = (place.first(), place.last()) else { return Vec::new() };
        let (first, last) = (first + from, last + from);
        // The mean of the distance is within ½ of this, and it spreads no more than a Gaussian variable.
        let mean = self.mean_beyond(gamma);
        if mean + REACH < first {
            return vec![self.log_count.min(CERTAIN).exp(); nodes.len()];
        }
        if mean - last > (2.0 * (self.log_count.max(0.0) + 45.0)).sqrt() + 1.0 {
            return vec![0.0; nodes.len()];
        }
        let density = |x: f64| {
            let log = self.log_count + self.chi.log_density(gamma, x);
            log.min(CERTAIN).exp()
        };
        let mut sum = 0.0;
        let mut low = (first.min(mean) - REACH).max(-gamma);
        while low < first {
            let [_, widest, folds] = WIDEST;
            let slope = self.slope(gamma, low.max(ORIGIN - gamma));
            let high = (low + widest.min(folds / slope) / self.geometry.refinement).min(first);
            rule(NODES).on(low, high, |x, w| sum += w * density(x));
            low = high;
        }
        let mut values = Vec::with_capacity(nodes.len());
        for (edge, chunk) in place.windows(2).zip(nodes.chunks_exact(NODES)) {
            let half = 0.5 * (edge[1] - edge[0]);
            let densities: [f64; NODES] = std::array::from_fn(|k| density(chunk[k].0 + from));
            for row in up_to_node() {
                let part: f64 = row.iter().zip(&densities).map(|(a, f)| a * f).sum();
                values.push(sum + half * part);
            }
            sum +=
                half * rule(NODES).weights.iter().zip(&densities).map(|(w, f)| w * f).sum::<f64>();
        }
        values
    }
}

impl Averaged for Nearest<'_> {
    type Place = Place;

    fn place(&self, rho: f64) -> Place {
        let Geometry { d, kappa, rest, refinement, .. } = *self.geometry;
        let (gamma, width) = (rho / kappa.sqrt(), rest.sqrt());
        // The own distance over its standard deviation, and how far γ lies beyond it.
        let own = gamma * width;
        let beyond = rho * kappa.sqrt() / width;
        let mean = self.mean_beyond(own) - beyond;
        let start = ((mean - REACH) * width).max(-gamma);
        let end = (mean + REACH + 0.5) * width;
        // So near there is no other sample, since densities are below one.
        let alone = (-self.n.log / d).exp();
        let (mut edges, mut nodes) = (vec![start], Vec::new());
        let mut low = start;
        while low < end {
            let [narrow, widest, folds] = WIDEST;
            let slope = self.slope(gamma, low.max(LEAST * width - gamma));
            let step = (narrow * width).min(widest).min((folds / slope).max(LEAST * width));
            // (1 − F)^n may fall as fast as e^{−n t^d}: over twice the distance by no more than it did.
            let step = step.min((gamma + low).max(alone));
            let high = low + step / refinement;
            rule(NODES).on(low, high, |x, w| {
                let density = self.chi.log_density(own, x / width + beyond).exp() / width;
                nodes.push((x, w * density));
            });
            edges.push(high);
            low = high;
        }
        let same = self.below(gamma, 0.0, &edges, &nodes);
        Place { edges, nodes, same }
    }

    fn is_step(&self) -> bool {
        true
    }

    fn value(&self, place: &Place, other: Option<Other>) -> f64 {
        let root = self.geometry.kappa.sqrt();
        let other = other.map(|Other { rho, further }| {
            self.below(rho / root, -further / root, &place.edges, &place.nodes)
        });
        let hits = |k: usize| place.same[k] + other.as_ref().map_or(0.0, |other| other[k]);
        place.nodes.iter().enumerate().map(|(k, (_, w))| w * self.n.miss(hits(k), 1.0)).sum()
    }
}
