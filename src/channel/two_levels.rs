//! Activations of two values (sign, heaviside, windows): y given V is a binary signal in noise.
//!
//! With cell probabilities P₁, P₂ given V and u taking two values Δ apart, the information and the
//! posterior variance are those of a binary input at strength γ = Δ²/4, the Mellin-Barnes integrals
//! of [`crate::prior::Binary`]. Their y-dependence does not contain V, so it is tabulated once, and
//! one value of V costs a cosine series in log(P₁/P₂).

use super::pieces::{Piece, normal_mass};
use super::scalars::Scalars;
use crate::numerics::precision::{MELLIN_REACH, MELLIN_SPACING};
use crate::numerics::special::normal_density;
use std::f64::consts::PI;

/// Beyond this strength the two values are told apart with probability 1 − 1e-17.
const RESOLVED: f64 = 80.0;

/// Product of the probabilities below which nothing is said.
const SMALLEST: f64 = 1e-250;

/// Half the distance of the two signals beyond which their noises do not overlap.
const SEPARATE: f64 = 9.0;

/// Tables over the Mellin-Barnes line for one noise level.
#[derive(Clone, Debug)]
pub(crate) struct TwoLevels<'a> {
    pieces: &'a [Piece],
    /// The upper of the two values of φ.
    upper: f64,
    /// Half the distance between the signals, √γ.
    half: f64,
    spacing: f64,
    /// (1 − e^{−2γq})/(q cosh πy) at y = k spacing, q = ¼ + y².
    information: Vec<f64>,
    /// (1 − e^{−2γq})/cosh πy.
    learnt: Vec<f64>,
    /// e^{−2γq}/cosh πy.
    unknown: Vec<f64>,
}

/// Mass and first two moments of w in one cell.
#[derive(Clone, Copy, Default)]
struct Mass {
    mass: f64,
    first: f64,
    second: f64,
}

impl<'a> TwoLevels<'a> {
    /// The tables, or None if φ does not take exactly two values.
    pub(crate) fn new(pieces: &'a [Piece], amplitude: f64) -> Option<Self> {
        let upper = pieces.iter().map(|p| p.offset).fold(f64::NEG_INFINITY, f64::max);
        let lower = pieces.iter().map(|p| p.offset).fold(f64::INFINITY, f64::min);
        let two = pieces.iter().all(|p| p.slope == 0.0 && (p.offset == upper || p.offset == lower));
        if !two || upper == lower {
            return None;
        }
        let half = 0.5 * amplitude * (upper - lower);
        let gamma = half * half;
        let spacing = MELLIN_SPACING.min(0.353 / gamma.min(RESOLVED).sqrt());
        let steps = (MELLIN_REACH / spacing).ceil() as usize;
        let mut this = Self {
            pieces,
            upper,
            half,
            spacing,
            information: Vec::with_capacity(steps),
            learnt: Vec::with_capacity(steps),
            unknown: Vec::with_capacity(steps),
        };
        for k in 0..=steps {
            let y = k as f64 * spacing;
            let q = 0.25 + y * y;
            // The trapezoidal rule on an even integrand.
            let weight = if k == 0 { spacing } else { 2.0 * spacing } / (PI * y).cosh();
            let lost = -(-2.0 * gamma * q).exp_m1();
            this.information.push(weight * lost / q);
            this.learnt.push(weight * lost);
            this.unknown.push(weight * (-2.0 * gamma * q).exp());
        }
        Some(this)
    }

    /// Information and its derivatives given z = mean + spread w.
    pub(crate) fn measure(&self, mean: f64, spread: f64) -> Scalars {
        let (up, down) = self.cells(mean, spread);
        let product = up.mass * down.mass;
        if product < SMALLEST {
            return Scalars { open: 4.0 * SMALLEST * SMALLEST.ln().abs(), ..Scalars::default() };
        }
        // Σ_k table_k cos(k θ), by the recurrence of the cosines.
        let step = self.spacing * (up.mass / down.mass).ln();
        let twice = 2.0 * step.cos();
        let (mut before, mut cosine) = (step.cos(), 1.0);
        let (mut information, mut learnt, mut unknown) = (0.0, 0.0, 0.0);
        for k in 0..self.information.len() {
            information += self.information[k] * cosine;
            learnt += self.learnt[k] * cosine;
            unknown += self.unknown[k] * cosine;
            (before, cosine) = (cosine, twice * cosine - before);
        }
        let root = product.sqrt();
        // E[w | cell] are ± apart; half their distance.
        let lever = 0.5 * (up.first / up.mass - down.first / down.mass);
        let (curvature, cross) = self.second_order(&up, &down);
        Scalars {
            information: 0.5 * root * information,
            signal: self.half * self.half * 2.0 * root * unknown,
            drift: lever * lever * 2.0 * root * learnt,
            curvature,
            cross,
            open: 0.0,
        }
    }

    fn cells(&self, mean: f64, spread: f64) -> (Mass, Mass) {
        let edge = |x: f64| if x.is_infinite() { 0.0 } else { x * normal_density(x) };
        let (mut up, mut down) = (Mass::default(), Mass::default());
        for (k, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(k + 1).map_or(f64::INFINITY, |next| next.from);
            let (low, high) = ((piece.from - mean) / spread, (end - mean) / spread);
            let mass = normal_mass(low, high);
            let cell = if piece.offset == self.upper { &mut up } else { &mut down };
            cell.mass += mass;
            cell.first += normal_density(low) - normal_density(high);
            cell.second += mass + edge(low) - edge(high);
        }
        (up, down)
    }

    /// E[(Var(w|y) − 1)²] and E[Cov(u, w|y)²], which only steer searches: a coarse rule in y.
    fn second_order(&self, up: &Mass, down: &Mass) -> (f64, f64) {
        let (wu, wd) = (up.first / up.mass, down.first / down.mass);
        let (su, sd) = (up.second / up.mass, down.second / down.mass);
        if self.half > SEPARATE {
            let part = |m: f64, w: f64, s: f64| m * (s - w * w - 1.0).powi(2);
            return (part(up.mass, wu, su) + part(down.mass, wd, sd), 0.0);
        }
        // The posterior switches over a distance of 1/half.
        let spacing = 0.4f64.min(0.25 / self.half);
        let steps = ((self.half + 6.5) / spacing).ceil() as i64;
        let (mut curvature, mut cross) = (0.0, 0.0);
        for k in -steps..=steps {
            let y = k as f64 * spacing;
            let pu = up.mass * normal_density(y - self.half);
            let pd = down.mass * normal_density(y + self.half);
            let p = pu + pd;
            if p < 1e-280 {
                continue;
            }
            let (a, b) = (pu / p, pd / p);
            let w = a * wu + b * wd;
            curvature += p * (a * su + b * sd - w * w - 1.0).powi(2);
            cross += p * (a * b * (wu - wd) * 2.0 * self.half).powi(2);
        }
        (curvature * spacing, cross * spacing)
    }
}
