//! What the steps of a sampler cost: closed forms, sums over the true transition kernels, simulated chains.
mod deterministic;
mod grids;
mod kernels;
mod optimal;

use regimes::ask::Computed;
use regimes::models::{Gaussian, Model, Order};
use regimes::steps::{Cost, Data, Level, cost};

/// What the sums of the tests themselves may be off by.
const ROUNDING: f64 = 1e-13;

/// The cost of a grid of signal-to-noise ratios.
pub(super) fn of(model: &dyn Model, order: Order, snr: &[f64]) -> Cost {
    let data = Data::new(model, order).unwrap().found().unwrap();
    let grid: Vec<Level> = snr.iter().map(|&snr| Level::at_snr(snr)).collect();
    cost(&data, &grid).unwrap()
}

/// Levels evenly spaced in log snr.
pub(super) fn geometric(first: f64, last: f64, steps: usize) -> Vec<f64> {
    (0..=steps).map(|k| first * (last / first).powf(k as f64 / steps as f64)).collect()
}

pub(super) fn one(computed: &Computed, name: &str) -> f64 {
    let cell = computed.column(name).unwrap()[0];
    cell.value().unwrap_or_else(|| panic!("{name}: {cell:?}"))
}

/// x − log(1 + x) by its series, or as it stands.
fn excess(x: f64) -> f64 {
    if x > 0.05 {
        return x - x.ln_1p();
    }
    (2..24).map(|k| (-x).powi(k) / f64::from(k)).sum()
}

/// Of a Gaussian every step costs ½ [x − log(1 + x)] a coordinate, x = λδ/(1 + λs): no information and no
/// posterior variance in it. The bound holds, step by step and in all.
#[test]
fn independent_gaussian_steps_in_closed_form() {
    let eigenvalues = [4.0, 1.7, 1.7, 0.02, 0.0];
    let model = Gaussian::with_eigenvalues(&eigenvalues, 5.0).unwrap();
    for (first, last, steps) in [(1e-3, 50.0, 11), (1e-6, 1e6, 400), (0.3, 0.9, 1)] {
        let snr = geometric(first, last, steps);
        let got = of(&model, Order::Asymptotic, &snr);
        let mut all = 0.0;
        for (k, pair) in snr.windows(2).enumerate() {
            let of_one = |l: &f64| 0.5 * excess(l * (pair[1] - pair[0]) / (1.0 + l * pair[0]));
            let want = eigenvalues.iter().map(of_one).sum::<f64>() / 5.0;
            all += want;
            let gap = (got.steps[k].value - want).abs();
            assert!(gap <= got.steps[k].error + ROUNDING * want, "{k}: {:?} {want}", got.steps[k]);
        }
        let gap = (got.total.value - all).abs();
        assert!(gap <= got.total.error + ROUNDING * all, "{:?} {all}", got.total);
        assert!(got.total.error < 1e-12 * (1.0 + all));
    }
}

/// 12 geometric levels between snr .001 and 50 of variance 1.7, and the sum over transitions.
#[test]
fn independent_cost_by_the_door() {
    let ask = regimes::ask("gaussian").unwrap().set("sigma", "sqrt(1.7)");
    let ask = ask.set("grid", "geometric").set("snr", "50:0.001").set("steps", 11);
    let got = ask.steps().unwrap();
    assert!((one(&got, "kl") - 1.150_578_530_836_8).abs() < 1e-12);
    let best = ask.clone().with("levels").steps().unwrap();
    assert_eq!(best.rows.len(), 12);
    let sum = best.value("cumulative").unwrap()[11].unwrap();
    assert!((sum - one(&got, "kl")).abs() < 1e-12);
}

/// A start from a Gaussian, against its KL from the law of one coordinate by quadrature.
#[test]
fn independent_start_by_quadrature() {
    let (s, d) = (0.7f64, 1.0);
    for (prior, atoms) in
        [("rademacher", [(-1.0, 0.5), (1.0, 0.5)]), ("binary:0.8", [(-1.0, 0.2), (1.0, 0.8)])]
    {
        for start in ["ve", "vp"] {
            let ask = |start: &str| {
                let query = regimes::ask("independent").unwrap().set("prior", prior).set("d", d);
                let query =
                    query.set("grid", "geometric").set("snr", format!("{s}:3")).set("steps", 3);
                one(&query.set("start", start).steps().unwrap(), "kl")
            };
            // y = sa + √s z against N(0, s); x_t = (y/√s)/√(1 + s) against N(0, 1).
            let variance = if start == "ve" { s } else { s * (1.0 + s) };
            let normal =
                |x: f64, v: f64| (-0.5 * x * x / v).exp() / (std::f64::consts::TAU * v).sqrt();
            let h = 0.01;
            let want: f64 = (-2000..=2000)
                .map(|k| {
                    let y = h * f64::from(k);
                    let p: f64 = atoms.iter().map(|(a, w)| w * normal(y - s * a, s)).sum();
                    if p > 0.0 { h * p * (p / normal(y, variance)).ln() } else { 0.0 }
                })
                .sum();
            let got = ask(start) - ask("exact");
            assert!((got - want).abs() < 1e-10, "{prior} {start}: {got} {want}");
        }
    }
}

#[test]
fn bad_input_names_what_would_be_right() {
    let text = |set: &[(&str, &str)]| {
        let query = regimes::ask("gaussian").unwrap();
        let query = set.iter().fold(query, |query, (name, value)| query.set(name, value));
        query.steps().unwrap_err().to_string()
    };
    let ends = ("snr", "0.01:10");
    for (set, words) in [
        (vec![("steps", "5"), ends], "--grid is required"),
        (vec![("grid", "geometric"), ends], "--steps is required"),
        (vec![("grid", "geometrc"), ("steps", "5"), ends], "did you mean geometric"),
        (vec![("grid", "geometric"), ("steps", "5")], "ends of the grid are missing"),
        (vec![("grid", "geometric"), ("steps", "5"), ends, ("sigma-noise", "1:2")], "not by both"),
        (vec![("grid", "geometric"), ("steps", "5"), ("snr", "1:1")], "one level"),
        (vec![("grid", "geometric"), ("steps", "5"), ("snr", "-1:1")], "below 0"),
        (vec![("grid", "geometric"), ("steps", "5"), ("snr", "3")], "two levels A:B"),
        (vec![("grid", "geometric"), ("steps", "5"), ("snr", "0:1")], "needs a signal"),
        (vec![("grid", "geometric"), ("steps", "5"), ("snr", "1:inf")], "finite snr"),
        (vec![("grid", "optimal"), ("steps", "2e5"), ends], "at most"),
        (vec![("grid", "optimal"), ("steps", "2.5"), ends], "whole number"),
        (vec![("grid", "dilated"), ("steps", "5"), ends], "--kappa"),
        (vec![("grid", "class-entropic"), ("steps", "5"), ends], "one class"),
        (
            vec![("grid", "karras"), ("steps", "5"), ("sampler", "ddim"), ("snr", "0:9")],
            "needs a signal",
        ),
        (vec![("grid", "./none.csv"), ("steps", "5")], "none.csv"),
        (vec![("grid", "optimal"), ("sampler", "dim"), ("steps", "5"), ends], "did you mean ddim"),
    ] {
        let message = text(&set);
        assert!(message.contains(words), "{set:?}: {message}");
    }
}

/// Grids in files: any of three coordinates, in either order; what is no grid is refused with its place.
#[test]
fn bad_input_grids_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |text: &str| {
        let path = folder.path().join("grid.csv");
        std::fs::write(&path, text).unwrap();
        let query = regimes::ask("independent").unwrap().set("prior", "rademacher");
        query.set("grid", path.to_str().unwrap()).steps()
    };
    let by_snr = one(&ask("snr\n0.1\n0.5\n2\n6\n").unwrap(), "kl");
    let sigma = |s: f64| 1.0 / s.sqrt();
    let text = format!("sigma\n{}\n{}\n{}\n{}\n", sigma(0.1), sigma(0.5), sigma(2.0), sigma(6.0));
    let reversed = "snr\n6\n2\n0.5\n0.1\n";
    for text in [text.as_str(), reversed] {
        assert!((one(&ask(text).unwrap(), "kl") - by_snr).abs() < 1e-14, "{text}");
    }
    for (text, words) in [
        ("snr\n0.1\n0.5\n0.3\n", "not monotone"),
        ("snr\n0.1\n0.1\n", "not monotone"),
        ("snr\n0.1\n", "two or more"),
        ("lambda\n0.1\n0.2\n", "one column snr, sigma or t"),
        ("snr,t\n0.1,2\n0.2,1\n", "one column snr, sigma or t"),
        ("snr\n-0.1\n0.2\n", "below 0"),
        ("sigma\n1\n0\n", "ends without noise"),
    ] {
        let message = ask(text).unwrap_err().to_string();
        assert!(message.contains(words), "{text:?}: {message}");
    }
}
