//! Gaussian averages by adaptive Gauss-Legendre panels.

use std::sync::OnceLock;

use super::{Activation, Estimate};

/// Nodes per panel.
const ORDER: usize = 20;

/// The normal density at 38 is the smallest there is.
const END: f64 = 38.0;

/// Panels may be halved this many times.
const DEPTH: u32 = 48;

/// Panels in all.
const MAX_PANELS: usize = 20_000;

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

/// A panel, its integrals, and the sizes of what was summed.
struct Panel {
    lo: f64,
    hi: f64,
    depth: u32,
    sums: Vec<[f64; 2]>,
}

/// The averages of `count` functions of (z, φ(g z)) over a standard normal z.
///
/// `integrand` writes the functions' values without the density. A panel is halved until its
/// integrals agree with those of its halves to rounding; what is left of the difference, the
/// rounding, and the size of the integrand at the ends make up the error.
pub(super) fn averages(
    phi: &Activation,
    gain: f64,
    count: usize,
    integrand: impl Fn(f64, f64, &mut [f64]),
) -> Vec<Estimate> {
    let mut points = [0.0; ORDER];
    let mut values = [0.0; ORDER];
    let mut evaluate = |lo: f64, hi: f64, depth: u32| {
        let (centre, half) = (0.5 * (lo + hi), 0.5 * (hi - lo));
        for (point, (x, _)) in points.iter_mut().zip(rule()) {
            *point = gain * (centre + half * x);
        }
        phi.eval_slice(&points, &mut values);
        let mut sums = vec![[0.0; 2]; count];
        let mut row = vec![0.0; count];
        for (&(x, weight), &value) in rule().iter().zip(&values) {
            let z = centre + half * x;
            integrand(z, value, &mut row);
            let density = HEIGHT * (-0.5 * z * z).exp() * weight * half;
            for (sum, &f) in sums.iter_mut().zip(&row) {
                let part = f * density;
                sum[0] += part;
                sum[1] += part.abs();
            }
        }
        Panel {
            lo,
            hi,
            depth,
            sums,
        }
    };
    let ends = ends(phi, gain);
    let mut waiting: Vec<Panel> = ends.windows(2).map(|w| evaluate(w[0], w[1], 0)).collect();
    let mut scale = vec![0.0; count];
    for panel in &waiting {
        for (total, sum) in scale.iter_mut().zip(&panel.sums) {
            *total += sum[1];
        }
    }
    let mut found = vec![
        Estimate {
            value: 0.0,
            error: 0.0
        };
        count
    ];
    let mut panels = waiting.len();
    while let Some(panel) = waiting.pop() {
        let middle = 0.5 * (panel.lo + panel.hi);
        let left = evaluate(panel.lo, middle, panel.depth + 1);
        let right = evaluate(middle, panel.hi, panel.depth + 1);
        let mut settled = true;
        let differences: Vec<f64> = (0..count)
            .map(|k| {
                let difference = (panel.sums[k][0] - left.sums[k][0] - right.sums[k][0]).abs();
                settled &= difference <= 1e-17 * scale[k] + 1.5e-15 * panel.sums[k][1];
                difference
            })
            .collect();
        panels += 2;
        if settled || panel.depth >= DEPTH || panels > MAX_PANELS {
            for k in 0..count {
                found[k].value += left.sums[k][0] + right.sums[k][0];
                found[k].error += differences[k];
            }
        } else {
            waiting.extend([right, left]);
        }
    }
    // Rounding in the nodes, the density and the sum; and what lies beyond the ends.
    let mut row = vec![0.0; count];
    for z in [-END, END] {
        integrand(z, phi.eval(gain * z), &mut row);
        for (estimate, f) in found.iter_mut().zip(&row) {
            estimate.error += f.abs() * (-0.5 * z * z).exp();
        }
    }
    for (estimate, scale) in found.iter_mut().zip(&scale) {
        estimate.error += 4.0 * f64::EPSILON * scale;
    }
    found
}

/// The ends of the first panels: unit steps near the middle, the breakpoints, and finer steps
/// around every point where an argument of φ vanishes, so that no narrow feature is missed.
fn ends(phi: &Activation, gain: f64) -> Vec<f64> {
    let steps = (-7..=7).map(f64::from);
    let mut ends: Vec<f64> = steps.chain([-END, -24.0, -12.0, 12.0, 24.0, END]).collect();
    if gain != 0.0 {
        ends.extend(phi.breakpoints().positions().map(|at| at / gain));
        for (at, scale) in phi.features() {
            let (centre, scale) = (at / gain, scale / gain.abs());
            ends.push(centre);
            let mut reach = scale.max(1e-12);
            while reach < 0.5 {
                ends.extend([centre - reach, centre + reach]);
                reach *= 4.0;
            }
        }
    }
    ends.retain(|x| x.abs() <= END);
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}
