//! Every precision knob of the crate, in one place.

/// Unit of rounding: the bound used for one correctly rounded operation or one library call.
///
/// Half of it bounds a single IEEE operation; the whole covers elementary functions, which are
/// accurate to better than one unit in the last place.
pub const ROUNDING: f64 = f64::EPSILON;

/// Absolute tolerance that information, cloning probability and class entropy meet.
///
/// A result whose error bound is larger is still printed, with exit status 3.
pub const CURVE_TOLERANCE: f64 = 1e-10;

/// Absolute tolerance that transition times meet.
pub const TIME_TOLERANCE: f64 = 1e-9;

/// Relative width at which a root search stops: a few units in the last place.
pub const ROOT_RELATIVE: f64 = 4.0 * f64::EPSILON;

/// Steps after which a bracketed root search is given up.
///
/// Bisection alone from 1e300 to 1e-300 at full precision takes about 1100 halvings in the worst
/// case; Brent's method in logarithmic variables needs about ten.
pub const ROOT_STEPS: usize = 300;

/// Steps after which a minimisation is given up; Brent's method needs about forty.
pub const MINIMUM_STEPS: u64 = 500;

/// Panels after which an adaptive integral is given up.
pub const PANELS: usize = 4000;

/// Spacing of the trapezoidal rule for Mellin-Barnes integrals.
///
/// Their integrands are analytic in the strip |Im y| < 1/2 with a double pole on its edge, so the
/// rule's error is at most (4π/h) e^{−π/h}: 2e-17 at this spacing.
pub const MELLIN_SPACING: f64 = 1.0 / 14.0;

/// Distance at which 1/cosh(πy) has fallen below 1e-18.
pub const MELLIN_REACH: f64 = 13.25;

/// Standard deviations beyond which a Gaussian weight is dropped: its tail is below 1e-22.
pub const GAUSSIAN_REACH: f64 = 10.0;
