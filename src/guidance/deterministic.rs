//! The law of the guided deterministic sampler, the probability-flow ODE.
//!
//! In k = √γ and ζ = (y − γ)/√γ it is dζ/dk = ω κ^a [1 − tanh(k² + kζ)]^{1+a} with ζ(0) ~ N(0, 1), κ = k/√Γ, and
//! what comes out lies at m + σζ: shift and variance are of order one in units of σ at every d. Each start is
//! followed by Taylor series, whose coefficients are sums; starts are averaged by a trapezoidal sum.

use crate::numerics::Estimate;
use crate::numerics::special::normal_density;

/// Order of the series, and the size of their last terms.
const ORDER: usize = 24;
const SIZE: f64 = 1e-14;

/// Spacing of the starts at first, below which it is not halved again, and the error that is small enough.
const SPACING: f64 = 0.11;
const CLOSEST: f64 = 0.01;
pub(super) const SETTLED: f64 = 3e-10;

/// How far from the middle starts are followed.
pub(super) const REACH: f64 = 8.6;

/// |y| beyond which tanh is ±1.
const SATURATED: f64 = 19.5;

/// Where the series begin if κ^a is singular at k = 0: two terms do before.
const FIRST: f64 = 1e-4;

/// Steps of one start at most: each is a fixed share of the distance to a singularity.
const STEPS: usize = 20_000;

/// Guidance between k₁ and k₂.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// ω.
    pub omega: f64,
    /// a.
    pub power: f64,
    /// (σ² − 1)/|m|², in which Γ enters κ.
    pub widening: f64,
    /// k₁ ≤ k₂.
    pub between: [f64; 2],
}

/// One start followed.
pub(super) struct Path {
    pub(super) weight: f64,
    pub(super) start: f64,
    /// Where each series begins, and its coefficients.
    pieces: Vec<(f64, [f64; ORDER + 1])>,
    /// Where the last one ends: beyond, nothing moves any more.
    reach: f64,
    pub(super) last: f64,
}

/// All starts followed.
pub struct Paths {
    pub(super) paths: Vec<Path>,
    pub(super) end: f64,
    /// What panels miss of E ζ and E ζ²; none of starts of equal spacing, of which every other one tells.
    pub(super) missed: Option<[f64; 2]>,
}

impl Flow {
    /// Follows all starts, more of them where what comes out depends steeply on the start. Towards ω = −½ and below
    /// it jumps, between those that end in either class: there panels close in on the start that parts them.
    pub fn followed(&self) -> Paths {
        if self.omega < 0.0 {
            return self.parted();
        }
        let mut spacing = SPACING;
        loop {
            let paths = self.spaced(spacing);
            let settled = paths.law().iter().all(|moment| moment.error < SETTLED);
            if settled || spacing < CLOSEST {
                return paths;
            }
            spacing *= 0.5;
        }
    }

    fn spaced(&self, spacing: f64) -> Paths {
        let count = (REACH / spacing).round() as i32;
        let paths = (-count..=count)
            .map(|j| {
                let start = f64::from(j) * spacing;
                self.path(start, normal_density(start) * spacing)
            })
            .collect();
        Paths { paths, end: self.between[1], missed: None }
    }

    pub(super) fn path(&self, start: f64, weight: f64) -> Path {
        let [mut k, end] = self.between;
        let mut zeta = start;
        let mut path = Path { weight, start, pieces: Vec::new(), reach: k, last: start };
        if self.power > 0.0 && k < FIRST {
            let first = FIRST.min(end);
            // 1 − tanh y = 1 − kζ + O(k²)
            let p = 1.0 + self.power;
            let of = |k: f64| k.powf(p) / p - p * start * k.powf(p + 1.0) / (p + 1.0);
            zeta += self.omega * (of(first) - if k > 0.0 { of(k) } else { 0.0 });
            k = first;
        }
        for _ in 0..STEPS {
            if k >= end {
                break;
            }
            let y = k * (k + zeta);
            let rises = 2.0 * k + zeta > 0.0;
            if y > SATURATED && rises {
                break;
            }
            let mut series = [0.0; ORDER + 1];
            let step = if y < -SATURATED && self.power == 0.0 {
                series[0] = zeta;
                series[1] = 2.0 * self.omega;
                self.saturated(k, zeta).min(end) - k
            } else {
                self.series(k, zeta, &mut series).min(end - k)
            };
            path.pieces.push((k, series));
            zeta = value(&series, step);
            k = if step >= end - k { end } else { k + step };
        }
        (path.last, path.reach) = (zeta, k);
        path
    }

    /// Where y = −[`SATURATED`] is met again if ζ grows by 2ω until then: (1 + 2ω)k² + βk + 19.5 = 0.
    fn saturated(&self, k: f64, zeta: f64) -> f64 {
        let (a, b) = (1.0 + 2.0 * self.omega, zeta - 2.0 * self.omega * k);
        let square = b * b - 4.0 * a * SATURATED;
        if a == 0.0 {
            return f64::INFINITY;
        }
        if square < 0.0 {
            return k + 0.01 * (1.0 + k);
        }
        let root = (-b + square.sqrt()) / (2.0 * a);
        // A little beyond, where the series take over.
        if root > k {
            root * (1.0 + 1e-12) + 1e-12
        } else if a < 0.0 {
            f64::INFINITY
        } else {
            k + 1e-3
        }
    }

    /// Coefficients of ζ about k; how far they are good.
    fn series(&self, k: f64, zeta: f64, z: &mut [f64; ORDER + 1]) -> f64 {
        // y, P = 1 − tanh y and P(2 − P), whose product with −y′ is P′; W = κ^a P^{1+a}.
        let mut y = [0.0; ORDER + 1];
        let (mut p, mut r) = ([0.0; ORDER + 1], [0.0; ORDER + 1]);
        let (mut w, mut rate) = ([0.0; ORDER + 1], [0.0; ORDER + 1]);
        z[0] = zeta;
        let scale = self.scale(k);
        for n in 0..ORDER {
            y[n] = k * z[n] + if n > 0 { z[n - 1] } else { 0.0 };
            match n {
                0 => y[0] += k * k,
                1 => y[1] += 2.0 * k,
                2 => y[2] += 1.0,
                _ => {}
            }
            p[n] = if n == 0 {
                2.0 / (1.0 + (2.0 * y[0]).exp())
            } else {
                let sum: f64 = (1..=n).map(|m| m as f64 * y[m] * r[n - m]).sum();
                -sum / n as f64
            };
            r[n] = 2.0 * p[n] - (0..=n).map(|m| p[m] * p[n - m]).sum::<f64>();
            rate[n] = match &scale {
                None => p[n],
                Some(scale) => {
                    w[n] = power_term(&p, &w, n, 1.0 + self.power);
                    (0..=n).map(|m| scale[m] * w[n - m]).sum()
                }
            };
            z[n + 1] = self.omega * rate[n] / (n + 1) as f64;
        }
        let reach = |n: usize| (SIZE / z[n].abs().max(1e-300)).powf(1.0 / n as f64);
        let step = reach(ORDER).min(reach(ORDER - 1)).min(0.5 * (1.0 + k));
        if scale.is_some() { step.min(0.3 * k) } else { step }
    }

    /// Coefficients of κ^a about k, where a > 0: κ² = k² − ρk⁴.
    fn scale(&self, k: f64) -> Option<[f64; ORDER + 1]> {
        if self.power == 0.0 {
            return None;
        }
        let rho = self.widening;
        let mut square = [0.0; ORDER + 1];
        square[0] = k * k * (1.0 - rho * k * k);
        square[1] = 2.0 * k - 4.0 * rho * k * k * k;
        square[2] = 1.0 - 6.0 * rho * k * k;
        square[3] = -4.0 * rho * k;
        square[4] = -rho;
        let mut scale = [0.0; ORDER + 1];
        for n in 0..=ORDER {
            scale[n] = power_term(&square, &scale, n, 0.5 * self.power);
        }
        Some(scale)
    }
}

/// The n-th coefficient of f^q from those of f and the lower ones of f^q.
fn power_term(f: &[f64], powers: &[f64], n: usize, q: f64) -> f64 {
    if n == 0 {
        return f[0].powf(q);
    }
    let sum: f64 = (1..=n).map(|m| (q * m as f64 - (n - m) as f64) * f[m] * powers[n - m]).sum();
    sum / (n as f64 * f[0])
}

fn value(series: &[f64; ORDER + 1], x: f64) -> f64 {
    series.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

impl Path {
    fn at(&self, k: f64) -> f64 {
        if k >= self.reach {
            return self.last;
        }
        match self.pieces.partition_point(|piece| piece.0 <= k) {
            0 => self.start,
            after => {
                let (from, series) = &self.pieces[after - 1];
                value(series, k - from)
            }
        }
    }
}

impl Paths {
    /// Mean and variance of ζ when guidance ends: the shift in units of σ, and the variance in units of σ².
    pub fn law(&self) -> [Estimate; 2] {
        let fine = self.moments(1);
        if let Some([mean, square]) = self.missed {
            let missed = [mean, square + 2.0 * mean * fine[0].abs()];
            return [0, 1]
                .map(|k| Estimate::new(fine[k], missed[k] + 100.0 * SIZE * (1.0 + fine[k].abs())));
        }
        let (coarse, coarser) = (self.moments(2), self.moments(4));
        [0, 1].map(|k| {
            let change = (fine[k] - coarse[k]).abs();
            // The error of a trapezoidal sum is A e^{−c/h}: on halving h it is squared where A is one, and falls
            // by the square of its last fall whatever A is. A little less is taken of both.
            // Where neighbouring starts part, it need not even shrink.
            let fall = (change / (coarse[k] - coarser[k]).abs()).min(1.0);
            let spacing = if change < 1e-4 {
                change * change.max(fall * fall * fall).sqrt()
            } else {
                2.0 * change
            };
            let size = 1.0 + fine[k].abs();
            Estimate::new(fine[k], spacing + 100.0 * SIZE * size)
        })
    }

    fn moments(&self, every: usize) -> [f64; 2] {
        // The middle one is the start at 0, in every sublattice.
        let middle = self.paths.len() / 2;
        let (mut mean, mut square) = (0.0, 0.0);
        for (j, path) in self.paths.iter().enumerate() {
            if j.abs_diff(middle) % every == 0 {
                let weight = path.weight * every as f64;
                mean += weight * (path.last - path.start);
                square += weight * (path.last * path.last);
            }
        }
        [mean, square - mean * mean]
    }

    /// E ζ at k.
    fn mean(&self, k: f64) -> f64 {
        self.paths.iter().map(|p| p.weight * (p.at(k) - p.start)).sum()
    }

    /// The k up to which guidance has added the `share` of the mean that it adds in all.
    pub fn place_of_share(&self, share: f64, start: f64, total: f64) -> Option<Estimate> {
        let last = self.paths.iter().map(|p| p.reach).fold(start, f64::max);
        let (mut low, mut high) = (start, self.end.min(last));
        if total == 0.0 || total.is_nan() || low >= high {
            return None;
        }
        let excess = |k: f64| self.mean(k) / total - share;
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if excess(middle) < 0.0 { low = middle } else { high = middle }
        }
        let step = 1e-4 * (high - start).max(1e-300);
        let slope = (excess(high + step) - excess(high - step)) / (2.0 * step);
        let missed = self.missed.map_or(1e-12, |missed| missed[0] + 1e-12);
        let known = missed * (1.0 + 1.0 / total.abs());
        Some(Estimate::new(high, known / slope.abs() + 4.0 * f64::EPSILON * high))
    }
}
