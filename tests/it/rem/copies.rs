//! A sample that the training set holds K times.
use regimes::numerics::random::{Purpose, Seed};
use regimes::quantities::copies;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::rem::large_deviations::Energies;
use regimes::{Estimate, Noise};

/// Closed forms of the test lose a few units.
const ROUNDING: f64 = 1e-13;

/// Isotropic data, v = 1 − e^(−2t): r* = 1 − [2(α − κ) + log v]/(1 − v), and r* = 0 at onset.
#[test]
fn identity_isotropic_closed_forms() {
    for (alpha, kappa) in [(0.5, 0.0), (0.5, 0.1), (0.5, 0.3), (1.5, 1.2)] {
        let rem = Energies::isotropic(alpha, 1.0).unwrap();
        let kappa = Estimate::exact(kappa);
        let onset = rem.onset_time_of_copies(kappa).unwrap();
        let v = -(-2.0 * onset.value).exp_m1();
        let excess = 2.0 * (alpha - kappa.value) + v.ln() - (1.0 - v);
        assert!(excess.abs() < ROUNDING + 20.0 * onset.error, "{excess}");
        let collapse = 0.5 * (1.0 / (2.0 * (alpha - kappa.value)).exp_m1()).ln_1p();
        for share in [0.2, 0.5, 0.9] {
            let t = collapse + share * (onset.value - collapse);
            let noise = Noise::at_time(t).unwrap();
            let r = rem.basin_of_copies(noise, kappa).unwrap().estimate().unwrap();
            let v = -(-2.0 * t).exp_m1();
            let want = 1.0 - (2.0 * (alpha - kappa.value) + v.ln()) / (1.0 - v);
            assert!((r.value - want).abs() <= r.error + ROUNDING, "{t}: {r:?} {want}");
        }
    }
}

/// ψ(r*) = κ − r*/2 by the free energy itself, in both phases of the others, for several eigenvalues.
#[test]
fn independent_the_edge_of_a_basin_balances_the_free_energies() {
    let rem = Energies::new(0.5, &[(4.0, 1.0), (1.0, 2.0), (0.2, 1.0)]).unwrap();
    let kappa = Estimate::exact(0.2);
    let onset = rem.onset_time_of_copies(kappa).unwrap().value;
    let mut phases = [0, 0];
    for k in 1..20 {
        let noise = Noise::at_time(onset * f64::from(k) / 20.0).unwrap();
        let r = rem.basin_of_copies(noise, kappa).unwrap().estimate().unwrap();
        let free = rem.free_energy(noise, r.value).unwrap();
        phases[usize::from(free.condensed)] += 1;
        let excess = free.value.value - kappa.value + 0.5 * r.value;
        assert!(excess.abs() <= ROUNDING + free.value.error + 2.0 * r.error, "{k}: {r:?} {excess}");
    }
    assert!(phases.iter().all(|count| *count > 3), "{phases:?}");
}

/// Weights of a planted K-fold sample, averaged over data sets drawn for the purpose.
#[test]
fn independent_weights_of_planted_copies() {
    let (d, n, copies, sets) = (6usize, 40usize, 5usize, 4000u64);
    let ensemble = Ensemble::isotropic(d as f64, 1.0, (n as f64).ln()).unwrap();
    let ensemble = ensemble.with_copies((copies as f64).ln()).unwrap();
    for t in [0.3, 0.8] {
        let noise = Noise::at_time(t).unwrap();
        let mut seen: Vec<[f64; 4]> = Vec::new();
        for set in 0..sets {
            let mut numbers = vec![0.0; (n - copies + 2) * d];
            Seed(set).stream(Purpose::Samples, 0, 0).normals(&mut numbers);
            let (z, samples) = numbers.split_at(d);
            let x: Vec<f64> = samples[..d]
                .iter()
                .zip(z)
                .map(|(a, z)| noise.decay() * a + noise.delta().sqrt() * z)
                .collect();
            let energy = |a: &[f64]| -> f64 {
                let square: f64 =
                    x.iter().zip(a).map(|(x, a)| (x - noise.decay() * a).powi(2)).sum();
                square / (2.0 * noise.delta())
            };
            let energies: Vec<f64> = samples.chunks(d).map(energy).collect();
            let weight = |k: usize| {
                let count = if k == 0 { copies as f64 } else { 1.0 };
                count * (energies[0] - energies[k]).exp()
            };
            let all: Vec<f64> = (0..energies.len()).map(weight).collect();
            let total: f64 = all.iter().sum();
            let squares: f64 = all.iter().map(|w| (w / total).powi(2)).sum();
            let nearest = energies[1..].iter().all(|e| *e > energies[0]);
            seen.push([all[0] / total, squares, f64::from(u8::from(nearest)), 1.0 / squares]);
        }
        let quantities = [
            Quantity::OwnWeight,
            Quantity::CloneCollapse,
            Quantity::NearestNeighbour,
            Quantity::Participation,
        ];
        for (k, quantity) in quantities.into_iter().enumerate() {
            let want = ensemble.mean(quantity, noise).unwrap();
            let mean = seen.iter().map(|s| s[k]).sum::<f64>() / sets as f64;
            let square = seen.iter().map(|s| (s[k] - mean).powi(2)).sum::<f64>();
            let stderr = (square / (sets as f64).powi(2)).sqrt();
            // One in 16 000 values is further off by chance.
            assert!(
                (mean - want.value).abs() < 4.0 * stderr + want.error,
                "{quantity:?} at {t}: {mean} ± {stderr}, {want:?}"
            );
        }
    }
}

#[test]
fn limit_one_copy_changes_no_bit() {
    let ensemble = Ensemble::isotropic(40.0, 1.0, 5.0).unwrap();
    let one = ensemble.with_copies(0.0).unwrap();
    for t in [0.4, 1.0, 3.0] {
        let noise = Noise::at_time(t).unwrap();
        let quantity = Quantity::OwnWeight;
        assert_eq!(one.mean(quantity, noise).unwrap(), ensemble.mean(quantity, noise).unwrap());
    }
    assert!(ensemble.with_copies(5.0).is_err() && ensemble.with_copies(-1.0).is_err());
}

/// Isotropic data: t_C.duplicate = ½ log(1 + σ²/((n/K)^(2/d) − 1)), n/K before the exponent.
#[test]
fn identity_the_collapse_of_copies_is_that_of_fewer_samples() {
    for (d, n, k, sigma) in
        [(50.0, 1e3, 10.0, 1.0), (256.0, 2e4, 5.0, 0.7), (1024.0, 1e6, 1e3, 2.0)]
    {
        let query = regimes::ask("gaussian").unwrap().set("d", d).set("sigma", sigma);
        let times = query.set("n", n).set("copies", k).times().unwrap();
        let got = times.value("t_C.duplicate").unwrap()[0].unwrap();
        let want = 0.5 * (sigma * sigma / (2.0 * f64::ln(n / k) / d).exp_m1()).ln_1p();
        assert!((got - want).abs() < ROUNDING, "{got} {want}");
    }
    // Without copies there is no such column.
    let times = regimes::ask("gaussian").unwrap().set("d", 8).set("n", 10).times().unwrap();
    assert!(times.value("t_C.duplicate").is_err());
    assert_eq!(copies::PARAMETERS.map(|p| p.name), ["copies", "log-copies"]);
}

#[test]
fn bad_input_copies() {
    let ask = || regimes::ask("gaussian").unwrap().set("d", 8).set("n", 10);
    for (name, text, says) in [
        ("copies", "0.5", "whole number, 1 or above"),
        ("copies", "-2", "whole number, 1 or above"),
        ("log-copies", "-1", "0 or above"),
    ] {
        let message = ask().set(name, text).times().unwrap_err().to_string();
        assert!(message.contains(says) && message.contains(name), "{message}");
    }
    let both = ask().set("copies", 2).set("log-copies", 1).times().unwrap_err().to_string();
    assert!(both.contains("not both"), "{both}");
    let endless = regimes::ask("gaussian").unwrap().set("alpha", 0.5).set("copies", 3);
    let message = endless.times().unwrap_err().to_string();
    assert!(message.contains("needs a finite --d"), "{message}");
    // All samples, and more of them than there are, are always memorised.
    for k in [10, 11] {
        let times = ask().set("copies", k).times().unwrap();
        let cell = times.column("t_C.duplicate").unwrap()[0];
        assert!(cell.reason().is_some_and(|why| why.contains("memorised at every t")), "{cell:?}");
    }
}
