//! Typed text to points: what every face reads alike.

use proptest::prelude::*;
use regimes::models::parameter::{DIMENSION, Domain, Parameter, SIGMA, Value, Values};
use regimes::models::{CATALOGUE, Model};
use regimes::sweep::{
    LARGEST_SWEEP, Models, Named, Request, Typed, numbers, parameter_cell, parameter_column,
};
use regimes::table::Cell;
use regimes::{Error, Result};
use std::collections::BTreeSet;
use std::sync::Arc;

const fn real(name: &'static str) -> Parameter {
    Parameter { name, domain: Domain::Real, default: None, aliases: &[], ..SIGMA }
}

const A: Parameter = real("a");
const B: Parameter = real("b");
const C: Parameter = real("c");
const RATE: Parameter = Parameter { default: Some("2"), aliases: &["velocity"], ..real("rate") };
const KIND: Parameter = Parameter {
    domain: Domain::Name(&["round", "square"]),
    default: Some("round"),
    ..real("kind")
};
const ACTIVATION: Parameter = Parameter { domain: Domain::Text, ..real("activation") };
const EIGENVALUES: Parameter = Parameter { domain: Domain::Vector, ..real("eigenvalues") };
const FILE: Parameter = Parameter { domain: Domain::Text, required: true, ..real("file") };
const ALL: [Parameter; 7] = [A, B, C, RATE, KIND, ACTIVATION, EIGENVALUES];

fn read(pairs: &[(&str, &str)]) -> Result<Request> {
    Request::read(&Named::new(pairs, &ALL)?, &ALL)
}

fn message(pairs: &[(&str, &str)]) -> String {
    let error = read(pairs).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    error.to_string()
}

fn values_of(request: &Request, name: &str) -> Vec<f64> {
    request.axis(name).unwrap().values.clone()
}

fn names(request: &Request) -> Vec<&str> {
    request.axes.iter().map(|a| a.parameter.name).collect()
}

#[test]
fn identity_lists_ranges_and_expressions_are_their_numbers() {
    for (text, right) in [
        ("0.25", vec![0.25]),
        ("3,1,2", vec![3.0, 1.0, 2.0]),
        ("0:0.3:0.1", vec![0.0, 0.1, 0.2, 0.3]),
        ("1:0:-0.5", vec![1.0, 0.5, 0.0]),
        ("0:1:#5", vec![0.0, 0.25, 0.5, 0.75, 1.0]),
        ("1:10000:*3", vec![1.0, 100.0, 10_000.0]),
        ("log(20000)/256", vec![20_000f64.ln() / 256.0]),
        ("max(1,2),7,0:2:1", vec![2.0, 7.0, 0.0, 1.0, 2.0]),
        ("-0", vec![0.0]),
    ] {
        assert_eq!(values_of(&read(&[("a", text)]).unwrap(), "a"), right, "{text}");
        assert_eq!(numbers(&A, text).unwrap(), right, "{text}");
    }
}

#[test]
fn identity_axes_are_in_the_order_given_and_defaults_last() {
    for order in [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]] {
        let request = read(&order.map(|name| (name, "1,2"))).unwrap();
        assert_eq!(names(&request), [order[0], order[1], order[2], "rate"]);
    }
    // A default that is typed has its place.
    assert_eq!(names(&read(&[("rate", "2"), ("a", "1")]).unwrap()), ["rate", "a"]);
}

#[test]
fn identity_rows_are_numbered_with_the_last_axis_fastest() {
    let request = read(&[("b", "10,20,30"), ("a", "1,2")]).unwrap();
    assert_eq!(request.rows().unwrap(), 6);
    let row = |k| {
        let values = request.at(k);
        (values.number("b").unwrap(), values.number("a").unwrap(), values.number("rate").unwrap())
    };
    let right = [10.0, 20.0, 30.0].into_iter().flat_map(|b| [(b, 1.0, 2.0), (b, 2.0, 2.0)]);
    assert!((0..6).map(row).eq(right));
}

#[test]
fn identity_defaults_are_read_as_if_typed() {
    let (bare, typed) = (read(&[]).unwrap(), read(&[("kind", "round"), ("rate", "2")]).unwrap());
    assert_eq!(bare.rows().unwrap(), 1);
    let row = |r: &Request| format!("{:?}", r.at(0).iter().collect::<Vec<_>>());
    assert_eq!(row(&bare), row(&typed));
    assert_eq!((bare.at(0).number("rate"), bare.at(0).text("kind")), (Some(2.0), Some("round")));
    // What is optional and has no default is not there.
    assert!(bare.axis("a").is_none() && bare.at(0).get("a").is_none());
}

#[test]
fn identity_texts_side_by_side_are_an_axis() {
    let request = read(&[("activation", "tanh(x), max(0,x),x"), ("a", "1,2")]).unwrap();
    assert_eq!(request.rows().unwrap(), 6);
    assert_eq!(request.axis("activation").unwrap().typed(), ["tanh(x)", "max(0,x)", "x"]);
    assert_eq!(request.at(3).text("activation"), Some("max(0,x)"));
    // One is the same for every row.
    let one = read(&[("activation", "max(0,x)")]).unwrap();
    assert!(one.axis("activation").is_none());
    assert_eq!(one.fixed.text("activation"), Some("max(0,x)"));
}

/// What an axis says was typed reads as the same axis, to the bit.
#[test]
fn identity_typed_values_read_back() {
    let request = read(&[("a", "0.1,1/3,1e-300,2:9:*5,pi")]).unwrap();
    let again = read(&[("a", &request.axis("a").unwrap().typed().join(","))]).unwrap();
    assert_eq!(values_of(&again, "a"), values_of(&request, "a"));
}

#[test]
fn identity_lists_that_are_one_value_come_from_text_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("of a covariance.txt");
    std::fs::write(&path, "3 2\n0.5\n").unwrap();
    for text in ["3,2,0.5", path.to_str().unwrap()] {
        let request = read(&[("eigenvalues", text), ("a", "1,2")]).unwrap();
        assert_eq!(request.rows().unwrap(), 2);
        assert_eq!(request.at(1).vector("eigenvalues"), Some(&[3.0, 2.0, 0.5][..]));
    }
    std::fs::write(&path, "3 -2\n").unwrap();
    let error = read(&[("eigenvalues", path.to_str().unwrap())]).unwrap_err().to_string();
    assert!(error.contains("entry 2: -2 must be a finite number, 0 or above"), "{error}");
    let missing = read(&[("eigenvalues", "no/such.txt")]).unwrap_err();
    assert!(matches!(missing, Error::File { .. }), "{missing}");
}

#[test]
fn limit_the_product_of_all_axes_is_bounded() {
    let largest = read(&[("a", "1:4000:#4000"), ("b", "1:2500:1")]).unwrap();
    assert_eq!(largest.rows().unwrap(), LARGEST_SWEEP);
    assert_eq!(largest.at(LARGEST_SWEEP - 1).number("b"), Some(2500.0));
    let said = message(&[("a", "1:4000:#4000"), ("b", "1:2501:1")]);
    assert_eq!(
        said,
        "the sweep would have 10004000 rows (--a: 4000, --b: 2501), more than 10000000: split it"
    );
    // Nor does a product overflow.
    let said = message(&[("a", "0:1:#9999999"), ("b", "0:1:#9999999"), ("c", "0:1:#9999999")]);
    assert!(said.contains("--c: 9999999"), "{said}");
    assert!(message(&[("a", "0:1:#10000001")]).contains("from 1 to 10000000"));
}

#[test]
fn bad_input_unknown_names_are_said_with_the_nearest() {
    let said = message(&[("a", "1"), ("aktivation", "tanh")]);
    assert_eq!(said, "--aktivation = tanh: is no parameter; did you mean activation?");
    let said = message(&[("velocty", "1")]);
    assert_eq!(said, "--velocty = 1: is no parameter; did you mean velocity?");
    let said = message(&[("ω", "1")]);
    assert!(said.starts_with("--ω = 1: is no parameter: there are a, b, c, rate"), "{said}");
}

#[test]
fn bad_input_names_given_twice() {
    assert_eq!(message(&[("a", "1"), ("a", "2")]), "--a = 2: is given a second time, after 1");
    // By another spelling, and with the same value.
    let said = message(&[("velocity", "3"), ("b", "1"), ("rate", "3")]);
    assert_eq!(said, "--rate = 3: is given a second time, after 3");
    assert_eq!(values_of(&read(&[("velocity", "3")]).unwrap(), "rate"), [3.0]);
}

#[test]
fn bad_input_names_the_parameter_the_value_and_what_is_right() {
    for (pair, right) in [
        (("a", "x"), "--a = \"x\": "),
        (("a", ""), "--a = (empty): must be a number"),
        (("a", "inf"), "--a = inf: must be a finite number"),
        (("kind", "squar"), "must be one of round, square; did you mean square?"),
        (("activation", "tanh,,x"), "--activation = tanh,,x: has an empty entry"),
        (("a", "1,024"), "write 1024, or 1,24"),
    ] {
        let said = message(&[pair]);
        assert!(said.contains(right), "{said}");
    }
    let none = Named::new(&[], &[]).unwrap();
    for (parameter, name) in [(FILE, "FILE"), (DIMENSION, "--d")] {
        let error = Request::read(&none, &[parameter]).unwrap_err();
        assert!(matches!(error, Error::Usage(_)));
        assert_eq!(error.to_string(), format!("{name} is required: {}", parameter.help));
    }
}

#[test]
fn identity_parameters_not_asked_for_are_not_read() {
    let typed = Named::new(&[("a", "not a number"), ("b", "3")], &ALL).unwrap();
    assert_eq!(typed.typed("b"), Some((1, "3")));
    assert_eq!(names(&Request::read(&typed, &[B]).unwrap()), ["b"]);
}

#[test]
fn identity_parameters_in_tables() {
    let mut values = Values::default();
    values.set("a", Value::Number(0.5));
    values.set("kind", Value::Text("round".into()));
    assert!(matches!(parameter_cell(&values, "a"), Cell::Number(0.5)));
    assert!(matches!(parameter_cell(&values, "kind"), Cell::Text(text) if text == "round"));
    assert_eq!(parameter_cell(&values, "b").reason(), Some("not given"));
    assert_eq!(
        (parameter_column(&A).name.as_str(), parameter_column(&KIND).name.as_str()),
        ("a", "kind")
    );
}

/// The model of a row is the one that its values build, whatever else is swept beside it.
#[test]
fn identity_models_are_those_of_their_rows() {
    let entry = CATALOGUE.iter().find(|e| e.name == "gaussian").unwrap();
    let parameters: Vec<Parameter> = [&[A], entry.parameters].concat();
    let pairs = [("d", "2,3"), ("a", "1,2,3"), ("sigma", "0.5,1,2")];
    let typed = Named::new(&pairs, &parameters).unwrap();
    let request = Arc::new(Request::read(&typed, &parameters).unwrap());
    let models = Models::new(entry, Arc::clone(&request)).unwrap();
    assert_eq!(request.rows().unwrap(), 18);
    let seen = |model: &dyn Model| (model.dimension(), format!("{:?}", model.spectrum()));
    for k in 0..18 {
        let right = (entry.build)(&request.at(k)).unwrap();
        assert_eq!(seen(models.at(k).unwrap().as_ref()), seen(right.as_ref()), "row {k}");
    }
    let first = models.first_sound().unwrap().unwrap();
    assert_eq!(seen(first.as_ref()), seen(models.first().unwrap().as_ref()));
    // One wrong value refuses the sweep before its first row.
    let wrong = Named::new(&[("d", "2,3"), ("sigma", "1,-1")], &parameters).unwrap();
    assert!(Request::read(&wrong, &parameters).is_err());
}

proptest! {
    /// There are as many rows as the product of the sizes, and each combination is one of them.
    #[test]
    fn property_rows_are_each_combination_once(
        sizes in [1usize..9, 1usize..9, 1usize..9],
        order in Just([0usize, 1, 2]).prop_shuffle(),
        start in -100i32..100,
    ) {
        let texts = sizes.map(|n| format!("{start}:{}:#{n}", start + n as i32 - 1));
        let pairs = order.map(|k| (["a", "b", "c"][k], texts[k].as_str()));
        let request = read(&pairs).unwrap();
        let rows = request.rows().unwrap();
        prop_assert_eq!(rows, sizes.iter().product::<usize>());
        let at = |k: usize| ["a", "b", "c"].map(|n| request.at(k).number(n).unwrap() as i32 - start);
        let seen: BTreeSet<[i32; 3]> = (0..rows).map(at).collect();
        prop_assert_eq!(seen.len(), rows);
        for point in &seen {
            prop_assert!((0..3).all(|k| (0..sizes[k] as i32).contains(&point[k])));
        }
        // In the order given, rows count like the digits of a number.
        let digits = |k: usize| order.map(|i| at(k)[i]);
        prop_assert!((1..rows).all(|k| digits(k - 1) < digits(k)));
    }

    /// Whatever the names and texts, there is a request or an error that says what is right.
    #[test]
    fn property_no_pairs_panic(
        pairs in proptest::collection::vec(
            ("(a|b|rate|kind|activation|\\PC{0,6})", "(\\PC{0,8}|[0-9:,#*.()+-]{0,12})"), 0..5)
    ) {
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        match read(&pairs) {
            Ok(request) => {
                let rows = request.rows().unwrap();
                prop_assert!((1..=LARGEST_SWEEP).contains(&rows));
                let _ = request.at(rows - 1);
            }
            Err(error) => prop_assert_eq!(error.exit_code(), 2),
        }
    }
}
