//! Zeros of expressions with known zeros.

use super::*;
use crate::parse;

fn of(text: &str) -> Zeros {
    let phi = parse(text, &["z"]).unwrap();
    zeros(phi.root(), f64::NEG_INFINITY, f64::INFINITY, 40.0)
}

#[test]
fn identity_closed_forms() {
    assert_eq!(of("2*z - 3").at, [1.5]);
    assert_eq!(of("z^2 - 1").at, [-1.0, 1.0]);
    assert_eq!(of("z^2 + 1").at, [0.0; 0]);
    assert_eq!(of("z^2 - 1e8*z + 1").at, [1e-8, 1e8]);
    assert_eq!(of("(z - 3)^2").at, [3.0]);
    assert_eq!(of("z^2 - 1").reach, f64::INFINITY);
}

#[test]
fn identity_crossings_to_the_last_bit() {
    for (text, expected) in [
        ("tanh(z) - 0.5", vec![0.5f64.atanh()]),
        ("exp(z) - 2", vec![2f64.ln()]),
        ("z^3 - 2", vec![2f64.cbrt()]),
        ("z^3 - z", vec![-1.0, 0.0, 1.0]),
        ("z^2*tanh(z)", vec![0.0]),
        ("cosh(z) - 2", vec![-2f64.acosh(), 2f64.acosh()]),
        ("log(1 + z^2) - 20", vec![-20f64.exp_m1().sqrt(), 20f64.exp_m1().sqrt()]),
        ("exp(-z^2)", vec![]),
        ("sqrt(1 + z^2) + z", vec![]),
    ] {
        let zeros = of(text);
        assert_eq!(zeros.at.len(), expected.len(), "{text}: {zeros:?}");
        for (a, b) in zeros.at.iter().zip(&expected) {
            assert!((a - b).abs() <= 4e-16 * b.abs() * 10.0, "{text}: {a} is not {b}");
        }
    }
    assert_eq!(of("tanh(z) - 0.5").reach, f64::INFINITY);
    assert_eq!(of("log(1 + z^2) - 20").reach, f64::INFINITY);
}

#[test]
fn identity_waves_have_all_their_zeros_in_the_window() {
    let zeros = of("sin(z)");
    assert_eq!((zeros.at.len(), zeros.reach, zeros.complete), (25, 40.0, true));
    for (i, z) in zeros.at.iter().enumerate() {
        let expected = (i as f64 - 12.0) * std::f64::consts::PI;
        assert!((z - expected).abs() <= 1e-14, "{z} is not {expected}");
    }
}

#[test]
fn limit_touching_and_nearly_touching() {
    // A double zero is found once, and to the precision that its flatness allows.
    let double = of("cos(z) - 1").at;
    assert_eq!(double.len(), 13);
    assert!((double[7] - std::f64::consts::TAU).abs() < 1e-7);
    assert_eq!(of("z^4 - 2*z^2 + 1").at.len(), 2);
    // A miss by 1e-12 is a miss; two zeros 2e-6 apart are two.
    assert_eq!(of("(z-1)^2*(1+z^2) + 1e-12").at.len(), 0);
    assert_eq!(of("((z-1)^2 - 1e-12)*(1+z^2)").at.len(), 2);
}
