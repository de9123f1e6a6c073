//! The three speeds that the command line promises: one query, one curve, one large sweep.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use regimes::models::{Clusters, Model, Order};
use regimes::prior::Binary;
use regimes::transitions::collapse::collapse_time;
use regimes::transitions::speciation::CRITERIA;
use regimes::{Estimate, Noise};
use std::hint::black_box;

fn all_times(d: f64, log_n: f64) -> f64 {
    let model = Clusters::new(d, 1.0, 0.7).unwrap();
    let alpha = Estimate::exact(log_n / d);
    let mut sum = 0.0;
    for criterion in CRITERIA {
        sum += (criterion.time)(&model).unwrap().value().unwrap_or(0.0);
    }
    for order in Order::ALL {
        sum += collapse_time(&model, alpha, order, 0.0).unwrap().value().unwrap_or(0.0);
    }
    sum
}

fn times(c: &mut Criterion) {
    c.bench_function("every time of two clusters", |b| {
        b.iter(|| all_times(black_box(1024.0), black_box(9.9)));
    });
    c.bench_function("times of 1000 rows on one thread", |b| {
        b.iter(|| (0..1000).map(|k| all_times(f64::from(256 + 100 * k), 9.9)).sum::<f64>());
    });
}

fn curves(c: &mut Criterion) {
    let model = Clusters::new(1024.0, 1.0, 1.0).unwrap();
    c.bench_function("phi at 400 points", |b| {
        b.iter(|| {
            let classes = model.classes().required().unwrap();
            (1..=400)
                .map(|k| {
                    let noise = Noise::at_time(0.02 * f64::from(k)).unwrap();
                    classes.posterior(noise).unwrap().clone.value
                })
                .sum::<f64>()
        });
    });
    c.bench_function("spin in noise, one signal-to-noise ratio", |b| {
        b.iter(|| Binary::BALANCED.moments(Estimate::exact(black_box(1.3))));
    });
}

/// What a program asks in words: the reading, the table and the rows.
fn asked(c: &mut Criterion) {
    let clusters = || regimes::ask("clusters").unwrap().set("d", 1024);
    c.bench_function("ask for all times of two clusters", |b| {
        b.iter(|| clusters().set("n", black_box(20_000)).times().unwrap());
    });
    let t: std::sync::Arc<[f64]> = (1..=100_000).map(|k| 8e-5 * f64::from(k)).collect();
    c.bench_function("ask for phi at 100 000 points", |b| {
        b.iter(|| clusters().set_numbers("t", std::sync::Arc::clone(&t)).curve("phi").unwrap());
    });
}

criterion_group!(benches, times, curves, asked);
criterion_main!(benches);
