//! What fuzzing found, each by its smallest input.

use regimes::dataset::{Source, columns::Columns, list::list, open};
use regimes::document::Document;
use regimes::models::mixture_file::classes;
use regimes::symbolic::{MAX_DEPTH, parse};
use std::path::Path;

/// A coefficient that is infinite or NaN was scaled to itself without end, or became a number.
#[test]
fn bad_input_quotients_by_zero_stay_as_they_are() {
    for text in [
        "sign(1/0)",
        "relu(z/0)",
        "heaviside(-1/0)",
        "abs(0/0)",
        "abs(z/0)",
        "log(1/0*cosh(z))",
        "√(0/0*-z)",
    ] {
        let simple = parse(text, &["z"]).unwrap().simplify();
        assert_eq!(parse(&simple.to_string(), &["z"]).unwrap(), simple, "{text}");
        assert!(
            !simple.evaluate(&[1.0]).is_finite()
                || text.starts_with("sign")
                || text.starts_with("heav"),
            "{text}: {simple}"
        );
    }
}

#[test]
fn limit_a_comment_may_end_a_text_without_a_line_break() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("curve.csv");
    std::fs::write(&path, "t,phi\n1,2\n3,4\n# made by hand").unwrap();
    let data = open(&path, None).unwrap();
    assert_eq!((data.samples(), data.dimension()), (2, 2));
    assert_eq!(Columns::read(&path).unwrap().numbers("phi").unwrap(), [Some(2.0), Some(4.0)]);
}

#[test]
fn bad_input_a_column_of_nothing_is_no_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, "eigenvalue,x\n,1\n,2\n").unwrap();
    let message = list(&path, &["eigenvalue"]).unwrap_err().to_string();
    assert!(message.contains("column eigenvalue: has no numbers"), "{message}");
}

#[test]
fn bad_input_a_number_for_every_coordinate_may_not_fill_the_memory() {
    let text =
        "dimension = 100000000\n".to_owned() + &"[[class]]\nmean = 0\nvariance = 1\n".repeat(30);
    let document = Document::parse(Path::new("m.toml"), text).unwrap();
    let message = classes(&document).unwrap_err().to_string();
    assert!(message.contains("30 classes in 100000000 dimensions"), "{message}");
}

#[test]
fn limit_exponents_that_overflow_are_left_as_they_are() {
    for text in ["(z^1e308)^2", "(z^-1e308)^2", "erf(z^-1e308)", "(z^1e308)^4*z"] {
        let expression = parse(text, &["z"]).unwrap();
        for simple in [expression.simplify(), expression.differentiate(0)] {
            assert_eq!(parse(&simple.to_string(), &["z"]).unwrap(), simple, "{text}");
        }
    }
}

/// The printed form has brackets where what was typed had none.
#[test]
fn identity_the_deepest_trees_read_back() {
    for (open, close) in [("√", ""), ("2^", ""), ("-", ""), ("(", ")"), ("abs(", ")"), ("1/-", "")]
    {
        let deepest = (1..=MAX_DEPTH).rev().find_map(|depth| {
            parse(&format!("{}z{}", open.repeat(depth), close.repeat(depth)), &["z"]).ok()
        });
        let deepest = deepest.unwrap();
        assert_eq!(parse(&deepest.to_string(), &["z"]).unwrap(), deepest);
    }
}

/// exp(2t) − 1 underflows before t does: the information there was infinite and its error NaN.
#[test]
fn limit_explain_says_why_there_is_no_information_at_zero() {
    let text = stdout("explain t_C.class-bit clusters --d 1 --log-n 1e10");
    assert!(text.contains("I/d at t_C = – (infinite") && !text.contains("NaN"), "{text}");
}

fn stdout(line: &str) -> String {
    let program = env!("CARGO_BIN_EXE_regimes");
    let output = std::process::Command::new(program).args(line.split(' ')).output().unwrap();
    assert!(output.status.code().is_some_and(|code| [0, 3].contains(&code)), "{line}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn limit_what_leaves_the_range_of_numbers_is_said_to() {
    for line in [
        "explain kl clusters --d 1024 --n 20000 --mu 1 --sigma 1 --t 1e-308",
        "explain t_C.asymptotic clusters --d 1024 --n 20000 --mu 1 --sigma 1e308",
        "explain t_S.spectral gaussian --sigma 1e300",
        "curve spectrum clusters --d 1000 --mu 1e300 --sigma 1",
        "solve gaussian --sigma 1e300 --for alpha --such-that t_C=0.5",
    ] {
        let text = stdout(line);
        assert!(text.contains("left the range of numbers"), "{line}: {text}");
        assert!(!text.to_lowercase().contains("nan"), "{line}: {text}");
    }
}

#[test]
fn identity_minus_zero_is_zero() {
    let of = |snr| stdout(&format!("curve information gaussian --sigma 1 --snr {snr}"));
    let (zero, minus) = (of("0"), of("-0"));
    assert_eq!(zero.lines().last(), minus.lines().last());
}

/// Magnetised so far that the other sign has no weight: the quadrature's grid grew with log(w₋/w₊).
#[test]
fn limit_a_frozen_spin_carries_no_information() {
    for temperature in ["1e-16", "1e-10", "0.002", "0.0013"] {
        let text = stdout(&format!(
            "curve information curie-weiss --d 1000 --temperature {temperature} --snr 0.1,1,1e5 --format json"
        ));
        let table: serde_json::Value = serde_json::from_str(&text).unwrap();
        for row in table["rows"].as_array().unwrap() {
            let (value, error) = (&row["information"], &row["error"]);
            assert!(value.as_f64().unwrap() < 1e-300 && error.as_f64().unwrap() < 1e-300, "{row}");
        }
    }
}

/// Two times that are not numbers were said to be in the wrong order.
#[test]
fn limit_regimes_are_not_told_from_nan() {
    let text = stdout("times clusters --d 1024 --n 20000 --mu 1 --sigma 1e308");
    assert!(!text.contains("no regime II"), "{text}");
}

#[test]
fn limit_a_law_as_wide_as_the_range_of_numbers_is_refused() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args("explain t_C.clones gaussian --eigenvalues 1e300,1e-300 --n 1e300".split(' '))
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("finite-size average"), "{errors}");
}
