//! A spin ±1 seen through Gaussian noise, y = √γ s + z.
//!
//! Everything follows from one Mellin-Barnes representation. Writing log(1 + x) as a line integral
//! of x^s π/(s sin πs) at Re s = ½ turns the posterior entropy into
//!
//! H(s|y) = ½ ∫ dy √(w₊w₋) cos(y ℓ) e^{−2γ(¼+y²)} / ((¼+y²) cosh πy),  ℓ = log(w₋/w₊),
//!
//! whose integrand is even, analytic for |Im y| < ½ and decays exponentially: the trapezoidal rule
//! converges to rounding with some fifty points, at every γ, without cancellation (derived here;
//! the tests hold it against quadrature of the defining Gaussian averages).
//! Derivatives in γ multiply the integrand by −2(¼+y²); the posterior variance and the cloning
//! probability are the first of them.

use super::{Component, Mixture, Prior, ScalarPoint};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::precision::{MELLIN_REACH, ROUNDING};
use crate::numerics::random::Stream;
use crate::numerics::special::binary_entropy;
use crate::numerics::summation::Compensated;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::rc::Rc;
use std::sync::Arc;

/// A spin with P(+1) = w₊ and P(−1) = w₋.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary {
    plus: f64,
    minus: f64,
    /// ℓ = log(w₋/w₊)
    log_odds: f64,
    /// Bound on what the errors of the weights do to any result: all derivatives in the rarer
    /// weight are at most 1 + |ℓ|.
    blur: f64,
}

/// γ beyond which all moments, at most e^{−γ/2}, are below any double; the grid's own numbers overflow.
const CERTAINTY: f64 = 1e300;

/// γ below which the information is summed directly instead of as a difference of entropies.
const SMALL_SIGNAL: f64 = 0.5;

/// The Mellin-Barnes moments T_k = ∫ dy √(w₊w₋) cos(yℓ) (¼+y²)^k e^{−2γ(¼+y²)}/cosh πy.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// ½ T₋₁, the posterior entropy in nats.
    pub entropy: Estimate,
    /// T₀ = dI/dγ = ½ mmse.
    pub slope: Estimate,
    /// T₁ = −½ d²I/dγ².
    pub first: Estimate,
}

impl Binary {
    /// The balanced spin, P(±1) = ½ (Rademacher).
    pub const BALANCED: Self = Self { plus: 0.5, minus: 0.5, log_odds: 0.0, blur: 0.0 };

    /// A spin with P(+1) = `p`.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 < p < 1.
    pub fn new(p: f64) -> Result<Self> {
        if p > 0.0 && p < 1.0 {
            let log_odds = (-p).ln_1p() - p.ln();
            let blur = ROUNDING * p.min(1.0 - p) * (1.0 + log_odds.abs());
            Ok(Self { plus: p, minus: 1.0 - p, log_odds, blur })
        } else {
            Err(Error::argument("binary", p, "the probability of +1 must lie between 0 and 1"))
        }
    }

    /// A spin of magnetisation tanh `field`; accurate however small the rarer value's weight is.
    pub fn from_field(field: Estimate) -> Self {
        let h = field.value;
        let rare = 1.0 / (1.0 + (2.0 * h.abs()).exp());
        let (plus, minus) = if h >= 0.0 { (1.0 - rare, rare) } else { (rare, 1.0 - rare) };
        let relative = 2.0 * field.error + 4.0 * ROUNDING * (1.0 + h.abs());
        let blur = relative * rare * (1.0 + 2.0 * h.abs());
        Self { plus, minus, log_odds: -2.0 * h, blur }
    }

    /// P(+1).
    pub fn plus(&self) -> f64 {
        self.plus
    }

    /// Entropy of the spin itself in nats, the largest information the channel can carry.
    pub fn entropy(&self) -> Estimate {
        let value = binary_entropy(self.plus.min(self.minus));
        Estimate::new(value, 4.0 * ROUNDING * value + self.blur + f64::MIN_POSITIVE)
    }

    /// Posterior entropy H(s|y) and its derivatives at signal-to-noise ratio `gamma` = γ ≥ 0.
    ///
    /// The error of γ is carried through by the derivatives.
    pub fn moments(&self, gamma: Estimate) -> Moments {
        let g = gamma.value.max(0.0);
        if g == f64::INFINITY {
            let zero = Estimate::exact(0.0);
            return Moments { entropy: zero, slope: zero, first: zero };
        }
        let root = (self.plus * self.minus).sqrt();
        if root == 0.0 || g > CERTAINTY {
            let none = self.unseen();
            return Moments { entropy: none, slope: none, first: none };
        }
        let (spacing, reach) = grid(g, self.log_odds);
        let decay = -2.0 * g * spacing * spacing;
        let steps = (reach / spacing).ceil() as usize;
        let secants = secants(spacing, steps);
        let mut sums = [0.0f64; 3];
        let mut height = 0.0;
        for (k, secant) in secants.iter().take(steps + 1).enumerate() {
            let index = k as f64;
            let y = index * spacing;
            let mut kernel = secant * (decay * index * index).exp();
            if self.log_odds != 0.0 {
                kernel *= (y * self.log_odds).cos();
            }
            if k == 0 {
                kernel *= 0.5;
            }
            let q = 0.25 + y * y;
            sums[0] += kernel * 0.5 / q;
            sums[1] += kernel;
            sums[2] += kernel * q;
            height += kernel.abs();
        }
        let scale = root * (-0.5 * g).exp();
        // Each term is good to the rounding of its exponent (at most 42, where it hardly counts) and
        // a few more, each addition to half a unit; ½/q ≤ 2 and q e^{−2γy²}/cosh ≤ 1 bound the weights.
        let units = ROUNDING * (24.0 + 0.5 * steps as f64);
        let [entropy, slope, first] = [(0, 2.0), (1, 1.0), (2, 1.0)].map(|(k, weight)| {
            let error = units * weight * height + f64::MIN_POSITIVE;
            let sum = Estimate::new(sums[k], error) * Estimate::exact(2.0 * spacing * scale);
            // Discretisation and truncation, relative to an integrand of this height.
            sum.widened(1e-16 * scale)
        });
        // d/dγ of the three: −T₀, −2T₁ and, since the moments decrease, at most −2T₂ ≤ 2T₁·(…);
        // T₂ is bounded through the height of its integrand.
        let spread = gamma.error;
        Moments {
            entropy: entropy.widened(spread * slope.value.abs() + self.blur),
            slope: slope.widened(spread * 2.0 * first.value.abs() + self.blur),
            first: first.widened(spread * 2.0 * scale + self.blur),
        }
    }

    /// Information I(s; y) in nats.
    pub fn information(&self, gamma: Estimate) -> Estimate {
        let g = gamma.value.max(0.0);
        if g > SMALL_SIGNAL {
            return self.information_left_by(&self.moments(gamma));
        }
        // Below, entropy minus posterior entropy would cancel; the difference of the integrands
        // does not.
        let root = (self.plus * self.minus).sqrt();
        if root == 0.0 {
            return self.unseen();
        }
        let (spacing, reach) = grid(0.0, self.log_odds);
        let secants = secants(spacing, (reach / spacing).ceil() as usize);
        let mut sum = Compensated::default();
        for (k, secant) in secants.iter().enumerate() {
            let y = k as f64 * spacing;
            let q = 0.25 + y * y;
            let mut term = -secant * (-2.0 * g * q).exp_m1() / q;
            if self.log_odds != 0.0 {
                term *= (y * self.log_odds).cos();
            }
            sum.add(if k == 0 { 0.5 * term } else { term });
        }
        let sum = sum.estimate(8.0) * Estimate::exact(2.0 * spacing);
        let value = 0.5 * root * sum.value;
        // The integrand is of order γ, and so are its discretisation and truncation errors.
        let rest = root * g * 1e-16;
        // dI/dγ = ½ mmse, at most half the spin's variance.
        let moved = gamma.error * 2.0 * root * root;
        // The derivative in the weight is a difference of two divergences, each below 2γ.
        let blur = self.blur * (2.0 * g).min(1.0);
        let error = 0.5 * root * sum.error + rest + moved + blur;
        Estimate::new(value, error + f64::MIN_POSITIVE)
    }

    /// Any moment or information where the rarer value's weight is no normal double, or any moment at
    /// a γ beyond [`CERTAINTY`]: all are at most the spin's entropy, or e^{−γ/2}. The grid would
    /// follow the log-odds and γ without bound.
    fn unseen(&self) -> Estimate {
        Estimate::new(0.0, f64::MIN_POSITIVE + self.blur)
    }

    /// Posterior variance E(s − E[s|y])² = 2 dI/dγ.
    pub fn mmse(&self, gamma: Estimate) -> Estimate {
        self.moments(gamma).slope * 2.0
    }

    /// Probability that two draws from the posterior agree, E[P(+|y)² + P(−|y)²] = 1 − ½ mmse.
    pub fn clone_probability(&self, gamma: Estimate) -> Estimate {
        self.clones_left_by(&self.moments(gamma))
    }

    /// Cloning probability, posterior entropy and information at once.
    pub fn all(&self, gamma: Estimate) -> (Estimate, Estimate, Estimate) {
        let moments = self.moments(gamma);
        let information = if gamma.value > SMALL_SIGNAL {
            self.information_left_by(&moments)
        } else {
            self.information(gamma)
        };
        (self.clones_left_by(&moments), moments.entropy, information)
    }

    fn information_left_by(&self, moments: &Moments) -> Estimate {
        (self.entropy() - moments.entropy).clamp(0.0, f64::INFINITY)
    }

    fn clones_left_by(&self, moments: &Moments) -> Estimate {
        // φ lies between its limits w₊² + w₋² and 1.
        let floor = self.plus * self.plus + self.minus * self.minus;
        (1.0 - moments.slope).clamp(floor, 1.0).widened(ROUNDING)
    }
}

impl Prior for Binary {
    fn shifted(&self, by: f64) -> Result<Arc<dyn Prior>> {
        if by == 0.0 {
            return Ok(Arc::new(*self));
        }
        let point = |weight, at: f64| Component { weight, mean: at + by, variance: 0.0 };
        let points = vec![point(self.minus, -1.0), point(self.plus, 1.0)];
        Ok(Arc::new(Mixture::new(points)?))
    }

    fn law(&self) -> String {
        format!("±1 with P(+1) = {}", self.plus)
    }

    fn mean(&self) -> f64 {
        self.plus - self.minus
    }

    fn standardised_cumulants(&self) -> [f64; 2] {
        let product = self.plus * self.minus;
        if product == 0.0 {
            return [0.0; 2];
        }
        [(self.minus - self.plus) / product.sqrt(), 1.0 / product - 6.0]
    }

    fn second_moment(&self) -> f64 {
        1.0
    }

    fn variance(&self) -> f64 {
        4.0 * self.plus * self.minus
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        if stream.uniform() < self.plus { 1.0 } else { -1.0 }
    }

    fn symmetric(&self) -> bool {
        self.plus == self.minus
    }

    fn entropy(&self) -> Option<f64> {
        Some(Self::entropy(self).value)
    }

    fn at(&self, r: f64) -> ScalarPoint {
        let moments = self.moments(Estimate::exact(r));
        let information = if r > SMALL_SIGNAL {
            self.information_left_by(&moments)
        } else {
            self.information(Estimate::exact(r))
        };
        // mmse = 2T₀, and T₀' = −2T₁.
        ScalarPoint { information, mmse: moments.slope * 2.0, slope: -4.0 * moments.first.value }
    }
}

/// 1/cosh(πkh) for k = 0 … `steps`, or further.
///
/// Spacings are a few fixed numbers, so that the values can be kept.
fn secants(spacing: f64, steps: usize) -> Rc<[f64]> {
    thread_local! {
        static KEPT: RefCell<BTreeMap<u64, Rc<[f64]>>> = const { RefCell::new(BTreeMap::new()) };
    }
    KEPT.with_borrow_mut(|kept| {
        let found = kept.get(&spacing.to_bits()).filter(|values| values.len() > steps);
        if let Some(values) = found {
            return Rc::clone(values);
        }
        let secant = |k: usize| 1.0 / (PI * k as f64 * spacing).cosh();
        let values: Rc<[f64]> = (0..=steps).map(secant).collect();
        kept.insert(spacing.to_bits(), Rc::clone(&values));
        values
    })
}

/// Spacing and reach of the trapezoidal rule at signal-to-noise ratio `gamma` and log-odds ℓ.
///
/// Shifting the contour by i·a bounds the discretisation error by e^{−2πa/h}, with a ≤ ½ for the
/// pole at y = i/2, where the integrand is larger than its height √(w₊w₋) e^{−γ/2} on the line by
/// e^{2γa² + aℓ}. Either a = ½ or, for large γ, the saddle a = π/(2γh) is best; the spacing makes
/// the error relative to that height at most e^{−39}, 1e-17.
fn grid(gamma: f64, log_odds: f64) -> (f64, f64) {
    let odds = log_odds.abs();
    let by_saddle = 0.5 * (odds + (odds * odds + 4.0 * 79.2 * gamma).sqrt());
    let by_pole = 44.0 + 0.5 * gamma + odds;
    let wanted = if by_saddle < gamma { by_saddle } else { by_pole };
    // Rounded up to 44·2^{j/4}, so that few spacings are ever used.
    let spacing = PI / (44.0 * (0.25 * (4.0 * (wanted / 44.0).log2()).ceil()).exp2());
    // Where 2γy² + πy = 41.6, the integrand has fallen by 1e-18.
    let reach = 2.0 * PI * MELLIN_REACH / (PI + (PI * PI + 8.0 * gamma * PI * MELLIN_REACH).sqrt());
    (spacing, reach)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::panels::integrate;
    use crate::numerics::special::{log_cosh, normal_density};

    /// Route two: the defining Gaussian averages by adaptive panels.
    #[test]
    fn independent_balanced_spin_by_quadrature() {
        for gamma in [1e-6f64, 1e-3, 0.1, 0.5, 0.7, 1.0, 3.0, 10.0, 30.0, 100.0] {
            let root = gamma.sqrt();
            let points: Vec<f64> = [-10.0, -5.0, -2.0, 0.0, 2.0, 5.0, 10.0].to_vec();
            let average = |f: &dyn Fn(f64) -> f64| {
                integrate("test", |z| normal_density(z) * f(gamma + root * z), &points, 1e-14)
                    .unwrap()
            };
            let information = gamma - average(&log_cosh);
            let got = Binary::BALANCED.information(gamma.into());
            assert!((got.value - information.value).abs() <= got.error + information.error);
            let variance = 1.0 - average(&|x: f64| x.tanh().powi(2));
            let got = Binary::BALANCED.mmse(gamma.into());
            assert!((got.value - variance.value).abs() <= got.error + variance.error);
        }
    }

    /// BBDM24 prints φ* = 0.775200245… at γ = 1.
    #[test]
    fn published_cloning_threshold() {
        let got = Binary::BALANCED.clone_probability(1.0.into());
        assert!((got.value - 0.775_200_246).abs() < 2e-9);
    }

    #[test]
    fn limit_no_signal_and_full_signal() {
        for p in [0.5, 0.9, 1e-12] {
            let spin = Binary::new(p).unwrap();
            let none = spin.moments(0.0.into());
            let (got, want) = (none.entropy, spin.entropy());
            assert!(
                (got.value - want.value).abs() <= got.error + want.error,
                "{p}: {got:?} {want:?}"
            );
            assert_eq!(spin.information(0.0.into()).value, 0.0);
            let all = spin.clone_probability(1e12.into());
            assert_eq!(all.value, 1.0);
            let small = spin.information(1e-12.into());
            let variance = 4.0 * p * (1.0 - p);
            assert!((small.value / (0.5e-12 * variance) - 1.0).abs() < 1e-3, "{small:?}");
        }
    }
}
