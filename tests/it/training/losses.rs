//! Losses against thirty digits, densities, wide limits and other ensembles.
use super::{Uniform, any, learner};
use crate::reference::{number, reference};
use nalgebra::Complex;
use regimes::training::Training;
use regimes::training::ensemble::{Ensemble, Point};

fn draws(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn independent_losses_are_those_of_thirty_digits() {
    for row in &reference("training_losses.csv") {
        let ratios = [number(row, "psi_n"), number(row, "psi_p")];
        let learner = learner(
            &row["activation"],
            number(row, "t"),
            ratios,
            &row["spectrum"],
            draws(&row["draws"]),
        );
        let value = number(row, "value");
        let training =
            if row["by"] == "tau" { Training::Flow(value) } else { Training::Ridge(value) };
        let found = learner.losses(training).unwrap().required().unwrap();
        for (got, key) in [(found.train, "train"), (found.test, "test"), (found.bayes, "bayes")] {
            let want = number(row, key);
            assert!((got.value - want).abs() <= got.error, "{row:?} {key}: {got:?}");
            assert!(got.error < 1e-9 * want.max(1.0), "{row:?} {key}: {got:?}");
        }
    }
}

/// L_train(τ) = 1 − ∫dμ (1 − e^{−2κτλ})/λ over the bands: no contour. The bands' edges and densities come from
/// folds and solutions on the axis.
#[test]
fn independent_training_loss_is_an_integral_over_the_bands() {
    let mut u = Uniform::new(3);
    for _ in 0..12 {
        let learner = any(&mut u);
        let bands = learner.bands().unwrap();
        let total: f64 = bands.bands.iter().map(|band| band.loss_share.value).sum();
        let error: f64 = bands.bands.iter().map(|band| band.loss_share.error).sum();
        let end = learner.losses(Training::Flow(f64::INFINITY)).unwrap().required().unwrap();
        let off = (1.0 - total - end.train.value).abs();
        assert!(off <= error + end.train.error + 1e-11, "{off:e} {learner:?}");
    }
}

/// Fewer digits, but the whole resolvent: losses of drawn matrices are in `finite`.
#[test]
fn limit_wide_networks_with_many_samples() {
    for (phi, t, spectrum) in
        [("tanh", 0.1, "1:1"), ("relu", 0.3, "0.5:0.5;0.5:1.5"), ("erf", 0.02, "1:1")]
    {
        for ratio in [0.5, 3.0, 20.0] {
            let psi_n = 1e5;
            let learner = learner(phi, t, [psi_n, ratio * psi_n], spectrum, f64::INFINITY);
            let end = learner.losses(Training::Flow(f64::INFINITY)).unwrap().required().unwrap();
            let wide = learner.wide_end(ratio);
            // Corrections are of order 1/ψ_n, in units of the noise of what was learned.
            for (got, want) in [(end.train.value, wide[0]), (end.test.value, wide[1])] {
                assert!(
                    (got - want).abs() < 100.0 / psi_n * want.max(1.0),
                    "{phi} {t} {ratio}: {got} {want}"
                );
            }
        }
    }
}

#[test]
fn limit_many_noise_draws_are_the_average_over_the_noise() {
    let at = |draws: f64| {
        let learner = learner("tanh", 0.2, [3.0, 12.0], "0.5:0.5;0.5:1.5", draws);
        learner.losses(Training::Flow(30.0)).unwrap().required().unwrap()
    };
    let (many, all) = (at(1e9), at(f64::INFINITY));
    assert!((many.train.value - all.train.value).abs() < 1e-7);
    assert!((many.test.value - all.test.value).abs() < 1e-7);
}

/// At τ = 0 nothing is learned; the losses of a flow and of a ridge meet at their ends.
#[test]
fn limit_flows_begin_at_one_and_end_at_no_ridge() {
    let mut u = Uniform::new(11);
    for _ in 0..20 {
        let mut learner = any(&mut u);
        while learner.draws.is_finite() {
            learner = any(&mut u);
        }
        let at = |training| learner.losses(training).unwrap().required().unwrap();
        assert_eq!(at(Training::Flow(0.0)).train.value, 1.0);
        let late = 60.0 * learner.mode_time(learner.coefficients.s2.value);
        let (flow, end) = (at(Training::Flow(late)), at(Training::Ridge(0.0)));
        for (one, two) in [(flow.train, end.train), (flow.test, end.test)] {
            assert!(
                (one.value - two.value).abs() <= one.error + two.error,
                "{one:?} {two:?} {learner:?}"
            );
        }
    }
}

/// Stated errors are never below the distance from a contour of another shape and number of nodes: here the
/// trapezoidal rule on an ellipse around the whole spectrum.
#[test]
fn independent_ellipses_around_the_spectrum_give_the_same_losses() {
    let mut u = Uniform::new(29);
    for _ in 0..6 {
        let learner = any(&mut u);
        let ensemble = &learner.ensemble;
        let top =
            learner.bands().unwrap().bands.iter().map(|band| band.upper.value).fold(0.0, f64::max);
        // Early enough that e^{−θz} stays small left of the origin.
        let theta = u.between(0.1, 4.0) / top;
        let tau = theta / learner.rate();
        let stated = learner.losses(Training::Flow(tau)).unwrap().required().unwrap();
        let [train, test] = by_ellipse(ensemble, theta, top);
        assert!(
            (stated.train.value - train).abs() <= stated.train.error + 1e-12,
            "{stated:?} {train}"
        );
        assert!((stated.test.value - test).abs() <= stated.test.error + 1e-12, "{stated:?} {test}");
    }
}

/// Losses by the trapezoidal rule on an ellipse that crosses the axis at −top/2 and 3 top/2.
fn by_ellipse(ensemble: &Ensemble, theta: f64, top: f64) -> [f64; 2] {
    const NODES: usize = 160;
    let mut points: Vec<(Point, Complex<f64>)> = Vec::new();
    for k in 0..NODES {
        let angle = (k as f64 + 0.5) * 2.0 * std::f64::consts::PI / NODES as f64;
        let z = Complex::new(0.5 * top + top * angle.cos(), 0.8 * top * angle.sin());
        let step = Complex::new(-top * angle.sin(), 0.8 * top * angle.cos()) / NODES as f64;
        // dz/(2πi), with the angle's 2π in the number of nodes.
        let weight = step / Complex::new(0.0, 1.0);
        let above = Complex::new(z.re, z.im.abs());
        let mut point = ensemble.solve(above).unwrap();
        if z.im < 0.0 {
            point = Point {
                z,
                q: point.q.conj(),
                theta: point.theta.map(|x| x.conj()),
                residual: point.residual,
            };
        }
        points.push((point, weight));
    }
    let decay = |z: Complex<f64>, theta: f64| (-z * theta).exp();
    let mut train = Complex::new(1.0, 0.0);
    let mut test = Complex::new(1.0, 0.0);
    for (point, weight) in &points {
        let z = point.z;
        train -= weight * decay(z, 2.0 * theta) / z * ensemble.response(point);
        test -= weight * decay(z, theta) / z * ensemble.overlap(point) * 2.0;
    }
    for (one, w) in &points {
        for (two, v) in &points {
            let overlaps = [ensemble.overlap(one), ensemble.overlap(two)];
            let t = ensemble.pair(one, two, overlaps).fresh - 1.0 + overlaps[0] + overlaps[1];
            test += w * v * decay(one.z + two.z, theta) / (one.z * two.z) * t;
        }
    }
    [train.re, test.re]
}

/// A linear activation has neither v² nor s²: it never memorises, and its end is a limit.
#[test]
fn limit_linear_features_end_without_memorising() {
    let learner = learner("z", 0.1, [3.0, 5.0], "1:1", f64::INFINITY);
    let end = learner.losses(Training::Flow(f64::INFINITY)).unwrap().required().unwrap();
    // The least-squares score on n samples with the noise averaged over: (1/d) tr of S_n/(S_n + Δ e^{2t}).
    assert!(
        end.train.value < end.bayes.value && end.train.value > 0.5 * end.bayes.value,
        "{end:?}"
    );
    assert!(learner.half_ratio().value().is_none());
}

#[test]
fn bad_input_as_many_features_as_rows_have_no_end() {
    let learner = learner("tanh", 0.1, [2.0, 4.0], "1:1", 2.0);
    let end = learner.losses(Training::Flow(f64::INFINITY)).unwrap();
    assert!(end.reason().unwrap().contains("p = nm"), "{end:?}");
}
