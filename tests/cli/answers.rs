//! What the program answers: published times, transitions that are absent, limits.

use super::{json, mixture, regimes, stdout, words};
use serde_json::Value;

#[test]
fn published_times_of_two_clusters() {
    let all = json("times clusters --d 1024 --n 20000 --mu 1 --sigma 1");
    assert_eq!(all["program"], "regimes");
    assert_eq!(all["conventions"]["logarithm"], "natural");
    let row = &all["rows"][0];
    assert_eq!((row["d"].as_f64(), row["n"].as_f64()), (Some(1024.0), Some(20000.0)));
    let value = |path: [&str; 2]| row[path[0]][path[1]]["value"].as_f64().unwrap();
    assert!((value(["t_S", "spectral"]) - 0.5 * 1025f64.ln()).abs() < 1e-15);
    // BBDM24's formula, and with the class bit.
    assert!((value(["t_C", "asymptotic"]) - 1.977_546_718_632_166).abs() < 1e-14);
    assert!((value(["t_C", "class-bit"]) - 2.013_487_860_158_05).abs() < 1e-13);
    for column in all["columns"].as_array().unwrap() {
        let name = column["name"].as_str().unwrap();
        if name.starts_with("t_") {
            assert!(!column["source"].as_str().unwrap().is_empty(), "{name} has no source");
        }
    }
}

#[test]
fn limit_no_transition_is_an_answer_with_its_reason() {
    let none = json("times clusters --d 100 --n 1 --mu 0.01 --sigma 1");
    let row = &none["rows"][0];
    for path in [["t_S", "between-class"], ["t_C", "asymptotic"], ["t_S", "bayes"]] {
        let cell = &row[path[0]][path[1]];
        assert!(cell["value"].is_null(), "{path:?}: {cell}");
        assert!(cell["reason"].as_str().unwrap().starts_with("no transition"), "{cell}");
    }
    let spins = json("times curie-weiss --d 1000 --temperature 0.8 --alpha 0.5");
    let cell = &spins["rows"][0]["t_C"]["asymptotic"];
    assert!(cell["reason"].as_str().unwrap().contains("exceeds the largest information"));
    let points = json("times clusters --d 10 --n 3 --mu 1 --sigma 0");
    let cell = &points["rows"][0]["t_C"]["class-bit"];
    assert!(cell["reason"].as_str().unwrap().contains("exceeds the largest information"));
}

#[test]
fn limit_no_regime_two_is_reported() {
    let row = json("times clusters --d 4 --n 2 --mu 0.6 --sigma 1")["rows"][0].clone();
    let notes = row["notes"].to_string();
    assert!(notes.contains("no regime II"), "{row}");
}

#[test]
fn limit_smoothed_score_never_collapses_beyond_its_bandwidth() {
    let rows =
        json("times gaussian --sigma 1 --alpha 0.5 --bandwidth 0,0.3,0.6,0.7 --d inf")["rows"]
            .clone();
    let times: Vec<Option<f64>> =
        rows.as_array().unwrap().iter().map(|r| r["t_C"]["asymptotic"]["value"].as_f64()).collect();
    assert!(times[0] > times[1] && times[1] > times[2] && times[2].is_some());
    // e^{−1/2} = 0.6065
    assert_eq!(times[3], None);
}

#[test]
fn published_normalisation_trap() {
    // β, α, published formula (orthonormal), i.i.d. W/√p
    for (beta, published, iid) in [
        ("0.5", 0.072_707, 0.109_082),
        ("0.25", 0.009_243, 0.031_615),
        ("0.9", 0.199_637, 0.161_881),
    ] {
        for (embedding, want) in [("orthonormal", published), ("iid-p", iid)] {
            let line =
                format!("times linear-manifold --beta {beta} --alpha 0.5 --embedding {embedding}");
            let row = json(&line)["rows"][0].clone();
            let got = row["t_C"]["asymptotic"]["value"].as_f64().unwrap();
            assert!((got - want).abs() < 5e-7, "{line}: {got}");
            assert_eq!(row["embedding"], embedding);
        }
    }
}

#[test]
fn published_schedule_positions() {
    let row = json("schedule --t 1.01800599187625 --name edm")["rows"][0].clone();
    assert!((row["sigma"]["value"].as_f64().unwrap() - 2.580_697_58).abs() < 1e-8);
    let late = json("schedule --t 3.5 --name sd-scaled-linear")["rows"][0].clone();
    assert!(late["step"]["reason"].as_str().unwrap().contains("beyond the horizon"));
    let warned = regimes(&words(
        "times clusters --d 1024 --n 20000 --schedule sd-scaled-linear --format json",
    ));
    let message = String::from_utf8_lossy(&warned.stderr).into_owned();
    assert!(
        message.contains("beyond the horizon") && message.contains("class information survives")
    );
}

#[test]
fn identity_explanations_substitute_the_numbers() {
    let text = stdout("explain t_S.spectral clusters --d 1024 --mu 1.5 --sigma 0.5");
    for part in
        ["Λ = d·μ̃² + σ²", "= 1024·1.5² + 0.5²", "= 2304.25", "t_S = 3.87", "arXiv 2402.18491"]
    {
        assert!(text.contains(part), "{text} does not say {part}");
    }
    let latex = stdout(
        "explain t_C.asymptotic linear-manifold --beta 0.5 --alpha 0.5 --embedding orthonormal --latex",
    );
    for part in ["\\begin{align*}", "\\frac{1}{e^{2\\cdot{0.5}/{0.5}} - 1}", "GVM25"] {
        assert!(latex.contains(part), "{latex} does not say {part}");
    }
}

/// No NaN in any cell at the ends of the process, for every model with classes.
#[test]
fn limit_ends_of_the_process_have_numbers_or_reasons() {
    for line in [
        "curve phi clusters --d 100 --snr 0,inf",
        "curve class-entropy clusters --d 100 --t 0,400",
        "curve excess-entropy clusters --d inf --alpha 0.1 --t 0,1000",
        "curve information linear-manifold --beta 0.5 --embedding iid-p --snr 0,1e155,1e300,inf",
        "curve information curie-weiss --temperature 0.7 --snr 0,inf",
    ] {
        let text = stdout(&format!("{line} --format json"));
        assert!(!text.to_lowercase().contains("nan"), "{line}: {text}");
    }
    let row =
        json("curve information linear-manifold --beta 0.5 --embedding iid-p --snr 1e155")["rows"]
            [0]
        .clone();
    // (β/2) log snr + O(1)
    assert!(
        (row["information"].as_f64().unwrap() - 0.25 * 155.0 * 10f64.ln()).abs() < 1.0,
        "{row}"
    );
}

/// Where only bounds are known the error says so, and so does the exit status; the limits are right.
#[test]
fn limit_bounds_close_at_both_ends() {
    let mut text = String::from("dimension = 5\n");
    for k in 0..5 {
        let mean: Vec<String> =
            (0..5).map(|i| if i == k { "6.0".into() } else { "0.0".to_owned() }).collect();
        let variance = 1.0 + 0.1 * f64::from(k);
        text.push_str(&format!("[[class]]\nmean = [{}]\nvariance = {variance}\n", mean.join(", ")));
    }
    let (_folder, name) = mixture(&text, "toml");
    let output =
        regimes(&["curve", "phi", "mixture", &name, "--t", "0.05,2,16", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let rows = serde_json::from_slice::<Value>(&output.stdout).unwrap()["rows"].clone();
    let phi = |k: usize| (rows[k]["phi"].as_f64().unwrap(), rows[k]["error"].as_f64().unwrap());
    assert!((phi(0).0 - 1.0).abs() <= phi(0).1 && phi(0).1 < 1e-2, "{:?}", phi(0));
    assert!(phi(1).1 > 1e-3);
    assert!((phi(2).0 - 0.2).abs() <= phi(2).1 && phi(2).1 < 1e-10, "{:?}", phi(2));
}

/// What misses its tolerance is still printed, and what failed stands where its value would be.
#[test]
fn limit_exit_three_always_has_its_row() {
    for (line, part) in [
        ("times clusters --d 3 --n 5 --sigma 1e200", "left the range"),
        ("times gaussian --d 3 --n 5 --sigma 1,1e200 --format csv", "left the range"),
        ("explain t_S.spectral clusters --d 3 --sigma 1e200", "left the range"),
    ] {
        let output = regimes(&words(line));
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(3), "{line}");
        assert!(
            text.split_whitespace().collect::<Vec<_>>().join(" ").contains(part),
            "{line}: {text}"
        );
    }
}

#[test]
fn regression_extreme_parameters_have_answers() {
    let spins = stdout("times curie-weiss --temperature 1e-40 --alpha 1 --format csv");
    assert!(spins.contains("exceeds the largest information"), "{spins}");
    // t_C.clones ≈ ½ σ² e^(−2α) = e^(−1400): below any double.
    let page = stdout("explain t_C.clones clusters --d 64 --alpha 700");
    assert!(page.contains("t_C.clones = 0  ± "), "{page}");
    let times = json("times clusters --d 3 --n 5 --sigma 1e150");
    let time = &times["rows"][0]["t_C"]["class-bit"]["value"];
    assert!((time.as_f64().unwrap() - 345.060_556_163_283_7).abs() < 1e-9, "{time}");
    let times = json("times clusters --d 3 --n 5 --mu 1e153");
    let time = &times["rows"][0]["t_S"]["class-entropy"]["value"];
    assert!((time.as_f64().unwrap() - 352.639_3).abs() < 1e-3, "{time}");
    let times = json("times clusters --d 3 --n 5 --bandwidth 1e-8");
    let time = &times["rows"][0]["t_C"]["class-bit"]["value"];
    assert!((time.as_f64().unwrap() - 0.309_522_692_354).abs() < 1e-11, "{time}");
}
