//! Sums that collect what their additions round away.

use super::Estimate;
use super::precision::ROUNDING;

/// Neumaier's compensated sum, with the magnitude that its error scales with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compensated {
    sum: f64,
    lost: f64,
    magnitude: f64,
}

impl Compensated {
    /// Adds a term.
    pub fn add(&mut self, term: f64) {
        let next = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - next) + term
        } else {
            (term - next) + self.sum
        };
        self.sum = next;
        self.magnitude += term.abs();
    }

    /// The sum of terms that are each good to `units` units of rounding.
    pub fn estimate(&self, units: f64) -> Estimate {
        Estimate::new(self.sum + self.lost, ROUNDING * (units + 2.0) * self.magnitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_cancelling_terms_leave_the_small_one() {
        let mut sum = Compensated::default();
        for term in [1e16, 1.0, -1e16] {
            sum.add(term);
        }
        assert_eq!(sum.estimate(0.0).value, 1.0);
    }
}
