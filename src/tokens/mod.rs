//! Discrete data under masked and uniform noise: what strings of tokens tell, exactly.
//!
//! A token is kept with probability ᾱ; otherwise it is hidden (masked) or replaced by one drawn from the
//! whole alphabet (uniform) `[SAS24]` `[LME24]`. There is no Gaussian noise and no snr here: ᾱ is the coordinate
//! that all schedules share, and I(a; x_t) = log n the same collapse.
//!
//! Everything is built of one function, g(δ) = (1 + δ) log(1 + δ) − δ, which never cancels.

pub mod annealed;
pub mod binomial;
pub mod chain;
pub mod corruption;
pub mod gaps;
pub mod grammar;
pub mod hamming;
pub mod hidden;
pub mod law;
pub mod magnetisation;
pub mod matches;
pub mod pair;
pub mod strings;

pub use chain::Chain;
pub use corruption::Corruption;
pub use law::Law;
pub use strings::{HiddenEntropy, Noised, Strings};

use crate::numerics::special::x_minus_ln_1p;

/// g(δ) = (1 + δ) log(1 + δ) − δ ≥ 0 for δ ≥ −1: what a probability p(1 + δ) beside p adds to a relative
/// entropy, over p.
pub(crate) fn divergence_term(delta: f64) -> f64 {
    if delta <= -1.0 {
        return 1.0;
    }
    if delta.abs() > 0.05 {
        return (1.0 + delta) * delta.ln_1p() - delta;
    }
    // δ log(1 + δ) − (δ − log(1 + δ)), both of order δ².
    delta * delta.ln_1p() - x_minus_ln_1p(delta)
}
