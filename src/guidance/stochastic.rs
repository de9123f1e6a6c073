//! The law of the guided stochastic sampler: moments of y at clock γ, by inverse Laplace transforms of the
//! backward equations.
//!
//! With A(y) = ω(1 − tanh y) and y − γ a Brownian motion where guidance is off, write for a run from y of
//! duration τ
//!
//! E y_τ = y + τ + m(y, τ),  E y_τ² = (y + τ)² + τ + q(y, τ),
//!
//! so that ∂m = Lm + A and ∂q = Lq + 2A(y + τ), L = ½∂² + (1 + A)∂: both transforms have sources in closed form,
//! (s − L) m̂ = A/s and (s − L) q̂ = 2A(y/s + 1/s²). Far to the left A is constant and the bounded solution is
//! known, far to the right it vanishes: no boundary layer, no instability, any duration at the same cost.

use super::contour::Contour;
use super::elements::{Elements, End};
use crate::numerics::Estimate;
use crate::numerics::special::normal_density;
use nalgebra::Complex;

/// Mean of y − γ and variance of y beyond γ, when guidance ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// E[y − γ].
    pub mean: Estimate,
    /// Var y − γ.
    pub variance: Estimate,
}

impl Law {
    /// No guidance.
    pub const NONE: Self = Self { mean: Estimate::exact(0.0), variance: Estimate::exact(0.0) };
}

/// How finely: order of the elements, points of the contour, spacing of the starts in standard deviations
/// and absolutely.
#[derive(Clone, Copy)]
struct Resolution {
    order: usize,
    contour: usize,
    spacing: (f64, f64),
}

const COARSE: Resolution = Resolution { order: 11, contour: 20, spacing: (0.3, 0.35) };
const FINE: Resolution = Resolution { order: 15, contour: 28, spacing: (0.23, 0.26) };

/// Reach of the elements to the left, where A differs from 2ω by e^{−34}, and beyond the place to the right
/// where A is of order one.
const REACH: f64 = 17.0;

/// Lengths of the elements near the origin and away from it, and where that begins.
const LENGTHS: (f64, f64, f64) = (0.85, 1.1, 5.9);

/// Standard deviations of the starts that are followed.
const STARTS: f64 = 9.5;

/// Units of rounding that the contour and the elements lose, measured at most a half of it.
const LOST: f64 = 4000.0 * f64::EPSILON;

/// What the finer rules leave of the coarser ones' error, at most: four orders of the elements are worth 8⁴, eight
/// points of the contour 3.9⁸, the spacing of the starts e^{−9.9/0.26 + 9.9/0.35}.
const GAIN: f64 = 0.02;

/// γ beyond which guidance by ω ≥ 0 adds nothing: what is left falls like e^{−γ/2}.
const OVER: f64 = 80.0;

/// The clock after which guidance by ω adds nothing any more: the slowest rate is ½ min(1, 1 + 2ω)². Below −½ there
/// is none.
pub(super) fn last(omega: f64) -> f64 {
    let rate = (1.0 + 2.0 * omega).min(1.0);
    if rate > 0.0 { OVER / (rate * rate) } else { f64::INFINITY }
}

/// Guidance within clocks [γ₁, γ₂], as a problem to be solved.
pub struct Problem {
    omega: f64,
    clocks: [f64; 2],
}

impl Problem {
    /// Guidance of strength `omega` ≥ −1 between clocks γ₁ < γ₂.
    pub fn new(omega: f64, clocks: [f64; 2]) -> Self {
        Self { omega, clocks }
    }

    /// The clock after which nothing is added any more: the slowest rate is ½ min(1, 1 + 2ω)².
    fn last(&self) -> f64 {
        last(self.omega)
    }

    /// The clock at which guidance ends, or nothing is added any more.
    fn end(&self) -> f64 {
        self.clocks[1].min(self.last())
    }

    /// Bound on what comes after [`Self::last`], in mean and variance.
    fn left_out(&self) -> f64 {
        if self.clocks[1] <= self.last() {
            return 0.0;
        }
        20.0 * (1.0 + self.omega.abs()) * (1.0 + self.last()) * (-0.5 * OVER).exp()
    }

    /// The law when guidance ends.
    pub fn law(&self) -> Law {
        let [start, end] = [self.clocks[0], self.end()];
        if self.omega == 0.0 || start >= end {
            let nothing = Estimate::new(0.0, self.left_out());
            return Law { mean: nothing, variance: nothing };
        }
        let duration = end - start;
        let [coarse, fine] = [COARSE, FINE].map(|resolution| {
            let solver = Solver::new(self.omega, start, resolution);
            let contour = Contour::new(duration, resolution.contour);
            let [m, q] = solver.transforms(&contour);
            [contour.invert(duration, &m), contour.invert(duration, &q)]
        });
        let [m, q] = [0, 1].map(|k| {
            let change = (fine[k] - coarse[k]).abs();
            Estimate::new(fine[k], GAIN * change + LOST * fine[k].abs())
        });
        let mean = m.widened(self.left_out());
        let variance = q - 2.0 * end * m - m.squared();
        Law { mean, variance: variance.widened(self.left_out()) }
    }

    /// The clock γ up to which guidance has added the `share` of the mean that it adds in all.
    pub fn clock_of_share(&self, share: f64, total: Estimate) -> Option<Estimate> {
        let [start, end] = [self.clocks[0], self.end()];
        let goal = share * total.value;
        if goal == 0.0 || goal.is_nan() || start >= end {
            return None;
        }
        let solver = Solver::new(self.omega, start, COARSE);
        let longest = end - start;
        let rate = self.omega * (1.0 - start.tanh());
        let mut guess = (goal / rate).abs().clamp(1e-3 * longest.min(1.0), 0.9 * longest);
        for _ in 0..SEARCHES {
            let contour = Contour::new(guess, COARSE.contour);
            let transform = solver.transforms(&contour)[0].clone();
            let excess = |time: f64| (contour.invert(time, &transform) - goal) / goal;
            let (low, high) = (guess / TRUST, (guess * TRUST).min(longest));
            if excess(low) > 0.0 {
                guess = low;
            } else if excess(high) < 0.0 {
                if high >= longest {
                    return Some(Estimate::new(end, 1e-9 * longest));
                }
                guess = high;
            } else {
                let (mut a, mut b) = (low, high);
                for _ in 0..60 {
                    let middle = 0.5 * (a + b);
                    if excess(middle) < 0.0 { a = middle } else { b = middle }
                }
                if (a / contour.time() - 1.0).abs() < CLOSE {
                    return Some(self.refined(start, a, goal, total));
                }
                guess = a;
            }
        }
        None
    }

    /// One Newton step on the fine elements from a `time` that the coarse ones gave.
    fn refined(&self, start: f64, time: f64, goal: f64, total: Estimate) -> Estimate {
        let solver = Solver::new(self.omega, start, FINE);
        let contour = Contour::new(time, FINE.contour);
        let transform = &solver.transforms(&contour)[0];
        let excess = |time: f64| (contour.invert(time, transform) - goal) / goal;
        let step = 1e-3 * time;
        let slope = (excess(time + step) - excess(time - step)) / (2.0 * step);
        let missed = excess(time) / slope;
        let known = total.error / total.value.abs() + LOST;
        // What the coarse elements missed by bounds what the fine ones do.
        Estimate::new(start + time - missed, 0.1 * missed.abs() + known / slope.abs())
    }
}

/// How far from its own time a contour is trusted to steer a search, and to give the answer.
const TRUST: f64 = 1.6;
const CLOSE: f64 = 0.05;

/// Contours of a search at most.
const SEARCHES: usize = 60;

/// The elements with the drift on them, and the mean over the starts.
struct Solver {
    omega: f64,
    elements: Elements,
    guidance: Vec<f64>,
    drift: Vec<f64>,
    /// Weights of all points in the mean over y ~ N(γ₁, γ₁).
    starts: Vec<f64>,
}

impl Solver {
    fn new(omega: f64, start: f64, resolution: Resolution) -> Self {
        let right = REACH + 0.5 * (1.0 + 2.0 * omega.abs()).ln();
        let elements = Elements::new(edges(-REACH, right), resolution.order);
        let guidance: Vec<f64> =
            elements.points().iter().map(|y| 2.0 * omega / (1.0 + (2.0 * y).exp())).collect();
        let drift = guidance.iter().map(|a| 1.0 + a).collect();
        let starts = starts(&elements, start, resolution.spacing, [-REACH, right]);
        Self { omega, elements, guidance, drift, starts }
    }

    /// The transforms of m and q, averaged over the starts, at the points of a contour.
    fn transforms(&self, contour: &Contour) -> [Vec<Complex<f64>>; 2] {
        let mut all = [Vec::new(), Vec::new()];
        let (omega, one) = (self.omega, Complex::new(1.0, 0.0));
        let flat = 1.0 + 2.0 * omega;
        for s in contour.points() {
            let inverse = one / s;
            let points = self.guidance.iter().zip(self.elements.points());
            let (m, q) = points
                .map(|(&a, &y)| (inverse * a, (inverse * y + inverse * inverse) * (2.0 * a)))
                .unzip();
            let root = (s * 2.0 + flat * flat).sqrt();
            // −(1 + 2ω) + √… without cancellation where 1 + 2ω > 0.
            let grows = if flat > 0.0 { s * 2.0 / (root + flat) } else { root - flat };
            let decays = -((s * 2.0 + 1.0).sqrt() + 1.0);
            let square = inverse * inverse;
            let constant = square * (2.0 * omega);
            let slope = square * (4.0 * omega);
            let level = square * inverse * (4.0 * omega * (1.0 + flat)) - slope * REACH;
            let right = End { slope: decays, offset: Complex::new(0.0, 0.0) };
            let ends = [
                [End { slope: grows, offset: -(grows * constant) }, right],
                [End { slope: grows, offset: slope - grows * level }, right],
            ];
            let solved = self.elements.solve(s, &self.drift, &[m, q], &ends);
            for (all, f) in all.iter_mut().zip(&solved) {
                all.push(f.iter().zip(&self.starts).map(|(f, w)| f * *w).sum());
            }
        }
        all
    }
}

/// Edges of elements over an interval that holds the origin, which is one of them.
pub(super) fn edges(left: f64, right: f64) -> Vec<f64> {
    let (near, far, turn) = LENGTHS;
    let side = |reach: f64| {
        let mut at = 0.0;
        let mut edges = Vec::new();
        while at < reach {
            at += if at < turn { near } else { far };
            edges.push(at.min(reach));
        }
        edges
    };
    let mut all: Vec<f64> = side(-left).into_iter().rev().map(|y| -y).collect();
    all.push(0.0);
    all.extend(side(right));
    all
}

/// Weights of all points in the mean over y ~ N(γ, γ): a trapezoidal sum.
pub(super) fn starts(
    elements: &Elements,
    clock: f64,
    spacing: (f64, f64),
    ends: [f64; 2],
) -> Vec<f64> {
    let mut weights = vec![0.0; elements.points().len()];
    if clock == 0.0 {
        elements.add_value(0.0, 1.0, &mut weights);
        return weights;
    }
    let deviation = clock.sqrt();
    let step = (spacing.0 * deviation).min(spacing.1);
    let count = (STARTS * deviation / step).ceil() as i64;
    // Where guidance acts at all: of the starts beyond, nothing of it comes back.
    let lowest = (((ends[0] - clock) / step).ceil() as i64).max(-count);
    let highest = (((ends[1] - clock) / step).floor() as i64).min(count);
    for k in lowest..=highest {
        let away = k as f64 * step;
        let weight = normal_density(away / deviation) * step / deviation;
        elements.add_value(clock + away, weight, &mut weights);
    }
    weights
}
