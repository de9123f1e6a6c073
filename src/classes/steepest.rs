//! Where the entropy of several classes is steepest in time, when it is a mean over points.
//!
//! The same points serve all times, so that each randomisation has a smooth curve and a steepest point
//! of its own; these scatter as the true one is uncertain.

use super::data_time;
use super::means::{COARSE, Effort, scattered};
use super::several::Several;
use crate::Answer;
use crate::error::Result;
use crate::numerics::chebyshev::Chebyshev;
use crate::numerics::lattice::REPLICATES;
use crate::numerics::{Estimate, minima};
use crate::process::Noise;

/// Step in log-SNR; class structure varies over units of it.
const STEP: f64 = 0.7;

/// Entropy or information below this fraction of the label entropy counts as nothing.
const NOTHING: f64 = 2e-3;

/// Nodes of the two interpolants whose difference tells their error, and the part of their interval
/// that is left out at either end, where derivatives swing.
const NODES: [usize; 2] = [11, 8];
const MARGIN: f64 = 0.12;

impl Several {
    /// The time at which the class entropy is steepest, by points, within the classes' log-SNR window.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn steepest_sampled(&self, (latest, earliest): (f64, f64)) -> Result<Answer> {
        let full = self.label_entropy.value;
        // From late to early times; each randomisation has a curve of its own.
        let mut curve: Vec<(f64, Vec<f64>)> = Vec::new();
        let mut u = latest;
        loop {
            let noise = Noise::at_tau((-u).exp());
            u += STEP;
            let bounds = self.bounds(noise)?;
            let entropies: Vec<f64> = if bounds.information.upper() < NOTHING * full {
                vec![full; COARSE]
            } else {
                let means = self.means(noise, Effort::Coarse, None)?;
                means.replicates.iter().map(|r| r[0]).collect()
            };
            let least = average(&entropies);
            curve.push((noise.time(), entropies));
            // Earlier, differences of the entropy are rounding, and those of the times as small.
            if least < NOTHING * full || noise.time() < data_time(earliest) {
                break;
            }
        }
        let last = curve.len() - 1;
        if full - average(&curve[last].1) < NOTHING * full {
            return Ok(Answer::absent("no transition: the classes are not told apart at any time"));
        }
        let steepest_of = |entropy: &dyn Fn(&[f64]) -> f64| {
            let slope = |i: usize| {
                let ((t, now), (before, then)) = (&curve[i], &curve[i + 1]);
                (entropy(now) - entropy(then)) / (t - before)
            };
            (0..last).max_by(|&a, &b| slope(a).total_cmp(&slope(b))).unwrap_or(0)
        };
        let steepest = steepest_of(&|all| average(all));
        let resolved = average(&curve[last].1) < NOTHING * full;
        let in_data = |steepest: usize| steepest + 1 == last && !resolved;
        let own: Vec<bool> = (0..COARSE).map(|r| in_data(steepest_of(&|all| all[r]))).collect();
        if own.iter().any(|at| *at != in_data(steepest)) {
            return Ok(Answer::absent(
                "not resolved: whether the class entropy is steepest at t = 0 is within its error",
            ));
        }
        if in_data(steepest) {
            return Ok(Answer::absent("no transition: the class entropy is steepest at t = 0"));
        }
        let late = curve[steepest.saturating_sub(1)].0;
        let early = curve[(steepest + 2).min(last)].0;
        let mut peaks: Vec<f64> = Vec::new();
        let mut means = Vec::new();
        for nodes in NODES {
            let mut rows: Vec<Vec<f64>> = Vec::new();
            let entropy = |t: f64| -> Result<f64> {
                let means = self.means(Noise::at_time(t)?, Effort::Quick, None)?;
                rows.push(means.replicates.iter().map(|r| r[0]).collect());
                Ok(means.estimate(0).value)
            };
            let mean = Chebyshev::interpolate(entropy, early, late, nodes)?;
            means.push(peak(&mean, early, late)?);
            if peaks.is_empty() {
                for replicate in 0..REPLICATES {
                    let mut values = rows.iter().map(|row| row[replicate]);
                    let next = |_| Ok::<f64, crate::Error>(values.next().unwrap_or(f64::NAN));
                    let own = Chebyshev::interpolate(next, early, late, nodes)?;
                    peaks.push(peak(&own, early, late)?);
                }
            }
        }
        let scatter = scattered(&peaks, 0.0).error;
        let interpolation = 2.0 * (means[0] - means[1]).abs();
        Ok(Answer::Value(Estimate::new(means[0], scatter + interpolation)))
    }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Where a polynomial is steepest, away from the ends of its interval.
fn peak(entropy: &Chebyshev, early: f64, late: f64) -> Result<f64> {
    let slope = entropy.derivative();
    let margin = MARGIN * (late - early);
    let inside = (early + margin, late - margin);
    Ok(minima::unimodal("steepest class entropy", |t| -slope.value(t), inside.0, inside.1)?.at)
}
