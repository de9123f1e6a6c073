//! `training`: the same numbers by both doors, in every format; what is refused.
use regimes::ask::Training;
use serde_json::Value;
use std::process::{Command, Output};

fn regimes(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap()
}

fn json(line: &str) -> Value {
    let words: Vec<&str> = line.split_whitespace().chain(["--format", "json", "-q"]).collect();
    let output = regimes(&words);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn identity_training_asked_of_the_library_is_that_of_the_command_line() {
    let query = Training::default().set("activation", "tanh").set("psi-n", "2,8").set("psi-p", 16);
    let query = query.set("t", 0.1);
    for (name, column, table) in [
        ("losses", "test", query.clone().set("tau", "1,1e4,inf").losses()),
        ("times", "tau_half", query.times()),
        ("curve", "train", query.clone().set("ridge", 0.01).losses()),
    ] {
        let table = table.unwrap();
        let line = table.head.command_line.strip_prefix("regimes ").unwrap().to_owned();
        let line = if name == "curve" {
            line.replace("training losses", "curve training-loss")
        } else {
            line
        };
        let printed = json(&line);
        for (k, value) in table.value(column).unwrap().into_iter().enumerate() {
            assert_eq!(value, printed["rows"][k][column]["value"].as_f64(), "{line}");
        }
    }
}

#[test]
fn identity_sizes_and_ratios_are_the_same_question() {
    let counts = json("training times --activation tanh --n 4000 --p 16000 --d 1000 --t 0.1");
    let ratios = json("training times --activation tanh --psi-n 4 --psi-p 16 --t 0.1");
    for name in ["tau_opt", "tau_half", "tau_mem", "test_end", "r_half"] {
        assert_eq!(counts["rows"][0][name], ratios["rows"][0][name], "{name}");
    }
    // No band of the population of its own at this size: the limit, and why.
    let row = &ratios["rows"][0];
    assert!((row["tau_gen_limit"]["value"].as_f64().unwrap() - 7.518354954).abs() < 1e-8);
    assert!((row["tau_gen"]["value"].as_f64().unwrap() - 22.8).abs() < 0.1, "{row}");
}

/// k steps of rate η are τ = kη/d², of the readout itself τ = kηp/d².
#[test]
fn identity_steps_are_training_time() {
    let size = "--activation erf --n 200 --p 400 --d 100 --t 0.2";
    for (readout, rate, tau) in [("ntk", 50.0, 5.0), ("standard", 0.125, 5.0)] {
        let steps = json(&format!(
            "training losses {size} --learning-rate {rate} --steps 1000 --readout {readout}"
        ));
        let flow = json(&format!("training losses {size} --tau {tau}"));
        assert_eq!(steps["rows"][0]["tau"].as_f64(), Some(tau));
        assert_eq!(steps["rows"][0]["test"]["value"], flow["rows"][0]["test"]["value"]);
    }
    let fast = json(&format!("training times {size} --learning-rate 1e9"));
    let notes = fast["rows"][0]["notes"].to_string();
    assert!(notes.contains("diverges"), "{notes}");
}

#[test]
fn identity_a_trained_score_collapses_below_the_time_at_which_it_is_half_memorised() {
    let line = "--activation tanh --n 4000 --p 64000 --d 1000";
    let collapse = json(&format!("training collapse {line} --tau inf"));
    let time = collapse["rows"][0]["t_C"]["trained"]["value"].as_f64().unwrap();
    for (factor, above) in [(0.99, true), (1.01, false)] {
        let at = json(&format!("training losses {line} --tau inf --t {}", time * factor));
        assert_eq!(at["rows"][0]["memorised"]["value"].as_f64().unwrap() > 0.5, above);
    }
    // Stopped early, it never collapses; the margin is said.
    let early = json(&format!("training collapse {line} --tau 10"));
    let row = &early["rows"][0];
    assert!(row["t_C"]["trained"]["value"].is_null(), "{row}");
    assert!(row["t_C"]["trained"]["reason"].to_string().contains("never half memorised"));
    assert!(row["memorised_most"].as_f64().unwrap() < 0.5);
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    for (line, words) in [
        (
            "losses --activation tanh --psi-n 0 --psi-p 2 --t 0.1 --tau 1",
            "must be a finite number above 0",
        ),
        ("losses --activation tanh --psi-n -1 --psi-p 2 --t 0.1 --tau 1", "above 0"),
        ("losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1", "exactly one of --tau"),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --ridge 1",
            "exactly one of --tau",
        ),
        ("losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau -1", "0 or above"),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --noise-draws 0.5",
            "1 or above",
        ),
        ("losses --activation exp(z^2) --psi-n 1 --psi-p 2 --t 0.1 --tau 1", "grows too fast"),
        (
            "losses --activation exp(z^2/5) --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --spectrum 1:4",
            "is infinite",
        ),
        ("losses --activation tahn --psi-n 1 --psi-p 2 --t 0.1 --tau 1", "did you mean tanh"),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --spectrum 0.5:1;0.4:2",
            "add up to 1, not 0.9",
        ),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --spectrum 1:-1",
            "0 or above",
        ),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --spectrum 1:0",
            "must be above 0",
        ),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --tau 1 --spectrum 1",
            "no weight:eigenvalue",
        ),
        (
            "losses --activation tanh --psi-n 1 --psi-p 2 --snr 0 --tau 1",
            "nothing is left of the data",
        ),
        ("losses --activation tanh --psi-n 1 --psi-p 2 --tau 1", "exactly one of --t"),
        ("losses --activation tanh --psi-n 1 --psi-p 2 --t 0.1 --steps 5", "needs --learning-rate"),
        ("times --activation tanh --n 10 --psi-p 2 --t 0.1", "--n needs --d"),
        ("times --activation tanh --psi-p 2 --t 0.1", "--psi-n is required"),
        ("spectrum --activation tanh --psi-n 1,2 --psi-p 2 --t 0.1", "one network"),
        ("linear --psi-n 1 --ridge 0", "must be above 0"),
    ] {
        let words_of: Vec<&str> =
            std::iter::once("training").chain(line.split_whitespace()).collect();
        let output = regimes(&words_of);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {errors}");
        assert!(errors.contains(words), "{line}: {errors}");
        assert!(output.stdout.is_empty(), "{line}");
    }
    // At t = 0 the loss stays one, and it is said why.
    let none = json("training losses --activation tanh --psi-n 1 --psi-p 2 --t 0 --tau 1");
    assert_eq!(none["rows"][0]["train"]["value"].as_f64(), Some(1.0));
    assert!(none["rows"][0]["notes"].to_string().contains("no noise"));
}

/// What `simulate training` wrote is held against the theory, what fixes the network read from the file.
#[test]
fn identity_simulated_losses_are_validated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seen.csv").display().to_string();
    let line = "simulate training --activation tanh --d 60 --psi-n 4 --psi-p 6 --t 0.2 --tau 2,20,500 --blocks 6 -q -o";
    let words: Vec<&str> = line.split_whitespace().chain([file.as_str()]).collect();
    assert!(regimes(&words).status.success());
    let check = |extra: &str| {
        let line = format!("validate {file} training --activation tanh --format json -q {extra}");
        regimes(&line.split_whitespace().collect::<Vec<_>>())
    };
    // Finite matrices differ by some parts in a thousand, a few standard errors of six blocks.
    let output = check("--strict --level 1e-6");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["rows"].as_array().unwrap().len(), 6);
    assert!(
        found["rows"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["relative"].as_f64().unwrap().abs() < 0.02)
    );
    assert!(found["notes"].to_string().contains("share their noise"), "{}", found["notes"]);
    // Another network is not this one; one loss alone; what is missing or wrong is said.
    assert_eq!(check("--strict --level 1e-6 --psi-p 12").status.code(), Some(1));
    let one: Value = serde_json::from_slice(&check("--column test").stdout).unwrap();
    assert_eq!(one["rows"].as_array().unwrap().len(), 3);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("tau,train", "time,train")).unwrap();
    let output = check("");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a column tau, ridge or steps"));
}

/// A whole process, generously: on a quiet core it takes a tenth of it.
#[test]
fn property_a_query_of_times_is_quick() {
    let line = "training times --activation tanh --n 20000 --p 160000 --d 1000 --t 0.1 -q";
    let words: Vec<&str> = line.split_whitespace().collect();
    let best = (0..3).map(|_| {
        let start = std::time::Instant::now();
        assert!(regimes(&words).status.success());
        start.elapsed()
    });
    assert!(best.min().unwrap() < std::time::Duration::from_millis(500));
}
