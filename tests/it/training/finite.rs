//! Losses of drawn networks against the theory.
use regimes::ask::Training;

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
