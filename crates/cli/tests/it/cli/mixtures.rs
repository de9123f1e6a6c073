//! Mixtures of classes from files.

use super::{json, mixture, refused};
use serde_json::Value;

#[test]
fn identity_mixture_of_two_equal_classes_is_clusters() {
    let d = 24;
    let text = format!(
        "dimension = {d}\n[[class]]\nmean = 1.5\nvariance = 0.64\n[[class]]\nmean = -1.5\nvariance = 0.64\n"
    );
    let (_folder, name) = mixture(&text, "toml");
    let one = json(&format!("times mixture {name} --n 50000"))["rows"][0].clone();
    let two =
        json(&format!("times clusters --d {d} --mu 1.5 --sigma 0.8 --n 50000"))["rows"][0].clone();
    for group in ["t_S", "t_C"] {
        for (key, cell) in two[group].as_object().unwrap() {
            let (a, b) = (one[group][key]["value"].as_f64(), cell["value"].as_f64());
            match (a, b) {
                (Some(a), Some(b)) => {
                    assert!((a - b).abs() < 1e-12, "{group}.{key}: {a} against {b}");
                }
                _ => assert_eq!(a, b, "{group}.{key}"),
            }
        }
    }
    for t in ["0.1", "1", "2.5", "6"] {
        let a = json(&format!("curve phi mixture {name} --t {t}"));
        let b = json(&format!("curve phi clusters --d {d} --mu 1.5 --sigma 0.8 --t {t}"));
        let phi = |v: &Value| v["rows"][0]["phi"].as_f64().unwrap();
        assert!((phi(&a) - phi(&b)).abs() < 1e-12);
    }
}

/// Unequal classes, diagonal, against the same classes rotated by 0.6 radians.
#[test]
fn identity_rotated_full_covariances_are_the_diagonal_ones() {
    let diagonal = "[[class]]\nweight = 0.3\nmean = [2.0, 1.0]\nvariances = [0.5, 2.0]\n[[class]]\nweight = 0.7\nmean = [-1.0, 0.5]\nvariances = [1.0, 0.25]\n";
    let (c, s) = (0.6f64.cos(), 0.6f64.sin());
    let mean = |x: f64, y: f64| format!("[{:.17}, {:.17}]", c * x - s * y, s * x + c * y);
    let full = |a: f64, b: f64| {
        let off = c * s * (a - b);
        format!(
            "[[{:.17}, {off:.17}], [{off:.17}, {:.17}]]",
            c * c * a + s * s * b,
            s * s * a + c * c * b
        )
    };
    let rotated = format!(
        "{{\"class\": [{{\"weight\": 0.3, \"mean\": {}, \"covariance\": {}}},\n {{\"weight\": 0.7, \"mean\": {}, \"covariance\": {}}}]}}",
        mean(2.0, 1.0),
        full(0.5, 2.0),
        mean(-1.0, 0.5),
        full(1.0, 0.25)
    );
    let ((_a, one), (_b, two)) = (mixture(diagonal, "toml"), mixture(&rotated, "json"));
    let line = |name: &str| format!("times mixture {name} --log-n 3");
    let (one, two) = (json(&line(&one))["rows"][0].clone(), json(&line(&two))["rows"][0].clone());
    for group in ["t_S", "t_C"] {
        for (key, cell) in one[group].as_object().unwrap() {
            let (a, b) = (cell["value"].as_f64(), two[group][key]["value"].as_f64());
            match (a, b) {
                (Some(a), Some(b)) => {
                    // The interpolated class entropy states its larger error.
                    let error = cell["error"].as_f64().unwrap()
                        + two[group][key]["error"].as_f64().unwrap();
                    assert!((a - b).abs() <= error.max(1e-12), "{group}.{key}: {a} against {b}");
                }
                _ => assert_eq!(a, b, "{group}.{key}"),
            }
        }
    }
}

#[test]
fn identity_ladder_of_three_classes() {
    let text = "dimension = 100\n[[class]]\nlabel = \"far\"\nmean = 3.0\nvariance = 1\n[[class]]\nlabel = \"a\"\nmean = -1.0\nvariance = 1\n[[class]]\nlabel = \"b\"\nmean = -1.3\nvariance = 1\n";
    let (_folder, name) = mixture(text, "toml");
    let row = json(&format!("times mixture {name} --n 1000"))["rows"][0].clone();
    let bayes = |k: &str| row["ladder"]["bayes"][k]["value"].as_f64().unwrap();
    // Collinear, unit variance: γ = 1 at τ = ¼·100·Δ² − 1, t = ½ log(1 + τ); far from b: Δ = 4.3.
    assert!((bayes("1") - 0.5 * (25.0 * 4.3f64 * 4.3).ln()).abs() < 1e-12);
    assert!((bayes("2") - 0.5 * (25.0 * 0.3f64 * 0.3).ln()).abs() < 1e-12);
    assert!(row["notes"].to_string().contains("separates {far} from {a, b}"));
    assert_eq!(row["t_S"]["bayes"]["value"].as_f64(), Some(bayes("1")));
}

#[test]
fn limit_malformed_mixtures_say_where() {
    let cases: &[(&str, &[&str])] = &[
        ("[[class]]\nmean = [1, 2]\nvariance = 1\n", &["at least two classes"]),
        (
            "[[class]]\nmean = [1, 2]\nvariance = 1\n[[class]]\nmean = [1]\nvariance = 1\n",
            &["line 5", "class[2].mean", "1 entries", "2"],
        ),
        (
            "[[class]]\nmean = [1, 2]\nvariance = -1\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["line 3", "class[1].variance", "-1"],
        ),
        (
            "[[class]]\nmean = [1, 2]\nvarianze = 1\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["line 3", "varianze", "did you mean variance"],
        ),
        (
            "[[class]]\nmean = [1, 2]\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["line 1", "exactly one of"],
        ),
        (
            "[[class]]\nweight = 0.5\nmean = [1, 2]\nvariance = 1\n[[class]]\nweight = 0.6\nmean = [1, 2]\nvariance = 1\n",
            &["add to 1", "1.1"],
        ),
        (
            "[[class]]\nmean = [1, 2]\ncovariance = [[1, 2], [2, 1]]\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["line 3", "semidefinite"],
        ),
        (
            "[[class]]\nmean = [1, 2]\ncovariance = [[1, 0.5], [0.4, 1]]\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["not symmetric"],
        ),
        (
            "[[class]]\nmean = [1, nan]\nvariance = 1\n[[class]]\nmean = [1, 2]\nvariance = 1\n",
            &["line 2", "not finite"],
        ),
        ("[[class]\nmean = 1", &["line 1"]),
        ("", &["[[class]]"]),
    ];
    for (text, parts) in cases {
        let (_folder, name) = mixture(text, "toml");
        refused(&["times", "mixture", &name, "--n", "100"], parts);
    }
    let (_folder, name) = mixture(
        "{\"class\": [{\"mean\": [1, 2], \"variance\": 1},\n{\"mean\": [1, true], \"variance\": 1}]}",
        "json",
    );
    refused(
        &["times", "mixture", &name, "--n", "100"],
        &["line 2", "class[2].mean[2]", "must be a number"],
    );
}

/// Two classes with one anisotropic covariance: cloning and Bayes times by their own definitions.
#[test]
fn identity_anisotropic_pair_has_its_cloning_time() {
    let text = "[[class]]\nmean = [3, 1]\nvariances = [1, 2]\n[[class]]\nmean = [-3, -1]\nvariances = [1, 2]\n";
    let (_folder, name) = mixture(text, "toml");
    let row = json(&format!("times mixture {name} --n 100"))["rows"][0].clone();
    let t = row["t_S"]["cloning"]["value"].as_f64().unwrap();
    let tau = (2.0 * t).exp_m1();
    let gamma = 9.0 / (1.0 + tau) + 1.0 / (2.0 + tau);
    assert!((gamma - 1.0).abs() < 1e-13, "γ = {gamma}");
}

/// Five classes that differ on twenty axes: a mean over points, which says so, exits with 0, and depends
/// on the seed within its error; a line of classes needs no points.
#[test]
fn identity_sampled_mixtures_say_so() {
    use std::fmt::Write;
    let mut text = String::from("dimension = 20\n");
    for k in 0..5 {
        let numbers = |shift: f64| -> Vec<f64> {
            (0..20).map(|i| shift + f64::from((7 * i + 11 * k) % 13) / 6.5).collect()
        };
        write!(text, "[[class]]\nmean = {:?}\nvariances = {:?}\n", numbers(-1.0), numbers(0.2))
            .unwrap();
    }
    let (_folder, name) = mixture(&text, "toml");
    let at = |seed: u32| {
        let table = json(&format!("curve class-entropy mixture {name} --t 0.7 --seed {seed}"));
        assert!(table.to_string().contains("4.1 standard errors"), "{table}");
        let row = &table["rows"][0];
        (row["class_entropy"].as_f64().unwrap(), row["error"].as_f64().unwrap())
    };
    let ((a, error), (b, _)) = (at(1), at(2));
    assert!(a != b && (a - b).abs() < 2.0 * error && error < 2e-3, "{a} {b} ± {error}");
    assert_eq!((a, error), at(1));
    let row = json(&format!("times mixture {name} --n 1000"))["rows"][0].clone();
    let time = &row["t_C"]["class-bit"];
    assert!(time["error"].as_f64().unwrap() < 1e-3, "{time}");
    for criterion in ["cloning", "class-entropy"] {
        let time = &row["t_S"][criterion];
        assert!(time["error"].as_f64().unwrap() < 5e-2, "{criterion}: {time}");
    }
    // The slope of the class entropy rises from 1.03 at t = 0 to 1.33 around 0.3 and falls beyond.
    let steepest = row["t_S"]["class-entropy"]["value"].as_f64().unwrap();
    assert!((0.25..0.45).contains(&steepest), "{steepest}");

    let line = "dimension = 1\n[[class]]\nmean = [-9]\nvariance = 0.5\n[[class]]\nmean = [0]\nvariance = 2\n[[class]]\nmean = [7]\nvariance = 0.1\n";
    let (_folder, name) = mixture(line, "toml");
    let table = json(&format!("times mixture {name} --n 1000"));
    assert!(!table.to_string().contains("standard errors"));
    for (group, key) in [("t_S", "cloning"), ("t_S", "class-entropy"), ("t_C", "class-bit")] {
        let time = &table["rows"][0][group][key];
        assert!(time["error"].as_f64().unwrap() < 1e-9, "{group}.{key}: {time}");
    }
}
