//! The examples that help and README give.

use super::{json, mixture, stdout};

/// Every model answers every command that lists it, with its own example.
#[test]
fn identity_examples_run() {
    let (_folder, name) = mixture(
        "dimension = 8\n[[class]]\nmean = 1\nvariance = 1\n[[class]]\nmean = -1\nvariance = 2\n",
        "toml",
    );
    // Losses have a file of their own, and no spectrum.
    for entry in regimes::models::CATALOGUE.iter().filter(|entry| entry.name != "losses") {
        let example = entry.example.replace("classes.toml", &name);
        let row = json(&format!("times {} {example}", entry.name))["rows"][0].clone();
        assert!(row["t_C"]["asymptotic"]["value"].is_number(), "{row}");
        assert!(row["t_S"]["spectral-exact"]["value"].is_number(), "{row}");
        let help = stdout(&format!("times {} --help", entry.name));
        assert!(help.contains("Example: regimes times"), "{help}");
        let without_size =
            example.split(" --n ").next().unwrap().split(" --alpha ").next().unwrap();
        let curve = json(&format!("curve information {} {without_size} --snr 0.5,2", entry.name));
        assert!(
            curve["rows"][1]["information"].as_f64() > curve["rows"][0]["information"].as_f64()
        );
    }
}

/// The README shows what the program prints.
#[test]
fn identity_readme_shows_the_real_output() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let (_, rest) = readme.split_once("<!-- output: ").unwrap();
    let (command, rest) = rest.split_once(" -->").unwrap();
    let shown = rest.split_once("```text\n").unwrap().1.split_once("\n```").unwrap().0;
    let printed = stdout(command).replace(" --format text", "");
    // Error bounds may differ in the last digit from one processor to another.
    let without_errors = |text: &str| -> Vec<String> {
        let words = |line: &str| line.split(" ± ").next().unwrap_or("").trim_end().to_owned();
        text.trim_end().lines().map(words).collect()
    };
    assert_eq!(without_errors(&printed), without_errors(shown));
}
