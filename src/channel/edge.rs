//! Moments of a truncated normal variable about the edge that is nearest to its mass.
//!
//! Far out in a tail the moments about 0 are nearly powers of the edge, and what distinguishes them
//! is lost in their differences; about the edge all terms are positive.

use crate::numerics::legendre;
use crate::numerics::special::{erfcx, normal_cdf};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Moments of order 0 to 3.
pub(super) type Moments = [f64; 4];

/// ∫ (t − a)^k N(t) dt over t > a, over N(a), for a ≥ 0.
fn tail(a: f64) -> Moments {
    /// Edge from which the recurrence is taken backward, and terms that bring its error below
    /// rounding: each of them shrinks it by r_k²/k, r_k ≈ (√(a² + 4k) − a)/2.
    const FAR: f64 = 1.5;
    const TERMS: (f64, usize) = (700.0, 20);
    let zeroth = (0.5 * PI).sqrt() * erfcx(a * FRAC_1_SQRT_2);
    // m_{k+1} = k m_{k−1} − a m_k, m_1 = 1 − a m_0.
    if a < FAR {
        let first = 1.0 - a * zeroth;
        let second = zeroth - a * first;
        return [zeroth, first, second, 2.0 * first - a * second];
    }
    // As a continued fraction for m_k/m_{k−1}.
    let (mut ratio, mut ratios) = (0.0, [0.0; 3]);
    let length = (TERMS.0 / (a * a)) as usize + TERMS.1;
    for k in (1..=length).rev() {
        ratio = k as f64 / (a + ratio);
        if k <= 3 {
            ratios[k - 1] = ratio;
        }
    }
    let first = zeroth * ratios[0];
    let second = first * ratios[1];
    [zeroth, first, second, second * ratios[2]]
}

/// ∫ (t − a)^k N(t) dt over t > a times e^`shift`.
fn from(a: f64, shift: f64) -> Moments {
    let height = (shift - 0.5 * a * a).exp() / (2.0 * PI).sqrt();
    if a >= 0.0 {
        return tail(a).map(|m| m * height);
    }
    let mass = shift.exp() * normal_cdf(-a);
    let first = height - a * mass;
    let second = mass - a * first;
    [mass, first, second, 2.0 * first - a * second]
}

/// ∫ (t − a)^k N(t) dt over a < t < b times e^`shift`; a is finite.
pub(super) fn moments(a: f64, b: f64, shift: f64) -> Moments {
    /// Width, in units of the scale on which the density falls, below which it is integrated.
    const NARROW: f64 = 1.0;
    if b == f64::INFINITY {
        return from(a, shift);
    }
    let d = b - a;
    if d * (1.0 + a.abs().max(b.abs())) < NARROW {
        let mut sums = [0.0; 4];
        legendre::rule(20).on(a, b, |t, weight| {
            let density = weight * (shift - 0.5 * t * t).exp() / (2.0 * PI).sqrt();
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += density * (t - a).powi(k as i32);
            }
        });
        return sums;
    }
    // Powers of (t − a) = ±(t − b) + (b − a).
    let about = |[m0, m1, m2, m3]: Moments, sign: f64| {
        let (m1, m3) = (sign * m1, sign * m3);
        [
            m0,
            d * m0 + m1,
            d * d * m0 + 2.0 * d * m1 + m2,
            d * d * d * m0 + 3.0 * d * d * m1 + 3.0 * d * m2 + m3,
        ]
    };
    let less = |x: Moments, y: Moments| [0, 1, 2, 3].map(|k| x[k] - y[k]);
    if b < 0.0 {
        // From the other side, where the mass is: −b < −t < −a.
        return about(moments(-b, -a, shift), -1.0);
    }
    less(from(a, shift), about(from(b, shift), 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::special::normal_density;

    /// Against panels of 20 nodes.
    #[test]
    fn independent_moments_by_quadrature() {
        for a in [-3.0, -0.5, 0.0, 0.7, 1.49, 1.51, 4.0, 10.0, 30.0] {
            for width in [1e-3, 0.3, 2.0, f64::INFINITY] {
                let got = moments(a, a + width, 0.0);
                let mut want = [0.0; 4];
                let panels = 400;
                let step = width.min(14.0) / f64::from(panels);
                for k in 0..panels {
                    // From the edge: near a narrow one the places themselves are rounded.
                    let low = f64::from(k) * step;
                    legendre::rule(20).on(low, low + step, |s, weight| {
                        for (k, sum) in want.iter_mut().enumerate() {
                            *sum += weight * normal_density(a + s) * s.powi(k as i32);
                        }
                    });
                }
                for (got, want) in got.iter().zip(want) {
                    // The exponent a²/2 is rounded.
                    // … and so is the far end, of which the third moment has the fourth power.
                    let end = 4.0 * f64::EPSILON * a.abs() / width.min(14.0);
                    let allowed = 1e-13 * (1.0 + a * a) + end;
                    assert!((got / want - 1.0).abs() < allowed, "{a} {width}: {got} {want}");
                }
            }
        }
    }
}
