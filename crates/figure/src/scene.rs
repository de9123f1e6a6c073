//! What a picture is made of: lines, fills and labels, in points of 1/72 inch, y downward.

use super::font;
use super::label::Label;
use super::palette::Shape;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    /// Width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// True if two areas share more than an edge.
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// True if a point lies inside or on an edge.
    pub fn has(&self, [x, y]: [f64; 2]) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// True if all of `other` lies inside.
    pub fn holds(&self, other: &Self) -> bool {
        self.has([other.left, other.top]) && self.has([other.right, other.bottom])
    }

    /// This area with `margin` more on every side.
    #[must_use]
    pub fn grown(&self, margin: f64) -> Self {
        Self {
            left: self.left - margin,
            top: self.top - margin,
            right: self.right + margin,
            bottom: self.bottom + margin,
        }
    }
}

/// A stroke.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub colour: String,
    /// Width in points.
    pub width: f64,
    /// Dash pattern in points; empty for a full line.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A full line.
    pub fn full(colour: &str, width: f64) -> Self {
        Self { colour: colour.to_owned(), width, dash: &[] }
    }
}

/// Which point of a text stands at its coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The left end of the baseline.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A label in its place.
#[derive(Clone, Debug)]
pub struct Text {
    /// What it says.
    pub label: Label,
    /// Where.
    pub at: [f64; 2],
    /// Which point of it stands there.
    pub anchor: Anchor,
    /// Size in points.
    pub size: f64,
    /// Colour.
    pub colour: String,
    /// Degrees clockwise.
    pub turn: f64,
}

impl Text {
    /// The area that it covers; for a turned one, the upright rectangle around it.
    pub fn area(&self) -> Area {
        let width = self.label.width(self.size);
        let start = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * width,
            Anchor::End => -width,
        };
        let sizes = || self.label.runs.iter().map(|r| (r.drop(self.size), r.size(self.size)));
        let top = sizes().map(|(drop, size)| drop - font::ASCENT * size).fold(0.0, f64::min);
        let bottom = sizes().map(|(drop, size)| drop + font::DESCENT * size).fold(0.0, f64::max);
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let corners =
            [(start, top), (start + width, top), (start, bottom), (start + width, bottom)]
                .map(|(x, y)| [self.at[0] + x * cos - y * sin, self.at[1] + x * sin + y * cos]);
        let least = |k: usize| corners.iter().map(|c| c[k]).fold(f64::INFINITY, f64::min);
        let most = |k: usize| corners.iter().map(|c| c[k]).fold(f64::NEG_INFINITY, f64::max);
        Area { left: least(0), top: least(1), right: most(0), bottom: most(1) }
    }
}

/// One thing drawn.
#[derive(Clone, Debug)]
pub enum Item {
    /// Lines through points, each of its parts apart.
    Path {
        /// Points of each part.
        parts: Vec<Vec<[f64; 2]>>,
        /// Whether the parts return to their starts.
        closed: bool,
        /// Its line.
        stroke: Option<Stroke>,
        /// Its fill.
        fill: Option<String>,
    },
    /// A point of data.
    Mark {
        /// Its centre.
        at: [f64; 2],
        /// Its shape.
        shape: Shape,
        /// Half its width in points.
        radius: f64,
        /// Its line.
        stroke: Stroke,
        /// Its fill.
        fill: String,
    },
    /// A label.
    Text(Text),
    /// What follows, up to the matching end, belongs together.
    Group {
        /// What it is, such as `series`.
        class: &'static str,
        /// Facts about it, by name.
        facts: Vec<(&'static str, String)>,
        /// Nothing outside this area shows.
        clip: Option<Area>,
        /// Edges fall on whole pixels, so that neighbours leave no seam.
        crisp: bool,
    },
    /// The end of a group.
    End,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// What it shows, from back to front.
    pub items: Vec<Item>,
}

impl Scene {
    /// A full line or polygon.
    pub fn line(&mut self, points: Vec<[f64; 2]>, stroke: Stroke) {
        self.items.push(Item::Path {
            parts: vec![points],
            closed: false,
            stroke: Some(stroke),
            fill: None,
        });
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: &Area, colour: &str, stroke: Option<Stroke>) {
        let Area { left, top, right, bottom } = *area;
        self.items.push(Item::Path {
            parts: vec![vec![[left, top], [right, top], [right, bottom], [left, bottom]]],
            closed: true,
            stroke,
            fill: Some(colour.to_owned()),
        });
    }

    /// A label.
    pub fn text(&mut self, label: Label, at: [f64; 2], anchor: Anchor, size: f64) {
        self.coloured_text(label, at, anchor, size, "#000000");
    }

    /// A label in a colour.
    pub fn coloured_text(
        &mut self,
        label: Label,
        at: [f64; 2],
        anchor: Anchor,
        size: f64,
        colour: &str,
    ) {
        if !label.is_empty() {
            let colour = colour.to_owned();
            self.items.push(Item::Text(Text { label, at, anchor, size, colour, turn: 0.0 }));
        }
    }

    /// Begins a group.
    pub fn open(&mut self, class: &'static str, facts: Vec<(&'static str, String)>) {
        self.items.push(Item::Group { class, facts, clip: None, crisp: false });
    }

    /// Ends a group.
    pub fn close(&mut self) {
        self.items.push(Item::End);
    }
}
