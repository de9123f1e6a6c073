//! Questions about strings of tokens that are asked of all kinds of data.
use crate::tokens::{ask, one};
use regimes::ask::Computed;

/// An inverse question against the question itself, over all kinds of strings and both corruptions.
#[test]
fn identity_solve_inverts_times_and_curves() {
    let kinds: [(&str, &[(&str, &str)]); 5] = [
        ("tokens", &[("tokens", "binary:0.3"), ("d", "40")]),
        ("ising-chain", &[("temperature", "0.7"), ("d", "40")]),
        ("product-classes", &[("first", "0.7"), ("second", "0.4"), ("d", "40")]),
        ("curie-weiss", &[("temperature", "0.8"), ("d", "40")]),
        (
            "hierarchy",
            &[
                ("symbols", "3"),
                ("rules", "2"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "affine:2,1"),
            ],
        ),
    ];
    for (model, given) in kinds {
        for corruption in ["masked", "uniform"] {
            let query = ask(model, given).set("corruption", corruption);
            let solved = query.solve("log-n", "kept_C=0.4").unwrap();
            let (log_n, error) = one(&solved, "log_n");
            let times = query.clone().set("log-n", log_n.unwrap()).times().unwrap();
            let (kept, bound) = one(&times, "kept_C.asymptotic");
            // dᾱ_C/d log n is of order 1/d and less than 1.
            assert!((kept.unwrap() - 0.4).abs() <= bound + error + 1e-14, "{model} {corruption}");
            let level = query.solve("kept", "information=0.2").unwrap();
            let (kept, error) = one(&level, "kept");
            let curve = query.set("kept", kept.unwrap()).curve("information").unwrap();
            let (there, bound) = one(&curve, "information");
            // dI/dᾱ is of order log K.
            assert!((there.unwrap() - 0.2).abs() <= bound + 3.0 * error, "{model} {corruption}");
        }
    }
}

/// What there is for Gaussian noise alone says so, and tokens know no times of it.
#[test]
fn bad_input_of_the_other_process() {
    let tokens = || ask("tokens", &[("tokens", "uniform:4"), ("d", "8"), ("n", "9")]);
    let said = |result: regimes::Result<Computed>| result.unwrap_err().to_string();
    assert!(said(tokens().guidance()).contains("no guidance here"));
    assert!(said(tokens().set("kept", 0.5).simulate("clones")).contains("no clones here"));
    assert!(said(tokens().curve("spectrum")).contains("information"));
    assert!(said(tokens().solve("d", "t_C=1")).contains("kept_C.asymptotic"));
    assert!(said(tokens().solve("d", "kept_C=t:1")).contains("neither a number nor a quantity"));
    assert!(said(tokens().set("t", 1).curve("information")).contains("kept"));
    let without = ask("tokens", &[("tokens", "uniform:4"), ("d", "8")]);
    let found = without.solve("n", "kept_C=1.5").unwrap();
    assert!(found.column("n").unwrap()[0].reason().unwrap().contains("ᾱ is a probability"));
    let clusters = regimes::ask("clusters").unwrap().set("d", 8).set("n", 9);
    assert!(said(clusters.set("corruption", "masked").times()).contains("corruption"));
}

/// What use has found: ends of the range, constants beside a vanishing information, chains that hardly forget, and
/// classes that were told apart in one direction alone.
#[test]
fn regression_ends_and_directions() {
    let chain = || ask("ising-chain", &[("temperature", "1")]);
    for corruption in ["masked", "uniform"] {
        let found = chain().set("corruption", corruption).solve("kept", "information=0").unwrap();
        assert_eq!(found.value("kept").unwrap()[0], Some(0.0), "{corruption}");
    }
    let spins =
        ask("curie-weiss", &[("temperature", "0.5"), ("d", "50"), ("corruption", "masked")]);
    let few = spins.set("order", "class-bit").set("kept", "0,1e-20,1e-9");
    let found = few.curve("information").unwrap().value("information").unwrap();
    // One spin is even, two are not: log 2 − (d − 1) ᾱ I(two spins).
    for (found, known) in
        found.into_iter().zip([0.0, 6.931_471_805_599_453e-21, 6.931_471_681_623_05e-10])
    {
        assert!((found.unwrap() - known).abs() <= 1e-14 * known, "{found:?} {known}");
    }
    let cold = ask("ising-chain", &[("temperature", "0.1")]).set("kept", 1e-6);
    let (told, error) = one(&cold.curve("information").unwrap(), "information");
    let (told, most) = (told.unwrap(), 1e-6 * std::f64::consts::LN_2);
    assert!(told > 0.0 && told + error <= 1.001 * most, "{told} ± {error}");
    let bayes = |first: &str, second: &str, corruption: &str| {
        let given = [("first", first), ("second", second), ("d", "50"), ("n", "100")];
        let times = ask("product-classes", &given).set("corruption", corruption).times().unwrap();
        one(&times, "kept_S.bayes").0
    };
    for (first, second) in [("0.9", "0.3"), ("1", "0.3")] {
        for corruption in ["masked", "uniform"] {
            let [one, other] = [bayes(first, second, corruption), bayes(second, first, corruption)];
            let apart = one.unwrap() - other.unwrap();
            assert!(apart.abs() < 1e-13, "{first} {second} {corruption}: {one:?} {other:?}");
        }
    }
}
