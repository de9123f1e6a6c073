//! The parser: what it accepts, what it says when it does not, and that nothing makes it panic.

use proptest::prelude::*;
use regimes::symbolic::{Function, MAX_LENGTH, constant, parse};

fn value(text: &str) -> f64 {
    constant(text).unwrap_or_else(|error| panic!("{error}"))
}

fn message(text: &str) -> String {
    match parse(text, &["z"]) {
        Err(error) => error.to_string(),
        Ok(expression) => panic!("{text} was read as {expression}"),
    }
}

#[test]
fn identity_numbers() {
    for (text, expected) in [
        ("1", 1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("2e4", 2e4),
        ("1E-3", 1e-3),
        ("1e+3", 1e3),
        ("0.1", 0.1),
        ("1.7976931348623157e308", f64::MAX),
        ("5e-324", 5e-324),
    ] {
        assert_eq!(value(text).to_bits(), expected.to_bits(), "{text}");
    }
}

#[test]
fn identity_precedence() {
    for (text, expected) in [
        ("1 + 2*3", 7.0),
        ("(1 + 2)*3", 9.0),
        ("2^3^2", 512.0),
        ("2**3**2", 512.0),
        ("-2^2", -4.0),
        ("(-2)^2", 4.0),
        ("2^-1", 0.5),
        ("2^-2^2", 0.0625),
        ("-2^-2", -0.25),
        ("8/4/2", 1.0),
        ("8/4*2", 4.0),
        ("8-4-2", 2.0),
        ("2*-3", -6.0),
        ("1 - -1", 2.0),
        ("--1", 1.0),
        ("+1", 1.0),
        ("-3*2", -6.0),
        ("6/-3", -2.0),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn identity_unicode_forms() {
    for (text, expected) in [
        ("2·3", 6.0),
        ("2×3", 6.0),
        ("6÷3", 2.0),
        ("1−3", -2.0),
        ("√9", 3.0),
        ("√(9)", 3.0),
        ("2·√9", 6.0),
        ("3²", 9.0),
        ("2¹⁰", 1024.0),
        ("2⁻¹", 0.5),
        ("-3²", -9.0),
        ("√(9)²", 9.0),
        ("|1 - 3|", 2.0),
        ("||1 - 3| - 3|·2", 2.0),
        ("π - pi", 0.0),
        ("∞", f64::INFINITY),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn identity_constants() {
    assert_eq!(value("e"), std::f64::consts::E);
    assert_eq!(value("2*pi"), std::f64::consts::TAU);
    assert_eq!(value("inf"), f64::INFINITY);
    assert_eq!(value("-inf"), f64::NEG_INFINITY);
    assert_eq!(value("1/inf"), 0.0);
    assert_eq!(value("exp(-inf)"), 0.0);
    assert_eq!(value("log(20000)"), 20000f64.ln());
    // A variable hides a constant of the same name.
    let plain = parse("e^2", &["e"]).unwrap();
    assert_eq!(plain.evaluate(&[3.0]), 9.0);
}

#[test]
fn identity_every_function_parses_by_every_name() {
    for function in Function::ALL {
        for name in function.names() {
            let arguments = vec!["z"; function.arity()].join(", ");
            let text = format!("{name}({arguments})");
            let read = parse(&text, &["z"]).unwrap_or_else(|error| panic!("{error}"));
            let again = parse(&read.to_string(), &["z"]).unwrap();
            assert_eq!(read, again, "{text}");
        }
    }
}

#[test]
fn identity_printed_form() {
    for (text, printed) in [
        ("tanh(2*z)+0.1*z^2", "tanh(2·z) + 0.1·z²"),
        ("-z^2", "-z²"),
        ("(-z)^2", "(-z)²"),
        ("z-(1-z)", "z - (1 - z)"),
        ("z/(2*z)", "z/(2·z)"),
        ("(z/2)*z", "z/2·z"),
        ("z^-1", "z^(-1)"),
        ("z^0.5", "z^0.5"),
        ("(z^2)^3", "(z²)³"),
        ("z^2^3", "z^(2³)"),
        ("2*-z", "2·(-z)"),
        ("-(z+1)", "-(z + 1)"),
        ("abs(z)*sqrt(2*pi)", "|z|·√(2·π)"),
        ("1e-9*z", "1e-9·z"),
        ("clip(z,-1,1)", "clip(z, -1, 1)"),
        ("Phi(z)", "Φ(z)"),
    ] {
        assert_eq!(parse(text, &["z"]).unwrap().to_string(), printed);
    }
}

#[test]
fn identity_messages_point_at_the_place() {
    let cases = [
        ("tanh(z", "expected ')' to close the '(' at column 5\n  tanh(z\n        ^"),
        ("2z", "expected an operator before 'z'; a product needs its sign: write 2*z\n  2z\n   ^"),
        ("tahn(z)", "unknown function 'tahn'; did you mean tanh?\n  tahn(z)\n  ^"),
        ("1 + x", "unknown name 'x' (the variable is z)\n  1 + x\n      ^"),
        ("sin z", "sin needs its argument in brackets, as in sin(…)\n  sin z\n     ^"),
        ("min(z)", "min takes 2 arguments, not 1\n  min(z)\n  ^"),
        ("(z))", "this ')' closes nothing\n  (z))\n     ^"),
        ("", "expected a number, a name or '(' here\n  \n  ^"),
        ("z*/2", "expected a number, a name or '(' before '/'\n  z*/2\n    ^"),
        (
            "π·π·z(2)",
            "expected an operator before '('; a product needs its sign: write z*(\n  π·π·z(2)\n       ^",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(message(text), expected);
    }
}

#[test]
fn identity_refused() {
    for (text, part) in [
        ("2(z)", "write 2*("),
        ("z z", "write z*z"),
        ("(z)(z)", "write )*("),
        ("2e", "write 2*e"),
        ("1.2.3", "one decimal point"),
        (".", "digits"),
        ("1e999", "overflows"),
        ("√z^2", "ambiguous"),
        ("z²^2", "ambiguous"),
        ("z²³^1", "ambiguous"),
        ("²", "base"),
        ("z,z", "separates"),
        ("z > 1", "no comparisons"),
        ("[z]", "use '('"),
        ("|z", "close the '|'"),
        ("()", "expected a number"),
        ("tanh()", "expected 1 argument"),
        ("z\u{0}", "unexpected character '\\0'"),
    ] {
        let shown = message(text);
        let expected = if part == "expected 1 argument" { "takes 1 argument, not 0" } else { part };
        assert!(shown.contains(expected), "{text}: {shown}");
    }
    let error = parse("x + ay", &["ax", "bx"]).unwrap_err();
    assert!(error.message.contains("the variables are ax, bx"), "{error}");
}

#[test]
fn identity_undefined_constants() {
    for (text, part, column) in [
        ("log(-1)", "log(-1) is undefined: a logarithm", 1),
        ("2 + log(0)", "log(0) is undefined", 5),
        ("1 + 0/0", "0/0 is undefined: division by zero", 5),
        ("1/(2-2)", "1/(2 - 2) is undefined", 1),
        ("exp(1000)", "exp(1000) overflows", 1),
        ("1 - 10^400", "10^400 overflows", 5),
        ("inf - inf", "is undefined", 1),
        ("0*inf", "0·inf has no value", 1),
        ("inf/inf", "inf/inf has no value", 1),
        ("sqrt(-2)", "√(-2) is undefined", 1),
        ("(-8)^(1/3)", "whole exponents", 1),
        ("0^-1", "division by zero", 1),
        ("asin(2)", "between -1 and 1", 1),
        ("sin(inf)", "no limit", 1),
        ("z", "no variables are allowed here", 1),
    ] {
        let error = constant(text).unwrap_err();
        assert!(error.message.contains(part), "{text}: {error}");
        assert_eq!(error.column, column, "{text}: {error}");
    }
}

#[test]
fn limit_depth_and_length_are_errors() {
    let deep = |left: &str, middle: &str, right: &str, n: usize| {
        format!("{}{middle}{}", left.repeat(n), right.repeat(n))
    };
    for text in [
        deep("(", "z", ")", 3000),
        deep("tanh(", "z", ")", 1500),
        deep("-", "z", "", 9000),
        deep("z^", "z", "", 4000),
        deep("", "z", "+z", 4000),
        deep("", "z", "*z", 4000),
        deep("|", "z", "|", 4000),
        deep("√", "z", "", 4000),
        deep("(", "", "", 9000),
        deep("min(", "z", ",z)", 1000),
    ] {
        let shown = message(&text);
        // 200 operations one inside the other, 400 brackets, signs or powers.
        let limit = ["200", "400"].iter().any(|limit| shown.contains(limit));
        assert!(limit, "{}: {shown}", text.chars().take(20).collect::<String>());
    }
    assert!(parse(&deep("(", "z", ")", 399), &["z"]).is_ok());
    assert!(message(&deep("(", "z", ")", 401)).contains("400"));
    assert!(parse(&deep("", "z", "+z", 199), &["z"]).is_ok());
    let long = "z".repeat(MAX_LENGTH + 1);
    assert!(message(&long).contains("at most 10000 characters"));
}

/// Strings made of the pieces expressions are made of, mostly in the wrong order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = vec![
        "z",
        "2",
        "0.5",
        "1e",
        "1e5",
        ".",
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "(",
        ")",
        "(",
        ")",
        ",",
        "|",
        "√",
        "²",
        "⁻",
        "³",
        "·",
        "−",
        "π",
        "e",
        "inf",
        "log",
        "tanh(",
        "min(",
        "clip(",
        "abs(",
        "sqrt",
        " ",
        "\n",
        "q",
        "Φ(",
        "heaviside(",
        "relu(",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|parts| parts.concat())
}

/// Texts that do parse.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("z".to_owned()),
        Just("π".to_owned()),
        (-9i32..10).prop_map(|n| n.to_string()),
        (0.0..1e20f64).prop_map(|x| x.to_string()),
        any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(|x| format!("{x:e}")),
    ];
    leaf.prop_recursive(6, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "^"]), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/"]), inner.clone())
                .prop_map(|(a, o, b)| format!("{a}{o}{b}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("-{a}")),
            (prop::sample::select(Function::ALL), prop::collection::vec(inner, 3)).prop_map(
                |(function, arguments)| {
                    let arguments = arguments[..function.arity()].join(",");
                    format!("{}({arguments})", function.name())
                }
            ),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn identity_no_text_panics(text in "\\PC{0,40}|(?s).{0,40}") {
        if let Err(error) = parse(&text, &["z"]) {
            prop_assert!(text.is_char_boundary(error.position));
            prop_assert!(error.to_string().contains('^'));
        }
        if let Ok(value) = constant(&text) {
            prop_assert!(!value.is_nan());
        }
    }

    #[test]
    fn identity_no_token_soup_panics(text in soup()) {
        match parse(&text, &["z", "q"]) {
            Ok(read) => {
                let again = parse(&read.to_string(), &["z", "q"]);
                prop_assert_eq!(Ok(read), again);
            }
            Err(error) => {
                let shown = error.to_string();
                prop_assert_eq!(shown.lines().count(), 3, "{}", shown);
            }
        }
        if let Ok(value) = constant(&text) {
            prop_assert!(!value.is_nan());
        }
    }

    #[test]
    fn identity_printing_and_parsing_agree(text in formula()) {
        let read = parse(&text, &["z"]).unwrap();
        let again = parse(&read.to_string(), &["z"]).unwrap();
        prop_assert_eq!(&read, &again, "{}", read);
        let z = 0.7;
        prop_assert_eq!(read.evaluate(&[z]).to_bits(), again.evaluate(&[z]).to_bits());
    }
}
