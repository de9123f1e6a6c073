//! When two classes separate.

use super::crossing::crossing;
use crate::Answer;
use crate::classes::Classes;
use crate::error::Result;
use crate::numerics::Estimate;

/// Time at which classes `j` and `k` separate by the Bayes criterion: mean = standard deviation of
/// log P_t(x|j)/P_t(x|k) under class j, or the same with the classes exchanged, whichever is later.
///
/// The two directions differ only for unequal covariances.
///
/// # Errors
/// Failed numerics.
pub fn pair_bayes_time(classes: &dyn Classes, j: usize, k: usize) -> Result<Answer> {
    if let Some(answer) = classes.bayes_time(j, k) {
        return Ok(answer);
    }
    let directed = |j: usize, k: usize| {
        let ratios = classes.ratios(j, k)?;
        let excess = |noise| {
            let ratio = ratios(noise)?;
            if ratio.mean.value < 1e-200 {
                return Ok(Estimate::exact(-1.0));
            }
            Ok(ratio.mean / ratio.variance.sqrt() - 1.0)
        };
        let window = classes.log_snr_window();
        crossing("Bayes criterion", window, classes.together_beyond(j, k), excess, excess)
    };
    let (one, other) = (directed(j, k)?, directed(k, j)?);
    let later = match (one.value(), other.value()) {
        (Some(a), Some(b)) => a >= b,
        (a, _) => a.is_some(),
    };
    Ok(if later { one } else { other })
}
