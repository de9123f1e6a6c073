//! Where an activation bends: panels on which it is resolved, their slopes, kinks and jumps.

use crate::error::{Error, Result};
use crate::numerics::NumericsError;
use crate::numerics::legendre;
use std::sync::Arc;

/// Nodes of the rule that must resolve the activation on a panel.
const NODES: usize = 16;

/// Halvings of a panel before it is taken as it is.
const DEPTH: usize = 16;

/// A stretch of z on which a 16-node rule resolves the activation.
#[derive(Clone, Copy, Debug)]
struct Panel {
    low: f64,
    high: f64,
    /// Largest |φ′| seen.
    slope: f64,
}

/// What an interval of z looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local {
    /// Largest |φ′|.
    pub(crate) slope: f64,
    /// Width of the narrowest panel.
    pub(crate) width: f64,
    /// No kink or jump inside.
    pub(crate) smooth: bool,
}

/// An activation with the panels that resolve it over the range the model can reach.
#[derive(Clone)]
pub(crate) struct Landscape {
    activation: Arc<dyn Fn(f64) -> f64 + Send + Sync>,
    breakpoints: Vec<f64>,
    panels: Vec<Panel>,
}

impl std::fmt::Debug for Landscape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Landscape")
            .field("breakpoints", &self.breakpoints)
            .field("panels", &self.panels.len())
            .finish_non_exhaustive()
    }
}

impl Landscape {
    /// Resolves `activation` for |z| ≤ `reach`, with kinks and jumps at `breakpoints`.
    pub(crate) fn new(
        activation: Arc<dyn Fn(f64) -> f64 + Send + Sync>,
        breakpoints: &[f64],
        reach: f64,
    ) -> Result<Self> {
        let mut breakpoints: Vec<f64> =
            breakpoints.iter().copied().filter(|z| z.abs() < reach).collect();
        breakpoints.sort_by(f64::total_cmp);
        breakpoints.dedup();
        let mut edges = vec![-reach];
        edges.extend(&breakpoints);
        edges.push(reach);
        let mut this = Self { activation, breakpoints, panels: Vec::new() };
        // Typical size of φ where the mass is; what counts as resolved is relative to it.
        let core = reach / 3.0;
        let mut size = 0.0f64;
        for k in -20..=20 {
            let z = core * f64::from(k) / 20.5;
            let y = this.value(z);
            if !y.is_finite() {
                let what = "activation";
                return Err(Error::Numerics(NumericsError::NotFinite { what, at: z }));
            }
            size = size.max(y.abs());
        }
        let tolerance = 1e-10 * size.max(f64::MIN_POSITIVE);
        for pair in edges.windows(2) {
            let parts = ((pair[1] - pair[0]) / (reach / 6.0)).ceil().max(1.0);
            let width = (pair[1] - pair[0]) / parts;
            for k in 0..parts as usize {
                let low = pair[0] + k as f64 * width;
                this.resolve(low, low + width, tolerance, core, 0);
            }
        }
        Ok(this)
    }

    fn resolve(&mut self, low: f64, high: f64, tolerance: f64, core: f64, depth: usize) {
        let rule = legendre::rule(NODES);
        let mut values = [0.0; NODES];
        let mut nodes = [0.0; NODES];
        let mut k = 0;
        rule.on(low, high, |z, _| {
            nodes[k] = z;
            values[k] = self.value(z);
            k += 1;
        });
        // The last two Legendre coefficients stand for all that follow.
        let (mut last, mut other) = (0.0, 0.0);
        let mut largest = 0.0f64;
        for (k, &x) in rule.nodes.iter().enumerate() {
            let (mut before, mut p) = (1.0, x);
            for n in 2..NODES {
                let n = n as f64;
                (before, p) = (p, ((2.0 * n - 1.0) * x * p - (n - 1.0) * before) / n);
            }
            let scale = rule.weights[k] * values[k] * (NODES as f64 - 0.5);
            last += scale * p;
            other += scale * before;
            largest = largest.max(values[k].abs());
        }
        // Outside the core only relative accuracy is asked for: the weight is small there.
        let outside = low > core || high < -core;
        let allowed = if outside { tolerance.max(1e-9 * largest) } else { tolerance };
        let tail = last.abs() + other.abs();
        if tail > allowed && depth < DEPTH && tail.is_finite() {
            let middle = 0.5 * (low + high);
            self.resolve(low, middle, tolerance, core, depth + 1);
            self.resolve(middle, high, tolerance, core, depth + 1);
            return;
        }
        let slope = (1..NODES)
            .map(|k| ((values[k] - values[k - 1]) / (nodes[k] - nodes[k - 1])).abs())
            .fold(0.0, f64::max);
        self.panels.push(Panel { low, high, slope });
    }

    /// φ(z).
    pub(crate) fn value(&self, z: f64) -> f64 {
        (self.activation)(z)
    }

    /// Kinks and jumps.
    pub(crate) fn breakpoints(&self) -> &[f64] {
        &self.breakpoints
    }

    /// Range of φ over mean ± reach spread, from a few samples.
    pub(crate) fn variation(&self, mean: f64, spread: f64, reach: f64) -> f64 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for k in -6..=6 {
            let y = self.value(mean + reach / 6.0 * f64::from(k) * spread);
            low = low.min(y);
            high = high.max(y);
        }
        high - low
    }

    /// Variance of φ(mean + spread w), roughly: five points of weights 1, 3, 4, 3, 1.
    pub(crate) fn variance(&self, mean: f64, spread: f64) -> f64 {
        let values = [-2.0, -1.0, 0.0, 1.0, 2.0].map(|w| self.value(mean + spread * w));
        let weights = [1.0, 3.0, 4.0, 3.0, 1.0].map(|w| w / 12.0);
        let mean: f64 = values.iter().zip(weights).map(|(y, w)| w * y).sum();
        values.iter().zip(weights).map(|(y, w)| w * (y - mean).powi(2)).sum()
    }

    /// True where a kink or jump stands at `z` to rounding.
    pub(crate) fn breaks_near(&self, z: f64) -> bool {
        self.breakpoints.iter().any(|b| (b - z).abs() <= 1e-9 * (1.0 + b.abs()))
    }

    /// Width of the narrowest panel between `low` and `high`.
    pub(crate) fn local(&self, low: f64, high: f64) -> Local {
        let mut local = Local { slope: 0.0, width: f64::INFINITY, smooth: true };
        let first = self.panels.partition_point(|p| p.high <= low).min(self.panels.len() - 1);
        for panel in &self.panels[first..] {
            if panel.low >= high && local.width.is_finite() {
                break;
            }
            local.slope = local.slope.max(panel.slope);
            local.width = local.width.min(panel.high - panel.low);
        }
        local.smooth = !self.breakpoints.iter().any(|&z| z > low && z < high);
        local
    }

    /// The panels in terms of w = (z − mean)/spread within |w| ≤ reach, neighbours joined while they
    /// are narrower than w itself needs, each with its largest |φ′|.
    pub(crate) fn stretches(&self, mean: f64, spread: f64, reach: f64) -> Vec<(f64, f64, f64)> {
        let (low, high) = (mean - reach * spread, mean + reach * spread);
        let first = self.panels.partition_point(|p| p.high <= low).min(self.panels.len() - 1);
        let mut list: Vec<(f64, f64, f64)> = Vec::new();
        for (k, panel) in self.panels.iter().enumerate().skip(first) {
            if panel.low >= high && !list.is_empty() {
                break;
            }
            let is_last = k + 1 == self.panels.len() || panel.high >= high;
            let from = if list.is_empty() { -reach } else { (panel.low - mean) / spread };
            let to = if is_last { reach } else { (panel.high - mean) / spread };
            list.push((from, to, panel.slope));
        }
        list
    }
}
