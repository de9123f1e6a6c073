//! Special functions that stay accurate in their tails.

use errorfunctions::RealErrorFunctions;
use special::{Error as _, Gamma as _};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI, SQRT_2};

/// ½ log(2π).
pub const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;

/// Error function.
pub fn erf(x: f64) -> f64 {
    x.error()
}

/// Complementary error function 1 − erf(x).
pub fn erfc(x: f64) -> f64 {
    x.compl_error()
}

/// Scaled complementary error function e^{x²} erfc(x).
pub fn erfcx(x: f64) -> f64 {
    RealErrorFunctions::erfcx(x)
}

/// Standard normal density.
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Standard normal distribution function Φ(x).
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// log Φ(x), without underflow in the left tail.
pub fn log_normal_cdf(x: f64) -> f64 {
    if x < -1.0 {
        (0.5 * erfcx(-x / SQRT_2)).ln() - 0.5 * x * x
    } else {
        (-0.5 * erfc(x * FRAC_1_SQRT_2)).ln_1p()
    }
}

/// log(1 + e^x), without overflow.
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// log cosh x, without overflow, accurate for small x.
pub fn log_cosh(x: f64) -> f64 {
    let x = x.abs();
    if x < 0.5 {
        // cosh x − 1 = 2 sinh²(x/2)
        (2.0 * (0.5 * x).sinh().powi(2)).ln_1p()
    } else {
        x + (-2.0 * x).exp().ln_1p() - LN_2
    }
}

/// log Σ e^{x_k}, without overflow; −∞ for an empty sum.
pub fn log_sum_exp(terms: &[f64]) -> f64 {
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + terms.iter().map(|x| (x - top).exp()).sum::<f64>().ln()
}

/// −x log x, continued by 0 at x = 0.
pub fn entropy_term(x: f64) -> f64 {
    if x > 0.0 { -x * x.ln() } else { 0.0 }
}

/// Entropy in nats of a binary variable that takes one of its values with probability `p`.
pub fn binary_entropy(p: f64) -> f64 {
    // (1 − p) log(1 − p) through log1p keeps full relative accuracy for small p.
    let q = 1.0 - p;
    if p <= 0.0 || q <= 0.0 { 0.0 } else { -p * p.ln() - q * (-p).ln_1p() }
}

/// x − log(1 + x), by its series where the two terms cancel.
pub fn x_minus_ln_1p(x: f64) -> f64 {
    if x.abs() > 0.05 {
        return x - x.ln_1p();
    }
    // Σ_{n≥2} (−x)^n/n; twelve terms reach 1e-17 relative at |x| = 0.05.
    let mut sum = 0.0;
    for n in (2..=14).rev() {
        let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
        sum = sum * x + sign / f64::from(n);
    }
    sum * x * x
}

/// Numerators and denominators of the quantiles of a standard normal variable near its centre, in its
/// tails, and far out, lowest power first `[WIC88]`.
const NORMAL_QUANTILES: [[[f64; 8]; 2]; 3] = [
    [
        [
            3.3871328727963665,
            133.14166789178438,
            1971.5909503065513,
            13731.69376550946,
            45921.95393154987,
            67265.7709270087,
            33430.57558358813,
            2509.0809287301227,
        ],
        [
            1.0,
            42.31333070160091,
            687.1870074920579,
            5394.196021424751,
            21213.794301586597,
            39307.89580009271,
            28729.085735721943,
            5226.495278852854,
        ],
    ],
    [
        [
            1.4234371107496835,
            4.630337846156546,
            5.769497221460691,
            3.6478483247632045,
            1.2704582524523684,
            0.2417807251774506,
            0.022723844989269184,
            0.0007745450142783414,
        ],
        [
            1.0,
            2.053191626637759,
            1.6763848301838038,
            0.6897673349851,
            0.14810397642748008,
            0.015198666563616457,
            0.0005475938084995345,
            1.0507500716444169e-09,
        ],
    ],
    [
        [
            6.657904643501103,
            5.463784911164114,
            1.7848265399172913,
            0.29656057182850487,
            0.026532189526576124,
            0.0012426609473880784,
            2.7115555687434876e-05,
            2.0103343992922881e-07,
        ],
        [
            1.0,
            0.599832206555888,
            0.1369298809227358,
            0.014875361290850615,
            0.0007868691311456133,
            1.8463183175100548e-05,
            1.421511758316446e-07,
            2.0442631033899397e-15,
        ],
    ],
];

/// The number that a standard normal variable stays below with probability `u`, strictly between 0 and 1.
pub fn normal_quantile(u: f64) -> f64 {
    let [centre, tail, far] = &NORMAL_QUANTILES;
    let ratio = |of: &[[f64; 8]; 2], r: f64| {
        let value = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
        value(&of[0]) / value(&of[1])
    };
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(centre, 0.180_625 - q * q);
    }
    let r = (-u.min(1.0 - u).ln()).sqrt();
    let size = if r <= 5.0 { ratio(tail, r - 1.6) } else { ratio(far, r - 5.0) };
    size.copysign(q)
}

/// Degrees of freedom from which quantiles of χ² are Temme's, whose first neglected term is below 1e-8
/// there; the sums behind the distribution function grow long.
const MANY: f64 = 2000.0;

/// The η nearer to 0 than which the series of Temme's ε₁ is better than its closed form.
const CENTRAL: f64 = 2e-3;

/// x/a where a gamma variable of shape `a` stays below x with probability Φ(z): Temme's inversion,
/// λ − 1 − log λ = η²/2 with η = η₀ + ε₁/a + ε₂/a², η₀ = z/√a `[TEM92]`.
fn gamma_quantile_ratio(a: f64, z: f64) -> f64 {
    let start = z / a.sqrt();
    let first = if start.abs() < CENTRAL {
        -1.0 / 3.0 + start / 36.0 + start * start / 1620.0
    } else {
        (start / ratio_at(start)).ln() / start
    };
    let second = -7.0 / 405.0 - 7.0 / 2592.0 * start;
    1.0 + ratio_at(start + (first + second / a) / a)
}

/// The δ of the sign of η with δ − log(1 + δ) = η²/2.
fn ratio_at(eta: f64) -> f64 {
    let half = 0.5 * eta * eta;
    let mut delta = eta * (1.0 + eta * (1.0 / 3.0 + eta / 36.0));
    // The start is within η⁴ of the root: twice squared, that is below rounding for all η in use.
    for _ in 0..3 {
        if delta == 0.0 || delta <= -1.0 {
            break;
        }
        delta -= (x_minus_ln_1p(delta) - half) * (1.0 + delta) / delta;
    }
    delta
}

/// The number that a χ variable of `freedom` degrees of freedom stays below with probability `u`,
/// strictly between 0 and 1.
pub fn chi_quantile(freedom: f64, u: f64) -> f64 {
    let z = normal_quantile(u);
    let c = 2.0 / (9.0 * freedom);
    let start = freedom * (1.0 - c + z * c.sqrt()).max(0.0).powi(3);
    if freedom > MANY {
        return (freedom * gamma_quantile_ratio(0.5 * freedom, z)).sqrt();
    }
    // Newton's method in log x, where the distribution function is monotone and its tail a line, kept
    // within what is known to lie on either side.
    let half = 0.5 * freedom;
    // u ≤ (x/2)^{f/2}/Γ(f/2 + 1)
    let log_gamma = half * half.ln() - half - super::gamma::stirling_excess(half);
    let lowest = LN_2 + (u.ln() + log_gamma + half.ln()) / half;
    let (mut low, mut high) = (lowest, (4.0 * (freedom + 80.0)).ln());
    let mut y = start.ln().clamp(low, high);
    for _ in 0..60 {
        let x = y.exp();
        let excess = (0.5 * x).inc_gamma(half) - u;
        if excess > 0.0 {
            high = y;
        } else {
            low = y;
        }
        let slope = (half * (0.5 * x).ln() - 0.5 * x - log_gamma).exp();
        let next = y - excess / slope;
        let inside = next > low && next < high;
        let next = if inside { next } else { 0.5 * (low + high) };
        let step = (next - y).abs();
        y = next;
        if step < 1e-10 {
            break;
        }
    }
    (0.5 * y).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mpmath 1.3.0, 30 digits.
    #[test]
    fn independent_log_normal_cdf() {
        for (x, want) in [
            (-40.0, -804.608_442_013_753_8),
            (-5.0, -15.064_998_393_988_726),
            (-1.0, -1.841_021_645_009_264),
            (0.0, -LN_2),
            (3.0, -0.001_350_809_964_748_193_8),
            (9.0, -1.128_588_405_953_840_6e-19),
        ] {
            let got = log_normal_cdf(x);
            assert!((got / want - 1.0).abs() < 2e-14, "log Φ({x}) = {got}, not {want}");
        }
    }

    #[test]
    fn identity_log_cosh_is_continuous_and_even() {
        for x in [0.5 - 1e-12, 0.5, 1e-9, 3.0, 400.0] {
            assert_eq!(log_cosh(x), log_cosh(-x));
            if x < 300.0 {
                assert!((log_cosh(x) - f64::cosh(x).ln()).abs() < 1e-15);
            }
        }
        assert!((log_cosh(1e-9) / 5e-19 - 1.0).abs() < 1e-14);
    }

    /// Within rounding of what Φ takes back, in both tails.
    #[test]
    fn identity_normal_quantiles() {
        for u in [1e-300, 1e-100, 2e-16, 1e-11, 1e-5, 0.0749, 0.0751, 0.3, 0.5 - 1e-9] {
            let z = normal_quantile(u);
            assert!((log_normal_cdf(z) - u.ln()).abs() < 2e-14 * (1.0 + z * z), "{u}: {z}");
        }
        for u in [1e-9f64, 0.01, 0.07, 0.2, 0.45] {
            let (low, high) = (normal_quantile(u), normal_quantile(1.0 - u));
            assert!((low + high).abs() < 1e-7, "{u}: {low} {high}");
        }
    }

    /// Medians of few degrees of freedom in closed form, and a round trip for many.
    #[test]
    fn identity_chi_quantiles() {
        for u in [1e-9f64, 0.01, 0.3, 0.5, 0.9, 1.0 - 1e-9] {
            // Two degrees of freedom: Rayleigh.
            let rayleigh = (-2.0 * (-u).ln_1p()).sqrt();
            assert!((chi_quantile(2.0, u) / rayleigh - 1.0).abs() < 1e-7, "{u}");
            let half_normal = SQRT_2 * u.inv_error();
            assert!((chi_quantile(1.0, u) / half_normal - 1.0).abs() < 1e-6, "{u}");
            for freedom in [3.0, 40.0, 1999.0, 2001.0, 5000.0, 1e5] {
                let x = chi_quantile(freedom, u);
                let back = (0.5 * x * x).inc_gamma(0.5 * freedom);
                assert!((back - u).abs() < 2e-6 * u, "{freedom} {u}: {back}");
            }
        }
    }

    #[test]
    fn limit_log_sum_exp_does_not_overflow() {
        assert!((log_sum_exp(&[1000.0, 1000.0]) - 1000.0 - LN_2).abs() < 1e-12);
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
    }
}
