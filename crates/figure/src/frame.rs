//! The frame of a plot: where it stands on the paper, its ticks and labels.

use super::axis::{Axis, AxisSpec};
use super::label::Label;
use super::scene::{Anchor, Area, Scene, Stroke, Text};
use super::ticks::Ticks;
use super::{FigureError, LABEL_SIZE, TICK_SIZE};

/// Width of the frame and of its ticks.
const FRAME: f64 = 0.6;
/// Length of ticks with and without a label.
const MAJOR: f64 = 3.0;
const MINOR: f64 = 1.7;
/// Between ticks' labels and the frame, and between labels.
const GAP: f64 = 2.5;
/// Between anything and the edge of the figure.
const EDGE: f64 = 2.0;
/// Paper between two labels of an axis, in points.
const ROOM_X: f64 = 30.0;
const ROOM_Y: f64 = 18.0;
/// Least width and height of a plot.
const LEAST: f64 = 36.0;

/// The axes of a plot in their places.
pub(super) struct Frame {
    /// The plot inside the frame.
    pub(super) area: Area,
    pub(super) x: Axis,
    pub(super) y: Axis,
    x_ticks: Ticks,
    y_ticks: Ticks,
}

impl Frame {
    /// Places a plot between `top` and the labels below; `right` is left free beside it.
    pub(super) fn place(
        x: (&AxisSpec, [f64; 2]),
        y: (&AxisSpec, [f64; 2]),
        size: [f64; 2],
        top: f64,
        right: f64,
    ) -> Result<Self, FigureError> {
        let labelled = |label: &Label| if label.is_empty() { 0.0 } else { LABEL_SIZE + GAP };
        let bottom = size[1] - EDGE - labelled(&x.0.label) - TICK_SIZE - GAP - 2.3;
        let top = top.max(EDGE + 0.5 * TICK_SIZE);
        let count = |length: f64, room: f64| ((length / room) as usize).max(2);
        let y_ticks = y.0.scale.ticks(y.1[0], y.1[1], count(bottom - top, ROOM_Y));
        let widest = widest(&y_ticks);
        let left = EDGE + labelled(&y.0.label) + widest + GAP + 1.0;
        // The last label of the x axis may reach beyond the frame.
        let guess = x.0.scale.ticks(x.1[0], x.1[1], count(size[0] - left - right, ROOM_X));
        let last = guess.major.last().map_or(0.0, |(_, l)| 0.5 * l.width(TICK_SIZE));
        let right = size[0] - (right + EDGE).max(EDGE + last);
        let area = Area { left, top, right, bottom };
        if !(area.width() >= LEAST && area.height() >= LEAST) {
            return Err(FigureError::TooSmall);
        }
        // Fewer labels until they keep a distance.
        let mut most = count(area.width(), ROOM_X);
        let axis = Axis { scale: x.0.scale, range: x.1, paper: [area.left, area.right] };
        let mut x_ticks = x.0.scale.ticks(x.1[0], x.1[1], most);
        while most > 2 && crowded(&axis, &x_ticks) {
            most -= 1;
            x_ticks = x.0.scale.ticks(x.1[0], x.1[1], most);
        }
        let y = Axis { scale: y.0.scale, range: y.1, paper: [area.bottom, area.top] };
        Ok(Self { area, x: axis, y, x_ticks, y_ticks })
    }

    /// Draws frame, ticks and labels.
    pub(super) fn draw(&self, x_label: &Label, y_label: &Label, scene: &mut Scene) {
        let Area { left, top, right, bottom } = self.area;
        scene.open("frame", Vec::new());
        for (ticks, length) in [(0, MAJOR), (1, MINOR)] {
            let places = |t: &Ticks| -> Vec<f64> {
                if ticks == 0 { t.major.iter().map(|(x, _)| *x).collect() } else { t.minor.clone() }
            };
            for x in places(&self.x_ticks).into_iter().map(|x| self.x.place(x)) {
                scene.line(vec![[x, bottom], [x, bottom - length]], Stroke::full("#000000", FRAME));
                scene.line(vec![[x, top], [x, top + length]], Stroke::full("#000000", FRAME));
            }
            for y in places(&self.y_ticks).into_iter().map(|y| self.y.place(y)) {
                scene.line(vec![[left, y], [left + length, y]], Stroke::full("#000000", FRAME));
                scene.line(vec![[right, y], [right - length, y]], Stroke::full("#000000", FRAME));
            }
        }
        scene.line(
            vec![
                [left, top],
                [right, top],
                [right, bottom],
                [left, bottom],
                [left, top],
                [right, top],
            ],
            Stroke::full("#000000", FRAME),
        );
        scene.close();
        // Below the lowest label of the y axis, which reaches under the corner.
        let baseline = bottom + GAP + 0.78 * TICK_SIZE + 1.8;
        for (x, label) in &self.x_ticks.major {
            scene.text(label.clone(), [self.x.place(*x), baseline], Anchor::Middle, TICK_SIZE);
        }
        for (y, label) in &self.y_ticks.major {
            let at = [left - GAP, self.y.place(*y) + 0.36 * TICK_SIZE];
            scene.text(label.clone(), at, Anchor::End, TICK_SIZE);
        }
        let x_label = scaled(x_label, &self.x_ticks);
        let below = baseline + GAP + 0.25 * TICK_SIZE + 0.78 * LABEL_SIZE;
        scene.text(x_label, [0.5 * (left + right), below], Anchor::Middle, LABEL_SIZE);
        let beside = left - GAP - widest(&self.y_ticks) - GAP - 0.22 * LABEL_SIZE;
        turned(scaled(y_label, &self.y_ticks), [beside, 0.5 * (top + bottom)], scene);
    }

    /// A place in the plot.
    pub(super) fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.x.place(x), self.y.place(y)]
    }

    /// What a reader needs to turn places into values.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("x-axis", self.x.fact()), ("y-axis", self.y.fact())]
    }
}

/// A label that reads upward.
pub(super) fn turned(label: Label, at: [f64; 2], scene: &mut Scene) {
    if label.is_empty() {
        return;
    }
    scene.items.push(super::scene::Item::Text(Text {
        label,
        at,
        anchor: Anchor::Middle,
        size: LABEL_SIZE,
        colour: "#000000".to_owned(),
        turn: -90.0,
    }));
}

/// A label with the power of ten that its ticks leave out.
pub(super) fn scaled(label: &Label, ticks: &Ticks) -> Label {
    if ticks.exponent == 0 {
        return label.clone();
    }
    let factor = Label::new(&format!(" ($10^{{{}}}$)", ticks.exponent));
    label.clone().then(factor)
}

pub(super) fn widest(ticks: &Ticks) -> f64 {
    ticks.major.iter().map(|(_, l)| l.width(TICK_SIZE)).fold(0.0, f64::max)
}

/// True if two neighbouring labels come too near.
fn crowded(axis: &Axis, ticks: &Ticks) -> bool {
    ticks.major.windows(2).any(|pair| {
        let half = |(_, l): &(f64, Label)| 0.5 * l.width(TICK_SIZE);
        let between = (axis.place(pair[1].0) - axis.place(pair[0].0)).abs();
        between < half(&pair[0]) + half(&pair[1]) + 0.6 * TICK_SIZE
    })
}
