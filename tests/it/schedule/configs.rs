//! Configuration files as diffusers' classes write them.

use super::{class, config, t, with};
use proptest::prelude::*;
use regimes::schedule::{DynamicShift, Schedule};
use regimes::{Error, Noise};
use std::path::Path;

fn read(text: &str, shift: Option<DynamicShift>) -> Result<Schedule, Error> {
    Schedule::from_config_with(text, Path::new("scheduler_config.json"), shift)
}

/// An error that names every one of `words`.
fn refused(result: Result<Schedule, Error>, words: &[&str]) {
    let error = result.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
}

/// Published configurations: σ at values of every class's coordinate, and back
/// (tests/reference/schedulers.py).
#[test]
fn independent_levels_of_every_class() {
    /// Digits lost where a printed value is converted, per unit of log σ.
    const LAST_DIGITS: f64 = 4e-16;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/schedulers.csv");
    let mut rows = 0;
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let [text, mu, image, column, value, sigma] = [0, 1, 2, 3, 4, 5].map(|k| &record[k]);
        let shift = match (mu.parse(), image.split_once('x')) {
            (Ok(mu), _) => Some(DynamicShift::Mu(mu)),
            (_, Some((w, h))) => {
                Some(DynamicShift::Image([w.parse().unwrap(), h.parse().unwrap()]))
            }
            _ => None,
        };
        let schedule = read(text, shift).unwrap();
        let (value, sigma): (f64, f64) = (value.parse().unwrap(), sigma.parse().unwrap());
        rows += 1;
        if sigma == 0.0 {
            continue;
        }
        let log_snr = schedule.log_snr_at(column, value).unwrap();
        let off = (log_snr.value + 2.0 * sigma.ln()).abs();
        let digits = 8.0 * LAST_DIGITS * (1.0 + sigma.ln().abs());
        assert!(off <= log_snr.error + digits, "{text} {column} {value}: {log_snr:?}, off {off:e}");
        assert!(log_snr.error < 1e-8, "{text} {column} {value}: {log_snr:?}");
        let back = schedule.position(Noise::at_sigma(sigma).unwrap());
        let back = back.get(column).unwrap().estimate().unwrap();
        // A step is about a hundredth of log σ, a flow time as large as it.
        let digits = 200.0 * digits * value.abs().max(1e-3);
        assert!((back.value - value).abs() <= back.error + digits, "{text} {value}: {back:?}");
    }
    assert!(rows > 150);
}

/// Stable Video Diffusion: σ from 0.002 to 700 in continuous time, not the 1000 steps of its chain.
#[test]
fn regression_continuous_levels() {
    let text = r#"{"_class_name": "EulerDiscreteScheduler", "beta_schedule": "scaled_linear",
        "beta_start": 0.00085, "beta_end": 0.012, "prediction_type": "v_prediction",
        "sigma_max": 700.0, "sigma_min": 0.002, "timestep_type": "continuous",
        "use_karras_sigmas": true}"#;
    let svd = config(text).unwrap();
    let level = svd.position(t(4.0));
    let sigma = 8f64.exp_m1().sqrt();
    assert!((level.get("sigma").unwrap().value().unwrap() / sigma - 1.0).abs() < 1e-13);
    assert!((sigma - 54.589).abs() < 1e-3);
    let told = level.get("c_noise").unwrap().value().unwrap();
    assert!((told - 0.25 * sigma.ln()).abs() < 1e-14);
    assert!((svd.horizon().sigma() - 700.0).abs() < 1e-10);
    assert!(
        svd.position(Noise::at_sigma(701.0).unwrap()).get("c_noise").unwrap().value().is_none()
    );
    // Without a range it is the chain's.
    let own = r#"{"_class_name": "EulerDiscreteScheduler", "beta_schedule": "scaled_linear",
        "beta_start": 0.00085, "beta_end": 0.012, "prediction_type": "v_prediction",
        "timestep_type": "continuous"}"#;
    assert!((config(own).unwrap().horizon().sigma() - 14.6146).abs() < 1e-4);
    // Where the network is told the step, the step is what counts.
    let told_steps = own.replace("v_prediction", "epsilon");
    let told_steps = config(&told_steps).unwrap();
    assert_eq!(told_steps.num_steps(), Some(1000));
    assert!(told_steps.notes().join("\n").contains("timestep_type"));
    refused(config(&text.replace("700.0", "0.001")), &["key `sigma_max`", "0.001", "sigma_min"]);
    refused(config(&text.replace("continuous", "contnuous")), &["did you mean continuous?"]);
}

/// What Python's json writes for numbers that are not finite, a byte-order mark, and strings that
/// look like either.
#[test]
fn regression_python_json() {
    let text = "\u{feff}{\n  \"_class_name\": \"DPMSolverMultistepScheduler\",\n  \
                \"lambda_min_clipped\": -Infinity, \"x\": [Infinity, NaN], \"y\": \"-Infinity \\\" NaN\"\n}";
    let schedule = config(text).unwrap();
    assert_eq!(schedule.horizon(), class("DDPMScheduler", "").horizon());
    let notes = schedule.notes().join("\n");
    assert!(notes.contains("lambda_min_clipped: does not move"), "{notes}");
    assert!(notes.contains("x, y: not known; set aside"), "{notes}");
    refused(
        config(r#"{"_class_name": "DDPMScheduler", "beta_end": Infinity}"#),
        &["key `beta_end`", "inf", "between 0 and 1"],
    );
    refused(
        config(r#"{"_class_name": "DDPMScheduler", "beta_schedule": -Infinity}"#),
        &["key `beta_schedule`", "-Infinity: must be a string"],
    );
    refused(config("{\n  \"_class_name\": Infinite\n}"), &["line 2", "not JSON"]);
}

/// A dynamic shift is not in the file.
#[test]
fn regression_dynamic_shift() {
    let flux = r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true,
        "shift": 3.0, "base_shift": 0.5, "max_shift": 1.15}"#;
    let solver = r#"{"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": true,
        "prediction_type": "flow_prediction", "use_dynamic_shifting": true, "flow_shift": 3.0}"#;
    for text in [flux, solver] {
        refused(read(text, None), &["use_dynamic_shifting", "--mu", "--image-size"]);
        let e = read(text, Some(DynamicShift::Mu(1.0))).unwrap();
        let same = with("flow", &[("shift", std::f64::consts::E)]).unwrap();
        assert_eq!(e.position(t(0.7)), same.position(t(0.7)));
        assert!(e.notes().join("\n").contains("not used, because the shift is dynamic"));
        // Flux at 256 × 256 and 1024 × 1024 has the ends of its range.
        for (side, mu) in [(256.0, 0.5), (1024.0, 1.15)] {
            let found = read(text, Some(DynamicShift::Image([side, side]))).unwrap();
            let shift = found.parameters()[0].1;
            assert!((shift - f64::exp(mu)).abs() < 1e-14, "{shift}");
        }
    }
    let linear = flux.replace("}", r#", "time_shift_type": "linear"}"#);
    let two = read(&linear, Some(DynamicShift::Mu(2.0))).unwrap();
    assert_eq!(two.parameters(), [("shift", 2.0)]);
    refused(read(&linear, Some(DynamicShift::Mu(-2.0))), &["--mu = -2", "shift itself"]);
    refused(read(flux, Some(DynamicShift::Mu(800.0))), &["--mu = 800", "exponential"]);
    let linear = solver.replace("}", r#", "time_shift_type": "linear"}"#);
    refused(read(&linear, Some(DynamicShift::Mu(2.0))), &["time_shift_type", "exponentially only"]);
    let fixed = flux.replace("true", "false");
    refused(read(&fixed, Some(DynamicShift::Mu(1.0))), &["--mu = 1", "fixes its shift"]);
    // A class that does not know dynamic shifts has the shift of its file.
    let heun = flux.replace("Euler", "Heun");
    let schedule = read(&heun, None).unwrap();
    assert_eq!(schedule.parameters(), [("shift", 3.0)]);
    assert!(
        schedule
            .notes()
            .join("\n")
            .contains("use_dynamic_shifting, base_shift, max_shift: this FlowMatchHeun")
    );
    let chain = r#"{"_class_name": "DDPMScheduler"}"#;
    refused(read(chain, Some(DynamicShift::Mu(1.0))), &["DDPMScheduler has no shift"]);
}

/// Settings that contradict each other, and classes that are no schedule of this kind.
#[test]
fn bad_input_configurations() {
    let of = |class: &str, more: &str| config(&format!(r#"{{"_class_name": "{class}"{more}}}"#));
    refused(
        of("DPMSolverMultistepScheduler", r#", "prediction_type": "flow_prediction""#),
        &["key `prediction_type`", "needs use_flow_sigmas"],
    );
    refused(
        of("EulerDiscreteScheduler", r#", "prediction_type": "flow_prediction""#),
        &["key `prediction_type`", "variance-preserving"],
    );
    refused(
        of("UniPCMultistepScheduler", r#", "use_flow_sigmas": true, "use_karras_sigmas": true"#),
        &["key `use_karras_sigmas`", "only one"],
    );
    refused(
        of("DDPMScheduler", r#", "trained_betas": [0.1, 0.2], "num_train_timesteps": 1000"#),
        &["key `num_train_timesteps`", "1000", "2 entries"],
    );
    refused(
        of("UnCLIPScheduler", r#", "beta_schedule": "linear""#),
        &["key `beta_schedule`", "linear", "squaredcos_cap_v2"],
    );
    for (class, why) in [
        ("VQDiffusionScheduler", "not Gaussian"),
        ("AmusedScheduler", "not Gaussian"),
        ("KarrasVeScheduler", "number of sampling steps"),
        ("FlaxKarrasVeScheduler", "number of sampling steps"),
        ("DDPMWuerstchenScheduler", "cosine"),
        ("SCMScheduler", "sigma"),
    ] {
        let error = of(class, "").unwrap_err().to_string();
        assert!(error.contains("known and not supported") && error.contains(why), "{error}");
        assert!(!error.contains("did you mean"), "{error}");
    }
}

/// Every key with a value is either read, or named in a note.
#[test]
fn identity_no_key_is_dropped_silently() {
    let text = r#"{"_class_name": "DDIMScheduler", "_diffusers_version": "0.20.0",
        "beta_schedule": "squaredcos_cap_v2", "beta_end": 0.02, "beta_start": 0.0001,
        "clip_sample": true, "set_alpha_to_one": false, "shift": 3.0, "colour": "red"}"#;
    let notes = config(text).unwrap().notes().join("\n");
    for expected in [
        "beta_end, beta_start, shift: this DDIMScheduler has no use for it",
        "clip_sample: does not move the forward process",
        "colour: not known",
    ] {
        assert!(notes.contains(expected), "{notes}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a configuration holds, reading it ends in a schedule or in a message.
    #[test]
    fn property_any_configuration_is_read_or_refused(
        class in prop::sample::select(vec![
            "EulerDiscreteScheduler", "UniPCMultistepScheduler", "FlowMatchEulerDiscreteScheduler",
            "EDMEulerScheduler", "CogVideoXDDIMScheduler", "IPNDMScheduler", "ScoreSdeVpScheduler",
        ]),
        keys in prop::collection::vec((prop::sample::select(vec![
            "beta_start", "beta_end", "sigma_min", "sigma_max", "shift", "flow_shift", "rho",
            "snr_shift_scale", "timestep_type", "prediction_type", "use_flow_sigmas", "beta_max",
            "use_dynamic_shifting", "time_shift_type", "num_train_timesteps", "max_shift",
        ]), prop::sample::select(vec![
            "1e-320", "0.5", "3", "700.0", "-Infinity", "NaN", "null", "true", "\"continuous\"",
            "\"v_prediction\"", "\"flow_prediction\"", "\"linear\"", "1e300", "[1, 2]", "{}",
        ])), 0..6),
        mu in prop::option::of(-3.0..3.0f64),
    ) {
        let keys: Vec<String> = keys.iter().map(|(k, v)| format!(", \"{k}\": {v}")).collect();
        let text = format!("{{\"_class_name\": \"{class}\"{}}}", keys.concat());
        match read(&text, mu.map(DynamicShift::Mu)) {
            Ok(schedule) => {
                for (_, answer) in schedule.position(t(1.0)).coordinates {
                    prop_assert!(answer.value().is_none_or(f64::is_finite), "{text}");
                }
            }
            Err(error) => prop_assert_eq!(error.exit_code(), 2, "{}", text),
        }
    }
}

/// What a class does between two levels: only first order and ancestral steps have an exact cost.
#[test]
fn identity_solvers_of_classes() {
    use regimes::schedule::Solver::{Ancestral, FirstOrder, Other};
    for (class, more, solver) in [
        ("DDPMScheduler", "", Ancestral),
        ("EulerAncestralDiscreteScheduler", "", Ancestral),
        ("KDPM2AncestralDiscreteScheduler", "", Other),
        ("DDIMScheduler", "", FirstOrder),
        ("EulerDiscreteScheduler", "", FirstOrder),
        ("FlowMatchEulerDiscreteScheduler", "", FirstOrder),
        ("HeunDiscreteScheduler", "", Other),
        ("PNDMScheduler", "", Other),
        ("UniPCMultistepScheduler", "", Other),
        ("DPMSolverMultistepScheduler", "", Other),
        ("DPMSolverMultistepScheduler", ", \"solver_order\": 2", Other),
        ("DPMSolverMultistepScheduler", ", \"solver_order\": 1", FirstOrder),
        (
            "DPMSolverMultistepScheduler",
            ", \"solver_order\": 1, \"algorithm_type\": \"sde-dpmsolver++\"",
            Other,
        ),
    ] {
        let text = format!("{{\"_class_name\": \"{class}\"{more}}}");
        let schedule = Schedule::from_config(&text, Path::new("scheduler_config.json")).unwrap();
        assert_eq!(schedule.solver(), solver, "{text}");
    }
}
