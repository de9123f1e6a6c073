//! The average over V, the known standard normal part of the pre-activation.

use super::accuracy::Accuracy;
use super::scalars::Scalars;
use crate::numerics::special::normal_density;

/// First spacing of the trapezoidal rule in V: e^{−2π²/h²} is 1e-6 at twice it.
const SPACING: f64 = 0.62;

/// Scale in V below which the trapezoidal rule is not tried.
const SMOOTH: f64 = 0.4;

/// Halvings of the spacing before the trapezoidal rule is given up.
const HALVINGS: usize = 2;

/// What is known about the function of V before it is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// f(V) = f(−V).
    pub(crate) symmetric: bool,
    /// Values of V with structure of width `width` around them (kinks and jumps).
    pub(crate) features: Vec<f64>,
    /// Width in V of the structure at a feature.
    pub(crate) width: f64,
    /// Scale in V on which f varies elsewhere.
    pub(crate) scale: f64,
    /// Rounding of f, relative to f.
    pub(crate) rounding: f64,
}

/// E_V f(V) and the change by the last refinement, or None if `f` is not finite.
///
/// A function that is smooth on the scale of V gets the trapezoidal rule, whose error falls
/// exponentially; a function with narrow structure gets panels around it, halved where needed.
pub(crate) fn average(
    f: impl Fn(f64) -> Scalars,
    shape: &Shape,
    accuracy: &Accuracy,
) -> Option<Scalars> {
    /// Width of V's structure beyond which V changes the weight of a rare signal by less than rounding.
    const WIDEST: f64 = 3e7;
    let result = if shape.width.is_infinite() || (accuracy.rare && shape.width > WIDEST) {
        // Nothing of z is known: V does not enter.
        f(0.0)
    } else if shape.scale >= SMOOTH && (shape.features.is_empty() || shape.width >= 0.2) {
        trapezoid(&f, shape, accuracy).unwrap_or_else(|| panels(&f, shape, accuracy))
    } else {
        panels(&f, shape, accuracy)
    };
    result.is_finite().then_some(result)
}

fn agree(a: &Scalars, b: &Scalars, tolerance: f64) -> bool {
    let scale = b.information.abs().min(1.0);
    (a.information - b.information).abs() <= tolerance * scale
        && (a.drift - b.drift).abs() <= tolerance * b.drift.abs().max(1e-6 * scale)
        && (a.signal - b.signal).abs() <= tolerance * b.signal.abs().max(1e-6 * scale)
}

fn trapezoid(f: &impl Fn(f64) -> Scalars, shape: &Shape, accuracy: &Accuracy) -> Option<Scalars> {
    let weighted = |v: f64| f(v) * normal_density(v);
    // Sums over first + k step, k ≥ 0, on both sides of V = 0.
    let sum_over = |first: f64, step: f64| {
        let mut sum = Scalars::default();
        let steps = ((accuracy.reach - first) / step).floor() as usize;
        for k in 0..=steps {
            let v = first + k as f64 * step;
            sum += if v == 0.0 {
                weighted(v)
            } else if shape.symmetric {
                weighted(v) * 2.0
            } else {
                weighted(v) + weighted(-v)
            };
        }
        sum
    };
    let mut spacing = accuracy.spacing * SPACING.min(shape.scale);
    // The even multiples of the spacing alone are the rule of twice the spacing.
    let mut last = sum_over(0.0, 2.0 * spacing) * (2.0 * spacing);
    let mut now = (last + sum_over(spacing, 2.0 * spacing) * (2.0 * spacing)) * 0.5;
    for _ in 0..HALVINGS {
        if agree(&last, &now, accuracy.outer) {
            return Some(now);
        }
        last = now;
        now = (last + sum_over(0.5 * spacing, spacing) * spacing) * 0.5;
        spacing *= 0.5;
    }
    agree(&last, &now, accuracy.outer).then_some(now)
}

/// Nodes of the Kronrod rule of 15 points on one side of the middle; every second one, and the middle,
/// belongs to the Gauss rule of 7.
const NODES: [f64; 7] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_4,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
];

/// Weights of the Kronrod rule, and at the middle.
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_224,
    0.063_092_092_629_978_55,
    0.104_790_010_322_250_18,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_9,
    0.209_482_141_084_727_82,
];

/// Weights of the Gauss rule, and at the middle.
const GAUSS: [f64; 4] = [
    0.129_484_966_168_869_7,
    0.279_705_391_489_276_64,
    0.381_830_050_505_118_9,
    0.417_959_183_673_469_4,
];

/// An interval of V with the integral over it by both rules.
struct Panel {
    low: f64,
    high: f64,
    gauss: Scalars,
    kronrod: Scalars,
    depth: usize,
}

impl Panel {
    fn new(f: &impl Fn(f64) -> Scalars, low: f64, high: f64, depth: usize) -> Self {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        let weighted = |v: f64| f(v) * (half * normal_density(v));
        let centre = weighted(middle);
        let (mut gauss, mut kronrod) = (centre * GAUSS[3], centre * KRONROD[7]);
        for (k, node) in NODES.iter().enumerate() {
            let both = weighted(middle - half * node) + weighted(middle + half * node);
            kronrod += both * KRONROD[k];
            if k % 2 == 1 {
                gauss += both * GAUSS[k / 2];
            }
        }
        Self { low, high, gauss, kronrod, depth }
    }

    /// True where the Kronrod rule is as good as `tolerance` asks. What it lacks is, relative to the
    /// panel, about the square of what the Gauss rule does.
    fn settled(&self, whole: &Scalars, tolerance: f64, rounding: f64) -> bool {
        /// What a square is multiplied by.
        const CAUTION: f64 = 10.0;
        let scale = whole.information.abs().min(1.0);
        let good = |gauss: f64, kronrod: f64, allowed: f64| {
            let gap = (gauss - kronrod).abs();
            let open = gap.min(CAUTION * gap * gap / kronrod.abs());
            // Where both rules see nothing but rounding, halves see no more.
            open <= tolerance * allowed || gap <= rounding * kronrod.abs() + self.kronrod.open
        };
        let (g, k) = (&self.gauss, &self.kronrod);
        good(g.information, k.information, scale)
            && good(g.drift, k.drift, whole.drift.abs().max(1e-6 * scale))
            && good(g.signal, k.signal, whole.signal.abs().max(1e-6 * scale))
    }
}

/// Gauss-Kronrod panels, halved until both rules agree: where nothing happens they stay wide, and
/// around a point where the slope of φ vanishes, or a kink, they narrow geometrically.
fn panels(f: &impl Fn(f64) -> Scalars, shape: &Shape, accuracy: &Accuracy) -> Scalars {
    /// Width of the first panels.
    const WIDTH: f64 = 2.1;
    /// Halvings of a panel.
    const DEPTH: usize = 40;
    /// Halvings of all panels together, after which what they leave open is left.
    const PANELS: usize = 1000;
    let low = if shape.symmetric { 0.0 } else { -accuracy.reach };
    let parts = ((accuracy.reach - low) / (WIDTH * accuracy.spacing)).ceil();
    let step = (accuracy.reach - low) / parts;
    let mut points = vec![low, accuracy.reach];
    points.extend((1..parts as usize).map(|k| low + k as f64 * step));
    for &centre in &shape.features {
        // A bump at a kink is as wide as w makes it, and nothing is to be seen of it from far away.
        let around: &[f64] =
            if accuracy.spacing > 1.2 { &[-8.0, 8.0] } else { &[-12.0, -3.0, 0.0, 3.0, 12.0] };
        points.extend(around.iter().map(|k| centre + k * shape.width));
    }
    points.retain(|&v| v >= low && v <= accuracy.reach);
    points.sort_by(f64::total_cmp);
    points.dedup_by(|a, b| *a - *b < 0.1 * shape.width.min(step) && *a < accuracy.reach);
    let mut stack: Vec<Panel> =
        points.windows(2).map(|pair| Panel::new(f, pair[0], pair[1], 0)).collect();
    let whole = stack.iter().fold(Scalars::default(), |sum, panel| sum + panel.kronrod);
    let mut total = Scalars::default();
    let mut spent = 0;
    while let Some(panel) = stack.pop() {
        if panel.settled(&whole, accuracy.panel, shape.rounding) {
            total += panel.kronrod;
        } else if panel.depth >= DEPTH || spent >= PANELS {
            let gap = panel.kronrod - panel.gauss;
            let open = gap.information.abs().max(gap.drift.abs()).max(gap.signal.abs());
            total += Scalars { open: panel.kronrod.open + open, ..panel.kronrod };
        } else {
            spent += 1;
            let middle = 0.5 * (panel.low + panel.high);
            stack.push(Panel::new(f, panel.low, middle, panel.depth + 1));
            stack.push(Panel::new(f, middle, panel.high, panel.depth + 1));
        }
    }
    if shape.symmetric { total * 2.0 } else { total }
}
