//! Gauss-Legendre rules on panels.
//!
//! The n-point rule is exact for polynomials of degree 2n − 1; for a function analytic in an ellipse
//! around the panel it converges exponentially in n. Callers that need an error bound compare two
//! rules or two panel widths.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Largest rule that [`rule`] keeps.
const LARGEST: usize = 40;

/// Nodes in (−1, 1), ascending, with their weights, which add up to 2.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Nodes, ascending.
    pub nodes: Vec<f64>,
    /// Weights, in the order of the nodes.
    pub weights: Vec<f64>,
}

impl Rule {
    /// The rule with `n` ≥ 1 nodes, by Newton's method on the Legendre polynomial.
    pub fn new(n: usize) -> Self {
        let mut nodes = Vec::with_capacity(n);
        let mut weights = Vec::with_capacity(n);
        for k in (0..n).rev() {
            let mut x = (PI * (k as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (value, derivative) = legendre(n, x);
                slope = derivative;
                let step = value / derivative;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            nodes.push(x);
            weights.push(2.0 / ((1.0 - x * x) * slope * slope));
        }
        Self { nodes, weights }
    }

    /// Calls `visit` with every node of the rule on `[low, high]` and its weight.
    pub fn on(&self, low: f64, high: f64, mut visit: impl FnMut(f64, f64)) {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        for (&x, &w) in self.nodes.iter().zip(&self.weights) {
            visit(middle + half * x, half * w);
        }
    }
}

/// The rule with `n` nodes, 1 ≤ n ≤ 40, computed once.
pub fn rule(n: usize) -> &'static Rule {
    static RULES: [OnceLock<Rule>; LARGEST + 1] = [const { OnceLock::new() }; LARGEST + 1];
    let n = n.clamp(1, LARGEST);
    RULES[n].get_or_init(|| Rule::new(n))
}

/// P_n(x) and its derivative.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_polynomials_are_exact() {
        for n in [2, 5, 10, 16, 24, 40] {
            let rule = rule(n);
            for degree in 0..2 * n {
                let mut sum = 0.0;
                rule.on(0.0, 1.0, |x, w| sum += w * x.powi(degree as i32));
                let want = 1.0 / (degree as f64 + 1.0);
                assert!((sum - want).abs() < 1e-14, "{n} nodes, degree {degree}: {sum}");
            }
        }
    }
}
