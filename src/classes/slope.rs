//! What not knowing the class adds to the mean square error, by the slope of the information on it:
//! 2 dI(class; x)/dsnr `[GSV05]`, for class structures that have no closed form for it.
//!
//! The slope is that of the polynomial through Chebyshev nodes in log-SNR around the point; two numbers of
//! nodes say what is left out, the errors of the informations what rounding does.

use super::Classes;
use crate::Answer;
use crate::error::Result;
use crate::numerics::Estimate;
use crate::process::Noise;
use std::f64::consts::PI;

/// Half the width of the window in log-SNR. The information ends like e^{−γ/2}: γ changes by a fifth.
const HALF_WIDTH: f64 = 0.2;

/// Numbers of nodes.
const NODES: [usize; 2] = [16, 24];

/// E|E[a|x, class] − E[a|x]|² in all, or why it is not known.
///
/// # Errors
/// Failed numerics.
pub fn class_error(classes: &dyn Classes, noise: Noise) -> Result<Answer> {
    if noise.tau() == 0.0 {
        return Ok(Estimate::exact(0.0).into());
    }
    if noise.tau() == f64::INFINITY {
        return Ok(classes.between_eigenvalues()?.into_iter().sum::<Estimate>().into());
    }
    if classes.is_sampled() {
        return Ok(Answer::absent(
            "the class posterior is a mean over seeded points, whose slope is not known: simulate uturn has it",
        ));
    }
    let centre = noise.log_snr();
    let [coarse, fine] = NODES.map(|count| slope(classes, centre, count));
    let (coarse, fine) = (coarse?, fine?);
    // Half as many nodes again make the error its power ³⁄₂.
    let slope = fine.widened(0.1 * (fine.value - coarse.value).abs());
    Ok((slope * Estimate::rounded(noise.tau()) * 2.0).into())
}

/// dI/dlog snr by `count` nodes.
fn slope(classes: &dyn Classes, centre: f64, count: usize) -> Result<Estimate> {
    let n = count as f64;
    let mut sum = Estimate::exact(0.0);
    for j in 0..count {
        let angle = PI * (j as f64 + 0.5) / n;
        // Σ over odd k of c_k T_k'(0), T_k'(0) = ±k.
        let weight: f64 = (1..count)
            .step_by(2)
            .map(|k| {
                let sign = if k % 4 == 1 { 1.0 } else { -1.0 };
                sign * k as f64 * (k as f64 * angle).cos()
            })
            .sum();
        let at = Noise::at_log_snr(centre + HALF_WIDTH * angle.cos())?;
        let information = classes.information(at)?;
        // The place of the node is rounded too; the slope there is at most of the order of the information.
        let moved = information.value.abs() * (centre.abs() + 4.0) * f64::EPSILON;
        sum = sum + information.widened(moved) * (2.0 / n * weight / HALF_WIDTH);
    }
    Ok(sum)
}
