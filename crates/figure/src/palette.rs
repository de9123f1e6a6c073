//! Colours, dashes and markers that can be told apart without colour vision, and in print.

use colorous::Gradient;

/// The colours of Okabe and Ito, black first, its yellow left out: too pale for lines.
pub const COLOURS: [&str; 7] =
    ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// Dash patterns in points; series differ by them too.
pub const DASHES: [&[f64]; 5] = [&[], &[4.0, 1.6], &[1.0, 1.4], &[5.0, 1.4, 1.0, 1.4], &[2.2, 1.2]];

/// Shapes of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle that points upward.
    Up,
    /// A square on its corner.
    Diamond,
    /// A triangle that points downward.
    Down,
}

/// Every shape, in the order in which series take them.
pub const SHAPES: [Shape; 5] =
    [Shape::Circle, Shape::Square, Shape::Up, Shape::Diamond, Shape::Down];

/// Light fills of the regimes: noise, class committed, memorised. Their greys differ in print.
pub const NOISE: &str = "#ffffff";
/// Between t_C and t_S.
pub const COMMITTED: &str = "#e4f0f8";
/// Below t_C.
pub const MEMORISED: &str = "#f8e3d3";

/// Fill of cells without a value.
pub const ABSENT: &str = "#d9d9d9";

/// Perceptually uniform and safe for colour-blind readers.
const MAP: Gradient = colorous::VIRIDIS;

/// The colour of a fraction of a heat map's range, as three bytes.
pub fn heat(fraction: f64) -> [u8; 3] {
    let colour = MAP.eval_continuous(fraction.clamp(0.0, 1.0));
    [colour.r, colour.g, colour.b]
}

/// A colour as SVG writes it.
pub fn hex(colour: [u8; 3]) -> String {
    let [r, g, b] = colour;
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// How bright a colour is, from 0 to 1 (relative luminance).
pub fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = colour.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_heat_map_brightens_steadily() {
        let steps: Vec<f64> = (0..=20).map(|k| luminance(heat(f64::from(k) / 20.0))).collect();
        assert!(steps.windows(2).all(|w| w[1] > w[0]), "{steps:?}");
        assert_eq!(hex([0, 114, 178]), COLOURS[1]);
    }
}
