//! How wrong the efforts of a channel may be: the searches of `replica/` rely on the rough ones, every
//! printed number on the others.
#![allow(missing_docs, clippy::unwrap_used)]

use regimes::channel::{Channel, Effort, Response};
use regimes::symbolic::{SHORTCUTS, activation};

/// Part of the strength r ∝ ∂I/∂v that a survey of a piecewise-linear activation may be wrong by: what
/// `replica/search.rs` takes for its sign.
const SURVEY: f64 = 0.125;

/// The same for a search, whatever the activation.
const SEARCH: f64 = 1e-5;

/// Slope ∂I/∂v below which nothing is learnt, whatever the prior: relative errors of it say nothing.
const NOTHING: f64 = 1e-9;

/// Channels of each activation.
const CHANNELS: usize = 8;

#[test]
fn identity_every_effort_is_as_good_as_it_says() {
    let typed = ["(z-0.5)^3", "tanh(3*z)+0.2*z^2", "sin(4*z)", "sqrt(abs(z))", "relu(z-1)^2"];
    for (k, name) in SHORTCUTS.iter().map(|s| s.name).chain(typed).enumerate() {
        let response = Response::from(&activation(name).unwrap());
        for j in 0..CHANNELS {
            // Multiples of irrational numbers, modulo 1.
            let at = |step: f64| ((CHANNELS * k + j) as f64 * step + 0.3).fract();
            let v = 10f64.powf(-5.0 * at(0.618_033_988_749_895));
            let snr = 10f64.powf(8.0 * at(0.754_877_666_246_693) - 3.0);
            let channel = Channel::new(&response, 0.5 + at(0.569_840_290_998_053), 1.0).unwrap();
            let ask = |effort: Effort| channel.at(v, snr, effort).unwrap();
            let (certified, polished) = (ask(Effort::Certify), ask(Effort::Polish));
            let what = format!("{name} {v} {snr}: {certified:?} {polished:?}");
            for (a, b) in [
                (certified.information, polished.information),
                (certified.by_variance, polished.by_variance),
                (certified.by_snr, polished.by_snr),
            ] {
                assert!((a.value - b.value).abs() <= a.error + b.error, "{what}");
            }
            let want = polished.by_variance.value;
            let wrong =
                |effort: Effort| (ask(effort).by_variance.value - want).abs() / (want + NOTHING);
            assert!(wrong(Effort::Search) < SEARCH, "{what}");
            if channel.piecewise_linear() {
                assert!(wrong(Effort::Survey) < SURVEY, "{what}");
            }
        }
    }
}
