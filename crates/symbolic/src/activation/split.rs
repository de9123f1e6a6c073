//! What two looks at one signal share of an activation, beyond its linear part, and what they do not.

use regimes_numerics::legendre;

use super::moments::MomentError;
use super::{Activation, Estimate};
use crate::Growth;

/// The nonlinear part of φ(Y), Y = signal + noise: a variance that repeats when the same signal is seen
/// through new noise, and one that does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Cov(φ(Y₁), φ(Y₂)) less its linear part, for Y₁ and Y₂ of one signal: Σ_{k≥2} c_k² ρᵏ in Hermite
    /// coefficients, ρ = signal²/gain².
    pub shared: Estimate,
    /// E φ² less its mean's square, its linear part and `shared`: Σ_{k≥2} c_k² (1 − ρᵏ).
    pub private: Estimate,
}

/// Below this correlation the Hermite series of the shared part is used: 0.5⁶⁴ is below 1e-19.
const SERIES_BELOW: f64 = 0.5;

/// Terms of that series.
const TERMS: usize = 64;

/// Nodes of a panel, and of the coarser rule whose distance from it is the error.
const ORDER: usize = 20;
const COARSER: usize = 14;

/// Times that all panels are halved before the distance of the two rules is reported as the error: 4⁴ times the work.
const HALVINGS: usize = 4;

/// The relative change at which halving ends.
const SETTLED: f64 = 1e-14;

/// Kinks beyond which their meetings are not looked for: halving must find them.
const FEW_KINKS: usize = 24;

/// Standard deviations within which the panels lie; e^{−z²/2} is the smallest number at 38.
const END: f64 = 38.0;

/// Standard deviations that are enough for functions of no more than polynomial growth: e^{−z²/2} is 5e-32.
const NEAR: f64 = 12.0;

impl Activation {
    /// The split at a signal and a noise of these standard deviations.
    ///
    /// Both parts are sums of squares and are computed as such: the private one as
    /// ½ E (φ(P + D) − φ(P − D) − 2aD)² over the mean P and half the difference D of Y₁ and Y₂, so that
    /// nothing cancels where the noise is small.
    ///
    /// # Errors
    /// A [`MomentError`] as for [`moments`](Self::moments).
    /// ```
    /// let square = regimes_symbolic::activation("z^2")?.split(0.8, 0.6)?;
    /// // (Y² − 1)/√2 is the second Hermite polynomial: c_2² = 2, ρ = 0.64.
    /// assert!((square.shared.value - 2.0 * 0.64f64.powi(2)).abs() < 1e-13);
    /// assert!((square.private.value - 2.0 * (1.0 - 0.64f64.powi(2))).abs() < 1e-13);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn split(&self, signal: f64, noise: f64) -> Result<Split, MomentError> {
        let rho = (signal / signal.hypot(noise)).powi(2);
        if rho < SERIES_BELOW {
            self.split_by_series(signal, noise, TERMS)
        } else {
            self.split_by_differences(signal, noise)
        }
    }

    /// The same by `terms` Hermite coefficients: one of the two routes, for correlations well below one.
    ///
    /// # Errors
    /// As for [`split`](Self::split).
    pub fn split_by_series(
        &self,
        signal: f64,
        noise: f64,
        terms: usize,
    ) -> Result<Split, MomentError> {
        let gain = signal.hypot(noise);
        let rest = self.moments(gain)?.residual;
        let rho = (signal / gain).powi(2);
        let (mut shared, mut seen) = (Estimate::ZERO, 0.0);
        for (k, c) in self.hermite_coefficients(gain, terms.max(2))?.iter().enumerate().skip(2) {
            let power = rho.powi(k as i32);
            shared.value += c.value * c.value * power;
            shared.error += (2.0 * c.value.abs() * c.error + c.error * c.error) * power
                + f64::EPSILON * (k as f64) * c.value * c.value * power;
            seen += c.value * c.value;
        }
        // What the terms left out can add at most.
        shared.error += rho.powi(terms as i32) * (rest.value - seen + rest.error).max(0.0);
        Ok(Split { shared, private: less(rest, shared) })
    }

    /// The same by differences of φ: the other route.
    ///
    /// # Errors
    /// As for [`split`](Self::split).
    pub fn split_by_differences(&self, signal: f64, noise: f64) -> Result<Split, MomentError> {
        let gain = signal.hypot(noise);
        let moments = self.moments(gain)?;
        let rest = moments.residual;
        if rest.value == 0.0 && rest.error == 0.0 {
            return Ok(Split { shared: Estimate::ZERO, private: Estimate::ZERO });
        }
        let slope = moments.linear.value / gain;
        // Y₁ = P + D, Y₂ = P − D.
        let half = noise * std::f64::consts::FRAC_1_SQRT_2;
        let middle = (signal * signal + 0.5 * noise * noise).sqrt();
        let pair = Pair {
            phi: self,
            middle,
            half,
            slope,
            features: self.features(),
            kinks: self.breakpoints().positions().collect(),
        };
        let mut private = Estimate::ZERO;
        for level in 0..=HALVINGS {
            let (fine, coarse) = (pair.integral(level, ORDER), pair.integral(level, COARSER));
            let change = (fine.value - coarse.value).abs();
            private = Estimate { value: fine.value, error: fine.error + change };
            if change <= (SETTLED * fine.value).max(fine.error) {
                break;
            }
        }
        if !private.value.is_finite() {
            return Err(MomentError::Overflows(gain));
        }
        // The slope's own error enters in second order.
        private.error += (moments.linear.error * noise / gain).powi(2);
        Ok(Split { shared: less(rest, private), private })
    }
}

/// A difference that is a sum of squares.
fn less(whole: Estimate, part: Estimate) -> Estimate {
    Estimate {
        value: (whole.value - part.value).max(0.0),
        error: whole.error + part.error + f64::EPSILON * whole.value,
    }
}

/// φ at the two ends of a segment of middle P = `middle` u and half-length D = `half` v.
struct Pair<'a> {
    phi: &'a Activation,
    middle: f64,
    half: f64,
    slope: f64,
    features: Vec<(f64, f64)>,
    kinks: Vec<f64>,
}

impl Pair<'_> {
    /// ½ E (φ(P + D) − φ(P − D) − 2aD)², panels halved `level` times, `order` nodes each.
    fn integral(&self, level: usize, order: usize) -> Estimate {
        let outer = halved(&self.outer_ends(), level);
        let rule = legendre::rule(order);
        let mut total = Estimate::ZERO;
        for panel in outer.windows(2) {
            let (centre, reach) = (0.5 * (panel[0] + panel[1]), 0.5 * (panel[1] - panel[0]));
            for (x, weight) in rule.nodes.iter().zip(&rule.weights) {
                let v = centre + reach * x;
                // Twice the half line, times ½.
                let density = density(v) * weight * reach;
                if density == 0.0 {
                    continue;
                }
                let inner = self.inner(self.half * v, level, order);
                total.value += density * inner.value;
                total.error +=
                    density * (inner.error + 4.0 * f64::EPSILON * (1.0 + v * v) * inner.value);
            }
        }
        total
    }

    /// The average over the middle at half-length `d`.
    fn inner(&self, d: f64, level: usize, order: usize) -> Estimate {
        let ends = halved(&self.inner_ends(d), level);
        let rule = legendre::rule(order);
        let (mut points, mut above, mut below) = ([0.0; ORDER], [0.0; ORDER], [0.0; ORDER]);
        let mut total = Estimate::ZERO;
        for panel in ends.windows(2) {
            let (centre, reach) = (0.5 * (panel[0] + panel[1]), 0.5 * (panel[1] - panel[0]));
            for (point, x) in points.iter_mut().zip(&rule.nodes) {
                *point = self.middle * (centre + reach * x) + d;
            }
            self.phi.eval_slice(&points[..order], &mut above[..order]);
            for point in &mut points {
                *point -= 2.0 * d;
            }
            self.phi.eval_slice(&points[..order], &mut below[..order]);
            let ends = above.iter().zip(&below);
            for ((x, weight), (above, below)) in rule.nodes.iter().zip(&rule.weights).zip(ends) {
                let u = centre + reach * x;
                let density = density(u) * weight * reach;
                if density == 0.0 {
                    continue;
                }
                let straight = 2.0 * self.slope * d;
                let bend = above - below - straight;
                let rounding = f64::EPSILON * (above.abs() + below.abs() + straight.abs());
                total.value += density * bend * bend;
                total.error += density
                    * (2.0 * bend.abs() * rounding
                        + rounding * rounding
                        + 4.0 * f64::EPSILON * (1.0 + u * u) * bend * bend);
            }
        }
        total
    }

    /// Whether φ may grow so fast that the panels must reach as far as there are numbers.
    fn far(&self) -> bool {
        !matches!(self.phi.domain().growth, Growth::Bounded | Growth::Polynomial { .. })
    }

    /// The ends of panels from `low` times the reach to the reach, in order.
    fn sorted(&self, mut ends: Vec<f64>, low: f64) -> Vec<f64> {
        let reach = if self.far() { END } else { NEAR };
        ends.retain(|x| (low * reach..=reach).contains(x));
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        ends
    }

    /// Ends of the panels in u at half-length `d`: the kinks and features of both ends of the segment.
    fn inner_ends(&self, d: f64) -> Vec<f64> {
        let mut ends = vec![-NEAR, -7.0, -4.0, -2.0, 0.0, 2.0, 4.0, 7.0, NEAR];
        if self.far() {
            ends.extend([-END, -24.0, 24.0, END]);
        }
        for shift in [-d, d] {
            ends.extend(self.kinks.iter().map(|at| (at + shift) / self.middle));
            for &(at, scale) in &self.features {
                around((at + shift) / self.middle, scale / self.middle, &mut ends);
            }
        }
        self.sorted(ends, -1.0)
    }

    /// Ends of the panels in v ≥ 0: where kinks of the two ends meet, and the scales of the features.
    fn outer_ends(&self) -> Vec<f64> {
        let mut ends = vec![0.0, 2.5, 5.5, NEAR];
        if self.far() {
            ends.extend([24.0, END]);
        }
        if self.kinks.len() <= FEW_KINKS {
            for (k, one) in self.kinks.iter().enumerate() {
                ends.extend(
                    self.kinks[..k].iter().map(|other| 0.5 * (one - other).abs() / self.half),
                );
            }
        }
        let narrow =
            self.features.iter().map(|(_, scale)| scale / self.half).fold(f64::INFINITY, f64::min);
        if narrow < 1.0 {
            around(0.0, narrow, &mut ends);
        }
        self.sorted(ends, 0.0)
    }
}

/// Ends at and around a point of a short scale.
fn around(at: f64, scale: f64, ends: &mut Vec<f64>) {
    ends.push(at);
    let mut reach = scale.max(1e-12);
    while reach < 1.0 {
        ends.extend([at - reach, at + reach]);
        reach *= 4.0;
    }
}

/// The ends of panels halved `level` times.
fn halved(ends: &[f64], level: usize) -> Vec<f64> {
    let parts = 1usize << level;
    let inner = |pair: &[f64]| {
        let (a, b) = (pair[0], pair[1]);
        (0..parts).map(move |k| a + (b - a) * k as f64 / parts as f64).collect::<Vec<_>>()
    };
    ends.windows(2).flat_map(inner).chain(ends.last().copied()).collect()
}

/// The standard normal density.
fn density(x: f64) -> f64 {
    const HEIGHT: f64 = 0.398_942_280_401_432_7;
    HEIGHT * (-0.5 * x * x).exp()
}
