//! The average over x, through its reduced variables.
//!
//! In units in which the within-class variance of y = e^t x is one, G = |y − m|² ~ χ²_d. Given G,
//! with κ = σ²/(σ² + τ):
//! - the own energy is E_1 = |ω|²/2 = (κ/2) χ′²_d((1 − κ)G/κ);
//! - the other energies of the class are (κ/(2(1 − κ))) χ′²_d(G/κ);
//! - those of the other class are the same with G + 4Mz + 4M² in place of G, where M = |m|/√(σ² + τ)
//!   and z = √G cos(angle between y − m and m), of density ∝ (1 − z²/G)^{(d−3)/2}.
//!
//! Both averages are trapezoidal sums in variables that run over the whole line, in which the
//! integrands are analytic in a strip: asinh of log G/d and of artanh(z/√G). Where d is large only
//! small values matter and the asinh does nothing; in few dimensions it shortens the tails.

use super::count::Count;
use super::law::Isotropic;
use super::profile::{Integral, Others, integrate};
use super::quantity::Quantity;
use super::resolution::Resolution;
use crate::numerics::special::log_cosh;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Relative weight below which a node is dropped.
const DROPPED: f64 = 1e-14;

/// Spacing of the first rows in standard deviations of log G. A Gaussian weight alone is then
/// integrated to 2e^{−2π²} = 5e-9, and after one halving exactly.
const FIRST: f64 = 1.0;

/// What is added to the bound for functions whose Fourier transform has a small and slow part.
const SLOW: f64 = 1e3;

/// Times the next change that is expected from the last two: random queries show up to 80.
const CAREFUL: f64 = 150.0;

/// Dimensions below which the rule's error does not fall steadily.
const FEW: f64 = 12.0;

/// Part of the tolerance that the rule in log G may miss: the inner integrals have the rest.
const ENOUGH: f64 = 0.4;

/// Times that the spacing in log G is halved before giving up.
const HALVINGS: usize = 7;

/// Everything that x and the samples depend on at one noise level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    /// Dimension d.
    pub(crate) d: f64,
    /// σ²/(σ² + τ).
    pub(crate) kappa: f64,
    /// τ/(σ² + τ).
    pub(crate) rest: f64,
    /// |m|/√(σ² + τ); zero for one class.
    pub(crate) separation: f64,
    /// Divides all spacings; 1 is enough.
    pub(crate) refinement: f64,
}

impl Geometry {
    /// The own energy.
    fn own(&self, g: f64) -> Isotropic {
        Isotropic { freedom: self.d, scale: self.kappa, shift: self.rest * g }
    }

    /// Energies of the samples of a class from whose centre y is at squared distance `g`.
    pub(crate) fn other(&self, g: f64) -> Isotropic {
        Isotropic { freedom: self.d, scale: self.kappa / self.rest, shift: g / self.rest }
    }

    fn others(&self, g: f64, resolution: Resolution, sharpness: f64) -> Others<Isotropic> {
        let m = self.separation;
        if m == 0.0 {
            return Others::Alike(self.other(g));
        }
        let places = self.places(g, resolution, sharpness);
        let law = |z: f64| self.other((g + 4.0 * m * (z + m)).max(0.0));
        let other = places.into_iter().map(|(weight, z)| (weight, law(z))).collect();
        Others::TwoClasses { same: self.other(g), other }
    }

    /// Nodes z with weights that sum to one, ascending.
    fn places(&self, g: f64, resolution: Resolution, sharpness: f64) -> Vec<(f64, f64)> {
        let radius = g.sqrt();
        if self.d == 1.0 {
            return vec![(0.5, -radius), (0.5, radius)];
        }
        // As a function of z the class changes over a distance 1/(2M) around z = −M: the nearest
        // singularity is at −M ± ia, a = π/(2M), where the density is e^{(a² − M²)/2}, and the
        // rule's error exp((a² − M²)/2 − 2πa/h), at full accuracy 2e-12. The density itself allows 0.8.
        let m = self.separation.clamp(0.2, 5.0);
        let a = 0.5 * PI / (sharpness * m);
        let resolved = (2.0 * PI * a / (resolution.depth() - 3.6 + 0.5 * (a * a - m * m))).min(0.8);
        let step = (resolved / radius.max(1.0)).min(0.15) / self.refinement;
        let mut nodes = Vec::new();
        for k in 0.. {
            let u = (f64::from(k) + 0.5) * step;
            let x = u.sinh();
            let weight = u.cosh() * (-(self.d - 1.0) * log_cosh(x)).exp();
            if weight < DROPPED {
                break;
            }
            nodes.push((weight, radius * x.tanh()));
        }
        let total: f64 = 2.0 * nodes.iter().map(|n| n.0).sum::<f64>();
        let mirrored = nodes.iter().rev().map(|&(w, z)| (w / total, -z));
        mirrored.chain(nodes.iter().map(|&(w, z)| (w / total, z))).collect()
    }
}

/// The mean of `quantity` over x, with an error bound.
///
/// The bound contains what the last spacing in log G is found to miss, which is brought below
/// `tolerance` × (1 + |mean|) or the rounding of the integrals, unless the halvings run out.
pub(crate) fn average(
    quantity: Quantity,
    n: Count,
    geometry: &Geometry,
    tolerance: f64,
) -> Integral {
    let d = geometry.d;
    let resolution = Resolution::new(tolerance, geometry.refinement);
    // Functions of ζ² tell the classes apart twice as sharply.
    let sharpness = if quantity == Quantity::Participation { 2.0 } else { 1.0 };
    // Log-weight of u at x = log(G/d) = sinh u relative to the mode x = 0, without cancellation.
    let log_weight = |u: f64| {
        let x = u.sinh();
        0.5 * d * (x - x.exp_m1()) + log_cosh(u)
    };
    let at = |u: f64, weight: f64| {
        let g = d * u.sinh().exp();
        let resolution = resolution.weighted(weight);
        let others = geometry.others(g, resolution, sharpness);
        integrate(quantity, n, &geometry.own(g), &others, resolution)
    };
    // The sums over all nodes k + offset, and over those of even k.
    let row = |offset: f64, spacing: f64| -> [Sums; 2] {
        let side = |direction: f64| -> Vec<(bool, f64)> {
            let first = if direction > 0.0 { 0 } else { -1 };
            (0..)
                .map(|k| if direction > 0.0 { first + k } else { first - k })
                .map(|k| (k % 2 == 0, (offset + f64::from(k)) * spacing))
                .take_while(|&(_, u)| log_weight(u) > DROPPED.ln())
                .collect()
        };
        let mut nodes = side(-1.0);
        nodes.extend(side(1.0));
        let node = |(even, u): (bool, f64)| {
            let weight = log_weight(u).exp();
            (even, weight, at(u, weight))
        };
        let values: Vec<(bool, f64, Integral)> = nodes.into_par_iter().map(node).collect();
        let sum = |every: bool| {
            let kept = values.iter().filter(|(even, ..)| every || *even);
            kept.fold(Sums::default(), |sums, (_, w, y)| sums.plus(Sums::of(*w, y)))
        };
        [sum(true), sum(false)]
    };

    let mut spacing = (FIRST * (2.0 / d).sqrt()).min(0.8);
    let [mut sums, coarse] = row(0.0, spacing);
    let mut last = sums.mean();
    let mut before = (last - coarse.mean()).abs();
    let mut missed = f64::INFINITY;
    for _ in 0..HALVINGS {
        sums = sums.plus(row(0.5, spacing)[0]);
        spacing *= 0.5;
        let value = sums.mean();
        // The error of the rule is the Fourier transform F of the integrand at 2π/spacing. If it
        // falls exponentially, halving the spacing squares it: F(2y) F(0) = F(y)². If it falls more
        // slowly, the next change is to this one what this one was to the last, or less.
        let difference = (value - last).abs();
        let size = (sums.size / sums.weight).max(f64::MIN_POSITIVE);
        // In few dimensions it swings as it falls: a small change may be small by chance.
        let change = if d < FEW { difference.max(before * before / size) } else { difference };
        let slowly = CAREFUL * change * change / before.max(f64::MIN_POSITIVE);
        missed = change.min(slowly.max(SLOW * change * change / size));
        (before, last) = (change, value);
        // Halving on below the rounding of the integrals themselves would gain nothing.
        let enough = (ENOUGH * tolerance * (1.0 + value.abs())).max(0.5 * sums.error / sums.weight);
        if missed.is_nan() || missed <= enough {
            break;
        }
    }
    let inner = sums.error / sums.weight;
    // What the average over z, the rule in v and the dropped tails leave: see `places`, `spacing`
    // and `DROPPED`.
    let fixed = 80.0 * resolution.left_out() * (1.0 + last.abs());
    Integral { value: last, error: missed + inner + fixed }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    value: f64,
    size: f64,
    error: f64,
}

impl Sums {
    /// One node.
    fn of(weight: f64, y: &Integral) -> Self {
        Self {
            weight,
            value: weight * y.value,
            size: weight * y.value.abs(),
            error: weight * y.error,
        }
    }

    fn mean(&self) -> f64 {
        self.value / self.weight
    }

    fn plus(self, other: Self) -> Self {
        Self {
            weight: self.weight + other.weight,
            value: self.value + other.value,
            size: self.size + other.size,
            error: self.error + other.error,
        }
    }
}
