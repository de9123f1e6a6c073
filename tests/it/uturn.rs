//! U-turns: class retention and overlap, by the definition.
use regimes::Noise;
use regimes::classes::{Covariance, GaussianClass, class_error};
use regimes::models::{Clusters, Mixture, Model};
use regimes::numerics::legendre::rule;
use regimes::numerics::random::Seed;
use regimes::numerics::special::normal_density;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::simulate::clones::Route;
use regimes::simulate::{self, Scheme, Source, Unit, blocks};

/// The overlap is a difference of numbers of order one.
const ACCURACY: f64 = 1e-11;

fn noise(t: f64) -> Noise {
    Noise::at_time(t).unwrap()
}

fn classes(weights: &[f64], means: &[f64], variances: &[f64]) -> Vec<GaussianClass> {
    weights
        .iter()
        .zip(means)
        .zip(variances)
        .enumerate()
        .map(|(k, ((&weight, &m), &v))| GaussianClass {
            label: format!("class {k}"),
            weight,
            mean: vec![m],
            covariance: Covariance::Isotropic(v),
        })
        .collect()
}

/// E Σ P(k|x)², E|E[a|x]|² and E[P(k|x)|k] of classes on a line, by panels over x.
fn by_definition(all: &[GaussianClass], t: f64) -> (f64, f64, Vec<f64>) {
    let (decay, delta) = (noise(t).decay(), noise(t).delta());
    let (mut same, mut overlap, mut own) = (0.0, 0.0, vec![0.0; all.len()]);
    for k in -60..60 {
        rule(20).on(0.25 * f64::from(k), 0.25 * f64::from(k + 1), |x, weight| {
            let variance = |c: &GaussianClass| match c.covariance {
                Covariance::Isotropic(v) => v,
                _ => unreachable!(),
            };
            let joint: Vec<f64> = all
                .iter()
                .map(|c| {
                    let width = (delta + decay * decay * variance(c)).sqrt();
                    c.weight * normal_density((x - decay * c.mean[0]) / width) / width
                })
                .collect();
            let total: f64 = joint.iter().sum();
            let mut mean = 0.0;
            for ((c, p), own) in all.iter().zip(&joint).zip(&mut own) {
                let v = variance(c);
                let shrink = decay * v / (delta + decay * decay * v);
                mean += p / total * (c.mean[0] + shrink * (x - decay * c.mean[0]));
                same += weight * p * p / total;
                *own += weight * p * p / total / c.weight;
            }
            overlap += weight * total * mean * mean;
        });
    }
    (same, overlap, own)
}

#[test]
fn independent_classes_on_a_line_by_their_definition() {
    let cases = [
        classes(&[0.2, 0.3, 0.5], &[-2.0, 0.0, 3.0], &[0.25; 3]),
        classes(&[0.2, 0.3, 0.5], &[-2.0, 0.0, 3.0], &[0.1, 1.0, 0.5]),
        classes(&[0.3, 0.7], &[-1.0, 1.0], &[0.2, 0.2]),
        classes(&[0.3, 0.7], &[-1.0, 1.0], &[0.2, 1.5]),
    ];
    for all in cases {
        let data = Mixture::new(all.clone()).unwrap();
        for t in [0.05, 0.1, 0.5, 1.0, 2.0] {
            let (same, overlap, own) = by_definition(&all, t);
            let found = data.classes().found().unwrap();
            let within = data.mmse(noise(t)).unwrap().value().unwrap();
            let class = class_error(found, noise(t)).unwrap().estimate().unwrap();
            let got = data.second_moment().value().unwrap() - within - class.value;
            assert!((got - overlap).abs() < ACCURACY + class.error, "{t}: {got} {overlap}");
            assert!(class.error < 2e-9, "{class:?}");
            let phi = found.posterior(noise(t)).unwrap().clone.value;
            assert!((phi - same).abs() < ACCURACY, "{t}: {phi} {same}");
            for (k, want) in own.iter().enumerate() {
                if all.len() > 2 {
                    let got = found.retention(k, noise(t)).unwrap().estimate().unwrap();
                    assert!((got.value - want).abs() < ACCURACY + got.error, "{got:?} {want}");
                }
            }
        }
    }
}

/// The slope of the information, where the closed form is known too.
#[test]
fn identity_the_class_error_is_the_slope_of_the_information() {
    for (d, mu, sigma) in [(64.0, 1.0, 0.5), (1.0, 2.0, 1.0), (1e6, 0.3, 2.0)] {
        let data = Clusters::new(d, mu, sigma).unwrap();
        let classes = data.classes().found().unwrap();
        for t in [0.0, 0.01, 1.0, 3.0, 8.0, 15.0, f64::INFINITY] {
            let closed = classes.mmse(noise(t)).unwrap().estimate().unwrap();
            let slope = class_error(classes, noise(t)).unwrap().estimate().unwrap();
            let gap = (closed.value - slope.value).abs();
            assert!(
                gap <= closed.error + slope.error + 1e-14 * closed.value,
                "{t}: {closed:?} {slope:?}"
            );
            assert!(slope.error < 1e-9 * d, "{slope:?}");
        }
    }
}

fn uturn(model: regimes::ask::Query, t: f64) -> (Option<f64>, f64) {
    let curve = model.set("t", t).curve("uturn").unwrap();
    let of = |name: &str| curve.value(name).unwrap()[0];
    (of("class_retention"), of("overlap").unwrap())
}

/// One half of (1 + T) and μ̃² + σ² − σ²Δ/Γ − μ̃²(Δ/Γ)²(1 − T), T = E tanh(γ + √γ z).
#[test]
fn identity_two_clusters_in_closed_form() {
    for (d, mu, sigma) in [(64.0, 1.0, 0.5), (1024.0, 0.5, 1.4), (16.0, 1.0, 1.0)] {
        let s2 = sigma * sigma;
        for t in [0.2, 1.0, 2.5, 4.0] {
            let (decay, delta) = (noise(t).alpha_bar(), noise(t).delta());
            let width = delta + s2 * decay;
            let gamma: f64 = d * mu * mu * decay / width;
            let mut mean = 0.0;
            for k in -360..=360 {
                let z = f64::from(k) * 0.025;
                mean += 0.025 * normal_density(z) * (gamma + gamma.sqrt() * z).tanh();
            }
            let v = delta / width;
            let model =
                regimes::ask("clusters").unwrap().set("d", d).set("mu", mu).set("sigma", sigma);
            let (class, overlap) = uturn(model, t);
            assert!((class.unwrap() - 0.5 * (1.0 + mean)).abs() < ACCURACY);
            let want = mu * mu + s2 - s2 * v - mu * mu * v * v * (1.0 - mean);
            assert!((overlap - want).abs() < ACCURACY, "{overlap} {want}");
        }
    }
}

/// Retention 1 and the whole second moment at t = 0; Σ w² and |mean|² at t = ∞. No jump of the population's
/// overlap at t_C, where that of the empirical score jumps by σ²v.
#[test]
fn limit_ends_of_a_uturn_and_the_jump_at_collapse() {
    let clusters = || regimes::ask("clusters").unwrap().set("d", 64).set("mu", 1);
    let (class, overlap) = uturn(clusters(), 0.0);
    assert!((class.unwrap() - 1.0).abs() < 1e-12 && (overlap - 2.0).abs() < 1e-12);
    let (class, overlap) = uturn(clusters(), 30.0);
    assert!((class.unwrap() - 0.5).abs() < 1e-12 && overlap.abs() < 1e-12);
    for alpha in [0.05f64, 0.5] {
        let data = regimes::ask("gaussian").unwrap().set("alpha", alpha);
        let t = data.times().unwrap().value("t_C.asymptotic").unwrap()[0].unwrap();
        let (class, overlap) = uturn(regimes::ask("gaussian").unwrap(), t);
        assert!(class.is_none());
        // 1 − q₀ = v = e^{−2α} at t_C.
        assert!((1.0 - overlap - (-2.0 * alpha).exp()).abs() < 1e-13);
    }
}

/// Runs forward and back, with the model's own score at once and step by step; with that of samples, whose index is
/// kept with probability φ_C.
#[test]
fn independent_simulated_uturns() {
    let (count, points, d) = (12, 100, 16.0);
    let data = Clusters::new(d, 1.0, 1.0).unwrap();
    let times = [noise(0.6), noise(1.4), noise(2.5)];
    let scheme = Scheme::new(4.0, 800.0).unwrap();
    for route in [Route::Jump, Route::Euler(scheme)] {
        let found = blocks::run(count, 2, &|k| {
            simulate::uturn::of_model(&data, route, &times, points, Unit::new(Seed(3), k as u64))
        });
        let found = found.unwrap();
        for (k, t) in times.iter().enumerate() {
            let all = simulate::uturn::at(&found, k, (count * points) as f64, false);
            let model = regimes::ask("clusters").unwrap().set("d", d);
            let (class, overlap) = uturn(model, t.time());
            for (measured, want) in [(all.class, class.unwrap()), (all.overlap, overlap)] {
                // Steps of Euler's scheme leave some parts in a thousand.
                let z = (measured.value - want) / measured.stderr.hypot(4e-3);
                assert!(z.abs() < 4.0, "{route:?} {}: {measured:?} {want}", t.time());
            }
        }
    }
    let ensemble = Ensemble::clusters(d, d, 1.0, 200f64.ln()).unwrap().with_tolerance(1e-4);
    let found = blocks::run(count, 2, &|k| {
        let source: Source<'_, f64> = Source::Model(&data, 200);
        let unit = Unit::new(Seed(4), k as u64);
        simulate::uturn::block(source, Route::Jump, &times, points, unit)
    });
    let found = found.unwrap();
    for (k, t) in times.iter().enumerate() {
        let all = simulate::uturn::at(&found, k, (count * points) as f64, true);
        let want = ensemble.mean(Quantity::CloneCollapse, *t).unwrap().value;
        let index = all.index.unwrap();
        assert!((index.value - want).abs() < 4.0 * index.stderr, "{index:?} {want}");
    }
}

#[test]
fn bad_input_start_classes_that_do_not_exist() {
    let of = |class: &str| {
        let model = regimes::ask("clusters").unwrap().set("d", 64).set("t", 3);
        model.set("start-class", class).curve("uturn")
    };
    for class in ["0", "3", "cats"] {
        let message = of(class).unwrap_err().to_string();
        assert!(message.contains("--start-class") && message.contains(class), "{message}");
        assert!(message.contains("1, 2"), "{message}");
    }
    let curve = of("2").unwrap();
    let pair =
        ["class_retention", "retention_given_start"].map(|name| curve.value(name).unwrap()[0]);
    assert!((pair[0].unwrap() - pair[1].unwrap()).abs() < 1e-15);
    let one = regimes::ask("gaussian").unwrap().set("t", 1).set("start-class", 1).curve("uturn");
    assert!(one.unwrap_err().to_string().contains("one class"));
}
