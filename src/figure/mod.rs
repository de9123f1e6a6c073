//! Tables as pictures for a paper: curves with error bars, regimes and transition times, and heat maps
//! with contour lines.
//!
//! A picture is a description of what to draw ([`Figure`]), laid out into a [`scene`] of lines and
//! labels in points of 1/72 inch, and written as SVG; PNG and PDF are renderings of that SVG. Nothing
//! here computes physics: what is drawn is what the [`data`] table beside the picture says.

pub mod axis;
pub mod contour;
pub mod data;
pub mod font;
mod frame;
mod heat;
pub mod label;
mod legend;
mod lines;
pub mod palette;
pub mod render;
pub mod scene;
mod strip;
pub mod style;
pub mod svg;
pub mod ticks;

use axis::AxisSpec;
use label::Label;
use scene::Scene;

/// Sizes of type in points, as printed.
pub const LABEL_SIZE: f64 = 8.0;
/// Numbers on axes, legends, names of regimes.
pub const TICK_SIZE: f64 = 7.0;

/// Width of one column of a paper, in inches.
pub const ONE_COLUMN: f64 = 3.375;
/// Width of two columns, in inches.
pub const TWO_COLUMNS: f64 = 7.0;

/// A point of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Where.
    pub x: f64,
    /// The value, or why there is none.
    pub y: Result<f64, String>,
    /// Bound on its numerical error, where it was computed.
    pub error: Option<f64>,
    /// Its standard error, where it was measured.
    pub stderr: Option<f64>,
    /// The curve jumps between the point before and this one.
    pub jump: bool,
}

/// How a series looks; indices into the palette.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Its colour; series that belong together share one.
    pub colour: usize,
    /// The dashes of its line.
    pub dash: usize,
    /// The shape of its points.
    pub shape: usize,
}

/// A line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// What it says.
    pub label: Label,
    /// How the sample looks.
    pub style: Style,
    /// Whether the sample has a line.
    pub line: bool,
    /// Whether it has a point.
    pub point: bool,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line through its points.
    Line,
    /// Its points, with bars of one standard error.
    Points,
    /// Both.
    Both,
}

impl Mark {
    /// Its name in the picture and in its data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Points => "point",
            Self::Both => "line and point",
        }
    }
}

/// A series of points.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name, for readers of the file; the legend has names of its own.
    pub label: Label,
    /// How it is drawn.
    pub mark: Mark,
    /// How it looks.
    pub style: Style,
    /// Its points.
    pub points: Vec<Point>,
}

/// A transition time across a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Where on the x axis.
    pub x: f64,
    /// Its symbol, such as t_S.
    pub label: Label,
    /// The colour of its series, or black if all share it.
    pub colour: usize,
}

/// The regimes between transition times that all series share: `class` below noise, and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Its name.
    pub name: &'static str,
    /// Its light fill.
    pub fill: &'static str,
    /// From where to where on the x axis; infinite to the edge.
    pub span: [f64; 2],
}

/// A region between two series, filled.
#[derive(Clone, Debug)]
pub struct Band {
    /// Lower edge: points of x and y; to the bottom if empty.
    pub lower: Vec<[f64; 2]>,
    /// Upper edge; to the top if empty.
    pub upper: Vec<[f64; 2]>,
    /// Its name, which stands inside it.
    pub label: Label,
    /// Its light fill.
    pub fill: &'static str,
}

/// Curves over a common axis.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The horizontal axis.
    pub x: AxisSpec,
    /// The vertical axis.
    pub y: AxisSpec,
    /// What is drawn, from back to front.
    pub series: Vec<Series>,
    /// The legend.
    pub keys: Vec<Key>,
    /// Transition times.
    pub markers: Vec<Marker>,
    /// Regimes along x.
    pub regimes: Vec<Regime>,
    /// Regimes in the plane.
    pub bands: Vec<Band>,
}

/// Values over a plane.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// The horizontal axis.
    pub x: AxisSpec,
    /// The vertical axis.
    pub y: AxisSpec,
    /// The values: label, scale and range of the colours.
    pub z: AxisSpec,
    /// Grid lines of the values along x, ascending.
    pub xs: Vec<f64>,
    /// And along y.
    pub ys: Vec<f64>,
    /// The value at `ys[j]`, `xs[i]` is `values[j][i]`, or why there is none.
    pub values: Vec<Vec<Result<f64, String>>>,
    /// Bounds on their numerical errors, where known.
    pub errors: Vec<Vec<Option<f64>>>,
    /// Levels of the contour lines; round ones if absent.
    pub levels: Option<Vec<f64>>,
    /// What cells without a value mean.
    pub absent: Label,
    /// Lines drawn over the map, each in parts.
    pub overlays: Vec<(Label, Vec<Vec<[f64; 2]>>)>,
}

/// What a figure shows.
#[derive(Clone, Debug)]
pub enum Panel {
    /// Curves.
    Lines(Lines),
    /// A heat map.
    Heat(HeatMap),
}

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Title above it; most papers put that in the caption.
    pub title: Label,
    /// Width in inches.
    pub width: f64,
    /// Height in inches.
    pub height: f64,
    /// What it shows.
    pub panel: Panel,
}

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FigureError {
    /// There is nothing to show on an axis.
    #[error("nothing to draw: no {axis} value is a finite number{hint}")]
    Empty {
        /// `x`, `y` or `z`.
        axis: &'static str,
        /// What may help.
        hint: &'static str,
    },
    /// The labels leave no room for the plot.
    #[error("the figure is too small for its labels: make it wider or higher")]
    TooSmall,
}

/// Lays a figure out.
///
/// # Errors
/// [`FigureError`] if there is nothing to draw or no room.
pub fn layout(figure: &Figure) -> Result<Scene, FigureError> {
    let mut scene =
        Scene { width: 72.0 * figure.width, height: 72.0 * figure.height, items: Vec::new() };
    match &figure.panel {
        Panel::Lines(panel) => lines::draw(panel, &figure.title, &mut scene)?,
        Panel::Heat(panel) => heat::draw(panel, &figure.title, &mut scene)?,
    }
    Ok(scene)
}
