//! Activations: the catalogue, classes, compiled code, and random expressions.

use regimes::symbolic::{
    Activation, ActivationError, Class, Parity, SHORTCUTS, Segment, Step, activation,
};

const INF: f64 = f64::INFINITY;

fn phi(text: &str) -> Activation {
    activation(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Points from far left to far right, kinks and round numbers among them.
fn points() -> Vec<f64> {
    let fine = (-400..=400).map(|i| f64::from(i) * 0.01);
    let coarse = (-160..=160).map(|i| f64::from(i) * 0.25);
    fine.chain(coarse).collect()
}

#[test]
fn identity_every_shortcut_is_an_activation() {
    for shortcut in SHORTCUTS {
        let phi = phi(shortcut.name);
        assert_eq!(phi.name(), shortcut.name);
        assert!(!phi.latex().is_empty());
        assert_eq!(phi.domain().reach, INF, "{}", shortcut.name);
        assert_eq!(phi.breakpoints().reach, INF, "{}", shortcut.name);
        // A name and its formula are the same thing.
        let written_out = activation(&phi.expression().to_string()).unwrap();
        assert_eq!(written_out.expression(), phi.expression());
        if shortcut.default.is_some() {
            assert!(activation(&format!("{}:0.3", shortcut.name)).is_ok());
        }
    }
}

#[test]
fn identity_names_and_parameters() {
    assert_eq!(phi("leaky-relu:0.1").eval(-2.0), -0.2);
    assert_eq!(phi("leaky-relu").eval(-2.0), -0.02);
    assert_eq!(phi("elu:2").eval(-1.0), 2.0 * (-1f64).exp_m1());
    assert_eq!(phi(" elu : 1/2 ").eval(3.0), 3.0);
    assert_eq!(phi("z^3").class(), phi("cube").class());
    assert_eq!(phi("linear").to_string(), "linear");
    for (text, part) in [
        ("tahn", "did you mean tanh?"),
        ("ReLU", "did you mean relu?"),
        ("leaky_relu", "did you mean leaky-relu?"),
        ("banana", "unknown activation 'banana'; give a name"),
        ("tanh:2", "tanh takes no parameter"),
        ("elu:inf", "must be finite"),
        ("elu:q", "unknown name 'q'"),
        ("foo:1", "unknown activation 'foo'"),
        ("log(z)", "log(z) is undefined at z = 0"),
        ("tanh(z", "expected ')'"),
        ("exp(z^2)", "grows too fast"),
        ("abs(sin(1000*z))", "more than 4096"),
        ("", "expected a number"),
        ("x", "unknown activation 'x'"),
    ] {
        let shown = activation(text).unwrap_err().to_string();
        assert!(shown.contains(part), "{text}: {shown}");
    }
    assert!(matches!(activation("tanh:2"), Err(ActivationError::NoParameter { name: "tanh" })));
}

#[test]
fn identity_classes() {
    assert_eq!(phi("3").class(), &Class::Constant(3.0));
    assert_eq!(phi("relu(z) - relu(-z)").class(), &Class::Linear { slope: 1.0, intercept: 0.0 });
    assert_eq!(phi("2*z - 1").class(), &Class::Linear { slope: 2.0, intercept: -1.0 });
    assert_eq!(phi("(z + 1)^2").class(), &Class::Polynomial(vec![1.0, 2.0, 1.0]));
    let step = |lo, hi, value| Step { lo, hi, value };
    assert_eq!(
        phi("sign(z - 1) + heaviside(z + 1)").class(),
        &Class::FiniteValued(vec![
            step(-INF, -1.0, -1.0),
            step(-1.0, 1.0, 0.0),
            step(1.0, INF, 2.0)
        ])
    );
    let segment = |lo, hi, slope, intercept| Segment { lo, hi, slope, intercept };
    assert_eq!(
        phi("hardtanh").class(),
        &Class::PiecewiseLinear(vec![
            segment(-INF, -1.0, 0.0, -1.0),
            segment(-1.0, 1.0, 1.0, 0.0),
            segment(1.0, INF, 0.0, 1.0)
        ])
    );
    assert_eq!(
        phi("relu(1 - abs(z))").class(),
        &Class::PiecewiseLinear(vec![
            segment(-INF, -1.0, 0.0, 0.0),
            segment(-1.0, 0.0, 1.0, 1.0),
            segment(0.0, 1.0, -1.0, 1.0),
            segment(1.0, INF, 0.0, 0.0)
        ])
    );
    assert!(matches!(phi("relu(z)^2").class(), Class::PiecewisePolynomial(p) if p.len() == 2));
    assert!(matches!(phi("hardswish").class(), Class::PiecewisePolynomial(p) if p.len() == 3));
    for text in ["tanh", "sqrt(abs(z))", "abs(sin(z))", "sign(sin(z))", "elu", "gelu"] {
        assert_eq!(phi(text).class(), &Class::General, "{text}");
    }
    assert_eq!(phi("sign").values(), Some(vec![-1.0, 1.0]));
    assert_eq!(phi("sign(z)*sign(z - 1)").values(), Some(vec![-1.0, 1.0]));
    assert_eq!(phi("tanh").values(), None);
}

#[test]
fn identity_bounds() {
    for (text, lo, hi) in [
        ("tanh", -1.0, 1.0),
        ("sigmoid", 0.0, 1.0),
        ("sign", -1.0, 1.0),
        ("exp(-z^2)", 0.0, 1.0),
        ("1/(2 + sin(z))", 1.0 / 3.0, 1.0),
        ("clip(z^3 - z, -1, 1)", -1.0, 1.0),
    ] {
        let Some((a, b)) = phi(text).bounds() else {
            panic!("no bounds for {text}");
        };
        assert!(a <= lo && b >= hi, "{text}: [{a}, {b}]");
        assert!(lo - a < 1e-8 && b - hi < 1e-8, "{text}: [{a}, {b}]");
    }
    // Bounded, but far out an unbounded factor meets one that decays.
    assert_eq!(phi("z*exp(-z^2/2)").bounds(), None);
    assert_eq!(phi("relu").bounds(), None);
    assert_eq!(phi("sin(z) + z").bounds(), None);
}

#[test]
fn identity_compiled_code_agrees_with_the_tree() {
    let others =
        ["z^7 - 2*(1 + z^2)^(-4)*z^6", "2^z + z^2*tanh(z^3)", "max(z, 1 - z)*min(2, z)", "3"];
    let texts = SHORTCUTS.iter().map(|s| s.name).chain(others);
    let z = points();
    for text in texts {
        let phi = phi(text);
        let mut values = vec![f64::NAN; z.len()];
        let (mut again, mut slopes) = (values.clone(), values.clone());
        phi.eval_slice(&z, &mut values);
        phi.eval_slice_with_derivative(&z, &mut again, &mut slopes);
        let slope = phi.expression().differentiate(0);
        for (i, &z) in z.iter().enumerate() {
            let tree = phi.expression().evaluate(&[z]);
            assert!(
                (values[i] - tree).abs() <= 1e-13 * (1.0 + tree.abs()),
                "{text} at {z}: {} is not {tree}",
                values[i]
            );
            assert_eq!(phi.eval(z).to_bits(), values[i].to_bits(), "{text} at {z}");
            assert_eq!(values[i].to_bits(), again[i].to_bits(), "{text} at {z}");
            assert_eq!(phi.eval_with_derivative(z), (values[i], slopes[i]), "{text} at {z}");
            let tree = slope.evaluate(&[z]);
            assert!(
                (slopes[i] - tree).abs() <= 1e-12 * (1.0 + tree.abs()),
                "{text}' at {z}: {} is not {tree}",
                slopes[i]
            );
        }
    }
}

#[test]
fn identity_common_subexpressions_are_computed_once() {
    // z, tanh z, its square, the sum.
    assert_eq!(phi("tanh(z) + tanh(z)^2").compiled().operations(), 4);
    assert_eq!(phi("2*3*z").compiled().operations(), 2);
    assert_eq!(phi("z^8").compiled().operations(), 4);
}

#[test]
fn limit_slopes_where_the_formula_alone_fails() {
    let phi = phi("cbrt(relu(z))");
    assert_eq!(phi.eval_with_derivative(-1.0), (0.0, 0.0));
    let mut slopes = [0.0; 2];
    phi.eval_slice_with_derivative(&[-1.0, 1.0], &mut [0.0; 2], &mut slopes);
    assert_eq!(slopes, [0.0, 1.0 / 3.0]);
}

#[test]
fn limit_slices_of_any_length() {
    let phi = phi("tanh(2*z) + 0.1*z^2");
    for n in [0, 1, 127, 128, 129, 1000] {
        let z: Vec<f64> = (0..n).map(|i| f64::from(i) * 0.01 - 2.0).collect();
        let mut values = vec![0.0; z.len()];
        phi.eval_slice(&z, &mut values);
        assert!(z.iter().zip(&values).all(|(&z, &v)| v == phi.eval(z)));
    }
}

/// A reproducible stream of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn formula(&mut self, depth: u32) -> String {
        if depth == 0 || self.roll(6) == 0 {
            return match self.roll(5) {
                0 => format!("{}", self.roll(5)),
                1 => format!("{:.2}", self.roll(400) as f64 / 100.0 - 2.0),
                _ => "z".to_owned(),
            };
        }
        let a = self.formula(depth - 1);
        if self.roll(3) > 0 {
            const NAMES: [&str; 30] = [
                "log",
                "log2",
                "log1p",
                "exp",
                "expm1",
                "sqrt",
                "cbrt",
                "abs",
                "sign",
                "sin",
                "cos",
                "tan",
                "asin",
                "atan",
                "sinh",
                "cosh",
                "tanh",
                "asinh",
                "logcosh",
                "erf",
                "erfc",
                "Phi",
                "relu",
                "heaviside",
                "sigmoid",
                "softplus",
                "gelu",
                "silu",
                "-",
                "tanh",
            ];
            return format!("{}({a})", NAMES[self.roll(30) as usize]);
        }
        let b = self.formula(depth - 1);
        match self.roll(8) {
            0 => format!("({a})/({b})"),
            1 => format!("({a})^({b})"),
            2 => format!("max({a}, {b})"),
            3 => format!("min({a}, {b})"),
            4 => format!("({a}) - ({b})"),
            5 => format!("({a})*({b})"),
            6 => format!("({a})^2"),
            _ => format!("({a}) + ({b})"),
        }
    }
}

#[test]
fn identity_accepted_expressions_are_finite() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut accepted = 0;
    for _ in 0..600 {
        let text = dice.formula(4);
        let Ok(phi) = activation(&text) else {
            continue;
        };
        accepted += 1;
        for z in points() {
            let (value, _) = phi.eval_with_derivative(z);
            assert!(value.is_finite(), "{text} at {z}: {value}");
            assert_eq!(value.to_bits(), phi.eval(z).to_bits(), "{text} at {z}");
        }
        // The pieces meet the function between the breakpoints.
        for (piece, step) in phi.polynomial_pieces().unwrap_or_default().iter().zip(0..) {
            let (lo, hi) =
                (piece.lo.max(-3.0 - f64::from(step)), piece.hi.min(3.0 + f64::from(step)));
            let z = 0.51 * lo + 0.49 * hi;
            let value: f64 = piece.coefficients.iter().rev().fold(0.0, |sum, c| sum * z + c);
            let direct = phi.eval(z);
            let inside = piece.lo < z && z < piece.hi;
            assert!(
                !inside || (value - direct).abs() <= 1e-9 * (1.0 + direct.abs()),
                "{text} at {z}"
            );
        }
        match phi.parity() {
            Parity::Odd => assert!(
                (phi.eval(1.3) + phi.eval(-1.3)).abs() <= 1e-9 * (1.0 + phi.eval(1.3).abs())
            ),
            Parity::Even => assert!(
                (phi.eval(1.3) - phi.eval(-1.3)).abs() <= 1e-9 * (1.0 + phi.eval(1.3).abs())
            ),
            Parity::None => {}
        }
        if let Ok(moments) = phi.moments(1.0) {
            assert!(moments.square.value.is_finite() && moments.residual.value >= 0.0, "{text}");
        }
    }
    assert!(accepted >= 300, "only {accepted} accepted");
}

#[test]
fn limit_large_expressions_are_no_danger() {
    let repeat =
        |open: &str, n: usize, close: &str| format!("{}z{}", open.repeat(n), close.repeat(n));
    for text in [
        repeat("tanh(", 100, ")"),
        repeat("(z + sin(", 60, "))"),
        repeat("", 150, "/(1 + z^2)"),
        repeat("clip(2*", 60, ", -1, 1)"),
        repeat("relu(tanh(", 60, ") - 0.001)"),
        (1..=60).map(|i| format!("(z + {i})")).collect::<Vec<_>>().join("*"),
        (1..=90).map(|i| format!("relu(z - {i}/7)")).collect::<Vec<_>>().join("+"),
        (1..=60).fold("z".to_owned(), |s, i| format!("max({s}, {i}*z - {})", i * i)),
        (1..=6).fold("z".to_owned(), |s, i| format!("({s})*tanh({s} + {i})")),
        "(1 + z + z^2)^60".to_owned(),
        "exp(exp(exp(exp(exp(-z^2)))))".to_owned(),
        "z^z^z^z^z".to_owned(),
    ] {
        // Accepted or refused, but in time and without exhausting the stack.
        if let Ok(phi) = activation(&text) {
            assert!(phi.eval(0.3).is_finite(), "{text}");
        }
    }
}
