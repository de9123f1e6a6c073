//! Scalar latent priors P_ξ: what the Gaussian channel y = √r ξ + N(0, 1) says about ξ.
//!
//! The replica-symmetric potential `[BKMMZ19]` needs of the latent distribution its second moment
//! ρ = E ξ², the scalar information i(r) = I(ξ; √r ξ + n) in nats, the posterior variance
//! mmse(r) = 2 i′(r) `[GSV05]`, and the derivative mmse′(r) = −E[Var(ξ|y)²].
//! A prior is a file here and one implementation of [`Prior`].

mod binary;
mod mixture;
mod mixture_file;
mod named;
mod normal;

pub use binary::Binary;
pub(crate) use mixture::relative_entropy_term;
pub use mixture::{Component, Mixture};
pub use named::{Named, PRIORS, named};
pub use normal::Normal;

use crate::error::Result;
use crate::numerics::random::Stream;
use crate::numerics::{Estimate, NumericsError, roots};
use std::sync::Arc;

/// What the scalar channel says at one signal strength r.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalarPoint {
    /// Information i(r) = I(ξ; √r ξ + n) in nats.
    pub information: Estimate,
    /// Posterior variance mmse(r) = 2 i′(r), in units of ξ².
    pub mmse: Estimate,
    /// mmse′(r) = −E[Var(ξ|y)²] ≤ 0; used to steer searches, so it carries no bound.
    pub slope: f64,
}

/// A distribution of one latent coordinate ξ.
pub trait Prior: Send + Sync + std::fmt::Debug {
    /// E ξ.
    fn mean(&self) -> f64;

    /// ρ = E ξ².
    fn second_moment(&self) -> f64;

    /// Information, posterior variance and its slope at signal strength `r` in [0, ∞].
    fn at(&self, r: f64) -> ScalarPoint;

    /// Entropy of ξ in nats where ξ takes finitely many values: the limit of i(r) at r → ∞.
    fn entropy(&self) -> Option<f64> {
        None
    }

    /// ρ − (E ξ)², the posterior variance at r = 0.
    fn variance(&self) -> f64 {
        self.second_moment() - self.mean().powi(2)
    }

    /// Skewness E (ξ − Eξ)³/Var^{3/2} and excess kurtosis E (ξ − Eξ)⁴/Var² − 3: what a sum of p
    /// coordinates keeps of the law beyond its variance. Zeros where ξ does not vary.
    fn standardised_cumulants(&self) -> [f64; 2];

    /// One draw of ξ.
    fn draw(&self, stream: &mut Stream) -> f64;

    /// True where the law of ξ is that of −ξ.
    fn symmetric(&self) -> bool;

    /// The law of ξ + `by`: one of two opposite latent classes ±m with |m|² = p·by².
    ///
    /// # Errors
    /// [`crate::Error::Argument`] if `by` is not finite.
    fn shifted(&self, by: f64) -> Result<Arc<dyn Prior>>;

    /// The law in symbols, as in "N(0, 1)".
    fn law(&self) -> String;

    /// The signal strength r at which mmse(r) = `v`: the maximiser of i(r) − r v/2.
    ///
    /// ∞ at v = 0, 0 at v ≥ Var ξ.
    ///
    /// # Errors
    /// [`crate::Error::Numerics`] if the root search fails.
    fn strength(&self, v: f64) -> Result<f64> {
        let variance = self.variance();
        if v >= variance {
            return Ok(0.0);
        }
        if v <= 0.0 {
            return Ok(f64::INFINITY);
        }
        let excess = |log_r: f64| {
            let m = self.at(log_r.exp()).mmse.value;
            Estimate::rounded((m.max(f64::MIN_POSITIVE) / v).ln())
        };
        // mmse(r) ≤ Var/(1 + r Var) from above; a prior that is learnt faster needs a smaller r.
        let high = (1.0 / v - 1.0 / variance).ln() + 1e-9;
        let mut low = high - 1.0;
        while excess(low).value <= 0.0 {
            low -= 4.0;
            if low < high - 600.0 {
                let what = "signal strength at a posterior variance";
                return Err(NumericsError::NotBracketed { what, low, high }.into());
            }
        }
        if excess(high).value >= 0.0 {
            return Ok(high.exp());
        }
        Ok(roots::bracketed("signal strength at a posterior variance", excess, low, high)?
            .value
            .exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Box<dyn Prior>> {
        vec![
            Box::new(Normal::new(0.0).unwrap()),
            Box::new(Normal::new(1.5).unwrap()),
            Box::new(Binary::BALANCED),
            Box::new(Binary::new(0.8).unwrap()),
            Box::new(Mixture::gauss_bernoulli(0.3).unwrap()),
            Box::new(
                Mixture::new(vec![
                    Component { weight: 0.2, mean: -1.0, variance: 0.5 },
                    Component { weight: 0.5, mean: 0.3, variance: 0.0 },
                    Component { weight: 0.3, mean: 1.5, variance: 0.1 },
                ])
                .unwrap(),
            ),
        ]
    }

    /// mmse = 2 di/dr, by central differences.
    #[test]
    fn identity_mmse_is_twice_the_slope_of_information() {
        for prior in all() {
            for r in [1e-3, 0.1, 1.0, 7.0, 40.0] {
                let h = 1e-4 * r;
                let difference =
                    prior.at(r + h).information.value - prior.at(r - h).information.value;
                let got = prior.at(r);
                let want = difference / h;
                assert!(
                    (got.mmse.value / want - 1.0).abs() < 1e-6
                        || (got.mmse.value - want).abs() < 1e-10,
                    "{prior:?} at {r}: {got:?} against {want}"
                );
                let slope = (prior.at(r + h).mmse.value - prior.at(r - h).mmse.value) / (2.0 * h);
                assert!((got.slope / slope - 1.0).abs() < 1e-5, "{prior:?} at {r}: {slope}");
            }
        }
    }

    /// Small r: i ≈ r Var/2 with relative accuracy; both ends are finite numbers.
    #[test]
    fn limit_weak_and_strong_signals() {
        for prior in all() {
            let weak = prior.at(1e-12);
            let want = 0.5e-12 * prior.variance();
            assert!((weak.information.value / want - 1.0).abs() < 1e-9, "{prior:?}: {weak:?}");
            assert_eq!(prior.at(0.0).information.value, 0.0);
            assert!((prior.at(0.0).mmse.value - prior.variance()).abs() < 1e-14);
            for r in [1e3, 1e6, 1e12] {
                let strong = prior.at(r);
                assert!(strong.information.value.is_finite() && strong.information.value > 0.0);
                assert!(strong.mmse.value >= 0.0 && strong.mmse.value < 1.1 / r);
                assert!(
                    strong.information.error < 1e-12 * (1.0 + strong.information.value),
                    "{prior:?} {r} {strong:?}"
                );
                if let Some(entropy) = prior.entropy() {
                    assert!((strong.information.value - entropy).abs() < 1e-12);
                }
            }
        }
    }

    /// Two points by Bernoulli's formulas and as a mixture; N(0, 1) kept with probability ρ.
    #[test]
    fn identity_standardised_cumulants() {
        for p in [0.1, 0.5, 0.8] {
            let binary = Binary::new(p).unwrap();
            let points = binary.shifted(0.7).unwrap();
            for (a, b) in
                binary.standardised_cumulants().iter().zip(points.standardised_cumulants())
            {
                assert!((a - b).abs() < 1e-12 * (1.0 + b.abs()), "{p}: {a} {b}");
            }
        }
        assert_eq!(Binary::BALANCED.standardised_cumulants(), [0.0, -2.0]);
        let [skewness, kurtosis] = Mixture::gauss_bernoulli(0.3).unwrap().standardised_cumulants();
        assert!(skewness == 0.0 && (kurtosis - 7.0).abs() < 1e-13);
        assert_eq!(Normal::new(1.5).unwrap().standardised_cumulants(), [0.0; 2]);
    }

    #[test]
    fn identity_strength_inverts_the_posterior_variance() {
        for prior in all() {
            for fraction in [1e-6, 1e-3, 0.2, 0.9, 0.999] {
                let v = fraction * prior.variance();
                let r = prior.strength(v).unwrap();
                let again = prior.at(r).mmse.value;
                assert!((again / v - 1.0).abs() < 1e-9, "{prior:?} at {v}: {again}");
            }
        }
    }
}
