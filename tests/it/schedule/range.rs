//! Noise levels at both ends of the range of numbers.

use super::{class, named, schedules, t, with};
use proptest::prelude::*;
use regimes::numerics::Estimate;
use regimes::schedule::{Schedule, universal};
use regimes::{Error, Noise};

/// How a universal coordinate gives a level.
fn given(column: &str, value: f64) -> Result<Noise, Error> {
    match column {
        "t" => Noise::at_time(value),
        "snr" => Noise::at_snr(value),
        "sigma" => Noise::at_sigma(value),
        "alpha_bar" => Noise::at_alpha_bar(value),
        _ => Noise::at_log_snr(value),
    }
}

/// The log-SNRs between the ends of what a value and its error say.
fn said(value: Estimate, ends: [f64; 2], log_snr: impl Fn(f64) -> f64) -> [f64; 2] {
    let at = |x: f64| log_snr(x.clamp(ends[0], ends[1]));
    let (a, b) = (at(value.lower()), at(value.upper()));
    [a.min(b), a.max(b)]
}

/// Rounding of a log-SNR that goes through a function and its inverse.
fn rounding(log_snr: f64) -> f64 {
    16.0 * f64::EPSILON * (1.0 + log_snr.abs())
}

/// The least error that a reader can make of a number: its last digit.
fn with_last_digit(value: Estimate) -> Estimate {
    value.widened(f64::EPSILON * value.value.abs() + f64::from_bits(1))
}

/// Schedules that reach as far as numbers do.
fn wide() -> Vec<Schedule> {
    let all = [("sigma-min", 1e-300), ("sigma-max", 1e300)];
    let mut wide = schedules();
    wide.extend([
        with("ve", &all).unwrap(),
        with("edm", &all).unwrap(),
        with("edm", &[("rho", 1.0), all[0], all[1]]).unwrap(),
        with("flow", &[("shift", 1e-5)]).unwrap(),
        with("flow", &[("shift", 1e9)]).unwrap(),
        with("vp", &[("beta-min", 0.0), ("beta-max", 1e-3)]).unwrap(),
        with("vp", &[("beta-min", 1e-200)]).unwrap(),
        class("IPNDMScheduler", ""),
    ]);
    wide
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every coordinate that is a number says the level within its error, and each pair agrees; one
    /// that is none says why, and no number could be it.
    #[test]
    fn property_levels_through_every_universal_coordinate(log_sigma in -690.0..690.0f64) {
        let sigma = log_sigma.exp();
        let noise = Noise::at_sigma(sigma).unwrap();
        let log_snr = -2.0 * sigma.ln();
        let columns = universal(noise, 0.0);
        let logs = [
            if log_sigma < -300.0 { 2.0 * log_sigma - std::f64::consts::LN_2 } else { 0.0 },
            log_snr,
            log_sigma,
            if log_sigma > 300.0 { log_snr } else { 0.0 },
            0.0,
        ];
        for ((column, answer), log) in columns.iter().zip(logs) {
            let Some(value) = answer.estimate() else {
                let reason = answer.reason().unwrap();
                let power: f64 = reason.split("10^").nth(1).unwrap().parse().unwrap();
                prop_assert!((power * std::f64::consts::LN_10 - log).abs() < 0.2, "{reason}");
                prop_assert!(!(-744.0..709.0).contains(&log), "{} = e^{log}: {reason}", column.name);
                continue;
            };
            if !["alpha_bar", "log_snr"].contains(&column.name) && value.value.is_normal() {
                prop_assert!(value.error < 1e-11 * value.value, "{}: {:?}", column.name, value);
            }
            let ends = match column.name {
                "alpha_bar" => [0.0, 1.0],
                "log_snr" => [f64::NEG_INFINITY, f64::INFINITY],
                _ => [0.0, f64::INFINITY],
            };
            let value = with_last_digit(value);
            let back = |x: f64| given(column.name, x).unwrap().log_snr();
            let [low, high] = said(value, ends, back);
            let slack = rounding(log_snr);
            prop_assert!(low - slack <= log_snr && log_snr <= high + slack,
                "{} of sigma {sigma}: {:?} says {low} to {high}, not {log_snr}", column.name, value);
            // What the other coordinates are at this one's value.
            let ends = [value.lower(), value.upper()].map(|x| x.clamp(ends[0], ends[1]));
            let there = ends.map(|x| universal(given(column.name, x).unwrap(), 0.0));
            for (k, (other, answer)) in columns.iter().enumerate() {
                let (Some(direct), Some(a), Some(b)) =
                    (answer.estimate(), there[0][k].1.estimate(), there[1][k].1.estimate())
                else {
                    continue;
                };
                let direct = with_last_digit(direct);
                let low = a.lower().min(b.lower());
                let high = a.upper().max(b.upper());
                prop_assert!(low <= direct.upper() && direct.lower() <= high,
                    "{} by {}: {low} to {high}, not {direct:?}", other.name, column.name);
            }
        }
    }

    /// The same for every coordinate of every schedule.
    #[test]
    fn property_levels_through_every_schedule(log_sigma in -690.0..690.0f64) {
        let noise = Noise::at_sigma(log_sigma.exp()).unwrap();
        let log_snr = noise.log_snr();
        for schedule in wide() {
            for (column, answer) in schedule.position(noise).coordinates {
                let (name, column) = (schedule.name(), column.name);
                let Some(value) = answer.estimate() else {
                    let reason = answer.reason().unwrap();
                    let known = ["beyond the horizon", "before the first step", "10^", "between step"];
                    prop_assert!(known.iter().any(|why| reason.contains(why)), "{name}: {reason}");
                    continue;
                };
                let value = with_last_digit(value);
                let main = schedule.columns()[0].name == column;
                let ends = match (column, schedule.num_steps()) {
                    ("step", Some(n)) => [0.0, (n - 1) as f64],
                    ("c_noise", _) if main => [0.0, 1.0],
                    ("sigma", _) => [0.0, f64::INFINITY],
                    ("timestep", _) => [0.0, 1000.0],
                    _ => [0.0, 1.0],
                };
                let back = |x: f64| schedule.log_snr_at(column, x).map_or(f64::NAN, |l| l.value);
                let [low, high] = said(value, ends, back);
                // Between the last two steps of a chain without signal there is nothing.
                if low.is_nan() || high.is_nan() {
                    continue;
                }
                let at = |x: f64| schedule.log_snr_at(column, x.clamp(ends[0], ends[1]));
                let slack = at(value.value).map_or(0.0, |l| if l.value.is_finite() { l.error } else { 0.0 });
                let slack = slack + rounding(log_snr);
                prop_assert!(low - slack <= log_snr && log_snr <= high + slack,
                    "{name} {column}: {:?} says {low} to {high}, not {log_snr}", value);
            }
        }
    }
}

/// Levels beyond the range of τ keep what was given.
#[test]
fn regression_levels_beyond_the_range_of_their_square() {
    let [time, snr, sigma, alpha_bar, log_snr] =
        universal(Noise::at_log_snr(800.0).unwrap(), 0.0).map(|(_, answer)| answer);
    let right = (-400.0f64).exp();
    let sigma = sigma.estimate().unwrap();
    assert!((sigma.value - right).abs() <= sigma.error && sigma.error < 1e-11 * right);
    assert_eq!(log_snr.value(), Some(800.0));
    assert_eq!(alpha_bar.value(), Some(1.0));
    assert_eq!(snr.reason(), Some("too large for a floating-point number: 10^347.4"));
    assert_eq!(time.reason(), Some("too small for a floating-point number: 10^-347.7"));

    let [time, snr, sigma, alpha_bar, log_snr] =
        universal(Noise::at_sigma(1e300).unwrap(), 0.0).map(|(_, answer)| answer);
    let right = 300.0 * std::f64::consts::LN_10;
    assert!((time.value().unwrap() / right - 1.0).abs() < 1e-14);
    assert!((log_snr.value().unwrap() / right + 2.0).abs() < 1e-14);
    assert!((sigma.value().unwrap() / 1e300 - 1.0).abs() < 1e-12);
    for absent in [snr, alpha_bar] {
        assert_eq!(absent.reason(), Some("too small for a floating-point number: 10^-600.0"));
    }
    // At the noiseless end nothing is pure noise.
    let data = universal(Noise::at_sigma(1e-160).unwrap(), 0.0);
    assert!(data.iter().all(|(_, a)| !a.reason().unwrap_or("").contains("pure noise")));
    let flow = named("flow").position(Noise::at_sigma(1e-300).unwrap());
    assert!((flow.get("flow_time").unwrap().value().unwrap() / 1e-300 - 1.0).abs() < 1e-12);
    // t = ¼ s² (β_max − β_min) is no number at σ = 1e-200, and s = σ √(2/slope) is.
    let vp = with("vp", &[("beta-min", 0.0)]).unwrap();
    let s = vp.position(Noise::at_sigma(1e-200).unwrap()).get("time").unwrap().estimate().unwrap();
    let right = 1e-200 / 10f64.sqrt();
    assert!((s.value - right).abs() <= s.error && s.error < 1e-11 * right, "{s:?}");
    let before = named("ve").position(Noise::at_sigma(1e-300).unwrap());
    let reason = before.get("time").unwrap().reason().unwrap();
    assert!(reason.contains("log_snr = 1381.6 is above 9.2"), "{reason}");
}

/// A level printed to a few digits is the end that it was printed from, and nothing else is.
#[test]
fn regression_rounded_ends() {
    let sd = named("sd-scaled-linear");
    let end = sd.rounded_end("sigma", 14.615).unwrap();
    assert_eq!(end, sd.horizon());
    assert_eq!(sd.position(end).get("step").unwrap().value(), Some(999.0));
    assert_eq!(sd.rounded_end("sigma", 0.02916), None);
    assert_eq!(sd.rounded_end("sigma", 0.029_167), Some(sd.start()));
    for beyond in [14.616, 14.7, 15.0, 14.615_1] {
        assert_eq!(sd.rounded_end("sigma", beyond), None, "{beyond}");
    }
    // Inside the range a level is itself.
    assert_eq!(sd.rounded_end("sigma", 14.614), None);
    assert_eq!(sd.rounded_end("t", 2.6844), Some(sd.horizon()).filter(|h| h.time() < 2.6844));
    assert!(sd.position(t(2.69)).get("step").unwrap().value().is_none());
}
