//! Collapse times of nonlinear manifolds: one, for each named activation and two typed ones; a row of
//! a map; channel integrals; transitions.

use criterion::{Criterion, criterion_group, criterion_main};
use regimes::channel::{Channel, Effort, Response};
use regimes::prior::Normal;
use regimes::replica::Replica;
use regimes::symbolic::{SHORTCUTS, activation};
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
    let typed = ["tanh(2*z)+0.1*z^2", "abs(sin(3*z))*exp(-z^2/10)"];
    for name in SHORTCUTS.iter().map(|shortcut| shortcut.name).chain(typed) {
        let Some(m) = model(name, 0.5) else { continue };
        group.bench_function(name, |b| b.iter(|| m.collapse(black_box(0.3), None)));
    }
    group.finish();
}

/// One row of a map over α, from neighbours and from cold starts. Target: 100 × 100 points over
/// (β, α) for tanh in 20 s on two cores, 4 ms a point.
fn row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("row of 10 collapse times, tanh");
    for beta in [0.1, 0.5, 1.0] {
        let Some(m) = model("tanh", beta) else { continue };
        for warm in [true, false] {
            let start = if warm { "neighbours" } else { "cold starts" };
            group.bench_function(format!("beta {beta}, {start}"), |b| {
                b.iter(|| {
                    let mut neighbour = None;
                    for k in 1..=10 {
                        let alpha = 0.1 * f64::from(k);
                        let found = m.collapse(alpha, neighbour).ok();
                        neighbour = found.and_then(|c| c.neighbour).filter(|_| warm);
                    }
                });
            });
        }
    }
    group.finish();
}

/// One channel integral at each effort.
fn integrals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("channel at v 0.4, snr 3");
    for name in ["tanh", "relu", "sign", "square"] {
        let Ok(phi) = activation(name) else { continue };
        let Ok(channel) = Channel::new(&Response::from(&phi), 1.0, 1.0) else { continue };
        for effort in [Effort::Survey, Effort::Search, Effort::Certify] {
            group.bench_function(format!("{name}, {effort:?}"), |b| {
                b.iter(|| channel.at(black_box(0.4), 3.0, effort));
            });
        }
    }
    group.finish();
}

/// Spinodals and first-order transitions.
fn transitions(criterion: &mut Criterion) {
    let Some(m) = model("abs", 0.9) else { return };
    criterion.bench_function("transitions of abs at beta 0.9", |b| b.iter(|| m.transitions()));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2));
    targets = single, row, integrals, transitions
}
criterion_main!(benches);
