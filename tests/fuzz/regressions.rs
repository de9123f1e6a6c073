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
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args("explain t_C.class-bit clusters --d 1 --log-n 1e10".split(' '))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("I/d at t_C = – (infinite") && !text.contains("NaN"), "{text}");
}
