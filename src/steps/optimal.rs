//! The grid on which ancestral sampling costs least.
//!
//! The cost Σ ½ mmse(s_k) δ_k is not convex in the grid: where mmse falls in steps it has several minima. So
//! the least sum over a fine set of candidate levels is found first, by a shortest path, which is global;
//! Newton's method then solves mmse'(s_k) δ_k = mmse(s_k) − mmse(s_{k−1}), and its residual certifies it.

use super::ancestral::area;
use super::data::{Data, Jet};
use super::level::Level;
use super::path;
use crate::error::Result;

/// Candidate levels of the shortest path: sixteen a step at least.
const CANDIDATES: usize = 1024;

/// The same where a level costs milliseconds.
const FEW_CANDIDATES: usize = 192;

/// Steps that the shortest path places; grids of more are interpolated in it, since the density of the best
/// levels no longer changes.
const PLACED: usize = 64;

/// Newton steps after which the best grid so far is taken: it takes about eight.
const NEWTON_STEPS: usize = 40;

/// The same where a level costs milliseconds, and mmse may jump, where no grid is stationary.
const FEW_NEWTON_STEPS: usize = 12;

/// Residual at which the grid counts as stationary.
const STATIONARY: f64 = 1e-12;

/// A grid with what certifies it.
#[derive(Clone, Debug)]
pub struct Optimal {
    /// Levels from the noisiest to the cleanest.
    pub grid: Vec<Level>,
    /// Largest |mmse'(s_k) δ_k − mmse(s_k) + mmse(s_{k−1})| (s_k + s*), over the largest of its terms, s* being
    /// the snr at which the data come out of the noise.
    pub residual: f64,
}

/// A falling function whose left Riemann sum is to be least.
pub(super) trait Falling {
    /// Its value.
    ///
    /// # Errors
    /// Failed numerics, or none there.
    fn value(&self, at: f64) -> Result<f64>;

    /// The same with its derivatives.
    ///
    /// # Errors
    /// As [`Self::value`].
    fn jet(&self, at: f64) -> Result<Jet>;

    /// Where it begins to fall.
    fn scale(&self) -> f64;

    /// Whether a value costs milliseconds, and the function may jump.
    fn slow(&self) -> bool;
}

impl Falling for Data<'_> {
    fn value(&self, at: f64) -> Result<f64> {
        Ok(self.mmse(at)?.value)
    }

    fn jet(&self, at: f64) -> Result<Jet> {
        Data::jet(self, at)
    }

    fn scale(&self) -> f64 {
        Data::scale(self)
    }

    fn slow(&self) -> bool {
        self.model().replica().is_some()
    }
}

/// The best grid of `steps` steps between two levels.
///
/// # Errors
/// Failed numerics.
pub fn grid(data: &Data<'_>, ends: [Level; 2], steps: usize) -> Result<Optimal> {
    if steps < 2 {
        return Ok(Optimal { grid: ends.to_vec(), residual: 0.0 });
    }
    let (snr, residual) = places(data, [ends[0].snr, ends[1].snr], steps)?;
    let mut levels: Vec<Level> = snr.into_iter().map(Level::at_snr).collect();
    [levels[0], levels[steps]] = ends;
    Ok(Optimal { grid: levels, residual })
}

/// The `steps` + 1 places between two at which the left Riemann sum is least, and the residual that certifies them.
///
/// # Errors
/// Failed numerics.
pub(super) fn places(
    data: &dyn Falling,
    [first, last]: [f64; 2],
    steps: usize,
) -> Result<(Vec<f64>, f64)> {
    if steps < 2 {
        return Ok((vec![first, last], 0.0));
    }
    let count = if data.slow() { FEW_CANDIDATES } else { CANDIDATES };
    let candidates = spread(first, last, data.scale(), count);
    let heights: Vec<f64> = candidates.iter().map(|&at| data.value(at)).collect::<Result<_>>()?;
    let chosen = path::shortest(&heights, &candidates, steps.min(PLACED));
    let placed = chosen.iter().map(|&place| candidates[place]).collect();
    let (mut places, mut residual) = polished(data, placed)?;
    if steps > PLACED {
        (places, residual) = polished(data, interpolated(&places, data.scale(), steps))?;
    }
    Ok((places, residual))
}

/// `count` + 1 levels evenly spaced in log(snr + scale), where the data change evenly.
pub(super) fn spread(first: f64, last: f64, scale: f64, count: usize) -> Vec<f64> {
    let length = ((last - first) / (first + scale)).ln_1p();
    let at = |k: usize| match k {
        0 => first,
        k if k == count => last,
        k => first + (first + scale) * (length * k as f64 / count as f64).exp_m1(),
    };
    (0..=count).map(at).collect()
}

/// More levels than there are, by cubics through four neighbours in log(snr + scale): the density of the best
/// levels is smooth.
fn interpolated(few: &[f64], scale: f64, steps: usize) -> Vec<f64> {
    let last = few.len() - 1;
    let logs: Vec<f64> =
        few.iter().map(|snr| ((snr - few[0]) / (few[0] + scale)).ln_1p()).collect();
    let at = |k: usize| {
        let place = k as f64 * last as f64 / steps as f64;
        let first = (place as usize).clamp(1, last - 2) - 1;
        let x = place - first as f64;
        let weights = [
            (x - 1.0) * (x - 2.0) * (x - 3.0) / -6.0,
            x * (x - 2.0) * (x - 3.0) / 2.0,
            x * (x - 1.0) * (x - 3.0) / -2.0,
            x * (x - 1.0) * (x - 2.0) / 6.0,
        ];
        let log: f64 = weights.iter().zip(&logs[first..]).map(|(w, log)| w * log).sum();
        few[0] + (few[0] + scale) * log.exp_m1()
    };
    let mut all: Vec<f64> = (0..=steps).map(at).collect();
    (all[0], all[steps]) = (few[0], few[last]);
    if all.windows(2).any(|pair| pair[0] >= pair[1]) {
        // Levels that crowd at a step of mmse: evenly between neighbours.
        let even = |k: usize| {
            let place = k as f64 * last as f64 / steps as f64;
            let low = (place as usize).min(last - 1);
            few[low] + (few[low + 1] - few[low]) * (place - low as f64)
        };
        all = (0..=steps).map(even).collect();
    }
    all
}

/// A grid with its jets and what is left of the stationarity equations.
struct State {
    snr: Vec<f64>,
    jets: Vec<Jet>,
    area: f64,
    residual: f64,
}

impl State {
    fn new(data: &dyn Falling, snr: Vec<f64>) -> Result<Self> {
        let inner = snr.len() - 1;
        let mut jets = Vec::with_capacity(inner);
        let mmse = data.value(snr[0])?;
        jets.push(Jet { mmse, slope: 0.0, curvature: 0.0 });
        for &s in &snr[1..inner] {
            jets.push(data.jet(s)?);
        }
        let mmse: Vec<f64> = jets.iter().map(|jet| jet.mmse).collect();
        let mut state = Self { area: area(&mmse, &snr), snr, jets, residual: 0.0 };
        let (mut largest, mut of_terms) = (0.0f64, 0.0f64);
        for k in 1..inner {
            largest = largest.max(state.force(k, data.scale()).abs());
            let term = state.jets[k].slope * (state.snr[k + 1] - state.snr[k]);
            of_terms = of_terms.max(term.abs());
        }
        state.residual = if largest == 0.0 { 0.0 } else { largest / of_terms };
        Ok(state)
    }

    /// Twice the slope of the cost by log(s_k + scale).
    fn force(&self, k: usize, scale: f64) -> f64 {
        let jet = self.jets[k];
        let drop = (jet.mmse - self.jets[k - 1].mmse) * (self.snr[k] + scale);
        jet.slope * (self.snr[k + 1] - self.snr[k]) - drop
    }

    /// The Newton step in log(s_k + scale); the diagonal is raised by `raised` of itself, and
    /// kept positive, so that it leads downwards.
    fn newton(&self, scale: f64, raised: f64) -> Vec<f64> {
        let inner = self.snr.len() - 1;
        let width = |k: usize| self.snr[k] + scale;
        let beside = |k: usize| self.jets[k].slope * width(k + 1);
        // Elimination in a symmetric tridiagonal matrix.
        let mut pivots = Vec::with_capacity(inner);
        let mut right: Vec<f64> = Vec::with_capacity(inner);
        for k in 1..inner {
            let jet = self.jets[k];
            let delta = self.snr[k + 1] - self.snr[k];
            let force = self.force(k, scale);
            let least = -jet.slope * width(k);
            let own = least * 2.0 + jet.curvature * delta + force;
            let own = own.max(0.5 * least) * (1.0 + raised) + f64::MIN_POSITIVE;
            let (pivot, value) = match (pivots.last(), right.last()) {
                (Some(before), Some(value)) => {
                    let factor: f64 = beside(k - 1) / before;
                    (own - factor * beside(k - 1), -force - factor * value)
                }
                _ => (own, -force),
            };
            pivots.push(if pivot > 0.0 { pivot } else { own });
            right.push(value);
        }
        let mut step = vec![0.0; inner + 1];
        for k in (1..inner).rev() {
            let after = if k + 1 < inner { beside(k) * step[k + 1] } else { 0.0 };
            step[k] = (right[k - 1] - after) / pivots[k - 1];
        }
        step
    }

    /// The grid after `share` of a step, or nothing where levels would pass each other.
    fn moved(&self, step: &[f64], scale: f64, share: f64) -> Option<Vec<f64>> {
        // The step is one of log(s + scale).
        let at = |(k, s): (usize, &f64)| s + (s + scale) * (share * step[k]).exp_m1();
        let moved: Vec<f64> = self.snr.iter().enumerate().map(at).collect();
        moved.windows(2).all(|pair| pair[0] < pair[1]).then_some(moved)
    }
}

/// Share of a step below which no further one is tried.
const SMALLEST_SHARE: f64 = 1e-3;

/// What a sum of areas may be off by rounding, relative to it.
const LEVEL: f64 = 1e-14;

/// Newton's method from a grid, downwards only; the residual where it ends.
fn polished(data: &dyn Falling, start: Vec<f64>) -> Result<(Vec<f64>, f64)> {
    let mut state = State::new(data, start)?;
    let mut raised = 0.0;
    let most = if data.slow() { FEW_NEWTON_STEPS } else { NEWTON_STEPS };
    for _ in 0..most {
        if state.residual <= STATIONARY {
            break;
        }
        let step = state.newton(data.scale(), raised);
        let mut share = 1.0;
        let next = loop {
            if let Some(snr) = state.moved(&step, data.scale(), share) {
                let next = State::new(data, snr)?;
                let lower = next.area < state.area * (1.0 - LEVEL);
                let flat = next.area <= state.area * (1.0 + LEVEL);
                if lower || flat && next.residual < state.residual {
                    break Some(next);
                }
            }
            share *= 0.5;
            if share < SMALLEST_SHARE {
                break None;
            }
        };
        match next {
            Some(next) => {
                raised = if share == 1.0 { 0.0 } else { raised };
                state = next;
            }
            None if raised < 1.0 => raised = 1.0,
            None => break,
        }
    }
    Ok((state.snr, state.residual))
}
