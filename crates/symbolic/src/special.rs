//! Numerical builtins that the standard library lacks, accurate to a few units in the last place
//! over the whole line, tails included.

use special::Error as _;

/// 1/√2 rounded to a double, and what the rounding left out.
const HALF_ROOT: (f64, f64) = (std::f64::consts::FRAC_1_SQRT_2, -4.833_646_656_726_457e-17);

/// The error function, 2/√π ∫₀ˣ e^{−t²} dt.
pub(crate) fn erf(x: f64) -> f64 {
    x.error()
}

/// The complementary error function 1 − erf(x), with full relative accuracy in the right tail.
pub(crate) fn erfc(x: f64) -> f64 {
    x.compl_error()
}

/// The standard normal distribution function Φ(x) = ½ erfc(−x/√2).
///
/// In the left tail the relative condition number of erfc is about x², so the rounding error of
/// x/√2 is carried along to first order.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    if !(-40.0..=40.0).contains(&x) {
        return if x.is_nan() {
            x
        } else if x > 0.0 {
            1.0
        } else {
            0.0
        };
    }
    let scaled = -x * HALF_ROOT.0;
    let rest = (-x).mul_add(HALF_ROOT.0, -scaled) - x * HALF_ROOT.1;
    let slope = std::f64::consts::FRAC_2_SQRT_PI * (-scaled * scaled).exp();
    0.5 * (erfc(scaled) - slope * rest)
}

/// The Gaussian error linear unit x Φ(x).
pub(crate) fn gelu(x: f64) -> f64 {
    if x == f64::NEG_INFINITY {
        return 0.0;
    }
    x * normal_cdf(x)
}

/// The logistic function 1/(1 + e^{−x}).
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let small = x.exp();
        small / (1.0 + small)
    }
}

/// log(1 + eˣ), without overflow and without losing the left tail.
pub(crate) fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// The sigmoid linear unit x/(1 + e^{−x}).
pub(crate) fn silu(x: f64) -> f64 {
    if x == f64::NEG_INFINITY {
        return 0.0;
    }
    x * sigmoid(x)
}

/// log cosh x, without overflow and with full relative accuracy near zero.
pub(crate) fn log_cosh(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        // log cosh x = log(1 + 2 sinh²(x/2))
        let half = (0.5 * x).sinh();
        (2.0 * half * half).ln_1p()
    } else {
        x + (-2.0 * x).exp().ln_1p() - std::f64::consts::LN_2
    }
}

/// −1, 0 or 1.
pub(crate) fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        // Zero for both zeros; NaN stays NaN.
        x.abs()
    }
}

/// 0, ½ at the jump, or 1: (1 + sign x)/2.
pub(crate) fn heaviside(x: f64) -> f64 {
    0.5 * (1.0 + sign(x))
}

/// The arguments' minimum; NaN if either is.
pub(crate) fn minimum(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}

/// The arguments' maximum; NaN if either is.
pub(crate) fn maximum(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// The real power aᵇ; NaN if either is NaN (unlike `powf`, for which 1 and 0 are exceptions).
pub(crate) fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.powf(b) }
}
