//! Enclosures enclose: random expressions at random points.

use proptest::prelude::*;

use super::enclosure::enclose;
use super::interval::Interval;
use crate::{Function, parse};

fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("z".to_owned()),
        1 => (-4i32..5).prop_map(|n| n.to_string()),
        1 => (-3.0..3.0f64).prop_map(|x| format!("{x:.3}")),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            2 => (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/"]), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            1 => (inner.clone(), -3..4).prop_map(|(a, n)| format!("({a})^{n}")),
            1 => (inner.clone(), 0.2..2.7f64).prop_map(|(a, p)| format!("abs({a})^{p:.2}")),
            4 => (prop::sample::select(Function::ALL), prop::collection::vec(inner, 3)).prop_map(
                |(function, arguments)| {
                    let arguments = arguments[..function.arity()].join(",");
                    format!("{}({arguments})", function.name())
                }
            ),
        ]
    })
}

/// Whether a value is inside, up to the rounding of the value itself.
fn inside(interval: Interval, x: f64, size: f64) -> bool {
    let slack = 1e-9 * (x.abs() + size);
    interval.lo - slack <= x && x <= interval.hi + slack
}

/// True where the step of a number may be taken whose sign an underflow has lost, as in sign(erfc(28)).
fn loses_signs(text: &str) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| text.contains(name));
    any(&["sign(", "heaviside("])
        && any(&["exp", "erfc", "sigmoid", "softplus", "gelu", "silu", "gauss", "tanh", "cosh"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn independent_enclosures_contain_the_values(
        text in formula(),
        lo in -6.0..6.0f64,
        width in prop::sample::select(vec![0.0, 1e-6, 0.1, 1.0, 5.0, f64::INFINITY]),
        left in any::<bool>(),
        at in prop::array::uniform4(0.0..1.0f64),
    ) {
        let phi = parse(&text, &["z"]).unwrap();
        let x = Interval::new(lo, lo + width);
        let x = if left { x.negate() } else { x };
        let Ok(e) = enclose(phi.root(), x) else {
            return Ok(());
        };
        let reach = width.min(30.0);
        let point = |t: f64| if left { -lo - t * reach } else { lo + t * reach };
        for t in at {
            let z = point(t);
            let value = phi.evaluate(&[z]);
            // An overflow halfway, or a rounding across the border of a domain, is not a value.
            if value.is_finite() && value.abs() < 1e6 && !loses_signs(&text) {
                let size = (phi.evaluate(&[z.next_up()]) - phi.evaluate(&[z.next_down()])).abs() * 1e6;
                if size.is_finite() {
                    prop_assert!(inside(e.value, value, size), "{phi} = {value} at {z}, not in {:?} over {x:?}", e.value);
                    // An underflow is no zero.
                    let least = e.value.lo.abs().min(e.value.hi.abs());
                    prop_assert!(!e.value.nonzero || value != 0.0 || least < f64::MIN_POSITIVE);
                }
            }
        }
        // Slopes enclose difference quotients.
        let (a, b) = (point(at[0]), point(at[1]));
        let (f, g) = (phi.evaluate(&[a]), phi.evaluate(&[b]));
        if !loses_signs(&text) && (a - b).abs() > 1e-3 && f.is_finite() && g.is_finite() && f.abs() + g.abs() < 1e6 {
            let quotient = (f - g) / (a - b);
            prop_assert!(
                inside(e.slope, quotient, 1e-3 * (1.0 + f.abs() + g.abs())),
                "{phi}: slope {quotient} between {a} and {b}, not in {:?}", e.slope
            );
        }
    }
}
