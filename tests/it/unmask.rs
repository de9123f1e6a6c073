//! What unmasking costs: published values, limits, and what is never better than the best.
use regimes::ask::Computed;

/// Values of this many digits are known.
const PRINTED: f64 = 6e-11;

fn kl(table: &Computed) -> Vec<f64> {
    table.value("kl").unwrap().into_iter().map(Option::unwrap).collect()
}

/// Infinite Ising chain at b = 1 on even grids, and five open sites on the grid 0, 0.4, 1 by all subsets.
#[test]
fn independent_ising_chains() {
    let chain = regimes::ask("ising-chain").unwrap().set("temperature", 1);
    let even = chain.clone().set("grid", "uniform").set("steps", "4,8,16,32,64").steps().unwrap();
    let known = [0.0664158102, 0.0315210878, 0.0153262684, 0.0075537157, 0.0037494490];
    for (kl, known) in kl(&even).into_iter().zip(known) {
        assert!((kl - known).abs() < PRINTED, "{kl} {known}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    std::fs::write(&path, "kept\n0\n0.4\n1\n").unwrap();
    let short = chain.set("d", 5).set("grid", path.display()).steps().unwrap();
    let total = short.value("kl_total").unwrap()[0].unwrap();
    assert!((total - 0.566990758244).abs() < 6e-13, "{total}");
}

/// Many steps of an even grid cost (h'(0) − h'(1))/2K, one step all that a token would tell of the others.
#[test]
fn limit_one_step_and_many() {
    let chain = regimes::ask("ising-chain").unwrap().set("temperature", 1);
    let hidden = chain.clone().set("kept", "0,1").curve("hidden-entropy").unwrap();
    let hidden = hidden.value("hidden_entropy").unwrap();
    let (start, end) = (hidden[0].unwrap(), hidden[1].unwrap());
    let many = kl(&chain.clone().set("grid", "uniform").set("steps", "1,4000").steps().unwrap());
    assert!((many[1] * 8000.0 / (start - end) - 1.0).abs() < 1e-3, "{many:?}");
    let whole = chain.set("kept", 1).curve("information").unwrap();
    let whole = whole.value("information").unwrap()[0].unwrap();
    assert!((many[0] - (start - whole)).abs() < 1e-13, "{many:?} {start} {whole}");
}

/// The optimal grid against the named ones, all kinds of strings.
#[test]
fn property_no_named_grid_is_cheaper() {
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("ising-chain", &[("temperature", "1,5")]),
        ("product-classes", &[("first", "0.9,0.55"), ("second", "0.1"), ("d", "64")]),
        ("curie-weiss", &[("temperature", "0.5,1.5"), ("d", "200"), ("corruption", "masked")]),
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
    for (model, given) in cases {
        let query = regimes::ask(model).unwrap();
        let query = given.iter().fold(query, |query, (name, text)| query.set(name, text));
        let grids = "uniform,llada:1e-3,md4-cosine,mdlm-cosine,geometric,mdlm-linear";
        let table = query.set("grid", grids).set("steps", "2,5,20").steps().unwrap();
        let least = table.value("kl_optimal").unwrap();
        for (kl, least) in kl(&table).into_iter().zip(least) {
            assert!(least.unwrap() <= kl * (1.0 + 1e-9) + 1e-15, "{model}: {least:?} {kl}");
        }
    }
}

/// The steps add up to the whole.
#[test]
fn identity_steps_of_a_grid_add_up() {
    let chain = regimes::ask("ising-chain").unwrap().set("temperature", 0.7).set("d", 30);
    let query = chain.set("grid", "llada:1e-3").set("steps", 12);
    let whole = kl(&query.steps().unwrap())[0];
    let levels = query.with("levels").steps().unwrap();
    let sum: f64 = levels.value("step_cost").unwrap().into_iter().flatten().sum();
    assert!((sum / whole - 1.0).abs() < 1e-11, "{sum} {whole}");
}

#[test]
fn bad_input_grids_of_tokens() {
    let chain = || regimes::ask("ising-chain").unwrap().set("temperature", 1);
    let said =
        |grid: &str| chain().set("grid", grid).set("steps", 4).steps().unwrap_err().to_string();
    assert!(said("unifrom").contains("did you mean uniform"), "{}", said("unifrom"));
    assert!(said("karras").contains("optimal"), "{}", said("karras"));
    assert!(said("llada:2").contains("llada"), "{}", said("llada:2"));
    let missing = chain().set("grid", "uniform").steps().unwrap_err().to_string();
    assert!(missing.contains("--steps is required"), "{missing}");
    let uniform = chain().set("corruption", "uniform").set("grid", "uniform").set("steps", 2);
    assert!(uniform.steps().unwrap_err().to_string().contains("hides no token"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    for text in ["kept\n0\n0.4\n", "kept\n0\n0.5\n0.4\n1\n", "kept\n0.1\n1\n", "snr\n0\n1\n"] {
        std::fs::write(&path, text).unwrap();
        let wrong = chain().set("grid", path.display()).steps().unwrap_err().to_string();
        assert!(wrong.contains("kept"), "{text}: {wrong}");
    }
}

/// Whatever a few tokens tell of long strings, or however far a chain remembers: the best grid is looked for where the
/// entropy falls.
#[test]
fn regression_the_best_grid_of_long_strings() {
    let sure = regimes::ask("product-classes").unwrap().set("first", 1).set("second", 0);
    let sure = sure.set("d", 1e5).set("grid", "optimal").set("steps", 4).steps().unwrap();
    // At kept d = 1.26036, 3.78703, 15.2990 by minimising the closed sum.
    let total = sure.value("kl_total").unwrap()[0].unwrap();
    assert!((total - 0.873_606_80).abs() < 2e-8, "{total}");
    let cold = regimes::ask("ising-chain").unwrap().set("temperature", 0.2).set("d", 1e4);
    let cold = cold.set("grid", "optimal").set("steps", 6).steps().unwrap();
    let residual = cold.value("residual").unwrap()[0].unwrap();
    assert!(residual < 1e-6, "{residual}");
}
