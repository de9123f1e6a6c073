//! Named grids are what their names say.
use super::one;
use regimes::models::Values;
use regimes::models::parameter::Value;
use regimes::numerics::legendre::Rule;
use regimes::steps::grids::{GRIDS, levels};
use regimes::steps::{Ask, Data, Level, Sampler};

/// Every named grid of the ancestral sampler that these data have.
pub(super) fn named(data: &Data<'_>, ends: [Level; 2], steps: usize) -> Vec<Vec<Level>> {
    let mut values = Values::default();
    values.set("kappa", Value::Number(1.0));
    let ask = Ask { data, sampler: Sampler::Ancestral, ends, steps, values: &values };
    GRIDS.iter().filter_map(|named| levels(named, &ask).ok()).collect()
}

/// Levels of a grid of two clusters, in a coordinate.
fn grid(name: &str, coordinate: &str, set: &[(&str, &str)]) -> Vec<f64> {
    let query = regimes::ask("clusters").unwrap().set("d", 100).set("mu", 0.5).set("sigma", 0.7);
    let query = query.set("grid", name).set("steps", 12).set("snr", "0.004:60").with("levels");
    let query = set.iter().fold(query, |query, (name, value)| query.set(name, value));
    let table = query.steps().unwrap();
    assert_eq!(table.rows.len(), 13, "{name}");
    let all: Vec<f64> = table.value(coordinate).unwrap().into_iter().flatten().collect();
    assert_eq!(all.len(), 13, "{name}");
    all
}

/// The function of the level rises by the same in every step.
fn is_even(levels: &[f64], f: impl Fn(f64) -> f64, tolerance: f64) {
    let values: Vec<f64> = levels.iter().map(|&x| f(x)).collect();
    let each = (values[values.len() - 1] - values[0]) / (values.len() - 1) as f64;
    for (k, pair) in values.windows(2).enumerate() {
        let gap = ((pair[1] - pair[0]) / each - 1.0).abs();
        assert!(gap < tolerance, "step {k}: {gap}");
    }
}

#[test]
fn identity_grids_are_even_in_what_their_names_say() {
    let clusters = |quantity: &str, column: &str, snr: f64| {
        let query =
            regimes::ask("clusters").unwrap().set("d", 100).set("mu", 0.5).set("sigma", 0.7);
        one(&query.set("snr", snr).curve(quantity).unwrap(), column)
    };
    is_even(&grid("geometric", "log_snr", &[]), |x| x, 1e-12);
    is_even(&grid("uniform-t", "t", &[]), |x| x, 1e-11);
    is_even(&grid("karras", "sigma", &[]), |x| x.powf(1.0 / 7.0), 1e-11);
    // The data's σ has the distance of the classes in it.
    let c = f64::sqrt(0.25 + 0.49);
    is_even(&grid("arctan", "sigma", &[]), |x| (x / c).atan(), 1e-11);
    is_even(&grid("entropic", "snr", &[]), |x| clusters("information", "information", x), 1e-9);
    let class = |x| clusters("class-entropy", "class_information", x);
    is_even(&grid("class-entropic", "snr", &[]), class, 1e-9);
    // ∫σ dI between two levels, I of one variance: ½ ∫ λ s^(−1/2)/(1 + λs) ds = √λ arctan √(λs).
    is_even(&grid("rescaled-entropic", "snr", &[]), |x| (0.7 * x.sqrt()).atan(), 1e-9);
    let half = grid("dilated", "snr", &[("kappa", "2")]);
    assert!((half[6] / (0.04 / 0.96) - 1.0).abs() < 1e-13, "{half:?}");
    let amplitude = |x: f64| (x / (1.0 + x)).sqrt();
    is_even(&half[..7], amplitude, 1e-12);
    is_even(&half[6..], amplitude, 1e-12);
}

/// Even in ∫σ dI for data of two scales too, by a rule of its own.
#[test]
fn independent_rescaled_entropic_by_quadrature() {
    let query = regimes::ask("gaussian").unwrap().set("eigenvalues", "9,0.01");
    let query = query.set("grid", "rescaled-entropic").set("steps", 6).set("snr", "0.01:1000");
    let table = query.with("levels").steps().unwrap();
    let snr: Vec<f64> = table.value("snr").unwrap().into_iter().flatten().collect();
    let rule = Rule::new(60);
    let pieces: Vec<f64> = snr
        .windows(2)
        .map(|pair| {
            let mut sum = 0.0;
            // In log snr: σ dI = ½ mmse √s dlog s.
            rule.on(pair[0].ln(), pair[1].ln(), |u, weight| {
                let s = u.exp();
                let mmse = 0.5 * (9.0 / (1.0 + 9.0 * s) + 0.01 / (1.0 + 0.01 * s));
                sum += weight * 0.5 * mmse * s.sqrt();
            });
            sum
        })
        .collect();
    for piece in &pieces {
        assert!((piece / pieces[0] - 1.0).abs() < 1e-8, "{pieces:?}");
    }
}

/// A schedule's own grid is even in its own coordinate, between its own ends or those asked for.
#[test]
fn identity_a_schedule_is_even_in_its_own_time() {
    let query = regimes::ask("gaussian").unwrap().set("steps", 9).with("levels");
    let schedule = || regimes::schedule::Schedule::named("ddpm-linear", &[]).unwrap();
    let table = query.clone().set("grid", "ddpm-linear").on(schedule()).steps().unwrap();
    let steps: Vec<f64> = table.value("step").unwrap().into_iter().flatten().collect();
    assert_eq!(steps.len(), 10);
    for (k, step) in steps.iter().enumerate() {
        assert!((step - (999.0 - 111.0 * k as f64)).abs() < 1e-9, "{steps:?}");
    }
    let edm = query.set("grid", "edm").set("sigma-noise", "0.002:80").steps().unwrap();
    let sigma: Vec<f64> = edm.value("sigma").unwrap().into_iter().flatten().collect();
    is_even(&sigma, |x| x.powf(1.0 / 7.0), 1e-10);
}
