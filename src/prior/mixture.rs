//! Finite Gaussian mixtures, sparse (Gauss-Bernoulli) and discrete latents included.

use super::{Prior, ScalarPoint};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::legendre::{self, Rule};
use crate::numerics::precision::ROUNDING;
use crate::numerics::random::Stream;
use crate::numerics::special::{HALF_LN_2PI, entropy_term};
use std::sync::Arc;

/// Standard deviations around each component that the panels cover.
const REACH: f64 = 9.0;

/// One Gaussian of a mixture; variance 0 is a point mass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Probability of the component.
    pub weight: f64,
    /// Its mean.
    pub mean: f64,
    /// Its variance, 0 or above.
    pub variance: f64,
}

/// ξ from a finite mixture of Gaussians and point masses.
///
/// Given the component, the scalar channel is Gaussian, so the density of y = √r ξ + n and the
/// posterior of ξ are finite sums and one integral over y remains. It is taken by Gauss-Legendre
/// rules on panels that stand around every component and every point where two components are
/// equally likely; the difference of two rules is the stated error.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    components: Vec<Component>,
    mean: f64,
    second_moment: f64,
}

/// Sums over the panels with one rule.
#[derive(Clone, Copy, Default)]
struct Sums {
    information: f64,
    mmse: f64,
    square: f64,
}

impl Mixture {
    /// A mixture whose weights are positive and add up to 1 within 1e-9 (they are rescaled).
    ///
    /// # Errors
    /// [`Error::Argument`] naming the weight, mean or variance that is out of range.
    pub fn new(mut components: Vec<Component>) -> Result<Self> {
        for c in &components {
            if !(c.weight > 0.0 && c.weight.is_finite()) {
                return Err(Error::argument("weight", c.weight, "must be positive"));
            }
            if !c.mean.is_finite() {
                return Err(Error::argument("mean", c.mean, "must be a finite number"));
            }
            if !(c.variance >= 0.0 && c.variance.is_finite()) {
                return Err(Error::argument("variance", c.variance, "must be 0 or above"));
            }
        }
        let total: f64 = components.iter().map(|c| c.weight).sum();
        if (total - 1.0).abs() > 1e-9 {
            return Err(Error::argument("weights", total, "must add up to 1"));
        }
        for c in &mut components {
            c.weight /= total;
        }
        let mean = components.iter().map(|c| c.weight * c.mean).sum();
        let second_moment =
            components.iter().map(|c| c.weight * (c.variance + c.mean * c.mean)).sum();
        let mixture = Self { components, mean, second_moment };
        if mixture.variance() <= 0.0 {
            return Err(Error::Usage("a latent prior must not be a single value".to_owned()));
        }
        Ok(mixture)
    }

    /// Sparse latents: ξ = 0 with probability 1 − `density`, else N(0, 1); ρ = `density`.
    ///
    /// # Errors
    /// [`Error::Argument`] if `density` is outside (0, 1].
    pub fn gauss_bernoulli(density: f64) -> Result<Self> {
        if !(density > 0.0 && density <= 1.0) {
            return Err(Error::argument("gauss-bernoulli", density, "must lie in (0, 1]"));
        }
        let normal = Component { weight: density, mean: 0.0, variance: 1.0 };
        let zero = Component { weight: 1.0 - density, mean: 0.0, variance: 0.0 };
        Self::new(if density == 1.0 { vec![normal] } else { vec![zero, normal] })
    }

    /// Where the panels begin and end at signal strength `r`.
    fn breakpoints(&self, r: f64) -> Vec<f64> {
        let root = r.sqrt();
        let mut points = Vec::new();
        for c in &self.components {
            let width = (1.0 + r * c.variance).sqrt();
            for step in -6..=6 {
                points.push(root * c.mean + f64::from(step) * width * (REACH / 6.0));
            }
        }
        for (k, a) in self.components.iter().enumerate() {
            for b in &self.components[k + 1..] {
                crossings(a, b, r, &mut points);
            }
        }
        // The Gaussian of equal moments, which weak signals are compared with, reaches farther.
        let reach = REACH * (1.0 + r * self.variance()).sqrt();
        points.extend([root * self.mean - reach, root * self.mean + reach]);
        points.retain(|x| x.is_finite());
        points.sort_by(f64::total_cmp);
        points.dedup_by(|x, y| (*x - *y).abs() <= 1e-9 * (1.0 + y.abs()));
        points
    }

    fn sums(&self, rule: &Rule, points: &[f64], r: f64) -> Sums {
        let root = r.sqrt();
        let reference = 1.0 + r * self.variance();
        let close = r * self.variance() <= 1.0;
        let centre = root * self.mean;
        let mut sums = Sums::default();
        let mut density = vec![0.0; self.components.len()];
        for pair in points.windows(2) {
            rule.on(pair[0], pair[1], |y, weight| {
                let mut p = 0.0;
                for (slot, c) in density.iter_mut().zip(&self.components) {
                    let d = 1.0 + r * c.variance;
                    let x = y - root * c.mean;
                    *slot = c.weight * (-0.5 * x * x / d - HALF_LN_2PI).exp() / d.sqrt();
                    p += *slot;
                }
                if p <= 0.0 {
                    return;
                }
                // Posterior variance: within components and between pairs, without cancellation.
                let mut variance = 0.0;
                for (k, (c, &pc)) in self.components.iter().zip(&density).enumerate() {
                    let d = 1.0 + r * c.variance;
                    let mean_c = (c.mean + root * c.variance * y) / d;
                    variance += pc / p * c.variance / d;
                    for (b, &pb) in self.components.iter().zip(&density).skip(k + 1) {
                        let e = 1.0 + r * b.variance;
                        let mean_b = (b.mean + root * b.variance * y) / e;
                        variance += (pc / p) * (pb / p) * (mean_c - mean_b).powi(2);
                    }
                }
                sums.mmse += weight * p * variance;
                sums.square += weight * p * variance * variance;
                sums.information += weight
                    * if close {
                        // Relative entropy to the Gaussian of equal moments.
                        let x = y - centre;
                        let log_q = -0.5 * x * x / reference - HALF_LN_2PI - 0.5 * reference.ln();
                        -relative_entropy_term(p, log_q)
                    } else {
                        entropy_term(p)
                    };
            });
        }
        sums.information +=
            if close { 0.5 * (r * self.variance()).ln_1p() } else { -HALF_LN_2PI - 0.5 };
        sums
    }
}

/// p log(p/q) − p + q, never negative, quadratic in p − q near equality; q by its logarithm, since a
/// heavy tail of p reaches where q underflows.
pub(crate) fn relative_entropy_term(p: f64, log_q: f64) -> f64 {
    let q = log_q.exp();
    let ratio = (p - q) / q;
    if ratio.abs() < 0.5 {
        q * ((1.0 + ratio) * ratio.ln_1p() - ratio)
    } else if p > 0.0 {
        p * (p.ln() - log_q) - p + q
    } else {
        q
    }
}

/// Pushes the points where components a and b are equally likely given y, and their surroundings.
fn crossings(a: &Component, b: &Component, r: f64, points: &mut Vec<f64>) {
    let root = r.sqrt();
    let (da, db) = (1.0 + r * a.variance, 1.0 + r * b.variance);
    let (ma, mb) = (root * a.mean, root * b.mean);
    // log ratio = q y² + l y + k
    let q = 0.5 / db - 0.5 / da;
    let l = ma / da - mb / db;
    let k =
        0.5 * mb * mb / db - 0.5 * ma * ma / da + (a.weight / b.weight).ln() + 0.5 * (db / da).ln();
    let mut push = |y: f64| {
        let slope = (2.0 * q * y + l).abs();
        points.push(y);
        if slope > 0.0 {
            for step in [2.0, 5.0, 10.0, 18.0, 30.0] {
                points.push(y - step / slope);
                points.push(y + step / slope);
            }
        }
    };
    if q.abs() < 1e-14 * l.abs() {
        push(-k / l);
    } else {
        let discriminant = l * l - 4.0 * q * k;
        if discriminant >= 0.0 {
            let s = -0.5 * (l + discriminant.sqrt().copysign(l));
            push(s / q);
            if s != 0.0 {
                push(k / s);
            }
        }
    }
}

impl Prior for Mixture {
    fn shifted(&self, by: f64) -> Result<Arc<dyn Prior>> {
        let moved = |c: &Component| Component { mean: c.mean + by, ..*c };
        Ok(Arc::new(Self::new(self.components.iter().map(moved).collect())?))
    }

    fn law(&self) -> String {
        let term = |c: &Component| match c.variance {
            0.0 => format!("{}·δ({})", c.weight, c.mean),
            variance => format!("{}·N({}, {variance})", c.weight, c.mean),
        };
        self.components.iter().map(term).collect::<Vec<_>>().join(" + ")
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn standardised_cumulants(&self) -> [f64; 2] {
        let centre = self.mean();
        let mut moments = [0.0; 3];
        for c in &self.components {
            let (d, s) = (c.mean - centre, c.variance);
            moments[0] += c.weight * (d * d + s);
            moments[1] += c.weight * d * (d * d + 3.0 * s);
            moments[2] += c.weight * (d.powi(4) + 6.0 * d * d * s + 3.0 * s * s);
        }
        let [second, third, fourth] = moments;
        if second == 0.0 {
            return [0.0; 2];
        }
        [third / second.powf(1.5), fourth / (second * second) - 3.0]
    }

    fn second_moment(&self) -> f64 {
        self.second_moment
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        let mut left = stream.uniform();
        let mut drawn = &self.components[0];
        for component in &self.components {
            drawn = component;
            left -= component.weight;
            if left < 0.0 {
                break;
            }
        }
        drawn.mean + drawn.variance.sqrt() * stream.normal()
    }

    fn symmetric(&self) -> bool {
        self.components.iter().all(|c| {
            let mass = |mean: f64| -> f64 {
                self.components
                    .iter()
                    .filter(|o| o.mean == mean && o.variance == c.variance)
                    .map(|o| o.weight)
                    .sum()
            };
            mass(c.mean) == mass(-c.mean)
        })
    }

    fn entropy(&self) -> Option<f64> {
        if self.components.iter().any(|c| c.variance > 0.0) {
            return None;
        }
        let mut atoms: Vec<(f64, f64)> = Vec::new();
        for c in &self.components {
            match atoms.iter_mut().find(|(mean, _)| *mean == c.mean) {
                Some((_, weight)) => *weight += c.weight,
                None => atoms.push((c.mean, c.weight)),
            }
        }
        Some(atoms.iter().map(|&(_, weight)| entropy_term(weight)).sum())
    }

    fn at(&self, r: f64) -> ScalarPoint {
        let variance = self.variance();
        if r == 0.0 {
            return ScalarPoint {
                information: Estimate::exact(0.0),
                mmse: Estimate::rounded(variance),
                slope: -variance * variance,
            };
        }
        if r == f64::INFINITY {
            let information = Prior::entropy(self).unwrap_or(f64::INFINITY);
            let mmse = Estimate::exact(0.0);
            return ScalarPoint { information: Estimate::rounded(information), mmse, slope: 0.0 };
        }
        let points = self.breakpoints(r);
        let fine = self.sums(legendre::rule(20), &points, r);
        let coarse = self.sums(legendre::rule(15), &points, r);
        let rounding = 8.0 * ROUNDING;
        let bound = |fine: f64, coarse: f64| (fine - coarse).abs() + rounding * fine.abs();
        let extra = if r * variance <= 1.0 {
            rounding * r * variance
        } else {
            rounding * (2.0 + r.ln().abs())
        };
        ScalarPoint {
            information: Estimate::new(
                fine.information,
                bound(fine.information, coarse.information) + extra,
            ),
            mmse: Estimate::new(fine.mmse, bound(fine.mmse, coarse.mmse)),
            slope: -fine.square,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Binary;
    use super::*;

    /// Two point masses are the binary prior, whose integral is a different one.
    #[test]
    fn independent_two_points_are_binary() {
        for plus in [0.5, 0.8, 0.99] {
            let atoms = Mixture::new(vec![
                Component { weight: plus, mean: 1.0, variance: 0.0 },
                Component { weight: 1.0 - plus, mean: -1.0, variance: 0.0 },
            ])
            .unwrap();
            let binary = Binary::new(plus).unwrap();
            for r in [1e-6, 1e-2, 0.5, 1.0, 3.0, 10.0, 60.0, 300.0] {
                let (a, b) = (atoms.at(r), Prior::at(&binary, r));
                let gap = (a.information.value - b.information.value).abs();
                let bound = a.information.error + b.information.error;
                assert!(gap <= bound && bound < 1e-12, "{plus}, {r}: {a:?} against {b:?}");
                let gap = (a.mmse.value / b.mmse.value - 1.0).abs();
                assert!(gap < 1e-10, "{plus}, {r}: {a:?} against {b:?}");
                assert!((a.slope / b.slope - 1.0).abs() < 1e-9);
            }
        }
    }

    /// A mixture of one Gaussian, or of two identical ones, is Gaussian.
    #[test]
    fn identity_equal_components_are_one_gaussian() {
        let c = Component { weight: 0.5, mean: 0.7, variance: 2.0 };
        let twice = Mixture::new(vec![c, c]).unwrap();
        for r in [1e-9, 1e-2, 1.0, 1e4, 1e12] {
            let got = twice.at(r);
            let want = 0.5 * f64::ln_1p(2.0 * r);
            let gap = (got.information.value - want).abs();
            assert!(gap <= got.information.error, "{r}: {got:?} against {want}");
            assert!((got.mmse.value * (0.5 + r) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn limit_bad_mixtures_are_refused() {
        let c = |weight, variance| Component { weight, mean: 0.0, variance };
        assert!(Mixture::new(vec![c(0.5, 1.0)]).is_err());
        assert!(Mixture::new(vec![c(1.0, -1.0)]).is_err());
        assert!(Mixture::new(vec![c(1.0, 0.0)]).is_err());
        assert!(Mixture::gauss_bernoulli(0.0).is_err() && Mixture::gauss_bernoulli(1.1).is_err());
    }
}
