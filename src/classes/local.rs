//! What a single point tells about its class, from the likelihoods of the classes there.

use crate::numerics::special::x_minus_ln_1p;

/// Prior weights with their logarithms.
#[derive(Clone, Debug)]
pub(super) struct Priors {
    pub(super) weights: Vec<f64>,
    pub(super) logs: Vec<f64>,
}

impl Priors {
    pub(super) fn new(weights: &[f64]) -> Self {
        Self { weights: weights.to_vec(), logs: weights.iter().map(|w| w.ln()).collect() }
    }
}

/// What one point tells.
pub(super) struct Local {
    /// log Σ w_k p_k
    pub(super) log_density: f64,
    /// Entropy of the posterior.
    pub(super) entropy: f64,
    /// 1 − Σ P(k|x)²
    pub(super) split: f64,
}

impl Local {
    /// From log w_k p_k: no term is the difference of larger ones.
    #[inline]
    pub(super) fn new(logs: &[f64]) -> Self {
        let (mut at, mut top) = (0, f64::NEG_INFINITY);
        for (k, &log) in logs.iter().enumerate() {
            if log > top {
                (at, top) = (k, log);
            }
        }
        // Relative to the likeliest class: the others' weights and their sum.
        let (mut rest, mut surprise, mut squares) = (0.0, 0.0, 0.0);
        for (k, &log) in logs.iter().enumerate() {
            if k != at {
                let x = log - top;
                let e = x.exp();
                rest += e;
                surprise -= e * x;
                squares += e * e;
            }
        }
        let (norm, log_norm) = (1.0 / (1.0 + rest), rest.ln_1p());
        let entropy = log_norm + surprise * norm;
        // Σ p (1 − p) = (2 rest + rest² − Σ e²)/(1 + rest)²
        let split = (2.0 * rest + rest * rest - squares) * norm * norm;
        Self { log_density: top + log_norm, entropy, split }
    }

    /// Σ P(k|x) log P(k|x)/w_k
    pub(super) fn information(&self, logs: &[f64], priors: &Priors) -> f64 {
        let mut information = 0.0;
        for (&log, (&w, &log_w)) in logs.iter().zip(priors.weights.iter().zip(&priors.logs)) {
            // p log(p/w) − (p − w) with p = w(1 + δ), each at least 0.
            let y = log - log_w - self.log_density;
            if y < -700.0 {
                information += w;
                continue;
            }
            let delta = y.exp_m1();
            information += w * (delta * y - x_minus_ln_1p_of(delta, y));
        }
        information.max(0.0)
    }
}

/// δ − log(1 + δ) where y = log(1 + δ) is known.
fn x_minus_ln_1p_of(delta: f64, y: f64) -> f64 {
    if delta.abs() > 0.05 { delta - y } else { x_minus_ln_1p(delta) }
}
