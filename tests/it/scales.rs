//! Times at every scale of the data, from 1e-150 to 1e150, against the times at scale one.
//!
//! Data scaled by s are seen at snr as the data themselves at s² snr: every criterion that asks for
//! a function of x_t alone has τ(s) = s² τ(1), τ = e^{2t} − 1; those that ask for Λ e^{−2t} = 1 have
//! e^{2t}(s) = s² e^{2t}(1). No formula of the program is used to compare.
use nalgebra::DMatrix;
use proptest::prelude::*;
use regimes::classes::{Classes, Covariance, GaussianClass, GaussianClasses};
use regimes::models::linear_manifold::Embedding;
use regimes::models::{Clusters, CurieWeiss, Gaussian, LinearManifold, Mixture, Model, Order};
use regimes::transitions::collapse::collapse_time;
use regimes::transitions::speciation::CRITERIA;
use regimes::{Answer, Estimate, Noise};

/// What a time near 1e-308, where numbers lose their digits, may be off by.
const SMALLEST: f64 = 1e-307;

/// log τ of a time, and the bound on its error.
fn log_tau(t: Estimate) -> (f64, f64) {
    let value = if t.value < 300.0 { (2.0 * t.value).exp_m1().ln() } else { 2.0 * t.value };
    // dlogτ/dt = 2(1 + 1/τ)
    let slope = 2.0 * (1.0 + 1.0 / (2.0 * t.value).exp_m1());
    (value, slope * (t.error + SMALLEST) + 8.0 * f64::EPSILON * (1.0 + value.abs()))
}

/// The criteria of `model` at α, smoothed by `bandwidth`, that depend on τ alone.
fn covariant(model: &dyn Model, alpha: f64, bandwidth: f64) -> Vec<(String, Answer)> {
    let mut all = Vec::new();
    for criterion in CRITERIA.iter() {
        if ["spectral-exact", "cloning", "bayes"].contains(&criterion.name) {
            all.push((criterion.name.to_owned(), (criterion.time)(model).unwrap()));
        }
    }
    for order in Order::ALL {
        for smoothing in [0.0, bandwidth] {
            let name = format!("t_C.{} at ε = {smoothing}", order.name());
            all.push((name, collapse_time(model, alpha.into(), order, smoothing).unwrap()));
        }
    }
    if let Answer::Value(levels) = model.energies(alpha).unwrap() {
        all.push(("t_o".into(), levels.onset_time().unwrap().into()));
        all.push(("t_g".into(), levels.generalisation_time().unwrap().into()));
    }
    all
}

/// Whether the same criteria have values, and values a factor s² in τ apart.
fn check(one: &dyn Model, scaled: &dyn Model, log_s: f64, alpha: f64, bandwidth: f64) {
    let s = log_s.exp();
    let pairs = covariant(one, alpha, bandwidth).into_iter();
    for ((name, one), (_, scaled)) in pairs.zip(covariant(scaled, alpha, bandwidth * s)) {
        match (one, scaled) {
            (Answer::Value(a), Answer::Value(b)) => {
                assert!(!a.value.is_nan() && !b.value.is_nan(), "{name} at {s:e}: {a:?} {b:?}");
                if a.value == 0.0 || b.value == 0.0 {
                    assert!(b.error < 1e-300, "{name} at {s:e}: {b:?}");
                    continue;
                }
                let ((la, ea), (lb, eb)) = (log_tau(a), log_tau(b));
                let apart = (lb - la - 2.0 * log_s).abs();
                // s itself was rounded, and so were the parameters.
                let rounding = 16.0 * f64::EPSILON * (1.0 + log_s.abs());
                assert!(apart <= ea + eb + rounding, "{name} at {s:e}: {a:?} {b:?}");
                assert!(b.error < 1e-9, "{name} at {s:e}: {b:?}");
            }
            (Answer::Absent(_), Answer::Absent(_)) => {}
            (a, b) => panic!("{name} at {s:e}: {a:?} {b:?}"),
        }
    }
    let growing = |model: &dyn Model| -> Vec<Answer> {
        ["spectral", "between-class", "curvature"]
            .iter()
            .map(|name| CRITERIA.iter().find(|c| c.name == *name).unwrap())
            .map(|criterion| (criterion.time)(model).unwrap())
            .collect()
    };
    for (a, b) in growing(one).into_iter().zip(growing(scaled)) {
        match (a, b) {
            (Answer::Value(a), Answer::Value(b)) => {
                let apart = (b.value - a.value - log_s).abs();
                let rounding = 8.0 * f64::EPSILON * (1.0 + log_s.abs());
                assert!(apart <= a.error + b.error + rounding, "at {s:e}: {a:?} {b:?}");
            }
            // Λ ≤ 1 at one of the scales, or no classes.
            (Answer::Absent(_), Answer::Value(b)) => assert!(log_s > 0.0 && b.value <= log_s),
            (Answer::Value(a), Answer::Absent(_)) => assert!(log_s < 0.0 && a.value <= -log_s),
            (Answer::Absent(_), Answer::Absent(_)) => {}
        }
    }
}

fn log_scale() -> impl Strategy<Value = f64> {
    (-149.0..149.0f64).prop_map(|exponent| exponent * std::f64::consts::LN_10)
}

fn mixture(kind: usize, s: f64, spread: [f64; 2], weight: f64) -> Mixture {
    let class = |label: &str, weight: f64, x: f64, covariance| GaussianClass {
        label: label.into(),
        weight,
        mean: vec![x * s; 2],
        covariance,
    };
    let [a, b] = spread.map(|v| v * s * s);
    let full = |v: f64, c: f64| {
        Covariance::Full(DMatrix::from_row_slice(2, 2, &[v, c * v, c * v, 0.6 * v]))
    };
    let (left, right) = match kind {
        0 => (Covariance::Isotropic(a), Covariance::Isotropic(b)),
        1 => (Covariance::Diagonal(vec![a, b]), Covariance::Diagonal(vec![a, b])),
        2 => (full(a, 0.3), full(b, -0.2)),
        _ => (Covariance::Isotropic(a), Covariance::Isotropic(a)),
    };
    let mut classes =
        vec![class("left", weight, 1.0, left), class("right", 1.0 - weight, -1.0, right)];
    if kind == 3 {
        classes[1].weight = 0.5 * (1.0 - weight);
        let third = classes[0].covariance.clone();
        classes.push(class("far", 0.5 * (1.0 - weight), 3.0, third));
    }
    Mixture::new(classes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn property_clusters_are_scale_covariant(
        d in 1.0..300.0f64,
        mu in 0.05..3.0f64,
        sigma in 0.05..3.0f64,
        alpha in 0.01..2.0f64,
        bandwidth in 0.001..0.3f64,
        log_s in log_scale(),
    ) {
        let s = log_s.exp();
        let one = Clusters::new(d.floor(), mu, sigma).unwrap();
        let scaled = Clusters::new(d.floor(), mu * s, sigma * s).unwrap();
        check(&one, &scaled, log_s, alpha, bandwidth * sigma);
    }

    #[test]
    fn property_gaussians_are_scale_covariant(
        eigenvalues in proptest::collection::vec(1e-6..1e3f64, 1..5),
        sigma in 0.05..3.0f64,
        alpha in 0.01..2.0f64,
        log_s in log_scale(),
    ) {
        let s = log_s.exp();
        let scaled: Vec<f64> = eigenvalues.iter().map(|x| x * s * s).collect();
        let d = eigenvalues.len() as f64;
        let one = Gaussian::with_eigenvalues(&eigenvalues, d).unwrap();
        let scaled = Gaussian::with_eigenvalues(&scaled, d).unwrap();
        check(&one, &scaled, log_s, alpha, 1e-4);
        let one = Gaussian::isotropic(f64::INFINITY, sigma).unwrap();
        let scaled = Gaussian::isotropic(f64::INFINITY, sigma * s).unwrap();
        check(&one, &scaled, log_s, alpha, 1e-2 * sigma);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn property_mixtures_are_scale_covariant(
        kind in 0usize..4,
        spread in [0.1..1.0f64, 0.1..1.0f64],
        weight in 0.3..0.7f64,
        alpha in 0.1..2.0f64,
        log_s in log_scale(),
    ) {
        let one = mixture(kind, 1.0, spread, weight);
        let scaled = mixture(kind, log_s.exp(), spread, weight);
        check(&one, &scaled, log_s, alpha, 1e-3);
    }
}

/// The steepest point in t, which is log-time at large scales and τ at small ones.
#[test]
fn limit_class_entropy_at_either_end_of_the_scales() {
    let criterion = CRITERIA.iter().find(|c| c.name == "class-entropy").unwrap();
    let time = |mu: f64, sigma: f64| {
        (criterion.time)(&Clusters::new(3.0, mu, sigma).unwrap()).unwrap().estimate().unwrap()
    };
    for (mu, sigma) in [(1.0, 1.0), (1.0, 0.2), (0.01, 1.0), (2.0, 0.0)] {
        let near = time(1e20 * mu, 1e20 * sigma);
        let far = time(1e149 * mu, 1e149 * sigma);
        let apart = far.value - near.value - 129.0 * std::f64::consts::LN_10;
        assert!(apart.abs() < near.error + far.error + 1e-12, "{mu} {sigma}: {near:?} {far:?}");
    }
    // Known: Λ_B = 3e306.
    let got = time(1e153, 1.0);
    let want = time(1e143, 1e-10).value + 10.0 * std::f64::consts::LN_10;
    assert!((got.value - want).abs() < got.error + 1e-12, "{got:?}");
    // Two modes, of which the narrower is met inside whatever the scale.
    let pair = |s: f64| mixture(1, s, [0.9, 0.01], 0.5);
    let [a, b] = [1e-20, 1e-149].map(|s: f64| {
        let time = (criterion.time)(&pair(s)).unwrap().estimate().unwrap();
        time.value / (s * s)
    });
    assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
}

/// Values of single parameters at which squares or differences from one would be lost.
#[test]
fn limit_parameters_far_from_one() {
    // t_C = ½ log(1 + 1/(e^{2α/β} − 1)), by ½ log(β/2α) for small α.
    for exponent in [-300, -100, -20, -8] {
        let alpha = 10f64.powi(exponent);
        let data = LinearManifold::new(f64::INFINITY, 0.5, Embedding::Orthonormal).unwrap();
        let got = collapse_time(&data, alpha.into(), Order::Asymptotic, 0.0).unwrap();
        let want = 0.5 * (0.25 / alpha).ln() + alpha;
        let got = got.estimate().unwrap();
        assert!((got.value - want).abs() <= got.error + 4.0 * alpha * alpha + 1e-13, "{got:?}");
        assert!(got.error < 1e-12, "{got:?}");
        // t_g → ½ log 3 σ², as h_opt² → 2σ².
        let levels = Gaussian::isotropic(f64::INFINITY, 1.0).unwrap().energies(alpha).unwrap();
        let time = levels.required().unwrap().generalisation_time().unwrap();
        let apart = (time.value - 0.5 * 3f64.ln()).abs();
        assert!(apart <= time.error + 4.0 * alpha.sqrt() && time.error < 1e-11, "{time:?}");
    }
    // Marchenko-Pastur for β → ∞ is one eigenvalue, 1 or β.
    for (beta, embedding, variance) in
        [(1e150, Embedding::IidP, 1.0), (1e150, Embedding::IidD, 1e150)]
    {
        let data = LinearManifold::new(f64::INFINITY, beta, embedding).unwrap();
        let got = collapse_time(&data, 0.1.into(), Order::Asymptotic, 0.0).unwrap();
        let want = 0.5 * (variance / 0.2f64.exp_m1()).ln_1p();
        let got = got.estimate().unwrap();
        assert!((got.value - want).abs() <= got.error + 1e-13 * want, "{beta}: {got:?}, {want}");
    }
    // Frozen spins: m* = 1, γ = d/τ, and no information within a phase.
    for temperature in [1e-310, 1e-40, 1e-5, 1e-3] {
        let spins = CurieWeiss::new(50.0, temperature).unwrap();
        let cloning = CRITERIA.iter().find(|c| c.name == "cloning").unwrap();
        let time = (cloning.time)(&spins).unwrap().estimate().unwrap();
        assert!((time.value - 0.5 * 51f64.ln()).abs() <= time.error, "{temperature}: {time:?}");
        let top = spins.top_eigenvalue().unwrap().estimate().unwrap();
        assert!((top.value - 50.0).abs() <= top.error && top.error < 1e-12, "{top:?}");
        let none = collapse_time(&spins, 1.0.into(), Order::Asymptotic, 0.0).unwrap();
        assert!(none.reason().unwrap().contains("exceeds the largest"), "{none:?}");
    }
    // A smoothing too small to matter.
    for (bandwidth, order) in
        [1e-300, 1e-160, 1e-12, 1e-8].into_iter().flat_map(|e| Order::ALL.map(|order| (e, order)))
    {
        let data = Clusters::new(3.0, 1.0, 1.0).unwrap();
        let alpha = Estimate::exact(5f64.ln() / 3.0);
        let time = |e| collapse_time(&data, alpha, order, e).unwrap().estimate().unwrap();
        let (with, without) = (time(bandwidth), time(0.0));
        let apart = (with.value - without.value).abs();
        assert!(apart <= with.error + without.error + 10.0 * bandwidth * bandwidth, "{bandwidth}");
    }
}

/// A square beyond the range of numbers is no property of the data.
#[test]
fn limit_texts_beyond_the_range_are_true() {
    for (mu, sigma) in [(1.0, 1e200), (1e200, 1.0), (1e200, 1e200)] {
        let data = Clusters::new(3.0, mu, sigma).unwrap();
        for criterion in
            CRITERIA.iter().filter(|c| ["cloning", "bayes", "class-entropy"].contains(&c.name))
        {
            // NaN is said to have left the range of numbers.
            let value = (criterion.time)(&data).unwrap().value();
            assert!(value.is_some_and(f64::is_nan), "{}: {value:?}", criterion.name);
        }
    }
    let data = Gaussian::isotropic(3.0, 1e-200).unwrap();
    let time =
        collapse_time(&data, 0.5.into(), Order::Asymptotic, 0.0).unwrap().estimate().unwrap();
    assert!(time.value < 1e-300 && time.error < 1e-300, "{time:?}");
}

/// Three classes of every kind of covariance, in the plane and beyond it, where a rule, bounds or points
/// give the posterior: at any scale it is what it is at scale one.
#[test]
fn identity_posteriors_of_three_classes_have_no_scale() {
    let posterior = |kind: usize, d: usize, s: f64, tau: f64| {
        let class = |k: usize| {
            let x = |i: usize| (1.7 * k as f64 + 2.3 * i as f64).sin() * s;
            let v = |i: usize| (1.0 + 0.6 * (0.9 * (k * d + i) as f64).sin()) * s * s;
            let full = DMatrix::from_fn(d, d, |i, j| {
                let shared = 0.2 * (k as f64 - 0.5) * s * s;
                if i == j { v(i) } else { shared / (1.0 + i.abs_diff(j) as f64) / d as f64 }
            });
            let covariance = match kind {
                0 => Covariance::Isotropic(v(0)),
                1 => Covariance::Diagonal((0..d).map(v).collect()),
                _ => Covariance::Full(full),
            };
            let mean = (0..d).map(x).collect();
            GaussianClass { label: k.to_string(), weight: [0.5, 0.3, 0.2][k], mean, covariance }
        };
        let classes = GaussianClasses::new((0..3).map(class).collect()).unwrap();
        classes.posterior(Noise::at_snr(1.0 / (tau * s * s)).unwrap()).unwrap()
    };
    for (kind, d) in [(0, 2), (1, 2), (2, 2), (0, 5), (1, 5), (2, 5)] {
        for tau in [0.1, 1.0, 10.0] {
            let one = posterior(kind, d, 1.0, tau);
            // Powers of two: nothing is rounded.
            for power in [-420.0, -250.0, -150.0, 150.0, 250.0, 420.0f64] {
                let other = posterior(kind, d, power.exp2(), tau);
                for (a, b) in [(one.clone, other.clone), (one.entropy, other.entropy)] {
                    let apart = (a.value - b.value).abs();
                    assert!(
                        apart <= 1e-12 + 0.01 * a.error,
                        "{kind} {d} {tau} 2^{power}: {a:?} {b:?}"
                    );
                    assert!(
                        b.error <= 2.0 * a.error + 1e-12,
                        "{kind} {d} {tau} 2^{power}: {a:?} {b:?}"
                    );
                }
            }
        }
    }
}
