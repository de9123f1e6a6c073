//! Simplification, derivatives, parity and polynomials.

use proptest::prelude::*;
use regimes::symbolic::{Expression, Function, Parity, parse};

fn read(text: &str) -> Expression {
    parse(text, &["z"]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn identity_simplified_forms() {
    for (text, expected) in [
        ("z + z", "2·z"),
        ("z - z", "0"),
        ("2*(z + 1) - 2*z", "2"),
        ("1e20*z + z - 1e20*z", "z"),
        ("z*z*z", "z³"),
        ("z^2/z", "z"),
        ("sqrt(z^2)", "|z|"),
        ("sqrt(z^4)", "z²"),
        ("sqrt(4*z^2)", "2·|z|"),
        ("abs(-2*z)", "2·|z|"),
        ("abs(z)^2", "z²"),
        ("tanh(-z)", "-tanh(z)"),
        ("cos(1 - z)", "cos(z - 1)"),
        ("(1 - z)^3", "-(z - 1)³"),
        ("exp(z)*exp(-z)", "1"),
        ("1/exp(z^2)", "exp(-z²)"),
        ("exp(log(2 + z^2))", "z² + 2"),
        ("log(exp(3*z))", "3·z"),
        ("log(1 + exp(z))", "softplus(z)"),
        ("log(exp(z) + exp(-z))", "logcosh(z) + 0.6931471805599453"),
        ("log(cosh(2*z))", "logcosh(2·z)"),
        ("log(1 + z^2)", "log1p(z²)"),
        ("exp(z) - 1", "expm1(z)"),
        ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", "tanh(z)"),
        ("(exp(2*z) - 1)/(exp(2*z) + 1)", "tanh(z)"),
        ("1/(1 + exp(-z))", "sigmoid(z)"),
        ("exp(z)/(1 + exp(z))", "sigmoid(z)"),
        ("(1 + erf(z/sqrt(2)))/2", "Φ(z)"),
        ("erfc(-z/√2)/2", "Φ(z)"),
        ("1 - erf(z)", "erfc(z)"),
        ("max(z, 0)", "relu(z)"),
        ("max(0, 2*z)", "2·relu(z)"),
        ("min(z, 0)", "-relu(-z)"),
        ("max(z, -z)", "|z|"),
        ("sign(3*z)", "sign(z)"),
        ("relu(z^2)", "z²"),
        ("e^z", "exp(z)"),
        ("pi*z", "3.141592653589793·z"),
    ] {
        let simple = read(text).simplify().to_string();
        assert_eq!(simple, expected, "{text}");
    }
}

#[test]
fn limit_stable_forms_do_not_overflow() {
    for (text, z, expected) in [
        ("log(1 + exp(z))", 1000.0, 1000.0),
        ("log(cosh(z))", 1000.0, 1000.0 - std::f64::consts::LN_2),
        ("1/(1 + exp(z))", 1000.0, 0.0),
        ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", 1000.0, 1.0),
        ("sinh(z)/cosh(z)", -1000.0, -1.0),
        ("exp(z)/(1 + exp(z))", 1000.0, 1.0),
        ("log(exp(z) + exp(2*z))", 1000.0, 2000.0),
    ] {
        assert_eq!(read(text).simplify().evaluate(&[z]), expected, "{text}");
    }
}

#[test]
fn identity_parity() {
    for text in [
        "z",
        "z^3",
        "tanh(z)",
        "tanh(z)*z^2",
        "sin(z) + z",
        "erf(2*z)",
        "sigmoid(z) - 1/2",
        "Phi(z) - 0.5",
        "heaviside(z) - 0.5",
        "relu(z) - relu(-z)",
        "clip(z, -1, 1)",
        "sign(z)",
        "softplus(z) - softplus(-z)",
        "z*abs(z)",
        "exp(z) - exp(-z)",
        "sinh(z)",
        "cbrt(z)",
        "gelu(z) + gelu(-z) - 2*gelu(-z) ",
        "max(z,-1) + min(z,1)",
        "z/(1 + z^2)",
        "1/z",
        "tanh(tanh(z) + z^3)",
        "z*cos(z)",
        "abs(z + 1) - abs(z - 1)",
        "2/(1+exp(-z)) - 1",
        "asinh(z)",
        "(z + 1)^3 - 3*z^2 - 1",
        "z^3 - 3*z",
    ] {
        assert_eq!(read(text).parity(), Parity::Odd, "{text}");
    }
    for text in [
        "1",
        "0",
        "z^2",
        "abs(z)",
        "cos(z)",
        "z*tanh(z)",
        "exp(-z^2)",
        "relu(z) + relu(-z)",
        "gelu(z) - z/2",
        "softplus(z) - z/2",
        "silu(z) - z/2",
        "sqrt(z^2 + 1)",
        "log(cosh(z))",
        "sign(z)^2",
        "cosh(z)",
        "exp(z) + exp(-z)",
        "(z - 1)*(z + 1)",
        "abs(z-1) + abs(z+1)",
        "min(z,-z)",
        "heaviside(z) + heaviside(-z)",
        "z*sin(z)",
        "sigmoid(z)*sigmoid(-z)",
        "(1 + z)^2 - 2*z",
    ] {
        assert_eq!(read(text).parity(), Parity::Even, "{text}");
    }
    for text in [
        "z + 1",
        "exp(z)",
        "relu(z)",
        "z + z^2",
        "sigmoid(z)",
        "gelu(z)",
        "softplus(z)",
        "0.1*z + 0.2*z - 0.3*z + z^2",
        "abs(z - 1)",
        "clip(z, -1, 2)",
        "sin(z + 1e-12)",
        "z^3 + 1e-300",
        "log(2 + z)",
        "heaviside(z)",
    ] {
        assert_eq!(read(text).parity(), Parity::None, "{text}");
    }
}

#[test]
fn identity_polynomials() {
    for (text, expected) in [
        ("3", vec![3.0]),
        ("z - z", vec![0.0]),
        ("z", vec![0.0, 1.0]),
        ("(z - 1)*(z + 1)", vec![-1.0, 0.0, 1.0]),
        ("(1 + z)^3", vec![1.0, 3.0, 3.0, 1.0]),
        ("-(2*z^2 - z)/2", vec![0.0, 0.5, -1.0]),
        ("abs(z)^2", vec![0.0, 0.0, 1.0]),
        ("relu(z) - relu(-z)", vec![0.0, 1.0]),
        ("softplus(z) - softplus(-z)", vec![0.0, 1.0]),
    ] {
        assert_eq!(read(text).polynomial(), Some(expected), "{text}");
    }
    for text in ["abs(z)", "tanh(z)", "1/z", "sqrt(z)", "z^100", "exp(z)"] {
        assert_eq!(read(text).polynomial(), None, "{text}");
    }
}

#[test]
fn identity_derivatives_as_printed() {
    for (text, expected) in [
        ("z^3", "3·z²"),
        ("tanh(2*z)", "2 - 2·tanh(2·z)²"),
        ("relu(z)", "heaviside(z)"),
        ("abs(z)", "sign(z)"),
        ("exp(-z^2/2)", "-z·exp(-0.5·z²)"),
        ("log(1 + z^2)", "2·z/(z² + 1)"),
        ("sign(z)", "0"),
        ("softplus(z)", "sigmoid(z)"),
    ] {
        let slope = read(text).differentiate(0).to_string();
        assert_eq!(slope, expected, "{text}");
    }
}

/// Every builtin at an argument that is not special.
#[test]
fn independent_derivatives_of_builtins_match_differences() {
    for function in Function::ALL {
        for inner in ["z", "0.3 + z^2/9", "0.2 - 0.7*z"] {
            let arguments = match function.arity() {
                1 => inner.to_owned(),
                2 => format!("{inner}, sin(z)"),
                _ => format!("{inner}, -0.2, 0.5"),
            };
            let phi = read(&format!("{}({arguments})", function.name()));
            let slope = phi.differentiate(0);
            for z in [0.37, 0.81, -0.42] {
                let f = |z: f64| phi.evaluate(&[z]);
                // Fourth order: the error is about h⁴ + 1e-16/h.
                let h = 1e-3;
                let difference =
                    (8.0 * (f(z + h) - f(z - h)) - (f(z + 2.0 * h) - f(z - 2.0 * h))) / (12.0 * h);
                if difference.is_nan() {
                    continue;
                }
                let value = slope.evaluate(&[z]);
                assert!(
                    (value - difference).abs() < 1e-7 * (1.0 + value.abs()),
                    "{phi} at {z}: {value} is not {difference}; derivative {slope}"
                );
            }
        }
    }
}

/// Expressions that are finite and moderate almost everywhere.
fn tame() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("z".to_owned()),
        1 => (-3i32..4).prop_map(|n| n.to_string()),
        1 => (-2.0..2.0f64).prop_map(|x| format!("{x:.3}")),
        1 => Just("π".to_owned()),
    ];
    let smooth = vec![
        "tanh",
        "sin",
        "cos",
        "erf",
        "sigmoid",
        "softplus",
        "gelu",
        "silu",
        "atan",
        "asinh",
        "abs",
        "relu",
        "sign",
        "heaviside",
        "Phi",
        "erfc",
        "logcosh",
        "cbrt",
    ];
    leaf.prop_recursive(5, 24, 3, move |inner| {
        prop_oneof![
            3 => (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})/(1 + ({b})^2)")),
            1 => (inner.clone(), 2..4).prop_map(|(a, n)| format!("({a})^{n}")),
            1 => inner.clone().prop_map(|a| format!("sqrt(1 + ({a})^2)")),
            1 => inner.clone().prop_map(|a| format!("exp(-({a})^2)")),
            1 => inner.clone().prop_map(|a| format!("log(1 + exp({a}))")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            1 => inner.clone().prop_map(|a| format!("clip({a}, -1, 1)")),
            3 => (prop::sample::select(smooth.clone()), inner)
                .prop_map(|(f, a)| format!("{f}({a})")),
        ]
    })
}

/// Whether two values agree to the accuracy that a sum of terms of the given size allows.
fn close(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= 1e-10 * (1.0 + size)
}

/// The largest value of a subtree: the scale of the rounding errors.
fn size(phi: &Expression, z: f64) -> f64 {
    fn visit(node: &regimes::symbolic::Node, z: f64) -> f64 {
        let below = node.children().iter().map(|child| visit(child, z));
        below.fold(node.evaluate(&[z]).abs(), f64::max)
    }
    visit(phi.root(), z)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn identity_simplification_keeps_the_value(text in tame(), z in -3.0..3.0f64) {
        let phi = read(&text);
        let simple = phi.simplify();
        let (a, b) = (phi.evaluate(&[z]), simple.evaluate(&[z]));
        let scale = size(&phi, z);
        // Where rounding decides a sign, sign and heaviside may differ; look beside.
        let steep = (phi.evaluate(&[z + 1e-9]) - a).abs() > 1e-3 * (1.0 + scale);
        prop_assume!(a.is_finite() && scale < 1e6 && !steep);
        prop_assert!(close(a, b, scale * scale), "{phi} = {a}, {simple} = {b}");
        let again = parse(&simple.to_string(), &["z"]).unwrap();
        prop_assert_eq!(&again, &simple);
    }

    #[test]
    fn identity_parity_is_never_wrong(text in tame(), z in 0.01..3.0f64) {
        let phi = read(&text);
        let (right, left) = (phi.evaluate(&[z]), phi.evaluate(&[-z]));
        let scale = size(&phi, z).max(size(&phi, -z));
        prop_assume!(right.is_finite() && left.is_finite() && scale < 1e6);
        match phi.parity() {
            Parity::Even => prop_assert!(close(right, left, scale * scale), "{phi} is not even"),
            Parity::Odd => prop_assert!(close(right, -left, scale * scale), "{phi} is not odd"),
            Parity::None => {}
        }
    }

    #[test]
    fn independent_derivative_matches_differences(text in tame(), z in -2.0..2.0f64) {
        let phi = read(&text);
        let slope = phi.differentiate(0);
        let f = |z: f64| phi.evaluate(&[z]);
        let h = 1e-5;
        let (right, left) = ((f(z + h) - f(z)) / h, (f(z) - f(z - h)) / h);
        let value = slope.evaluate(&[z]);
        let scale = size(&phi, z);
        // Away from kinks and jumps the one-sided slopes agree.
        prop_assume!(!value.is_nan() && scale < 1e3 && (right - left).abs() < 1e-3 * (1.0 + right.abs()));
        let central = 0.5 * (right + left);
        prop_assert!(
            (central - value).abs() < 2e-3 * (1.0 + central.abs()) * (1.0 + scale),
            "{phi} at {z}: {value} is not {central}; derivative {slope}"
        );
    }
}
