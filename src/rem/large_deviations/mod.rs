//! Large deviations of the energies at fixed α = log n / d `[BBDM24]` `[D81]`.
//!
//! For Gaussian data with covariance eigenvalues ℓ_i of weights w_i, and for a point
//! y = a¹ + √(rτ) ω at reduced noise radius r (r = 1 is typical), a mode has second moment
//! ℓ_i + rτ and
//!
//! g(λ) = lim (1/d) log E_a e^{−λE} = −½ Σ w_i [ log(1 + λℓ_i/τ) + λ(ℓ_i + rτ)/(τ + λℓ_i) ].
//!
//! With θ = τ/λ and p_i = ℓ_i/(θ + ℓ_i) the entropy of the levels at inverse temperature λ is
//!
//! α + g − λg′ = α − I(θ) + ½ (1 − rλ) Σ w_i p_i(1 − p_i),  I(θ) = ½ Σ w_i log(1 + ℓ_i/θ).
//!
//! It vanishes at the condensation temperature. At r = λ = 1 this is α = I(τ), which is also where
//! the typical level carries as much weight as all others: **condensation is collapse**, exactly
//! and for every spectrum. Eigenvalues 0 are allowed: such a direction adds the same energy to all
//! levels. Two clusters are the isotropic case here, since the other cluster lies further away by
//! an energy of order d.

mod complexity;
mod free_energy;
mod kernel_density;
mod transitions;

pub use complexity::Complexity;
pub use free_energy::FreeEnergy;

use crate::error::{Error, Result, positive};
use crate::numerics::{Estimate, NumericsError, roots};

/// The levels of Gaussian data at logarithmic sample density α.
#[derive(Clone, Debug, PartialEq)]
pub struct Energies {
    /// α = log n / d > 0, nats per ambient dimension.
    alpha: f64,
    /// Directions in which the data vary.
    modes: Vec<Mode>,
    /// Weight of the directions with eigenvalue 0.
    flat: Estimate,
}

/// Directions that share one covariance eigenvalue ℓ > 0.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mode {
    log_variance: Estimate,
    weight: Estimate,
}

/// What a mode contributes at temperature θ.
struct Occupation {
    /// ½ log(1 + ℓ/θ)
    information: Estimate,
    /// p = ℓ/(θ + ℓ)
    signal: Estimate,
    /// 1 − p = θ/(θ + ℓ)
    noise: Estimate,
    weight: Estimate,
}

impl Energies {
    /// Gaussian data with covariance eigenvalues ≥ 0, each with its multiplicity (any positive
    /// scale: only their ratios matter), at `alpha` = log n / d > 0, d the sum of multiplicities.
    ///
    /// # Errors
    /// [`Error::Argument`] if `alpha` is not positive, an eigenvalue negative, a multiplicity not
    /// positive, or no eigenvalue positive.
    pub fn new(alpha: f64, spectrum: &[(f64, f64)]) -> Result<Self> {
        let alpha = positive("alpha", alpha)?;
        let mut total = Estimate::exact(0.0);
        for &(eigenvalue, multiplicity) in spectrum {
            crate::error::non_negative("eigenvalue", eigenvalue)?;
            total = total + positive("multiplicity", multiplicity)?;
        }
        let mut flat = Estimate::exact(0.0);
        let mut modes = Vec::with_capacity(spectrum.len());
        for &(eigenvalue, multiplicity) in spectrum {
            let weight = multiplicity / total;
            if eigenvalue > 0.0 {
                modes.push(Mode { log_variance: Estimate::exact(eigenvalue).ln(), weight });
            } else {
                flat = flat + weight;
            }
        }
        if modes.is_empty() {
            let expected = "at least one eigenvalue must be positive";
            return Err(Error::argument("eigenvalues", "none positive", expected));
        }
        Ok(Self { alpha, modes, flat })
    }

    /// Isotropic data of variance `sigma`² in every direction.
    ///
    /// # Errors
    /// [`Error::Argument`] if an argument is not positive.
    pub fn isotropic(alpha: f64, sigma: f64) -> Result<Self> {
        let mut this = Self::new(alpha, &[(1.0, 1.0)])?;
        // From log σ: σ² may leave the range of numbers.
        this.modes[0].log_variance = 2.0 * Estimate::exact(positive("sigma", sigma)?).ln();
        Ok(this)
    }

    /// Orthonormal linear manifold: unit variance along a fraction `beta` = p/d of the directions,
    /// none along the others.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `alpha` > 0 and 0 < `beta` ≤ 1.
    pub fn linear_manifold(alpha: f64, beta: f64) -> Result<Self> {
        if !(beta > 0.0 && beta <= 1.0) {
            return Err(Error::argument("beta", beta, "must be above 0 and at most 1"));
        }
        let mut this = Self::new(alpha, &[(1.0, 1.0)])?;
        this.modes[0].weight = Estimate::exact(beta);
        this.flat = Estimate::exact(1.0) - beta;
        Ok(this)
    }

    /// α = log n / d.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// All modes at log θ.
    fn occupations(&self, log_theta: Estimate) -> impl Iterator<Item = Occupation> {
        self.modes.iter().map(move |mode| {
            let y = mode.log_variance - log_theta;
            // Small exponentials only, so that p and 1 − p keep their digits at both ends.
            let small = if y.value > 0.0 { (-y).exp() } else { y.exp() };
            let (large, rest) = (1.0 / (1.0 + small), small / (1.0 + small));
            let (signal, noise) = if y.value > 0.0 { (large, rest) } else { (rest, large) };
            let softplus = if y.value > 0.0 { y + small.ln_1p() } else { small.ln_1p() };
            Occupation { information: 0.5 * softplus, signal, noise, weight: mode.weight }
        })
    }

    /// I = ½ Σ w log(1 + ℓ/θ), nats per ambient dimension.
    fn information(&self, log_theta: Estimate) -> Estimate {
        self.occupations(log_theta).map(|o| o.weight * o.information).sum()
    }

    /// Σ w p, the mean square error that the data lose to being seen, in units of θ.
    fn signal(&self, log_theta: Estimate) -> Estimate {
        self.occupations(log_theta).map(|o| o.weight * o.signal).sum()
    }

    /// Σ w p(1 − p).
    fn spread(&self, log_theta: Estimate) -> Estimate {
        self.occupations(log_theta).map(|o| o.weight * o.signal * o.noise).sum()
    }

    /// Σ w p(2 − p) = Σ w (1 − (1 − p)²).
    fn depth(&self, log_theta: Estimate) -> Estimate {
        self.occupations(log_theta).map(|o| o.weight * o.signal * (1.0 + o.noise)).sum()
    }

    /// Entropy of the levels per dimension, α + g − λg′, at θ = τ/λ and reduced radius r.
    fn entropy(&self, log_theta: Estimate, r_lambda: Estimate) -> Estimate {
        self.alpha - self.information(log_theta) + 0.5 * (1.0 - r_lambda) * self.spread(log_theta)
    }

    /// log θ where a function that grows with θ vanishes; `start` is a guess.
    fn log_root(
        &self,
        what: &'static str,
        f: impl Fn(Estimate) -> Estimate,
        start: f64,
    ) -> std::result::Result<Estimate, NumericsError> {
        let at = |x: f64| f(Estimate::exact(x));
        let (mut low, mut high, mut step) = (start, start, 1.0);
        while at(low).upper() >= 0.0 {
            low -= step;
            step *= 2.0;
            if step > 1e9 {
                return Err(NumericsError::NotBracketed { what, low, high });
            }
        }
        step = 1.0;
        while at(high).lower() <= 0.0 {
            high += step;
            step *= 2.0;
            if step > 1e9 {
                return Err(NumericsError::NotBracketed { what, low, high });
            }
        }
        Ok(roots::bracketed(what, at, low, high)?.estimate())
    }

    /// A guess of log θ at collapse: that of a single mode with the mean log-variance.
    fn guess(&self) -> f64 {
        let weight: f64 = self.modes.iter().map(|m| m.weight.value).sum();
        let log_variance: f64 =
            self.modes.iter().map(|m| m.weight.value * m.log_variance.value).sum();
        let rate = 2.0 * self.alpha / weight;
        // −log(e^rate − 1)
        let log_growth =
            if rate > 1.0 { rate + (-(-rate).exp()).ln_1p() } else { rate.exp_m1().ln() };
        log_variance / weight - log_growth
    }
}
