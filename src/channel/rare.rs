//! Laws of a signal that is nearly always the same: y is almost its noise.
//!
//! What y tells is then as small as the weight of the rest, far below the rounding of any density or
//! entropy. So everything is kept as a deviation from the noise: δ(y) = p(y) − N(y), and
//! I = ½ E u² − ∫ [p log(p/N) − δ], u measured from its usual value; where the signal is much longer
//! than the logarithm of its probability the two terms cancel, and
//! I = −∫ [p log p − N log N] with p = N + δ.

use super::accuracy::Accuracy;
use super::cells::{Cell, Grid};
use super::edge;
use super::output::{LONGEST, Law, Panel, Summary};
use super::pieces::Piece;
use super::reference::Reference;
use crate::numerics::special::normal_density;
use std::f64::consts::PI;

/// Largest probability of a deviation: the formulas hold at any, but far above they cancel.
pub(super) const RARE: f64 = 0.3;

/// Standard deviations from its edge at which a truncated normal variable is a whole one.
const STEEP: f64 = 9.0;

/// E u² over E min(1, u²) beyond which the information is a difference of entropies.
pub(super) const LONG: f64 = 100.0;

/// A stretch of w where u differs from its usual value, turned so that its edge nearest to w = 0 is
/// `low`: w = side·t, u = start + slope (t − low).
#[derive(Clone, Copy, Debug)]
struct Stretch {
    side: f64,
    low: f64,
    high: f64,
    start: f64,
    slope: f64,
}

/// Sums over one stretch or several, with the density of w or that of w and y: 1, w, w² − 1, u, u²,
/// u w, u² w, u (w² − 1), and n, n² where y = u + n is given.
type Sums = [f64; 10];

impl Stretch {
    /// Moments given y, or the plain ones.
    fn sums(&self, y: Option<f64>) -> Sums {
        // With y = start + η, the law of s = t − low is normal around (slope η − low)/d, of variance 1/d:
        // written so, nothing cancels however steep the stretch.
        let (a, root, shift, front) = match y {
            Some(y) => {
                let (rise, d) = (y - self.start, 1.0 + self.slope * self.slope);
                let far = rise + self.slope * self.low;
                let a = (self.low - self.slope * rise) / d.sqrt();
                (a, d.sqrt(), -0.5 * far * far / d, 1.0 / (2.0 * PI * d).sqrt())
            }
            None => (self.low, 1.0, 0.0, 1.0),
        };
        let scale = 1.0 / root;
        let [m0, m1, m2, m3] = edge::moments(a, a + (self.high - self.low) * root, shift);
        // About the edge: s = t − low.
        let (m0, m1) = (front * m0, front * scale * m1);
        let (m2, m3) = (front * scale.powi(2) * m2, front * scale.powi(3) * m3);
        let (low, start, slope) = (self.low, self.start, self.slope);
        let w = low * m0 + m1;
        let square = low * low * m0 + 2.0 * low * m1 + m2 - m0;
        let u = start * m0 + slope * m1;
        let uu = start * start * m0 + 2.0 * start * slope * m1 + slope * slope * m2;
        let su = start * m1 + slope * m2;
        let uw = low * u + su;
        let bent = low * uu + start * start * m1 + 2.0 * start * slope * m2 + slope * slope * m3;
        let second = low * low * u + 2.0 * low * su + start * m2 + slope * m3 - u;
        let (n, nn) = y.map_or((0.0, 0.0), |y| self.noise(y, [m0, m1, m2]));
        [m0, self.side * w, square, u, uu, self.side * uw, self.side * bent, second, n, nn]
    }
}

impl Stretch {
    /// Sums of n = y − u and n², from those of 1, s and s²: where the stretch is steep, around where it
    /// meets y.
    fn noise(&self, y: f64, [m0, m1, m2]: [f64; 3]) -> (f64, f64) {
        let (rise, slope) = (y - self.start, self.slope);
        let d = 1.0 + slope * slope;
        // n = n* − slope (s − s*), s − s* normal of variance 1/d on s > 0.
        let (meets, rest) = ((slope * rise - self.low) / d, (rise + slope * self.low) / d);
        if meets * d.sqrt() < STEEP {
            let square = rise * rise * m0 - 2.0 * rise * slope * m1 + slope * slope * m2;
            return (rise * m0 - slope * m1, square);
        }
        // The edge is out of sight; an upper end is beside the point, where the stretch is as steep.
        (rest * m0, (rest * rest + slope * slope / d) * m0)
    }
}

fn add(sums: &mut Sums, more: &Sums) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// The law of y for a piecewise-linear activation that is flat on nearly all of w.
#[derive(Clone, Debug)]
pub(super) struct RareLaw {
    stretches: Vec<Stretch>,
    /// Sums of the stretches without y: what the flat part lacks.
    lacking: Sums,
    summary: Summary,
    reach: f64,
    noise: f64,
}

impl RareLaw {
    /// z = mean + spread w, u = amplitude φ(z); None where u is not nearly always the same.
    pub(super) fn new(
        pieces: &[Piece],
        mean: f64,
        spread: f64,
        amplitude: f64,
        accuracy: &Accuracy,
    ) -> Option<Self> {
        let at = pieces.iter().rposition(|p| p.from <= mean).unwrap_or(0);
        if !accuracy.rare || pieces[at].slope != 0.0 {
            return None;
        }
        let base = pieces[at].offset;
        let reach = accuracy.reach;
        let mut stretches = Vec::new();
        for (k, piece) in pieces.iter().enumerate() {
            let usual = piece.slope == 0.0 && piece.offset == base;
            let end = pieces.get(k + 1).map_or(f64::INFINITY, |next| next.from);
            let (low, high) = ((piece.from - mean) / spread, (end - mean) / spread);
            if usual || low > reach || high < -reach || low >= high {
                continue;
            }
            let at = |z: f64| amplitude * (piece.slope * z + piece.offset - base);
            let slope = amplitude * piece.slope * spread;
            stretches.push(if low.abs() <= high.abs() {
                Stretch { side: 1.0, low, high, start: at(piece.from), slope }
            } else {
                Stretch { side: -1.0, low: -high, high: -low, start: at(end), slope: -slope }
            });
        }
        let mut lacking = Sums::default();
        for stretch in &stretches {
            add(&mut lacking, &stretch.sums(None));
        }
        if lacking[0] > RARE {
            return None;
        }
        let [mass, _, _, mean_u, square, first, bent, second, ..] = lacking;
        let mut law = Self { stretches, lacking, summary: Summary::default(), reach, noise: 0.0 };
        let (mut low, mut high) = (0.0f64, 0.0f64);
        for u in law.stretches.iter().flat_map(|s| law.ends(s)) {
            low = low.min(u);
            high = high.max(u);
        }
        // E⟨w⟩² has its weight at 2u, but not beyond where the signal takes over from the noise.
        let takes = (-2.0 * mass.ln()).max(0.0).sqrt();
        (low, high) = (low - takes.min(-low), high + takes.min(high));
        law.noise = accuracy.noise();
        let reference =
            if square > LONG * mass { Reference::NoiseEntropy } else { Reference::Noise };
        law.summary = Summary {
            mean: mean_u,
            variance: (square - mean_u * mean_u).max(0.0),
            low,
            high,
            first,
            second,
            bent,
            reference,
            size: square.min(LONG * mass),
        };
        Some(law)
    }

    /// u at both ends of a stretch within reach.
    fn ends(&self, s: &Stretch) -> [f64; 2] {
        let end = s.high.min(self.reach);
        [s.start, s.start + s.slope * (end - s.low)]
    }
}

impl Law for RareLaw {
    fn summary(&self) -> Summary {
        self.summary
    }

    fn fill(&self, first: f64, spacing: f64, count: usize, grid: &mut Grid) {
        grid.reset(count);
        for j in 0..count {
            grid.set(j, &self.cell(first + j as f64 * spacing));
        }
    }

    fn lumpy(&self) -> bool {
        true
    }

    fn cell(&self, y: f64) -> Cell {
        let mut sums = Sums::default();
        for stretch in &self.stretches {
            if stretch.slope == 0.0 {
                // The same sums at every y.
                let ratio = normal_density(y - stretch.start);
                add(&mut sums, &stretch.sums(None).map(|sum| sum * ratio));
            } else {
                add(&mut sums, &stretch.sums(Some(y)));
            }
        }
        let noise = normal_density(y);
        let [mass, w, ww, u, uu, uw, _, _, n, nn] = sums;
        // Var(u|y) = Var(n|y): within the stretches, and between them and the flat part.
        let flat = noise * (1.0 - self.lacking[0]);
        let mut spread = 0.0;
        if mass > 0.0 {
            let within = if u * u < n * n { uu - u / mass * u } else { nn - n / mass * n };
            spread = within.max(0.0) + flat / (mass + flat) * mass * (u / mass).powi(2);
        }
        Cell {
            p: mass - noise * self.lacking[0],
            w: w - noise * self.lacking[1],
            ww: ww - noise * self.lacking[2],
            n: u,
            nn: spread,
            nw: uw,
        }
    }

    fn panels(&self) -> Option<Vec<Panel>> {
        let s = &self.summary;
        if s.high - s.low <= LONGEST {
            return None;
        }
        let (low, high) = (s.low - self.noise, s.high + self.noise);
        let mut points = vec![low, high, 0.0];
        let around = [-8.6, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.6];
        for s in &self.stretches {
            for u in self.ends(s) {
                points.extend(around.map(|k| u + k));
            }
            points.extend(around);
            // The weight of w falls by a few e-folds from one to the next.
            let mut t = s.low;
            while t < s.high.min(self.reach) {
                points.push(s.start + s.slope * (t - s.low));
                t += 3.0 / (1.0 + t.abs());
            }
            // Where the signal takes over from the noise.
            let density = self.lacking[0] / (1.0 + s.slope.abs());
            let takes = (-2.0 * density.ln()).max(0.0).sqrt();
            points.extend([-takes, takes]);
        }
        points.retain(|&y| y >= low && y <= high);
        points.sort_by(f64::total_cmp);
        points.dedup_by(|a, b| *a - *b < 0.3);
        Some(Panel::between(&points))
    }
}
