//! The steepest point of the class entropy where it is known by values only.

use super::speciation::ONLY_BOUNDS;
use crate::Answer;
use crate::classes::Classes;
use crate::error::Result;
use crate::numerics::chebyshev::Chebyshev;
use crate::numerics::{Estimate, minima, roots};
use crate::process::{LOG_SNR, Noise, time_at_log_snr};

/// Spacing of the times at which the class entropy is sampled, beyond the first geometric ones.
const GRID: f64 = 0.05;

/// Earliest time at which the class entropy is sampled where the classes are of ordinary size.
const FINEST_TIME: f64 = 1e-6;

/// Times sampled between [`FINEST_TIME`] and [`GRID`]: 4.6 for each factor of e.
const EARLY_POINTS: f64 = 50.0;

/// How much earlier the window of the classes ends than they are worth sampling.
const CLASSES_IN_DATA: f64 = 1e12;

/// The steepest point of H(class | x_t) where H is known by values only: from its values on a
/// coarse grid, then from the second derivative of a Chebyshev interpolant around it.
pub(super) fn steepest_by_interpolation(classes: &dyn Classes) -> Result<Answer> {
    let entropy =
        |t: f64| -> Result<Estimate> { Ok(classes.posterior(Noise::at_time(t)?)?.entropy) };
    // Times from close to 0, first in geometric then in even steps, until the label entropy is
    // reached.
    let (latest, earliest) = classes.log_snr_window();
    // As far as the classes reach, in steps of one ratio; half the noise is half the time there.
    let finest = FINEST_TIME.min(0.5 * (-earliest.min(LOG_SNR.1)).exp() * CLASSES_IN_DATA);
    let count = (EARLY_POINTS * (GRID / finest).ln() / (GRID / FINEST_TIME).ln()).ceil();
    let early = (0..count as u32).map(|k| finest * (GRID / finest).powf(f64::from(k) / count));
    let even = (time_at_log_snr(latest) / GRID).round() as u32;
    let times = early.chain((1..=even).map(|k| GRID * f64::from(k)));
    let full = crate::classes::label_entropy(classes.weights()).value;
    let mut values: Vec<(f64, Estimate)> = Vec::new();
    for t in times {
        let here = classes.rough_posterior(Noise::at_time(t)?)?.entropy;
        if here.error > 1e-3 * full {
            return Ok(Answer::absent(ONLY_BOUNDS));
        }
        values.push((t, here));
        if t > GRID && full - here.value < 1e-4 * full {
            break;
        }
    }
    let spread = values.iter().map(|v| v.1.value).fold(f64::NEG_INFINITY, f64::max)
        - values.iter().map(|v| v.1.value).fold(f64::INFINITY, f64::min);
    if spread < 1e-3 * full {
        let reason = if full - values[0].1.value < 1e-3 * full {
            "no transition: the classes are not told apart at any time"
        } else {
            return Ok(Answer::absent(format!(
                "not resolved: the classes separate earlier than t = {:.0e}",
                values[0].0
            )));
        };
        return Ok(Answer::absent(reason));
    }
    let slope = |w: &[(f64, Estimate)]| (w[1].1.value - w[0].1.value) / (w[1].0 - w[0].0);
    let slopes: Vec<f64> = values.windows(2).map(slope).collect();
    let steepest = (0..slopes.len()).max_by(|&a, &b| slopes[a].total_cmp(&slopes[b])).unwrap_or(0);
    if steepest < 2 {
        return Ok(Answer::absent("no transition: the class entropy is steepest at t = 0"));
    }
    let centre = 0.5 * (values[steepest].0 + values[steepest + 1].0);
    let step = values[steepest + 1].0 - values[steepest].0;
    // The structure of H has the scale of t near the data and of one further out.
    let scale = (1.5 * centre).min(1.0);
    let locate = |half_width: f64, nodes: usize| -> Result<Option<Estimate>> {
        let (low, high) = (centre - half_width * scale, centre + half_width * scale);
        let mut noise = 0.0f64;
        let sampled = |t: f64| -> Result<f64> {
            let here = entropy(t)?;
            noise = noise.max(here.error);
            Ok(here.value)
        };
        let slope = Chebyshev::interpolate(sampled, low, high, nodes)?.derivative();
        let second = slope.derivative();
        let third = second.derivative();
        let near = (centre - 2.0 * step, centre + 2.0 * step);
        let peak =
            minima::unimodal("steepest class entropy", |t| -slope.value(t), near.0, near.1)?.at;
        let around = (peak - 0.5 * step, peak + 0.5 * step);
        let f = |t: f64| Estimate::exact(second.value(t));
        let Ok(root) = roots::bracketed("steepest class entropy", f, around.0, around.1) else {
            return Ok(None);
        };
        // Well inside the interval, two derivatives amplify the noise of the values by about the
        // square of the number of nodes per half-width.
        let amplified = noise * (nodes as f64 / (half_width * scale)).powi(2);
        Ok(Some(Estimate::new(root.value, amplified / third.value(root.value).abs())))
    };
    // Two interpolants of different extent and degree: their disagreement is the rest of the error.
    match (locate(0.6, 40)?, locate(0.5, 34)?) {
        (Some(a), Some(b)) => Ok(Answer::Value(a.widened(4.0 * (a.value - b.value).abs()))),
        _ => Ok(Answer::absent("not resolved: no single steepest point of the class entropy")),
    }
}
