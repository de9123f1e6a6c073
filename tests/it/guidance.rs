//! Guidance: closed forms, windows and the flow, each against references made by other routes.
use crate::reference::{number, reference};
use regimes::guidance::closed::{future_overshoot, overshoot, variance};
use regimes::guidance::deterministic::Flow;
use regimes::guidance::power;
use regimes::guidance::stochastic::Problem;
use regimes::models::Clusters;
use regimes::models::Model;
use regimes::models::samples::Denoiser;
use regimes::numerics::random::{Purpose, Seed};
use regimes::simulate::{Unit, blocks, guidance};
use regimes::{Estimate, Noise};

/// What closed forms, windows and flows reach.
const CLOSED: f64 = 1e-12;
const WINDOW: f64 = 1e-9;

fn holds(found: Estimate, want: f64, known: f64, about: &str) {
    let gap = (found.value - want).abs();
    assert!(gap <= found.error + known, "{about}: {found:?} against {want}");
}

#[test]
fn independent_closed_forms_by_quadrature() {
    let mut count = 0;
    for row in reference("guidance.csv") {
        let omega = row["omega"].parse::<f64>().unwrap();
        let (found, want) = match row["quantity"].as_str() {
            "overshoot" => (overshoot(omega), number(&row, "mean")),
            "variance" => (variance(omega), number(&row, "variance")),
            _ => continue,
        };
        holds(found, want, 1e-17, &format!("{row:?}"));
        // The stated bound grows with the strength; the values themselves are good to 1e-12.
        assert!(found.error < 3.0 * CLOSED * want.abs().max(1.0), "{row:?}: {found:?}");
        assert!((found.value - want).abs() < CLOSED * want.abs().max(1.0), "{row:?}: {found:?}");
        count += 1;
    }
    assert!(count > 20);
}

#[test]
fn independent_windows_by_power_series() {
    let mut count = 0;
    for row in reference("guidance.csv").iter().filter(|row| row["quantity"] == "window") {
        let omega = number(row, "omega");
        let law = Problem::new(omega, [number(row, "from"), number(row, "to")]).law();
        let known = number(row, "tolerance");
        holds(law.mean, number(row, "mean"), known, &format!("{row:?}"));
        holds(law.variance, number(row, "variance"), known, &format!("{row:?}"));
        let size = 1.0 + number(row, "variance").abs();
        assert!(law.mean.error.max(law.variance.error) < WINDOW * size, "{row:?}: {law:?}");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn independent_flows_by_a_runge_kutta_rule() {
    let mut count = 0;
    for row in reference("guidance.csv").iter().filter(|row| row["quantity"] == "flow") {
        let between = [number(row, "from"), number(row, "to")];
        let flow = Flow { omega: number(row, "omega"), power: 0.0, widening: 0.0, between };
        let [mean, variance] = flow.followed().law();
        let known = number(row, "tolerance");
        holds(mean, number(row, "mean"), known, &format!("{row:?}"));
        holds(variance, number(row, "variance"), known, &format!("{row:?}"));
        assert!(mean.error.max(variance.error) < WINDOW, "{row:?}: {mean:?} {variance:?}");
        count += 1;
    }
    assert!(count > 5);
}

/// Values printed for the limits of the two samplers; the stochastic constants in closed form at ½.
#[test]
fn identity_known_constants() {
    holds(overshoot(0.5), 2f64.ln() - 0.25, 1e-16, "c(1/2)");
    holds(overshoot(1.0), 0.681_725_814_826_5, 1e-13, "c(1)");
    holds(variance(1.0), -1.043_157_421_731, 1e-12, "v(1)");
    holds(future_overshoot(1.0, -2.0), 1.945_965_190_51, 1e-11, "u(-2)");
    holds(future_overshoot(3.0, 0.5), 0.798_573_580_833_1, 1e-13, "u(.5)");
    // Between the two series of u there is no step; far right it is ω(2y + 1 − H) e^{−2y}.
    for omega in [0.2, 1.0, 7.0, 50.0] {
        for y in [-0.5f64, 0.2, 0.202_732_5, 0.3, 1.9, 2.0, 3.0] {
            let (a, b) = (future_overshoot(omega, y - 1e-9), future_overshoot(omega, y + 1e-9));
            assert!((a.value - b.value).abs() < 1e-7 * omega.max(1.0), "{omega} {y}: {a:?} {b:?}");
        }
        let (y, h) =
            (12.0, regimes::numerics::gamma::digamma(2.0 * omega + 1.0) + 0.577_215_664_901_532_9);
        let want = omega * (2.0 * y + 1.0 - h) * (-2.0 * y).exp();
        assert!((future_overshoot(omega, y).value / want - 1.0).abs() < 1e-7 * (1.0 + omega));
    }
}

/// ω = −1 is the score of both classes: y is ±γ with a Brownian motion.
#[test]
fn limit_the_score_of_both_classes() {
    for clock in [1e-3, 1.0, 20.0, 400.0, 1e4] {
        let law = Problem::new(-1.0, [0.0, clock]).law();
        holds(law.mean, -clock, 0.0, "mean");
        holds(law.variance, clock * clock, 0.0, "variance");
        assert!(law.variance.error < 1e-9 * (1.0 + clock * clock), "{law:?}");
    }
}

/// The transforms meet the closed forms where both hold, also at large and negative ω.
#[test]
fn identity_windows_to_the_end_are_the_closed_forms() {
    for omega in [-0.3, 0.01, 1.0, 10.0, 50.0] {
        let law = Problem::new(omega, [0.0, 1e9]).law();
        holds(law.mean, overshoot(omega).value, CLOSED, "mean");
        holds(law.variance, variance(omega).value, CLOSED, "variance");
    }
}

/// Two windows, one after the other, are not one: but what is added before them is not undone.
#[test]
fn limit_short_early_and_late_windows() {
    // ωγ before, π ω Γ(2ω+1)/(√2 Γ(2ω+3/2)) e^{−γ/2}/√γ after, for ω = 1 with Γ(3)/Γ(7/2) = .60180.
    let early = Problem::new(2.0, [0.0, 1e-7]).law();
    assert!((early.mean.value / 2e-7 - 1.0).abs() < 1e-6);
    let late = Problem::new(1.0, [40.0, 1e3]).law();
    let leading = std::f64::consts::PI / 2f64.sqrt() * 2.0 / 3.323_350_970_447_842_6
        * (-20f64).exp()
        / 40f64.sqrt();
    let ratio = late.mean.value / leading;
    assert!((0.9..1.0).contains(&ratio), "{ratio}");
    let none = Problem::new(1.0, [1e3, 2e3]).law();
    assert!(none.mean.value == 0.0 && none.mean.error < 1e-12);
}

/// A power close to 0 is no power; larger ones shift less; the stepped equations hold their errors.
#[test]
fn identity_powers_by_steps_and_transforms() {
    let clocks = [0.0, 10.0];
    let plain = Problem::new(3.0, clocks).law();
    let stepped = power::law(3.0, 1e-12, 0.0, clocks);
    holds(stepped.mean, plain.mean.value, 1e-9, "mean");
    holds(stepped.variance, plain.variance.value, 1e-8, "variance");
    let means = [0.0001, 0.5, 1.0, 2.0].map(|a| power::law(3.0, a, 0.0, clocks).mean.value);
    assert!(means.windows(2).all(|m| m[0] > m[1]), "{means:?}");
}

/// Steps on elements against steps on one Chebyshev grid.
#[test]
fn independent_powers_on_one_grid() {
    let mut count = 0;
    for row in reference("guidance.csv").iter().filter(|row| row["quantity"].starts_with("power")) {
        let power = row["quantity"]["power ".len()..].parse::<f64>().unwrap();
        let law = power::law(number(row, "omega"), power, 0.0, [0.0, number(row, "to")]);
        let known = number(row, "tolerance");
        holds(law.mean, number(row, "mean"), known, &format!("{row:?}"));
        holds(law.variance, number(row, "variance"), 10.0 * known, &format!("{row:?}"));
        assert!(law.mean.error < 1e-8 && law.variance.error < 1e-6, "{law:?}");
        count += 1;
    }
    assert!(count > 1);
}

/// A power in the flow: Taylor series with κ^a against the same flow with a close to 0.
#[test]
fn limit_flow_of_a_small_power() {
    let of = |power: f64| {
        Flow { omega: 2.0, power, widening: 0.0, between: [0.0, 5.0] }.followed().law()
    };
    let (none, small) = (of(0.0), of(1e-9));
    assert!((none[0].value - small[0].value).abs() < 1e-8, "{none:?} {small:?}");
    assert!((none[1].value - small[1].value).abs() < 1e-8);
    // Finite width: κ² = γ/Γ with Γ ≠ 1 matters.
    let wide = Flow { omega: 2.0, power: 1.0, widening: 0.02, between: [0.0, 5.0] };
    assert!(wide.followed().law()[0].value < of(1.0)[0].value);
}

/// In units of σ the stochastic sampler's shift falls as d^{−1/2}, the deterministic one's does not move.
#[test]
fn published_blessing_of_dimension_holds_for_one_sampler_only() {
    let shift = |sampler: &str| -> Vec<f64> {
        let clusters =
            regimes::ask("clusters").unwrap().set("d", "1e2,1e4,1e6,1e12").set("omega", 1);
        let found = clusters.set("sampler", sampler).guidance().unwrap();
        found.value("mean_shift").unwrap().into_iter().map(Option::unwrap).collect()
    };
    for (d, shift) in [1e2f64, 1e4, 1e6, 1e12].into_iter().zip(shift("sde")) {
        assert!((shift * d.sqrt() - 0.681_725_814_826_5).abs() < 1e-9, "{d} {shift}");
    }
    for shift in shift("ode") {
        assert!((shift - 0.649_112_979_6).abs() < 1e-9, "{shift}");
    }
}

/// Five and 95 % of the shift have been added at the window's ends: guidance that stops there adds as much.
#[test]
fn identity_the_window_holds_ninety_percent_of_the_shift() {
    for (sampler, omega) in [("sde", 1.0), ("sde", 12.0), ("ode", 1.0), ("ode", 4.0)] {
        let clusters = regimes::ask("clusters").unwrap().set("d", 400).set("omega", omega);
        let clusters = clusters.set("sampler", sampler);
        let all = clusters.clone().guidance().unwrap();
        let of =
            |table: &regimes::ask::Computed, name: &str| table.value(name).unwrap()[0].unwrap();
        for (name, share) in [("window.start", 0.05), ("window.end", 0.95)] {
            let window = format!("inf:{:?}", of(&all, name));
            let part = clusters.clone().set("window", window).guidance().unwrap();
            let found = of(&part, "mean_shift") / of(&all, "mean_shift");
            assert!((found - share).abs() < 1e-8, "{sampler} {omega} {name}: {found}");
            let error = all.column(name).unwrap()[0].error().unwrap();
            assert!(error < 1e-9, "{name}: {error}");
        }
    }
}

/// Full-space runs with the mixture's own scores, no reduction, at d = 36: within three standard errors of the
/// theory at twelve settings of both samplers.
#[test]
fn independent_full_space_runs_agree_with_the_reduction() {
    let (count, points) = (16, 48);
    for flow in [false, true] {
        for (omega, mu, sigma, window) in [
            (0.5, 1.0, 1.0, [0.0, f64::INFINITY]),
            (1.0, 1.0, 1.0, [0.0, f64::INFINITY]),
            (3.0, 1.0, 1.0, [0.0, f64::INFINITY]),
            (1.0, 0.5, 1.4, [0.0, f64::INFINITY]),
            (2.0, 1.0, 0.5, [0.0, f64::INFINITY]),
            (1.0, 1.0, 1.0, [1.2, 2.2]),
        ] {
            let clusters = Clusters::new(36.0, mu, sigma).unwrap();
            let plan = guidance::Plan { omega, class: 0, flow, steps: 260, window };
            let all = blocks::run(count, 2, &|k| {
                guidance::block(&clusters, &plan, points, Unit::new(Seed(11), k as u64))
            });
            let found = guidance::all(&all.unwrap(), (count * points) as f64);
            let ask =
                regimes::ask("clusters").unwrap().set("d", 36).set("mu", mu).set("sigma", sigma);
            let mut ask = ask.set("omega", omega).set("sampler", if flow { "ode" } else { "sde" });
            if window[1].is_finite() {
                ask = ask.set("window", "1.2:2.2");
            }
            let want = ask.guidance().unwrap();
            let of = |name: &str| want.value(name).unwrap()[0].unwrap();
            // Steps of Heun's rule and the finite start leave some parts in a thousand.
            for (measured, want) in [
                (found.mean_shift, of("mean_shift")),
                (found.variance_ratio, of("variance_ratio")),
                (found.across, 1.0),
            ] {
                let z = (measured.value - want) / measured.stderr.hypot(2e-3);
                assert!(z.abs() < 3.0, "{flow} {omega} {mu} {sigma}: {measured:?} {want} ({z:.1})");
            }
            assert!(found.share.value > 0.99);
        }
    }
}

/// Five hundred random queries of both samplers, windows, negative strengths and powers against a second route each.
#[test]
fn independent_random_queries_hold_their_errors() {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in &reference("guidance_queries.csv") {
        let of = |name: &str| number(row, name);
        let (omega, a, between) = (of("omega"), of("power"), [of("from"), of("to")]);
        let [mean, variance] = match (row["kind"].as_str(), a == 0.0) {
            ("ode", _) => Flow { omega, power: a, widening: 0.0, between }.followed().law(),
            (_, true) => {
                let law = Problem::new(omega, between).law();
                [law.mean, law.variance]
            }
            (_, false) => {
                let law = power::law(omega, a, 0.0, between);
                [law.mean, law.variance]
            }
        };
        for (found, want) in [(mean, of("mean")), (variance, of("variance"))] {
            // The references' own tolerance is that of both moments together.
            let known = of("tolerance") * (1.0 + want.abs());
            let sharp = if a == 0.0 { WINDOW } else { 1e-6 };
            let honest = (found.value - want).abs() <= found.error + known;
            if !honest || found.error > sharp * (1.0 + want.abs()) {
                wrong.push(format!("{row:?}: {found:?} against {want}"));
            }
        }
        count += 1;
    }
    assert!(wrong.is_empty() && count == 500, "{count}: {wrong:#?}");
}

/// Three orthogonal classes, K = 3, in as many dimensions: σ²/|m| ω∫E(1 − p_c)dγ, by a simulation of these three
/// coordinates alone 1.0599(42) at ω = 1.
#[test]
fn independent_three_orthogonal_classes() {
    let class = |k: usize| {
        let mean: Vec<&str> = (0..3).map(|j| if j == k { "4" } else { "0" }).collect();
        format!("[[class]]\nmean = [{}]\nvariance = 1\n", mean.join(", "))
    };
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), (0..3).map(class).collect::<String>()).unwrap();
    let query = regimes::ask("mixture").unwrap().set("file", file.path().display());
    let query = query
        .set("omega", 1)
        .set("sampler", "sde")
        .set("blocks", 16)
        .set("points", 125)
        .set("steps", 100);
    let found = query.simulate("guidance").unwrap();
    let cell = found.column("mean_shift").unwrap()[0].clone();
    let (shift, error) = (4.0 * cell.value().unwrap(), 4.0 * cell.spread().unwrap());
    // Measured from the middle of the classes, along (2, −1, −1)/√6: the others lose what class c gains, half each.
    let want = 1.0599 * 1.5f64.sqrt();
    assert!((shift - want).abs() < 3.0 * error.hypot(0.0042), "{shift} ± {error} against {want}");
    assert!(error < 0.1);
}

/// Random queries: every answer is a number with an error that another resolution of the same keeps, or a
/// reason; nothing is not a number.
#[test]
fn property_random_queries_are_honest() {
    let mut stream = Seed(5).stream(Purpose::Points, 0, 0);
    for _ in 0..60 {
        let omega = (-1.0 + 2.0 * stream.uniform()) * 10f64.powf(-2.0 + 3.7 * stream.uniform());
        let omega = omega.max(-1.0);
        let clock = 10f64.powf(-4.0 + 16.0 * stream.uniform());
        let start = clock * stream.uniform() * f64::from(u8::from(stream.uniform() < 0.5));
        let law = Problem::new(omega, [start, clock]).law();
        assert!(law.mean.is_known() && law.variance.is_known(), "{omega} {start} {clock}: {law:?}");
        let size = 1.0 + law.mean.value.abs();
        assert!(law.mean.error < 1e-8 * size, "{omega} {start} {clock}: {law:?}");
        // The variance is one.
        assert!(law.variance.value > -clock * (1.0 + 1e-9), "{omega} {start} {clock}: {law:?}");
        // Runs on clock: the mean moves towards the class for ω > 0 and away for ω < 0.
        assert!(
            law.mean.value * omega >= -law.mean.error * omega.abs(),
            "{omega} {clock}: {law:?}"
        );
    }
}

#[test]
fn bad_input_is_refused_by_name() {
    let clusters = || regimes::ask("clusters").unwrap().set("d", 64);
    let of = |name: &str, value: &str| {
        let model = clusters().set(name, value);
        let model = if name.contains("omega") || name.contains("scale") {
            model
        } else {
            model.set("omega", 1)
        };
        model.guidance().unwrap_err().to_string()
    };
    for (name, value, says) in [
        ("omega", "-1.5", "−1"),
        ("guidance-scale", "-0.5", "0"),
        ("power", "-1", "0 or above"),
        ("window", "2:2", "empty"),
        ("window", "2", "T1:T2"),
        ("window", "-1:2", "0 or above"),
        ("sampler", "heun", "sde, ode"),
    ] {
        let message = of(name, value);
        assert!(message.contains(name) && message.contains(says), "{name}: {message}");
    }
    let both = clusters().set("omega", 1).set("guidance-scale", 2).guidance().unwrap_err();
    assert!(both.to_string().contains("give one"));
    assert!(clusters().guidance().unwrap_err().to_string().contains("--omega"));
    let one = regimes::ask("gaussian").unwrap().set("omega", 1).guidance().unwrap_err();
    assert!(one.to_string().contains("one class"), "{one}");
    let outside = clusters().set("omega", 1).set("window", "9:7").set("schedule", "ddpm-linear");
    let message = outside.guidance().unwrap_err().to_string();
    assert!(message.contains("outside the schedule"), "{message}");
    let negative = clusters().set("omega", -0.5).set("power", 1).guidance().unwrap_err();
    assert!(negative.to_string().contains("--power"));
}

/// The class's own estimate and weight agree with the whole: Σ P(k|x) E[a|x, k] = E[a|x].
#[test]
fn identity_class_estimates_add_up() {
    let clusters = Clusters::new(6.0, 0.7, 0.8).unwrap();
    let frame = &mut Seed(1).stream(Purpose::Frame, 0, 0);
    let sampler = clusters.sampler(frame).unwrap().found().unwrap();
    let denoiser: Box<dyn Denoiser> = sampler.posterior().unwrap().found().unwrap();
    let mut stream = Seed(2).stream(Purpose::Points, 0, 0);
    let mut x = vec![0.0; 6];
    stream.normals(&mut x);
    let noise = Noise::at_time(0.4).unwrap();
    let (mut weights, mut all, mut own) = (vec![0.0; 2], vec![0.0; 6], vec![0.0; 6]);
    denoiser.denoise(&x, noise, &mut weights, Some(&mut all));
    for (k, weight) in weights.iter().enumerate() {
        denoiser.denoise_class(&x, noise, k, &mut own);
        all.iter_mut().zip(&own).for_each(|(a, o)| *a -= weight * o);
    }
    assert!(all.iter().all(|a| a.abs() < 1e-14), "{all:?}");
}
