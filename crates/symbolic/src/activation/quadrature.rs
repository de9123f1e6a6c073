//! Gaussian averages by adaptive Gauss-Legendre panels.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

use super::{Activation, Estimate};

/// Nodes per panel.
const ORDER: usize = 20;

/// The normal density at 38 is the smallest there is.
const END: f64 = 38.0;

/// Panels that are halved beyond the first ones: the rest of the error is reported.
const MAX_HALVINGS: usize = 2_000;

/// The relative error that is aimed at.
const TARGET: f64 = 4e-16;

/// Halvings after which the errors must have become smaller, or they are noise.
const PATIENCE: usize = 64;

/// 1/√(2π)
const HEIGHT: f64 = 0.398_942_280_401_432_7;

/// Nodes and weights on (−1, 1), by Newton's method on the Legendre polynomial.
fn rule() -> &'static [(f64, f64); ORDER] {
    static RULE: OnceLock<[(f64, f64); ORDER]> = OnceLock::new();
    RULE.get_or_init(|| {
        std::array::from_fn(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (ORDER as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..8 {
                let (mut p, mut before) = (1.0, 0.0);
                for k in 0..ORDER {
                    let k = k as f64;
                    (p, before) = (((2.0 * k + 1.0) * x * p - k * before) / (k + 1.0), p);
                }
                slope = ORDER as f64 * (x * p - before) / (x * x - 1.0);
                x -= p / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
    })
}

/// Integrals over a panel, those of the integrands' absolute values, and the rounding errors in
/// units of the last place.
struct Sums {
    value: Vec<f64>,
    size: Vec<f64>,
    rounding: Vec<f64>,
}

/// A panel whose integrals were found in two ways: at once, and over its halves.
struct Panel {
    lo: f64,
    hi: f64,
    halves: [Sums; 2],
    /// The differences between the two ways.
    errors: Vec<f64>,
    /// The largest of them in units of the whole integral.
    worst: f64,
}

impl PartialEq for Panel {
    fn eq(&self, other: &Self) -> bool {
        self.worst.total_cmp(&other.worst).is_eq()
    }
}

impl Eq for Panel {}

impl PartialOrd for Panel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Panel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worst.total_cmp(&other.worst)
    }
}

/// Functions of (z, φ(c + g z)) and how to integrate them over a panel.
struct Integrator<'a, F> {
    phi: &'a Activation,
    centre: f64,
    gain: f64,
    count: usize,
    integrand: F,
}

impl<F: Fn(f64, f64, &mut [f64])> Integrator<'_, F> {
    /// The integrals over a panel by one rule.
    fn sums(&self, lo: f64, hi: f64) -> Sums {
        let (centre, half) = (0.5 * (lo + hi), 0.5 * (hi - lo));
        let points = rule().map(|(x, _)| self.centre + self.gain * (centre + half * x));
        let mut values = [0.0; ORDER];
        self.phi.eval_slice(&points, &mut values);
        let mut row = vec![0.0; self.count];
        let mut sums = Sums {
            value: vec![0.0; self.count],
            size: vec![0.0; self.count],
            rounding: vec![0.0; self.count],
        };
        for (&(x, weight), &value) in rule().iter().zip(&values) {
            let z = centre + half * x;
            (self.integrand)(z, value, &mut row);
            let density = HEIGHT * (-0.5 * z * z).exp() * weight * half;
            for (k, &f) in row.iter().enumerate() {
                sums.value[k] += f * density;
                sums.size[k] += f.abs() * density;
                // A rounded exponent of the density counts as often as it is large.
                sums.rounding[k] += f.abs() * density * (4.0 + 0.5 * z * z);
            }
        }
        sums
    }

    /// A panel with given integrals; `scale` are the integrals over all panels.
    fn panel(&self, lo: f64, hi: f64, whole: &Sums, scale: &[f64]) -> Panel {
        let middle = 0.5 * (lo + hi);
        let halves = [self.sums(lo, middle), self.sums(middle, hi)];
        let errors: Vec<f64> = (0..self.count)
            .map(|k| (whole.value[k] - halves[0].value[k] - halves[1].value[k]).abs())
            .collect();
        let relative = errors.iter().zip(scale).map(
            |(error, scale)| {
                if *scale > 0.0 { error / scale } else { 0.0 }
            },
        );
        let worst = relative.fold(0.0, f64::max);
        Panel { lo, hi, halves, errors, worst }
    }
}

/// The averages of `count` functions of (z, φ(c + g z)) over a standard normal z.
///
/// `integrand` writes the functions' values without the density. The panel with the largest error
/// is halved until all errors together are below rounding. What is left of them, the rounding, and
/// the size of the integrand at the ends make up the error.
pub(super) fn averages(
    phi: &Activation,
    (centre, gain): (f64, f64),
    count: usize,
    integrand: impl Fn(f64, f64, &mut [f64]),
) -> Vec<Estimate> {
    let integrator = Integrator { phi, centre, gain, count, integrand };
    let ends = ends(phi, centre, gain);
    let first: Vec<Sums> = ends.windows(2).map(|w| integrator.sums(w[0], w[1])).collect();
    let scale: Vec<f64> = (0..count).map(|k| first.iter().map(|sums| sums.size[k]).sum()).collect();
    let mut panels: BinaryHeap<Panel> = ends
        .windows(2)
        .zip(&first)
        .map(|(w, whole)| integrator.panel(w[0], w[1], whole, &scale))
        .collect();
    let mut total: f64 = panels.iter().map(|panel| panel.worst).sum();
    let mut before = f64::INFINITY;
    for i in 0..MAX_HALVINGS {
        if i % PATIENCE == 0 {
            if total > 0.8 * before {
                break;
            }
            before = total;
        }
        if total <= TARGET {
            break;
        }
        let Some(worst) = panels.pop() else {
            break;
        };
        let middle = 0.5 * (worst.lo + worst.hi);
        let left = integrator.panel(worst.lo, middle, &worst.halves[0], &scale);
        let right = integrator.panel(middle, worst.hi, &worst.halves[1], &scale);
        total += left.worst + right.worst - worst.worst;
        panels.extend([left, right]);
    }
    let mut found = vec![Estimate { value: 0.0, error: 0.0 }; count];
    // The smallest first, so that they are not lost.
    for panel in panels.into_sorted_vec() {
        for (k, estimate) in found.iter_mut().enumerate() {
            for half in &panel.halves {
                estimate.value += half.value[k];
                estimate.error += f64::EPSILON * half.rounding[k];
            }
            estimate.error += panel.errors[k];
        }
    }
    // What lies beyond the ends.
    let mut row = vec![0.0; count];
    for z in [-END, END] {
        (integrator.integrand)(z, phi.eval(centre + gain * z), &mut row);
        for (estimate, f) in found.iter_mut().zip(&row) {
            estimate.error += f.abs() * (-0.5 * z * z).exp();
        }
    }
    found
}

/// The ends of the first panels: unit steps near the middle, the breakpoints, and finer steps
/// around every point where an argument of φ vanishes, so that no narrow feature is missed.
fn ends(phi: &Activation, centre: f64, gain: f64) -> Vec<f64> {
    let steps = (-7..=7).map(f64::from);
    let mut ends: Vec<f64> = steps.chain([-END, -24.0, -12.0, 12.0, 24.0, END]).collect();
    if gain != 0.0 {
        ends.extend(phi.breakpoints().positions().map(|at| (at - centre) / gain));
        for (at, scale) in phi.features() {
            let (middle, scale) = ((at - centre) / gain, scale / gain.abs());
            ends.push(middle);
            let mut reach = scale.max(1e-12);
            while reach < 0.5 {
                ends.extend([middle - reach, middle + reach]);
                reach *= 4.0;
            }
        }
    }
    ends.retain(|x| x.abs() <= END);
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}
