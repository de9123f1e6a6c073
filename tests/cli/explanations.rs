//! `explain` shows the numbers that one needs to check a value by hand.

use super::{json, stdout};

/// The number after the last `symbol =` that begins a line; formulas come first.
fn shown(text: &str, symbol: &str) -> f64 {
    let start = format!("{symbol} = ");
    let line = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
        .rfind(|line| line.starts_with(&start))
        .unwrap_or_else(|| panic!("{symbol} is not in {text}"));
    line[start.len()..].split_whitespace().next().unwrap().parse().unwrap()
}

/// Digits lost in a few operations on shown numbers.
const BY_HAND: f64 = 1e-12;

#[test]
fn independent_printed_time_by_its_shown_coefficients() {
    let text = stdout("explain t_S.gvm25 manifold --activation tanh --beta 0.4 --mu 0.3 --d 2000");
    let (linear, rest) = (shown(&text, "ϱ_1²"), shown(&text, "ϱ_*²"));
    let want = 0.5 * (2.0 * (linear * 0.4 * 2000.0 * 0.09 + rest)).ln();
    assert!((shown(&text, "t_S") - want).abs() < BY_HAND, "{text}");
    let text = stdout(
        "explain t_S.weak-separation manifold --activation tanh --beta 0.4 --mu 0.3 --d 2000",
    );
    let want = 0.5 * (2000.0 * shown(&text, "ϱ_1²") * 0.09).ln();
    assert!((shown(&text, "t_S") - want).abs() < BY_HAND, "{text}");
}

#[test]
fn independent_magnetisation_and_saddle_are_shown() {
    let text = stdout("explain t_S.between-class curie-weiss --temperature 0.5 --d 1000");
    let m = shown(&text, "m*");
    assert!((m - (m / 0.5).tanh()).abs() < BY_HAND);
    assert!((shown(&text, "t_S") - 0.5 * (1000.0 * m * m).ln()).abs() < BY_HAND);
    // The linear channel: β(1 − v)(1 + snr v) = snr v.
    let text = stdout("explain information manifold --activation z --beta 0.5 --snr 3");
    let v = shown(&text, "v at the minimum");
    assert!((0.5 * (1.0 - v) * (1.0 + 3.0 * v) - 3.0 * v).abs() < 1e-9, "{text}");
}

/// Two directions of three do not vary: KL counts nats per ambient dimension.
#[test]
fn independent_divergence_by_its_shown_bandwidths() {
    let text = stdout("explain kl gaussian --eigenvalues 2.93,0,0 --n 50 --t 0.0004");
    let (alpha, best) = (50f64.ln() / 3.0, shown(&text, "h_opt"));
    let h2 = 0.0008f64.exp_m1();
    assert!(h2.sqrt() < shown(&text, "h_G"), "below condensation: {text}");
    let want = alpha + ((h2 / 2.93).ln() - 1.0) / 6.0 + best * best / (6.0 * h2);
    assert!((shown(&text, "KL") / want - 1.0).abs() < BY_HAND, "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("nats per ambient dimension"), "{text}");
    let text = stdout("explain t_C.generalisation gaussian --eigenvalues 2.93,0,0 --n 50");
    let best = shown(&text, "h_opt");
    assert!((shown(&text, "t_g") - 0.5 * (best * best).ln_1p()).abs() < BY_HAND, "{text}");
    let p = 2.93 / (shown(&text, "h_G").powi(2) + 2.93);
    assert!((best / (shown(&text, "h_G") * (p * (2.0 - p)).sqrt()) - 1.0).abs() < 1e-9, "{text}");
}

#[test]
fn identity_symbols_alone_mean_the_quoted_criterion() {
    for (symbol, name) in [("t_S", "t_S.spectral"), ("t_C", "t_C.asymptotic")] {
        let line = "clusters --d 1024 --mu 1 --sigma 1";
        let sized = if symbol == "t_C" { " --n 20000" } else { "" };
        let text = stdout(&format!("explain {symbol} {line}{sized}"));
        assert_eq!(text, stdout(&format!("explain {name} {line}{sized}")));
    }
    // What is given has no error to state.
    let text = stdout("explain t_C.asymptotic gaussian --alpha 0.3 --d inf");
    assert!(text.contains("α = 0.3\n"), "{text}");
}

#[test]
fn identity_activations_side_by_side() {
    let all = json("times manifold --activation tanh,max(z,0),sign --beta 0.5,1 --alpha 0.3");
    let rows = all["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 6);
    for (k, row) in rows.iter().enumerate() {
        let activation = ["tanh", "max(z,0)", "sign"][k / 2];
        assert_eq!(row["activation"], activation);
        let beta = ["0.5", "1"][k % 2];
        let one =
            json(&format!("times manifold --activation {activation} --beta {beta} --alpha 0.3"));
        assert_eq!(row["t_C"], one["rows"][0]["t_C"], "{activation} {beta}");
    }
}

/// A scale of φ is a scale of snr; the dimension of the manifold is β d.
#[test]
fn identity_unit_variance_and_the_dimension_of_the_manifold() {
    let line = "curve information manifold --beta 0.5 --d 60";
    // Var sign = 1 already; Var relu = ½ − 1/(2π).
    let variance = 0.5 - 0.5 / std::f64::consts::PI;
    let unit = json(&format!("{line} --activation relu --normalise unit-variance --snr 2"));
    let scaled = json(&format!("{line} --activation relu --snr {}", 2.0 / variance));
    let value = |all: &serde_json::Value| all["rows"][0]["information"].as_f64().unwrap();
    assert!((value(&unit) / value(&scaled) - 1.0).abs() < 1e-9);
    let by_p = json("curve information manifold --p 30 --d 60 --activation relu --snr 2");
    let by_beta = json(&format!("{line} --activation relu --snr 2"));
    assert_eq!(value(&by_p), value(&by_beta));
    super::refused(
        &["times", "linear-manifold", "--p", "3", "--embedding", "iid-p", "--alpha", "1"],
        &["--p = 3", "finite --d"],
    );
    super::refused(
        &[
            "times",
            "linear-manifold",
            "--p",
            "3",
            "--beta",
            "1",
            "--d",
            "9",
            "--embedding",
            "iid-p",
            "--alpha",
            "1",
        ],
        &["--beta or --p"],
    );
}
