//! Noise schedules: published horizons and steps, high-precision values, round trips, ends.

mod configs;
mod inference;
mod limits;
mod range;

use proptest::prelude::*;
use regimes::schedule::{CATALOGUE, Schedule, universal};
use regimes::{Error, Noise};
use std::path::Path;

fn named(name: &str) -> Schedule {
    Schedule::named(name, &[]).unwrap()
}

fn with(name: &str, overrides: &[(&str, f64)]) -> Result<Schedule, Error> {
    let overrides: Vec<_> = overrides.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
    Schedule::named(name, &overrides)
}

fn config(text: &str) -> Result<Schedule, Error> {
    Schedule::from_config(text, Path::new("scheduler_config.json"))
}

/// A configuration of `class` with `more` keys.
fn class(class: &str, more: &str) -> Schedule {
    config(&format!(r#"{{"_class_name": "{class}"{more}}}"#)).unwrap()
}

fn t(x: f64) -> Noise {
    Noise::at_time(x).unwrap()
}

/// Every catalogue entry, and variants that reach other branches.
fn schedules() -> Vec<Schedule> {
    let mut all: Vec<_> = CATALOGUE.iter().map(|family| named(family.name)).collect();
    all.push(with("flow", &[("shift", 3.0)]).unwrap());
    all.push(with("vp", &[("beta-min", 0.0)]).unwrap());
    all.push(with("vp", &[("beta-min", 5.0), ("beta-max", 0.5)]).unwrap());
    all.push(with("edm", &[("rho", 3.0), ("num-steps", 5.0)]).unwrap());
    all.push(with("ddpm-cosine", &[("beta-cap", 0.6), ("cosine-s", 0.0)]).unwrap());
    all.push(class("EDMEulerScheduler", r#", "sigma_schedule": "exponential""#));
    all.push(class("EulerDiscreteScheduler", SD_ZERO_SNR));
    all.push(class("DDPMScheduler", r#", "beta_schedule": "sigmoid""#));
    all.push(class("DDPMScheduler", r#", "trained_betas": [0.1, 0.01, 0.5, 0.999]"#));
    all
}

const SD_ZERO_SNR: &str = r#", "beta_schedule": "scaled_linear", "beta_start": 0.00085,
    "beta_end": 0.012, "rescale_betas_zero_snr": true"#;

/// Horizons as printed, to the digits printed.
#[test]
fn published_horizons() {
    for (name, horizon, digits) in [
        ("ddpm-linear", 5.0589, 5e-5),
        ("sd-scaled-linear", 2.6844, 5e-5),
        ("ddpm-cosine", 9.918, 5e-4),
        ("edm", 4.382, 5e-4),
    ] {
        let t_max = named(name).horizon_time();
        assert!((t_max.value - horizon).abs() <= digits, "{name}: {t_max:?}");
        assert!(t_max.error < 1e-11, "{name}: {t_max:?}");
    }
}

/// BBDM24 Table 1: the first step of linear DDPM at which ᾱ < 1/Λ.
#[test]
fn published_speciation_steps() {
    let schedule = named("ddpm-linear");
    for (largest_eigenvalue, step) in
        [(7.66, 446), (16.72, 526), (3.05, 329), (12.11, 495), (60.52, 635)]
    {
        let below = |k: &i32| {
            let noise = schedule.noise_at("step", f64::from(*k)).unwrap();
            noise.alpha_bar() < 1.0 / largest_eigenvalue
        };
        assert_eq!((0..1000).find(below), Some(step), "Λ = {largest_eigenvalue}");
        // The spectral speciation time ½ log Λ lies in the step before.
        let position = schedule.position(t(0.5 * f64::ln(largest_eigenvalue)));
        let k = position.get("step").unwrap().value().unwrap();
        assert_eq!(k.ceil() as i32, step);
    }
}

/// log-SNR at steps, in 40 digits from the definitions (mpmath), rounded to double.
#[test]
fn independent_log_snr_of_steps() {
    let cases: [(Schedule, &[(f64, f64)]); 6] = [
        (
            named("ddpm-linear"),
            &[
                (0.0, 9.210_240_366_975_85),
                (500.0, -2.472_667_264_657_445),
                (999.0, -10.117_673_183_301_032),
            ],
        ),
        (
            named("sd-scaled-linear"),
            &[
                (0.0, 7.069_423_847_025_073),
                (500.0, -0.962_726_262_732_018_6),
                (999.0, -5.364_047_700_298_501),
            ],
        ),
        (
            named("ddpm-cosine"),
            &[
                (0.0, 10.094_988_811_462_066),
                (500.0, -0.030_861_759_490_444_82),
                (998.0, -12.928_124_446_300_912),
                (999.0, -19.835_882_151_624_14),
            ],
        ),
        (
            named("edm"),
            &[
                (0.0, -8.764_053_269_347_763),
                (9.0, -1.308_126_346_645_620_8),
                (17.0, 12.429_216_196_844_383),
            ],
        ),
        (
            class("DDIMScheduler", SD_ZERO_SNR),
            &[
                (0.0, 7.069_423_847_025_073),
                (1.0, 6.336_956_486_008_12),
                (500.0, -1.147_102_163_167_501),
                (998.0, -15.441_134_538_955_44),
                (999.0, f64::NEG_INFINITY),
            ],
        ),
        (
            class("DDPMScheduler", r#", "beta_schedule": "sigmoid""#),
            &[
                (0.0, 8.810_038_796_446_117),
                (500.0, -0.852_600_500_680_503),
                (999.0, -10.134_577_729_442_4),
            ],
        ),
    ];
    for (schedule, values) in cases {
        for &(step, expected) in values {
            let found = schedule.log_snr_at("step", step).unwrap();
            let off = if found.value == expected { 0.0 } else { (found.value - expected).abs() };
            assert!(
                off <= found.error + 4e-16 * expected.abs(),
                "{} step {step}: {found:?}, not {expected}",
                schedule.name()
            );
            assert!(found.error < 1e-9, "{} step {step}: {found:?}", schedule.name());
        }
    }
}

/// Steps at t = ½ log 7.66 and ½ log 1024, in 40 digits from the definitions (mpmath).
#[test]
fn independent_positions() {
    let (mnist, clusters) = (1.018_005_991_876_25, 3.465_735_902_799_73);
    for (name, at, step) in [
        ("ddpm-linear", mnist, 445.951_189_575_082_6),
        ("sd-scaled-linear", mnist, 633.420_993_781_381),
        ("ddpm-cosine", mnist, 761.792_318_887_923_2),
        ("edm", mnist, 8.451_092_054_122_084),
        ("ddpm-linear", clusters, 826.404_639_046_837_8),
        ("ddpm-cosine", clusters, 978.943_481_134_543_2),
        ("edm", clusters, 2.675_663_560_534_233),
    ] {
        let found = named(name).position(t(at)).get("step").unwrap().estimate().unwrap();
        assert!(found.error < 1e-8, "{name}: {found:?}");
        assert!((found.value - step).abs() <= found.error + 1e-15 * step, "{name}: {found:?}");
    }
    let flow = with("flow", &[("shift", 3.0)]).unwrap().position(t(mnist));
    for (column, expected) in
        [("flow_time", 0.720_724_809_167_352), ("uniform_time", 0.462_432_795_016_395)]
    {
        let found = flow.get(column).unwrap().estimate().unwrap();
        assert!((found.value - expected).abs() <= found.error + 1e-15, "{column}: {found:?}");
    }
}

/// A chain of N steps with β_k = β(k/N)/N has the VP-SDE's horizon up to ¼ Σ β_k² and ends.
#[test]
fn independent_long_chains_approach_the_sde() {
    let steps = 200_000.0;
    let chain =
        [("beta-start", 0.1 / steps), ("beta-end", 20.0 / steps), ("num-train-timesteps", steps)];
    let chain = with("ddpm-linear", &chain).unwrap();
    let squares = 0.25 * (20.0 * 20.0 + 20.0 * 0.1 + 0.1 * 0.1) / 3.0 / steps;
    let off = chain.horizon_time().value - named("vp").horizon_time().value;
    assert!((off - squares).abs() < 1e-8, "{off} is not {squares}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Noise to every coordinate and back, everywhere in the range of every schedule.
    #[test]
    fn identity_noise_to_coordinates_and_back(share in 0.0..1.0f64) {
        for schedule in schedules() {
            // A coordinate that runs to pure noise at 1 has the digits of 1 − s there.
            let low = schedule.horizon().log_snr().max(-12.0);
            let high = schedule.start().log_snr().min(20.0);
            let log_snr = low + share * (high - low);
            let noise = Noise::at_log_snr(log_snr).unwrap();
            for (column, answer) in schedule.position(noise).coordinates {
                let value = answer.estimate().unwrap();
                let back = schedule.log_snr_at(column.name, value.value).unwrap();
                let name = schedule.name();
                prop_assert!((back.value - log_snr).abs() < 1e-12 * (1.0 + log_snr.abs()),
                    "{} {}: {} became {}", name, column.name, log_snr, back.value);
                prop_assert!(value.error < 1e-8, "{} {}: {:?}", name, column.name, value);
                let noise = schedule.noise_at(column.name, value.value).unwrap();
                prop_assert!((noise.time() / t_of(log_snr) - 1.0).abs() < 1e-10);
            }
        }
    }

    /// The universal columns agree with one another within their errors.
    #[test]
    fn identity_universal_columns(log_snr in -30.0..30.0f64) {
        let noise = Noise::at_log_snr(log_snr).unwrap();
        let [t, snr, sigma, alpha_bar, lambda] =
            universal(noise, 0.0).map(|(_, answer)| answer.estimate().unwrap());
        for (other, error) in [
            (snr.value.ln(), 2.0 * snr.error / snr.value),
            (-2.0 * sigma.value.ln(), 4.0 * sigma.error / sigma.value),
        ] {
            prop_assert!((other - lambda.value).abs() <= error + lambda.error);
        }
        prop_assert!((alpha_bar.value - (-2.0 * t.value).exp()).abs()
            <= 2.0 * alpha_bar.error + 2.0 * t.error * alpha_bar.value);
        // Moving the level by the error that is declared stays within the errors that follow.
        let moved = universal(Noise::at_log_snr(log_snr + 1e-3).unwrap(), 0.0);
        for ((_, wide), (column, there)) in universal(noise, 1e-3).into_iter().zip(moved) {
            let (wide, there) = (wide.estimate().unwrap(), there.value().unwrap());
            prop_assert!((wide.value - there).abs() <= wide.error, "{}", column.name);
        }
    }
}

fn t_of(log_snr: f64) -> f64 {
    Noise::at_log_snr(log_snr).unwrap().time()
}

/// Configuration files name the same schedules as the catalogue.
#[test]
fn identity_configurations_and_catalogue() {
    let sd = r#", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
        "num_train_timesteps": 1000, "trained_betas": null, "use_karras_sigmas": true"#;
    let edm_levels = with("edm", &[("num-steps", 1001.0)]).unwrap();
    let ve = with("ve", &[("sigma-max", 1348.0)]).unwrap();
    let shifted = || with("flow", &[("shift", 3.0)]).unwrap();
    for (read, same) in [
        (class("DDPMScheduler", ""), named("ddpm-linear")),
        (class("EulerAncestralDiscreteScheduler", sd), named("sd-scaled-linear")),
        (class("LCMScheduler", ""), named("sd-scaled-linear")),
        (
            class("UniPCMultistepScheduler", r#", "beta_schedule": "squaredcos_cap_v2""#),
            named("ddpm-cosine"),
        ),
        (class("EDMDPMSolverMultistepScheduler", ""), edm_levels),
        (class("ScoreSdeVpScheduler", ""), named("vp")),
        (class("ScoreSdeVeScheduler", r#", "snr": 0.15"#), ve),
        (class("FlowMatchEulerDiscreteScheduler", r#", "shift": 3.0"#), shifted()),
        (
            class(
                "DPMSolverMultistepScheduler",
                r#", "use_flow_sigmas": true, "flow_shift": 3, "beta_schedule": "linear""#,
            ),
            shifted(),
        ),
    ] {
        assert_eq!(read.columns(), same.columns());
        assert_eq!((read.start(), read.horizon()), (same.start(), same.horizon()));
        let (a, b) = (read.position(t(0.7)), same.position(t(0.7)));
        assert_eq!(a, b, "{}", read.name());
    }
    let notes = class("DDPMScheduler", "").notes().join("\n");
    assert!(notes.contains("beta_schedule is missing: its default linear is used"), "{notes}");
    assert!(notes.contains("beta_end is missing: its default 0.02 is used"), "{notes}");
    assert!(class("EulerDiscreteScheduler", sd).notes().join("\n").contains("use_karras_sigmas"));
    // ᾱ falls as e^{−12 k/N}.
    let exp = class("HeunDiscreteScheduler", r#", "beta_schedule": "exp""#);
    assert!((exp.horizon_time().value - 6.0).abs() < 1e-11);
}

/// Every entry declares itself: unique name, help, source, and defaults within their domains.
#[test]
fn identity_catalogue_is_declared() {
    for (k, family) in CATALOGUE.iter().enumerate() {
        assert!(CATALOGUE[..k].iter().all(|other| other.name != family.name));
        assert!(!family.help.is_empty() && !family.source.is_empty());
        let schedule = named(family.name);
        assert_eq!(schedule.parameters().len(), family.parameters.len());
        for parameter in family.parameters {
            assert!(parameter.domain.contains(parameter.default) && !parameter.help.is_empty());
            assert!(with(family.name, &[(parameter.name, -1.0)]).is_err());
        }
    }
}
