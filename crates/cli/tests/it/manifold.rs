//! `times` and `curve` of manifolds: what is refused.

use std::process::Command;

/// Exit status, standard output and standard error.
fn run(line: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args(line.split_whitespace())
        .args(more)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let empty = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    let mixture = format!("mixture:{}", empty.path().display());
    let times = "times manifold --alpha 0.3";
    let usual = "times manifold --alpha 0.3 --beta 0.5 --activation";
    let tanh = "times manifold --alpha 0.3 --beta 0.5 --activation tanh";
    let potential = "curve free-energy manifold --beta 0.5 --snr 1 --activation tanh";
    let cases: [(&str, &[&str], &[&str]); 21] = [
        (usual, &["tanh(z"], &["--activation", "tanh(z\n        ^", "')'"]),
        (usual, &["tanh(z) + * 2"], &["--activation", "tanh(z) + * 2\n            ^"]),
        (usual, &["tahn(z)"], &["'tahn'", "tahn(z)\n  ^", "tanh"]),
        (usual, &["tanh(x)"], &["'x'", "tanh(x)\n       ^", "z"]),
        (usual, &["log(z)"], &["log(z)", "positive"]),
        (usual, &["exp(z^2)"], &["exp(z²)", "grows too fast"]),
        (usual, &[""], &["--activation"]),
        (tanh, &["--gain", "inf"], &["--gain = inf", "finite"]),
        (tanh, &["--gain", "0"], &["--gain = 0", "above 0"]),
        (tanh, &["--gain", "nan"], &["--gain", "nan"]),
        (times, &["--activation", "tanh", "--beta", "0"], &["--beta = 0", "above 0"]),
        (times, &["--activation", "tanh", "--beta=-1"], &["--beta = -1", "above 0"]),
        (tanh, &["--prior", "binary:1.5"], &["--prior", "1.5", "between 0 and 1"]),
        (tanh, &["--prior", "gauss-bernoulli:0"], &["--prior", "(0, 1]"]),
        (tanh, &["--prior", "gaussian"], &["--prior = gaussian", "normal"]),
        (times, &["--beta", "0.5"], &["--activation is required"]),
        (tanh, &["--mu", "1", "--prior", "binary:0.3"], &["--mu = 1", "symmetric"]),
        (tanh, &["--mu=-1"], &["--mu = -1"]),
        (tanh, &["--prior", &mixture], &[".toml, line 1", "[[component]]"]),
        (potential, &["--v", "0"], &["--v = 0", "above 0"]),
        (potential, &["--v", "2"], &["--v = 2", "between 0 and 1"]),
    ];
    for (line, more, parts) in cases {
        let (code, out, message) = run(line, more);
        assert_eq!(code, Some(2), "{line} {more:?}: {message}");
        assert!(out.is_empty(), "{line} {more:?} wrote {out}");
        assert!(!message.contains("panicked"), "{message}");
        for part in parts {
            assert!(message.contains(part), "{line} {more:?}: {message:?} lacks {part:?}");
        }
    }
}

/// A constant tells nothing: that is an answer.
#[test]
fn limit_constant_activation_has_no_information() {
    let line = "curve information manifold --beta 0.5 --snr 0.1,10 --format json --activation";
    let (code, out, message) = run(line, &["0*z+2"]);
    assert_eq!(code, Some(0), "{message}");
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    for row in answer["rows"].as_array().unwrap() {
        assert_eq!(row["information"].as_f64(), Some(0.0), "{row}");
    }
    let line = "times manifold --beta 0.5 --alpha 0.3 --format json --activation";
    let (code, out, message) = run(line, &["0*z+2"]);
    assert_eq!(code, Some(0), "{message}");
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let cell = &answer["rows"][0]["t_C"]["asymptotic"];
    assert!(cell["value"].is_null() && cell["reason"].as_str().unwrap().contains("constant"));
}
