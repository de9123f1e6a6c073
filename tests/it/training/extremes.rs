//! Learned scores at the ends of every parameter: an answer or a reason, never nothing, never not a number.
use super::Uniform;
use regimes::ask::{Computed, Training};
use regimes::training::linear::Linear;

/// Samples four a dimension.
fn network(phi: &str, psi_p: &str, t: &str) -> Training {
    Training::default().set("activation", phi).set("psi-n", 4).set("psi-p", psi_p).set("t", t)
}

fn tanh() -> Training {
    network("tanh", "16", "0.1")
}

fn one(table: &Computed, name: &str) -> f64 {
    table.value(name).unwrap()[0].unwrap()
}

/// Against a ridge above everything nothing is learned; just below, the first order of what is.
#[test]
fn limit_a_ridge_above_all_eigenvalues() {
    for draws in ["inf", "2"] {
        let at = |zeta: f64, name: &str| {
            one(&tanh().set("noise-draws", draws).set("ridge", zeta).losses().unwrap(), name)
        };
        for name in ["train", "test"] {
            assert_eq!(at(1e300, name), 1.0);
            // The first order, from where it is seen, and that of the resolvent.
            let seen = 1e9 * (1.0 - at(1e9, name));
            let taken = 1e6 * (1.0 - at(1e6, name));
            assert!(
                (seen / taken - 1.0).abs() < 1e-4 && seen > 1.0,
                "{draws} {name}: {seen} {taken}"
            );
        }
    }
}

/// At t = 0 nothing can be learned, and nothing is lost; an even activation learns nothing but the noise it is shown.
#[test]
fn limit_without_noise_or_a_linear_part_the_loss_stays_one() {
    let quiet = network("tanh", "16", "0").set("tau", "1,inf").losses().unwrap();
    let even = network("z^2", "16", "0.1").set("tau", "1,inf").losses().unwrap();
    for table in [&quiet, &even] {
        for name in ["train", "test"] {
            assert_eq!(table.value(name).unwrap(), [Some(1.0), Some(1.0)]);
        }
        assert!(!table.rows[0].notes.is_empty());
    }
    assert!(quiet.column("score_error").unwrap()[0].reason().is_some());
    assert!((one(&even, "bayes") - (-0.2f64).exp()).abs() < 1e-14);
    let shown = network("z^2", "16", "0.1").set("noise-draws", 3).set("tau", 1).losses().unwrap();
    assert!(one(&shown, "train") < 0.95 && one(&shown, "test") > 1.0, "{:?}", shown.rows[0]);
    assert!(network("z^2", "16", "0.1").times().unwrap().column("tau_opt").unwrap().len() == 1);
}

/// The end of training is that of long training, however long.
#[test]
fn limit_the_longest_training_is_the_end() {
    for (draws, end) in [("inf", "inf"), ("3", "inf")] {
        let query = tanh().set("noise-draws", draws);
        let long = query.clone().set("tau", "1e30,1e300").losses().unwrap();
        let end = one(&query.set("tau", end).losses().unwrap(), "test");
        for test in long.value("test").unwrap() {
            assert!((test.unwrap() - end).abs() < 1e-10 * end, "{test:?} {end}");
        }
    }
}

/// The best ridge of very many samples is 2d/n and leaves d/4n, to second order; a ridge above everything leaves its
/// own logarithm.
#[test]
fn limit_linear_scores_of_many_samples_are_sharp() {
    for psi in [1e6, 1e9, 1e12] {
        let linear = Linear::new(psi).unwrap();
        let best = linear.best_ridge().unwrap();
        let least = linear.best_kl(best).unwrap();
        assert!((best.value * psi / 2.0 - 1.0).abs() < 5.0 / psi + 1e-4, "{psi}: {best:?}");
        assert!((least.value * psi * 4.0 - 1.0).abs() < 0.01, "{psi}: {least:?}");
        assert!(least.error < 1e-12 && least.error < 0.1 * least.value + 1e-13, "{psi}: {least:?}");
    }
    let far = Linear::new(2.0).unwrap().kl(1e300).unwrap();
    assert!(
        (far.value - 0.5 * (1e300f64.ln() - 1.0)).abs() <= far.error + 1e-13 && far.error < 1e-12
    );
}

/// A peak of the memorisation between two of the times looked at, both below one half: found, and its fall through it.
#[test]
fn limit_a_collapse_between_the_times_looked_at() {
    let query = Training::default().set("activation", "tanh").set("psi-n", 4).set("psi-p", 32);
    let table = query.clone().set("tau", 2200).collapse().unwrap();
    let t = one(&table, "t_C.trained");
    let share =
        |t: f64| one(&query.clone().set("t", t).set("tau", 2200).losses().unwrap(), "memorised");
    assert!((share(t) - 0.5).abs() < 1e-10 && share(t * 1.001) < 0.5 && share(t * 0.999) > 0.5);
    // The times looked at on both sides.
    assert!(share(0.119_849) < 0.4970 && share(0.174_1) < 0.4970);
    let most = one(&table, "memorised_most");
    assert!((share(one(&table, "t_most")) - most).abs() < 1e-12 && most > 0.5002);
    assert!(one(&table, "ratio") == 8.0);
    let before = query.set("tau", 2150).collapse().unwrap();
    assert!(before.column("t_C.trained").unwrap()[0].reason().unwrap().contains("0.4978"));
}

/// A band far narrower than the steps of the scan: p ≪ d, n has one, of all eigenvalues, around E φ² − μ0² per feature.
#[test]
fn limit_few_features_have_one_narrow_band() {
    for psi_p in ["1e-5", "1e-9"] {
        let table = network("tanh", psi_p, "0.1").spectrum().unwrap();
        assert_eq!(table.rows.len(), 1, "{psi_p}");
        assert!((one(&table, "weight") - 1.0).abs() < 1e-6, "{psi_p}: {:?}", table.rows[0]);
        let (low, high) = (one(&table, "lower"), one(&table, "upper"));
        let width = psi_p.parse::<f64>().unwrap().sqrt();
        assert!(
            low < high && high - low < 10.0 * width && high - low > 0.3 * width,
            "{low} {high}"
        );
    }
}

/// Random parameters from one end of numbers to the other: every cell has a number with an honest size of error, or
/// a reason stands in its row.
#[test]
fn property_extreme_parameters_have_an_answer_or_a_reason() {
    let mut u = Uniform::new(41);
    for _ in 0..120 {
        let phi = u.of(&["tanh", "relu", "erf", "z^3", "sign", "z^2", "z", "gelu"]);
        let t = u.of(&[0.0, 1e-12, 1e-6, 0.1, 1.0, 20.0, 300.0, 700.0]);
        let draws = u.of(&["inf", "inf", "1", "3", "1e9"]);
        let spectrum = u.of(&["1:1", "0.5:0;0.5:2", "1:1e12", "1:1e-12", "0.5:1e-6;0.5:1e6"]);
        let query =
            Training::default().set("activation", phi).set("t", t).set("noise-draws", draws);
        let query = query.set("spectrum", spectrum);
        let query = query.set("psi-n", u.between(1e-12, 1e12)).set("psi-p", u.between(1e-12, 1e12));
        let query = match u.of(&["tau", "ridge"]) {
            "tau" => query.set("tau", u.of(&["0", "1e-12", "1", "1e8", "1e300", "inf"])),
            _ => query.set("ridge", u.of(&["0", "1e-300", "1e-6", "1", "1e20", "1e300"])),
        };
        let line = format!("{query:?}");
        let table = query.losses().unwrap();
        for (column, cell) in table.head.columns.iter().zip(&table.rows[0].cells) {
            if ["train", "test", "bayes"].contains(&column.name.as_str()) {
                match (cell.value(), cell.error()) {
                    (Some(value), Some(error)) => {
                        assert!(
                            value.is_finite() && error < 1e-3 * value.abs().max(1.0),
                            "{line}: {cell:?}"
                        );
                    }
                    _ => {
                        let said = table.column("train").unwrap()[0].reason().is_some();
                        assert!(said, "{line}: {}: {cell:?}", column.name);
                    }
                }
            }
        }
    }
}
