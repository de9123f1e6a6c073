//! Collapse times of nonlinear manifolds: one, for each named activation and a typed one, and a map.

use criterion::{Criterion, criterion_group, criterion_main};
use regimes::channel::{Channel, Response};
use regimes::prior::Normal;
use regimes::replica::Replica;
use regimes::symbolic::activation;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

fn model(name: &str, beta: f64) -> Option<Replica> {
    let phi = activation(name).ok()?;
    let channel = Channel::new(&Response::from(&phi), 1.0, 1.0).ok()?;
    Replica::new(Arc::new(Normal::new(0.0).ok()?), channel, beta).ok()
}

/// Target: 10 ms for named activations, 30 ms for typed ones.
fn single(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("collapse time at beta 0.5, alpha 0.3");
    for name in [
        "linear",
        "tanh",
        "erf",
        "relu",
        "leaky-relu:0.1",
        "hardtanh",
        "sign",
        "heaviside",
        "abs",
        "square",
        "sin",
        "sigmoid",
        "softplus",
        "gelu",
        "silu",
        "tanh(2*z)+0.1*z^2",
        "abs(sin(3*z))*exp(-z^2/10)",
    ] {
        let Some(m) = model(name, 0.5) else { continue };
        group.bench_function(name, |b| b.iter(|| m.collapse(black_box(0.3), None)));
    }
    group.finish();
}

/// Target: 100 × 100 points over (β, α) for tanh in 20 s on two cores; here 10 × 10 on one.
fn map(criterion: &mut Criterion) {
    let Some(m) = model("tanh", 0.5) else { return };
    criterion.bench_function("map of 10 x 10 collapse times, tanh", |b| {
        b.iter(|| {
            for i in 0..10 {
                let mut neighbour = None;
                for j in 0..10 {
                    let beta = 0.1 + 0.1 * f64::from(i);
                    let alpha = 0.1 + 0.1 * f64::from(j);
                    let found = m.with_beta(beta).and_then(|m| m.collapse(alpha, neighbour));
                    neighbour = found.ok().and_then(|c| c.neighbour);
                }
            }
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2));
    targets = single, map
}
criterion_main!(benches);
