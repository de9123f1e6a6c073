//! Intervals of w: whether the signal is steep on them.

/// Steepness, in noises per unit of w and per scale on which the slope changes, that counts as steep.
const STEEP: f64 = 30.0;

/// Range of u, in noises, below which an interval that is not steep is left to the nodes.
pub(super) const SHORT: f64 = 4.0;

/// Largest ratio of the slopes at both ends of a steep interval.
pub(super) const BENT: f64 = 2.0;

/// An interval of w and the values of u at its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

/// What an interval of w is.
pub(super) enum Nature {
    /// u is steep, smooth and monotone.
    Steep,
    /// u moves by few noises.
    Short,
    /// Neither: halves of it may be.
    Unclear,
}

impl Interval {
    pub(super) fn low(&self) -> f64 {
        self.start.min(self.end)
    }

    pub(super) fn high(&self) -> f64 {
        self.start.max(self.end)
    }

    /// (w, u) at both ends.
    pub(super) fn ends(&self) -> [(f64, f64); 2] {
        [(self.from, self.start), (self.to, self.end)]
    }

    /// Both halves, u being `middle` between them.
    pub(super) fn halves(&self, middle: f64) -> [Self; 2] {
        let w = 0.5 * (self.from + self.to);
        [Self { to: w, end: middle, ..*self }, Self { from: w, start: middle, ..*self }]
    }

    pub(super) fn nature(&self, middle: f64) -> Nature {
        let length = self.to - self.from;
        let slopes = [middle - self.start, self.end - middle].map(|rise| 2.0 * rise / length);
        // Slopes at the ends, extrapolated.
        let ends = [1.5 * slopes[0] - 0.5 * slopes[1], 1.5 * slopes[1] - 0.5 * slopes[0]];
        let weakest = ends[0].abs().min(ends[1].abs());
        let strongest = ends[0].abs().max(ends[1].abs());
        let ratio = (strongest - weakest) / (length * weakest);
        let monotone = ends[0] * slopes[0] > 0.0 && ends[1] * slopes[0] > 0.0;
        let farthest = self.from.abs().max(self.to.abs()).max(1.0);
        if monotone && weakest >= STEEP * farthest.max(ratio) {
            return if strongest <= BENT * weakest { Nature::Steep } else { Nature::Unclear };
        }
        let range = self.high().max(middle) - self.low().min(middle);
        if range <= SHORT { Nature::Short } else { Nature::Unclear }
    }
}
