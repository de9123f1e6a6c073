//! Own weight and entropy of the index around t_C at finite d, without the sum over samples.
//!
//! To leading order both are functions of z = (log n − I)/√V: φ_C = Φ(−z) and d f = √V [zΦ(z) + ϕ(z)] (derived
//! here: the normal approximation of the information density `[PPV10]`). The refined law keeps what is of
//! order one: given D = E[i|x] the sum of the others is cut at the edge of the spectrum,
//!
//! φ_C = E 1/[1 + e^{log n − y} Φ((log n − D)/√V₁)], y|D ~ N(D, V₁), D ~ N(I, V − V₁),
//!
//! and d f is the mean of the logarithm of the denominator. Measured against the exact averages it is within
//! 0.005 of φ_C and 0.035 nats of d f for |z| ≤ 2, d from 100 to 1000, n ≥ e^10; that it is no more is not proved.

use super::window::dispersion;
use crate::answer::Answer;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::numerics::special::{log_normal_cdf, normal_cdf, normal_density, softplus};
use crate::process::Noise;
use crate::spectrum::Spectrum;

/// Which law of finite size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// The leading order, a function of z.
    Scaling,
    /// With the term of order one.
    Refined,
}

/// |z| up to which, dimension from which and log n from which the refined law was measured against the exact
/// averages. With fewer samples it is further off: by 0.05 nats at n = e⁴, d = 100.
const MEASURED: (f64, f64, f64) = (2.0, 100.0, 10.0);

/// The law's mean of the information density and its variances, in all, for n samples.
#[derive(Clone, Copy, Debug)]
pub struct FiniteSize {
    log_n: f64,
    information: Estimate,
    variance: Estimate,
    /// Var D
    between: Estimate,
    /// V₁ = V − Var D
    within: Estimate,
}

/// Spacings of the trapezoidal rules over D (in standard deviations) and over the logistic or normal
/// variable, coarse and fine. The integrands are analytic within 2.8 and π of the real line: the coarser rule
/// misses by e^{−2π·2.8/0.25} and e^{−2π²/0.5}.
const SPACINGS: [(f64, f64); 2] = [(0.25, 0.5), (0.2, 0.4)];

/// Where the normal and the logistic density fall below 1e-18 of their height.
const REACH: (f64, f64) = (9.2, 42.0);

impl FiniteSize {
    /// n = e^`log_n` samples of a centred Gaussian with this spectrum, in a finite `dimension`.
    pub fn new(spectrum: &Spectrum, noise: Noise, dimension: f64, log_n: f64) -> Answer<Self> {
        let Spectrum::Atoms(atoms) = spectrum else {
            return Answer::absent("known for spectra of finitely many eigenvalues");
        };
        if dimension.is_infinite() {
            return Answer::absent("a law of finite size: give a finite --d");
        }
        if noise.tau() == 0.0 {
            return Answer::absent("at t = 0 the information is infinite");
        }
        let tau = Estimate::rounded(noise.tau());
        let share = |v: Estimate| if v.value == 0.0 { v } else { v / (v + tau) };
        let squares: Estimate = atoms
            .atoms()
            .iter()
            .map(|&(v, fraction)| share(v).squared() * Estimate::rounded(fraction))
            .sum();
        let variance = dispersion(spectrum, noise) * dimension;
        let between = 0.5 * squares * dimension;
        let within = variance - between;
        let information = spectrum.information(noise) * dimension;
        Answer::Value(Self { log_n, information, variance, between, within })
    }

    /// φ_C by a law.
    pub fn own_weight(&self, law: Law) -> Estimate {
        match law {
            Law::Scaling => {
                let Some(z) = self.z() else { return Estimate::exact(0.0) };
                let value = normal_cdf(-z.value);
                let nearest = (z.value.abs() - z.error).max(0.0);
                let rounding = ROUNDING * (4.0 + z.value * z.value) * value;
                Estimate::new(
                    value,
                    normal_density(nearest) * z.error + rounding + f64::MIN_POSITIVE,
                )
            }
            Law::Refined => self.refined(|a, s| 1.0 - above(a, s), |l| 1.0 / (1.0 + l.exp())),
        }
    }

    /// d f^e = H(index | x_t, data) in nats, in all, by a law.
    pub fn index_entropy(&self, law: Law) -> Estimate {
        match law {
            Law::Scaling => {
                let Some(z) = self.z() else { return Estimate::rounded(self.log_n) };
                let (root, share) = (self.variance.sqrt(), positive_part(z.value));
                let size = normal_density(z.value) + z.value.abs() * normal_cdf(z.value);
                let rounding = ROUNDING * (4.0 + z.value * z.value) * size;
                let moved = normal_cdf(z.upper()) * z.error;
                root * Estimate::new(share, rounding + moved)
            }
            Law::Refined => self.refined(|a, s| s * positive_part(a / s), softplus),
        }
    }

    /// Why the laws may be far off here, if so.
    pub fn doubt(&self, dimension: f64) -> Option<String> {
        let z = self.z().map_or(f64::INFINITY, |z| z.value);
        let (far, small, few) =
            (z.abs() > MEASURED.0, dimension < MEASURED.1, self.log_n < MEASURED.2);
        (far || small || few).then(|| {
            format!(
                "the laws of finite size were measured against the exact averages for |(log n − I)/√V| ≤ {}, d ≥ {} and log n ≥ {}, and may be further off beyond (--order exact)",
                MEASURED.0, MEASURED.1, MEASURED.2
            )
        })
    }

    /// z = (log n − I)/√V, the place in the window of collapse.
    pub fn place(&self) -> Answer {
        match self.z() {
            Some(z) => Answer::Value(z),
            None => Answer::absent("no signal is left: V = 0"),
        }
    }

    /// z; none without a signal.
    fn z(&self) -> Option<Estimate> {
        (self.variance.value > 0.0)
            .then(|| (Estimate::rounded(self.log_n) - self.information) / self.variance.sqrt())
    }

    /// The mean of `direct`(L) over D and y, L = A(D) − √V₁ w. Where √V₁ ≥ 1, `direct` is written as a mean
    /// over a logistic variable x of a step or a ramp, whose normal mean `smooth`(A − x, √V₁) is.
    fn refined(&self, smooth: impl Fn(f64, f64) -> f64, direct: impl Fn(f64) -> f64) -> Estimate {
        if self.variance.value <= 0.0 {
            return Estimate::rounded(direct(self.log_n));
        }
        let root = self.within.value.sqrt();
        let spread = self.between.value.sqrt();
        let wide = root >= 1.0;
        let mean = |(over_d, over_y): (f64, f64)| {
            let outer = (REACH.0 / over_d).ceil() as i32;
            let reach = if wide { REACH.1 } else { REACH.0 };
            let inner = (reach / over_y).ceil() as i32;
            let mut sum = 0.0;
            for i in -outer..=outer {
                let u = f64::from(i) * over_d;
                let left = self.log_n - self.information.value - spread * u;
                let a = left + log_normal_cdf(left / root);
                let mut row = 0.0;
                for j in -inner..=inner {
                    let x = f64::from(j) * over_y;
                    row += if wide {
                        logistic_density(x) * smooth(a - x, root)
                    } else {
                        normal_density(x) * direct(a - root * x)
                    };
                }
                sum += normal_density(u) * row * over_y * over_d;
            }
            sum
        };
        let [coarse, fine] = SPACINGS.map(mean);
        // L moves by at most 1 + ϕ/Φ/√V₁ times what log n − D moves by, and ϕ/Φ ≤ 1 + |z|.
        let distance = (self.log_n - self.information.value).abs();
        let steepness = 1.0 + (2.0 + (distance + spread) / root) / root;
        let moved = self.information.error
            + ROUNDING * (4.0 * self.log_n + 8.0)
            + (self.variance.error / self.variance.value) * (distance + root + spread);
        Estimate::new(
            fine,
            2.0 * (fine - coarse).abs() + steepness * moved + 64.0 * ROUNDING * fine,
        )
    }
}

/// P(A > √V₁ w): one minus the normal mean of a step.
fn above(a: f64, root: f64) -> f64 {
    normal_cdf(a / root)
}

/// E (z + w)₊ = zΦ(z) + ϕ(z) for a standard normal w.
fn positive_part(z: f64) -> f64 {
    (z * normal_cdf(z) + normal_density(z)).max(0.0)
}

/// Density of the logistic law: derivative of 1/(1 + e^{−x}).
fn logistic_density(x: f64) -> f64 {
    let small = (-x.abs()).exp();
    small / ((1.0 + small) * (1.0 + small))
}
