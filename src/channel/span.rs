//! How far out the signal has its weight.
//!
//! The cuts of the rules in V, w and y stand where the Gaussian weight of all three together is
//! negligible *beside what the signal is worth*: an activation that is flat up to z = 10 tells
//! something only beyond, with a weight of e^{−50}, and the cut has to lie beyond that.

use super::accuracy::Accuracy;

/// Largest |w| at which a normal weight is a normal double.
const LARGEST: f64 = 37.6;

/// Spacing of the samples of φ in w.
const SPACING: f64 = 0.05;

/// What lies below e^{−34.5} = 1e-15 of the largest weight is cut.
const NEGLIGIBLE: f64 = 34.5;

/// w² up to which the rules reach anyway, with a little that the last digits do not show.
const USUAL: f64 = 80.0;

/// w² beyond which what the usual rules cut is counted in the error.
const COUNTED: f64 = 72.0;

/// What a signal loses between its largest weight and |w| = 3 to be called rare.
const RARE: f64 = 7.0;

/// Range of w that a rare signal has no weight in.
const BULK: f64 = 3.0;

/// How much farther the rules reach where the signal is far out: what they cut is then below 1e-18 of
/// it, whatever powers of w are with it.
const BEYOND: f64 = 1.0;

/// Any information whose weight is no normal double, in nats.
pub(super) const UNDERFLOW: f64 = 1e-300;

/// Where the signal of one channel has its weight, over the standard normal variable z/(g√ρ).
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// w² at the farthest point with weight, less what the usual rules need around a point.
    far: f64,
    /// Its weight lies beyond three standard deviations.
    pub(super) rare: bool,
    /// φ takes one value wherever the weight is a normal double.
    pub(super) silent: bool,
    needed: f64,
}

impl Span {
    /// The rules with their cuts moved out to where the signal is.
    pub(super) fn around(&self, accuracy: &Accuracy) -> Accuracy {
        let reach = accuracy.reach;
        let reach = if self.needed > USUAL {
            (self.far + (reach + BEYOND).powi(2)).sqrt().max(reach)
        } else {
            reach
        };
        Accuracy { reach, rare: self.rare, ..*accuracy }
    }

    /// Relative error by what these rules cut, and by rounded exponents of far weights.
    pub(super) fn cut(&self, accuracy: &Accuracy) -> f64 {
        /// What the powers of w may multiply the weight by, and a factor of safety.
        const POWERS: f64 = 30.0;
        if self.needed <= COUNTED {
            return 0.0;
        }
        let reach = self.reach(accuracy);
        let lost = POWERS * (0.5 * (self.needed - reach * reach) - NEGLIGIBLE).exp();
        lost + 4.0 * self.far.max(0.0) * f64::EPSILON
    }

    /// Largest |w| that any rule looks at.
    pub(super) fn reach(&self, accuracy: &Accuracy) -> f64 {
        self.around(accuracy).reach
    }
}

/// Samples of φ over all w with weight.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// (w²/2, log (φ − φ(0))²).
    samples: Vec<(f64, f64)>,
    /// The usual rules do at every snr.
    usual: bool,
}

impl Profile {
    /// φ at z = `spread` w; jumps and kinks of φ at `breaks`.
    pub(super) fn new(value: impl Fn(f64) -> f64, breaks: &[f64], spread: f64) -> Self {
        let base = value(0.0);
        let steps = (LARGEST / SPACING) as i64;
        let grid = (-steps..=steps).map(|k| k as f64 * SPACING);
        let beside = breaks.iter().flat_map(|z| {
            let h = 1e-9 * (1.0 + z.abs());
            [(z - h) / spread, (z + h) / spread]
        });
        let samples = grid
            .chain(beside.filter(|w| w.abs() <= LARGEST))
            .map(|w| (0.5 * w * w, 2.0 * (value(spread * w) - base).abs().ln()))
            .filter(|(_, size)| !size.is_nan())
            .collect();
        let mut this = Self { samples, usual: false };
        // Between a vanishing and a saturated signal the weights lie between theirs.
        this.usual = [0.0, f64::INFINITY].into_iter().all(|snr| {
            let span = this.span(snr);
            span.needed <= COUNTED && !span.rare
        });
        this
    }

    /// Where the signal √snr φ has its weight: a signal of many noises counts by the logarithm of its
    /// square.
    pub(super) fn span(&self, snr: f64) -> Span {
        if self.usual {
            return Span { far: 0.0, rare: false, silent: false, needed: 0.0 };
        }
        let log_snr = snr.ln();
        let weight = |&(half, size): &(f64, f64)| {
            if size == f64::NEG_INFINITY || snr == f64::INFINITY {
                return size.min(0.0) * f64::from(u8::from(size == f64::NEG_INFINITY)) - half;
            }
            if snr == 0.0 {
                return size - half;
            }
            let u = log_snr + size;
            let worth = if u < -30.0 {
                u
            } else if u > 300.0 {
                u.ln()
            } else {
                u.exp().ln_1p().ln()
            };
            worth - half
        };
        let weights: Vec<(f64, f64)> =
            self.samples.iter().map(|sample| (sample.0, weight(sample))).collect();
        let largest = weights.iter().map(|w| w.1).fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Span { far: 0.0, rare: true, silent: true, needed: 0.0 };
        }
        let most = |from: &dyn Fn(f64, f64) -> bool| {
            weights.iter().filter(|w| from(w.0, w.1)).map(|w| 2.0 * w.0).fold(0.0, f64::max)
        };
        let needed = most(&|_, weight| weight >= largest - NEGLIGIBLE);
        let bulk = weights
            .iter()
            .filter(|w| 2.0 * w.0 <= BULK * BULK)
            .map(|w| w.1)
            .fold(f64::NEG_INFINITY, f64::max);
        Span { far: needed - 2.0 * NEGLIGIBLE, rare: bulk < largest - RARE, silent: false, needed }
    }
}
