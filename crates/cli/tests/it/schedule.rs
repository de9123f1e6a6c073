//! Noise levels and schedules on the command line.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs a command line in the folder, where its files are.
    fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_regimes"))
            .current_dir(self.0.path())
            .args(line.split_whitespace())
            .output()
            .unwrap()
    }

    fn rows(&self, line: &str) -> Vec<Value> {
        let output = self.run(&format!("{line} --format json"));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {errors}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["rows"].as_array().unwrap().clone()
    }

    fn refused(&self, line: &str, words: &[&str]) {
        let output = self.run(line);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        assert!(output.stdout.is_empty(), "{line}");
        for word in words {
            assert!(message.contains(word), "{line}: {message:?} does not say {word:?}");
        }
    }
}

#[test]
fn regression_schedule_levels_far_out() {
    let place = Place::new();
    let row = &place.rows("schedule --name flow --log-snr 800")[0];
    let sigma = row["sigma"]["value"].as_f64().unwrap();
    assert!((sigma / (-400.0f64).exp() - 1.0).abs() < 1e-12);
    assert_eq!(row["log_snr"]["value"], 800.0);
    assert!(row["t"]["reason"].as_str().unwrap().contains("10^-347.7"));
    let row = &place.rows("schedule --sigma 1e-160 --name all")[0];
    assert!((row["sigma"]["value"].as_f64().unwrap() / 1e-160 - 1.0).abs() < 1e-12);
    assert!(!row.to_string().contains("pure noise"), "{row}");
}

#[test]
fn regression_schedule_rounded_last_level() {
    let place = Place::new();
    let row = &place.rows("schedule --sigma 14.615 --name sd-scaled-linear")[0];
    assert_eq!(row["step"]["value"], 999.0);
    assert!(row["notes"].to_string().contains("as rounded"), "{row}");
    let row = &place.rows("schedule --sigma 15 --name sd-scaled-linear")[0];
    assert!(row["step"]["reason"].as_str().unwrap().contains("beyond the horizon"));
}

#[test]
fn regression_schedule_configurations() {
    let place = Place::new();
    place.file(
        "svd.json",
        r#"{"_class_name": "EulerDiscreteScheduler", "beta_schedule": "scaled_linear",
            "sigma_max": 700.0, "sigma_min": 0.002, "timestep_type": "continuous",
            "prediction_type": "v_prediction", "use_karras_sigmas": true}"#,
    );
    let row = &place.rows("schedule --t 4 --config svd.json")[0];
    assert!((row["sigma"]["value"].as_f64().unwrap() - 54.589).abs() < 1e-3);
    let told = row["c_noise"]["value"].as_f64().unwrap();
    assert!((told - 0.25 * 54.589f64.ln()).abs() < 1e-5);
    let back = &place.rows(&format!("schedule --c-noise {told} --config svd.json"))[0];
    assert!((back["t"]["value"].as_f64().unwrap() - 4.0).abs() < 1e-13);
    let beside = &place.rows("times clusters --d 1024 --n 20000 --config svd.json")[0];
    assert!(beside["t_S"]["spectral"]["c_noise"].is_number(), "{beside}");

    place.file(
        "flux.json",
        r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true,
            "shift": 3.0, "base_shift": 0.5, "max_shift": 1.15, "max_image_seq_len": 4096,
            "base_image_seq_len": 256}"#,
    );
    place.refused("schedule --t 1 --config flux.json", &["--mu", "--image-size"]);
    let by_mu = place.rows("schedule --t 1 --config flux.json --mu 1.15");
    assert_eq!(by_mu, place.rows("schedule --t 1 --config flux.json --image-size 1024"));
    assert_eq!(by_mu, place.rows("schedule --t 1 --config flux.json --image-size 2048x512"));
    place.refused("schedule --t 1 --config flux.json --mu inf", &["--mu = inf"]);
    place.refused("schedule --t 1 --config flux.json --image-size 8x8", &["--image-size", "8x8"]);
    place.refused("schedule --t 1 --config flux.json --mu 1 --image-size 512", &["not both"]);
    place.refused("schedule --t 1 --name flow --mu 1", &["--config", "--shift"]);
    // Beside a model --mu is the model's.
    let beside = "times clusters --d 1024 --n 20000 --mu 2 --config flux.json";
    place.refused(beside, &["--shift-mu"]);
    let row = &place.rows(&format!("{beside} --shift-mu 1.15"))[0];
    assert_eq!(row["mu"], 2.0);
    assert!(row["t_S"]["spectral"]["uniform_time"].is_number());
}

#[test]
fn regression_dataset_reads_every_option_or_refuses_it() {
    let place = Place::new();
    let rows: Vec<String> =
        (0..40).map(|k| format!("{},{},{}", (k * 7) % 11, (k * 5) % 13, (k * 3) % 17)).collect();
    place.file("data.csv", &format!("a,b,c\n{}\n", rows.join("\n")));
    place.refused("dataset data.csv --t 0.5 --schedule nonsense", &["nonsense", "ddpm-linear"]);
    place.refused("dataset data.csv --t 0.5 --rho 3", &["--rho"]);
    place.refused("dataset data.csv --t 0.5 --blocks 4", &["--blocks", "noise level"]);
    place.refused("dataset data.csv --spectrum --schedule edm", &["--schedule", "--spectrum"]);
    let row = &place.rows("dataset data.csv --t 0.5 --queries 20 --schedule ddpm-linear")[0];
    let step = row["step"].as_f64().unwrap();
    let alone = &place.rows("schedule --t 0.5 --name ddpm-linear")[0];
    assert!((step - alone["step"]["value"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn regression_figure_noise_along_x() {
    let place = Place::new();
    let figure = "figure curve phi clusters --d 1024 --sigma-noise 0.5:100:*9 --output phi.svg";
    place.refused(&format!("{figure} --x sigma"), &["--x = sigma", "width", "sigma-noise"]);
    assert!(!place.0.path().join("phi.svg").exists());
    for name in ["sigma-noise", "sigma_noise"] {
        let output = place.run(&format!("{figure} --x {name} --log x"));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        let data = std::fs::read_to_string(place.0.path().join("phi.csv")).unwrap();
        let last = data.lines().rfind(|line| !line.is_empty()).unwrap();
        let near = |cell: &str| cell.parse().is_ok_and(|x: f64| (x / 100.0 - 1.0).abs() < 1e-12);
        assert!(last.split(',').any(near), "{last}");
    }
    place.refused(
        "figure curve phi clusters --d 1024 --t 1,2,3 --x d --output phi.svg",
        &["--x = d", "1024", "t"],
    );
    // The width of classes, swept, is what it is called.
    let swept =
        "figure curve phi clusters --d 1024 --t 2 --sigma 0.5:2:#4 --x sigma --output w.svg";
    assert!(place.run(swept).status.success());
}

#[test]
fn regression_validate_takes_no_step_for_a_time() {
    let place = Place::new();
    place.file("phi.csv", "step,snr,sigma,phi,stderr\n400,0.2,1,0.6,0.1\n500,0.1,2,0.5,0.1\n");
    let line = "validate phi.csv --against phi clusters --d 256";
    place.refused(&format!("{line} --t-column step"), &["--t-column = step", "schedule --step"]);
    place.refused(&format!("{line} --t-column sigma"), &["--t-column = sigma", "sigma-noise"]);
    let named = place.rows(&format!("{line} --sigma 1 --t-column snr"));
    assert!((named[0]["snr"].as_f64().unwrap() - 0.2).abs() < 1e-12);
}

/// Inference steps: the grid of a sampler, times beside its steps, levels of one schedule on another.
#[test]
fn identity_inference_steps_and_other_schedules() {
    let json = |line: &str| -> Value {
        let words: Vec<&str> = line.split_whitespace().chain(["--format", "json", "-q"]).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    // Trailing: steps 999, 799, … of the chain; the end without noise is no level that has coordinates.
    let grid =
        json("schedule --name ddpm-linear --num-inference-steps 5 --timestep-spacing trailing");
    let steps: Vec<f64> = grid["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["step"]["value"].as_f64().unwrap())
        .collect();
    assert_eq!(steps.len(), 5);
    for (k, step) in steps.iter().enumerate() {
        assert!((step - (999.0 - 200.0 * k as f64)).abs() < 1e-9, "{steps:?}");
    }
    let times =
        json("times clusters --d 1024 --n 20000 --schedule ddpm-linear --num-inference-steps 20");
    let spectral = &times["rows"][0]["t_S"]["spectral"];
    let (step, inference) = (&spectral["step"], &spectral["inference_step"]);
    // Leading: level i is step 950 − 50 i.
    let near = (950.0 - step.as_f64().unwrap()) / 50.0;
    assert!((inference.as_f64().unwrap() - near).abs() < 0.1, "{spectral}");
    let other = json("schedule --step 500 --name ddpm-linear --to flow,edm");
    let here = json("schedule --step 500 --name ddpm-linear");
    assert_eq!(other["rows"][0]["t"], here["rows"][0]["t"]);
    let timestep = other["rows"][0]["timestep"]["value"].as_f64().unwrap();
    assert!(
        (timestep / other["rows"][0]["flow_time"]["value"].as_f64().unwrap() - 1000.0).abs() < 1e-9
    );
    assert!(other["rows"][1]["step"]["value"].is_number());
    let cost = json(
        "steps gaussian --grid schedule --schedule sd-scaled-linear --num-inference-steps 10 --sigma-spacing karras",
    );
    // The last step of the sampler ends without noise.
    assert_eq!(cost["rows"][0]["steps"].as_f64(), Some(9.0));
    assert!(cost["rows"][0]["kl"]["value"].as_f64() > Some(0.0));
}

#[test]
fn bad_input_inference_steps_say_what_would_be_right() {
    for (line, words) in [
        ("schedule --num-inference-steps 5", "name it"),
        ("schedule --name ddpm-linear --num-inference-steps five", "whole number"),
        ("schedule --name ddpm-linear --num-inference-steps 5 --sigmas 1,2", "not both"),
        ("schedule --name ddpm-linear,edm --step 3 --to flow", "single schedule"),
        ("schedule --name ddpm-linear --step 3 --to flw", "flow"),
        ("schedule --name ddpm-linear --inference-step 3", "its columns are"),
        ("times gaussian --alpha 0.2 --num-inference-steps 5", "name it"),
    ] {
        let words_of: Vec<&str> = line.split_whitespace().collect();
        let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words_of).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {errors}");
        assert!(errors.contains(words), "{line}: {errors}");
    }
}
