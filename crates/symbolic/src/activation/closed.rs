//! Gaussian integrals in closed form.

use super::{Activation, Estimate};
use crate::PolynomialPiece;
use crate::special::{erfc, normal_cdf};

/// 1/√(2π)
const HEIGHT: f64 = 0.398_942_280_401_432_7;

/// The standard normal density; zero at infinity.
fn density(z: f64) -> f64 {
    HEIGHT * (-0.5 * z * z).exp()
}

/// ∫ₐᵇ of the standard normal density, without cancellation in the tails.
fn probability(a: f64, b: f64) -> f64 {
    if a > 0.0 {
        normal_cdf(-a) - normal_cdf(-b)
    } else if b < 0.0 {
        normal_cdf(b) - normal_cdf(a)
    } else {
        // Both parts are positive, so nothing cancels.
        let half = |x: f64| 0.5 * special_erf(x.abs() * std::f64::consts::FRAC_1_SQRT_2);
        half(a) + half(b)
    }
}

fn special_erf(x: f64) -> f64 {
    if x > 3.0 { 1.0 - erfc(x) } else { crate::special::erf(x) }
}

/// ∫ₐᵇ zᵏ density(z) dz for k = 0, 1, …, and the sizes of the terms they are made of.
fn power_integrals(a: f64, b: f64, count: usize) -> Vec<Estimate> {
    let boundary = |z: f64, k: i32| {
        if z.is_infinite() { 0.0 } else { z.powi(k) * density(z) }
    };
    // Both the end and the exponent of the density are rounded.
    let shift = |z: f64, k: i32| {
        let size = boundary(z, k).abs();
        if size > 0.0 { size * (1.0 + 0.25 * z * z + z.abs()) } else { 0.0 }
    };
    let mut found: Vec<Estimate> = Vec::with_capacity(count);
    for k in 0..count {
        let next = if k == 0 {
            let value = probability(a, b);
            Estimate { value, error: value }
        } else {
            // I_k = (k − 1) I_{k−2} + a^{k−1} N(a) − b^{k−1} N(b)
            let (left, right) = (boundary(a, k as i32 - 1), boundary(b, k as i32 - 1));
            let before = if k >= 2 { found[k - 2] } else { Estimate { value: 0.0, error: 0.0 } };
            let factor = k as f64 - 1.0;
            Estimate {
                value: factor.mul_add(before.value, left - right),
                error: factor * before.error + shift(a, k as i32 - 1) + shift(b, k as i32 - 1),
            }
        };
        found.push(next);
    }
    found
}

/// The average over a standard normal z of p(z), where p is the piece's polynomial in g z changed
/// by `change` into a polynomial in z, and the gain is not zero.
pub(super) fn average(
    pieces: &[PolynomialPiece],
    gain: f64,
    change: impl Fn(Vec<f64>) -> Vec<f64>,
) -> Estimate {
    let mut total = Estimate { value: 0.0, error: 0.0 };
    for piece in pieces {
        let (mut a, mut b) = (piece.lo / gain, piece.hi / gain);
        if gain < 0.0 {
            (a, b) = (b, a);
        }
        let mut power = 1.0;
        let mut in_z = Vec::with_capacity(piece.coefficients.len());
        for c in &piece.coefficients {
            in_z.push(c * power);
            power *= gain;
        }
        let polynomial = change(in_z);
        for (c, integral) in polynomial.iter().zip(power_integrals(a, b, polynomial.len())) {
            total.value += c * integral.value;
            total.error += (c * integral.error).abs();
        }
    }
    // A few roundings on each term.
    total.error *= 8.0 * f64::EPSILON;
    total
}

/// The product of two polynomials.
pub(super) fn multiplied(p: &[f64], q: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; p.len() + q.len() - 1];
    for (i, a) in p.iter().enumerate() {
        for (j, b) in q.iter().enumerate() {
            product[i + j] += a * b;
        }
    }
    product
}

/// The mean, the linear moment and the second moment of the smooth functions that have them in
/// closed form: c erf(s z), c sin(s z), c cos(s z), c exp(s z).
pub(super) fn elementary(phi: &Activation, gain: f64) -> Option<[f64; 3]> {
    use crate::algebra::single_call;
    use crate::function::Function;
    let simple = phi.expression().simplify();
    let (c, function, slope) = single_call(simple.root())?;
    let s = slope * gain;
    let v = s * s;
    let (mean, linear, square) = match function {
        // E erf² = (2/π) asin(2v/(1 + 2v)), E z erf = 2s/√(π(1 + 2v))
        Function::Erf => (
            0.0,
            2.0 * s / (std::f64::consts::PI * (1.0 + 2.0 * v)).sqrt(),
            std::f64::consts::FRAC_2_PI * (2.0 * v / (1.0 + 2.0 * v)).asin(),
        ),
        Function::Sin => (0.0, s * (-0.5 * v).exp(), -0.5 * (-2.0 * v).exp_m1()),
        Function::Cos => ((-0.5 * v).exp(), 0.0, 0.5 + 0.5 * (-2.0 * v).exp()),
        Function::Exp => ((0.5 * v).exp(), s * (0.5 * v).exp(), (2.0 * v).exp()),
        _ => return None,
    };
    Some([c * mean, c * linear, c * c * square])
}
