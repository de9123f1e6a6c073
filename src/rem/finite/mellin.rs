//! Means of functions of ζ = e^{v − E}, by Mellin inversion along one vertical line.
//!
//! If φ(ζ) = (1/2πi) ∫ φ*(λ) ζ^λ dλ then E φ(ζ) = (1/2πi) ∫ φ*(λ) e^{λv} M(λ) dλ, with M the Laplace
//! transform of the energy: no density of the energy is needed. On a line through the saddle the
//! integrand does not cancel, and the trapezoidal rule of spacing h returns Σ_m (−1)^m of the wanted
//! function displaced by mP, P = 2π/h (nodes at half-integers; Poisson's formula). The images are
//! negligible by choice of P, except near a pole of φ*, where their geometric sum is added back.

use super::law::Law;
use crate::numerics::gamma::gamma;
use crate::numerics::precision::ROUNDING;
use crate::numerics::special::softplus;
use crate::numerics::stop;
use nalgebra::Complex;
use std::f64::consts::PI;

/// A function φ of ζ = e^{v − E}.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// 1 − e^{−ζ}, of Derrida's integral `[D81]`.
    Hit,
    /// ζ e^{−ζ}
    First,
    /// ζ² e^{−ζ}
    Second,
    /// Indicator of E < v.
    Below,
    /// Indicator of E > v, with relative accuracy in the upper tail.
    Above,
    /// Density of E at v.
    Density,
    /// 1 − e^{−ζ²}
    HitSquare,
    /// ζ e^{−ζ²}
    FirstSquare,
    /// ζ² e^{−ζ²}
    SecondSquare,
}

impl Kernel {
    /// Mellin transform φ*(λ).
    fn transform(self, lambda: Complex<f64>) -> Complex<f64> {
        match self {
            Self::Hit => gamma(1.0 - lambda) / lambda,
            Self::First => gamma(1.0 - lambda),
            Self::Second => gamma(2.0 - lambda),
            Self::Below => lambda.inv(),
            Self::Above => -lambda.inv(),
            Self::Density => Complex::new(1.0, 0.0),
            Self::HitSquare => gamma(1.0 - lambda * 0.5) / lambda,
            Self::FirstSquare => gamma(0.5 - lambda * 0.5) * 0.5,
            Self::SecondSquare => gamma(1.0 - lambda * 0.5) * 0.5,
        }
    }

    /// φ ≈ ζ^p for small ζ: the pole p on the right of the line.
    fn right(self) -> Option<f64> {
        match self {
            Self::Hit | Self::First | Self::FirstSquare => Some(1.0),
            Self::Second | Self::HitSquare | Self::SecondSquare => Some(2.0),
            Self::Above => Some(0.0),
            Self::Below | Self::Density => None,
        }
    }

    /// φ → 1 for large ζ: a pole at 0 on the left of the line.
    fn saturates(self) -> bool {
        matches!(self, Self::Hit | Self::Below | Self::HitSquare)
    }
}

/// −log of what counts as nothing beside one, where the rounding unit is the aim.
pub(crate) const FULL_DEPTH: f64 = 32.0;

/// Least tilt of a line through the saddle, in units of the inverse window: the integrand is then at
/// most e^3 times what it is at the saddle.
const GENTLE: f64 = 3.0;

/// Nodes beyond which a line is cut off; its error bound then says so.
const NODES: usize = 20_000;

/// Nodes × points beyond which a line is not evaluated: a tenth of a second.
const WORK: usize = 50_000_000;

/// The line of integration for one kernel and one law, ready to be evaluated at many v.
///
/// What it evaluates is e^offset E φ(e^{v − E}).
pub(crate) struct Line {
    /// Real part of λ.
    tilt: f64,
    /// The v about which the nodes are scaled.
    origin: f64,
    /// Spacing of the nodes h.
    spacing: f64,
    /// (h/π) φ*(λ_k) e^{λ_k origin} M(λ_k), λ_k = tilt + i(k + ½)h.
    nodes: Vec<Complex<f64>>,
    /// Images from the right: log of the coefficient and power p of e^{p(v − origin)}.
    right: Option<(f64, f64)>,
    /// Images from the left: a constant.
    left: f64,
    /// Bound on the absolute error at v = origin; at other v it scales with e^{tilt (v − origin)}.
    pub(crate) error: f64,
}

impl Line {
    /// The line whose real part is the saddle of the integrand at v = `origin`, for evaluations at
    /// distances up to `window` from one another around it. What is neglected beside one is
    /// e^−`depth`.
    pub(crate) fn through_saddle(
        kernel: Kernel,
        law: &impl Law,
        origin: f64,
        window: f64,
        offset: f64,
        depth: f64,
    ) -> Self {
        // Derivative of the logarithm of the integrand, with the poles and without what is smooth.
        let slope = |c: f64| {
            let left = if kernel.saturates() { -1.0 / c } else { 0.0 };
            let right = kernel.right().map_or(0.0, |p| 1.0 / (p - c));
            left + right + origin + law.cumulants(c)[1]
        };
        let mut high = kernel.right().unwrap_or_else(|| {
            let mut high = 1.0;
            while slope(high) < 0.0 && high < 1e300 {
                high *= 2.0;
            }
            high
        });
        // Not below zero, where the error would grow towards small v; and not much below the inverse
        // of the window, which gains no accuracy but makes the images of a very wide law reach far.
        let gentle = (GENTLE / window).min(0.5 * high);
        let mut low = if kernel == Kernel::Above { law.edge() * (1.0 - 1e-9) } else { gentle };
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if slope(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Self::at(kernel, law, 0.5 * (low + high), origin, window, offset, depth)
    }

    /// The line of real part `tilt`; at 0 the absolute error is uniform in v.
    pub(crate) fn at(
        kernel: Kernel,
        law: &impl Law,
        tilt: f64,
        origin: f64,
        window: f64,
        offset: f64,
        depth: f64,
    ) -> Self {
        stop::point();
        let [log, slope, _] = law.cumulants(tilt);
        // Distance at which the law tilted by `tilt` has fallen to nothing on either side, and by
        // how far the line has to be moved to see it.
        let tilted = |s: f64| {
            let [there, slope, _] = law.cumulants(tilt + s);
            (there - log - s * slope, slope)
        };
        let spread = slope + origin;
        let to_left = shift(tilt - law.edge(), depth, |s| tilted(-s).0);
        let reach_up = (-tilted(-to_left).1 - origin).max(0.0);
        // One pole may be crossed to the right, not the next.
        let limit = kernel.right().map_or(1e9, |p| p + 1.0 - tilt);
        let to_right = shift(limit, depth, |s| tilted(s).0);
        let (remaining, slope_right) = tilted(to_right);
        let missing = (remaining + depth).max(0.0) / to_right;
        let reach_down = (origin + slope_right + missing).max(0.0);
        let period = window + reach_up.max(reach_down) + spread.abs();
        let spacing = 2.0 * PI / period;

        let mut nodes = Vec::new();
        let (mut largest, mut sum, mut small) = (0.0f64, 0.0, 0);
        let mut cut = 0.0;
        let negligible = (-depth - 4.8).exp();
        while small < 4 {
            let lambda = Complex::new(tilt, (nodes.len() as f64 + 0.5) * spacing);
            let exponent = law.log_transform(lambda) + lambda * origin + offset;
            let node = kernel.transform(lambda) * exponent.exp() * (spacing / PI);
            let size = node.norm();
            largest = largest.max(size);
            sum += size;
            small = if size <= negligible * largest { small + 1 } else { 0 };
            nodes.push(node);
            if nodes.len() == NODES {
                cut = size * NODES as f64;
                break;
            }
        }

        let left = if kernel.saturates() && to_left > tilt {
            (offset - softplus(tilt * period)).exp()
        } else {
            0.0
        };
        let right = kernel.right().filter(|p| to_right > p - tilt).map(|p| {
            let height = offset + p * origin + law.cumulants(p)[0];
            (height - softplus((p - tilt) * period), p)
        });
        let images = left + right.map_or(0.0, |r| r.0.exp());
        // Each exponent is a difference of large numbers; the gamma function adds a few units.
        let digits = 40.0 + log.abs() + (tilt * origin).abs() + offset.abs();
        // What the images and the last nodes leave out.
        let left_out = (-depth).exp() + 10.0 * negligible;
        let error = (ROUNDING * digits + left_out) * (sum + images) + cut;
        Self { tilt, origin, spacing, nodes, right, left, error }
    }

    /// True if evaluating at `count` points would take minutes: very wide laws and windows.
    pub(crate) fn too_long_for(&self, count: usize) -> bool {
        self.nodes.len().saturating_mul(count) > WORK
    }

    /// Values at `start` + j `step` for j < `count`, added with a factor to `sums`.
    pub(crate) fn add(&self, factor: f64, start: f64, step: f64, sums: &mut [f64]) {
        stop::point();
        const LANES: usize = 4;
        for (block, chunk) in sums.chunks_mut(LANES).enumerate() {
            let mut delta = [0.0; LANES];
            let (mut cos, mut sin) = ([0.0; LANES], [0.0; LANES]);
            let mut half = [(0.0, 0.0); LANES];
            for lane in 0..LANES {
                delta[lane] = start + (block * LANES + lane) as f64 * step - self.origin;
                let (s, c) = (0.5 * self.spacing * delta[lane]).sin_cos();
                half[lane] = (s, c);
                (sin[lane], cos[lane]) = (2.0 * s * c, (c - s) * (c + s));
            }
            // Horner's rule in e^{ih(v − origin)}.
            let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
            for node in self.nodes.iter().rev() {
                for lane in 0..LANES {
                    let x = re[lane] * cos[lane] - im[lane] * sin[lane] + node.re;
                    im[lane] = re[lane] * sin[lane] + im[lane] * cos[lane] + node.im;
                    re[lane] = x;
                }
            }
            for (lane, sum) in chunk.iter_mut().enumerate() {
                let (sin, cos) = half[lane];
                let line = (re[lane] * cos - im[lane] * sin) * (self.tilt * delta[lane]).exp();
                let right = self.right.map_or(0.0, |(log, p)| (log + p * delta[lane]).exp());
                *sum += factor * (line + self.left + right);
            }
        }
    }

    /// The value at one v.
    #[cfg(test)]
    pub(crate) fn value(&self, v: f64) -> f64 {
        let mut sums = [0.0];
        self.add(1.0, v, 0.0, &mut sums);
        sums[0]
    }
}

/// How far the tilt has to move for the rate of the tilted law to fall to nothing, below `limit`.
fn shift(limit: f64, depth: f64, rate: impl Fn(f64) -> f64) -> f64 {
    let limit = limit * (1.0 - 1e-9);
    if rate(limit) > -depth {
        return limit;
    }
    let (mut low, mut high) = (limit.ln() - 80.0, limit.ln());
    while high - low > 1e-3 {
        let middle = 0.5 * (low + high);
        if rate(middle.exp()) > -depth {
            low = middle;
        } else {
            high = middle;
        }
    }
    high.exp()
}

#[cfg(test)]
mod tests;
