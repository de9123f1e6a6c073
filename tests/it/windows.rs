//! When a class is decided, from where sampling may start late, collapse with a margin.
use regimes::models::{Clusters, Gaussian, Independent, Model};
use regimes::numerics::panels;
use regimes::table::Cell;
use regimes::transitions::windows;
use regimes::{Answer, Estimate, Noise};

/// Digits of the constants that the theory sheet prints.
const PRINTED: f64 = 1e-5;

/// What closed forms of the tests lose.
const ROUNDING: f64 = 1e-12;

fn time(answer: Answer) -> Estimate {
    answer.estimate().unwrap()
}

/// γ at 5, 50 and 95 % of log 2: t = ½ log(|m|²/γ + 1 − σ²).
#[test]
fn published_window_of_two_clusters() {
    for (d, mu, sigma) in [(64.0, 0.5, 1.0), (256.0, 1.0, 0.5), (1e6, 1.0, 1.0)] {
        let clusters = Clusters::new(d, mu, sigma).unwrap();
        let square = d * mu * mu;
        for (share, gamma) in [(0.05, 0.07178), (0.5, 1.04401), (0.95, 4.98733)] {
            let got = time(windows::class_known(&clusters, share).unwrap());
            let want = 0.5 * (square / gamma + 1.0 - sigma * sigma).ln();
            assert!((got.value - want).abs() < PRINTED / gamma, "{share}: {got:?} {want}");
            // The posterior itself is the second route.
            let noise = Noise::at_time(got.value).unwrap();
            let known = clusters.classes().found().unwrap().posterior(noise).unwrap();
            let off = known.information.value - share * 2f64.ln();
            assert!(off.abs() < ROUNDING, "{off}");
        }
    }
    // |m|²/σ² = 1 never tells all of the class.
    let close = Clusters::new(16.0, 0.25, 1.0).unwrap();
    let none = windows::class_known(&close, 0.95).unwrap();
    assert!(none.reason().is_some_and(|why| why.contains("overlap in the data")));
}

/// Total variation of N(±√γ, 1) by quadrature, at the times where it is 5 and 95 %.
#[test]
fn independent_total_variation() {
    let clusters = Clusters::new(64.0, 0.5, 0.8).unwrap();
    for (k, variation) in [(0, 0.05), (1, 0.95)] {
        let got = time(windows::told_apart(&clusters, k).unwrap());
        let tau = Noise::at_time(got.value).unwrap().tau();
        let root = (16.0 / (0.64 + tau)).sqrt();
        let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let apart = |x: f64| 0.5 * (density(x - root) - density(x + root)).abs();
        let whole = panels::integrate("variation", apart, &[-14.0, 0.0, 14.0], 1e-13).unwrap();
        assert!((whole.value - variation).abs() < 1e-11, "{whole:?}");
    }
    let several = regimes::ask("clusters").unwrap().set("d", 64).set("n", 100);
    let times = several.with("windows").times().unwrap();
    assert!(times.value("class_window.tv-end").unwrap()[0].is_some());
}

/// ±1 in one dimension: KL of the start at snr 1, 5, 30, from the sheet, and by quadrature.
#[test]
fn published_late_start_of_signs() {
    let signs = Independent::new(1.0, regimes::prior::named("rademacher").unwrap()).unwrap();
    for (snr, cost) in [(1.0, 0.00974), (5.0, 0.23715), (30.0, 1.02385)] {
        let noise = Noise::at_snr(snr).unwrap();
        let got = time(windows::start_cost(&signs, noise).unwrap());
        assert!((got.value - cost).abs() < PRINTED, "{snr}: {got:?}");
        let root = f64::sqrt(snr);
        let normal = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let law = |y: f64| 0.5 * (normal(y - root) + normal(y + root));
        let wide = (1.0 + snr).sqrt();
        let term = |y: f64| {
            let p = law(y);
            if p > 0.0 { p * (p / (normal(y / wide) / wide)).ln() } else { 0.0 }
        };
        let ends = [-root - 12.0, -root, 0.0, root, root + 12.0];
        let kl = panels::integrate("divergence", term, &ends, 1e-12).unwrap();
        assert!((got.value - kl.value).abs() < 1e-10, "{got:?} {kl:?}");
        // The time at which the budget is just met.
        let start = time(windows::late_start(&signs, got.value).unwrap());
        assert!((start.value - noise.time()).abs() < 1e-9, "{start:?}");
    }
}

/// Two clusters: the spike of the covariance counts, and far clusters cost what their class does.
#[test]
fn limit_late_start_of_clusters() {
    let clusters = Clusters::new(64.0, 1.0, 1.0).unwrap();
    let noise = Noise::at_time(1.0).unwrap();
    let got = time(windows::start_cost(&clusters, noise).unwrap());
    // ½ log(1 + |m|²/(σ² + τ)) − I(class).
    let ratio = 64.0 / (1.0 + noise.tau());
    let class = clusters.classes().found().unwrap().posterior(noise).unwrap().information.value;
    assert!((got.value - (0.5 * f64::ln_1p(ratio) - class)).abs() < ROUNDING, "{got:?}");
    let gaussian = Gaussian::isotropic(8.0, 1.0).unwrap();
    let free = windows::late_start(&gaussian, 0.1).unwrap();
    assert!(free.reason().is_some_and(|why| why.contains("costs nothing")));
    for budget in ["0", "-1"] {
        let query =
            regimes::ask("clusters").unwrap().set("d", 8).set("n", 10).set("budget", budget);
        assert!(query.times().unwrap_err().to_string().contains("above 0"));
    }
}

/// log n = I + 2√V, V = Σ λ snr/(1 + λ snr), for several eigenvalues.
#[test]
fn identity_collapse_with_a_margin() {
    let query = regimes::ask("gaussian").unwrap().set("eigenvalues", "4,1,1,0.25").set("n", 1e5);
    let times = query.with("margin").times().unwrap();
    let Cell::Estimate(safe) = times.column("t_C.safe").unwrap()[0] else { panic!() };
    let snr = Noise::at_time(safe.value).unwrap().snr();
    let (mut information, mut variance) = (0.0, 0.0);
    for value in [4.0, 1.0, 1.0, 0.25] {
        information += 0.5 * f64::ln_1p(value * snr);
        variance += value * snr / (1.0 + value * snr);
    }
    let off = information + 2.0 * f64::sqrt(variance) - 1e5f64.ln();
    assert!(off.abs() < 1e-11, "{off}");
    assert!(safe.value > times.value("t_C.asymptotic").unwrap()[0].unwrap());
}

/// Levels on a schedule: the curve over a sampler's steps is the curve at their times.
#[test]
fn identity_curves_over_inference_steps() {
    let query = regimes::ask("gaussian").unwrap().set("d", 16).set("n", 100);
    let query = query.set("schedule", "ddpm-linear").set("num-inference-steps", 4);
    let steps = query.set("tolerance", 1e-3).curve("condensation").unwrap();
    assert_eq!(steps.rows.len(), 5);
    for (k, step) in steps.value("inference_step").unwrap()[..4].iter().enumerate() {
        assert!((step.unwrap() - k as f64).abs() < 1e-9);
    }
    let times: Vec<f64> = steps.value("t").unwrap().into_iter().flatten().collect();
    let plain = regimes::ask("gaussian").unwrap().set("d", 16).set("n", 100);
    let plain = plain.set("tolerance", 1e-3).set_numbers("t", times).curve("condensation").unwrap();
    let (a, b) = (steps.value("clones").unwrap(), plain.value("clones").unwrap());
    for (a, b) in a.into_iter().zip(b) {
        assert!((a.unwrap() - b.unwrap()).abs() < 1e-6);
    }
    let bare = regimes::ask("gaussian").unwrap().set("step", 3).curve("information");
    assert!(bare.unwrap_err().to_string().contains("--schedule"));
}

/// t_C at a level in any coordinate is t_C at its time.
#[test]
fn identity_solutions_at_levels_in_any_coordinate() {
    let solve = |equation: &str| {
        let query = regimes::ask("gaussian").unwrap().set("d", 64).set("schedule", "ddpm-linear");
        query.solve("log-n", equation).unwrap().value("log_n").unwrap()[0].unwrap()
    };
    let t = Noise::at_sigma(0.1).unwrap().time();
    let want = 32.0 * 100f64.ln_1p();
    for equation in [
        "t_C=sigma:0.1".to_owned(),
        "t_C=snr:100".into(),
        "log_snr:log(100)=t_C".into(),
        format!("t_C={t}"),
    ] {
        let got = solve(&equation);
        assert!((got - want).abs() < 1e-9, "{equation}: {got} {want}");
    }
    assert!(solve("t_C=step:1") > solve("t_C=step:100"));
    for (equation, says) in [
        ("t_C=sigmaa:0.1", "did you mean sigma"),
        ("t_C=step:x", "x"),
        ("information=sigma:0.1", "is a noise level, and information is none"),
        ("t_C=sigma:-1", "sigma"),
    ] {
        let query = regimes::ask("gaussian").unwrap().set("d", 64);
        let query = query.set("schedule", "ddpm-linear");
        let message = query.solve("log-n", equation).unwrap_err().to_string();
        assert!(message.contains(says), "{equation}: {message}");
    }
    let bare = regimes::ask("gaussian").unwrap().set("d", 64).solve("log-n", "t_C=step:1");
    assert!(bare.unwrap_err().to_string().contains("steps need a --schedule"));
}

/// The steps of `step-cost` add up to what `steps` prints, for each of several grids.
#[test]
fn identity_step_costs_add_up() {
    let query = regimes::ask("gaussian").unwrap().set("grid", "karras,optimal").set("steps", 6);
    let query = query.set("sigma-noise", "0.1:30");
    let (all, along) = (query.steps().unwrap(), query.curve("step-cost").unwrap());
    let cost = along.value("step_cost").unwrap();
    assert_eq!(cost.len(), 12);
    for (k, total) in all.value("kl").unwrap().into_iter().enumerate() {
        let sum: f64 = cost[6 * k..6 * k + 6].iter().flatten().sum();
        assert!((sum - total.unwrap()).abs() < 1e-12);
        assert_eq!(along.value("share").unwrap()[6 * k + 5], Some(1.0));
    }
    let ddim = query.set("sampler", "ddim").curve("step-cost").unwrap_err().to_string();
    assert!(ddim.contains("ancestral"), "{ddim}");
}
