//! Direct simulation: draw the data, draw x, compute the weights. Nothing of the layer under test
//! enters the simulation.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use regimes::Noise;
use regimes::rem::finite::{Ensemble, Quantity};

const QUANTITIES: [Quantity; 5] = [
    Quantity::IndexEntropy,
    Quantity::OwnWeight,
    Quantity::CloneCollapse,
    Quantity::NearestNeighbour,
    Quantity::Participation,
];

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    // Box and Muller, one of the pair.
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Means over `points` points x of one data set, at every time.
///
/// In units of e^{−t}, x is y = a¹ + √τ ω, so that the energies at all times follow from two numbers
/// per sample: |y − a|²/(2τ) = |a¹ − a|²/(2τ) + ω·(a¹ − a)/√τ + |ω|²/2.
fn one_dataset(d: usize, n: usize, times: &[f64], points: usize, seed: u64) -> Vec<[f64; 5]> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut data = Vec::with_capacity(n * d);
    for _ in 0..n {
        let class = if rng.random::<bool>() { 1.0 } else { -1.0 };
        data.extend((0..d).map(|_| class + normal(&mut rng)));
    }
    let mut sums = vec![[0.0; 5]; times.len()];
    let mut weights = vec![0.0; n];
    for _ in 0..points {
        let own = rng.random_range(0..n);
        let omega: Vec<f64> = (0..d).map(|_| normal(&mut rng)).collect();
        let centre = &data[own * d..(own + 1) * d];
        let distances: Vec<(f64, f64)> =
            data.chunks_exact(d).map(|a| separation(centre, a, &omega)).collect();
        for (sum, &t) in sums.iter_mut().zip(times) {
            let tau = f64::exp_m1(2.0 * t);
            let (half, root) = (0.5 / tau, 1.0 / tau.sqrt());
            let mut least = 0.0f64;
            for (weight, (square, along)) in weights.iter_mut().zip(&distances) {
                // Relative to the own energy |ω|²/2.
                *weight = square * half + along * root;
                least = least.min(*weight);
            }
            let (mut total, mut squares) = (0.0, 0.0);
            for energy in &weights {
                let weight = (least - energy).exp();
                total += weight;
                squares += weight * weight;
            }
            let values = [
                total.ln() - least,
                least.exp() / total,
                squares / (total * total),
                f64::from(u8::from(least == 0.0)),
                total * total / squares,
            ];
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += value / points as f64;
            }
        }
    }
    sums
}

/// |c − a|² and ω·(c − a), in four running sums each, which the processor adds side by side.
fn separation(c: &[f64], a: &[f64], omega: &[f64]) -> (f64, f64) {
    const LANES: usize = 4;
    let (mut squares, mut along) = ([0.0; LANES], [0.0; LANES]);
    let rows = c.chunks_exact(LANES).zip(a.chunks_exact(LANES)).zip(omega.chunks_exact(LANES));
    for ((c, a), omega) in rows {
        for k in 0..LANES {
            let difference = c[k] - a[k];
            squares[k] += difference * difference;
            along[k] += difference * omega[k];
        }
    }
    (squares.iter().sum(), along.iter().sum())
}

#[allow(clippy::print_stdout, reason = "figures for --nocapture")]
fn compare(d: usize, n: usize, times: (f64, f64), datasets: usize, points: usize, seed: u64) {
    let times: Vec<f64> =
        (0..30).map(|k| times.0 + (times.1 - times.0) * f64::from(k) / 29.0).collect();
    let runs: Vec<Vec<[f64; 5]>> = (0..datasets)
        .into_par_iter()
        .map(|k| one_dataset(d, n, &times, points, seed + k as u64))
        .collect();
    let count = datasets as f64;
    let ensemble = Ensemble::clusters(d as f64, d as f64, 1.0, (n as f64).ln()).unwrap();
    // A thousandth of the standard errors is enough.
    let ensemble = ensemble.with_tolerance(1e-5);
    let mut failures = Vec::new();
    let (mut chi, mut largest, mut counted) = (0.0, 0.0f64, 0);
    for (k, &t) in times.iter().enumerate() {
        for (q, quantity) in QUANTITIES.into_iter().enumerate() {
            let mean = runs.iter().map(|run| run[k][q]).sum::<f64>() / count;
            let variance =
                runs.iter().map(|run| (run[k][q] - mean).powi(2)).sum::<f64>() / (count - 1.0);
            let stderr = (variance / count).sqrt();
            let range = match quantity {
                Quantity::IndexEntropy => (n as f64).ln(),
                Quantity::Participation => n as f64,
                _ => 1.0,
            };
            assert!(stderr <= 0.01 * range, "{quantity:?} at {t}: standard error {stderr}");
            let want = ensemble.mean(quantity, Noise::at_time(t).unwrap()).unwrap();
            // A rare event that no run saw has no standard error: allow its probability of 10/runs.
            let unseen = if stderr < 1e-3 * range { 10.0 / (count * points as f64) } else { 0.0 };
            if unseen == 0.0 {
                let z = (mean - want.value) / stderr;
                chi += z * z;
                largest = largest.max(z.abs());
                counted += 1;
            }
            if (mean - want.value).abs() > 4.0 * stderr + want.error + unseen {
                failures
                    .push(format!("{quantity:?} t = {t}: {mean} ± {stderr}, predicted {want:?}"));
            }
        }
    }
    println!(
        "d = {d}, n = {n}: χ²/N = {:.2} of {counted}, max |z| = {largest:.2}",
        chi / f64::from(counted)
    );
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn independent_simulation_16_100() {
    compare(16, 100, (0.2, 3.5), 1500, 6, 20_240_218);
}

#[test]
fn independent_simulation_64_2000() {
    compare(64, 2000, (0.3, 4.0), 150, 24, 31_415_926);
}

/// The published case. Half a minute on two cores with optimisation, many minutes without.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn independent_simulation_256_20000() {
    compare(256, 20_000, (0.6, 5.0), 130, 24, 27_182_818);
}
