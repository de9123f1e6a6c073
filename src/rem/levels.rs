//! Drawing the lowest energy levels when n is beyond any memory.
//!
//! Given x the n − 1 energies are independent. Where n is large, those below a cut are a Poisson
//! process of intensity n dF_x(E): a unit Poisson process mapped through the inverse of nF_x. Those
//! above the cut are so many that their sum is Gaussian, with mean n ∫ e^{−E} dF and variance
//! n ∫ e^{−2E} dF over the energies above it. With a thousand levels below the cut the
//! fluctuation of the rest is a small part of the whole, and its skewness a thirtieth of that.

use crate::error::{Error, Result};
use crate::numerics::special::{log_sum_exp, softplus};
use crate::process::Noise;
use crate::rem::finite::law::{Isotropic, Law};
use crate::rem::finite::mellin::{FULL_DEPTH, Kernel, Line};
use crate::rem::finite::{Ensemble, Geometry};

/// Points of the table of log nF.
const POINTS: usize = 96;

/// log of the expected number of levels below the table.
const FLOOR: f64 = -28.0;

/// Draws the energies seen from a random noisy sample.
#[derive(Clone, Copy, Debug)]
pub struct LevelSampler {
    geometry: Geometry,
    log_n: f64,
    resolved: f64,
}

/// One draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// Energy of the own sample, E_1 = |ω|²/2.
    pub own: f64,
    /// Energies of the lowest other samples, ascending.
    pub lowest: Vec<f64>,
    /// log Σ e^{−E} over all other samples above the cut.
    pub log_rest: f64,
}

impl Levels {
    /// log(Z_{2..n}/Z_1).
    pub fn log_ratio(&self) -> f64 {
        let mut terms: Vec<f64> = self.lowest.iter().map(|e| -e).collect();
        terms.push(self.log_rest);
        self.own + log_sum_exp(&terms)
    }

    /// log(1 + Z_{2..n}/Z_1), whose mean is the entropy of the index.
    pub fn log_inverse_weight(&self) -> f64 {
        softplus(self.log_ratio())
    }

    /// Weight of the own sample.
    pub fn own_weight(&self) -> f64 {
        (-self.log_inverse_weight()).exp()
    }
}

impl LevelSampler {
    /// A sampler for `ensemble` at a noise level, which draws about `resolved` levels one by one
    /// (a thousand is enough) and the sum of all others at once.
    ///
    /// # Errors
    /// [`Error::Argument`] unless n ≥ 100 `resolved` ≥ 1000, so that the levels below the cut are a
    /// Poisson process to a part in a hundred of what the cut itself neglects, and 0 < t < ∞.
    pub fn new(ensemble: &Ensemble, noise: Noise, resolved: f64) -> Result<Self> {
        if !(resolved >= 10.0 && resolved.ln() + 100f64.ln() <= ensemble.log_n()) {
            let expected = "must be at least 10 and at most n/100";
            return Err(Error::argument("levels", resolved, expected));
        }
        if !(noise.tau() > 0.0 && noise.tau().is_finite()) {
            return Err(Error::argument("t", noise.time(), "must be above 0 and finite"));
        }
        Ok(Self { geometry: ensemble.geometry(noise), log_n: ensemble.log_n(), resolved })
    }

    /// Draws x and the levels; `uniform` returns independent numbers uniform on [0, 1).
    pub fn draw(&self, uniform: &mut impl FnMut() -> f64) -> Levels {
        let Geometry { d, kappa, rest, separation, .. } = self.geometry;
        // y − m in units of its standard deviation, and the noise ω that led to it.
        let (mut radius, mut noise, mut along) = (0.0, 0.0, 0.0);
        for i in 0..d as usize {
            let (sample, omega) = normal_pair(uniform);
            let y = kappa.sqrt() * sample + rest.sqrt() * omega;
            radius += y * y;
            noise += omega * omega;
            if i == 0 {
                along = y;
            }
        }
        let mut classes = vec![(self.geometry.other(radius), self.log_n)];
        if separation > 0.0 {
            let share = self.log_n - std::f64::consts::LN_2;
            let far = radius + 4.0 * separation * (along + separation);
            classes = vec![
                (self.geometry.other(radius), share),
                (self.geometry.other(far.max(0.0)), share),
            ];
        }
        let (mut lowest, mut rests) = (Vec::new(), Vec::new());
        for (law, log_count) in classes {
            let table = Table::new(&law, log_count, self.resolved);
            let mut arrival = 0.0;
            loop {
                arrival -= (1.0 - uniform()).ln();
                if arrival >= table.total {
                    break;
                }
                lowest.push(table.energy(arrival.ln()));
            }
            let (gaussian, _) = normal_pair(uniform);
            let relative = (0.5 * table.log_rest_square - table.log_rest).exp();
            // A Gaussian that wide is never drawn: the rest is a sum of very many terms.
            let factor = (1.0 + relative * gaussian).max(f64::MIN_POSITIVE);
            rests.push(table.log_rest + factor.ln());
        }
        lowest.sort_by(f64::total_cmp);
        Levels { own: 0.5 * noise, lowest, log_rest: log_sum_exp(&rests) }
    }
}

/// log nF on a grid of energies, with its slope, and what lies above the grid.
struct Table {
    start: f64,
    step: f64,
    /// (log nF, its derivative)
    points: Vec<(f64, f64)>,
    /// nF at the cut.
    total: f64,
    /// log n ∫ e^{−E} dF above the cut.
    log_rest: f64,
    /// log n ∫ e^{−2E} dF above the cut.
    log_rest_square: f64,
}

impl Table {
    fn new(law: &Isotropic, log_count: f64, resolved: f64) -> Self {
        let cap = 1e15;
        let (_, low) = law.lower(FLOOR - log_count, cap);
        // Chernoff's bound misses the count by a factor √(2π) λ times the width.
        let aim = resolved.ln() - log_count;
        let (slope, _) = law.lower(aim, cap);
        let width = law.cumulants(slope)[2].sqrt();
        let (_, cut) = law.lower((aim + (2.5 * slope * width).ln_1p()).min(-1e-3), cap);
        let window = cut - low;
        let step = window / (POINTS - 1) as f64;
        let column = |kernel| {
            let mut sums = vec![0.0; POINTS];
            // Two lines keep the relative accuracy over a count that runs over twenty decades.
            let half = POINTS / 2;
            for (from, upto) in [(0, half), (half, POINTS)] {
                let first = low + from as f64 * step;
                let origin = first + 0.5 * (upto - from) as f64 * step;
                let line = Line::through_saddle(kernel, law, origin, window, log_count, FULL_DEPTH);
                line.add(1.0, first, step, &mut sums[from..upto]);
            }
            sums
        };
        let (count, density) = (column(Kernel::Below), column(Kernel::Density));
        let points: Vec<(f64, f64)> =
            count.iter().zip(&density).map(|(n, p)| (n.max(1e-300).ln(), p / n)).collect();
        let total = count.last().copied().unwrap_or(0.0);
        let tail = |lambda: f64| {
            // n ∫_{cut} e^{−λE} dF = n M(λ) P(tilted E > cut).
            let growth = 1.0 + lambda * law.scale;
            let tilted = Isotropic {
                freedom: law.freedom,
                scale: law.scale / growth,
                shift: law.shift / (growth * growth),
            };
            let mut sum = [0.0];
            Line::through_saddle(Kernel::Above, &tilted, cut, 1.0, 0.0, FULL_DEPTH)
                .add(1.0, cut, 0.0, &mut sum);
            log_count + law.cumulants(lambda)[0] + sum[0].max(f64::MIN_POSITIVE).ln()
        };
        Self { start: low, step, points, total, log_rest: tail(1.0), log_rest_square: tail(2.0) }
    }

    /// The energy at which log nF takes a value, by the cubic that has the table's slopes.
    fn energy(&self, log_count: f64) -> f64 {
        let k = self.points.partition_point(|p| p.0 <= log_count).clamp(1, POINTS - 1) - 1;
        let ((f0, s0), (f1, s1)) = (self.points[k], self.points[k + 1]);
        // Inverse interpolation: E as a cubic in log nF, with slopes 1/s.
        let width = f1 - f0;
        let x = (log_count - f0) / width;
        let (m0, m1) = (width / (s0 * self.step), width / (s1 * self.step));
        let y = ((m0 + m1 - 2.0) * x + 3.0 - 2.0 * m0 - m1) * x * x + m0 * x;
        self.start + self.step * (k as f64 + y)
    }
}

/// Two independent standard normal numbers, by Box and Muller.
fn normal_pair(uniform: &mut impl FnMut() -> f64) -> (f64, f64) {
    let radius = (-2.0 * (1.0 - uniform()).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * uniform()).sin_cos();
    (radius * cos, radius * sin)
}
