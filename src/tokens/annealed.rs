//! The annealed map of a random hierarchy model: beliefs in the truth, averaged over the rules.
//!
//! It holds where every leaf is believed alike `[SFW24]`; masked and uniform noise have beliefs that
//! fluctuate, and their transitions lie elsewhere, at less noise.

use crate::numerics::{Estimate, NumericsError, roots};

/// v symbols, m rules, s children.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Annealed {
    /// v.
    pub symbols: f64,
    /// m.
    pub rules: f64,
    /// s.
    pub branching: f64,
}

impl Annealed {
    /// F(p) = [p^s + f (m − 1)/(m v − 1) (1 − p^s)]/[p^s + f (1 − p^s)], f = (m v − 1)/(v^s − 1).
    pub fn map(self, p: f64) -> f64 {
        let Self { symbols: v, rules: m, branching: s } = self;
        let all = v.powf(s) - 1.0;
        let (power, rest) = (p.powf(s), -(s * p.ln()).exp_m1());
        (power + (m - 1.0) / all * rest) / (power + (m * v - 1.0) / all * rest)
    }

    /// F'(1) = s m (v − 1)/(v^s − 1).
    pub fn slope_one(self) -> Estimate {
        let Self { symbols: v, rules: m, branching: s } = self;
        let value = s * m * (v - 1.0) / (v.powf(s) - 1.0);
        Estimate::new(value, 8.0 * f64::EPSILON * value)
    }

    /// F'(1/v) = s (v − 1) v^{s−1}/[m (v^s − 1)].
    pub fn slope_uniform(self) -> Estimate {
        let Self { symbols: v, rules: m, branching: s } = self;
        let value = s * (v - 1.0) * v.powf(s - 1.0) / (m * (v.powf(s) - 1.0));
        Estimate::new(value, 8.0 * f64::EPSILON * value)
    }

    /// The repelling fixed point between 1/v and 1, where both are attractive; else which of them is not.
    pub fn fixed_point(self) -> Result<Result<Estimate, &'static str>, NumericsError> {
        let Self { symbols: v, rules: m, branching: s } = self;
        if self.slope_one().value >= 1.0 {
            return Ok(Err("no transition: the class is never recovered in deep trees, F'(1) ≥ 1"));
        }
        if self.slope_uniform().value >= 1.0 {
            return Ok(Err(
                "no transition: the class is recovered at every ε below 1, F'(1/v) ≥ 1",
            ));
        }
        if s == 2.0 {
            let value = (m - 1.0) / (v - m);
            return Ok(Ok(Estimate::new(value, 4.0 * f64::EPSILON * value)));
        }
        let excess = |p: f64| {
            let mapped = self.map(p);
            Estimate::new(mapped - p, 16.0 * f64::EPSILON * mapped.max(p))
        };
        // F(p) < p above 1/v and > p below 1, by the slopes at both.
        let mut inset = 1e-2;
        let ends = loop {
            let (low, high) = ((1.0 + inset) / v, 1.0 - inset);
            let signs = (excess(low), excess(high));
            if low < high && signs.0.upper() < 0.0 && signs.1.lower() > 0.0 {
                break (low, high);
            }
            inset *= 0.1;
            if inset < 1e-12 {
                return Err(NumericsError::NotBracketed { what: "p*", low: 1.0 / v, high: 1.0 });
            }
        };
        Ok(Ok(roots::bracketed("p*", excess, ends.0, ends.1)?.estimate()))
    }

    /// The belief in the root of L levels whose leaves are believed with `p`.
    pub fn root(self, p: f64, levels: usize) -> Estimate {
        let mut at = Estimate::exact(p);
        for _ in 0..levels {
            let value = self.map(at.value);
            // The map's slope is at most what it is over the error, by a difference.
            let step = at.error.max(1e-12);
            let slope = ((self.map((at.value + step).min(1.0))
                - self.map((at.value - step).max(1e-300)))
                / (2.0 * step))
                .abs();
            at = Estimate::new(value, 1.5 * slope * at.error + 16.0 * f64::EPSILON * value);
        }
        at
    }

    /// β(snr): the mean belief of a one-hot leaf under Gaussian noise,
    /// ∫₀^∞ ds E[e^{y} e^{−s e^{y}}] (E e^{−s e^{√snr z}})^{v−1}, y = snr + √snr z.
    pub fn gaussian_leaf(self, snr: f64) -> Estimate {
        let coarse = self.leaf(snr, 0.1);
        let fine = self.leaf(snr, 0.05);
        Estimate::new(fine, (fine - coarse).abs() + 1e-13)
    }

    fn leaf(self, snr: f64, spacing: f64) -> f64 {
        let root = snr.sqrt();
        // log s runs over all that e^{−y} and the others' may balance.
        let (low, high) = (-snr - 9.0 * root - 40.0, 9.0 * root + 4.0);
        let nodes: Vec<(f64, f64)> = (-180..=180)
            .map(|k| {
                let z = 0.05 * f64::from(k);
                (z, 0.05 * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt())
            })
            .collect();
        let steps = ((high - low) / spacing).ceil() as usize;
        let mut sum = 0.0;
        for k in 0..=steps {
            let u = low + spacing * k as f64;
            let mut own = 0.0;
            let mut other = 0.0;
            for (z, weight) in &nodes {
                let x = u + snr + root * z;
                own += weight * (x - x.exp()).exp();
                other += weight * -(-(u + root * z).exp()).exp_m1();
            }
            sum += own * ((self.symbols - 1.0) * (-other.min(1.0)).ln_1p()).exp();
        }
        spacing * sum
    }
}
