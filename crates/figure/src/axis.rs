//! An axis: a range of values on a length of paper.

use super::label::Label;
use super::ticks::{self, Ticks};

/// How values are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// In proportion.
    Linear,
    /// By their logarithms.
    Log,
}

impl Scale {
    /// Name in the picture's facts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
        }
    }

    /// True for values that the scale has.
    pub fn takes(self, x: f64) -> bool {
        x.is_finite() && (self == Self::Linear || x > 0.0)
    }

    /// The coordinate in which the scale is even.
    pub fn even(self, x: f64) -> f64 {
        if self == Self::Log { x.ln() } else { x }
    }

    /// The value at such a coordinate.
    pub fn value(self, u: f64) -> f64 {
        if self == Self::Log { u.exp() } else { u }
    }

    /// Ticks between two values.
    pub fn ticks(self, low: f64, high: f64, most: usize) -> Ticks {
        match self {
            Self::Linear => ticks::linear(low, high, most),
            Self::Log => ticks::logarithmic(low, high, most),
        }
    }
}

/// What an axis shows, before it has a place.
#[derive(Clone, Debug)]
pub struct AxisSpec {
    /// Its label.
    pub label: Label,
    /// How values are spaced.
    pub scale: Scale,
    /// The values at its ends; those of the data if absent.
    pub range: Option<[f64; 2]>,
}

impl AxisSpec {
    /// The values at the ends: those asked for, else those of `data` with `padding` of the span on
    /// both sides. Nothing without data.
    pub fn ends(&self, data: impl Iterator<Item = f64>, padding: f64) -> Option<[f64; 2]> {
        if let Some(range) = self.range {
            return Some(range);
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in data.filter(|x| self.scale.takes(*x)) {
            (low, high) = (low.min(x), high.max(x));
        }
        if low > high {
            return None;
        }
        let (mut a, mut b) = (self.scale.even(low), self.scale.even(high));
        if b - a <= 1e-12 * a.abs().max(b.abs()).max(1e-300) {
            // A single value stands in the middle.
            let room = if self.scale == Scale::Log { 0.7 } else { (0.5 * a.abs()).max(0.5) };
            (a, b) = (a - room, b + room);
        } else {
            let room = padding * (b - a);
            (a, b) = (a - room, b + room);
        }
        Some([self.scale.value(a), self.scale.value(b)])
    }
}

/// An axis in its place.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// How values are spaced.
    pub scale: Scale,
    /// Values at its ends.
    pub range: [f64; 2],
    /// Where these ends are on paper, in points.
    pub paper: [f64; 2],
}

impl Axis {
    /// Where a value is on paper.
    pub fn place(&self, x: f64) -> f64 {
        let [a, b] = self.range.map(|x| self.scale.even(x));
        let [p, q] = self.paper;
        p + (self.scale.even(x) - a) / (b - a) * (q - p)
    }

    /// True for values within the range.
    pub fn shows(&self, x: f64) -> bool {
        self.scale.takes(x) && (self.range[0]..=self.range[1]).contains(&x)
    }

    /// What a reader needs to turn places into values: scale, values and places at the ends.
    pub fn fact(&self) -> String {
        let exact = regimes_output::number::exact_text;
        let [a, b] = self.range.map(exact);
        let [p, q] = self.paper.map(super::svg::number);
        format!("{} {a} {b} {p} {q}", self.scale.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_ends_stand_at_the_ends() {
        let axis = Axis { scale: Scale::Log, range: [0.1, 10.0], paper: [30.0, 130.0] };
        assert!((axis.place(0.1) - 30.0).abs() < 1e-12);
        assert!((axis.place(1.0) - 80.0).abs() < 1e-12);
        assert!((axis.place(10.0) - 130.0).abs() < 1e-12);
        assert!(axis.shows(0.1) && !axis.shows(11.0) && !axis.shows(-1.0));
    }

    #[test]
    fn limit_ranges_of_nothing_and_of_one_value() {
        let axis = |scale| AxisSpec { label: Label::default(), scale, range: None };
        assert!(axis(Scale::Linear).ends(std::iter::empty(), 0.1).is_none());
        assert!(axis(Scale::Log).ends([0.0, -1.0].into_iter(), 0.1).is_none());
        let [a, b] = axis(Scale::Linear).ends([3.0].into_iter(), 0.0).unwrap();
        assert!(a < 3.0 && b > 3.0);
        let [a, b] = axis(Scale::Log).ends([3.0, 0.0].into_iter(), 0.0).unwrap();
        assert!(0.0 < a && a < 3.0 && b > 3.0);
    }
}
