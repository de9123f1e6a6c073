//! Sums over samples seen from one point, kept relative to their largest term.

/// What the weights w ∝ e^{l} of the samples seen from one noisy point add up to. The logit of a
/// sample is l = (e^{−t} x·a − ½ e^{−2t}|a|²)/Δ_t, which is |x|²/2Δ_t less its energy.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// The logit that the sums are relative to.
    pub(super) reference: f64,
    /// Σ e^{l − reference}.
    pub(super) sum: f64,
    /// Σ e^{2(l − reference)}.
    pub(super) squares: f64,
    /// Σ (l − reference) e^{l − reference}.
    pub(super) logs: f64,
    /// Σ e^{l − reference} over each class.
    pub(super) classes: Vec<f64>,
    /// The largest logit and its sample: the nearest neighbour of x e^{t}.
    pub(super) nearest: (f64, usize),
}

impl Tally {
    /// Nothing yet, of `classes` classes.
    pub(super) fn new(classes: usize, reference: f64) -> Self {
        Self {
            reference,
            sum: 0.0,
            squares: 0.0,
            logs: 0.0,
            classes: vec![0.0; classes],
            nearest: (f64::NEG_INFINITY, usize::MAX),
        }
    }

    /// Moves the reference up; returns the factor that sums relative to the old one take.
    pub(super) fn raise(&mut self, reference: f64) -> f64 {
        if reference <= self.reference {
            return 1.0;
        }
        let shift = self.reference - reference;
        let factor = shift.exp();
        if factor > 0.0 {
            self.logs = factor * (self.logs + shift * self.sum);
            self.sum *= factor;
            self.squares *= factor * factor;
            self.classes.iter_mut().for_each(|c| *c *= factor);
        } else {
            // −∞ · 0 above: whatever was counted is nothing beside the new terms.
            (self.logs, self.sum, self.squares) = (0.0, 0.0, 0.0);
            self.classes.fill(0.0);
        }
        self.reference = reference;
        factor
    }

    /// Adds a constant to all logits.
    pub(super) fn shift(&mut self, by: f64) {
        self.reference += by;
        self.nearest.0 += by;
    }

    /// Joins the sums over other samples. Of equally near ones the first stays.
    pub(super) fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        self.raise(other.reference);
        other.raise(self.reference);
        self.sum += other.sum;
        self.squares += other.squares;
        self.logs += other.logs;
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            *mine += theirs;
        }
        if other.nearest.0 > self.nearest.0 {
            self.nearest = other.nearest;
        }
    }

    /// Adds one sample.
    pub(super) fn add(&mut self, logit: f64, class: usize, sample: usize) {
        let single = Self {
            reference: logit,
            sum: 1.0,
            squares: 1.0,
            logs: 0.0,
            classes: (0..self.classes.len()).map(|k| f64::from(u8::from(k == class))).collect(),
            nearest: (logit, sample),
        };
        self.merge(&single);
    }

    /// log Σ e^{l}.
    pub fn log_sum(&self) -> f64 {
        self.reference + self.sum.ln()
    }

    /// Σ w², the probability that two draws from the weights are one sample.
    pub fn coincidence(&self) -> f64 {
        self.squares / (self.sum * self.sum)
    }

    /// Entropy −Σ w log w in nats.
    pub fn entropy(&self) -> f64 {
        (self.sum.ln() - self.logs / self.sum).max(0.0)
    }

    /// Σ_k P(k)², the probability that two draws from the weights are of one class.
    pub fn agreement(&self) -> f64 {
        self.classes.iter().map(|c| (c / self.sum).powi(2)).sum()
    }

    /// The nearest sample.
    pub fn nearest(&self) -> usize {
        self.nearest.1
    }

    /// The largest logit.
    pub fn nearest_logit(&self) -> f64 {
        self.nearest.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// In whatever pieces, the sums are those of the softmax.
        #[test]
        fn property_tally_is_the_softmax(
            logits in proptest::collection::vec(-800.0..800.0f64, 1..40),
            split in 0usize..40,
        ) {
            let split = split.min(logits.len());
            let mut pieces = [Tally::new(2, f64::NEG_INFINITY), Tally::new(2, f64::NEG_INFINITY)];
            for (i, &l) in logits.iter().enumerate() {
                pieces[usize::from(i >= split)].add(l, i % 2, i);
            }
            let [mut first, second] = pieces;
            first.merge(&second);
            let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = logits.iter().map(|l| (l - most).exp()).sum();
            let w: Vec<f64> = logits.iter().map(|l| (l - most).exp() / total).collect();
            let entropy: f64 = w.iter().filter(|w| **w > 0.0).map(|w| -w * w.ln()).sum();
            let even: f64 = w.iter().step_by(2).sum();
            prop_assert!((first.log_sum() - most - total.ln()).abs() < 1e-12 * most.abs().max(1.0));
            prop_assert!((first.entropy() - entropy).abs() < 1e-11);
            prop_assert!((first.coincidence() - w.iter().map(|w| w * w).sum::<f64>()).abs() < 1e-12);
            prop_assert!((first.agreement() - even * even - (1.0 - even).powi(2)).abs() < 1e-12);
            prop_assert_eq!(first.nearest_logit(), most);
        }
    }
}
