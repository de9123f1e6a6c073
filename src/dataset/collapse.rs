//! Collapse times of a data set: where observables of its empirical score cross their thresholds.

use super::Source;
use super::observables::{Mean, Queries, Weights, range, weights};
use crate::error::Result;
use crate::process::{Noise, time_at_log_snr};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// An observable of the empirical score and its threshold.
pub struct Criterion {
    /// Name in the output, after `t_C.`.
    pub name: &'static str,
    /// Source key.
    pub source: &'static str,
    /// The observable of one query less its threshold, with the sign that makes it fall towards the
    /// data; its mean vanishes at the collapse.
    excess: fn(Weights) -> f64,
}

/// Every criterion, in the order of the output.
pub const CRITERIA: &[Criterion] = &[
    Criterion { name: "leave-one-out", source: "D81", excess: |w| w.log_ratio },
    Criterion { name: "participation", source: "D81", excess: |w| w.participation() - 2.0 },
    Criterion { name: "clones", source: "BBDM24", excess: |w| 0.5 - w.squares },
];

/// A collapse time, or why there is none.
pub type Crossing = std::result::Result<Mean, String>;

/// Noise levels at which a few queries locate the crossings.
const COARSE: usize = 61;

/// Queries that locate them.
const SCOUTS: usize = 64;

/// Spacing in log-SNR of the levels at which all queries are averaged, the whole multiples of it:
/// inverse interpolation through three of them is exact to some 1e-5, far below any standard error,
/// and criteria that cross at nearly the same noise share their levels.
const SPACING: f64 = 0.05;

/// Half-width of the levels around a crossing: what the few queries leave open, in standard errors,
/// and the least and the most in log-SNR.
const OPEN: f64 = 4.0;
const HALF_WIDTHS: (f64, f64) = (0.1, 0.6);

/// Means closer to zero than this are zero up to rounding: where every sample is there twice, all
/// three observables reach their thresholds and stay there.
const NOTHING: f64 = 1e-9;

/// How often the fine levels may be moved or widened.
const ROUNDS: usize = 4;

/// The collapse times of the criteria, each with the standard error over queries.
///
/// The data are given: the standard errors are those of the noise and of the choice of samples.
/// `progress` hears of the share done.
///
/// # Errors
/// Errors of reading.
pub fn collapse_times(
    source: &dyn Source,
    queries: &Queries,
    centre: &[f64],
    progress: &dyn Fn(f64),
) -> Result<Vec<Crossing>> {
    let Some((low, high)) = range(source, queries, centre)? else {
        let reason = "no transition: all samples are the same";
        return Ok(CRITERIA.iter().map(|_| Err(reason.into())).collect());
    };
    let at = |k: usize| low + (high - low) * k as f64 / (COARSE - 1) as f64;
    let grid: Vec<f64> = (0..COARSE).map(at).collect();
    let scouts = queries.first(SCOUTS);
    let seen = weights(source, &scouts, centre, &levels(&grid), &|_| ())?;
    // A window of fine levels for each criterion that crosses at all.
    let mut windows: Vec<Option<Window>> = CRITERIA
        .iter()
        .map(|criterion| crossing(&grid, &means(&seen, criterion)).map(Window::around))
        .collect();
    let mut found: Vec<Crossing> = CRITERIA.iter().map(|c| Err(never(&means(&seen, c)))).collect();
    for round in 0..ROUNDS {
        let steps: BTreeSet<i64> = windows.iter().flatten().flat_map(Window::steps).collect();
        if steps.is_empty() {
            break;
        }
        let fine: Vec<f64> = steps.iter().map(|&k| SPACING * k as f64).collect();
        let report = |done: usize| {
            let share = done as f64 / queries.count() as f64;
            progress((round as f64 + share) / (round + 1) as f64);
        };
        let seen = weights(source, queries, centre, &levels(&fine), &report)?;
        for ((window, criterion), found) in windows.iter_mut().zip(CRITERIA).zip(&mut found) {
            let Some(looked_at) = window else { continue };
            // The levels of a window lie side by side among all of them.
            let first = steps.range(..looked_at.steps().start()).count();
            let part = first..first + looked_at.steps().count();
            let means = means(&seen[part.clone()], criterion);
            match crossing(&fine[part], &means) {
                Some(crossing) => {
                    *found = Ok(crossing.time());
                    *window = None;
                }
                None => {
                    *found = Err(never(&means));
                    *looked_at = looked_at.moved(if means[0].value > 0.0 { 1.0 } else { -1.0 });
                }
            }
        }
    }
    Ok(found)
}

/// Where all queries look for a crossing.
#[derive(Clone, Copy, Debug)]
struct Window {
    centre: f64,
    half: f64,
}

impl Window {
    /// Around a crossing that few queries show.
    fn around(crossing: AtLogSnr) -> Self {
        let (least, most) = HALF_WIDTHS;
        let half = OPEN * crossing.stderr;
        // An error that is no number leaves everything open.
        let half = if half < most { half.max(least) } else { most };
        Self { centre: crossing.log_snr, half }
    }

    /// Its levels, in units of the spacing.
    fn steps(&self) -> RangeInclusive<i64> {
        let (low, high) = (self.centre - self.half, self.centre + self.half);
        (low / SPACING).floor() as i64..=(high / SPACING).ceil() as i64
    }

    /// The one that follows on a side, wider.
    fn moved(self, side: f64) -> Self {
        Self { centre: self.centre + side * self.half, half: 1.5 * self.half }
    }
}

fn levels(log_snr: &[f64]) -> Vec<Noise> {
    // Any finite log-SNR is a noise level.
    log_snr.iter().map(|u| Noise::at_tau((-u).exp())).collect()
}

fn means(seen: &[Vec<Weights>], criterion: &Criterion) -> Vec<Mean> {
    seen.iter().map(|queries| Mean::of(queries.iter().map(|w| (criterion.excess)(*w)))).collect()
}

fn never(means: &[Mean]) -> String {
    if means.first().is_some_and(|m| m.value <= 0.0) {
        "no transition: the weight is on few samples at every noise level".into()
    } else {
        "no transition: several samples share the weight at every noise level, as repeated samples do"
            .into()
    }
}

/// Where a mean crosses zero.
#[derive(Clone, Copy, Debug)]
struct AtLogSnr {
    log_snr: f64,
    stderr: f64,
}

impl AtLogSnr {
    fn time(self) -> Mean {
        // |dt/dλ| = ½/(1 + e^λ)
        let slope = 0.5 / (1.0 + self.log_snr.exp());
        Mean { value: time_at_log_snr(self.log_snr), stderr: slope * self.stderr }
    }
}

/// The first change from positive to negative going up in log-SNR, by inverse interpolation through
/// the three nearest points; its standard error is that of the mean over the slope.
fn crossing(grid: &[f64], means: &[Mean]) -> Option<AtLogSnr> {
    let below = |k: usize| means[k].value < -NOTHING;
    let k = (1..grid.len()).find(|&k| !below(k - 1) && below(k))?;
    if k == 1 && means[0].value <= 0.0 {
        return None;
    }
    let (a, b) = (means[k - 1].value, means[k].value);
    let linear = grid[k - 1] + (grid[k] - grid[k - 1]) * a / (a - b);
    let third = if k + 1 < grid.len() { k + 1 } else { k.checked_sub(2)? };
    let nodes = [(grid[k - 1], a), (grid[k], b), (grid[third], means[third].value)];
    let quadratic: f64 = (0..3)
        .map(|i| {
            let others = (0..3).filter(|&j| j != i);
            others.fold(nodes[i].0, |p, j| p * nodes[j].1 / (nodes[j].1 - nodes[i].1))
        })
        .sum();
    let inside = quadratic.is_finite() && (grid[k - 1]..=grid[k]).contains(&quadratic);
    let log_snr = if inside { quadratic } else { linear };
    let slope = (b - a) / (grid[k] - grid[k - 1]);
    let share = (log_snr - grid[k - 1]) / (grid[k] - grid[k - 1]);
    let stderr = means[k - 1].stderr + share * (means[k].stderr - means[k - 1].stderr);
    Some(AtLogSnr { log_snr, stderr: stderr / slope.abs() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The zero of a smooth falling curve, to third order in the spacing 0.05: some 1e-5.
    #[test]
    fn identity_crossing_of_a_known_curve() {
        let grid: Vec<f64> = (0..25).map(|k| -0.6 + 0.05 * f64::from(k)).collect();
        let curve = |u: f64| 3.0 * (0.123_4 - u) + (0.123_4 - u).powi(2);
        let means: Vec<Mean> =
            grid.iter().map(|&u| Mean { value: curve(u), stderr: 0.03 }).collect();
        let found = crossing(&grid, &means).unwrap();
        assert!((found.log_snr - 0.123_4).abs() < 3e-5, "{found:?}");
        assert!((found.stderr - 0.01).abs() < 1e-3, "{found:?}");
        assert!(crossing(&grid[..5], &means[..5]).is_none());
    }
}
