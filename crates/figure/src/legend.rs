//! The legend: inside the plot where nothing is drawn, else above it.

use super::label::Label;
use super::palette::{COLOURS, DASHES, SHAPES};
use super::scene::{Anchor, Area, Item, Scene, Stroke};
use super::{Key, Style, TICK_SIZE};

/// Length of the sample of a line, and what stands between it and its name.
const SAMPLE: f64 = 16.0;
const GAP: f64 = 3.5;
/// Height of a line of the legend.
pub(super) const LEADING: f64 = 9.5;
/// Between the legend and the frame, and around it.
const MARGIN: f64 = 5.0;
/// Between columns of a legend above the plot.
const COLUMN_GAP: f64 = 10.0;
/// Places tried along each side.
const PLACES: usize = 24;

/// What stands before a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sample {
    /// As a series is drawn.
    Series { line: bool, point: bool, style: Style },
    /// A filled box.
    Patch(String),
    /// A line of its own.
    Line(Stroke),
}

/// One line of the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) sample: Sample,
    pub(super) label: Label,
}

/// The legend's lines.
pub(super) fn entries(keys: &[Key]) -> Vec<Entry> {
    keys.iter()
        .map(|key| {
            let Key { style, line, point, .. } = *key;
            Entry { sample: Sample::Series { line, point, style }, label: key.label.clone() }
        })
        .collect()
}

impl Entry {
    fn width(&self) -> f64 {
        SAMPLE + GAP + self.label.width(TICK_SIZE)
    }

    /// Draws the entry with the left end of its middle line at `at`.
    fn draw(&self, at: [f64; 2], scene: &mut Scene) {
        let [x, y] = at;
        match &self.sample {
            Sample::Series { line, point, style } => {
                if *line {
                    scene.line(vec![[x, y], [x + SAMPLE, y]], stroke(*style));
                }
                if *point {
                    scene.items.push(mark([x + 0.5 * SAMPLE, y], *style));
                }
            }
            Sample::Patch(fill) => {
                let area = Area { left: x, right: x + SAMPLE, top: y - 3.0, bottom: y + 3.0 };
                scene.fill(&area, fill, Some(Stroke::full("#808080", 0.4)));
            }
            Sample::Line(stroke) => {
                scene.line(vec![[x, y], [x + SAMPLE, y]], stroke.clone());
            }
        }
        let at = [x + SAMPLE + GAP, y + 0.36 * TICK_SIZE];
        scene.text(self.label.clone(), at, Anchor::Start, TICK_SIZE);
    }
}

/// The line of a series.
pub(super) fn stroke(style: Style) -> Stroke {
    Stroke {
        colour: COLOURS[style.colour % COLOURS.len()].to_owned(),
        width: 1.1,
        dash: DASHES[style.dash % DASHES.len()],
    }
}

/// A point of a series.
pub(super) fn mark(at: [f64; 2], style: Style) -> Item {
    let colour = COLOURS[style.colour % COLOURS.len()];
    Item::Mark {
        at,
        shape: SHAPES[style.shape % SHAPES.len()],
        radius: 1.7,
        stroke: Stroke::full(colour, 0.7),
        fill: "#ffffff".to_owned(),
    }
}

/// A free place inside `plot` where the legend meets none of `points`, corners first.
pub(super) fn place(entries: &[Entry], plot: &Area, points: &[[f64; 2]]) -> Option<Area> {
    let width = entries.iter().map(Entry::width).fold(0.0, f64::max);
    let height = LEADING * entries.len() as f64;
    let room = Area {
        left: plot.left + MARGIN,
        right: plot.right - MARGIN - width,
        top: plot.top + MARGIN,
        bottom: plot.bottom - MARGIN - height,
    };
    if room.left > room.right || room.top > room.bottom {
        return None;
    }
    let last = PLACES as f64 - 1.0;
    let mut candidates: Vec<(f64, Area)> = (0..PLACES * PLACES)
        .map(|k| {
            let (u, v) = ((k % PLACES) as f64 / last, (k / PLACES) as f64 / last);
            let left = room.right - u * room.width();
            let top = room.top + v * room.height();
            // Distance from the nearest corner, the upper right one slightly ahead.
            let corner = u.min(1.0 - u) + v.min(1.0 - v) + 0.01 * (u + v);
            (corner, Area { left, top, right: left + width, bottom: top + height })
        })
        .collect();
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    candidates
        .into_iter()
        .map(|(_, area)| area)
        .find(|area| points.iter().all(|p| !area.grown(0.6 * MARGIN).has(*p)))
}

/// Draws the legend in its place, one entry below the other.
pub(super) fn draw(entries: &[Entry], area: &Area, scene: &mut Scene) {
    scene.open("legend", Vec::new());
    for (k, entry) in entries.iter().enumerate() {
        entry.draw([area.left, area.top + LEADING * (k as f64 + 0.5)], scene);
    }
    scene.close();
}

/// Columns of a legend above a plot of this width.
fn columns(entries: &[Entry], width: f64) -> usize {
    let widest = entries.iter().map(Entry::width).fold(1.0, f64::max);
    (((width + COLUMN_GAP) / (widest + COLUMN_GAP)) as usize).clamp(1, entries.len().max(1))
}

/// Height of a legend above a plot of this width.
pub(super) fn height_above(entries: &[Entry], width: f64) -> f64 {
    LEADING * entries.len().div_ceil(columns(entries, width)) as f64
}

/// Draws the legend in columns between `left` and `right`, its lower edge at `bottom`.
pub(super) fn draw_above(
    entries: &[Entry],
    [left, right]: [f64; 2],
    bottom: f64,
    scene: &mut Scene,
) {
    let columns = columns(entries, right - left);
    let rows = entries.len().div_ceil(columns);
    let widest = entries.iter().map(Entry::width).fold(1.0, f64::max);
    let top = bottom - LEADING * rows as f64;
    scene.open("legend", Vec::new());
    for (k, entry) in entries.iter().enumerate() {
        let (row, column) = (k / columns, k % columns);
        let x = left + (widest + COLUMN_GAP) * column as f64;
        entry.draw([x, top + LEADING * (row as f64 + 0.5)], scene);
    }
    scene.close();
}
