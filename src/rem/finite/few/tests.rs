use super::*;
use crate::numerics::random::{Purpose, Seed};
use crate::process::Noise;
use crate::rem::finite::Ensemble;
use crate::rem::finite::average as general;

const ALL: [Quantity; 6] = [
    Quantity::IndexEntropy,
    Quantity::LeaveOneOut,
    Quantity::OwnWeight,
    Quantity::CloneCollapse,
    Quantity::NearestNeighbour,
    Quantity::Participation,
];

/// Random questions in few dimensions, put to both routes, which share no quadrature.
#[test]
fn property_both_routes_agree() {
    let tolerance = 1e-10;
    let count: usize = std::env::var("REGIMES_CASES").map_or(8, |text| text.parse().unwrap());
    let mut stream = Seed(11).stream(Purpose::Samples, 0, 0);
    let mut uniform = |low: f64, high: f64| low + (high - low) * stream.uniform();
    for case in 0..count {
        // Every fourth case is beyond the dimensions of this route, where a wrong window shows sooner;
        // below six the general route takes minutes, and `tests/rem/small.rs` has other values.
        let d = if case % 4 == 3 { uniform(FEW, 300.0) } else { uniform(6.0, FEW + 1.0) }.floor();
        let log_n = uniform(2f64.ln(), 14.0);
        let (mu, sigma) = (uniform(-2.0, 1.0).exp(), uniform(-1.5, 1.5).exp());
        let m2 = if case % 3 == 0 { 0.0 } else { d * mu * mu };
        let ensemble = Ensemble::clusters(d, m2, sigma, log_n).unwrap();
        // Around collapse, where τ ~ σ²/(n^{2/d} − 1), and beyond it.
        let tau = sigma * sigma / (2.0 * log_n / d).exp_m1() * uniform(-2.0, 4.0).exp();
        let geometry = ensemble.geometry(Noise::at_tau(tau));
        let n = Count::from_log(log_n).unwrap();
        // The general route has nearest neighbours only where densities are smooth: see below.
        for quantity in ALL.into_iter().filter(|&q| q != Quantity::NearestNeighbour) {
            let Some(few) = anywhere(quantity, n, &geometry, tolerance) else { continue };
            if few.value.is_nan() {
                continue;
            }
            let other = general::average(quantity, n, &geometry, tolerance);
            if other.value.is_nan() {
                continue;
            }
            let apart = (few.value - other.value).abs();
            assert!(
                apart <= few.error + other.error,
                "{quantity:?} {geometry:?} log n = {log_n}: {few:?} against {other:?}"
            );
            let met = few.error <= tolerance * (1.0 + few.value.abs());
            assert!(met, "{quantity:?} {geometry:?} log n = {log_n}: {few:?}");
        }
    }
}

/// Finer rules in every variable move no value by more than its stated error.
#[test]
fn property_refinement_stays_within_the_error() {
    let count: usize = std::env::var("REGIMES_CASES").map_or(10, |text| text.parse().unwrap());
    let mut stream = Seed(12).stream(Purpose::Samples, 0, 0);
    let mut uniform = |low: f64, high: f64| low + (high - low) * stream.uniform();
    for case in 0..count {
        let d = uniform(1.0, FEW + 1.0).floor();
        let log_n = uniform(2f64.ln(), 14.0);
        let kappa = 1.0 / (1.0 + uniform(-14.0, 14.0).exp());
        let separation = if case % 3 == 0 { 0.0 } else { uniform(-3.0, 2.2).exp() };
        let rest = 1.0 - kappa;
        let geometry = Geometry { d, kappa, rest, separation, refinement: 1.0 };
        let finer = Geometry { refinement: 1.6, ..geometry };
        let n = Count::from_log(log_n).unwrap();
        for quantity in ALL {
            for tolerance in [1e-4, 1e-10] {
                let Some(a) = average(quantity, n, &geometry, tolerance) else { continue };
                let Some(b) = average(quantity, n, &finer, 1e-10) else { continue };
                // Close to t = 0 the leave-one-out average says so.
                if quantity == Quantity::LeaveOneOut && (a.value.is_nan() || b.value.is_nan()) {
                    continue;
                }
                let apart = (a.value - b.value).abs();
                assert!(
                    apart <= a.error + b.error,
                    "{quantity:?} {geometry:?} log n = {log_n}, {tolerance}: {a:?} against {b:?}"
                );
                let met = a.error <= tolerance * (1.0 + a.value.abs());
                assert!(met, "{quantity:?} {geometry:?} log n = {log_n}: {a:?}");
            }
        }
    }
}

/// The nearest neighbour in more dimensions, where both routes hold.
#[test]
fn independent_nearest_neighbours_in_many_dimensions() {
    for (d, m2, log_n, t) in [(40.0, 0.0, 6.0, 0.8), (64.0, 64.0, 3.0, 0.5), (100.0, 0.0, 8.0, 1.0)]
    {
        let ensemble = Ensemble::clusters(d, m2, 1.0, log_n).unwrap();
        let geometry = ensemble.geometry(Noise::at_time(t).unwrap());
        let (n, nearest) = (Count::from_log(log_n).unwrap(), Quantity::NearestNeighbour);
        let few = anywhere(nearest, n, &geometry, 1e-10).unwrap();
        let [coarse, fine] = [1.0, 1.6].map(|refinement| {
            general::average(nearest, n, &Geometry { refinement, ..geometry }, 1e-10)
        });
        let stated = fine.error + 2.0 * (fine.value - coarse.value).abs();
        let apart = (few.value - fine.value).abs();
        assert!(apart <= few.error + stated && stated < 1e-8, "{d}: {few:?} {fine:?} ± {stated}");
    }
}

/// E log(Z_2/Z_1) = −(σ²d + |m|²)/τ: the mean of the squared distance of two samples.
#[test]
fn identity_two_samples_left_one_out() {
    for (d, m2, sigma, tau) in
        [(1.0, 0.0, 1.0, 0.1), (3.0, 0.75, 2.0, 0.2), (7.0, 40.0, 1.0, 3.0), (24.0, 1.0, 0.5, 0.1)]
    {
        let ensemble = Ensemble::clusters(d, m2, sigma, 2f64.ln()).unwrap();
        let geometry = ensemble.geometry(Noise::at_tau(tau));
        let n = Count::from_log(2f64.ln()).unwrap();
        let got = average(Quantity::LeaveOneOut, n, &geometry, 1e-10).unwrap();
        let want = -(sigma * sigma * d + m2) / tau;
        assert!((got.value - want).abs() <= got.error, "{d}: {got:?}, not {want}");
        assert!(got.error <= 1e-10 * (1.0 - want), "{d}: {got:?}");
    }
}
