//! Losses of drawn networks against the theory.
use regimes::ask::Training;
use regimes::numerics::random::{Purpose, Seed};

/// Equivalent features at d = 100: within half a percent, finite-size effects of 1/d included.
#[test]
fn independent_drawn_networks_have_the_predicted_losses() {
    for (t, ratios, spectrum, draws, taus) in [
        (0.1, ["4", "16"], "1:1", "inf", "1,20,1000,1e6"),
        (0.1, ["0.5", "4"], "0.5:0.5;0.5:1.5", "inf", "5,200,1e5"),
        (0.5, ["2", "0.5"], "1:1", "inf", "1,30,1e4"),
        (0.1, ["2", "8"], "1:1", "3", "1,10,200"),
    ] {
        let query =
            Training::default().set("activation", "tanh").set("t", t).set("spectrum", spectrum);
        let query = query
            .set("psi-n", ratios[0])
            .set("psi-p", ratios[1])
            .set("noise-draws", draws)
            .set("tau", taus);
        let theory = query.losses().unwrap();
        let drawn = query.set("d", 100).set("blocks", 4).simulate().unwrap();
        for name in ["train", "test"] {
            let (predicted, cells) = (theory.value(name).unwrap(), drawn.column(name).unwrap());
            for (want, cell) in predicted.iter().zip(cells) {
                let (got, want) = (cell.value().unwrap(), want.unwrap());
                let slack = 0.005 * want.max(0.05) + 4.0 * cell.spread().unwrap();
                assert!(
                    (got - want).abs() < slack,
                    "{name} {ratios:?} m {draws}: {got} {want} ± {:?}",
                    cell.spread()
                );
            }
        }
    }
}

/// Plain descent at hλ of order one lags behind the flow of the same time by what a contour integral says,
/// 0.7188932 against 0.7189893 for h = 0.1 and 50 steps (the difference of the two is free of most of the scatter).
#[test]
fn independent_plain_descent_differs_from_the_flow_as_predicted() {
    let step = 0.1 * 16.0 / (2.0 * -(-0.2f64).exp_m1());
    let query = Training::default().set("activation", "tanh").set("psi-n", 4).set("psi-p", 16);
    let query = query.set("t", 0.1).set("d", 60).set("blocks", 4);
    let steps =
        query.set("learning-rate", step * 3600.0).set("steps", "50,1e6").simulate().unwrap();
    let of = |name: &str| steps.value(name).unwrap()[0].unwrap();
    let (descent, flow) = (of("train"), of("train_flow"));
    assert!((flow - 0.718_989_3).abs() < 0.005, "{flow}");
    assert!(((descent - flow) / -9.61e-5 - 1.0).abs() < 0.1, "{descent} {flow}");
    assert!((of("tau") - 50.0 * step).abs() < 1e-9);
}

/// A rate beyond 2/λ diverges, and it is said.
#[test]
fn limit_descent_with_too_large_a_rate_diverges() {
    let query = Training::default().set("activation", "tanh").set("psi-n", 2).set("psi-p", 2);
    let query = query.set("t", 0.5).set("d", 20).set("blocks", 2);
    let table = query.set("learning-rate", 1e6).set("steps", 10_000).simulate().unwrap();
    assert!(table.column("train").unwrap()[0].reason().unwrap().contains("diverges"));
    assert!(table.value("train_flow").unwrap()[0].is_some());
}

/// Samples of a model, of a file, and of the spectrum are the same where they should be.
#[test]
fn independent_samples_of_a_model_and_of_a_file() {
    let network = |psi_n: &str, d: &str| {
        let query =
            Training::default().set("activation", "tanh").set("psi-n", psi_n).set("psi-p", 4);
        query.set("t", 0.3).set("d", d).set("blocks", 6).set("tau", "3,300")
    };
    let query = network("3", "30");
    let drawn = query.clone().simulate().unwrap();
    let mut stream = Seed(3).stream(Purpose::Samples, 0, 0);
    let mut row = || (0..30).map(|_| stream.normal().to_string()).collect::<Vec<_>>().join(",");
    let text = (0..1500).map(|_| row() + "\n").collect::<String>();
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let file = file.path().display().to_string();
    for samples in ["gaussian sigma=1", file.as_str()] {
        let other = query.clone().set("samples", samples).simulate().unwrap();
        for name in ["train", "test"] {
            for (one, two) in drawn.column(name).unwrap().iter().zip(other.column(name).unwrap()) {
                let gap = one.value().unwrap() - two.value().unwrap();
                let error = one.spread().unwrap().hypot(two.spread().unwrap());
                assert!(gap.abs() < 4.0 * error + 0.004, "{samples} {name}: {one:?} {two:?}");
            }
        }
    }
    for (psi_n, d, says) in [("3", "29", "30 dimensions"), ("60", "30", "must be smaller")] {
        let error = network(psi_n, d).set("samples", &file).simulate().unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = query.set("samples", "gausian").simulate().unwrap_err();
    assert!(error.to_string().contains("gaussian"), "{error}");
}

/// φ with the noise averaged over exactly is the limit of many draws, and has the predicted losses at p ≪ d².
#[test]
fn independent_true_features_averaged_over_all_noise() {
    for (phi, slack) in [("tanh", 0.006), ("relu", 0.012)] {
        let query = Training::default().set("activation", phi).set("t", 0.1).set("psi-n", 2);
        let query = query.set("psi-p", 0.5).set("tau", "1,10,1000");
        let theory = query.losses().unwrap();
        let drawn =
            query.set("d", 120).set("blocks", 4).set("features", "true").simulate().unwrap();
        for name in ["train", "test"] {
            let (predicted, cells) = (theory.value(name).unwrap(), drawn.column(name).unwrap());
            for (want, cell) in predicted.iter().zip(cells) {
                let (got, want) = (cell.value().unwrap(), want.unwrap());
                let error = slack * want + 3.0 * cell.spread().unwrap();
                assert!(
                    (got - want).abs() < error,
                    "{phi} {name}: {got} {want} ± {:?}",
                    cell.spread()
                );
            }
        }
    }
}

/// φ itself at p ≪ d²: within what p/d² leaves.
#[test]
fn independent_true_features_have_the_predicted_losses() {
    let query = Training::default()
        .set("activation", "erf")
        .set("t", 0.2)
        .set("psi-n", 2)
        .set("psi-p", 0.5);
    let query = query.set("noise-draws", 2).set("tau", "1,10,1000");
    let theory = query.losses().unwrap();
    let drawn = query.set("d", 200).set("blocks", 4).set("features", "true").simulate().unwrap();
    for name in ["train", "test"] {
        let (predicted, cells) = (theory.value(name).unwrap(), drawn.column(name).unwrap());
        for (want, cell) in predicted.iter().zip(cells) {
            let (got, want) = (cell.value().unwrap(), want.unwrap());
            assert!(
                (got - want).abs() < 0.012 * want,
                "{name}: {got} {want} ± {:?}",
                cell.spread()
            );
        }
    }
}

#[test]
fn property_a_seed_has_one_result_on_any_threads() {
    let query =
        Training::default().set("activation", "relu").set("t", 0.3).set("psi-n", 2).set("psi-p", 3);
    let query = query.set("d", 20).set("tau", "1,100").set("blocks", 5);
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let table = pool.install(|| query.simulate()).unwrap();
        table.value("test").unwrap().into_iter().map(|x| x.unwrap().to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(bits(1), bits(3));
}
