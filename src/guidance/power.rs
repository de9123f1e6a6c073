//! The stochastic sampler guided by a power of the difference, S_c + ω|S_c − S|^a (S_c − S): the backward equations
//! depend on time, and are stepped.
//!
//! dy = [1 + ω κ^a (1 − tanh y)^{1+a}] dγ + dW with κ² = γ/Γ = γ − ρ γ². In γ^{1/4} the start is smooth; implicit
//! midpoint steps, whose errors are even in their length, are extrapolated.

use super::elements::{Elements, End};
use super::stochastic::{Law, edges, starts};
use crate::numerics::Estimate;

/// Steps of the midpoint rule, each extrapolated with those before.
const STEPS: [usize; 4] = [20, 40, 80, 160];

/// Order of the elements.
const ORDER: usize = 12;

/// What elements of this order miss, relative to the larger of one and the value; two orders less miss 4e-9.
const ELEMENTS: f64 = 1e-9;

/// Reach to both sides; γ after which nothing is added.
const REACH: [f64; 2] = [-11.0, 13.0];
pub(super) const OVER: f64 = 55.0;

/// Guidance by a power between clocks γ₁ ≤ γ₂, for ω ≥ 0 and a > 0; `widening` is ρ = (σ² − 1)/|m|².
pub fn law(omega: f64, power: f64, widening: f64, clocks: [f64; 2]) -> Law {
    by(&STEPS, omega, power, widening, clocks)
}

/// The mean alone to some six digits, at a tenth of the cost.
pub(super) fn rough_mean(omega: f64, power: f64, widening: f64, clocks: [f64; 2]) -> f64 {
    by(&STEPS[..2], omega, power, widening, clocks).mean.value
}

fn by(numbers: &[usize], omega: f64, power: f64, widening: f64, clocks: [f64; 2]) -> Law {
    let [start, end] = [clocks[0], clocks[1].min(OVER)];
    if omega == 0.0 || start >= end {
        return Law::NONE;
    }
    let elements = Elements::new(edges(REACH[0], REACH[1]), ORDER);
    let weights = starts(&elements, start, (0.25, 0.3), REACH);
    let shape: Vec<f64> = elements
        .points()
        .iter()
        .map(|y| (2.0 / (1.0 + (2.0 * y).exp())).powf(1.0 + power))
        .collect();
    let mut table: Vec<Vec<[f64; 2]>> = Vec::new();
    for &steps in numbers {
        let mut row = vec![stepped(&elements, &shape, &weights, [start, end], steps, |clock| {
            omega * (clock * (1.0 - widening * clock)).max(0.0).powf(0.5 * power)
        })];
        if let Some(before) = table.last() {
            for (k, old) in before.clone().iter().enumerate() {
                let factor = 4f64.powi(k as i32 + 1) - 1.0;
                let last = row[k];
                row.push([0, 1].map(|i| last[i] + (last[i] - old[i]) / factor));
            }
        }
        table.push(row);
    }
    let best = |k: usize| {
        let row = &table[table.len() - 1];
        let (now, before) = (row[row.len() - 1][k], row[row.len() - 2][k]);
        Estimate::new(now, 2.0 * (now - before).abs() + ELEMENTS * (1.0 + now.abs()))
    };
    let (m, q) = (best(0), best(1));
    Law { mean: m, variance: q - 2.0 * end * m - m.squared() }
}

fn stepped(
    elements: &Elements,
    shape: &[f64],
    weights: &[f64],
    [start, end]: [f64; 2],
    steps: usize,
    strength: impl Fn(f64) -> f64,
) -> [f64; 2] {
    let points = elements.points();
    let mut f = [vec![0.0; points.len()], vec![0.0; points.len()]];
    let (low, high) = (start.sqrt().sqrt(), end.sqrt().sqrt());
    let clock = |j: f64| (low + (high - low) * j / steps as f64).powi(4);
    for j in (0..steps).rev() {
        let step = clock(j as f64 + 1.0) - clock(j as f64);
        let now = clock(j as f64 + 0.5);
        let (s, size) = (2.0 / step, strength(now));
        let guidance: Vec<f64> = shape.iter().map(|x| size * x).collect();
        let drift: Vec<f64> = guidance.iter().map(|a| 1.0 + a).collect();
        let source = |k: usize| -> Vec<f64> {
            let rest = end - now;
            points
                .iter()
                .zip(&guidance)
                .zip(&f[k])
                .map(|((y, a), f)| s * f + if k == 0 { *a } else { 2.0 * a * (y + rest) })
                .collect()
        };
        let sources = [source(0), source(1)];
        // To the left the diffusion is dropped; to the right what is left decays.
        let right = End { slope: -(1.0 + (1.0 + 2.0 * s).sqrt()), offset: 0.0 };
        let ends = [0, 1].map(|k: usize| {
            [End { slope: s / drift[0], offset: -sources[k][0] / drift[0] }, right]
        });
        let middle = elements.solve(s, &drift, &sources, &ends);
        for (f, middle) in f.iter_mut().zip(&middle) {
            for (x, m) in f.iter_mut().zip(middle) {
                *x = 2.0 * m - *x;
            }
        }
    }
    f.map(|f| f.iter().zip(weights).map(|(f, w)| f * w).sum())
}
