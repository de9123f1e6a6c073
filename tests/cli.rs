//! The command line as its users and their scripts meet it.
#![allow(missing_docs, clippy::unwrap_used)]

use serde_json::Value;
use std::process::{Command, Output};

fn regimes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap()
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn stdout(line: &str) -> String {
    let output = regimes(&words(line));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&stdout(&format!("{line} --format json"))).unwrap()
}

/// Exit 2, a message that says each of `parts`, nothing on standard output.
fn refused(arguments: &[&str], parts: &[&str]) {
    let output = regimes(arguments);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote to standard output");
    for part in parts {
        assert!(message.contains(part), "{arguments:?}: {message:?} does not say {part:?}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

#[test]
fn published_times_of_two_clusters() {
    let all = json("times clusters --d 1024 --n 20000 --mu 1 --sigma 1");
    assert_eq!(all["program"], "regimes");
    assert_eq!(all["conventions"]["logarithm"], "natural");
    let row = &all["rows"][0];
    assert_eq!((row["d"].as_f64(), row["n"].as_f64()), (Some(1024.0), Some(20000.0)));
    let value = |path: [&str; 2]| row[path[0]][path[1]]["value"].as_f64().unwrap();
    assert!((value(["t_S", "spectral"]) - 0.5 * 1025f64.ln()).abs() < 1e-15);
    // BBDM24's formula, and with the class bit.
    assert!((value(["t_C", "asymptotic"]) - 1.977_546_718_632_166).abs() < 1e-14);
    assert!((value(["t_C", "class-bit"]) - 2.013_487_860_158_05).abs() < 1e-13);
    for column in all["columns"].as_array().unwrap() {
        let name = column["name"].as_str().unwrap();
        if name.starts_with("t_") {
            assert!(!column["source"].as_str().unwrap().is_empty(), "{name} has no source");
        }
    }
}

#[test]
fn identity_formats_carry_the_same_columns() {
    let line = "times clusters --d 64,256 --n 1000 --mu 1 --sigma 0.5";
    let json = json(line);
    let csv = stdout(&format!("{line} --format csv"));
    let mut lines = csv.lines().filter(|l| !l.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    for (k, line) in lines.enumerate() {
        for (name, field) in header.iter().zip(line.split(',')) {
            if *name == "notes" {
                continue;
            }
            let (name, leaf) = match name.strip_suffix(".error") {
                Some(name) => (name, "error"),
                None => (*name, "value"),
            };
            let mut cell = &json["rows"][k];
            for part in name.split('.') {
                cell = &cell[part];
            }
            let cell = if cell.is_object() { &cell[leaf] } else { cell };
            assert_eq!(cell.as_f64(), field.parse().ok(), "{name}");
        }
    }
    let markdown = stdout(&format!("{line} --format md"));
    assert!(markdown.contains("| d | n | log_n | alpha | mu | sigma | t_S.spectral |"));
    let latex = stdout(&format!("{line} --format tex"));
    assert!(latex.contains("\\toprule") && latex.contains("$t_S$ (spectral)"));
    assert!(stdout(&format!("{line} --format text")).contains("largest error bound"));
}

/// npy: magic, a header that NumPy reads, and the numbers of the csv.
#[test]
fn identity_npy_holds_the_same_numbers() {
    let line = "curve phi clusters --d 256 --t 1,2 --format npy";
    let bytes = regimes(&words(line)).stdout;
    assert_eq!(&bytes[..8], b"\x93NUMPY\x02\x00");
    let length = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    assert_eq!((12 + length) % 64, 0);
    let header = String::from_utf8_lossy(&bytes[12..12 + length]).into_owned();
    assert!(header.contains("('phi', '<f8')") && header.contains("'shape': (2,)"));
    assert!(header.contains("# ") && header.contains("regimes curve phi"));
    let numbers: Vec<f64> =
        bytes[12 + length..].chunks(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    // d, mu, sigma, t, snr, phi, error
    assert_eq!((numbers.len(), numbers[3], numbers[10]), (14, 1.0, 2.0));
    assert!((numbers[12] - 0.977_006_440_750_324_8).abs() < 1e-14);
}

#[test]
fn identity_sweeps_run_in_the_order_written() {
    let rows = json("times gaussian --alpha 0.1,0.2 --sigma 1,2,3 --d inf")["rows"].clone();
    let pairs: Vec<(f64, f64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["alpha"].as_f64().unwrap(), r["sigma"].as_f64().unwrap()))
        .collect();
    assert_eq!(pairs[..4], [(0.1, 1.0), (0.1, 2.0), (0.1, 3.0), (0.2, 1.0)]);
    let rows = json("times gaussian --sigma 1,2,3 --alpha 0.1,0.2 --d inf")["rows"].clone();
    assert_eq!(rows[1]["alpha"].as_f64(), Some(0.2));
}

#[test]
fn identity_any_number_of_threads_gives_the_same_bytes() {
    let line = "times clusters --d 16:65536:*40 --n 10:1e9:*30 --sigma 0.7 --format csv";
    let one = stdout(&format!("{line} --threads 1"));
    assert_eq!(one, stdout(&format!("{line} --threads 3")));
}

#[test]
fn identity_greek_names_and_expressions() {
    let greek = json("times clusters --d 2^8 --α log(20000)/256 --μ 1 --σ sqrt(1)");
    let ascii = json("times clusters --d 256 --n 20000 --mu 1 --sigma 1");
    let time = |v: &Value| v["rows"][0]["t_C"]["asymptotic"]["value"].as_f64().unwrap();
    assert!((time(&greek) - time(&ascii)).abs() < 1e-14);
}

#[test]
fn limit_no_transition_is_an_answer_with_its_reason() {
    let none = json("times clusters --d 100 --n 1 --mu 0.01 --sigma 1");
    let row = &none["rows"][0];
    for path in [["t_S", "between-class"], ["t_C", "asymptotic"], ["t_S", "bayes"]] {
        let cell = &row[path[0]][path[1]];
        assert!(cell["value"].is_null(), "{path:?}: {cell}");
        assert!(cell["reason"].as_str().unwrap().starts_with("no transition"), "{cell}");
    }
    let spins = json("times curie-weiss --d 1000 --temperature 0.8 --alpha 0.5");
    let cell = &spins["rows"][0]["t_C"]["asymptotic"];
    assert!(cell["reason"].as_str().unwrap().contains("exceeds the largest information"));
    let points = json("times clusters --d 10 --n 3 --mu 1 --sigma 0");
    let cell = &points["rows"][0]["t_C"]["class-bit"];
    assert!(cell["reason"].as_str().unwrap().contains("exceeds the largest information"));
}

#[test]
fn limit_no_regime_two_is_reported() {
    let row = json("times clusters --d 4 --n 2 --mu 0.6 --sigma 1")["rows"][0].clone();
    let notes = row["notes"].to_string();
    assert!(notes.contains("no regime II"), "{row}");
}

#[test]
fn limit_smoothed_score_never_collapses_beyond_its_bandwidth() {
    let rows =
        json("times gaussian --sigma 1 --alpha 0.5 --bandwidth 0,0.3,0.6,0.7 --d inf")["rows"]
            .clone();
    let times: Vec<Option<f64>> =
        rows.as_array().unwrap().iter().map(|r| r["t_C"]["asymptotic"]["value"].as_f64()).collect();
    assert!(times[0] > times[1] && times[1] > times[2] && times[2].is_some());
    // e^{−1/2} = 0.6065
    assert_eq!(times[3], None);
}

#[test]
fn published_normalisation_trap() {
    // β, α, published formula (orthonormal), i.i.d. W/√p
    for (beta, published, iid) in [
        ("0.5", 0.072_707, 0.109_082),
        ("0.25", 0.009_243, 0.031_615),
        ("0.9", 0.199_637, 0.161_881),
    ] {
        for (embedding, want) in [("orthonormal", published), ("iid-p", iid)] {
            let line =
                format!("times linear-manifold --beta {beta} --alpha 0.5 --embedding {embedding}");
            let row = json(&line)["rows"][0].clone();
            let got = row["t_C"]["asymptotic"]["value"].as_f64().unwrap();
            assert!((got - want).abs() < 5e-7, "{line}: {got}");
            assert_eq!(row["embedding"], embedding);
        }
    }
}

#[test]
fn published_schedule_positions() {
    let row = json("schedule --t 1.01800599187625 --name edm")["rows"][0].clone();
    assert!((row["sigma"]["value"].as_f64().unwrap() - 2.580_697_58).abs() < 1e-8);
    let late = json("schedule --t 3.5 --name sd-scaled-linear")["rows"][0].clone();
    assert!(late["step"]["reason"].as_str().unwrap().contains("beyond the horizon"));
    let warned = regimes(&words(
        "times clusters --d 1024 --n 20000 --schedule sd-scaled-linear --format json",
    ));
    let message = String::from_utf8_lossy(&warned.stderr).into_owned();
    assert!(
        message.contains("beyond the horizon") && message.contains("class information survives")
    );
}

#[test]
fn limit_wrong_input_is_named() {
    let cases: &[(&str, &[&str])] = &[
        ("times clusters --d -5 --n 100", &["--d = -5", "whole number"]),
        ("times clusters --d 2.5 --n 100", &["--d = 2.5", "whole number"]),
        ("times clusters --d 256", &["--n", "--log-n", "--alpha"]),
        ("times clusters --n 100", &["--d is required"]),
        ("times clusters --d 256 --n 0", &["--n = 0"]),
        ("times clusters --d 256 --n 100 --alpha 0.3", &["--n and --alpha", "exactly one"]),
        ("times clusters --d inf --n 100", &["--n needs a finite --d"]),
        ("times clusters --d 256,inf --n 100", &["--n needs a finite --d"]),
        ("times clusters --d 256 --n 100 --mu nan", &["--mu", "nan"]),
        ("times clusters --d --n 100", &["--d", "value is required"]),
        ("curve potential clusters --d 9 --t 1 --q --mu", &["--q", "another flag"]),
        ("times clusters --d 256 --n 100 --sigm 1", &["--sigm", "--sigma"]),
        ("times cluster --d 256", &["cluster", "clusters"]),
        ("times gaussian --sigma 1 --alpha -1", &["--alpha = -1"]),
        ("times gaussian --eigenvalues 1,-2 --alpha 1", &["--eigenvalues", "-2"]),
        ("times gaussian --eigenvalues 1,2 --power-law 1 --alpha 1", &["not both"]),
        ("times gaussian --eigenvalues 1,2 --d 3 --alpha 1", &["--d = 3", "2"]),
        ("times gaussian --eigenvalues no/such.txt --alpha 1", &["no/such.txt", "no such file"]),
        ("times gaussian --power-law 1 --alpha 1", &["--d = inf", "finite"]),
        (
            "times linear-manifold --beta 2 --embedding orthonormal --alpha 1",
            &["--beta = 2", "at most 1"],
        ),
        ("times linear-manifold --beta 0.5 --alpha 1", &["--embedding is required"]),
        (
            "times linear-manifold --beta 0.5 --embedding iid-q --alpha 1",
            &["iid-q", "did you mean iid-"],
        ),
        ("times curie-weiss --d 10 --temperature 0 --alpha 1", &["--temperature = 0"]),
        ("times mixture no/such.toml --n 10", &["no/such.toml", "cannot be read"]),
        ("curve phi clusters --d 256 --t 0:1:0", &["--t", "step"]),
        ("curve phi clusters --d 256 --t 3:1:0.1", &["--t", "never leads"]),
        ("curve phi clusters --d 256 --t -1", &["--t = -1"]),
        ("curve phi clusters --d 256", &["exactly one of --t"]),
        ("curve phi clusters --d 256 --t 1 --snr 1", &["exactly one of --t"]),
        ("curve phi gaussian --t 1", &["gaussian"]),
        ("curve phy clusters --d 256 --t 1", &["phy", "phi"]),
        ("curve excess-entropy clusters --d 256 --t 1", &["--n", "--alpha"]),
        (
            "curve excess-entropy clusters --d 256 --n 10 --t 1 --order exakt",
            &["exakt", "asymptotic"],
        ),
        ("schedule --t 1 --name nosuch", &["nosuch", "ddpm-linear"]),
        ("schedule --t 1 --snr 2", &["exactly one"]),
        ("schedule --step 5", &["--step", "--name"]),
        ("schedule --step 5000 --name ddpm-linear", &["--step = 5000", "999"]),
        ("schedule --step 5 --name all", &["--step = 5"]),
        ("schedule --t 1 --rho 7", &["--rho", "name the schedule"]),
        ("table no/such.toml", &["no/such.toml", "cannot be read"]),
        ("explain t_S.spectral clusters --d 1,2", &["one value"]),
        ("times clusters --d 256 --n 100 --format xml", &["--format = xml", "json"]),
        ("times clusters --d 256 --n 100 --output table.doc", &["--output = table.doc", "ending"]),
        ("times clusters --d 256 --n 100 --threads 0", &["--threads", "0"]),
        ("times clusters --d 1:4000:1 --n 1:4000:1", &["16000000 rows", "10000000"]),
        ("curve phi clusters --d 256 --t 0:1:1e-9", &["--t", "10000000"]),
        ("times clusters --d 256 --n log(-1)", &["--n", "log(-1)", "undefined"]),
        ("times clusters --d 256 --n foo(2)", &["--n", "foo"]),
    ];
    for (line, parts) in cases {
        refused(&words(line), parts);
    }
    refused(&[], &["Usage"]);
}

#[test]
fn limit_output_files_appear_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("times.csv");
    let name = path.to_string_lossy().into_owned();
    refused(&["times", "clusters", "--d", "1,0", "--n", "9", "-o", &name], &["--d = 0"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let output = regimes(&["times", "clusters", "--d", "64", "--n", "9", "-o", &name]);
    assert!(output.status.success() && output.stdout.is_empty());
    assert!(std::fs::read_to_string(&path).unwrap().contains("t_S.spectral"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = folder.path().join("no/such/times.csv");
    let output =
        regimes(&["times", "clusters", "--d", "64", "--n", "9", "-o", &nowhere.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
}

fn mixture(text: &str, ending: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("classes.{ending}"));
    std::fs::write(&path, text).unwrap();
    let name = path.to_string_lossy().into_owned();
    (folder, name)
}

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

#[test]
fn limit_malformed_specifications_say_where() {
    let cases: &[(&str, &[&str])] = &[
        ("title = \"x\"\n", &["[[block]]"]),
        ("[[block]]\ncommand = \"curve phi\"\n", &["line 1"]),
        (
            "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 256, t = 1, bogus = 2 }\n",
            &["bogus"],
        ),
        (
            "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = -1, t = 1 }\n",
            &["--d = -1"],
        ),
        (
            "columns = [\"fi\"]\n[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 1, t = 1 }\n",
            &["line 1", "fi", "phi"],
        ),
        ("[[block]]\ncommand = \"table other.toml\"\n", &["times, curve or schedule"]),
        ("[[blok]]\n", &["blok", "did you mean block"]),
    ];
    for (text, parts) in cases {
        let (_folder, name) = mixture(text, "toml");
        refused(&["table", &name], parts);
    }
}

#[test]
fn identity_explanations_substitute_the_numbers() {
    let text = stdout("explain t_S.spectral clusters --d 1024 --mu 1.5 --sigma 0.5");
    for part in
        ["Λ = d·μ̃² + σ²", "= 1024·1.5² + 0.5²", "= 2304.25", "t_S = 3.87", "arXiv 2402.18491"]
    {
        assert!(text.contains(part), "{text} does not say {part}");
    }
    let latex = stdout(
        "explain t_C.asymptotic linear-manifold --beta 0.5 --alpha 0.5 --embedding orthonormal --latex",
    );
    for part in ["\\begin{align*}", "\\frac{1}{e^{2\\cdot{0.5}/{0.5}} - 1}", "GVM25"] {
        assert!(latex.contains(part), "{latex} does not say {part}");
    }
}

/// Every model answers every command that lists it, with its own example.
#[test]
fn identity_examples_run() {
    let (_folder, name) = mixture(
        "dimension = 8\n[[class]]\nmean = 1\nvariance = 1\n[[class]]\nmean = -1\nvariance = 2\n",
        "toml",
    );
    for entry in regimes::models::CATALOGUE {
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
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
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

/// No NaN in any cell at the ends of the process, for every model with classes.
#[test]
fn limit_ends_of_the_process_have_numbers_or_reasons() {
    for line in [
        "curve phi clusters --d 100 --snr 0,inf",
        "curve class-entropy clusters --d 100 --t 0,400",
        "curve excess-entropy clusters --d inf --alpha 0.1 --t 0,1000",
        "curve information linear-manifold --beta 0.5 --embedding iid-p --snr 0,1e155,1e300,inf",
        "curve information curie-weiss --temperature 0.7 --snr 0,inf",
    ] {
        let text = stdout(&format!("{line} --format json"));
        assert!(!text.to_lowercase().contains("nan"), "{line}: {text}");
    }
    let row =
        json("curve information linear-manifold --beta 0.5 --embedding iid-p --snr 1e155")["rows"]
            [0]
        .clone();
    // (β/2) log snr + O(1)
    assert!(
        (row["information"].as_f64().unwrap() - 0.25 * 155.0 * 10f64.ln()).abs() < 1.0,
        "{row}"
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

/// Where only bounds are known the error says so, and so does the exit status; the limits are right.
#[test]
fn limit_bounds_close_at_both_ends() {
    let mut text = String::from("dimension = 5\n");
    for k in 0..5 {
        let mean: Vec<String> =
            (0..5).map(|i| if i == k { "6.0".into() } else { "0.0".to_owned() }).collect();
        let variance = 1.0 + 0.1 * f64::from(k);
        text.push_str(&format!("[[class]]\nmean = [{}]\nvariance = {variance}\n", mean.join(", ")));
    }
    let (_folder, name) = mixture(&text, "toml");
    let output =
        regimes(&["curve", "phi", "mixture", &name, "--t", "0.05,2,16", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let rows = serde_json::from_slice::<Value>(&output.stdout).unwrap()["rows"].clone();
    let phi = |k: usize| (rows[k]["phi"].as_f64().unwrap(), rows[k]["error"].as_f64().unwrap());
    assert!((phi(0).0 - 1.0).abs() <= phi(0).1 && phi(0).1 < 1e-2, "{:?}", phi(0));
    assert!(phi(1).1 > 1e-3);
    assert!((phi(2).0 - 0.2).abs() <= phi(2).1 && phi(2).1 < 1e-10, "{:?}", phi(2));
}
