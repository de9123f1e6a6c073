//! The number of samples, held as log n, and what n − 1 independent samples do together.

use crate::error::{Error, Result};

/// n ≥ 2 samples; n may be as large as e^{1e300}.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Count {
    /// log n.
    pub(crate) log: f64,
    /// 1/n, zero where it underflows.
    inverse: f64,
    /// log K of the sample that is looked at; 0 for a single one.
    pub(crate) log_copies: f64,
    /// (K − 1)/n.
    more: f64,
}

impl Count {
    /// n = e^`log_n`.
    ///
    /// # Errors
    /// [`Error::Argument`] if n is below 2 or not finite. Half a unit of rounding is forgiven.
    pub(crate) fn from_log(log_n: f64) -> Result<Self> {
        let least = std::f64::consts::LN_2;
        if !(log_n.is_finite() && log_n > least * (1.0 - 4.0 * f64::EPSILON)) {
            return Err(Error::argument("log-n", log_n, "must be finite and at least log 2"));
        }
        let log = log_n.max(least);
        Ok(Self { log, inverse: (-log).exp(), log_copies: 0.0, more: 0.0 })
    }

    /// The same n, K = e^`log_copies` < n of them one sample.
    pub(crate) fn with_copies(self, log_copies: f64) -> Self {
        let more = (log_copies - self.log).exp() - self.inverse;
        Self { log_copies, more: if log_copies == 0.0 { 0.0 } else { more.max(0.0) }, ..self }
    }

    /// (n − k)/n; of copies (n − K + 1 − k)/n.
    pub(crate) fn without(self, k: f64) -> f64 {
        (1.0 - k * self.inverse - self.more).max(0.0)
    }

    /// log(n − K).
    pub(crate) fn log_others(self) -> f64 {
        self.log + (-self.inverse - self.more).ln_1p()
    }

    /// −(n − `k`) log(1 − K) from `scaled` = nK: the exponent of the probability that none of n − k
    /// samples hits.
    pub(crate) fn exponent(self, scaled: f64, k: f64) -> f64 {
        let scaled = scaled.max(0.0);
        let probability = scaled * self.inverse;
        let factor = self.without(k);
        if factor == 0.0 {
            0.0
        } else if probability < 1e-9 {
            scaled * factor * (1.0 + 0.5 * probability)
        } else if probability < 1.0 {
            -(-probability).ln_1p() / self.inverse * factor
        } else {
            f64::INFINITY
        }
    }

    /// nK at which [`Self::exponent`] is `exponent`.
    pub(crate) fn scaled_at(self, exponent: f64, k: f64) -> f64 {
        let each = exponent * self.inverse / self.without(k);
        if each < 1e-9 { exponent / self.without(k) } else { -(-each).exp_m1() / self.inverse }
    }

    /// (1 − K)^{n − k} from `scaled` = nK.
    pub(crate) fn miss(self, scaled: f64, k: f64) -> f64 {
        (-self.exponent(scaled, k)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_powers_of_small_and_large_counts() {
        let three = Count::from_log(3f64.ln()).unwrap();
        assert!((three.miss(3.0 * 0.3, 1.0) - 0.49).abs() < 1e-15);
        assert!((three.miss(3.0 * 0.3, 2.0) - 0.7).abs() < 1e-15);
        assert_eq!(three.miss(3.0, 3.0), 1.0);
        let huge = Count::from_log(2000.0).unwrap();
        assert!((huge.miss(0.5, 1.0) - (-0.5f64).exp()).abs() < 1e-15);
        let million = Count::from_log(1e6f64.ln()).unwrap();
        let exact = (999_999.0 * (-2e-6f64).ln_1p()).exp();
        assert!((million.miss(2.0, 1.0) - exact).abs() < 1e-14);
    }

    /// `scaled_at` is the inverse of `exponent`, to 1e-9 where that is a series.
    #[test]
    fn identity_exponents_and_their_inverse() {
        for log_n in [2f64.ln(), 1.5, 4.0, 14.0, 30.0, 400.0] {
            let n = Count::from_log(log_n).unwrap();
            for exponent in [1e-3, 0.4, 7.0] {
                let back = n.exponent(n.scaled_at(exponent, 1.0), 1.0);
                assert!((back / exponent - 1.0).abs() < 1e-8, "{log_n} {exponent}: {back}");
            }
        }
    }

    #[test]
    fn limit_fewer_than_two_samples_are_refused() {
        assert!(Count::from_log(0.5).is_err() && Count::from_log(f64::INFINITY).is_err());
        assert!(Count::from_log(2f64.ln()).is_ok());
    }
}
