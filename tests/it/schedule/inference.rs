//! Levels of samplers with few steps: as diffusers' classes place them, and as a coordinate.
use crate::reference::{number, numbers, reference};
use regimes::schedule::{DynamicShift, Inference, Schedule};
use regimes::{Error, Noise};
use std::collections::BTreeSet;
use std::path::Path;

/// What double precision leaves of a chain of a thousand factors.
const CHAIN: f64 = 1e-11;

fn read(text: &str, mu: Option<f64>) -> Schedule {
    let path = Path::new("scheduler_config.json");
    Schedule::from_config_with(text, path, mu.map(DynamicShift::Mu)).unwrap()
}

fn steps(count: usize) -> Inference {
    Inference { steps: Some(count), ..Inference::default() }
}

/// Every class that places steps, in every spacing that it has (tests/reference/inference.py).
#[test]
fn independent_levels_of_every_class() {
    let (mut rows, mut classes) = (0, BTreeSet::new());
    for record in reference("inference.csv") {
        let schedule = read(&record["config"], record["mu"].parse().ok());
        classes.insert(schedule.name().to_owned());
        let flow = schedule.columns().iter().any(|column| column.name == "flow_time");
        let schedule = schedule.with_inference(&steps(number(&record, "steps") as usize)).unwrap();
        let got = schedule.inference().unwrap();
        let mut want = numbers(&record, "levels");
        // A last step that ends where it begins is none here.
        let last = want.len() - 1;
        if want[last] > 0.0 && (want[last - 1] / want[last] - 1.0).abs() < CHAIN {
            want.pop();
        }
        assert_eq!(got.len(), want.len(), "{}", record["config"]);
        for (k, (level, want)) in got.iter().zip(want).enumerate() {
            let sigma = (-0.5 * level.value).exp();
            let value = match (flow, sigma.is_infinite()) {
                (true, true) => 1.0,
                (true, false) => sigma / (1.0 + sigma),
                (false, _) => sigma,
            };
            let gap = (value - want).abs();
            // A bound on log σ² bounds σ.
            let allowed = want * (0.5 * level.error.min(1.0) + CHAIN);
            assert!(gap <= allowed, "{} {k}: {value} {want} {level:?}", record["config"]);
            assert!(!level.value.is_finite() || level.error < 1e-9, "{level:?}");
        }
        rows += 1;
    }
    assert!(rows > 250 && classes.len() >= 19, "{rows} {classes:?}");
}

/// The coordinate leads to its levels and back, and is linear in the log-SNR between them.
#[test]
fn identity_inference_steps_are_a_coordinate() {
    for (name, last) in [("sd-scaled-linear", 8.0), ("edm", 9.0), ("flow", 9.0)] {
        let schedule = Schedule::named(name, &[]).unwrap().with_inference(&steps(10)).unwrap();
        for place in [1.0, 2.5, 3.0, 7.75, last] {
            let noise = schedule.noise_at("inference_step", place).unwrap();
            let back = schedule.position(noise);
            let back = back.get("inference_step").unwrap().estimate().unwrap();
            assert!((back.value - place).abs() <= back.error + 1e-10, "{name} {place}: {back:?}");
        }
        let a = schedule.log_snr_at("inference_step", 4.0).unwrap().value;
        let b = schedule.log_snr_at("inference_step", 5.0).unwrap().value;
        let middle = schedule.log_snr_at("inference_step", 4.5).unwrap().value;
        assert!((middle - 0.5 * (a + b)).abs() < 1e-12 * (1.0 + middle.abs()));
    }
    // Beyond its ends a level says where it lies.
    let schedule = Schedule::named("ddpm-linear", &[]).unwrap().with_inference(&steps(10)).unwrap();
    let reason = |step: f64| {
        let position = schedule.position(schedule.noise_at("step", step).unwrap());
        position.get("inference_step").unwrap().reason().unwrap().to_owned()
    };
    assert!(reason(950.0).contains("before the first inference step"));
    // Leading ends at step 0, the last level but none.
    let trailing = Inference { timestep_spacing: Some("trailing".into()), ..steps(10) };
    let trailing = Schedule::named("ddpm-linear", &[]).unwrap().with_inference(&trailing).unwrap();
    let position = trailing.position(trailing.noise_at("step", 50.0).unwrap());
    let reason = position.get("inference_step").unwrap().reason().unwrap().to_owned();
    assert!(reason.contains("within the last inference step, 9"), "{reason}");
}

/// What a network of a flow is told is 1000 times its time.
#[test]
fn identity_timesteps_of_a_flow() {
    let flow = Schedule::named("flow", &[("shift".into(), 3.0)]).unwrap();
    for sigma in [1e-6, 0.3, 1.0, 40.0] {
        let position = flow.position(Noise::at_sigma(sigma).unwrap());
        let [time, step] =
            ["flow_time", "timestep"].map(|c| position.get(c).unwrap().value().unwrap());
        assert!((step / time - 1000.0).abs() < 1e-9);
        let back = flow.noise_at("timestep", step).unwrap().sigma();
        assert!((back / sigma - 1.0).abs() < 1e-9, "{back} {sigma}");
    }
    assert_eq!(flow.noise_at("timestep", 1000.0).unwrap().snr(), 0.0);
}

/// Published levels of "align your steps", and levels that are listed.
#[test]
fn published_levels() {
    let named = || Schedule::named("sd-scaled-linear", &[]).unwrap();
    let ask = Inference { sigma_spacing: Some("ays-sd15".into()), ..steps(10) };
    let sigma = |schedule: &Schedule| -> Vec<f64> {
        schedule.inference().unwrap().iter().map(|level| (-0.5 * level.value).exp()).collect()
    };
    let got = sigma(&named().with_inference(&ask).unwrap());
    for (got, want) in
        got.iter().zip([14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152])
    {
        assert!((got / want - 1.0).abs() < 1e-14);
    }
    assert_eq!(got[10], 0.0);
    // Of other counts the ends are the same.
    let twenty = Inference { steps: Some(20), ..ask };
    let twenty = sigma(&named().with_inference(&twenty).unwrap());
    assert!(twenty.len() == 21 && (twenty[19] / 0.152 - 1.0).abs() < 1e-14);
    let list = Inference { sigmas: Some(vec![10.0, 3.0, 0.5]), ..Inference::default() };
    let got = sigma(&named().with_inference(&list).unwrap());
    assert!((got[1] - 3.0).abs() < 1e-14 && got.len() == 4 && got[3] == 0.0);
}

#[test]
fn bad_input_names_what_would_be_right() {
    let text = |name: &str, ask: Inference| -> String {
        let schedule = Schedule::named(name, &[]).unwrap();
        let error: Error = schedule.with_inference(&ask).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    };
    let spaced = |spacing: &str| Inference { sigma_spacing: Some(spacing.into()), ..steps(10) };
    let even = |spacing: &str| Inference { timestep_spacing: Some(spacing.into()), ..steps(10) };
    let listed = |list: &[f64]| Inference { sigmas: Some(list.to_vec()), ..Inference::default() };
    for (name, ask, words) in [
        ("ddpm-linear", steps(2000), "at most 1000"),
        ("ddpm-linear", steps(0), "from 1"),
        ("ddpm-linear", Inference::default(), "missing"),
        ("ddpm-linear", spaced("karas"), "did you mean karras"),
        ("ddpm-linear", even("trailling"), "did you mean trailing"),
        ("ddpm-linear", Inference { steps_offset: Some(150), ..steps(10) }, "beyond the last"),
        (
            "ddpm-linear",
            Inference { final_sigmas_type: Some("one".into()), ..steps(10) },
            "zero or sigma-min",
        ),
        ("ddpm-linear", listed(&[1.0, 2.0]), "does not fall"),
        ("ddpm-linear", listed(&[-1.0]), "0 or above"),
        ("flow", listed(&[2.0]), "between 0 and 1"),
        (
            "flow",
            Inference { final_sigmas_type: Some("sigma_min".into()), ..steps(4) },
            "ends at 0",
        ),
        ("flow", spaced("ays-sd15"), "published for other schedules"),
        ("vp", steps(10), "is not known"),
    ] {
        let message = text(name, ask);
        assert!(message.contains(words), "{name}: {message}");
    }
    let class = |text: &str| read(text, None).with_inference(&steps(10)).unwrap_err().to_string();
    let ddim = r#"{"_class_name": "DDIMScheduler", "use_karras_sigmas": true}"#;
    assert!(class(ddim).contains("evenly spaced"), "{}", class(ddim));
    let prk = r#"{"_class_name": "PNDMScheduler", "skip_prk_steps": false}"#;
    assert!(class(prk).contains("Runge-Kutta"), "{}", class(prk));
}
