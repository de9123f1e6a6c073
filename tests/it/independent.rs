//! Independent coordinates: the same data as other models where they are, and the derivative of their information.
use regimes::ask::Computed;
use regimes::models::{Independent, Model, Order};
use regimes::{Noise, ask, prior};

/// What two closed forms of one number may differ by.
const ROUNDING: f64 = 1e-13;

fn value(table: &Computed, name: &str) -> Option<f64> {
    table.value(name).unwrap()[0]
}

/// Normal coordinates are one Gaussian; spins are those of Curie and Weiss above their critical temperature.
#[test]
fn independent_other_models_of_the_same_data() {
    let times = |model: &str, set: [(&str, &str); 3]| {
        set.iter().fold(ask(model).unwrap(), |query, (name, x)| query.set(name, x)).times().unwrap()
    };
    for alpha in ["0.05", "0.4", "0.69", "0.7"] {
        let spins = times("independent", [("prior", "rademacher"), ("d", "50"), ("alpha", alpha)]);
        let same = times("curie-weiss", [("temperature", "1e9"), ("d", "50"), ("alpha", alpha)]);
        let normal = times("independent", [("prior", "normal"), ("d", "50"), ("alpha", alpha)]);
        let gaussian = times("gaussian", [("sigma", "1"), ("d", "50"), ("alpha", alpha)]);
        for (a, b) in [(&spins, &same), (&normal, &gaussian)] {
            let (x, y) = (value(a, "t_C.asymptotic"), value(b, "t_C.asymptotic"));
            assert_eq!(x.is_some(), y.is_some(), "{alpha}: {x:?} {y:?}");
            if let (Some(x), Some(y)) = (x, y) {
                assert!((x - y).abs() < 1e-12, "{alpha}: {x} {y}");
            }
        }
        // No eigenvalue exceeds 1: Λ e^(−2t) = Δ_t at t = ½ log 2.
        let exact = value(&normal, "t_S.spectral-exact").unwrap();
        assert!((exact - 0.5 * 2f64.ln()).abs() < ROUNDING);
    }
    // A sparse prior: Λ = ρ, t = ½ log(1 + ρ).
    let sparse =
        times("independent", [("prior", "gauss-bernoulli:0.3"), ("d", "50"), ("alpha", "0.1")]);
    let exact = value(&sparse, "t_S.spectral-exact").unwrap();
    assert!((exact - 0.5 * 1.3f64.ln()).abs() < ROUNDING);
}

/// mmse = 2 dI/dsnr within the stated errors, and both ends of the process are numbers or reasons.
#[test]
fn identity_mmse_is_twice_the_slope_of_information() {
    for name in ["rademacher", "binary:0.7", "gauss-bernoulli:0.3", "normal:2"] {
        let model = Independent::new(100.0, prior::named(name).unwrap()).unwrap();
        let at = |snr: f64| Noise::at_snr(snr).unwrap();
        for snr in [0.01, 0.3, 2.0, 30.0] {
            let information =
                |snr: f64| model.information(at(snr), Order::Asymptotic).unwrap().value().unwrap();
            let h = 1e-3 * snr;
            let slope = (8.0 * (information(snr + h) - information(snr - h))
                - (information(snr + 2.0 * h) - information(snr - 2.0 * h)))
                / (6.0 * h);
            let mmse = model.mmse(at(snr)).unwrap().estimate().unwrap();
            assert!((mmse.value - slope).abs() < 1e-9, "{name} {snr}: {mmse:?} {slope}");
        }
        for snr in [0.0, f64::INFINITY] {
            let mmse = model.mmse(at(snr)).unwrap().estimate().unwrap();
            assert!(mmse.is_known() && mmse.error < 1e-12, "{name} {snr}: {mmse:?}");
        }
        assert!(!model.information(at(1.0), Order::ClassBit).unwrap().exists());
    }
}

/// The mmse with the class in it is twice the slope of the information with the class in it.
#[test]
fn identity_mmse_with_the_class() {
    use regimes::models::Clusters;
    let model = Clusters::new(30.0, 0.7, 0.9).unwrap();
    let at = |snr: f64| Noise::at_snr(snr).unwrap();
    for snr in [0.003, 0.05, 0.4, 5.0] {
        let information =
            |snr: f64| model.information(at(snr), Order::ClassBit).unwrap().value().unwrap();
        let h = 1e-3 * snr;
        let slope = (8.0 * (information(snr + h) - information(snr - h))
            - (information(snr + 2.0 * h) - information(snr - 2.0 * h)))
            / (6.0 * h);
        let mmse = model.mmse_of(at(snr), Order::ClassBit).unwrap().value().unwrap();
        assert!((mmse / slope - 1.0).abs() < 1e-8, "{snr}: {mmse} {slope}");
    }
    // Without any signal it is the whole variance, σ² + μ̃².
    let whole = model.mmse_of(at(0.0), Order::ClassBit).unwrap().value().unwrap();
    assert!((whole - (0.81 + 0.49)).abs() < ROUNDING);
}

#[test]
fn bad_input_priors_are_named() {
    let error =
        |prior: &str| ask("independent").unwrap().set("prior", prior).set("alpha", 1).times();
    assert!(error("rademachr").unwrap_err().to_string().contains("did you mean rademacher"));
    assert!(error("binary:2").unwrap_err().to_string().contains("between 0 and 1"));
    let none = ask("independent").unwrap().set("alpha", 1).times().unwrap_err().to_string();
    assert!(none.contains("--prior is required"), "{none}");
}
