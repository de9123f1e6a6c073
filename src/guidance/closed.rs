//! Closed forms for guidance that acts to the end, far from the data: what the stochastic sampler gains.
//!
//! With V = 1/(1 + e^{−2y}) and a = 2ω + 1 the overshoot still to come from y is
//! u(y) = (ω/a)[₂F₁(1, a; a + 1; V)/a + H_{2ω} − 2y], c(ω) = u(0) and v(ω) a double integral (derived here).
//! All need ω > −½: below, part of the runs goes to the other class.

use crate::numerics::Estimate;
use crate::numerics::gamma::digamma;
use crate::numerics::legendre::rule;
use std::f64::consts::LN_2;

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Units of rounding that the sums lose.
const LOST: f64 = 64.0 * f64::EPSILON;

/// ε(2ω + 1) up to which the series about V = 1 is taken: its terms then grow to e² at most before they add up.
const NEAR: f64 = 2.0;

/// c(ω) = lim E[y − γ], the overshoot of the stochastic sampler in units of σ²/|m|, for ω > −½.
pub fn overshoot(omega: f64) -> Estimate {
    future_overshoot(omega, 0.0)
}

/// u(y) for ω > −½: the mean of y − γ that is still to come from y.
pub fn future_overshoot(omega: f64, y: f64) -> Estimate {
    let a = 2.0 * omega + 1.0;
    let epsilon = 1.0 / (1.0 + (2.0 * y).exp());
    let sum = if epsilon < 0.4 && epsilon * a < NEAR {
        (-2.0 * y).exp().ln_1p() + about_one(a, epsilon, 1)
    } else {
        digamma(a + 1.0) + EULER + direct(a, 1.0 / (1.0 + (-2.0 * y).exp()), 1) - 2.0 * y
    };
    let value = omega / a * sum;
    Estimate::new(value, LOST * (value.abs() + (omega / a).abs() * (1.0 + 2.0 * y.abs())))
}

/// v(ω) = lim Var y − γ < 0, for ω > −½: the variance in units of σ⁴/|m|² that the stochastic sampler loses.
pub fn variance(omega: f64) -> Estimate {
    let [coarse, fine] = NODES.map(|nodes| double_integral(omega, nodes));
    Estimate::new(fine, (fine - coarse).abs() + 4.0 * LOST * (1.0 + omega.abs() + fine.abs()))
}

/// Nodes of the panels, coarse and fine.
const NODES: [usize; 2] = [18, 26];

/// Where the panels below ½ (in units of s, x = ½e^{−s}) and above (of r, x = 1 − e^{−r}) end.
const BELOW: [f64; 7] = [0.0, 1.0, 2.0, 4.0, 7.0, 12.0, 20.0];
const ABOVE: [f64; 11] = [LN_2, 1.3, 2.1, 3.1, 4.5, 6.5, 9.0, 13.0, 19.0, 28.0, 45.0];

/// ½∫dx x^{2ω}[−4ωh/(1 − x) + 4ω²h²]K(x), h = Σ x^k/(a + k), K = [max(x, ½)^{−a} − 1]/a.
fn double_integral(omega: f64, nodes: usize) -> f64 {
    let a = 2.0 * omega + 1.0;
    let rule = rule(nodes);
    let inner = |h: f64, epsilon: f64| 4.0 * omega * h * (omega * h - 1.0 / epsilon);
    let mut sum = 0.0;
    let share = -(-a * LN_2).exp_m1() / a;
    // e^{−as} falls by e^{−6} a panel at most, and ends at 40/a; panels grow towards there.
    let steep = (a / 6.0).ceil().max(1.0);
    let first = (1..steep as usize).map(|k| k as f64 / steep);
    let mut ends: Vec<f64> =
        [BELOW[0]].into_iter().chain(first).chain(BELOW[1..].to_vec()).collect();
    while ends[ends.len() - 1] < 42.0 / a {
        ends.push(1.6 * ends[ends.len() - 1]);
    }
    for panel in ends.windows(2) {
        rule.on(panel[0], panel[1], |s, weight| {
            let x = 0.5 * (-s).exp();
            sum += weight * share * (-a * s).exp() * inner(direct(a, x, 0), 1.0 - x);
        });
    }
    for panel in ABOVE.windows(2) {
        rule.on(panel[0], panel[1], |r, weight| {
            let epsilon = (-r).exp();
            let x = 1.0 - epsilon;
            let h = if epsilon < 0.4 && epsilon * a < NEAR {
                about_one(a, epsilon, 0)
            } else {
                direct(a, x, 0)
            };
            let kernel = -(a * (-epsilon).ln_1p()).exp_m1() / (a * x);
            sum += weight * epsilon * kernel * inner(h, epsilon);
        });
    }
    0.5 * sum
}

/// Σ_{k ≥ from} x^k/(a + k): all terms positive.
fn direct(a: f64, x: f64, from: u32) -> f64 {
    let (mut power, mut sum, mut k) = (x.powi(from as i32), 0.0, f64::from(from));
    loop {
        let term = power / (a + k);
        sum += term;
        if term <= 1e-18 * sum || power == 0.0 {
            return sum;
        }
        power *= x;
        k += 1.0;
    }
}

/// The same at x = 1 − ε as Σ_{k ≥ from} (a)_k/k! [ψ(k + 1) − ψ(a + k) − log ε] ε^k, without what from = 1
/// leaves to its callers.
fn about_one(a: f64, epsilon: f64, from: u32) -> f64 {
    let (mut factor, mut sum, mut k) = (1.0, 0.0, 0.0);
    let (mut own, mut other) = (-EULER, digamma(a));
    loop {
        let term = factor * (own - other - epsilon.ln());
        if k >= f64::from(from) {
            sum += term;
        }
        // Terms first grow, to k ≈ εa.
        if k > epsilon * a + 2.0 && term.abs() <= 1e-18 * sum.abs() || factor == 0.0 {
            return sum;
        }
        own += 1.0 / (k + 1.0);
        other += 1.0 / (a + k);
        factor *= (a + k) / (k + 1.0) * epsilon;
        k += 1.0;
    }
}
