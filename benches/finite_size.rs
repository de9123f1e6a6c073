//! Speed of the finite-size averages: `cargo bench --bench finite_size`.

use criterion::{Criterion, criterion_group, criterion_main};
use regimes::Noise;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::rem::large_deviations::Energies;
use std::hint::black_box;

/// The times of the published simulation.
fn times() -> impl Iterator<Item = Noise> {
    (0..20).filter_map(|k| Noise::at_time(8.0 - 0.392 * f64::from(k)).ok())
}

fn curve(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("excess entropy, 60 published points");
    group.sample_size(10);
    for tolerance in [1e-4, 1e-10] {
        group.bench_function(format!("tolerance {tolerance:e}"), |bench| {
            bench.iter(|| {
                let mut sum = 0.0;
                for d in [256.0, 1024.0, 4096.0] {
                    let ensemble = Ensemble::clusters(d, d, 1.0, 20_000f64.ln());
                    let Ok(ensemble) = ensemble else { continue };
                    let ensemble = ensemble.with_tolerance(tolerance);
                    for noise in times() {
                        sum += ensemble.excess_entropy_over_alpha(noise).map_or(0.0, |f| f.value);
                    }
                }
                black_box(sum)
            });
        });
    }
    group.finish();
}

/// Few samples in few dimensions: every weight at one point, and the three times.
fn few(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("few samples");
    group.sample_size(10);
    let all = [
        Quantity::CloneCollapse,
        Quantity::OwnWeight,
        Quantity::NearestNeighbour,
        Quantity::Participation,
    ];
    for (d, n) in [(2.0, 60.0), (4.0, 20.0), (16.0, 1000.0)] {
        let (ensemble, noise) = (Ensemble::clusters(d, d, 1.0, f64::ln(n)), Noise::at_time(0.5));
        let (Ok(ensemble), Ok(noise)) = (ensemble, noise) else { continue };
        group.bench_function(format!("condensation, d = {d}, n = {n}"), |bench| {
            bench.iter(|| all.map(|quantity| ensemble.mean(quantity, noise).ok()));
        });
    }
    if let Ok(e) = Ensemble::clusters(4.0, 4.0, 1.0, 20f64.ln()) {
        group.bench_function("three times, d = 4, n = 20", |bench| {
            bench.iter(|| {
                let clones = e.clone_collapse_time().ok();
                (clones, e.leave_one_out_time().ok(), e.participation_time().ok())
            });
        });
    }
    group.finish();
}

fn transitions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("times");
    group.sample_size(10);
    group.bench_function("large deviations, isotropic", |bench| {
        bench.iter(|| Energies::isotropic(black_box(0.5), 1.0).map(|e| e.generalisation_time()));
    });
    group.bench_function("clone collapse, d = 1000, n = e^50", |bench| {
        let ensemble = Ensemble::isotropic(1000.0, 1.0, 50.0);
        bench.iter(|| ensemble.as_ref().map(|e| e.with_tolerance(1e-8).clone_collapse_time()));
    });
    group.bench_function("participation, one time", |bench| {
        let ensemble = Ensemble::isotropic(64.0, 1.0, 2000f64.ln());
        let noise = Noise::at_time(1.0);
        bench.iter(|| match (&ensemble, &noise) {
            (Ok(e), Ok(noise)) => e.mean(Quantity::Participation, *noise).ok(),
            _ => None,
        });
    });
    group.finish();
}

criterion_group!(benches, curve, few, transitions);
criterion_main!(benches);
