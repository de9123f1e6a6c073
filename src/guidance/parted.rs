//! Starts that part: guidance by ω towards −½ and below sends those to one side of some start to the other class.
//!
//! What comes out then jumps by 2|m|/σ, over e^{−cγ} of the starts, with a logarithm on both sides: runs linger at
//! the unstable 1 + ω(1 − tanh y) = 0. In the logarithm of the distance from that start all of it is smooth.

use super::deterministic::{Flow, Path, Paths, REACH, SETTLED};
use crate::numerics::legendre::rule;
use crate::numerics::special::normal_density;

/// Nodes of a panel, its length at first in log distance, and how often it may be halved.
const NODES: usize = 10;
const LENGTH: f64 = 3.0;
const HALVINGS: usize = 16;

/// Starts in all, beyond which panels are taken as they are.
const MOST: usize = 20_000;

/// The distance from the parting start down to which starts are told apart: rounding.
const NEAREST: f64 = 1e-15;

/// Bisections for the parting start, to rounding.
const BISECTIONS: usize = 56;

/// Starts in a panel of log distance to one side, and what they add.
struct Panel {
    low: f64,
    high: f64,
    side: f64,
    paths: Vec<Path>,
    sums: [f64; 2],
}

impl Flow {
    /// All starts, in panels about the one that parts them.
    pub(super) fn parted(&self) -> Paths {
        let centre = self.parting();
        let mut all = Vec::new();
        let mut missed = [0.0; 2];
        for side in [-1.0, 1.0] {
            let reach = REACH - side * centre;
            if reach <= NEAREST {
                continue;
            }
            let (low, high) = (NEAREST.ln(), reach.ln());
            let count = ((high - low) / LENGTH).ceil();
            let length = (high - low) / count;
            for k in 0..count as usize {
                let from = low + k as f64 * length;
                let panel = self.panel(centre, side, [from, from + length]);
                self.halved(centre, panel, 0, &mut all, &mut missed);
            }
        }
        // The nearest starts, which were left out, come out somewhere between the two sides.
        let far = all.iter().map(|path: &Path| path.last.abs()).fold(1.0, f64::max);
        let nearest = 2.0 * NEAREST * normal_density(centre);
        // Rounding moves the parting start as much.
        let left = [far + REACH, far * far].map(|size| 4.0 * nearest * size);
        missed = [0, 1].map(|k| missed[k] + left[k]);
        Paths { paths: all, end: self.between[1], missed: Some(missed) }
    }

    /// The start from which y ends at 0, between those that end in either class; the nearest end where all end in
    /// one.
    fn parting(&self) -> f64 {
        let (mut low, mut high) = (-REACH, REACH);
        for _ in 0..BISECTIONS {
            let middle = 0.5 * (low + high);
            if self.between[1] + self.path(middle, 0.0).last < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    fn panel(&self, centre: f64, side: f64, [low, high]: [f64; 2]) -> Panel {
        let mut paths = Vec::with_capacity(NODES);
        rule(NODES).on(low, high, |x, weight| {
            let away = x.exp();
            let start = centre + side * away;
            paths.push(self.path(start, weight * away * normal_density(start)));
        });
        let sum = |of: fn(&Path) -> f64| paths.iter().map(|path| path.weight * of(path)).sum();
        let sums = [sum(|path| path.last - path.start), sum(|path| path.last * path.last)];
        Panel { low, high, side, paths, sums }
    }

    /// Keeps the halves of a panel if they agree with it, or halves them again.
    fn halved(
        &self,
        centre: f64,
        whole: Panel,
        depth: usize,
        kept: &mut Vec<Path>,
        missed: &mut [f64; 2],
    ) {
        let middle = 0.5 * (whole.low + whole.high);
        let halves = [[whole.low, middle], [middle, whole.high]]
            .map(|ends| self.panel(centre, whole.side, ends));
        let change = [0, 1].map(|k| (halves[0].sums[k] + halves[1].sums[k] - whole.sums[k]).abs());
        let size = 1.0 + self.between[1] * self.between[1] * 1e-2;
        let settled = change[0] < 0.02 * SETTLED && change[1] < 0.02 * SETTLED * size;
        let last = settled || depth == HALVINGS || kept.len() > MOST;
        for half in halves {
            if last {
                kept.extend(half.paths);
            } else {
                self.halved(centre, half, depth + 1, kept, missed);
            }
        }
        if last {
            *missed = [0, 1].map(|k| missed[k] + change[k]);
        }
    }
}
