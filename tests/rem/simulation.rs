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
fn one_dataset(d: usize, n: usize, times: &[f64], points: usize, seed: u64) -> Vec<[f64; 5]> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let data: Vec<f64> = (0..n)
        .flat_map(|_| {
            let class = if rng.random::<bool>() { 1.0 } else { -1.0 };
            (0..d).map(|_| class + normal(&mut rng)).collect::<Vec<_>>()
        })
        .collect();
    let mut sums = vec![[0.0; 5]; times.len()];
    for _ in 0..points {
        let own = rng.random_range(0..n);
        let noise: Vec<f64> = (0..d).map(|_| normal(&mut rng)).collect();
        for (sum, &t) in sums.iter_mut().zip(times) {
            let (decay, delta) = (f64::exp(-t), 1.0 - f64::exp(-2.0 * t));
            let x: Vec<f64> =
                (0..d).map(|i| decay * data[own * d + i] + delta.sqrt() * noise[i]).collect();
            let energies: Vec<f64> = data
                .chunks_exact(d)
                .map(|a| {
                    let square: f64 = a.iter().zip(&x).map(|(a, x)| (x - decay * a).powi(2)).sum();
                    square / (2.0 * delta)
                })
                .collect();
            let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
            let total: f64 = energies.iter().map(|e| (least - e).exp()).sum();
            let squares: f64 = energies.iter().map(|e| (2.0 * (least - e)).exp()).sum();
            let weight = (least - energies[own]).exp() / total;
            let values = [
                total.ln() + energies[own] - least,
                weight,
                squares / (total * total),
                f64::from(u8::from(energies[own] == least)),
                total * total / squares,
            ];
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += value / points as f64;
            }
        }
    }
    sums
}

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
            if (mean - want.value).abs() > 4.0 * stderr + want.error + unseen {
                failures
                    .push(format!("{quantity:?} t = {t}: {mean} ± {stderr}, predicted {want:?}"));
            }
        }
    }
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

/// Minutes of computing: run with `--ignored`.
#[test]
#[ignore = "takes minutes"]
fn independent_simulation_256_20000() {
    compare(256, 20_000, (0.6, 5.0), 100, 24, 27_182_818);
}
