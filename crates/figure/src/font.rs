//! The font of all figures: DejaVu Sans, which comes with the program.
//!
//! Layout needs the width of every label, and a bare machine has no fonts: both the metrics here and
//! the glyphs of raster and PDF output come from the same bytes.

use std::sync::OnceLock;
use ttf_parser::Face;

/// Families for viewers of the SVG: the font that the layout was made for, then ones that are no wider.
pub const FAMILIES: &str = "DejaVu Sans, Verdana, Arial, sans-serif";

/// Width of a glyph that the font lacks, in parts of the size.
const UNKNOWN_WIDTH: f64 = 0.6;

/// Height of capitals above the baseline, in parts of the size.
pub const ASCENT: f64 = 0.76;

/// Depth of descenders below the baseline, in parts of the size.
pub const DESCENT: f64 = 0.22;

/// The upright and the slanted font as files in memory.
pub fn files() -> [&'static [u8]; 2] {
    [dejavu::sans::regular(), dejavu::sans::oblique()]
}

fn face(italic: bool) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| files().map(|bytes| Face::parse(bytes, 0).ok()));
    faces[usize::from(italic)].as_ref()
}

/// True where the font can show a character.
pub fn has(c: char) -> bool {
    face(false).is_some_and(|f| f.glyph_index(c).is_some())
}

/// Width of `text` in points at a size of `size` points.
pub fn width(text: &str, italic: bool, size: f64) -> f64 {
    let Some(face) = face(italic) else {
        return text.chars().count() as f64 * UNKNOWN_WIDTH * size;
    };
    let em = f64::from(face.units_per_em());
    let advance = |c: char| {
        face.glyph_index(c)
            .and_then(|glyph| face.glyph_hor_advance(glyph))
            .map_or(UNKNOWN_WIDTH, |a| f64::from(a) / em)
    };
    text.chars().map(advance).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_font_has_what_labels_need() {
        for c in "t_SCαβγΛφψσρλ−×·∞≤→√½ᾱd0123456789()".chars() {
            assert!(has(c), "{c}");
        }
        assert!((width("00", false, 10.0) - 2.0 * width("0", false, 10.0)).abs() < 1e-12);
        assert!(width("W", false, 8.0) > width("i", false, 8.0));
    }
}
