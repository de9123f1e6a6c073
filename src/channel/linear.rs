//! The linear channel in closed form.

use super::ChannelPoint;
use crate::numerics::Estimate;

/// I = ½ log(1 + snr g² v).
pub(super) fn linear(gain: f64, v: f64, snr: f64) -> ChannelPoint {
    let power = Estimate::rounded(gain * gain);
    let x = power * v * snr;
    // snr g²/(1 + x) and g² v/(1 + x), written so that snr = ∞ is a limit and not ∞/∞.
    let by_variance = 0.5 / (1.0 / (power * snr) + v);
    let by_snr =
        if snr == f64::INFINITY { Estimate::exact(0.0) } else { 0.5 * power * v / (1.0 + x) };
    let by_variance = if snr == 0.0 || gain == 0.0 { Estimate::exact(0.0) } else { by_variance };
    let mixed =
        if snr == f64::INFINITY { 0.0 } else { 0.5 * power.value / (1.0 + x.value).powi(2) };
    ChannelPoint {
        information: 0.5 * x.ln_1p(),
        by_variance,
        by_snr,
        by_variance_twice: -2.0 * by_variance.value.powi(2),
        by_variance_and_snr: mixed,
    }
}
