//! Simulated strings of tokens beside the exact sums at the same n and d.
use regimes::ask::{Query, ask};
use regimes::table::Cell;

/// Deviations of forty means of some thousand draws stay below this but for one case in a thousand.
const LARGEST_DEVIATION: f64 = 4.2;

fn values(table: &regimes::ask::Computed, name: &str) -> Vec<(f64, f64)> {
    let cells = table.column(name).unwrap();
    cells.iter().map(|cell| (cell.value().unwrap(), cell.spread().unwrap_or(0.0))).collect()
}

/// Holds two columns of a simulation against exact ones; returns how many points there were, and the sum of the
/// squares of their deviations.
fn held(query: &Query) -> (usize, f64) {
    let simulated = query.clone().set("blocks", 40).set("points", 200).simulate("entropy").unwrap();
    let exact = query.clone().set("order", "exact").curve("excess-entropy").unwrap();
    let weight = query.curve("condensation").unwrap();
    let (mut count, mut sum) = (0, 0.0);
    for (name, exact) in [("f", values(&exact, "f")), ("own_weight", values(&weight, "own_weight"))]
    {
        for ((mean, error), (exact, bound)) in values(&simulated, name).into_iter().zip(exact) {
            let z = ((mean - exact).abs() - bound).max(0.0) / error;
            assert!(z < LARGEST_DEVIATION, "{name}: {mean} ± {error}, exactly {exact}");
            (count, sum) = (count + 1, sum + z * z);
        }
    }
    (count, sum)
}

#[test]
fn independent_simulation_at_forty_points_is_what_the_sums_say() {
    let tokens = |law: &str| ask("tokens").unwrap().set("tokens", law);
    let cases = [
        tokens("uniform:4").set("d", 16).set("n", 200).set("kept", "0.1,0.2,0.3,0.4,0.6"),
        tokens("binary:0.3").set("d", 24).set("n", 100).set("kept", "0.1,0.2,0.35,0.5,0.8"),
        tokens("uniform:3").set("d", 20).set("n", 100).set("kept", "0.1,0.3,0.4,0.5,0.7"),
        tokens("uniform:50257").set("d", 70).set("n", 30).set("kept", "0.002,0.005,0.01,0.02,0.05"),
    ];
    let (mut points, mut sum) = (0, 0.0);
    for (k, query) in cases.into_iter().enumerate() {
        let corruption = if k == 2 { "uniform" } else { "masked" };
        let (count, squares) = held(&query.set("corruption", corruption));
        (points, sum) = (points + count, sum + squares);
    }
    assert_eq!(points, 40);
    // χ² of as many degrees of freedom, five standard deviations either way; f and the weight of one point go together.
    assert!((10.0..100.0).contains(&sum), "{sum}");
}

/// Chains, classes, spins and grammars are drawn as what they are: far above the collapse f is α − I/d.
#[test]
fn identity_drawn_strings_hold_the_information_of_their_law() {
    let kinds: [(&str, &[(&str, &str)]); 4] = [
        ("ising-chain", &[("temperature", "0.8"), ("d", "60")]),
        ("product-classes", &[("first", "0.9"), ("second", "0.3"), ("d", "60")]),
        ("curie-weiss", &[("temperature", "0.7"), ("d", "60")]),
        (
            "hierarchy",
            &[
                ("symbols", "4"),
                ("rules", "2"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "random:5"),
            ],
        ),
    ];
    for (model, given) in kinds {
        let query = ask(model).unwrap().set("corruption", "masked");
        let query = given.iter().fold(query, |query, (name, text)| query.set(name, text));
        let kept = if model == "hierarchy" { 0.2 } else { 0.04 };
        let query = query.set("kept", kept);
        let seen = query.clone().set("n", 4000).set("blocks", 10).set("points", 400);
        let seen = seen.simulate("entropy").unwrap();
        let ((f, error), (length, _)) = (values(&seen, "f")[0], values(&seen, "d")[0]);
        // With the class, and by all noisy strings of a tree.
        let order = if ["product-classes", "curie-weiss"].contains(&model) {
            "class-bit"
        } else {
            "asymptotic"
        };
        let information = query.set("order", order).curve("information").unwrap();
        let (information, _) = values(&information, "information")[0];
        let expected = 4000f64.ln() / length - information;
        // E log(1 + N) − log E(1 + N): fluctuations of N given x cost 1/2E N, below a hundredth of a nat here.
        assert!(
            (f - expected).abs() < 4.0 * error + 0.01 / length,
            "{model}: {f} ± {error}, {expected}"
        );
    }
}

/// The same bits for the same seed, whatever the number of threads.
#[test]
fn identity_simulated_strings_do_not_depend_on_threads() {
    let tokens = ask("tokens").unwrap().set("tokens", "uniform:4").set("d", 16).set("n", 50);
    let query = tokens.set("kept", "0.2,0.4").set("blocks", 6).set("points", 20);
    let cells = |threads: usize| -> Vec<Option<f64>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let table = query.simulate("entropy").unwrap();
            table.rows.iter().flat_map(|row| row.cells.iter().map(Cell::value)).collect()
        })
    };
    assert_eq!(cells(1), cells(3));
}

#[test]
fn bad_input_of_simulated_strings() {
    let tokens = || ask("tokens").unwrap().set("tokens", "uniform:4").set("kept", 0.5);
    let said = |query: Query| query.simulate("entropy").unwrap_err().to_string();
    assert!(said(tokens().set("alpha", 0.1)).contains("finite"));
    assert!(said(tokens().set("d", 8).set("n", 1)).contains("from 2"));
    assert!(said(tokens().set("d", 8).set("n", 1e12)).contains("samples"));
    assert!(said(tokens().set("d", 1e6).set("n", 1e8)).contains("memory"));
    let annealed = ask("hierarchy").unwrap().set("symbols", 4).set("rules", 2).set("branching", 2);
    assert!(said(annealed.set("levels", 3).set("n", 9).set("kept", 0.5)).contains("annealed map"));
}
