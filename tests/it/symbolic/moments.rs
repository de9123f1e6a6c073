//! Gaussian moments and Hermite coefficients of activations.

use regimes::symbolic::{Activation, Estimate, MomentError, activation};

const INF: f64 = f64::INFINITY;

fn phi(text: &str) -> Activation {
    activation(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Text, gain, and ϱ₀, ϱ₁, E φ², ϱ_*²: written by mpmath 1.3 with 30 digits, `quad` on unit
/// panels that are refined around the features.
const MOMENTS: &[(&str, f64, [f64; 4])] = &[
    ("tanh", 1.3, [0.0, 0.6631541279631047, 0.48988144002838097, 0.0501080425938751]),
    ("tanh(2*z) + 0.1*z^2", 1.0, [0.1, 0.7294775314861202, 0.66526123425694, 0.1231237653138565]),
    ("gelu", 1.0, [0.28209479177387814, 0.5, 0.4252214825702987, 0.09564401102435101]),
    ("softplus", 2.0, [1.0677143880513833, 1.0, 2.3297814636243053, 0.18976744917236543]),
    ("sqrt(abs(z))", 0.7, [0.6878842693702911, 0.0, 0.5585191925620058, 0.08533442451490644]),
    (
        "elu:2",
        1.0,
        [-0.07790113586832058, 1.0231565837302468, 1.0797816699716956, 0.026863688171571493],
    ),
    (
        "tanh(1000*z - 300)",
        1.0,
        [-0.23582275027431254, 0.7627753454734674, 0.9992372246545266, 0.3617986274454183],
    ),
    (
        "exp(-(1e5*(z - 0.3))^2)",
        1.0,
        [
            6.759923021860694e-06,
            2.0279769064568093e-06,
            4.779987409111127e-06,
            4.779937599861533e-06,
        ],
    ),
    ("abs(sin(z))", 2.0, [0.6364773976063716, 0.0, 0.49983226868604874, 0.09472879102226961]),
    ("exp(z^2/5)", 0.8, [1.1593472394004207, 0.0, 1.4314958357846705, 0.0874098142792942]),
    ("log(1 + z^2)", 1.0, [0.5334531798441349, 0.0, 0.5529085733981868, 0.26833627831236795]),
    ("z*abs(z)", 1.5, [0.0, 3.5904805236128943, 15.1875, 2.295949609556478]),
];

#[test]
fn independent_moments_match_mpmath() {
    for &(text, gain, expected) in MOMENTS {
        let phi = phi(text);
        for found in [phi.moments(gain), phi.moments_by_quadrature(gain)] {
            let found = found.unwrap();
            let all = [found.mean, found.linear, found.square, found.residual];
            for (estimate, expected) in all.iter().zip(expected) {
                let off = (estimate.value - expected).abs();
                // The stated error holds, and it is small.
                assert!(off <= estimate.error + 1e-16, "{text}: {estimate:?} is not {expected}");
                assert!(
                    estimate.error <= 1e-13 * (1.0 + found.square.value),
                    "{text}: {estimate:?}"
                );
            }
        }
    }
}

/// The two routes agree within their stated errors.
fn agree(a: Estimate, b: Estimate) -> bool {
    (a.value - b.value).abs() <= a.error + b.error
}

#[test]
fn independent_closed_forms_match_quadrature() {
    let texts = [
        "linear",
        "relu",
        "leaky-relu:0.2",
        "hardtanh",
        "hardswish",
        "sign",
        "heaviside",
        "abs",
        "square",
        "cube",
        "hermite3",
        "relu6",
        "erf",
        "2*erf(0.3*z)",
        "sin",
        "3*cos(2*z)",
        "exp(0.4*z)",
        "relu(z)^2",
        "heaviside(z - 1)*z^3",
        "sign(z - 0.3)",
        "-sin(5*z)",
        "3",
        "relu(z - 4)",
    ];
    for text in texts {
        for gain in [1.0, 0.2, 3.0, -1.5, 0.0] {
            let phi = phi(text);
            let (a, b) = (phi.moments(gain).unwrap(), phi.moments_by_quadrature(gain).unwrap());
            let at = format!("{text}, gain {gain}: {a:?}, {b:?}");
            assert!(agree(a.mean, b.mean), "mean of {at}");
            assert!(agree(a.linear, b.linear), "linear moment of {at}");
            assert!(agree(a.square, b.square), "square of {at}");
            assert!(agree(a.residual, b.residual), "residual of {at}");
        }
    }
}

#[test]
fn published_moments_of_common_activations() {
    let close = |estimate: Estimate, expected: f64| {
        assert!(
            (estimate.value - expected).abs() <= estimate.error + 1e-16,
            "{estimate:?} {expected}"
        );
    };
    let pi = std::f64::consts::PI;
    // The Gaussian equivalence constants of sign and relu, e.g. Goldt et al., arXiv:2006.14709.
    let sign = phi("sign").moments(1.0).unwrap();
    close(sign.linear, (2.0 / pi).sqrt());
    close(sign.residual, 1.0 - 2.0 / pi);
    let relu = phi("relu").moments(1.0).unwrap();
    close(relu.mean, 1.0 / (2.0 * pi).sqrt());
    close(relu.linear, 0.5);
    close(relu.residual, 0.25 - 0.5 / pi);
    let linear = phi("linear").moments(0.7).unwrap();
    assert_eq!((linear.linear.value, linear.residual.value), (0.7, 0.0));
}

#[test]
fn identity_hermite_coefficients_sum_to_the_square() {
    for text in ["cube", "hermite2", "hermite3", "z^5 - z"] {
        let phi = phi(text);
        let c = phi.hermite_coefficients(1.0, 8).unwrap();
        let sum: f64 = c.iter().map(|c| c.value * c.value).sum();
        let square = phi.moments(1.0).unwrap().square.value;
        assert!((sum - square).abs() < 1e-12 * square, "{text}");
    }
    let c = phi("hermite3").hermite_coefficients(1.0, 5).unwrap();
    assert!((c[3].value - 1.0).abs() < 1e-14);
    assert!(c.iter().enumerate().all(|(k, c)| k == 3 || c.value.abs() < 1e-14));
    // The first two are the moments.
    let gelu = phi("gelu");
    let (c, m) = (gelu.hermite_coefficients(1.3, 2).unwrap(), gelu.moments(1.3).unwrap());
    assert!(agree(c[0], m.mean) && agree(c[1], m.linear));
}

#[test]
fn limit_moments_that_do_not_exist() {
    let steep = phi("exp(z^2/5)");
    assert!(steep.moments(1.0).is_ok());
    assert_eq!(steep.moments(1.2), Err(MomentError::Diverges(1.2)));
    assert_eq!(phi("tanh").moments(INF), Err(MomentError::Gain(INF)));
    assert!(matches!(phi("exp").moments(50.0), Err(MomentError::Overflows(_))));
}
