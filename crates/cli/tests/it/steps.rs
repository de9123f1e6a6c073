//! `steps`: the same numbers by both doors, in every format; what is refused.
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
fn identity_steps_asked_of_the_library_are_those_of_the_command_line() {
    let query = regimes::ask("clusters").unwrap().set("d", 64).set("order", "class-bit");
    let query = query.set("grid", "karras,optimal").set("steps", "5,40").set("snr", "0.01:30");
    let computed = query.steps().unwrap();
    let line = computed.head.command_line.clone();
    let printed = json(line.strip_prefix("regimes ").unwrap());
    assert_eq!(printed["command"], "steps");
    for (k, kl) in computed.value("kl").unwrap().into_iter().enumerate() {
        assert_eq!(kl, printed["rows"][k]["kl"]["value"].as_f64());
    }
    let gain = computed.value("kl_over_optimal").unwrap();
    assert!(gain[0] > Some(1.0) && gain[2] == Some(1.0), "{gain:?}");
}

#[test]
fn identity_levels_stand_in_every_coordinate() {
    let line = "steps gaussian --grid geometric --steps 4 --sigma-noise 0.1:10 --levels --schedule ddpm-linear";
    let table = json(line);
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let (t, sigma) = (row["t"].as_f64().unwrap(), row["sigma"].as_f64().unwrap());
        assert!(((2.0 * t).exp_m1() / (sigma * sigma) - 1.0).abs() < 1e-12);
        assert!(row["step"].as_f64().is_some());
    }
    assert_eq!((rows[0]["sigma"].as_f64(), rows[4]["sigma"].as_f64()), (Some(10.0), Some(0.1)));
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    for (line, words) in [
        ("steps gaussian --grid optimal --steps 5", "ends of the grid are missing"),
        ("steps gaussian --grid optimal,karas --steps 5 --snr 1:2", "did you mean karras"),
        ("steps gaussian --grid flow --steps 5", "ends without noise"),
        ("steps gaussian --grid karras --steps 5,6 --snr 1:2 --levels", "one grid"),
        ("steps gaussian --grid ddpm-linear --steps 5 --snr 1e-9:2", "beyond the horizon"),
        ("steps gaussian --grid karras --steps 5 --sigma-noise 1e-200:1e-180", "between 1e-154"),
        ("steps gaussian --grid karras --steps 5 --sigma-noise 1e200:1", "between 1e-154"),
        ("steps independent --grid karras --steps 5 --snr 1:2", "--prior is required"),
        ("steps manifold --grid karras --steps 5 --snr 1:2 --beta 0.5", "--activation is required"),
    ] {
        let output = regimes(&line.split_whitespace().collect::<Vec<_>>());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {errors}");
        assert!(errors.contains(words) && output.stdout.is_empty(), "{line}: {errors}");
    }
}
