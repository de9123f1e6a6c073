//! When to stop, when it memorises.
use super::{Uniform, any, learner};
use regimes::training::Training;

/// τ_opt is a minimum of the loss itself, and the shares of the rise are reached where they are said to be.
#[test]
fn property_stopping_times_are_where_the_losses_say() {
    let mut u = Uniform::new(23);
    let mut seen = 0;
    for _ in 0..25 {
        let learner = any(&mut u);
        let found = learner.stopping().unwrap();
        let Some((tau, losses)) = found.best.clone().found() else { continue };
        seen += 1;
        let test = |tau: f64| learner.losses(Training::Flow(tau)).unwrap().required().unwrap().test;
        for factor in [0.97, 0.999, 1.001, 1.03] {
            let other = test(tau.value * factor);
            assert!(
                other.value >= losses.test.value - other.error - losses.test.error,
                "{factor} {learner:?}"
            );
        }
        let Some(end) = found.end.clone().found() else { continue };
        for (rise, share) in found.rises.iter().zip([0.01, 0.1, 0.5]) {
            let Some(time) = rise.estimate() else { continue };
            let target = losses.test.value + share * (end.test.value - losses.test.value);
            let there = test(time.value);
            // The slope by log τ is at most of the order of the rise.
            let slack = there.error
                + 10.0 * (end.test.value - losses.test.value) * time.error / time.value
                + 1e-12 * target;
            assert!(
                (there.value - target).abs() <= slack + losses.test.error,
                "{share} {there:?} {target} {learner:?}"
            );
            assert!(time.value > tau.value);
        }
    }
    assert!(seen > 10, "{seen}");
}

/// Two minima: the earlier one is the lower.
#[test]
fn identity_of_two_minima_the_lower_is_taken() {
    let learner = learner("tanh", 1.0, [0.1, 30.0], "1:1", f64::INFINITY);
    let (tau, losses) = learner.stopping().unwrap().best.required().unwrap();
    assert!(
        (tau.value - 3.944).abs() < 1e-3 && (losses.test.value - 0.165214).abs() < 1e-6,
        "{tau:?}"
    );
    let test =
        |tau: f64| learner.losses(Training::Flow(tau)).unwrap().required().unwrap().test.value;
    assert!((test(17.93) - 0.181121).abs() < 1e-6 && (test(427.4) - 0.178265).abs() < 1e-6);
}

/// "τ_mem grows with n, τ_gen does not": both at their scales.
#[test]
fn published_memorisation_waits_for_n_and_generalisation_does_not() {
    let at = |psi_n: f64| {
        let learner = learner("tanh", 0.1, [psi_n, 64.0 * psi_n], "1:1", f64::INFINITY);
        let found = learner.stopping().unwrap();
        let best = found.best.required().unwrap().0.value;
        (best, found.rises[2].value().unwrap(), learner.memorisation_time().value().unwrap())
    };
    let (small, large) = (at(16.0), at(64.0));
    assert!((large.1 / small.1 / 4.0 - 1.0).abs() < 0.05, "{small:?} {large:?}");
    assert!((large.2 / small.2 - 4.0).abs() < 1e-9);
    assert!(large.0 / small.0 < 2.0);
    // At 50 % of the rise κτλ_m is about one; the printed scale ψ_n/(2Δv²) is too early by Δ/Γ².
    let c = learner("tanh", 0.1, [64.0, 4096.0], "1:1", f64::INFINITY).coefficients;
    let printed = 64.0 / (2.0 * c.delta * c.v2.value);
    assert!(large.1 / large.2 < 1.2 && large.1 / printed > 3.0, "{large:?} {printed}");
}

#[test]
fn limit_half_ratio_of_isotropic_data_is_closed() {
    for (phi, t, want) in [("tanh", 0.1, 6.2566), ("tanh", 0.01, 4.6850), ("relu", 0.1, 4.0889)] {
        let learner = learner(phi, t, [1e4, 1e4 * want], "1:1", f64::INFINITY);
        let half = learner.half_ratio().estimate().unwrap();
        assert!((half.value - want).abs() < 5e-5, "{half:?}");
        let end = learner.losses(Training::Flow(f64::INFINITY)).unwrap().required().unwrap();
        assert!((end.memorised.value - 0.5).abs() < 1e-3, "{end:?}");
    }
    // Two eigenvalues: the root of the wide limit's own losses.
    let learner = learner("tanh", 0.1, [4.0, 16.0], "0.5:0.5;0.5:1.5", f64::INFINITY);
    let half = learner.half_ratio().value().unwrap();
    let [train, _] = learner.wide_end(half);
    assert!((1.0 - train / learner.bayes().value - 0.5).abs() < 1e-12);
}
