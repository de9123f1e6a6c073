use regimes::rem::finite::{Ensemble, Quantity};
use regimes::{Estimate, Noise};

fn mean(ensemble: &Ensemble, quantity: Quantity, t: f64) -> Estimate {
    ensemble.mean(quantity, Noise::at_time(t).unwrap()).unwrap()
}

/// One dimension, two and three samples: the average over data and noise by brute force, on a grid
/// of every Gaussian variable. The trapezoidal rule with spacing ½ is good to 1e-9 here, since the
/// weights vary slowly at these times.
#[test]
fn independent_brute_force_in_one_dimension() {
    for (t, centre) in [(0.8, 0.0), (1.5, 0.0), (1.2, 1.3)] {
        for n in [2usize, 3] {
            let noise = Noise::at_time(t).unwrap();
            let tau = noise.tau();
            let classes: &[f64] = if centre == 0.0 { &[0.0] } else { &[centre, -centre] };
            let grid: Vec<(f64, f64)> = (-27..=27)
                .map(|k| 0.25 * f64::from(k))
                .map(|x: f64| {
                    (x, 0.25 * (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt())
                })
                .collect();
            // [index entropy, leave-one-out, own weight, Σ w², 1/Σ w²]
            let mut sums = [0.0; 5];
            let mut record = |weight: f64, z: &[f64]| {
                let (total, squares): (f64, f64) = (z.iter().sum(), z.iter().map(|x| x * x).sum());
                let terms = [
                    (total / z[0]).ln(),
                    (z[1..].iter().sum::<f64>() / z[0]).ln(),
                    z[0] / total,
                    squares / (total * total),
                    total * total / squares,
                ];
                for (sum, term) in sums.iter_mut().zip(terms) {
                    *sum += weight * term;
                }
            };
            for &(a, wa) in &grid {
                for &(omega, wo) in &grid {
                    let y = a + classes[0] + tau.sqrt() * omega;
                    // All levels of the others, once for every point of the grid and every class.
                    let others: Vec<(f64, f64)> = classes
                        .iter()
                        .flat_map(|m| {
                            grid.iter().map(move |&(b, wb)| {
                                (
                                    wb / classes.len() as f64,
                                    (-(y - m - b).powi(2) / (2.0 * tau)).exp(),
                                )
                            })
                        })
                        .collect();
                    let own = (-0.5 * omega * omega).exp();
                    for &(w2, z2) in &others {
                        if n == 2 {
                            record(wa * wo * w2, &[own, z2]);
                            continue;
                        }
                        for &(w3, z3) in others.iter().filter(|o| o.0 > 1e-9) {
                            if wa * wo * w2 > 1e-12 {
                                record(wa * wo * w2 * w3, &[own, z2, z3]);
                            }
                        }
                    }
                }
            }
            let ensemble = Ensemble::clusters(1.0, centre * centre, 1.0, (n as f64).ln()).unwrap();
            let quantities = [
                Quantity::IndexEntropy,
                Quantity::LeaveOneOut,
                Quantity::OwnWeight,
                Quantity::CloneCollapse,
                Quantity::Participation,
            ];
            for (quantity, want) in quantities.into_iter().zip(sums) {
                let got = mean(&ensemble, quantity, t);
                assert!(
                    (got.value - want).abs() < got.error + 3e-7,
                    "{quantity:?} t = {t} m = {centre} n = {n}: {got:?} against {want}"
                );
            }
        }
    }
}

/// With two samples the leave-one-out average is E(E_1 − E_2), a quadratic form: −d σ²/τ, less
/// 2|m|²/(2τ) for the half of the cases in which the classes differ.
#[test]
fn identity_two_samples_leave_one_out_is_quadratic() {
    for (d, m2, t) in
        [(1.0, 0.0, 0.1), (5.0, 0.0, 1.0), (40.0, 0.0, 0.7), (3.0, 2.0, 1.1), (64.0, 64.0, 2.0)]
    {
        let ensemble = Ensemble::clusters(d, m2, 1.0, 2f64.ln()).unwrap();
        let got = mean(&ensemble, Quantity::LeaveOneOut, t);
        let want = -(d + m2) / Noise::at_time(t).unwrap().tau();
        assert!(
            (got.value - want).abs() < got.error && got.error < 1e-8,
            "{d} {t}: {got:?} {want}"
        );
    }
}

/// φ_C, the probability of a second draw on the same sample, and the own weight are separate
/// integrals; the Nishimori identity makes them equal.
#[test]
fn identity_clone_collapse_is_own_weight() {
    for (d, m2, n, t) in [
        (2.0, 0.0, 50f64, 0.5),
        (16.0, 16.0, 100.0, 0.7),
        (64.0, 0.0, 2000.0, 0.9),
        (64.0, 64.0, 2000.0, 1.1),
        (1000.0, 1000.0, 20_000.0, 2.0),
    ] {
        let ensemble = Ensemble::clusters(d, m2, 1.0, n.ln()).unwrap();
        let clones = mean(&ensemble, Quantity::CloneCollapse, t);
        let own = mean(&ensemble, Quantity::OwnWeight, t);
        let deviation = (clones.value - own.value).abs();
        assert!(deviation < 1e-10, "{d} {n}: {clones:?} {own:?}");
        assert!(deviation <= clones.error + own.error, "{d} {n}: {clones:?} {own:?}");
        assert!(own.value > 1e-3 && own.value < 0.999);
    }
}

/// Above collapse d f^e = log n − I(a; x_t) up to exponentially small terms; for one Gaussian
/// I = (d/2) log(1 + snr σ²).
#[test]
fn limit_entropy_above_collapse_is_gaussian_information() {
    for (d, log_n, sigma, t) in [
        (400.0, 40.0, 1.0, 2.2),
        (1000.0, 500.0, 2.0, 1.6),
        (1e5, 2000.0, 1.0, 2.6),
        (2000.0, 1999.0, 1.0, 0.5),
    ] {
        let ensemble = Ensemble::isotropic(d, sigma, log_n).unwrap();
        let noise = Noise::at_time(t).unwrap();
        let information = 0.5 * d * (sigma * sigma * noise.snr()).ln_1p();
        assert!(log_n - information > 12.0, "not above collapse: {}", log_n - information);
        let got = mean(&ensemble, Quantity::IndexEntropy, t);
        let want = log_n - information;
        let slack = 1e-10 + 1e-15 * log_n;
        assert!((got.value - want).abs() <= got.error + slack, "{d} {log_n}: {got:?} {want}");
        assert!(got.error < 1e-8, "{got:?}");
    }
}

/// Between speciation and pure noise, the class bit: I = (d/2) log(1 + snr) + I_bin(γ),
/// I_bin = γ − E log cosh(γ + √γ z), summed here by a plain trapezoidal rule.
#[test]
fn limit_entropy_above_collapse_has_the_class_bit() {
    let d = 4096.0;
    for t in [4.2, 4.9, 5.6] {
        let noise = Noise::at_time(t).unwrap();
        let gamma = d * noise.snr() / (1.0 + noise.snr());
        let average: f64 = (-200..=200)
            .map(|k| 0.05 * f64::from(k))
            .map(|z: f64| 0.05 * (-0.5 * z * z).exp() * (gamma + gamma.sqrt() * z).cosh().ln())
            .sum();
        let bit = gamma - average / (2.0 * std::f64::consts::PI).sqrt();
        let information = 0.5 * d * noise.snr().ln_1p() + bit;
        let got = mean(&Ensemble::clusters(d, d, 1.0, 60.0).unwrap(), Quantity::IndexEntropy, t);
        let want = 60.0 - information;
        assert!((got.value - want).abs() <= got.error + 1e-10, "t = {t}: {got:?} against {want}");
    }
}

/// The entropy is positive, increases with t from 0 to log n, and the own weight falls from 1 to 1/n.
#[test]
fn limit_both_ends_of_time() {
    let ensemble = Ensemble::clusters(64.0, 64.0, 1.0, 2000f64.ln()).unwrap();
    let mut last = 0.0;
    for t in [0.05, 0.2, 0.5, 0.8, 1.0, 1.5, 3.0, 6.0, 12.0] {
        let got = mean(&ensemble, Quantity::IndexEntropy, t);
        assert!(got.value >= last - got.error, "t = {t}: {got:?} after {last}");
        last = got.value;
    }
    assert!((last - 2000f64.ln()).abs() < 1e-6);
    assert!(mean(&ensemble, Quantity::IndexEntropy, 0.05).value < 1e-10);
    assert!((mean(&ensemble, Quantity::OwnWeight, 0.05).value - 1.0).abs() < 1e-10);
    assert_eq!(mean(&ensemble, Quantity::IndexEntropy, 0.0).value, 0.0);
    assert!(
        (mean(&ensemble, Quantity::OwnWeight, f64::INFINITY).value - 1.0 / 2000.0).abs() < 1e-18
    );
    assert!((mean(&ensemble, Quantity::Participation, 15.0).value / 2000.0 - 1.0).abs() < 1e-6);
    assert!(ensemble.leave_one_out(Noise::at_time(0.0).unwrap()).unwrap().reason().is_some());
}

/// The orthonormal manifold is isotropic data in its latent dimensions.
#[test]
fn identity_manifold_is_isotropic_in_fewer_dimensions() {
    let noise = Noise::at_time(0.6).unwrap();
    let manifold = Ensemble::linear_manifold(20.0, 100.0, 8.0).unwrap();
    let latent = Ensemble::isotropic(20.0, 1.0, 8.0).unwrap();
    let (a, b) = (manifold.excess_entropy(noise).unwrap(), latent.excess_entropy(noise).unwrap());
    assert!((5.0 * a.value - b.value).abs() < 1e-14 && b.value > 1e-3);
}

/// The three times at finite n and d lie around the asymptotic one, and close in on it with d.
#[test]
fn limit_transition_times_converge() {
    let alpha: f64 = 0.05;
    let exact = 0.5 * (1.0 / (2.0 * alpha).exp_m1()).ln_1p();
    let mut last = f64::INFINITY;
    for d in [64.0, 512.0, 4096.0] {
        let ensemble = Ensemble::isotropic(d, 1.0, alpha * d).unwrap().with_tolerance(1e-8);
        let clones = ensemble.clone_collapse_time().unwrap().estimate().unwrap();
        let leave = ensemble.leave_one_out_time().unwrap().estimate().unwrap();
        assert!(clones.error < 1e-7 && leave.error < 1e-7);
        let farthest = (clones.value - exact).abs().max((leave.value - exact).abs());
        assert!(farthest < last, "d = {d}: {clones:?} {leave:?} {exact}");
        last = farthest;
    }
    assert!(last < 0.05);
    let two = Ensemble::isotropic(8.0, 1.0, 2f64.ln()).unwrap();
    assert!(two.clone_collapse_time().unwrap().reason().is_some());
}

/// Wrong arguments are refused with their name.
#[test]
fn limit_wrong_arguments() {
    assert!(Ensemble::isotropic(0.0, 1.0, 5.0).is_err());
    assert!(Ensemble::isotropic(2.5, 1.0, 5.0).is_err());
    assert!(Ensemble::isotropic(2.0, 0.0, 5.0).is_err());
    assert!(Ensemble::isotropic(2.0, 1.0, 0.1).is_err());
    assert!(Ensemble::clusters(2.0, -1.0, 1.0, 5.0).is_err());
    assert!(Ensemble::linear_manifold(5.0, 4.0, 5.0).is_err());
}

/// A looser tolerance is met, and stated.
#[test]
fn identity_tolerances_are_kept() {
    for (d, m2, t) in
        [(16.0, 16.0, 0.9), (256.0, 256.0, 1.7), (256.0, 256.0, 3.0), (4096.0, 4096.0, 4.9)]
    {
        let fine = Ensemble::clusters(d, m2, 1.0, 9.9).unwrap();
        for quantity in [Quantity::IndexEntropy, Quantity::CloneCollapse, Quantity::LeaveOneOut] {
            let want = mean(&fine, quantity, t);
            assert!(want.error < 1e-9, "{quantity:?} {want:?}");
            for tolerance in [1e-2, 1e-4, 1e-7] {
                let got = mean(&fine.with_tolerance(tolerance), quantity, t);
                let deviation = (got.value - want.value).abs();
                assert!(
                    deviation <= got.error + want.error,
                    "{quantity:?} d = {d}: {got:?} {want:?}"
                );
                assert!(
                    got.error < 3.0 * tolerance * (1.0 + want.value.abs()),
                    "{quantity:?} d = {d} {tolerance}: {got:?}"
                );
            }
        }
    }
}

/// The corners of the domain: every average is a number, within its range, and not a long wait.
#[test]
fn limit_corners_of_the_domain() {
    let all = [
        Quantity::IndexEntropy,
        Quantity::LeaveOneOut,
        Quantity::OwnWeight,
        Quantity::CloneCollapse,
        Quantity::NearestNeighbour,
        Quantity::Participation,
    ];
    let log_2 = 2f64.ln();
    for (d, m2, sigma, log_n, times) in [
        (1.0, 0.0, 1.0, log_2, [1e-6, 1e-3, 0.5, 30.0]),
        (1.0, 1.0, 1.0, 5.0, [1e-5, 1e-2, 0.5, 30.0]),
        (2.0, 0.0, 1.0, 5.0, [1e-5, 1e-2, 0.5, 30.0]),
        (3.0, 3.0, 1e-6, 3.0, [1e-9, 1e-3, 0.5, 30.0]),
        (3.0, 0.0, 1e6, 3.0, [1e-3, 0.5, 12.0, 40.0]),
        (50.0, 50.0, 1.0, log_2, [1e-8, 1e-3, 0.5, 300.0]),
        (1000.0, 0.0, 1.0, 2000.0, [1e-4, 0.01, 0.02, 3.0]),
        (1e5, 0.0, 1.0, 2000.0, [1e-3, 1.0, 2.0, 9.0]),
        (1e5, 1e5, 1.0, 2000.0, [1e-3, 1.0, 2.0, 9.0]),
    ] {
        let ensemble = Ensemble::clusters(d, m2, sigma, log_n).unwrap().with_tolerance(1e-6);
        for t in times {
            for quantity in all {
                let noise = Noise::at_time(t).unwrap();
                let got = match ensemble.mean(quantity, noise) {
                    Ok(got) => got,
                    // Few dimensions at small t: said, not waited for.
                    Err(regimes::Error::Argument { .. }) if quantity == Quantity::LeaveOneOut => {
                        continue;
                    }
                    // E 1/Σw² leaves the range of numbers with n.
                    Err(_) if quantity == Quantity::Participation && log_n > 700.0 => continue,
                    Err(error) => panic!("{quantity:?} d = {d}, t = {t}: {error}"),
                };
                assert!(
                    !got.value.is_nan() && !got.error.is_nan(),
                    "{quantity:?} {d} {t}: {got:?}"
                );
                let (low, high) = match quantity {
                    Quantity::IndexEntropy => (0.0, log_n),
                    Quantity::LeaveOneOut => (f64::NEG_INFINITY, log_n),
                    Quantity::Participation => (1.0, log_n.exp()),
                    _ => (0.0, 1.0),
                };
                let slack = got.error + 1e-12 * high.min(1e300);
                assert!(
                    got.value >= low - slack && got.value <= high + slack,
                    "{quantity:?} d = {d}, t = {t}: {got:?} outside [{low}, {high}]"
                );
            }
        }
    }
}

/// Collapse is condensation: with the levels of large deviations, λ_c = 1 at the time where the
/// information is log n, for any spectrum.
#[test]
fn identity_collapse_is_condensation() {
    use regimes::rem::large_deviations::Energies;
    for spectrum in
        [vec![(1.0, 1.0)], vec![(9.0, 1.0), (1.0, 4.0), (0.25, 3.0)], vec![(2.0, 1.0), (0.0, 3.0)]]
    {
        for alpha in [0.01, 0.2, 1.0] {
            let levels = Energies::new(alpha, &spectrum).unwrap();
            let time = levels.collapse_time().unwrap();
            let condensation = levels.condensation(Noise::at_time(time.value).unwrap()).unwrap();
            let lambda = condensation.estimate().unwrap();
            assert!((lambda.value - 1.0).abs() < 1e-10, "{spectrum:?} {alpha}: {lambda:?}");
        }
    }
}

/// d f^e is positive and vanishes with t: it is at most the chance of another sample nearby.
#[test]
fn limit_entropy_vanishes_at_small_noise() {
    for (d, m2, log_n) in [(16.0, 16.0, 5.0), (64.0, 0.0, 7.6), (256.0, 256.0, 9.9)] {
        let ensemble = Ensemble::clusters(d, m2, 1.0, log_n).unwrap();
        let mut last = f64::INFINITY;
        for t in [0.4, 0.2, 0.1, 0.05, 0.02, 0.002] {
            let got = mean(&ensemble, Quantity::IndexEntropy, t);
            assert!(got.value >= -1e-10 && got.value <= last + 1e-10, "{d} {t}: {got:?}");
            last = got.value;
        }
        assert!(last.abs() < 1e-10, "{d}: {last}");
    }
}
