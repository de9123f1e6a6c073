//! Gauss-Hermite rules: averages over a standard normal variable.

use std::sync::OnceLock;

/// Largest rule that [`rule`] keeps.
const LARGEST: usize = 20;

/// Nodes in units of the standard deviation, ascending, with their weights, which add up to 1.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Nodes, ascending.
    pub nodes: Vec<f64>,
    /// Weights, in the order of the nodes.
    pub weights: Vec<f64>,
}

/// He_n/√n! and He_{n−1}/√(n−1)! at x, by the recurrence of the orthonormal polynomials.
fn hermite(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut now) = (0.0, 1.0);
    for k in 0..n {
        let k = k as f64;
        (before, now) = (now, (x * now - k.sqrt() * before) / (k + 1.0).sqrt());
    }
    (now, before)
}

impl Rule {
    /// The rule with `n` ≥ 1 nodes: the roots of He_n, which interlace with those of He_{n−1}.
    pub fn new(n: usize) -> Self {
        let mut roots: Vec<f64> = Vec::new();
        for k in 1..=n {
            // Every root lies between neighbours of the rule before; the outermost within √(4k + 2).
            let end = (4.0 * k as f64 + 2.0).sqrt();
            let edges: Vec<f64> = [-end].into_iter().chain(roots).chain([end]).collect();
            roots = edges.windows(2).map(|pair| root(k, pair[0], pair[1])).collect();
        }
        let weights = roots.iter().map(|&x| 1.0 / (n as f64 * hermite(n, x).1.powi(2))).collect();
        Self { nodes: roots, weights }
    }
}

/// The root of He_n in a bracket: Newton's method, He_n′ = n He_{n−1}, halving where it leaves.
fn root(n: usize, mut low: f64, mut high: f64) -> f64 {
    let rising = hermite(n, high).0 > 0.0;
    let mut x = 0.5 * (low + high);
    for _ in 0..100 {
        let (value, before) = hermite(n, x);
        if (value > 0.0) == rising {
            high = x;
        } else {
            low = x;
        }
        let next = x - value / ((n as f64).sqrt() * before);
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        if (next - x).abs() <= f64::EPSILON * x.abs() {
            break;
        }
        x = next;
    }
    x
}

/// The rule with `n` nodes, 1 ≤ n ≤ 20, computed once.
pub fn rule(n: usize) -> &'static Rule {
    static RULES: [OnceLock<Rule>; LARGEST + 1] = [const { OnceLock::new() }; LARGEST + 1];
    let n = n.clamp(1, LARGEST);
    RULES[n].get_or_init(|| Rule::new(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E x^{2m} = (2m − 1)!!, exact up to degree 2n − 1.
    #[test]
    fn identity_moments_of_the_normal_law() {
        for n in 1..=LARGEST {
            let rule = rule(n);
            let mut want = 1.0;
            for m in 0..n {
                let got: f64 = rule
                    .nodes
                    .iter()
                    .zip(&rule.weights)
                    .map(|(x, w)| w * x.powi(2 * m as i32))
                    .sum();
                assert!((got / want - 1.0).abs() < 1e-12, "{n} {m}: {got} {want}");
                want *= 2.0 * m as f64 + 1.0;
            }
        }
    }
}
