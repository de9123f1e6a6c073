//! Information, collapse, classes and memorisation from losses.
use super::{file, losses, predicted, sigmas};
use regimes::models::{Clusters, Independent, Model, Order};
use regimes::numerics::random::{Purpose, Seed};
use regimes::quantities::measured;
use regimes::rem::finite::Ensemble;
use regimes::table::Cell;
use regimes::transitions::Transitions;
use regimes::{Estimate, Noise};

/// Closed forms of the tests lose some units, and losses are written with all digits.
const ROUNDING: f64 = 1e-12;

fn estimate(cell: &Cell) -> Estimate {
    match cell {
        Cell::Estimate(estimate) => *estimate,
        other => panic!("{other:?}"),
    }
}

/// The standard error of what steps cost: each loss of the file lowered by its own, the differences added in squares.
#[test]
fn independent_standard_errors_of_the_cost_of_steps() {
    let levels = sigmas(60.0, 0.05, 9);
    let loss = |noise: Noise| 1.3 / (1.0 + 1.3 * noise.snr()) * noise.snr();
    let query = |moved: Option<usize>, stderr: f64| {
        let curve = file(&levels, |noise| {
            let own = moved.is_some_and(|k| (noise.sigma() / levels[k] - 1.0).abs() < 1e-9);
            (loss(noise) * if own { 0.999 } else { 1.0 }, stderr * loss(noise))
        });
        let query = losses(&curve, 1.4, 64.0).set("grid", "geometric").set("steps", 6);
        query.set("sigma-noise", "0.1:40").steps().unwrap()
    };
    let measured = query(None, 1e-3);
    for name in ["kl", "kl_total"] {
        let at = |moved: Option<usize>| query(moved, 0.0).value(name).unwrap()[0].unwrap();
        let own = at(None);
        let want = (0..levels.len()).map(|k| (at(Some(k)) - own).powi(2)).sum::<f64>().sqrt();
        let got = measured.value(&format!("{name}.stderr")).unwrap()[0].unwrap();
        assert!(want > 0.0 && (got / want - 1.0).abs() < 1e-6, "{name}: {got} {want}");
    }
    // The best grid is held while the losses move: a bound of zero would be no standard error.
    assert!(measured.value("kl_optimal.stderr").unwrap()[0].unwrap() > 0.0);
    assert!(query(None, 0.0).column("kl.stderr").is_err());
}

/// The ε-loss of a posterior variance.
fn epsilon(mmse: f64, noise: Noise) -> f64 {
    mmse * noise.snr()
}

/// Isotropic Gaussian data leave no doubt between the levels: t_C by every parameterisation.
#[test]
fn identity_gaussian_data_in_every_parameterisation() {
    let (variance, d, n): (f64, f64, f64) = (1.7, 64.0, 50_000.0);
    let want = 0.5 * (variance / (2.0 * n.ln() / d).exp_m1()).ln_1p();
    let data = 0.5f64;
    let mmse = |noise: Noise| variance / (1.0 + variance * noise.snr());
    let sigma = Noise::sigma;
    type Loss<'a> = &'a dyn Fn(Noise) -> f64;
    let all: [(&str, Loss<'_>); 5] = [
        ("epsilon", &|noise| mmse(noise) / noise.tau()),
        ("x0", &mmse),
        ("v", &|noise| mmse(noise) / noise.delta()),
        ("flow", &|noise| mmse(noise) * ((1.0 + sigma(noise)) / sigma(noise)).powi(2)),
        ("edm:0.5", &|noise| {
            mmse(noise) * (noise.tau() + data * data) / (sigma(noise) * data).powi(2)
        }),
    ];
    for (name, loss) in all {
        let file = file(&sigmas(80.0, 0.01, 24), |noise| (loss(noise), 0.0));
        let query = predicted(&file, name, variance, d).set("n", n);
        let times = query.times().unwrap();
        let got = estimate(times.column("t_C.asymptotic").unwrap()[0]);
        assert!(
            (got.value - want).abs() <= got.error && got.error < ROUNDING,
            "{name}: {got:?} {want}"
        );
    }
}

/// The enclosure holds for data of every kind: their own information lies within, at and between the levels.
#[test]
fn independent_information_of_other_models() {
    let clusters = Clusters::new(64.0, 0.5, 1.0).unwrap();
    let prior = |name: &str| Independent::new(64.0, regimes::prior::named(name).unwrap()).unwrap();
    let (sparse, spins) = (prior("gauss-bernoulli:0.1"), prior("binary:0.3"));
    let all: [(&dyn Model, Order); 3] =
        [(&clusters, Order::ClassBit), (&sparse, Order::Asymptotic), (&spins, Order::Asymptotic)];
    for (model, order) in all {
        let mmse = |noise: Noise| model.mmse_of(noise, order).unwrap().value().unwrap();
        let variance = mmse(Noise::at_snr(0.0).unwrap());
        let mut last = f64::INFINITY;
        for count in [12, 48, 192] {
            let file = file(&sigmas(60.0, 0.1, count), |noise| (epsilon(mmse(noise), noise), 0.0));
            let snr = [1e-4, 3e-3, 0.02, 0.3, 1.0, 4.0, 30.0, 99.0];
            let curve = losses(&file, variance, 64.0).set_numbers("snr", snr).curve("information");
            let curve = curve.unwrap();
            let mut widest: f64 = 0.0;
            for (k, s) in snr.into_iter().enumerate() {
                let noise = Noise::at_snr(s).unwrap();
                let want = [
                    model.information(noise, order).unwrap().estimate().unwrap(),
                    model.mmse_of(noise, order).unwrap().estimate().unwrap(),
                ];
                for (name, want) in ["information", "mmse"].into_iter().zip(want) {
                    let got = estimate(curve.column(name).unwrap()[k]);
                    let off = (got.value - want.value).abs();
                    assert!(
                        off <= got.error + want.error,
                        "{} {count} {s} {name}: {got:?} {want:?}",
                        model.name()
                    );
                    if name == "information" {
                        widest = widest.max(got.error);
                    }
                }
            }
            // First order in the spacing: a quarter of it leaves a third of the width at most.
            assert!(widest < 0.34 * last, "{}: {widest} after {last}", model.name());
            last = widest;
        }
    }
}

/// Two clusters by both curves: what they say of the class is what the clusters do.
#[test]
fn independent_classes_from_two_curves() {
    let (d, model) = (64.0, Clusters::new(64.0, 0.5, 1.0).unwrap());
    let levels = sigmas(60.0, 0.05, 240);
    let of = |order: Order| {
        let mmse = |noise: Noise| model.mmse_of(noise, order).unwrap().value().unwrap();
        file(&levels, |noise| (epsilon(mmse(noise), noise), 0.0))
    };
    let (without, with) = (of(Order::ClassBit), of(Order::Asymptotic));
    let query = losses(&without, 1.25, d).set("conditional", with.path().to_string_lossy());
    let query = query.set("label-entropy", "log(2)");
    let snr = [0.01, 0.1, 0.5, 2.0];
    let curve = query.clone().set_numbers("snr", snr).curve("class-entropy").unwrap();
    for (k, s) in snr.into_iter().enumerate() {
        let noise = Noise::at_snr(s).unwrap();
        let want = model.classes().found().unwrap().posterior(noise).unwrap();
        for (name, want) in
            [("class_information", want.information), ("class_entropy", want.entropy)]
        {
            let got = estimate(curve.column(name).unwrap()[k]);
            assert!((got.value - want.value).abs() <= got.error, "{s} {name}: {got:?} {want:?}");
            assert!(got.error < 0.1, "{got:?}");
        }
    }
    let exact = regimes::ask("clusters").unwrap().set("d", d).set("mu", 0.5).set("n", 1000);
    let exact = exact.with("windows").times().unwrap();
    let times = query.set("n", 1000).with("windows").times().unwrap();
    for (name, as_exact) in [
        ("t_S.class-entropy", "t_S.class-entropy"),
        ("t_C.asymptotic", "t_C.class-bit"),
        ("class_window.start", "class_window.start"),
        ("class_window.half", "class_window.half"),
    ] {
        let got = estimate(times.column(name).unwrap()[0]);
        let want = exact.value(as_exact).unwrap()[0].unwrap();
        assert!((got.value - want).abs() <= got.error, "{name}: {got:?} {want}");
        assert!(got.error < 0.15, "{name}: {got:?}");
    }
}

/// The exact score of n samples: its loss on them ends where log n is reached, and that time is t_C.
#[test]
fn independent_memorisation_parts_at_the_collapse() {
    let (d, n) = (24.0, 400f64);
    let ensemble = Ensemble::isotropic(d, 1.0, n.ln()).unwrap();
    let levels = sigmas(40.0, 0.06, 120);
    // Information about the index, log n − d f^e; what the loss on the samples is the slope of.
    let informed = |log_snr: f64| {
        let noise = Noise::at_log_snr(log_snr).unwrap();
        n.ln() - d * ensemble.excess_entropy(noise).unwrap().value
    };
    let on_samples = |noise: Noise| {
        let (u, h) = (noise.log_snr(), 1e-3);
        let slope = (informed(u + h) - informed(u - h)) / (2.0 * h);
        (2.0 * slope / d / noise.snr()).max(0.0)
    };
    let train = file(&levels, |noise| (epsilon(on_samples(noise), noise), 0.0));
    let validation = file(&levels, |noise| (epsilon(1.0 / (1.0 + noise.snr()), noise), 0.0));
    let query = losses(&validation, 1.0, d).set("train", train.path().to_string_lossy());
    let times = query.set("n", n).times().unwrap();
    let (parting, collapse) = (
        estimate(times.column("t_C.train").unwrap()[0]),
        estimate(times.column("t_C.asymptotic").unwrap()[0]),
    );
    assert!((parting.value - collapse.value).abs() <= parting.error, "{parting:?} {collapse:?}");
    assert!(parting.error < 0.1, "{parting:?}");
    // The validation losses themselves show no memorisation.
    let path = validation.path().to_string_lossy().into_owned();
    let query = losses(&validation, 1.0, d).set("train", path);
    let none = query.set("n", n).times().unwrap();
    let cell = none.column("t_C.train").unwrap()[0];
    assert!(cell.reason().is_some_and(|why| why.contains("no memorisation is seen")), "{cell:?}");
}

/// Standard errors of results are those of results from losses measured again and again.
#[test]
fn independent_standard_errors_by_repetition() {
    let (d, levels, relative) = (64.0, sigmas(60.0, 0.05, 50), 2e-3);
    let measure = |set: u64| {
        let mut z = vec![0.0; levels.len()];
        Seed(set).stream(Purpose::Points, 0, 0).normals(&mut z);
        let at = |noise: Noise| levels.iter().position(|s| *s == noise.sigma()).unwrap_or(0);
        file(&levels, |noise| {
            let exact = epsilon(1.0 / (1.0 + noise.snr()), noise);
            let moved = if set == 0 { 0.0 } else { relative * z[at(noise)] };
            (exact * (1.0 + moved), relative * exact)
        })
    };
    let times = |set: u64| losses(&measure(set), 1.0, d).set("n", 20_000).times().unwrap();
    let stated = times(0).value("t_C.asymptotic.stderr").unwrap()[0].unwrap();
    let all: Vec<f64> =
        (1..=100).map(|set| times(set).value("t_C.asymptotic").unwrap()[0].unwrap()).collect();
    let mean = all.iter().sum::<f64>() / 100.0;
    let spread = (all.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / 99.0).sqrt();
    // A spread of 100 values is known to 7 %.
    assert!((spread / stated - 1.0).abs() < 0.3, "{spread} {stated}");
    let column = measured::column("x");
    assert_eq!(column.unit, "standard error");
}

/// Steps cost what they cost the data themselves, within the stated error.
#[test]
fn independent_steps_of_measured_data() {
    let model = Clusters::new(64.0, 0.5, 1.0).unwrap();
    let mmse = |noise: Noise| model.mmse_of(noise, Order::ClassBit).unwrap().value().unwrap();
    let file = file(&sigmas(60.0, 0.05, 200), |noise| (epsilon(mmse(noise), noise), 0.0));
    let steps = |query: regimes::ask::Query| {
        let query = query.set("grid", "geometric").set("steps", 8).set("snr", "0.001:90");
        query.steps().unwrap()
    };
    let got = steps(losses(&file, 1.25, 64.0));
    let exact = steps(
        regimes::ask("clusters").unwrap().set("d", 64).set("mu", 0.5).set("order", "class-bit"),
    );
    let got = estimate(got.column("kl").unwrap()[0]);
    let want = estimate(exact.column("kl").unwrap()[0]);
    assert!((got.value - want.value).abs() <= got.error && got.error < 0.01, "{got:?} {want:?}");
    assert!(model.collapse_time(0.1).is_ok());
}

/// Beyond the last level nothing is said, but where the answer lies.
#[test]
fn limit_beyond_the_levels() {
    let file = file(&sigmas(40.0, 0.1, 40), |noise| (1.0 / (1.0 + noise.tau()), 0.0));
    let query = losses(&file, 1.0, 64.0);
    let times = query.clone().set("alpha", 3).times().unwrap();
    let cell = times.column("t_C.asymptotic").unwrap()[0];
    let why = cell.reason().unwrap();
    assert!(why.contains("exceeds the information at the last measured level σ = 0.1"), "{why}");
    let curve = query.clone().set("snr", "100,101").curve("information").unwrap();
    assert!(curve.value("information").unwrap()[0].is_some());
    let cell = curve.column("information").unwrap()[1];
    assert!(cell.reason().is_some_and(|why| why.contains("not measured")), "{cell:?}");
    // Noisier than the first level it is bounded by the variance.
    let curve = query.set("snr", 1e-7).curve("information").unwrap();
    let got = estimate(curve.column("information").unwrap()[0]);
    assert!((got.value - 0.5e-7).abs() <= got.error + 1e-14, "{got:?}");
}
