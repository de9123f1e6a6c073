//! The ends of schedules, and what is said beyond them and of wrong input.

use super::{SD_ZERO_SNR, class, config, named, schedules, t, with};
use regimes::schedule::{Schedule, universal};
use regimes::{Error, Noise};

/// The ends of every schedule have the end values of its first coordinate, from both sides.
#[test]
fn limit_ends_of_every_schedule() {
    for schedule in schedules() {
        let name = schedule.name();
        let last = schedule.num_steps().map_or(1.0, |n| (n - 1) as f64);
        let (first, last) = if schedule.start() == schedule.noise_at(main(&schedule), 0.0).unwrap()
        {
            (0.0, last)
        } else {
            (last, 0.0)
        };
        for (noise, value) in [(schedule.start(), first), (schedule.horizon(), last)] {
            assert_eq!(schedule.noise_at(main(&schedule), value).unwrap(), noise, "{name}");
            let found = schedule.position(noise).coordinates[0].1.estimate();
            let found = found.unwrap_or_else(|| panic!("{name} has no {value}"));
            assert!((found.value - value).abs() <= found.error && found.error < 1e-8, "{name}");
        }
    }
    // An end read back from a printed ᾱ is still that end.
    let linear = named("ddpm-linear");
    let first = linear.position(Noise::at_alpha_bar(0.9999).unwrap());
    assert!(first.get("step").unwrap().value().unwrap().abs() < 1e-10);
}

fn main(schedule: &Schedule) -> &'static str {
    schedule.columns()[0].name
}

/// Outside its range a schedule has no step, and says where the range ends.
#[test]
fn limit_beyond_the_horizon_there_is_no_step() {
    let position = named("sd-scaled-linear").position(t(3.465_735_902_8));
    assert_eq!(
        position.get("step").unwrap().reason().unwrap(),
        "beyond the horizon: t = 3.466 exceeds t_max = 2.684 of sd-scaled-linear; if this is t_S, \
         class information survives its last step"
    );
    let position = named("ddpm-linear").position(t(0.0));
    let reason = position.get("step").unwrap().reason().unwrap();
    assert!(
        reason.starts_with("before the first step: t = 0 is below t_min = 0.00005"),
        "{reason}"
    );
    // Digits are added until the two numbers differ.
    let edm = named("edm");
    let position = edm.position(t(edm.horizon().time() + 1e-6));
    let reason = position.get("step").unwrap().reason().unwrap();
    assert!(reason.contains("t = 4.38211 exceeds t_max = 4.3821 "), "{reason}");
    // σ goes on.
    assert!(position.get("sigma").unwrap().value().unwrap() > 80.0);
    assert!(edm.noise_at("sigma", 100.0).is_ok());
    // Flow reaches pure noise.
    let flow = named("flow");
    assert_eq!(flow.position(t(f64::INFINITY)).get("flow_time").unwrap().value(), Some(1.0));
    assert_eq!(flow.noise_at("flow_time", 1.0).unwrap(), t(f64::INFINITY));
    assert!(universal(flow.horizon(), 0.0)[0].1.reason().unwrap().contains("pure noise"));
}

/// A chain rescaled to zero terminal SNR ends at pure noise, with nothing before it to interpolate.
#[test]
fn limit_zero_terminal_snr() {
    let exact = class("DDIMScheduler", SD_ZERO_SNR);
    assert_eq!(exact.horizon(), t(f64::INFINITY));
    assert_eq!(exact.position(exact.horizon()).get("step").unwrap().value(), Some(999.0));
    let last = exact.noise_at("step", 998.0).unwrap();
    let step = |noise| exact.position(noise).get("step").unwrap().clone();
    assert!((step(last).value().unwrap() - 998.0).abs() < 1e-9);
    assert!(step(t(20.0)).reason().unwrap().contains("between step 998 and step 999"));
    let error = exact.noise_at("step", 998.5).unwrap_err().to_string();
    assert!(error.contains("998.5") && error.contains("no signal"), "{error}");

    let floored = class("EulerDiscreteScheduler", SD_ZERO_SNR);
    assert!((floored.horizon().alpha_bar() * 2f64.powi(24) - 1.0).abs() < 1e-12);
    let ignored = class("PNDMScheduler", SD_ZERO_SNR);
    assert!((ignored.horizon_time().value - 2.6844).abs() < 5e-5);
    assert!(ignored.notes().iter().any(|note| note.contains("rescale_betas_zero_snr")));
    // A chain that already ends without signal keeps its other steps.
    let whole = class("DDPMScheduler", r#", "trained_betas": [0.1, 0.5, 1.0]"#);
    let again = r#", "trained_betas": [0.1, 0.5, 1.0], "rescale_betas_zero_snr": true"#;
    let again = class("DDPMScheduler", again);
    for step in [0.0, 0.5, 1.0] {
        let [a, b] = [&whole, &again].map(|chain| chain.log_snr_at("step", step).unwrap());
        assert!((a.value - b.value).abs() <= a.error + b.error && a.error + b.error < 1e-13);
    }
    assert_eq!((whole.horizon(), again.horizon()), (t(f64::INFINITY), t(f64::INFINITY)));
    // With linear variances the floor lies above the step before it.
    let text = r#"{"_class_name": "EulerDiscreteScheduler", "rescale_betas_zero_snr": true}"#;
    assert!(config(text).unwrap_err().to_string().contains("step 998"));
}

/// Errors name what is wrong and what would be right.
#[test]
fn limit_wrong_input_is_explained() {
    let said = |result: Result<Schedule, Error>, words: &[&str]| {
        let error = result.unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let text = error.to_string();
        for word in words {
            assert!(text.contains(word), "{text:?} does not say {word:?}");
        }
    };
    said(with("ddpm-liner", &[]), &["ddpm-liner", "did you mean ddpm-linear?", "edm", "flow"]);
    said(with("quadratic", &[]), &["known: ddpm-linear, sd-scaled-linear"]);
    said(with("edm", &[("beta-end", 0.1)]), &["beta-end = 0.1", "edm has no such", "sigma-max"]);
    said(with("edm", &[("sigma-max", 1e-3)]), &["sigma-max = 0.001", "above sigma-min = 0.002"]);
    said(with("vp", &[("beta-max", f64::NAN)]), &["beta-max = NaN", "must be a finite number"]);
    said(with("ddpm-linear", &[("num-train-timesteps", 1.5)]), &["1.5", "whole number between 2"]);

    let file = "scheduler_config.json";
    said(config("{\n  \"_class_name\": \"DDPM\",,\n}"), &[file, "line 2, column 25", "not JSON"]);
    said(config("[1]"), &[file, "JSON object"]);
    said(config("{}"), &["key `_class_name`", "is missing"]);
    said(
        config(r#"{"_class_name": "EulerDiscretScheduler"}"#),
        &["key `_class_name`", "did you mean EulerDiscreteScheduler?"],
    );
    let ddpm = |more: &str| config(&format!(r#"{{"_class_name": "DDPMScheduler", {more}}}"#));
    said(
        ddpm(r#""beta_schedule": "cosine""#),
        &["key `beta_schedule`", "cosine", "squaredcos_cap_v2"],
    );
    said(ddpm(r#""beta_start": "small""#), &["key `beta_start`", "\"small\"", "a number"]);
    said(ddpm(r#""beta_end": 1.5"#), &["key `beta_end`", "1.5", "between 0 and 1"]);
    said(ddpm(r#""trained_betas": [0.1, 1.0, 0.2]"#), &["key `trained_betas`", "entry 1 is 1"]);
    said(ddpm(r#""trained_betas": [0.1], "rescale_betas_zero_snr": true"#), &["two steps or more"]);
    said(
        config(r#"{"_class_name": "EDMEulerScheduler", "sigma_max": 0.001}"#),
        &["key `sigma_max`", "above sigma-min"],
    );
    said(
        config(
            r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true}"#,
        ),
        &["key `use_dynamic_shifting`", "image size", "shift"],
    );

    let schedule = named("ddpm-linear");
    for (column, value, word) in [
        ("step", 999.5, "must lie between 0 and 999 on ddpm-linear"),
        ("step", f64::NAN, "must lie between"),
        ("time", 0.5, "its columns are: step"),
    ] {
        let error = schedule.noise_at(column, value).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}
