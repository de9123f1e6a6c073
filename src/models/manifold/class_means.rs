//! What an activation leaves of two opposite latent classes ±m.
//!
//! With |m|² = p μ̃² the pre-activations of class ± are g(±h_i + σ z), h_i ~ N(0, μ̃²) i.i.d. over
//! the coordinates, so the class means are ±φ̄(±h_i), φ̄(h) = E_z φ(g(h + σ z)). Half their
//! difference is the odd part of φ̄.

use crate::error::Result;
use crate::numerics::legendre::rule;
use crate::numerics::special::normal_density;
use crate::numerics::{Estimate, NumericsError};
use crate::symbolic::{Activation, Local, Parity};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Where the average over h ends at the latest, in units of μ̃: the normal density vanishes.
const END: f64 = 37.0;

/// Nodes of the two rules that are compared on every panel.
const NODES: [usize; 2] = [14, 20];

/// Relative accuracy that the averages over h aim at.
const RELATIVE: f64 = 1e-14;

/// Averages that are kept for the other rows of a sweep.
const MOST_KEPT: usize = 64;

/// Panels after which the averages are as good as they get.
const PANELS: usize = 400;

/// Two opposite classes, per ambient dimension.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassMeans {
    /// Λ_B/d = E_h φ̄_odd(h)².
    pub(super) between: Estimate,
    /// Within-class variance along the class axis.
    pub(super) within: Estimate,
}

/// The latent classes and how they reach a coordinate.
pub(super) struct Latent<'a> {
    pub(super) activation: &'a Activation,
    pub(super) gain: f64,
    /// σ, standard deviation of a latent coordinate within its class.
    pub(super) spread: f64,
    /// μ̃ > 0.
    pub(super) mu: f64,
    pub(super) beta: f64,
    /// Excess kurtosis of a latent coordinate within its class, at least −2.
    pub(super) kurtosis: f64,
}

/// The averages over h that are needed: of φ̄_odd² and its error, φ̄_odd² Var, φ̄_odd h φ̄′ and
/// φ̄_odd φ̄″ (with σφ̄′ and σ²φ̄″ as the local moments have them).
type Averages = [f64; 5];

impl Latent<'_> {
    /// Class means and the variance along them.
    ///
    /// # Errors
    /// Averages that do not exist.
    pub(super) fn class_means(&self) -> Result<ClassMeans> {
        let [between, own, first, second] = self.kept_averages()?;
        if !between.sign_is_certain() {
            // Nothing but rounding: the classes cannot be told apart by their means.
            let nothing = Estimate::new(0.0, between.upper());
            return Ok(ClassMeans { between: nothing, within: Estimate::exact(0.0) });
        }
        // Along v ∝ φ̄_odd(h), a coordinate's own variance, and what the coordinates share through
        // the common latent: to first order in their correlation W_i·W_j/p its part along m, to
        // second order its mean square 1/p, raised by what |ξ|² fluctuates beyond a Gaussian's.
        let root = between.sqrt();
        let shared = (first / root / self.mu).squared()
            + (second / root).squared() * (0.5 + 0.25 * self.kurtosis);
        Ok(ClassMeans { between, within: own / between + shared / Estimate::exact(self.beta) })
    }

    /// The averages, kept for the other rows of a sweep: they depend neither on β nor on d.
    fn kept_averages(&self) -> Result<[Estimate; 4]> {
        type Key = (String, [u64; 3]);
        static KEPT: Mutex<VecDeque<(Key, [Estimate; 4])>> = Mutex::new(VecDeque::new());
        let numbers = [self.gain, self.spread, self.mu].map(f64::to_bits);
        let key = (self.activation.expression().to_string(), numbers);
        // A poisoned lock only means that another thread stopped between two whole entries.
        let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = kept().iter().find(|(k, _)| *k == key) {
            return Ok(*found);
        }
        let found = self.averages()?;
        let mut kept = kept();
        kept.push_back((key, found));
        if kept.len() > MOST_KEPT {
            kept.pop_front();
        }
        Ok(found)
    }

    /// The averages by two Gauss-Legendre rules on panels that are halved where the rules differ,
    /// outwards until nothing is left.
    fn averages(&self) -> Result<[Estimate; 4]> {
        let mut total: Averages = [0.0; 5];
        let mut error: Averages = [0.0; 5];
        let mut size: Averages = [0.0; 5];
        let mut spent = 0;
        for pair in self.ends().windows(2) {
            let mut open = vec![(pair[0], pair[1])];
            let mut here: Averages = [0.0; 5];
            while let Some((low, high)) = open.pop() {
                let ([coarse, _], [fine, fine_size]) =
                    (self.panel(low, high, 0)?, self.panel(low, high, 1)?);
                spent += 1;
                // What is all error cannot settle, and need not.
                let is_noise = total[0] + here[0] + fine[0] <= total[1] + here[1] + fine[1];
                let near =
                    |k: usize| (fine[k] - coarse[k]).abs() <= RELATIVE * (size[k] + fine_size[k]);
                let settled = is_noise || [0, 2, 3, 4].into_iter().all(near);
                let middle = 0.5 * (low + high);
                if !settled && spent < PANELS && high - low > 1e-9 {
                    open.extend([(middle, high), (low, middle)]);
                    continue;
                }
                for k in 0..5 {
                    here[k] += fine[k];
                    error[k] += (fine[k] - coarse[k]).abs();
                    size[k] += fine_size[k];
                }
            }
            for k in 0..5 {
                total[k] += here[k];
            }
            let negligible = (0..5).all(|k| here[k].abs() <= 1e-19 * total[k].abs());
            if pair[1] > 10.0 && negligible {
                break;
            }
        }
        let of = |k: usize| {
            let rounding = 64.0 * f64::EPSILON * size[k];
            Estimate::new(total[k], error[k] + rounding)
        };
        // total[1] is what the errors of the local means do to E φ̄_odd²; those of the others enter
        // only the O(1) part of an eigenvalue of order d.
        let noise = total[1] / total[0].max(f64::MIN_POSITIVE);
        let rest = |k: usize| of(k).widened(noise * size[k]);
        Ok([of(0).widened(total[1]), rest(2), rest(3), rest(4)])
    }

    /// The averages over μ̃ low < |h| < μ̃ high, and those of their terms' absolute values.
    fn panel(&self, low: f64, high: f64, which: usize) -> Result<[Averages; 2]> {
        let mut sums: Averages = [0.0; 5];
        let mut sizes: Averages = [0.0; 5];
        let mut failure = None;
        rule(NODES[which]).on(low, high, |y, weight| match self.pair(y) {
            Ok([plus, minus]) => {
                let odd = 0.5 * (plus.mean.value - minus.mean.value);
                let blur = 0.5 * (plus.mean.error + minus.mean.error);
                let density = 2.0 * normal_density(y) * weight;
                let halves = [
                    [odd * odd, 0.0],
                    [2.0 * odd.abs() * blur + blur * blur, 0.0],
                    [plus.variance.value, minus.variance.value].map(|x| odd * odd * 0.5 * x),
                    [plus.linear.value, minus.linear.value].map(|x| odd * self.mu * y * 0.5 * x),
                    [plus.quadratic.value, -minus.quadratic.value].map(|x| odd * 0.5 * x),
                ];
                for (k, [a, b]) in halves.into_iter().enumerate() {
                    sums[k] += density * (a + b);
                    sizes[k] += density * (a.abs() + b.abs());
                }
            }
            Err(error) => failure = Some(error),
        });
        failure.map_or(Ok([sums, sizes]), Err)
    }

    /// Local moments at h = ±μ̃ y.
    fn pair(&self, y: f64) -> Result<[Local; 2]> {
        let local = |centre: f64| {
            self.activation.local_moments(centre, self.gain * self.spread).map_err(|error| {
                NumericsError::Domain { what: "class means", message: error.to_string() }
            })
        };
        let plus = local(self.gain * self.mu * y)?;
        if self.activation.parity() != Parity::Odd {
            return Ok([plus, local(-self.gain * self.mu * y)?]);
        }
        let mut minus = plus;
        minus.mean.value = -plus.mean.value;
        minus.quadratic.value = -plus.quadratic.value;
        Ok([plus, minus])
    }

    /// Panels over y > 0: steps of two, and finer ones where a kink, blurred by σ, passes.
    fn ends(&self) -> Vec<f64> {
        let mut ends: Vec<f64> = (0..=7).map(|k| 2.0 * f64::from(k)).collect();
        ends.extend([17.0, 20.0, 24.0, 28.0, 32.0, END]);
        let blur = self.spread / self.mu;
        for at in self.activation.breakpoints().positions() {
            let centre = (at / (self.gain * self.mu)).abs();
            let mut reach = blur;
            while reach < 1.0 {
                ends.extend([centre - reach, centre + reach]);
                reach *= 4.0;
            }
        }
        ends.retain(|y| (0.0..=END).contains(y));
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::activation;

    fn means(text: &str, gain: f64, spread: f64, mu: f64, beta: f64) -> ClassMeans {
        let activation = activation(text).unwrap();
        Latent { activation: &activation, gain, spread, mu, beta, kurtosis: 0.0 }
            .class_means()
            .unwrap()
    }

    /// φ(z) = z: the between-class eigenvalue is that of W m/√p, the within-class variance along it
    /// that of W Wᵀ/p, σ²(1 + 1/β).
    #[test]
    fn identity_linear_activation() {
        for (gain, spread, mu, beta) in [(1.0, 1.0, 0.3, 0.5), (2.0, 0.5, 3.0, 2.0)] {
            let got = means("linear", gain, spread, mu, beta);
            let between = (gain * mu).powi(2);
            let within = (gain * spread).powi(2) * (1.0 + 1.0 / beta);
            assert!((got.between.value - between).abs() <= got.between.error, "{got:?}");
            assert!((got.within.value - within).abs() < 1e-11 * within, "{got:?}");
        }
    }

    /// φ = sign: φ̄(h) = erf(h/(σ√2)), and E erf(h/(σ√2))² = (2/π) asin(c) with c = μ²/(μ² + σ²).
    #[test]
    fn identity_sign_activation() {
        for mu in [1e-3, 0.3, 1.0, 5.0, 1e3] {
            let got = means("sign", 1.0, 1.0, mu, 0.5).between;
            let correlation = mu * mu / (mu * mu + 1.0);
            // asin loses digits near 1: there use its complement.
            let complement = (1.0 / (mu * mu + 1.0) * (1.0 + correlation)).sqrt();
            let want = 2.0 / std::f64::consts::PI * correlation.atan2(complement);
            assert!((got.value - want).abs() <= got.error + 4e-16, "{mu}: {got:?} against {want}");
            assert!(got.error < 1e-11 * want, "{mu}: {got:?}");
        }
    }

    /// Second route, Mehler's formula: E φ̄_odd² = Σ over odd k of c_k² ϱ^k, with the Hermite
    /// coefficients at gain g√(μ² + σ²) and correlation ϱ = μ²/(μ² + σ²).
    #[test]
    fn independent_between_class_eigenvalue_by_hermite_series() {
        const TERMS: usize = 90;
        for text in ["tanh", "relu", "tanh(2*z)+0.1*z^2", "sin(z)+abs(z)", "gelu", "sign(z-0.3)"] {
            for (gain, spread, mu) in [(1.0, 1.0, 0.4), (1.3, 0.8, 0.7), (0.5, 1.0, 1.0)] {
                let got = means(text, gain, spread, mu, 0.5).between;
                let total: f64 = mu * mu + spread * spread;
                let phi = activation(text).unwrap();
                let c = phi.hermite_coefficients(gain * total.sqrt(), TERMS).unwrap();
                let correlation: f64 = mu * mu / total;
                let odd = (1..TERMS).step_by(2);
                let want: f64 = odd.map(|k| c[k].value.powi(2) * correlation.powi(k as i32)).sum();
                // The coefficients are bounded by the norm, the rest of the series by its ratio.
                let rest = phi.moments(gain * total.sqrt()).unwrap().square.value
                    * correlation.powi(TERMS as i32);
                assert!(
                    (got.value - want).abs() <= got.error + rest + 1e-14,
                    "{text} {gain} {spread} {mu}: {got:?} against {want} ± {rest}"
                );
            }
        }
    }

    #[test]
    fn identity_even_activation_leaves_no_difference() {
        assert_eq!(means("abs", 1.0, 1.0, 0.7, 0.5).between.value, 0.0);
    }
}
