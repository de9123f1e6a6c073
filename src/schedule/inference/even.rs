//! Evenly spaced steps of a chain `[LLLY24 Table 2]`.

use super::rules::Spacing;
use crate::error::{Error, Result};

/// `count` steps of a chain of `length`, from the noisiest to the cleanest.
///
/// # Errors
/// More steps than the chain has, or an offset that leads beyond it.
pub(super) fn steps(
    spacing: Spacing,
    count: usize,
    length: usize,
    one_more: bool,
    whole: bool,
    offset: usize,
) -> Result<Vec<f64>> {
    let n = length as f64;
    let spaced = count + usize::from(one_more);
    let limit = length - usize::from(one_more);
    if count > limit {
        let expected = format!("must be at most {limit}: the chain has {length} steps");
        return Err(Error::argument("--num-inference-steps", count, expected));
    }
    let mut steps: Vec<f64> = match spacing {
        Spacing::Linspace if spaced == 1 => vec![0.0],
        Spacing::Linspace => {
            let last = n - 1.0;
            // As NumPy spaces: multiples of one step, the last set to the end.
            let each = last / (spaced - 1) as f64;
            let at = |k: usize| if k + 1 == spaced { last } else { k as f64 * each };
            let round = |x: f64| if whole { x.round_ties_even() } else { x };
            (0..spaced).rev().map(|k| round(at(k))).collect()
        }
        Spacing::Leading => {
            let each = (length / spaced) as f64;
            (0..spaced).rev().map(|k| k as f64 * each + offset as f64).collect()
        }
        Spacing::Trailing => {
            let each = n / count as f64;
            // As many as NumPy's arange has, which rounding makes one more at some counts.
            let points = (n / each).ceil() as usize;
            (0..points).map(|k| (n - k as f64 * each).round_ties_even() - 1.0).collect()
        }
    };
    if one_more && spacing != Spacing::Trailing {
        // The cleanest is left out.
        steps.pop();
    }
    if let Some(&first) = steps.first().filter(|first| **first > n - 1.0) {
        let expected = format!("leads to step {first}, beyond the last, {}", n - 1.0);
        return Err(Error::argument("steps_offset", offset, expected));
    }
    Ok(steps)
}
