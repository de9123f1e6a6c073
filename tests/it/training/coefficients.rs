//! Gaussian-equivalence coefficients against closed forms, brute quadrature and each other.
use super::Uniform;
use crate::reference::{number, reference};
use regimes::symbolic::activation;
use regimes::training::Coefficients;

/// References have 20 digits; closed forms and the library meet in double precision.
const ROUNDING: f64 = 1e-13;

#[test]
fn independent_coefficients_are_those_of_thirty_digits() {
    for row in &reference("training_coefficients.csv") {
        let phi = activation(&row["activation"]).unwrap();
        let c = Coefficients::new(&phi, number(row, "t"), number(row, "sigma2")).unwrap();
        for (got, key) in [(c.mu0, "mu0"), (c.a, "a"), (c.v2, "v2"), (c.s2, "s2")] {
            let off = (got.value - number(row, key)).abs();
            assert!(
                off <= got.error + 2.0 * f64::EPSILON * got.value.abs(),
                "{row:?} {key}: {got:?}"
            );
            assert!(got.error < ROUNDING, "{row:?} {key}: {got:?}");
        }
    }
}

/// φ of a hundred random expressions: v² and s² by a plain rule in two variables, within the stated errors and what
/// the plain rule leaves.
#[test]
fn independent_random_activations_agree_with_brute_quadrature() {
    let mut u = Uniform::new(17);
    for _ in 0..100 {
        let (a, b, c) = (u.between(0.3, 3.0), u.between(0.1, 1.0), u.next());
        let text = match (u.next() * 6.0) as usize {
            0 => format!("tanh({a}*z + {c})"),
            1 => format!("sin({a}*z) + {b}*z"),
            2 => format!("z*sigmoid({a}*z) - {b}*z^2"),
            3 => format!("exp(-{b}*z^2)*({c} + z)"),
            4 => format!("softplus({a}*z) + {b}*cos(z)"),
            _ => format!("erf({a}*z)*{b} + atan(z + {c})"),
        };
        let phi = activation(&text).unwrap();
        let (t, sigma2) = (u.between(0.003, 2.0), u.between(0.2, 3.0));
        let found = Coefficients::new(&phi, t, sigma2).unwrap();
        let (signal, noise) = (found.signal.sqrt(), found.delta.sqrt());
        // Trapezoidal sums: exponentially good for functions analytic around the real line.
        let h = 0.05;
        let nodes: Vec<(f64, f64)> = (-220..=220)
            .map(|k| f64::from(k) * h)
            .map(|x| (x, (-0.5 * x * x).exp() * h / (2.0 * std::f64::consts::PI).sqrt()))
            .collect();
        let (mut mu0, mut square, mut slope, mut both) = (0.0, 0.0, 0.0, 0.0);
        for (x, w) in &nodes {
            let (mut mean, mut linear) = (0.0, 0.0);
            for (y, v) in &nodes {
                let f = phi.eval(signal * x + noise * y);
                mean += v * f;
                linear += v * y * f;
                square += w * v * f * f;
            }
            mu0 += w * mean;
            slope += w * linear;
            both += w * mean * mean;
        }
        let slope = slope / noise;
        let v2 = both - mu0 * mu0 - slope * slope * found.signal;
        let s2 = square - both - found.delta * slope * slope;
        // Both differences cancel from the size of E φ².
        let left = 1e-12 * (1.0 + square);
        for (got, want) in [(found.mu0, mu0), (found.a, slope), (found.v2, v2), (found.s2, s2)] {
            assert!(
                (got.value - want).abs() <= got.error + left,
                "{text} t {t}: {got:?} against {want}"
            );
            assert!(got.error <= 1e-11 * (1.0 + square), "{text} t {t}: {got:?}");
        }
        // The sum rule Eφ² = μ0² + a²Γ² + v² + s².
        let sum = found.mu0 * found.mu0 + found.a * found.a * found.gain2() + found.v2 + found.s2;
        let off = (sum.value - found.square.value).abs();
        assert!(
            off <= sum.error + found.square.error + 1e-14 * square,
            "{text}: {sum:?} {:?}",
            found.square
        );
    }
}

/// Sums over Hermite coefficients against differences of φ, kinks and jumps included.
#[test]
fn independent_series_and_differences_meet() {
    for text in [
        "tanh",
        "relu",
        "sign",
        "gelu",
        "hardtanh",
        "abs(z)",
        "exp(z/2)",
        "leaky-relu:0.2",
        "square",
    ] {
        let phi = activation(text).unwrap();
        for rho in [0.1f64, 0.3, 0.6] {
            let (signal, noise) = (rho.sqrt(), (1.0 - rho).sqrt());
            let series = phi.split_by_series(signal, noise, 120).unwrap();
            let differences = phi.split_by_differences(signal, noise).unwrap();
            for (one, two) in
                [(series.shared, differences.shared), (series.private, differences.private)]
            {
                let off = (one.value - two.value).abs();
                assert!(off <= one.error + two.error, "{text} {rho}: {one:?} {two:?}");
                assert!(one.error + two.error < 1e-12, "{text} {rho}: {one:?} {two:?}");
            }
        }
    }
}

/// Small noise: s² → Δ Var φ′ for smooth φ, without loss of digits.
#[test]
fn limit_little_noise_leaves_the_variance_of_the_slope() {
    let tanh = activation("tanh").unwrap();
    let found = Coefficients::new(&tanh, 1e-9, 1.0).unwrap();
    // Var tanh′(u), u standard normal, by a trapezoidal sum.
    let (mut mean, mut square) = (0.0, 0.0);
    for k in -480..=480 {
        let x = f64::from(k) * 0.025;
        let w = 0.025 * (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let slope = 1.0 - x.tanh().powi(2);
        mean += w * slope;
        square += w * slope * slope;
    }
    let want = found.delta * (square - mean * mean);
    assert!((found.s2.value / want - 1.0).abs() < 1e-7, "{:?} {want}", found.s2);
    assert!(found.s2.error < 1e-9 * found.s2.value);
}

#[test]
fn bad_input_activations_without_a_second_moment_are_refused() {
    let steep = activation("exp(z^2/5)").unwrap();
    assert!(Coefficients::new(&steep, 0.1, 1.0).is_ok());
    let error = Coefficients::new(&steep, 0.1, 3.0).unwrap_err();
    assert!(error.to_string().contains("infinite"), "{error}");
    assert_eq!(error.exit_code(), 2);
}
