//! Exact averages at finite n and d: the curves that a simulation with independent samples shows.
//!
//! Given x the energies of the other samples are independent, so every quantity is an integral over
//! one variable `[D81]`, then an average over the few numbers through which x enters. Nothing is
//! expanded in 1/d or 1/n; the number of samples enters as log n.

mod average;
mod count;
mod few;
pub(crate) mod law;
pub(crate) mod mellin;
mod profile;
mod quantity;
mod resolution;
mod sampled;
mod times;

pub use quantity::Quantity;

use crate::answer::Answer;
use crate::error::{Error, Result, non_negative, positive};
use crate::numerics::{Estimate, NumericsError};
use crate::process::Noise;
pub(crate) use average::Geometry;
use average::average;
use count::Count;
use profile::Integral;
use sampled::Sampling;

/// Tolerance on a mean of the weights, in nats for entropies: absolute up to 1, then relative.
const TOLERANCE: f64 = 1e-10;

/// Where the average over x is sampled, it is so to this accuracy unless another is asked for.
const SAMPLED_TOLERANCE: f64 = 1e-3;

/// Points of a randomisation at first, and at most.
const POINTS: (usize, usize) = (32, 256);

/// Points of a randomisation for a transition time, the same ones at every t.
const POINTS_OF_TIMES: usize = 64;

/// n independent samples of Gaussian data in d dimensions: isotropic in one class or in two opposite
/// ones at ±m of probability ½ each, or of any covariance in one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    /// Dimension in which the data vary.
    d: f64,
    /// Dimension per which densities are stated.
    ambient: f64,
    n: Count,
    /// |m|²
    mean_norm_sq: f64,
    /// σ²
    variance: f64,
    tolerance: f64,
    refinement: f64,
    /// Present where the covariance has several eigenvalues.
    sampling: Option<Sampling>,
}

impl Ensemble {
    /// One Gaussian of variance `sigma`² in each of `d` dimensions, n = e^`log_n` ≥ 2 samples.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `d` is a positive integer, `sigma` > 0 and `log_n` ≥ log 2.
    pub fn isotropic(d: f64, sigma: f64, log_n: f64) -> Result<Self> {
        Self::clusters(d, 0.0, sigma, log_n)
    }

    /// Two balanced Gaussian clusters at ±m with |m|² = `mean_norm_sq` = d μ̃², within-class
    /// variance `sigma`².
    ///
    /// ```
    /// use regimes::{Noise, rem::finite::Ensemble};
    /// // One point of BBDM24's figure 3 as a simulation at n = 20 000 and d = 256 shows it.
    /// let samples = Ensemble::clusters(256.0, 256.0, 1.0, 20_000f64.ln())?;
    /// let f = samples.excess_entropy_over_alpha(Noise::at_time(1.728)?)?;
    /// assert!(f.error < 1e-8 && f.value > 0.0 && f.value < 1.0);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::isotropic`]; `mean_norm_sq` must not be negative.
    pub fn clusters(d: f64, mean_norm_sq: f64, sigma: f64, log_n: f64) -> Result<Self> {
        if !(d >= 1.0 && d.fract() == 0.0 && d.is_finite()) {
            return Err(Error::argument("d", d, "must be a positive integer"));
        }
        Ok(Self {
            d,
            ambient: d,
            n: Count::from_log(log_n)?,
            mean_norm_sq: non_negative("|m|²", mean_norm_sq)?,
            variance: positive("sigma", sigma)?.powi(2),
            tolerance: TOLERANCE,
            refinement: 1.0,
            sampling: None,
        })
    }

    /// Orthonormal linear manifold: `p` latent dimensions of unit variance in an ambient dimension
    /// `d` ≥ p. The part of a distance that lies off the manifold is common to all samples, so that
    /// only the p latent dimensions matter; densities are per ambient dimension.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `p` ≤ `d` are positive integers and `log_n` ≥ log 2.
    pub fn linear_manifold(p: f64, d: f64, log_n: f64) -> Result<Self> {
        if !(d >= p && d.fract() == 0.0 && d.is_finite()) {
            return Err(Error::argument("d", d, "must be an integer, not below p"));
        }
        Ok(Self { ambient: d, ..Self::isotropic(p, 1.0, log_n)? })
    }

    /// One Gaussian with the given covariance eigenvalues ≥ 0 and their multiplicities.
    ///
    /// With more than one positive eigenvalue the average over x is sampled (with
    /// [`Self::with_seed`]), to 1e-3 unless another tolerance is set: the bound on the error is then
    /// 4.1 standard errors of 16 independent randomisations, exceeded once in a thousand times.
    ///
    /// # Errors
    /// [`Error::Argument`] if an eigenvalue is negative, none is positive, a multiplicity is not a
    /// positive integer, or `log_n` < log 2.
    pub fn gaussian(spectrum: &[(f64, f64)], log_n: f64) -> Result<Self> {
        let (mut d, mut modes) = (0.0, Vec::new());
        for &(eigenvalue, multiplicity) in spectrum {
            non_negative("eigenvalue", eigenvalue)?;
            if !(multiplicity >= 1.0 && multiplicity.fract() == 0.0 && multiplicity <= 1e9) {
                return Err(Error::argument("multiplicity", multiplicity, "must be 1, 2, …"));
            }
            d += multiplicity;
            if eigenvalue > 0.0 {
                modes.push((eigenvalue, multiplicity as usize));
            }
        }
        let Some(&(first, _)) = modes.first() else {
            let expected = "at least one eigenvalue must be positive";
            return Err(Error::argument("eigenvalues", "none positive", expected));
        };
        let varying: f64 = modes.iter().map(|m| m.1 as f64).sum();
        let this = Self { ambient: d, ..Self::isotropic(varying, first.sqrt(), log_n)? };
        if modes.iter().all(|m| m.0 == first) {
            return Ok(this);
        }
        Ok(Self { sampling: Some(Sampling { modes, seed: 0, points: POINTS }), ..this })
    }

    /// The same with another tolerance on the means (default 1e-10, relative to 1 + |mean|): looser is faster.
    #[must_use]
    pub fn with_tolerance(&self, tolerance: f64) -> Self {
        Self { tolerance, ..self.clone() }
    }

    /// The same with another seed of what is sampled (default 0); nothing is for isotropic data.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let sampling = self.sampling.clone().map(|sampling| Sampling { seed, ..sampling });
        Self { sampling, ..self.clone() }
    }

    /// The same, the sample that x comes from being there K = e^`log_copies` < n times: its weight is K e^{−E_1}
    /// beside n − K others (derived here; at K = 1 nothing changes).
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 ≤ `log_copies` < log n.
    pub fn with_copies(&self, log_copies: f64) -> Result<Self> {
        if !(log_copies >= 0.0 && log_copies < self.n.log) {
            let expected = "must be 0 or above, and below log n";
            return Err(Error::argument("log-copies", log_copies, expected));
        }
        Ok(Self { n: self.n.with_copies(log_copies), ..self.clone() })
    }

    /// True where the average over x is sampled.
    pub fn is_sampled(&self) -> bool {
        self.sampling.is_some()
    }

    /// log n.
    pub fn log_n(&self) -> f64 {
        self.n.log
    }

    /// The mean of `quantity` at a noise level, over samples and noise.
    ///
    /// The bound on the error covers discretisation (the difference of two grids), truncation and
    /// rounding. At t = 0 the own sample has all the weight; at t = ∞ all weights are 1/n.
    ///
    /// # Errors
    /// [`Error::Argument`] if the quantity diverges at t = 0 or is out of reach close to it;
    /// [`Error::Numerics`] if the result is not finite.
    pub fn mean(&self, quantity: Quantity, noise: Noise) -> Result<Estimate> {
        if noise.tau() == 0.0 {
            return match quantity {
                Quantity::IndexEntropy => Ok(Estimate::exact(0.0)),
                Quantity::LeaveOneOut => {
                    Err(Error::argument("t", noise.time(), "leave-one-out diverges at t = 0"))
                }
                _ => Ok(Estimate::exact(1.0)),
            };
        }
        let geometry = self.geometry(noise);
        if geometry.kappa < 1e-290 {
            return Ok(self.at_pure_noise(quantity));
        }
        if let Some(sampling) = &self.sampling {
            let tolerance =
                if self.tolerance <= TOLERANCE { SAMPLED_TOLERANCE } else { self.tolerance };
            let integral = sampling.average(quantity, self.n, noise.tau(), tolerance);
            return self.checked(quantity, noise, integral);
        }
        // Its tables are those of single samples.
        let single = self.n.log_copies == 0.0;
        if single && let Some(integral) = few::average(quantity, self.n, &geometry, self.tolerance)
        {
            return self.checked(quantity, noise, integral);
        }
        let mut integral = average(quantity, self.n, &geometry, self.tolerance);
        if quantity == Quantity::NearestNeighbour {
            // Nearest neighbours are decided on the scale of 1/λ instead of 1: two resolutions tell
            // what that costs. It is too much at large t, where the energies hardly differ.
            let finer = Geometry { refinement: 1.6 * geometry.refinement, ..geometry };
            let fine = average(quantity, self.n, &finer, self.tolerance);
            integral.error = fine.error + 2.0 * (fine.value - integral.value).abs();
            integral.value = fine.value;
            // Where it leaves the range of numbers, it is no number that misses.
            let reached = integral.error <= self.tolerance * (1.0 + integral.value);
            if !reached && single {
                let real = few::anywhere(quantity, self.n, &geometry, self.tolerance);
                let better =
                    |real: &Integral| real.error < integral.error || integral.error.is_nan();
                integral = real.filter(better).unwrap_or(integral);
            }
        }
        self.checked(quantity, noise, integral)
    }

    /// The result, if it is a number.
    fn checked(&self, quantity: Quantity, noise: Noise, integral: Integral) -> Result<Estimate> {
        if integral.value.is_nan() && quantity == Quantity::LeaveOneOut {
            let expected = "must be larger for the leave-one-out average: in so few dimensions the energies spread too far";
            return Err(Error::argument("t", noise.time(), expected));
        }
        if integral.value.is_nan() || integral.error.is_nan() {
            let what = "finite-size average";
            return Err(NumericsError::NotFinite { what, at: noise.time() }.into());
        }
        Ok(Estimate::new(integral.value, integral.error))
    }

    /// What x and the samples depend on at a noise level with τ > 0.
    pub(crate) fn geometry(&self, noise: Noise) -> Geometry {
        // σ²/(σ² + τ) and its complement, each from a ratio that does not lose digits.
        let ratio = noise.tau() / self.variance;
        let kappa = 1.0 / (1.0 + ratio);
        let rest = if ratio > 1.0 { 1.0 / (1.0 + 1.0 / ratio) } else { ratio / (1.0 + ratio) };
        let separation = (self.mean_norm_sq / self.variance * kappa).sqrt();
        Geometry { d: self.d, kappa, rest, separation, refinement: self.refinement }
    }

    /// All weights equal.
    fn at_pure_noise(&self, quantity: Quantity) -> Estimate {
        let log = Estimate::rounded(self.n.log);
        let copies = Estimate::rounded(self.n.log_copies);
        if copies.value > 0.0 {
            // n² Σ w² = K² + n − K over distinct samples.
            let squares = (copies * 2.0 - log).exp() + self.n.without(1.0);
            return match quantity {
                Quantity::IndexEntropy => log - copies,
                Quantity::LeaveOneOut => Estimate::rounded(self.n.log_others()) - copies,
                Quantity::OwnWeight => (copies - log).exp(),
                Quantity::CloneCollapse => squares * (-log).exp(),
                Quantity::NearestNeighbour => (-log).exp() / self.n.without(0.0),
                Quantity::Participation => log.exp() / squares,
            };
        }
        match quantity {
            Quantity::IndexEntropy => log,
            Quantity::LeaveOneOut => Estimate::rounded(self.n.log_others()),
            Quantity::OwnWeight | Quantity::CloneCollapse | Quantity::NearestNeighbour => {
                (-log).exp()
            }
            Quantity::Participation => log.exp(),
        }
    }

    /// Empirical excess entropy f^e = H(index | x_t, data)/d, nats per ambient dimension
    /// `[BBDM24]`. It is positive at every t: a zero of a measured f^e is noise.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn excess_entropy(&self, noise: Noise) -> Result<Estimate> {
        Ok(self.mean(Quantity::IndexEntropy, noise)? / self.ambient)
    }

    /// [`Self::excess_entropy`] in units of α = log n / d, between 0 and 1.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn excess_entropy_over_alpha(&self, noise: Noise) -> Result<Estimate> {
        Ok(self.mean(Quantity::IndexEntropy, noise)? / self.n.log)
    }

    /// Leave-one-out excess entropy E log(Z_{2..n}/Z_1)/d, nats per ambient dimension: the version
    /// that crosses zero. Absent at t = 0, where it diverges.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn leave_one_out(&self, noise: Noise) -> Result<Answer> {
        if noise.tau() == 0.0 {
            return Ok(Answer::absent("diverges to −∞ at t = 0"));
        }
        Ok((self.mean(Quantity::LeaveOneOut, noise)? / self.ambient).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Halving every spacing moves no result by more than its stated error.
    #[test]
    fn identity_refinement_stays_within_the_error() {
        let all = [
            Quantity::IndexEntropy,
            Quantity::LeaveOneOut,
            Quantity::OwnWeight,
            Quantity::CloneCollapse,
            Quantity::NearestNeighbour,
            Quantity::Participation,
        ];
        for (d, m2, log_n, t) in [
            (8.0, 0.0, 4.0, 0.6),
            (16.0, 16.0, 5.0, 0.8),
            (64.0, 64.0, 8.0, 1.4),
            (300.0, 0.0, 30.0, 1.2),
        ] {
            let ensemble = Ensemble::clusters(d, m2, 1.0, log_n).unwrap();
            let finer = Ensemble { refinement: 1.7, ..ensemble.clone() };
            let noise = Noise::at_time(t).unwrap();
            for quantity in all {
                let a = ensemble.mean(quantity, noise).unwrap();
                let b = finer.mean(quantity, noise).unwrap();
                let deviation = (a.value - b.value).abs();
                assert!(deviation <= a.error + b.error, "{quantity:?} {d} {t}: {a:?} {b:?}");
            }
        }
    }
}
