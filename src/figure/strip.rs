//! The strip above a plot: symbols of transition times and names of regimes, none over another.

use super::label::Label;
use super::palette::COLOURS;
use super::scene::{Anchor, Scene};
use super::{Marker, Regime, TICK_SIZE};
use crate::figure::axis::Axis;

/// Height of a row of the strip.
pub(super) const ROW: f64 = 9.5;
/// Between two labels of a row.
const GAP: f64 = 4.0;
/// Colour of the names of regimes.
const GREY: &str = "#555555";

/// A label of the strip.
struct Piece {
    label: Label,
    middle: f64,
    row: usize,
    colour: String,
}

/// What stands above a plot.
pub(super) struct Strip {
    pieces: Vec<Piece>,
    /// Rows that it takes.
    pub(super) rows: usize,
}

impl Piece {
    fn ends(&self) -> [f64; 2] {
        let half = 0.5 * self.label.width(TICK_SIZE);
        [self.middle - half, self.middle + half]
    }
}

impl Strip {
    /// Finds rows for the labels of markers, one for those of a symbol that stand together, and for
    /// the regimes' names as far as they fit between.
    pub(super) fn new(markers: &[Marker], regimes: &[Regime], axis: &Axis) -> Self {
        let mut strip = Self { pieces: Vec::new(), rows: 0 };
        let mut symbols: Vec<&Label> = Vec::new();
        for marker in markers.iter().filter(|m| axis.shows(m.x)) {
            if !symbols.contains(&&marker.label) {
                symbols.push(&marker.label);
            }
        }
        for symbol in symbols {
            let of: Vec<&Marker> =
                markers.iter().filter(|m| m.label == *symbol && axis.shows(m.x)).collect();
            let places = || of.iter().map(|m| axis.place(m.x));
            let low = places().fold(f64::INFINITY, f64::min);
            let high = places().fold(f64::NEG_INFINITY, f64::max);
            // Lines that stand apart each get the symbol, neighbours one together.
            let width = symbol.width(TICK_SIZE) + GAP;
            let apart = of.len() > 1 && {
                let mut sorted: Vec<f64> = places().collect();
                sorted.sort_by(f64::total_cmp);
                sorted.windows(2).all(|w| w[1] - w[0] >= width)
            };
            if apart {
                for marker in of {
                    let colour = COLOURS[marker.colour % COLOURS.len()];
                    strip.add(symbol.clone(), axis.place(marker.x), colour, axis);
                }
            } else {
                let colour = if of.len() == 1 { of[0].colour } else { 0 };
                let colour = COLOURS[colour % COLOURS.len()];
                strip.add(symbol.clone(), 0.5 * (low + high), colour, axis);
            }
        }
        strip.name(regimes, axis);
        strip.rows = strip.pieces.iter().map(|p| p.row + 1).max().unwrap_or(0);
        strip
    }

    fn add(&mut self, label: Label, middle: f64, colour: &str, axis: &Axis) {
        let half = 0.5 * label.width(TICK_SIZE);
        let [left, right] = [axis.paper[0].min(axis.paper[1]), axis.paper[0].max(axis.paper[1])];
        let middle = middle.clamp(left + half, (right - half).max(left + half));
        let mut piece = Piece { label, middle, row: 0, colour: colour.to_owned() };
        while self.meets(&piece) {
            piece.row += 1;
        }
        self.pieces.push(piece);
    }

    fn meets(&self, piece: &Piece) -> bool {
        let [left, right] = piece.ends();
        self.pieces.iter().any(|other| {
            let [a, b] = other.ends();
            other.row == piece.row && left < b + GAP && a < right + GAP
        })
    }

    /// Names the regimes that are in sight, each where there is room for its name.
    fn name(&mut self, regimes: &[Regime], axis: &Axis) {
        let inside = |x: f64| x.clamp(axis.range[0], axis.range[1]);
        for regime in regimes {
            let [a, b] = regime.span.map(|x| axis.place(inside(x)));
            let (label, middle) = (Label::new(regime.name), 0.5 * (a + b));
            let piece = Piece { label, middle, row: 0, colour: GREY.to_owned() };
            let [left, right] = piece.ends();
            if right - left + GAP <= (b - a).abs() && !self.meets(&piece) {
                self.pieces.push(piece);
            }
        }
    }

    /// Draws the strip, its lowest row ending at `bottom`.
    pub(super) fn draw(self, bottom: f64, scene: &mut Scene) {
        for piece in self.pieces {
            let at = [piece.middle, bottom - ROW * piece.row as f64 - 0.3 * TICK_SIZE];
            scene.coloured_text(piece.label, at, Anchor::Middle, TICK_SIZE, &piece.colour);
        }
    }
}
