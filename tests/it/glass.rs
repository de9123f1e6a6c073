//! The glass dictionary: complexity, overlaps, width and laws of finite size, each by two routes.
use crate::rem::levels::fresh_participation;
use regimes::glass::overlap::Overlaps;
use regimes::glass::{FiniteSize, Law, fresh, window};
use regimes::models::{Gaussian, Model};
use regimes::numerics::special::normal_density;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::rem::large_deviations::Energies;
use regimes::spectrum::{Atoms, Spectrum};
use regimes::{Estimate, Noise};

/// Closed forms in plain numbers against estimates.
const CLOSED: f64 = 1e-12;

/// g(λ) of isotropic data of variance s² at τ.
fn g(lambda: f64, tau: f64, s2: f64) -> f64 {
    -0.5 * (lambda * s2 / tau).ln_1p() - 0.5 * lambda * (s2 + tau) / (tau + lambda * s2)
}

/// Σ(e) is α + min over λ of g(λ) + λe: the Legendre transform by golden sections.
#[test]
fn independent_complexity_is_the_legendre_transform() {
    for (alpha, t, sigma, tilt) in
        [(0.5, 0.3, 1.0, 0.5), (0.5, 0.1, 1.0, 0.3), (0.2, 1.0, 3.0, 2.0), (1.0, 0.02, 0.1, 0.9)]
    {
        let levels = Energies::isotropic(alpha, sigma).unwrap();
        let noise = Noise::at_time(t).unwrap();
        let found = levels.complexity(noise, tilt).unwrap();
        let (tau, s2) = (noise.tau(), sigma * sigma);
        let height = |x: f64| g(x.exp(), tau, s2) + x.exp() * found.energy.value;
        let (mut low, mut high) = (tilt.ln() - 3.0, tilt.ln() + 3.0);
        for _ in 0..200 {
            let (a, b) = (low + 0.382 * (high - low), low + 0.618 * (high - low));
            if height(a) < height(b) { high = b } else { low = a }
        }
        let want = alpha + height(0.5 * (low + high));
        assert!((found.complexity.value - want).abs() < CLOSED, "{found:?} {want}");
        // The minimum is at the tilt itself, known to the root of rounding.
        assert!((low - tilt.ln()).abs() < 1e-6, "{low}");
    }
}

/// At λ = 1 the complexity is f(t), the energy ½ whatever the spectrum, and both vary with it otherwise.
#[test]
fn identity_complexity_at_the_temperature_of_the_score_is_f() {
    let modes = [(4.0, 3.0), (0.5, 2.0), (0.0, 1.0)];
    let levels = Energies::new(0.4, &modes).unwrap();
    for t in [0.05, 0.4, 2.0] {
        let noise = Noise::at_time(t).unwrap();
        let found = levels.complexity(noise, 1.0).unwrap();
        let information: f64 =
            modes.iter().map(|(v, w)| w / 6.0 * 0.5 * (v * noise.snr()).ln_1p()).sum();
        assert!((found.complexity.value - (0.4 - information)).abs() < CLOSED);
        assert!((found.energy.value - 0.5).abs() <= found.energy.error + 1e-15, "{found:?}");
    }
}

/// V(q) by the saddle of its integral over the field that fixes the overlap: for one coordinate along a and all
/// others across, the second in plain quadrature.
#[test]
fn independent_franz_parisi_by_quadrature() {
    for (sigma, t, q) in [(1.0f64, 0.3, 0.2), (1.0, 0.1, 0.9), (2.0, 0.7, -1.0), (0.3, 0.05, 0.05)]
    {
        let noise = Noise::at_time(t).unwrap();
        let (s2, snr) = (sigma * sigma, noise.snr());
        // Across: −E_z log ∫ N(b; 0, σ²) e^{−snr|b − z/√snr|²/2} db, z the noise of a coordinate.
        let mut across = 0.0;
        let step = 0.05;
        for i in -160..=160 {
            let z = f64::from(i) * step;
            let mut inner = 0.0;
            for j in -400..=400 {
                let b = f64::from(j) * 0.025 * sigma;
                let away = b - z / snr.sqrt();
                inner += 0.025 * normal_density(b / sigma) * (-0.5 * snr * away * away).exp();
            }
            across -= step * normal_density(z) * inner.ln();
        }
        let along = q * q / (2.0 * s2 * s2) + 0.5 * snr * s2 * (1.0 - q / s2).powi(2);
        let found = Overlaps::new(Estimate::exact(sigma), noise).potential(q);
        assert!((found.value - along - across).abs() < 1e-9, "{sigma} {t} {q}: {found:?}");
        assert!(found.error < 1e-13 * (1.0 + found.value));
    }
}

/// The potential is lowest at the population's overlap, where it is ½ + I/d, and Σ there is f(t).
#[test]
fn identity_the_population_sits_at_the_minimum() {
    for (sigma, t) in [(1.0f64, 0.3), (3.0, 1.0), (0.2, 0.1)] {
        let noise = Noise::at_time(t).unwrap();
        let overlaps = Overlaps::new(Estimate::exact(sigma), noise);
        let s2 = sigma * sigma;
        let own = s2 * s2 * noise.snr() / (1.0 + s2 * noise.snr());
        let information = 0.5 * (s2 * noise.snr()).ln_1p();
        let there = overlaps.potential(own).value;
        assert!((there - 0.5 - information).abs() < CLOSED);
        for away in [0.9, 1.1] {
            assert!(overlaps.potential(away * own).value > there);
        }
        let complexity = overlaps.complexity(own, Estimate::exact(0.7)).value;
        assert!((complexity - 0.7 + information).abs() < CLOSED);
    }
}

/// Slope and width by differences of the information, for a spectrum of several eigenvalues.
#[test]
fn independent_slope_is_that_of_the_information() {
    let eigenvalues: Vec<f64> = (1..=40).map(|k| 9.0 / f64::from(k)).collect();
    let data = Gaussian::with_eigenvalues(&eigenvalues, 40.0).unwrap();
    let spectrum = data.spectrum().found().unwrap();
    for t in [0.02, 0.3, 2.0] {
        let at = |t: f64| spectrum.information(Noise::at_time(t).unwrap()).value;
        let h = 1e-4 * t;
        let want = (at(t - h) - at(t + h)) / (2.0 * h);
        let noise = Noise::at_time(t).unwrap();
        let slope = window::slope(spectrum, noise).value;
        assert!((slope / want - 1.0).abs() < 1e-6, "{t}: {slope} {want}");
        let shares = eigenvalues.iter().map(|v| v * noise.snr() / (1.0 + v * noise.snr()));
        let width = shares.sum::<f64>().sqrt() / (40.0 * want);
        assert!((window::width(spectrum, noise, 40.0).value / width - 1.0).abs() < 1e-6);
    }
}

/// 2 sinh(t_C)/√d and e^{2α} − 1, where σ = 1, through `times`.
#[test]
fn limit_width_and_slope_of_normal_data() {
    for alpha in [0.01f64, 0.1, 1.0, 8.0] {
        let data = regimes::ask("gaussian").unwrap().set("d", 400).set("alpha", alpha);
        let times = data.times().unwrap();
        let of = |name: &str| times.column(name).unwrap()[0].clone();
        let t = of("t_C.asymptotic").value().unwrap();
        for (name, want) in
            [("t_C.width", 2.0 * t.sinh() / 20.0), ("t_C.slope", (2.0 * alpha).exp_m1())]
        {
            let cell = of(name);
            let (value, error) = (cell.value().unwrap(), cell.error().unwrap());
            assert!((value - want).abs() <= error + 4e-15 * want, "{name}: {value} {want}");
            assert!(error < 1e-12 * want, "{name}: {error}");
        }
    }
}

/// The refined law by plain sums over D and y, in a grid of its own.
#[test]
fn independent_refined_law_by_a_plain_double_sum() {
    for (d, alpha, t) in
        [(256.0, 0.04, 0.97), (1000.0, 0.5, 0.2294), (20.0, 0.2, 0.6), (3.0, 0.3, 4.0)]
    {
        let noise = Noise::at_time(t).unwrap();
        let spectrum = Spectrum::Atoms(Atoms::isotropic(1.0));
        let laws = FiniteSize::new(&spectrum, noise, d, alpha * d).found().unwrap();
        let p = noise.alpha_bar();
        let information = 0.5 * d * noise.snr().ln_1p();
        let between = 0.5 * d * p * p;
        let within = d * p - between;
        let (mut weight, mut entropy) = (0.0, 0.0);
        let step = 0.02;
        for i in -450..=450 {
            let u = f64::from(i) * step;
            let left = alpha * d - information - between.sqrt() * u;
            let cut = regimes::numerics::special::log_normal_cdf(left / within.sqrt());
            for j in -450..=450 {
                let w = f64::from(j) * step;
                let log = left + cut - within.sqrt() * w;
                let mass = step * step * normal_density(u) * normal_density(w);
                weight += mass / (1.0 + log.exp());
                entropy += mass * if log > 30.0 { log } else { log.exp().ln_1p() };
            }
        }
        // The plain sum meets the kink of the logarithm with its step only.
        for (found, want) in
            [(laws.own_weight(Law::Refined), weight), (laws.index_entropy(Law::Refined), entropy)]
        {
            assert!((found.value - want).abs() < 3e-6 * (1.0 + want), "{d} {t}: {found:?} {want}");
            assert!(found.error < 1e-9 * (1.0 + want), "{found:?}");
        }
    }
}

/// Around t_C at d from 100 to 1000 the refined law is within 0.005 of the exact own weight and 0.035 nats of the
/// exact entropy, where the leading law is off by up to ten times as much.
#[test]
fn independent_refined_law_against_the_exact_averages() {
    let mut leading = 0.0f64;
    for (d, alpha) in [
        (100.0f64, 0.1f64),
        (100.0, 0.2),
        (100.0, 0.5),
        (150.0, 0.2),
        (256.0, 0.04),
        (256.0, 0.3),
        (500.0, 0.1),
        (1000.0, 0.05),
    ] {
        let spectrum = Spectrum::Atoms(Atoms::isotropic(1.0));
        let t_c = 0.5 * (1.0 / (2.0 * alpha).exp_m1()).ln_1p();
        let width = 2.0 * t_c.sinh() / d.sqrt();
        let ensemble = Ensemble::isotropic(d, 1.0, alpha * d).unwrap().with_tolerance(1e-5);
        for z in [-2.0, -1.0, 0.0, 1.0, 2.0] {
            let noise = Noise::at_time(t_c + z * width).unwrap();
            let laws = FiniteSize::new(&spectrum, noise, d, alpha * d).found().unwrap();
            let exact = ensemble.mean(Quantity::OwnWeight, noise).unwrap().value;
            let entropy = ensemble.mean(Quantity::IndexEntropy, noise).unwrap().value;
            let refined = laws.own_weight(Law::Refined).value;
            assert!((refined - exact).abs() < 0.005, "{d} {alpha} {z}: {refined} {exact}");
            let refined = laws.index_entropy(Law::Refined).value;
            assert!((refined - entropy).abs() < 0.035, "{d} {alpha} {z}: {refined} {entropy}");
            leading = leading.max((laws.own_weight(Law::Scaling).value - exact).abs());
        }
    }
    assert!((0.02..0.08).contains(&leading), "{leading}");
}

/// Above t_C no sample counts, however little signal is left and however many samples there are.
#[test]
fn limit_fresh_points_above_the_collapse_see_no_sample() {
    for (alpha, t) in
        [("0.5", "1"), ("0.5", "200"), ("0.5", "400"), ("1000", "0.1"), ("1000", "700")]
    {
        let data = regimes::ask("gaussian").unwrap().set("alpha", alpha).set("t", t);
        for (curve, name, want) in [
            ("fresh", "parisi", 1.0),
            ("fresh", "sum_w2", 0.0),
            ("fresh", "sum_w3", 0.0),
            ("glass", "glass.parisi", 1.0),
            ("jacobian", "effective_dimension", 1.0),
        ] {
            let cell = data.clone().curve(curve).unwrap().column(name).unwrap()[0].clone();
            let (value, error) = (cell.value().unwrap(), cell.error().unwrap());
            assert!((value - want).abs() <= error && error < 1e-14, "{alpha} {t} {name}: {cell:?}");
        }
    }
}

/// The window of collapse: z, and both laws there, as `condensation` and `excess-entropy` have them; outside the range
/// in which the refined law was measured a note says so.
#[test]
fn identity_the_window_of_collapse() {
    let at =
        |t: &str| regimes::ask("gaussian").unwrap().set("d", 256).set("alpha", 0.04).set("t", t);
    let data = || at("0.9,1.3");
    let of = |query: regimes::ask::Query, curve: &str, name: &str| {
        query
            .curve(curve)
            .unwrap()
            .value(name)
            .unwrap()
            .into_iter()
            .map(Option::unwrap)
            .collect::<Vec<_>>()
    };
    for order in ["refined", "scaling"] {
        let here = |name: &str| of(data().set("order", order), "collapse-window", name);
        assert_eq!(here("phi_C"), of(data().set("order", order), "condensation", "own_weight"));
        let entropy = of(data().set("order", order), "excess-entropy", "f");
        for (all, each) in here("index_entropy").iter().zip(entropy) {
            assert!((all / 256.0 - each).abs() < 1e-15);
        }
        if order == "scaling" {
            for (z, weight) in here("z").iter().zip(here("phi_C")) {
                assert!((regimes::numerics::special::normal_cdf(-z) - weight).abs() < 1e-14);
            }
        }
    }
    let exact = data().set("order", "exact").set("tolerance", 1e-6);
    assert_eq!(
        of(exact.clone(), "collapse-window", "phi_C"),
        of(exact, "condensation", "own_weight")
    );
    let notes = |t: &str| {
        let table = at(t).curve("collapse-window").unwrap();
        table.rows[0].notes.join(" ")
    };
    assert!(notes("0.97").is_empty() && notes("3").contains("log n ≥ 10"), "{}", notes("3"));
}

/// No collapse without a signal, none left at the data; and the two ends of the law.
#[test]
fn limit_laws_of_finite_size_at_their_ends() {
    let spectrum = Spectrum::Atoms(Atoms::isotropic(1.0));
    let laws = |t: f64| FiniteSize::new(&spectrum, Noise::at_time(t).unwrap(), 100.0, 20.0);
    assert!(laws(0.0).reason().is_some());
    for law in [Law::Scaling, Law::Refined] {
        let far = laws(f64::INFINITY).found().unwrap();
        assert!((far.index_entropy(law).value - 20.0).abs() < 1e-6);
        assert!(far.own_weight(law).value < 1e-8);
        let near = laws(1e-3).found().unwrap();
        assert!((near.own_weight(law).value - 1.0).abs() < 1e-12);
        assert!(near.index_entropy(law).value < 1e-12);
    }
}

/// E Σ w^k of the Poisson-Dirichlet law by the density of its weights: ∫ x^k x^{−1−m}(1 − x)^{m−1} dx/[Γ(m)Γ(1 − m)],
/// in u = (1 − x)^m.
#[test]
fn independent_participation_moments_by_their_density() {
    for m in [0.2f64, 0.5212612488688, 0.9] {
        for k in [2u32, 3, 5] {
            let count = 200_000;
            let norm = (std::f64::consts::PI * m).sin() / std::f64::consts::PI;
            // ∫ x^{k−1−m} du/m, free of the singularity at x = 1.
            let sum: f64 = (0..count)
                .map(|i| {
                    let u = (f64::from(i) + 0.5) / f64::from(count);
                    (1.0 - u.powf(1.0 / m)).powf(f64::from(k) - 1.0 - m)
                })
                .sum::<f64>()
                / f64::from(count);
            let found = fresh::moment(Estimate::exact(m), k).value;
            assert!((found - norm / m * sum).abs() < 1e-5, "{m} {k}: {found}");
        }
    }
}

/// Levels drawn from a fresh point: none of them its own, their Σw² tends to 1 − m from above in d.
#[test]
fn independent_fresh_points_see_one_minus_m() {
    let (alpha, t) = (0.5, 0.114_668_786_347);
    let m = Energies::isotropic(alpha, 1.0)
        .unwrap()
        .condensation(Noise::at_time(t).unwrap())
        .unwrap()
        .value()
        .unwrap();
    assert!((m - 0.521_261_248_868_8).abs() < 1e-11, "{m}");
    let (found, error) = fresh_participation(600.0, alpha, t, 3000);
    // Corrections of order 1/log d: within .03 at d = 600.
    assert!(
        (found - (1.0 - m)).abs() < 4.0 * error + 0.03,
        "{found} ± {error} against {}",
        1.0 - m
    );
}

/// Sixteen dimensions of variances 1.5 and 0.3 with 250 000 samples: the local covariances .0368 and .0263 of the
/// formula over the population's .0397 and .0359; the gap is largest at (ab)^{1/4}.
#[test]
fn identity_the_jacobian_at_a_fresh_point() {
    let eigenvalues = ["1.5"; 8].into_iter().chain(["0.3"; 8]).collect::<Vec<_>>().join(",");
    let data =
        || regimes::ask("gaussian").unwrap().set("eigenvalues", &eigenvalues).set("n", 250_000);
    let at = |query: regimes::ask::Query, name: &str| {
        query.curve("jacobian").unwrap().value(name).unwrap()[0].unwrap()
    };
    let dimension = at(data().set("t", 0.02), "effective_dimension");
    let want = 0.5 * (0.0368 / 0.0397 + 0.0263 / 0.0359);
    assert!((dimension - want).abs() < 0.003, "{dimension} {want}");
    assert!((at(data().set("t", 5), "effective_dimension") - 1.0).abs() < 1e-12);
    let best = at(data().set("t", 1), "gap_sigma");
    let gap = |sigma: f64| at(data().set("sigma-noise", sigma), "gap");
    assert!((gap(best) - at(data().set("t", 1), "largest_gap")).abs() < 1e-14);
    assert!(gap(0.9 * best) < gap(best) && gap(1.1 * best) < gap(best));
}

#[test]
fn bad_input_laws_of_one_gaussian_only() {
    let clusters = regimes::ask("clusters").unwrap().set("d", 64).set("n", 100).set("t", 1);
    let curve = clusters.set("order", "refined").curve("excess-entropy").unwrap();
    assert!(curve.column("f").unwrap()[0].reason().unwrap().contains("not one Gaussian"));
    let gaussian = regimes::ask("gaussian").unwrap().set("alpha", 0.1).set("t", 1);
    let curve = gaussian.clone().set("order", "scaling").curve("excess-entropy").unwrap();
    assert!(curve.column("f").unwrap()[0].reason().unwrap().contains("finite"));
    for (name, value, says) in
        [("tilt", "0", "above 0"), ("tilt", "-1", "above 0"), ("overlap", "nan", "finite")]
    {
        let error = gaussian.clone().set(name, value).curve(if name == "tilt" {
            "complexity"
        } else {
            "franz-parisi"
        });
        let message = error.err().unwrap().to_string();
        assert!(message.contains(name) && message.contains(says) || name == "overlap", "{message}");
    }
}
