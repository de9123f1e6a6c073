//! The integral over the output y of one conditional law.

use super::accuracy::Accuracy;
use super::cells::{Cell, Grid};
use super::reference::{self, Reference};
use super::scalars::Scalars;
use crate::numerics::legendre;
use crate::numerics::special::{HALF_LN_2PI, entropy_term};
use crate::numerics::stop;

/// Largest signal range |δu| at which the weak-signal series is used.
const WEAK: f64 = 1e-3;

/// Longest uniform grid in y, in units of the noise.
pub(super) const LONGEST: f64 = 70.0;

/// First spacing of the trapezoidal rule in y.
const OUTPUT_SPACING: f64 = 0.5;

/// Accuracy to which the integral over a panel is known at best, where the signal is millions of noises
/// long and has lost as many digits.
const ROUNDING: f64 = 1e-12;

/// Halvings of the spacing in y before the trapezoidal rule is given up.
const HALVINGS: usize = 7;

/// Halvings of panels in y before what they leave open is left.
const MOST_PANELS: usize = 20_000;

/// Moments of the signal u = √snr φ before y is seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    /// E u.
    pub(crate) mean: f64,
    /// Var u.
    pub(crate) variance: f64,
    /// Smallest u with any weight.
    pub(crate) low: f64,
    /// Largest u with any weight.
    pub(crate) high: f64,
    /// E[w δ], δ = u − E u.
    pub(crate) first: f64,
    /// E[(w² − 1) δ].
    pub(crate) second: f64,
    /// E[w δ²].
    pub(crate) bent: f64,
    /// What the density of y is compared with.
    pub(crate) reference: Reference,
    /// About what a rare signal tells at most.
    pub(crate) size: f64,
}

impl Summary {
    /// Information that the rules in y are accurate relative to.
    fn scale(&self, accuracy: &Accuracy) -> f64 {
        if self.reference.is_noise() {
            self.size
        } else {
            accuracy.scale.max(self.variance.min(1.0))
        }
    }
}

/// A stretch of y, with the proportions in which y moves at its ends while w moves evenly.
///
/// Behind a turning point p(y) falls like a root of y, which is smooth in w: a rule that is even in w
/// sees less of the root's singularity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    low: f64,
    high: f64,
    /// dy/ds at s = 0, where s runs from 0 to 1 over the panel.
    first: f64,
}

impl Panel {
    /// The panel on which y moves at speeds of these proportions at the ends.
    pub(crate) fn new(low: f64, high: f64, speeds: [f64; 2]) -> Self {
        let first = 2.0 * (high - low) * speeds[0] / (speeds[0] + speeds[1]);
        Self { low, high, first }
    }

    /// The panels between neighbours of `points`, on which y moves evenly.
    pub(crate) fn between(points: &[f64]) -> Vec<Self> {
        points.windows(2).map(|pair| Self::new(pair[0], pair[1], [1.0, 1.0])).collect()
    }

    /// y and dy/ds.
    pub(crate) fn at(&self, s: f64) -> (f64, f64) {
        let length = self.high - self.low;
        let rest = length - self.first;
        (self.low + s * (self.first + s * rest), self.first + 2.0 * s * rest)
    }
}

/// The law of y = u + n at one value of V.
pub(crate) trait Law {
    /// Moments and range of the signal.
    fn summary(&self) -> Summary;
    /// Moments at `count` outputs from `first` on with the given spacing.
    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid);
    /// Moments at one output, where the law offers panels.
    fn cell(&self, y: f64) -> Cell;
    /// True where the signal takes few values, so that p(y) can nearly vanish between them and the
    /// trapezoidal rule in y converges more slowly.
    fn lumpy(&self) -> bool {
        false
    }
    /// Panels in y that resolve the law, where a uniform grid would be too long.
    fn panels(&self) -> Option<Vec<Panel>>;
}

/// Sums over y, kept until the rule is known to have converged.
#[derive(Clone, Copy)]
struct Totals {
    sums: Scalars,
    seen: f64,
}

/// Information and its derivatives at one value of V.
pub(crate) fn measure(law: &impl Law, accuracy: &Accuracy) -> Scalars {
    stop::point();
    let mut summary = law.summary();
    let reach = (summary.high - summary.mean).abs().max((summary.mean - summary.low).abs());
    if reach <= WEAK {
        return weak(&summary);
    }
    let panels = law.panels();
    if !summary.reference.is_noise() && panels.is_none() && summary.variance < 4.0 {
        summary.reference = Reference::Gaussian;
    }
    let totals = match panels {
        Some(points) => on_panels(law, &summary, &points, accuracy),
        None => on_grid(law, &summary, accuracy),
    };
    finish(&summary, totals)
}

/// Small signals: I = ½ log(1 + σ²) − κ₃²/12 + O(σ⁸), and E⟨w⟩² from the parts of w that are linear and
/// quadratic in y, (E wδ)²/(1 + σ²) + ½ (E wδ²)²; what is left out is smaller by σ⁴.
fn weak(s: &Summary) -> Scalars {
    let attenuation = 1.0 / (1.0 + s.variance);
    Scalars {
        information: 0.5 * s.variance.ln_1p(),
        signal: s.variance * attenuation,
        drift: s.first * s.first * attenuation + 0.5 * s.bent * s.bent,
        curvature: s.second * s.second,
        cross: s.first * s.first,
        ..Scalars::default()
    }
}

fn finish(s: &Summary, totals: Totals) -> Scalars {
    let mut sums = totals.sums;
    sums.information += match s.reference {
        Reference::Nothing => -HALF_LN_2PI - 0.5,
        Reference::Gaussian => 0.5 * s.variance.ln_1p(),
        Reference::Noise => 0.5 * (s.variance + s.mean * s.mean),
        Reference::NoiseEntropy => 0.0,
    };
    if s.variance < 1.0 && !s.reference.is_noise() {
        sums.signal = s.variance - totals.seen;
    }
    sums
}

/// The integrand at y; `seen` is Var⟨u⟩, which small signals subtract from Var u.
fn integrand(cell: &Cell, y: f64, s: &Summary) -> Totals {
    if s.reference.is_noise() {
        return Totals { sums: reference::integrand(cell, y, s.reference), seen: 0.0 };
    }
    let p = cell.p;
    let mut sums = Scalars::default();
    let x = y - s.mean;
    if s.reference == Reference::Gaussian {
        let d = 1.0 + s.variance;
        let log_q = -0.5 * x * x / d - HALF_LN_2PI - 0.5 * d.ln();
        sums.information = -crate::prior::relative_entropy_term(p, log_q);
    } else {
        sums.information = entropy_term(p);
    }
    if p < 1e-280 {
        return Totals { sums, seen: 0.0 };
    }
    let (w, ww, n, nn, nw) = (cell.w / p, cell.ww / p, cell.n / p, cell.nn / p, cell.nw / p);
    sums.signal = p * (nn - n * n).max(0.0);
    sums.drift = p * w * w;
    sums.curvature = p * (ww - w * w - 1.0).powi(2);
    sums.cross = p * (n * w - nw).powi(2);
    let u = x - n;
    Totals { sums, seen: p * u * u }
}

impl Totals {
    fn zero() -> Self {
        Self { sums: Scalars::default(), seen: 0.0 }
    }
    fn plus(self, other: Self, by: f64) -> Self {
        Self { sums: self.sums + other.sums * by, seen: self.seen + other.seen * by }
    }
    /// The largest difference.
    fn gap(&self, other: &Self) -> f64 {
        let gap = self.sums - other.sums;
        gap.information.abs().max(gap.drift.abs()).max(gap.signal.abs())
    }
    /// True where `self` and `other` agree as far as `tolerance` asks and `rounding` allows.
    fn agrees(&self, other: &Self, tolerance: f64, scale: f64, rounding: f64) -> bool {
        let (now, gap) = (&self.sums, self.sums - other.sums);
        gap.information.abs() <= tolerance * scale + rounding * now.information.abs()
            && gap.drift.abs() <= tolerance * now.drift.max(1e-3 * scale) + rounding * now.drift
    }
}

/// Trapezoidal rule: exponentially convergent, since p(y) is a Gaussian convolution.
fn on_grid(law: &impl Law, s: &Summary, accuracy: &Accuracy) -> Totals {
    stop::point();
    let mut spacing = OUTPUT_SPACING * accuracy.spacing;
    let tolerance = if law.lumpy() { 1e-5 * accuracy.output } else { accuracy.output };
    let scale = s.scale(accuracy);
    let noise = accuracy.noise();
    let compares = s.reference == Reference::Gaussian;
    let spread = noise * if compares { (1.0 + s.variance).sqrt() } else { 1.0 };
    let (low, high) = if compares {
        ((s.low - noise).min(s.mean - spread), (s.high + noise).max(s.mean + spread))
    } else {
        (s.low - noise, s.high + noise)
    };
    let count = ((high - low) / spacing).ceil() as usize + 1;
    let mut cells = Grid::default();
    law.fill(low, spacing, count, &mut cells);
    let mut parts = [Totals::zero(), Totals::zero()];
    for j in 0..cells.len() {
        let at = low + j as f64 * spacing;
        parts[j % 2] = parts[j % 2].plus(integrand(&cells.get(j), at, s), 1.0);
    }
    let before = Totals::zero().plus(parts[0], 2.0 * spacing);
    let mut now = before.plus(Totals::zero().plus(parts[1], 2.0 * spacing), 1.0);
    now = Totals { sums: now.sums * 0.5, seen: 0.5 * now.seen };
    let mut last = before;
    for _ in 0..HALVINGS {
        if now.agrees(&last, tolerance, scale, 0.0) {
            break;
        }
        let first = low + 0.5 * spacing;
        let count = ((high - low) / spacing).ceil() as usize;
        law.fill(first, spacing, count, &mut cells);
        let mut between = Totals::zero();
        for j in 0..cells.len() {
            let at = first + j as f64 * spacing;
            between = between.plus(integrand(&cells.get(j), at, s), spacing);
        }
        last = now;
        now = now.plus(between, 1.0);
        now = Totals { sums: now.sums * 0.5, seen: 0.5 * now.seen };
        spacing *= 0.5;
    }
    if !now.agrees(&last, tolerance, scale, 0.0) {
        now.sums.open += now.gap(&last);
    }
    now
}

/// Gauss-Legendre panels, halved until the halves agree with the whole.
fn on_panels(law: &impl Law, s: &Summary, panels: &[Panel], accuracy: &Accuracy) -> Totals {
    stop::point();
    let rule = legendre::rule(accuracy.nodes);
    let on = |panel: &Panel, low: f64, high: f64| {
        let mut sum = Totals::zero();
        rule.on(low, high, |x, weight| {
            let (y, speed) = panel.at(x);
            sum = sum.plus(integrand(&law.cell(y), y, s), weight * speed);
        });
        sum
    };
    if !accuracy.halves && !s.reference.is_noise() {
        return panels.iter().fold(Totals::zero(), |sum, panel| sum.plus(on(panel, 0.0, 1.0), 1.0));
    }
    // n points on half the panel are 2²ⁿ times better than on the whole.
    let tolerance = 1e-4 * accuracy.output;
    let scale = s.scale(accuracy);
    let mut total = Totals::zero();
    let mut spent = 0;
    for panel in panels {
        // y − u is known to the rounding of u, and with it p(y).
        let rounding = 4.0 * ROUNDING * (1.0 + panel.low.abs().max(panel.high.abs()));
        let mut stack = vec![(0.0, 1.0, on(panel, 0.0, 1.0), 0)];
        while let Some((low, high, whole, depth)) = stack.pop() {
            let middle = 0.5 * (low + high);
            let (left, right) = (on(panel, low, middle), on(panel, middle, high));
            let halves = left.plus(right, 1.0);
            if halves.agrees(&whole, tolerance, scale, rounding) {
                total = total.plus(halves, 1.0);
            } else if depth >= 14 || spent >= MOST_PANELS {
                total = total.plus(halves, 1.0);
                total.sums.open += halves.gap(&whole);
            } else {
                spent += 1;
                stack.push((low, middle, left, depth + 1));
                stack.push((middle, high, right, depth + 1));
            }
        }
    }
    total
}
