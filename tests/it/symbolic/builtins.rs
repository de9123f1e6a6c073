//! Every builtin against values computed with 60 digits.
//!
//! The table was written by mpmath 1.3: `repr(float(f(mpf(x))))` at `mp.dps = 60`, with
//! Φ(x) = erfc(−x/√2)/2, softplus(x) = log1p(eˣ), and the other functions by their definitions.

use regimes::symbolic::Function;

/// Function, argument, value.
const TABLE: &[(&str, f64, f64)] = &[
    ("log", 1e-300, -690.7755278982137),
    ("log", 0.3, -1.2039728043259361),
    ("log", 1.0000001, 9.999999505838704e-08),
    ("log", 20000.0, 9.903487552536127),
    ("log2", 0.3, -1.7369655941662063),
    ("log2", 7.0, 2.807354922057604),
    ("log10", 0.3, -0.5228787452803376),
    ("log10", 7.0, 0.8450980400142568),
    ("log1p", -0.8, -1.6094379124341005),
    ("log1p", -1e-12, -1.0000000000005e-12),
    ("log1p", 1e-12, 9.999999999995e-13),
    ("log1p", 3.0, 1.3862943611198906),
    ("exp", -700.0, 9.85967654375977e-305),
    ("exp", -1.5, 0.22313016014842982),
    ("exp", 0.1, 1.1051709180756477),
    ("exp", 700.0, 1.0142320547350045e+304),
    ("expm1", -30.0, -0.9999999999999064),
    ("expm1", 1e-10, 1.00000000005e-10),
    ("expm1", 2.0, 6.38905609893065),
    ("sqrt", 3.0, 1.7320508075688772),
    ("sqrt", 1e-200, 1e-100),
    ("cbrt", -2.0, -1.2599210498948732),
    ("cbrt", 1e-200, 2.1544346900318838e-67),
    ("sin", 0.1, 0.09983341664682815),
    ("sin", 3.0, 0.1411200080598672),
    ("sin", -40.0, -0.7451131604793488),
    ("sin", 100000.0, 0.03574879797201651),
    ("cos", 0.1, 0.9950041652780258),
    ("cos", 3.0, -0.9899924966004454),
    ("cos", -40.0, -0.6669380616522619),
    ("tan", 0.1, 0.10033467208545055),
    ("tan", 1.5, 14.101419947171719),
    ("tan", -3.0, 0.1425465430742778),
    ("asin", -0.99, -1.4292568534704693),
    ("asin", 0.1, 0.1001674211615598),
    ("atan", -50.0, -1.550798992821746),
    ("atan", 0.1, 0.09966865249116204),
    ("sinh", -30.0, -5343237290762.231),
    ("sinh", 1e-09, 1e-09),
    ("sinh", 0.5, 0.5210953054937474),
    ("cosh", -30.0, 5343237290762.231),
    ("cosh", 0.5, 1.1276259652063807),
    ("tanh", -20.0, -1.0),
    ("tanh", 1e-09, 1e-09),
    ("tanh", 0.5, 0.46211715726000974),
    ("tanh", 2.0, 0.9640275800758169),
    ("asinh", -30.0, -4.09462222433053),
    ("asinh", 1e-09, 1e-09),
    ("asinh", 0.5, 0.48121182505960347),
    ("logcosh", -800.0, 799.3068528194401),
    ("logcosh", -3.0, 2.309328504577785),
    ("logcosh", -1.0, 0.4337808304830272),
    ("logcosh", 1e-08, 5e-17),
    ("logcosh", 0.001, 4.999999166666889e-07),
    ("logcosh", 0.5, 0.12011450695827752),
    ("logcosh", 0.999, 0.4330194464208848),
    ("logcosh", 1.7, 1.03968128986492),
    ("logcosh", 40.0, 39.30685281944005),
    ("erf", -3.0, -0.9999779095030014),
    ("erf", 1e-12, 1.1283791670955126e-12),
    ("erf", 0.3, 0.3286267594591274),
    ("erf", 0.9, 0.7969082124228322),
    ("erf", 2.5, 0.999593047982555),
    ("erfc", -3.0, 1.9999779095030015),
    ("erfc", 0.3, 0.6713732405408726),
    ("erfc", 0.9, 0.20309178757716786),
    ("erfc", 2.5, 0.0004069520174449589),
    ("erfc", 6.0, 2.1519736712498913e-17),
    ("erfc", 14.0, 3.0372298477503115e-87),
    ("erfc", 26.0, 5.663192408856143e-296),
    ("erfc", -8.0, 2.0),
    ("Phi", -38.4, 6.4e-323),
    ("Phi", -37.0, 5.725571222524577e-300),
    ("Phi", -30.3, 5.731723503315496e-202),
    ("Phi", -20.7, 1.7318518790197378e-95),
    ("Phi", -12.345, 2.591712067896197e-35),
    ("Phi", -8.1, 2.7479593923982286e-16),
    ("Phi", -5.6, 1.071759025831093e-08),
    ("Phi", -3.3, 0.0004834241423837775),
    ("Phi", -1.7, 0.04456546275854304),
    ("Phi", -0.3, 0.3820885778110474),
    ("Phi", 0.0, 0.5),
    ("Phi", 0.4, 0.6554217416103242),
    ("Phi", 1.9, 0.9712834401839981),
    ("Phi", 3.4, 0.9996630707343231),
    ("Phi", 8.0, 0.9999999999999993),
    ("sigmoid", -745.0, 5e-324),
    ("sigmoid", -30.3, 6.932297597586066e-14),
    ("sigmoid", -1.1, 0.24973989440488237),
    ("sigmoid", 0.0, 0.5),
    ("sigmoid", 0.7, 0.668187772168166),
    ("sigmoid", 20.0, 0.9999999979388464),
    ("sigmoid", 800.0, 1.0),
    ("softplus", -740.0, 4.2e-322),
    ("softplus", -30.3, 6.932297597586307e-14),
    ("softplus", -1.1, 0.2873353251154308),
    ("softplus", 0.1, 0.7443966600735709),
    ("softplus", 0.7, 1.103186048885458),
    ("softplus", 20.0, 20.000000002061153),
    ("softplus", 800.0, 800.0),
    ("gelu", -38.3, -1.17355e-319),
    ("gelu", -30.1, -7.292228326137134e-198),
    ("gelu", -12.3, -5.570309556075305e-34),
    ("gelu", -5.7, -3.414511698606211e-08),
    ("gelu", -1.2, -0.13808360426604993),
    ("gelu", 0.6, 0.4354481293499558),
    ("gelu", 3.1, 3.097000430039023),
    ("gelu", 50.0, 50.0),
    ("silu", -740.0, -3.09967e-319),
    ("silu", -30.3, -2.1004861720685784e-12),
    ("silu", -1.1, -0.27471388384537065),
    ("silu", 0.7, 0.46773144051771626),
    ("silu", 40.0, 40.0),
    ("abs", -2.5, 2.5),
    ("abs", 3.0, 3.0),
    ("sign", -0.1, -1.0),
    ("sign", 0.0, 0.0),
    ("sign", 5.0, 1.0),
    ("relu", -1.0, 0.0),
    ("relu", 0.0, 0.0),
    ("relu", 2.5, 2.5),
    ("heaviside", -2.0, 0.0),
    ("heaviside", 0.0, 0.5),
    ("heaviside", 3.0, 1.0),
];

/// Units in the last place between two doubles, with subnormals counted at the spacing of the
/// smallest normal number times 2⁸: their digits are fewer.
fn distance(a: f64, b: f64) -> f64 {
    if a == b {
        return 0.0;
    }
    (a - b).abs() / (b.abs().max(f64::MIN_POSITIVE * 256.0) * f64::EPSILON)
}

#[test]
fn independent_builtins_match_mpmath() {
    for &(name, x, expected) in TABLE {
        let value = Function::named(name).unwrap().apply(&[x]);
        let error = distance(value, expected);
        // Measured: at most 4.2 units (9e-16), in the far tail of Φ and gelu.
        assert!(error <= 5.0, "{name}({x}) = {value:e}, not {expected:e}: {error} units");
    }
}

#[test]
fn identity_every_function_has_a_row() {
    for function in Function::ALL {
        let listed = TABLE.iter().any(|&(name, ..)| Function::named(name) == Some(*function));
        assert!(listed || function.arity() > 1, "{}", function.name());
    }
}

#[test]
fn identity_lattice_functions() {
    let at = |name: &str, x: &[f64]| Function::named(name).unwrap().apply(x);
    assert_eq!(at("min", &[1.0, 2.0]), 1.0);
    assert_eq!(at("max", &[1.0, 2.0]), 2.0);
    assert_eq!(at("clip", &[3.0, -1.0, 1.0]), 1.0);
    assert_eq!(at("clip", &[-3.0, -1.0, 1.0]), -1.0);
    assert_eq!(at("clip", &[0.5, -1.0, 1.0]), 0.5);
}

#[test]
fn identity_nan_stays_nan() {
    for function in Function::ALL {
        let mut arguments = vec![1.0; function.arity()];
        for i in 0..function.arity() {
            arguments[i] = f64::NAN;
            assert!(function.apply(&arguments).is_nan(), "{}", function.name());
            arguments[i] = 1.0;
        }
    }
}

#[test]
fn limit_infinite_arguments() {
    let at = |name: &str, x: f64| Function::named(name).unwrap().apply(&[x]);
    for (name, left, right) in [
        ("erf", -1.0, 1.0),
        ("erfc", 2.0, 0.0),
        ("Phi", 0.0, 1.0),
        ("sigmoid", 0.0, 1.0),
        ("gelu", 0.0, f64::INFINITY),
        ("silu", 0.0, f64::INFINITY),
        ("softplus", 0.0, f64::INFINITY),
        ("logcosh", f64::INFINITY, f64::INFINITY),
        ("tanh", -1.0, 1.0),
    ] {
        assert_eq!(at(name, f64::NEG_INFINITY), left, "{name}");
        assert_eq!(at(name, f64::INFINITY), right, "{name}");
    }
}
