//! Breakpoints, domains and growth.

use proptest::prelude::*;
use regimes::symbolic::{
    BreakpointKind, Breakpoints, Domain, DomainError, DomainFault, Expression, Growth, parse,
};

fn read(text: &str) -> Expression {
    parse(text, &["z"]).unwrap_or_else(|error| panic!("{error}"))
}

fn breakpoints(text: &str) -> Breakpoints {
    let found = read(text).breakpoints(40.0);
    found.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn domain(text: &str) -> Result<Domain, DomainError> {
    read(text).domain()
}

#[test]
fn identity_positions_of_breakpoints() {
    let half = 0.5f64.atanh();
    let root = 2f64.sqrt();
    let cases: &[(&str, &[f64])] = &[
        ("tanh(z)", &[]),
        ("abs(z)", &[0.0]),
        ("relu(z - 0.3)", &[0.3]),
        ("relu(3*z - 1)", &[1.0 / 3.0]),
        ("clip(z, -1, 1)", &[-1.0, 1.0]),
        ("relu(z^2 - 1)", &[-1.0, 1.0]),
        ("sign(z^2 - 2)", &[-root, root]),
        ("max(z, z^2)", &[0.0, 1.0]),
        ("min(z, 1 - z)", &[0.5]),
        ("abs(tanh(z) - 0.5)", &[half]),
        ("abs(abs(z) - 1)", &[-1.0, 0.0, 1.0]),
        ("abs(abs(abs(z) - 2) - 1)", &[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]),
        ("relu(relu(z))", &[0.0]),
        ("relu(relu(z) - 1)", &[1.0]),
        ("heaviside(relu(z) - 1) + abs(z + 2)", &[-2.0, 1.0]),
        ("sqrt(abs(z))", &[0.0]),
        ("cbrt(z - 1)", &[1.0]),
        ("sqrt(z^2)", &[0.0]),
        ("z*abs(z)", &[0.0]),
        ("sign(z)*tanh(z)", &[0.0]),
        ("relu(z^3 - z)", &[-1.0, 0.0, 1.0]),
        ("abs(exp(z) - 2)", &[std::f64::consts::LN_2]),
        ("relu(z - 100)", &[100.0]),
        ("relu(z^2*tanh(z/50) - 3000)", &[59.990_518_908_652_04]),
        // Nothing happens here.
        ("relu(z^2)", &[]),
        ("abs(exp(z))", &[]),
        ("relu(z) - relu(-z)", &[]),
        ("max(z, z)", &[]),
        ("abs(z)^2", &[]),
        ("sign(z)^2", &[]),
        ("relu(z^2 + 1)", &[]),
        ("relu((z - 1)^2)", &[]),
        ("max(z^2, tanh(z^2))", &[]),
        ("relu((tanh(z) - 0.5)^4)", &[]),
        ("heaviside(z) + heaviside(-z)", &[]),
        ("sign(z)*abs(z)", &[]),
    ];
    for (text, expected) in cases {
        let found = breakpoints(text);
        let at: Vec<f64> = found.positions().collect();
        assert_eq!(at.len(), expected.len(), "{text}: {at:?}");
        for (a, b) in at.iter().zip(*expected) {
            assert!((a - b).abs() <= 2e-15 * b.abs(), "{text}: {a:?} is not {b:?}");
        }
        assert_eq!(found.reach, f64::INFINITY, "{text}");
    }
}

#[test]
fn limit_branches_that_merge_far_out() {
    let found = breakpoints("max(tanh(z), erf(z))");
    assert_eq!(found.positions().collect::<Vec<_>>(), [0.0]);
    // That they do not cross again cannot be proved with doubles.
    assert_eq!(found.reach, 40.0);
}

#[test]
fn identity_waves_have_breakpoints_in_the_window() {
    let found = breakpoints("abs(sin(z))");
    assert_eq!((found.points.len(), found.reach), (25, 40.0));
    assert_eq!(breakpoints("sign(cos(z))").points.len(), 26);
    let wider = read("abs(sin(z))").breakpoints(100.0).unwrap();
    assert_eq!((wider.points.len(), wider.reach), (63, 100.0));
    assert!(read("abs(sin(1000*z))").breakpoints(40.0).is_err());
}

#[test]
fn identity_kinds_of_breakpoints() {
    let kind = |text: &str, i: usize| breakpoints(text).points[i].kind;
    assert_eq!(kind("sign(z)", 0), BreakpointKind::Jump { left: -1.0, right: 1.0 });
    assert_eq!(kind("heaviside(z - 1)*z", 0), BreakpointKind::Jump { left: 0.0, right: 1.0 });
    assert_eq!(kind("abs(z)", 0), BreakpointKind::Kink { left: -1.0, right: 1.0 });
    assert_eq!(kind("relu(z^2 - 1)", 0), BreakpointKind::Kink { left: -2.0, right: 0.0 });
    assert_eq!(kind("z*abs(z)", 0), BreakpointKind::Weak);
    assert_eq!(kind("relu(z)^2", 0), BreakpointKind::Weak);
    assert_eq!(kind("sqrt(abs(z))", 0), BreakpointKind::Steep);
    assert_eq!(kind("cbrt(z)", 0), BreakpointKind::Steep);
    // An ELU of slope one is smooth to first order only.
    assert_eq!(kind("relu(z) + expm1(min(z, 0))", 0), BreakpointKind::Weak);
    let elu = kind("relu(z) + 2*expm1(min(z, 0))", 0);
    assert_eq!(elu, BreakpointKind::Kink { left: 2.0, right: 1.0 });
}

#[test]
fn identity_finite_on_the_whole_line() {
    for (text, growth) in [
        ("3", Growth::Bounded),
        ("tanh(2*z) + 0.1*z^2", Growth::Polynomial { degree: 2.0 }),
        ("log(1 + z^2)", Growth::Polynomial { degree: 0.001 }),
        ("sqrt(z^2 + 1)", Growth::Polynomial { degree: 1.0 }),
        ("sqrt(z^2 - z + 1)", Growth::Polynomial { degree: 1.0 }),
        ("1/(1 + z^2)", Growth::Bounded),
        ("log(cosh(z))", Growth::Polynomial { degree: 1.0 }),
        ("log(1 + exp(z))", Growth::Polynomial { degree: 1.0 }),
        ("log(1 + exp(30*z))", Growth::Polynomial { degree: 1.0 }),
        ("exp(z)", Growth::Exponential { order: 1.0, rate: 1.0 }),
        ("exp(-z^2)", Growth::Bounded),
        ("z^3*exp(-z^2)", Growth::Bounded),
        ("exp(z - z^2)", Growth::Bounded),
        ("exp(z^2/5)", Growth::Exponential { order: 2.0, rate: 0.2 }),
        ("1/(2 + sin(z))", Growth::Bounded),
        ("1/cosh(z)", Growth::Bounded),
        ("sqrt(abs(z))", Growth::Polynomial { degree: 0.5 }),
        ("cbrt(z)", Growth::Polynomial { degree: 1.0 / 3.0 }),
        ("asin(tanh(z))", Growth::Bounded),
        ("tanh(z)/(1 + exp(-z))", Growth::Bounded),
        ("relu(z)^1.5", Growth::Polynomial { degree: 1.5 }),
        ("clip(z^3, -1, 1)", Growth::Bounded),
        ("gelu(z) - relu(z)", Growth::Polynomial { degree: 1.0 }),
        ("softplus(z)*sin(z)", Growth::Polynomial { degree: 1.0 }),
        ("sinh(z/2)", Growth::Exponential { order: 1.0, rate: 0.5 }),
        ("(1 + z^2)^(-1/2)", Growth::Bounded),
        ("2^z", Growth::Exponential { order: 1.0, rate: 2f64.ln() }),
        ("log(2 + tanh(z))", Growth::Bounded),
        ("exp(-abs(z)^3)*z", Growth::Bounded),
        ("exp(tanh(z)*z)", Growth::Exponential { order: 1.0, rate: 1.0 }),
    ] {
        match domain(text) {
            Ok(found) => {
                assert_eq!(found.growth, growth, "{text}");
                assert_eq!(found.reach, f64::INFINITY, "{text}");
            }
            Err(error) => panic!("{text}: {error}"),
        }
    }
    // Defined, but only as far as the window: the waves cannot be proved in one piece.
    assert_eq!(domain("log(1.9 + sin(z) + sin(2*z))").unwrap().reach, 40.0);
}

#[test]
fn identity_not_finite_with_a_witness() {
    for (text, part, witness) in [
        ("log(z)", "log(z)", 0.0),
        ("1/z", "1/z", 0.0),
        ("sqrt(z)", "√(z)", -1.0),
        ("z^0.5", "z^0.5", -1.0),
        ("z^(-2)", "z^(-2)", 0.0),
        ("sin(z)/z", "sin(z)/z", 0.0),
        ("log(abs(z))", "log(|z|)", 0.0),
        ("1/(z - 1) + z", "1/(z - 1)", 1.0),
        ("1/(z^2 - 4)", "1/(z² - 4)", -2.0),
        ("asin(z)", "asin(z)", -2.0),
        ("1/relu(z)", "1/relu(z)", 0.0),
        ("log(sigmoid(z) - 1/2)", "log(sigmoid(z) - 0.5)", 0.0),
        ("z^z", "z^z", -0.5),
        ("1/sin(z)", "1/sin(z)", 0.0),
    ] {
        let error = domain(text).unwrap_err();
        assert_eq!(error.fault, DomainFault::Undefined, "{text}: {error}");
        assert_eq!(error.part, part, "{text}");
        let at = error.witness.unwrap();
        // Any witness will do that is one; the expected one documents the preference.
        let value = read(text).evaluate(&[at]);
        assert!(!value.is_finite(), "{text}: finite at {at}");
        assert_eq!(at, witness, "{text}: {error}");
    }
    let shown = domain("log(z)").unwrap_err().to_string();
    assert_eq!(shown, "log(z) is undefined at z = 0: a logarithm needs a positive argument");
    for text in
        ["tan(z)", "1/(exp(z) - 3)", "1/(z^3 - z - 1)", "sqrt(cos(z) - 1)", "log(1 + cos(z))"]
    {
        let error = domain(text).unwrap_err();
        assert!(
            matches!(error.fault, DomainFault::Undefined | DomainFault::Undecided),
            "{text}: {error}"
        );
    }
    assert_eq!(domain("z + inf").unwrap_err().fault, DomainFault::Undefined);
}

#[test]
fn limit_growth_beyond_a_gaussian_average() {
    for text in ["exp(z^2)", "exp(z^2/3)", "cosh(z)^2*exp(z^2/2)", "exp(abs(z)^3)", "exp(z^4)"] {
        let error = domain(text).unwrap_err();
        assert_eq!(error.fault, DomainFault::GrowsTooFast, "{text}: {error}");
    }
    assert_eq!(domain("exp(exp(z))").unwrap_err().fault, DomainFault::GrowsTooFast);
    assert_eq!(domain("exp(25*z)").unwrap_err().fault, DomainFault::Overflow);
    let rate = domain("exp(z^2/5)").unwrap().growth;
    assert_eq!(rate.square_integrable(1.0), Some(true));
    assert_eq!(rate.square_integrable(1.2), Some(false));
    // exp(z²/4) is the boundary itself.
    assert_eq!(domain("exp(z^2/4)").unwrap().growth.square_integrable(1.0), None);
}

#[test]
fn identity_functions_of_two_variables_are_refused() {
    let saddle = parse("x^2 - y^2", &["x", "y"]).unwrap();
    let shown = saddle.domain().unwrap_err().to_string();
    assert_eq!(shown, "y cannot be used here: a function of one variable is needed");
}

#[test]
fn limit_jumps_next_to_infinite_slopes() {
    let kind = |text: &str| breakpoints(text).points[0].kind;
    assert_eq!(
        kind("heaviside(z)*(1 + sqrt(abs(z)))"),
        BreakpointKind::Jump { left: 0.0, right: 1.0 }
    );
    assert_eq!(kind("sqrt(abs(tanh(z) - 0.5))"), BreakpointKind::Steep);
    assert_eq!(kind("sqrt(abs(exp(z) - 7.3))"), BreakpointKind::Steep);
}

/// Formulas with many switches.
fn switching() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("z".to_owned()),
        1 => (-20i32..21).prop_map(|n| format!("{}", f64::from(n) / 10.0)),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        let switches = vec!["abs", "relu", "sign", "heaviside"];
        prop_oneof![
            2 => (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            3 => (prop::sample::select(switches), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            1 => (prop::sample::select(vec!["tanh", "sin", "erf"]), inner.clone())
                .prop_map(|(f, a)| format!("{f}({a})")),
            1 => (prop::sample::select(vec!["max", "min"]), inner.clone(), inner)
                .prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    /// Between the breakpoints second differences are of second order.
    #[test]
    fn independent_no_kink_or_jump_is_missed(text in switching()) {
        let phi = read(&text);
        let found = phi.breakpoints(4.0).unwrap_or_else(|error| panic!("{phi}: {error}"));
        let at: Vec<f64> = found.positions().collect();
        let step = 1e-4;
        let value: Vec<f64> = (0..=60_000).map(|i| phi.evaluate(&[f64::from(i) * step - 3.000_03])).collect();
        let curvature = |i: usize| (value[i + 1] - 2.0 * value[i] + value[i - 1]).abs() / step;
        for i in 2..value.len() - 2 {
            // Where the function bends this much within a step and hardly next to it, it has a kink.
            let (here, beside) = (curvature(i), curvature(i - 1).min(curvature(i + 1)));
            let scale = 1.0 + value[i].abs();
            if here > 0.05 * scale && beside < 0.02 * here && i > 3 && i + 4 < value.len() {
                let z = i as f64 * step - 3.000_03;
                let near = at.iter().any(|b| (b - z).abs() < 3.0 * step);
                // An isolated value, as of sign(z)² at 0, is no breakpoint.
                let isolated = (value[i + 1] - value[i - 1]).abs() < 1e-6 * scale;
                prop_assert!(near || isolated, "{phi} bends at {z}; known: {at:?}");
            }
        }
    }
}
