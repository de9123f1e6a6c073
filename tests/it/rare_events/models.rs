//! What follows from rare events in a model: the collapse time, what is learnt, which equilibrium.
use super::{channel, density, upper_tail};
use regimes::models::manifold::Normalisation;
use regimes::models::{Manifold, Model, Order};
use regimes::prior::Normal;
use regimes::replica::Replica;
use regimes::symbolic::activation;
use regimes::transitions::collapse::collapse_time;
use regimes::{Answer, Estimate, Noise};
use std::sync::Arc;

fn model(text: &str, gain: f64) -> Manifold {
    let prior = regimes::prior::named("normal").unwrap();
    let activation = activation(text).unwrap();
    Manifold::new(f64::INFINITY, activation, 1.0, prior, gain, Normalisation::IidP, 0.0).unwrap()
}

/// I(snr) = α where α is as small as the probability: the time itself is an ordinary number.
#[test]
fn regression_collapse_at_tiny_alpha() {
    let data = model("relu(z-10)", 1.0);
    for alpha in [1e-27, 1e-25, 1e-22] {
        let answer = collapse_time(&data, Estimate::exact(alpha), Order::Asymptotic, 0.0).unwrap();
        let time = answer.estimate().unwrap();
        assert!(time.error < 1e-9, "{alpha}: {time:?}");
        let noise = Noise::at_time(time.value).unwrap();
        let there = data.information(noise, Order::Asymptotic).unwrap().estimate().unwrap();
        assert!((there.value / alpha - 1.0).abs() < 1e-8, "{alpha}: {there:?}");
    }
    // Two values tell no more than their entropy.
    let two = collapse_time(&model("sign(z-10)", 1.0), 1e-20.into(), Order::Asymptotic, 0.0);
    let Answer::Absent(reason) = two.unwrap() else { panic!("collapse beyond the entropy") };
    assert!(reason.contains("never exceeds 4.13") && reason.contains("e-22"), "{reason}");
}

fn replica(text: &str, beta: f64) -> Replica {
    Replica::new(Arc::new(Normal::new(0.0).unwrap()), channel(text, 1.0), beta).unwrap()
}

/// Whether a rare step is seen or not: without noise E E[w|y]² = N(θ)²/(p(1 − p)), of which the latents
/// learn 1 − v = E E[w|y]²/β to first order. An activation that is flat wherever it was looked at was
/// taken for an even one, of which nothing is learnt.
#[test]
fn limit_something_is_learnt_of_rare_steps() {
    for theta in [4.0, 4.8, 5.0, 5.5, 6.0, 7.0] {
        for (beta, above) in [(0.5, true), (0.05, true), (2.0, false)] {
            let text =
                if above { format!("heaviside(z-{theta})") } else { format!("3*sign(z+{theta})") };
            let replica = replica(&text, beta);
            let p = upper_tail(theta);
            let learnt = density(theta).powi(2) / (p * (1.0 - p)) / beta;
            let branches = replica.branches(1e8).unwrap();
            let variance = branches.equilibrium().variance;
            let found = 1.0 - variance.value;
            let allowed = variance.error + 1e-16 + 100.0 * learnt * learnt;
            assert!((found - learnt).abs() <= allowed, "{text} {beta}: {found:e}, not {learnt:e}");
            assert!(found > variance.error, "{text} {beta}: {variance:?}");
        }
    }
}

/// The equilibrium has the least value of the potential.
#[test]
fn identity_rare_equilibria_are_minima() {
    for text in [
        "relu(z-5)",
        "relu(z-6.5)",
        "heaviside(z-5.2)",
        "relu(z-5)^2",
        "min(z+6,0)",
        "2+relu(-z-5.5)",
    ] {
        for (beta, snr) in [(0.5, 1e8), (1e-2, 1e8), (1e-2, 30.0)] {
            let replica = replica(text, beta);
            let branches = replica.branches(snr).unwrap();
            let least = branches.equilibrium().information;
            for below in [0.0, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1] {
                let other = replica.potential(1.0 - below, snr).unwrap();
                let slack = least.error + other.error;
                assert!(
                    least.value <= other.value + slack,
                    "{text} {beta} {snr}: {least:?} {below} {other:?}"
                );
            }
        }
    }
}

/// What a function does rarely, or only where a large gain reaches, decides whether it is even or
/// monotone: not what it does near the origin.
#[test]
fn limit_parity_and_order_are_those_of_the_whole_function() {
    let even = |text: &str, gain: f64| channel(text, gain).even();
    for (text, gain) in [
        ("relu(z-5)", 1.0),
        ("relu(z-9)^2", 1.0),
        ("1e-9*relu(z-6)", 1.0),
        ("tanh(z)^2+1/(1+exp(-50*(z-6)))", 1.0),
        ("z^2+relu(z-700)^3", 100.0),
        ("1e-12*heaviside(z-8)", 1.0),
    ] {
        assert!(!even(text, gain), "{text}");
    }
    for (text, gain) in [
        ("relu(z-5)+relu(-z-5)", 1.0),
        ("tanh(z)^2", 1.0),
        ("abs(z)", 30.0),
        ("1e-12*heaviside(abs(z)-8)", 1.0),
        ("z*sin(z)", 2.0),
        ("relu(abs(z)-9)^2", 1.0),
    ] {
        assert!(even(text, gain), "{text}");
    }
    // Without noise a monotone function tells w, and v = 1 − 1/β is left of β > 1 latents; one that
    // turns back within reach is no function of that kind, and says so.
    let left = |text: &str, gain: f64| {
        let replica = Replica::new(Arc::new(Normal::new(0.0).unwrap()), channel(text, gain), 2.0);
        replica.unwrap().branches(f64::INFINITY).map(|b| b.equilibrium().variance.value)
    };
    assert!((left("tanh(z)", 3.0).unwrap() - 0.5).abs() < 1e-12);
    assert!((left("z+100*sin(z/50)", 1.0).unwrap() - 0.5).abs() < 1e-12);
    assert!(left("z+100*sin(z/50)", 100.0).is_err());
}
