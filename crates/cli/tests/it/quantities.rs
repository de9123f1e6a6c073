//! One list of quantities, and one door to them: the command line and the library say the same.
use regimes::catalogue;
use regimes::models::CATALOGUE;
use regimes::process::Process;
use regimes::quantities::{self, Curve};
use regimes::table::Kind;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Output};

fn regimes(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap()
}

fn json(words: &[&str]) -> Value {
    let output = regimes(&[words, &["--format", "json", "-q"]].concat());
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn identity_the_list_is_that_of_the_library() {
    let printed = json(&["quantities"]);
    let names: Vec<&str> =
        printed["rows"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    let listed: Vec<String> = quantities::all()
        .flat_map(|quantity| quantity.columns())
        .filter(|column| column.kind == Kind::Estimate)
        .map(|column| column.name)
        .collect();
    assert_eq!(names, listed);
    // Of one kind of data no two columns of quantities share a name.
    for entry in catalogue::all() {
        let mut seen = BTreeSet::new();
        for column in quantities::of(entry).flat_map(|quantity| quantity.columns()) {
            assert!(
                // Σ is counted at an energy and at an overlap; an inverse question means the first.
                column.kind != Kind::Estimate
                    || column.name == "complexity"
                    || seen.insert(column.name.clone()),
                "{} twice for {}",
                column.name,
                entry.name
            );
        }
    }
    let unknown = regimes(&["quantities", "cluster"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn identity_every_quantity_is_explained_and_stands_in_its_command() {
    for entry in catalogue::all() {
        for quantity in quantities::of(entry) {
            let name = quantity.name();
            let explained = regimes(&["explain", &name, entry.name, "--help"]);
            assert!(explained.status.success(), "explain {name} {}", entry.name);
            if quantity.noise() {
                let curve = regimes(&["curve", &name, entry.name, "--help"]);
                assert!(curve.status.success(), "curve {name} {}", entry.name);
            }
        }
    }
}

/// The example of a model as names with values.
fn given(example: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = example.split_whitespace().collect();
    words
        .chunks(2)
        .map(|pair| (pair[0].trim_start_matches("--").to_owned(), pair[1].to_owned()))
        .collect()
}

/// The number of a column in a row of JSON, whose names nest at dots.
fn number(row: &Value, name: &str) -> Option<f64> {
    let leaf = name.split('.').fold(row, |value, part| &value[part]);
    leaf.as_f64().or_else(|| leaf["value"].as_f64())
}

#[test]
fn identity_the_library_asked_gives_the_numbers_of_the_command_line() {
    let of_a_file = ["mixture", "losses", "markov-chain"];
    for entry in catalogue::all().filter(|entry| !of_a_file.contains(&entry.name)) {
        let all = given(entry.example);
        let query =
            all.iter().fold(regimes::ask(entry.name).unwrap(), |query, (n, v)| query.set(n, v));
        let computed = query.times().unwrap();
        let line = computed.head.command_line.clone();
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let printed = json(&words);
        assert_eq!(printed["command_line"], line);
        let row = &printed["rows"][0];
        for column in &computed.head.columns {
            let value = computed.value(&column.name).unwrap()[0].filter(|x| x.is_finite());
            assert_eq!(value, number(row, &column.name), "{} of {line}", column.name);
        }

        let without = all.iter().filter(|(name, _)| !["n", "alpha"].contains(&name.as_str()));
        let query = without.fold(regimes::ask(entry.name).unwrap(), |q, (n, v)| q.set(n, v));
        let (noise, levels) = match entry.process {
            Process::Gaussian => ("t", "1:2:#3"),
            Process::Tokens | Process::Beliefs => ("kept", "0.2:0.8:#3"),
        };
        let curve = query.set(noise, levels).curve("information").unwrap();
        let line = curve.head.command_line.replace('\'', "");
        let printed = json(&line.split_whitespace().skip(1).collect::<Vec<_>>());
        for (k, value) in curve.value("information").unwrap().into_iter().enumerate() {
            assert_eq!(value, number(&printed["rows"][k], "information"));
        }
        assert!(!curve.summary().missed_tolerance);
    }
    let solved = regimes::ask("clusters").unwrap().set("d", 256).solve("n", "t_C=0.5").unwrap();
    let words = ["solve", "clusters", "--d", "256", "--for", "n", "--such-that", "t_C=0.5"];
    assert_eq!(solved.head.command_line, format!("regimes {}", words.join(" ")));
    let printed = json(&words);
    assert_eq!(solved.value("n").unwrap()[0], number(&printed["rows"][0], "n"));
}

#[test]
fn bad_input_to_the_library_names_what_would_be_right() {
    let text = |result: regimes::Result<regimes::ask::Computed>| result.unwrap_err().to_string();
    let clusters = || regimes::ask("clusters").unwrap().set("d", 64);
    assert!(regimes::ask("cluster").unwrap_err().to_string().contains("did you mean clusters"));
    assert!(text(clusters().set("sgima", 1).set("n", 9).times()).contains("did you mean sigma"));
    assert!(text(clusters().set("n", 9).set("n", 10).times()).contains("second time"));
    assert!(text(clusters().times()).contains("number of samples is missing"));
    assert!(text(clusters().set("n", 9).with("finitesize").times()).contains("finite-size"));
    assert!(text(clusters().curve("fi")).contains("phi"));
    assert!(text(clusters().curve("phi")).contains("exactly one of"));
    assert!(
        text(clusters().set("t", 1).with("finite-size").curve("phi")).contains("not for a curve")
    );
    assert!(text(clusters().solve("n", "t_X=1")).contains("neither a number nor a quantity"));
    assert!(text(clusters().solve("nn", "t_C=1")).contains("must be one of"));
    let phi = clusters().set("t", 1).curve("phi").unwrap();
    assert!(phi.column("phy").unwrap_err().to_string().contains("did you mean phi"));
    assert!(Curve::find("phi", &CATALOGUE[0]).is_some());
}
