//! The resolvent of the features' covariance U in the limit of large dimension: one complex number q(z), and
//! one Θ(z) for the samples and one for their noise draws.
//!
//! With m noise draws a sample, the nm rows split into means (n of weight 1/n) and contrasts (n(m − 1) of weight
//! 1/(nm)). ι = 1/m and η = 1 − ι; m = ∞, the exact average over the noise, is ι = 0, where Θ₂ = 1.

use super::coefficients::Coefficients;
use super::population::Population;
use crate::numerics::NumericsError;
use nalgebra::{Complex, Matrix3, Vector3};

/// A complex number.
pub(super) type C = Complex<f64>;

/// Plain iterations between attempts at Newton's method, doubled after each.
const FIRST_ITERATIONS: usize = 24;

/// Plain iterations in all: near z = 0 at p = nm 10⁴ are needed.
const ITERATIONS: usize = 200_000;

/// Newton steps of one attempt: from where it converges at all, six or seven are enough.
const NEWTON_STEPS: usize = 24;

/// Residual, relative to the unknowns, above which a solution is refused.
const ACCEPTED: f64 = 1e-9;

/// How far beyond zero rounding may carry an imaginary part that has a sign.
const SIGN_ROUNDING: f64 = 4e-15;

/// The random-feature ensemble: ratios, coefficients and spectrum.
#[derive(Clone, Debug)]
pub struct Ensemble {
    /// n/d.
    pub psi_n: f64,
    /// p/d.
    pub psi_p: f64,
    /// 1/m.
    pub iota: f64,
    /// a².
    pub a2: f64,
    /// b² = Δ a².
    pub b2: f64,
    /// v².
    pub v2: f64,
    /// s².
    pub s2: f64,
    /// Δ.
    pub delta: f64,
    /// Weight of each eigenvalue, its G₁ = α²σ + ιb², and its population value a²Γ_j².
    pub(super) modes: Vec<Mode>,
}

/// One eigenvalue of the data's covariance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    pub(super) weight: f64,
    /// What a sample's mean shows along it.
    pub(super) first: f64,
    /// What the population shows.
    pub(super) population: f64,
}

/// The solution at one z.
#[derive(Clone, Debug)]
pub struct Point {
    /// Where.
    pub z: C,
    /// (1/p) tr (U − z)^{−1}.
    pub q: C,
    /// Θ of the samples, and of the contrasts of their noise draws.
    pub theta: [C; 2],
    /// Residual of the equations, relative to the unknowns.
    pub residual: f64,
}

impl Ensemble {
    /// The ensemble of an activation at given ratios and number of noise draws, which may be infinite.
    pub fn new(
        c: &Coefficients,
        population: &Population,
        psi_n: f64,
        psi_p: f64,
        draws: f64,
    ) -> Self {
        Self::of_values([c.a.value, c.v2.value, c.s2.value], c, population, [psi_n, psi_p, draws])
    }

    /// The same with other values of a, v² and s².
    pub(super) fn of_values(
        [a, v2, s2]: [f64; 3],
        c: &Coefficients,
        population: &Population,
        [psi_n, psi_p, draws]: [f64; 3],
    ) -> Self {
        let (a2, iota) = (a * a, 1.0 / draws);
        let b2 = c.delta * a2;
        let decay = (-2.0 * c.t).exp();
        let mode = |&(weight, sigma): &(f64, f64)| Mode {
            weight,
            first: decay * a2 * sigma + iota * b2,
            population: a2 * c.gain2_of(sigma),
        };
        let modes = population.atoms().iter().map(mode).collect();
        Self { psi_n, psi_p, iota, a2, b2, v2, s2, delta: c.delta, modes }
    }

    /// 1 − ι.
    pub(super) fn eta(&self) -> f64 {
        1.0 - self.iota
    }

    /// What the isotropic part of a sample's mean has: v² + ιs².
    pub(super) fn first_noise(&self) -> f64 {
        self.v2 + self.iota * self.s2
    }

    /// Where the spectrum has its atom, and below which nothing lies.
    pub fn origin(&self) -> f64 {
        if self.iota == 0.0 { self.s2 } else { 0.0 }
    }

    /// The share of eigenvalues at the origin.
    pub fn atom(&self) -> f64 {
        let rows = if self.iota == 0.0 { 1.0 + self.psi_n } else { self.psi_n / self.iota };
        (1.0 - rows / self.psi_p).max(0.0)
    }

    /// κ = 2Δ/ψ_p: an amplitude along the eigenvalue λ relaxes as e^{−κτλ}.
    pub fn rate(&self) -> f64 {
        2.0 * self.delta / self.psi_p
    }

    /// F_j at Θ.
    pub(super) fn stiffness(&self, mode: &Mode, theta: &[C; 2]) -> C {
        theta[0] * mode.first + theta[1] * (self.eta() * self.b2)
    }

    /// One step of the plain iteration: the right-hand sides of the equations.
    fn mapped(&self, z: C, q: C, theta: &[C; 2]) -> (C, [C; 2]) {
        let (big, one) = (q * self.psi_p, C::new(1.0, 0.0));
        let mut sums = [C::new(0.0, 0.0); 3];
        for mode in &self.modes {
            let f = self.stiffness(mode, theta);
            let h = mode.weight / (one + big * f);
            sums[0] += f * h;
            sums[1] += big * h * mode.first;
            sums[2] += big * h * self.b2;
        }
        let noise = theta[0] * self.first_noise() + theta[1] * (self.eta() * self.s2);
        let next = (noise - z + sums[0]).inv();
        let first = ((sums[1] + big * self.first_noise()) / self.psi_n + 1.0).inv();
        let second = ((sums[2] + big * self.s2) * (self.iota / self.psi_n) + 1.0).inv();
        (next, [first, second])
    }

    /// Residuals of the equations in inverse unknowns, and their derivatives by q, Θ₁ and Θ₂.
    pub(super) fn residual(&self, z: C, u: &Vector3<C>) -> (Vector3<C>, Matrix3<C>) {
        let theta = [u[1], u[2]];
        let (big, eta) = (u[0] * self.psi_p, self.eta());
        let (e1, e2) = (self.first_noise(), self.s2);
        let zero = C::new(0.0, 0.0);
        let (mut fh, mut g1, mut g2) = (zero, zero, zero);
        let (mut ffhh, mut s1, mut s2, mut s11, mut s12, mut s22) =
            (zero, zero, zero, zero, zero, zero);
        for mode in &self.modes {
            let f = self.stiffness(mode, &theta);
            let h = (big * f + 1.0).inv();
            let (w, a, b) = (mode.weight, mode.first, self.b2);
            let hh = h * h * w;
            fh += f * h * w;
            g1 += big * h * (w * a);
            g2 += big * h * (w * b);
            ffhh += f * f * hh;
            s1 += hh * a;
            s2 += hh * b;
            let qq = big * big * hh;
            s11 += qq * (a * a);
            s12 += qq * (a * b);
            s22 += qq * (b * b);
        }
        let noise = theta[0] * e1 + theta[1] * (eta * e2);
        let inverse = u.map(|x| x.inv());
        let iota = self.iota / self.psi_n;
        let value = Vector3::new(
            inverse[0] - (noise - z + fh),
            inverse[1] - 1.0 - (g1 + big * e1) / self.psi_n,
            inverse[2] - 1.0 - (g2 + big * e2) * iota,
        );
        let slope = |k: usize| -inverse[k] * inverse[k];
        let psi = self.psi_p / self.psi_n;
        let jacobian = Matrix3::new(
            slope(0) + ffhh * self.psi_p,
            -(s1 + e1),
            -(s2 + e2) * eta,
            -(s1 + e1) * psi,
            slope(1) + s11 / self.psi_n,
            s12 * (eta / self.psi_n),
            -(s2 + e2) * (self.psi_p * iota),
            s12 * iota,
            slope(2) + s22 * (iota * eta),
        );
        (value, jacobian)
    }

    /// Newton's method until it settles; none where it does not.
    pub(super) fn newton(&self, z: C, start: &Vector3<C>) -> Option<Point> {
        let mut u = *start;
        let mut last = f64::INFINITY;
        for _ in 0..NEWTON_STEPS {
            let (value, jacobian) = self.residual(z, &u);
            let step = solved(&jacobian, &value)?;
            let moved = (0..3).map(|k| size(step[k] / u[k])).fold(0.0, f64::max);
            if !moved.is_finite() {
                return None;
            }
            // Rounding: steps no longer shrink.
            if moved == 0.0 || moved < 1e-13 && moved >= 0.5 * last {
                last = moved;
                break;
            }
            // Far out, a step is cut to what keeps the unknowns away from zero.
            u -= step * C::new((0.7 / moved).min(1.0), 0.0);
            last = moved;
        }
        let (value, _) = self.residual(z, &u);
        let residual = (0..3).map(|k| size(value[k] * u[k])).fold(0.0, f64::max);
        (residual < ACCEPTED && last < 1e-6).then_some(Point {
            z,
            q: u[0],
            theta: [u[1], u[2]],
            residual,
        })
    }

    /// Whether a solution is the one that the resolvent is: of those at Im z > 0 it alone has these signs, and so
    /// has at real z below the spectrum the one with positive unknowns.
    pub(super) fn is_right(&self, point: &Point) -> bool {
        let low = |x: C| x.im <= SIGN_ROUNDING * size(x);
        let positive = |x: C| x.re > 0.0 && x.im.abs() <= SIGN_ROUNDING * size(x);
        if point.z.im > 0.0 {
            point.q.im > 0.0 && low(point.theta[0]) && low(point.theta[1])
        } else {
            positive(point.q) && positive(point.theta[0]) && positive(point.theta[1])
        }
    }

    /// The solution at z, for Im z > 0 or real z below the spectrum.
    ///
    /// # Errors
    /// [`NumericsError::ToleranceMissed`] where neither iteration nor Newton's method finds it.
    pub fn solve(&self, z: C) -> Result<Point, NumericsError> {
        let below = self.s2 + self.v2 + self.b2 + self.a2;
        let mut q = if z.im == 0.0 { C::new(below, 0.0) - z } else { -z }.inv();
        let mut theta = [C::new(1.0, 0.0); 2];
        let (mut done, mut batch) = (0, FIRST_ITERATIONS);
        while done < ITERATIONS {
            for _ in 0..batch {
                (q, theta) = self.mapped(z, q, &theta);
            }
            done += batch;
            batch *= 2;
            if let Some(point) = self.newton(z, &Vector3::new(q, theta[0], theta[1]))
                && self.is_right(&point)
            {
                return Ok(point);
            }
        }
        let (value, _) = self.residual(z, &Vector3::new(q, theta[0], theta[1]));
        let error = value.iter().map(|r| r.norm()).fold(0.0, f64::max);
        Err(NumericsError::ToleranceMissed {
            what: "resolvent of the features",
            value: q.re,
            error,
            tolerance: ACCEPTED,
        })
    }

    /// The solution at z, tried first by Newton's method from a neighbour.
    ///
    /// # Errors
    /// As for [`solve`](Self::solve).
    pub fn solve_near(&self, z: C, near: &Point) -> Result<Point, NumericsError> {
        let start = Vector3::new(near.q, near.theta[0], near.theta[1]);
        match self.newton(z, &start) {
            Some(point) if self.is_right(&point) => Ok(point),
            _ => self.solve(z),
        }
    }

    /// ⟨Qh⟩ at a solution.
    fn filtered(&self, point: &Point) -> C {
        let big = point.q * self.psi_p;
        self.modes
            .iter()
            .map(|mode| big * mode.weight / (big * self.stiffness(mode, &point.theta) + 1.0))
            .sum()
    }

    /// χ = ιΘ₁ + ηΘ₂.
    pub(super) fn chi(&self, point: &Point) -> C {
        point.theta[0] * self.iota + point.theta[1] * self.eta()
    }

    /// A(z), the overlap (1/d) tr VᵀR Ṽ of what is learned with what there is to learn.
    pub fn overlap(&self, point: &Point) -> C {
        self.chi(point) * self.filtered(point) * self.b2
    }

    /// S(z) = (1/d) tr VᵀRV = ∫dμ/(λ − z).
    pub fn response(&self, point: &Point) -> C {
        let chi = self.chi(point);
        if self.iota == 0.0 {
            return self.overlap(point);
        }
        chi * self.overlap(point) - chi + 1.0
    }
}

/// |x|, without the care for numbers near the ends of the range that takes most of the time.
fn size(x: C) -> f64 {
    x.norm_sqr().sqrt()
}

/// The solution of a 3×3 system by Cramer's rule, none where it is singular.
pub(super) fn solved(m: &Matrix3<C>, r: &Vector3<C>) -> Option<Vector3<C>> {
    let cross = |a: &Vector3<C>, b: &Vector3<C>| {
        Vector3::new(
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        )
    };
    let (a, b, c) = (m.column(0).into_owned(), m.column(1).into_owned(), m.column(2).into_owned());
    let bc = cross(&b, &c);
    let dot = |x: &Vector3<C>, y: &Vector3<C>| x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
    let determinant = dot(&a, &bc);
    if determinant.norm() == 0.0 || !determinant.re.is_finite() {
        return None;
    }
    let inverse = determinant.inv();
    Some(Vector3::new(
        dot(r, &bc) * inverse,
        dot(&a, &cross(r, &c)) * inverse,
        dot(&a, &cross(&b, r)) * inverse,
    ))
}
