//! Whether the scale of the data is one that noise schedules are made for.

use super::Data;
use crate::dataset::Source;

/// Standard deviations of entries at which a schedule's steps mean what its makers meant: data between
/// −1 and 1, or of unit variance, and some room.
const USUAL: std::ops::RangeInclusive<f64> = 0.03..=3.0;

/// What must be said of the data's scale beside a schedule; `variance` is that of a feature.
pub(in crate::ask) fn note(data: &Data<'_>, variance: f64) -> Option<String> {
    let (low, high) = data.found.range;
    let deviation = variance.sqrt();
    let bytes = low >= 0.0 && high > 1.0 && high <= 255.0 && whole(data);
    let unit = low >= 0.0 && high <= 1.0 && high > 0.5;
    if USUAL.contains(&deviation) && !bytes && !unit {
        return None;
    }
    let advice = if bytes {
        "--scale 2/255 gives bytes the width of -1 ... 1".to_owned()
    } else if unit {
        "--scale 2 gives them the width of -1 ... 1, and moves t_S by log 2".to_owned()
    } else {
        format!("--scale 1/{deviation:.3e} gives them unit variance")
    };
    Some(format!(
        "the entries run from {low} to {high}, with standard deviation {deviation:.3e} per feature, and the schedule's steps are for these numbers as they are; models scale their data before they add noise, to -1 ... 1 or to unit variance: {advice} (an offset does not matter where the mean is subtracted)"
    ))
}

/// Whether the first sample consists of whole numbers.
fn whole(data: &Data<'_>) -> bool {
    let mut first = vec![0.0; data.selection.dimension()];
    data.selection.read(0, &mut first).is_ok() && first.iter().all(|x| x.fract() == 0.0)
}
