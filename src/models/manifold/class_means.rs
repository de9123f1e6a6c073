//! What an activation leaves of two opposite latent classes ±m.
//!
//! With |m|² = p μ̃² the pre-activations of class ± are g(±h_i + σ z), h_i ~ N(0, μ̃²) i.i.d. over
//! the coordinates, so the class means are ±φ̄(±h_i), φ̄(h) = E_z φ(g(h + σ z)). Half their
//! difference is the odd part of φ̄.

use crate::error::Result;
use crate::numerics::special::normal_density;
use crate::numerics::{Estimate, NumericsError, panels};
use crate::symbolic::{Activation, Local};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Where the average over h ends, in units of μ̃: the normal density is the smallest there is.
const END: f64 = 37.0;

/// Relative accuracy that the averages over h aim at.
const RELATIVE: f64 = 1e-13;

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
}

/// Local moments at h and −h.
type Pair = [Local; 2];

impl Latent<'_> {
    /// The averages over h.
    ///
    /// # Errors
    /// Failed quadrature, or averages that do not exist.
    pub(super) fn class_means(&self) -> Result<ClassMeans> {
        let table = Table { latent: self, kept: RefCell::default(), noise: Cell::new(0.0) };
        let scale = table.at(1.0)?.map(|m| m.variance.value + m.mean.value.powi(2));
        let scale = scale[0].max(scale[1]);
        let between = table.average(scale, |_, pair| odd(pair).powi(2))?;
        let between = between.widened(table.noise.get());
        if between.value <= 0.0 || !between.sign_is_certain() {
            return Ok(ClassMeans { between, within: Estimate::exact(0.0) });
        }
        // Along v ∝ φ̄_odd(h), a coordinate's own variance, and what the coordinates share through
        // the common latent: to first order in their correlation W_i·W_j/p its part along m, to
        // second order its mean square 1/p.
        let root = between.sqrt();
        let own = table.average(scale * between.value, |_, pair| {
            odd(pair).powi(2) * 0.5 * (pair[0].variance.value + pair[1].variance.value)
        })?;
        let mu = self.mu;
        let first = table.average(scale * mu, |h, pair| {
            odd(pair) * h * 0.5 * (pair[0].linear.value + pair[1].linear.value)
        })?;
        let second = table.average(scale, |_, pair| {
            odd(pair) * 0.5 * (pair[0].quadratic.value - pair[1].quadratic.value)
        })?;
        let beta = Estimate::exact(self.beta);
        let shared = (first / root / mu).squared() + (second / root).squared() * 0.5;
        Ok(ClassMeans { between, within: own / between + shared / beta })
    }
}

fn odd(pair: &Pair) -> f64 {
    0.5 * (pair[0].mean.value - pair[1].mean.value)
}

/// Local moments at the nodes visited so far: the averages share most of them.
struct Table<'a> {
    latent: &'a Latent<'a>,
    kept: RefCell<HashMap<u64, Pair>>,
    /// What the errors of the local means may add to E φ̄_odd².
    noise: Cell<f64>,
}

impl Table<'_> {
    /// Moments at h = ±μ̃ y.
    fn at(&self, y: f64) -> Result<Pair> {
        if let Some(pair) = self.kept.borrow().get(&y.to_bits()) {
            return Ok(*pair);
        }
        let Latent { activation, gain, spread, mu, .. } = *self.latent;
        let local = |centre: f64| {
            activation.local_moments(centre, gain * spread).map_err(|error| NumericsError::Domain {
                what: "class means",
                message: error.to_string(),
            })
        };
        let pair = [local(gain * mu * y)?, local(-gain * mu * y)?];
        let error = 0.5 * (pair[0].mean.error + pair[1].mean.error);
        let here = 2.0 * odd(&pair).abs() * error + error * error;
        // The largest contribution over the whole range bounds its average.
        let noise = self.noise.get().max(here * normal_density(y) * 2.0 * END);
        self.noise.set(noise);
        self.kept.borrow_mut().insert(y.to_bits(), pair);
        Ok(pair)
    }

    /// E_h of an even function of h, given as f(h, moments at ±h) for h > 0.
    fn average(&self, scale: f64, f: impl Fn(f64, &Pair) -> f64) -> Result<Estimate> {
        let failure = RefCell::new(None);
        let integrand = |y: f64| {
            let density = normal_density(y);
            match self.at(y) {
                _ if density == 0.0 => 0.0,
                Ok(pair) => 2.0 * density * f(self.latent.mu * y, &pair),
                Err(error) => {
                    failure.borrow_mut().get_or_insert(error);
                    f64::NAN
                }
            }
        };
        let found = panels::integrate("class means", integrand, &self.ends(), RELATIVE * scale);
        match failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(found?),
        }
    }

    /// Panels over y > 0: unit steps, and finer ones where a kink, blurred by σ, passes.
    fn ends(&self) -> Vec<f64> {
        let Latent { activation, gain, spread, mu, .. } = *self.latent;
        let mut ends: Vec<f64> = (0..=7).map(f64::from).collect();
        ends.extend([10.0, 14.0, 20.0, 28.0, END]);
        let blur = spread / mu;
        for at in activation.breakpoints().positions() {
            let centre = (at / (gain * mu)).abs();
            let mut reach = blur;
            while reach < 1.0 {
                ends.extend([centre - reach, centre + reach]);
                reach *= 4.0;
            }
            ends.push(centre);
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
        Latent { activation: &activation, gain, spread, mu, beta }.class_means().unwrap()
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
            let want = 2.0 / std::f64::consts::PI
                * correlation.atan2((1.0 - correlation).sqrt() * (1.0 + correlation).sqrt());
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
