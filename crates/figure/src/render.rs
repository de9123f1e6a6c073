//! PNG and PDF: renderings of the SVG with the font that comes with the program, so that a machine
//! without fonts shows the same text.
//!
//! In PDF, text is outlines: it prints exactly and cannot be searched. The SVG keeps it as text.

use super::font;

/// Why an SVG cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Text in the picture would be missing.
    #[error("the font of PNG and PDF lacks the character {0:?}: change the label, or write .svg")]
    Character(char),
    /// The SVG cannot be read: a mistake of this program.
    #[error("the picture cannot be rendered: {0}")]
    Svg(String),
    /// Too many pixels.
    #[error("a picture of {0} × {1} pixels is too large")]
    Size(u32, u32),
    /// The program was built without renderers.
    #[error("this build writes .svg only: build with the feature `render` for .png and .pdf")]
    NotBuilt,
}

/// Most pixels along a side.
#[cfg(feature = "render")]
const LARGEST: u32 = 20_000;

/// Checks that the font has every character of a text.
///
/// # Errors
/// [`RenderError::Character`] with the first that it lacks.
pub fn readable(text: &str) -> Result<(), RenderError> {
    match text.chars().find(|c| !c.is_whitespace() && !font::has(*c)) {
        Some(c) => Err(RenderError::Character(c)),
        None => Ok(()),
    }
}

/// Whether this build has renderers.
pub const BUILT: bool = cfg!(feature = "render");

#[cfg(not(feature = "render"))]
mod renderers {
    use super::RenderError;

    /// Not in this build.
    ///
    /// # Errors
    /// [`RenderError::NotBuilt`].
    pub fn png(_: &str, _: f64) -> Result<Vec<u8>, RenderError> {
        Err(RenderError::NotBuilt)
    }

    /// Not in this build.
    ///
    /// # Errors
    /// [`RenderError::NotBuilt`].
    pub fn pdf(_: &str, _: &str) -> Result<Vec<u8>, RenderError> {
        Err(RenderError::NotBuilt)
    }
}

#[cfg(feature = "render")]
mod renderers {
    use super::{LARGEST, RenderError, font};
    use pdf_writer::types::{LineCapStyle, LineJoinStyle};
    use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
    use resvg::tiny_skia::{self, PathSegment, Pixmap};
    use resvg::usvg::{self, Group, Node, Paint, Transform, Tree};
    use std::sync::Arc;

    /// CSS pixels and points in an inch.
    const PIXELS: f64 = 96.0;
    const POINTS: f32 = 72.0;

    fn tree(svg: &str) -> Result<Tree, RenderError> {
        let mut fonts = usvg::fontdb::Database::new();
        for bytes in font::files() {
            fonts.load_font_data(bytes.to_vec());
        }
        let options = usvg::Options { fontdb: Arc::new(fonts), ..Default::default() };
        Tree::from_str(svg, &options).map_err(|e| RenderError::Svg(e.to_string()))
    }

    /// The picture as PNG with `dpi` pixels per inch.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn png(svg: &str, dpi: f64) -> Result<Vec<u8>, RenderError> {
        let tree = tree(svg)?;
        let scale = dpi / PIXELS;
        let pixels = |length: f32| (f64::from(length) * scale).round().clamp(1.0, 1e9) as u32;
        let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
        if width > LARGEST || height > LARGEST {
            return Err(RenderError::Size(width, height));
        }
        let mut pixmap = Pixmap::new(width, height).ok_or(RenderError::Size(width, height))?;
        let scale = scale as f32;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap.encode_png().map_err(|e| RenderError::Svg(e.to_string()))
    }

    /// The picture as one page of PDF, vectors throughout.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn pdf(svg: &str, description: &str) -> Result<Vec<u8>, RenderError> {
        let tree = tree(svg)?;
        let scale = POINTS / PIXELS as f32;
        let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
        // PDF counts upward from the lower left corner.
        let page = Transform::from_row(scale, 0.0, 0.0, -scale, 0.0, height);
        let mut content = Content::new();
        group(tree.root(), page, &mut content);
        let mut pdf = Pdf::new();
        let [catalog, pages, sheet, stream, info] = [1, 2, 3, 4, 5].map(Ref::new);
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([sheet]).count(1);
        let mut leaf = pdf.page(sheet);
        leaf.media_box(Rect::new(0.0, 0.0, width, height)).parent(pages).contents(stream);
        leaf.resources();
        leaf.finish();
        pdf.stream(stream, &content.finish());
        pdf.document_info(info)
            .producer(TextStr(concat!("regimes ", env!("CARGO_PKG_VERSION"))))
            .insert(Name(b"Subject"))
            .primitive(TextStr(description));
        Ok(pdf.finish())
    }

    /// Draws a group that stands in coordinates which `outer` takes to the page. Transforms are joined
    /// here: the absolute ones of text's outlines leave out what is around the text.
    fn group(of: &Group, outer: Transform, content: &mut Content) {
        let at = outer.pre_concat(of.transform());
        content.save_state();
        if let Some(clip) = of.clip_path() {
            let inside = at.pre_concat(clip.transform()).pre_concat(clip.root().transform());
            for node in clip.root().children() {
                if let Node::Path(path) = node {
                    outline(path.data(), inside, content);
                }
            }
            content.clip_nonzero();
            content.end_path();
        }
        for node in of.children() {
            match node {
                Node::Group(inner) => group(inner, at, content),
                Node::Text(text) => group(text.flattened(), at, content),
                Node::Path(path) => draw(path, at, content),
                // The writer of the SVG makes no images.
                Node::Image(_) => {}
            }
        }
        content.restore_state();
    }

    fn draw(path: &usvg::Path, at: Transform, content: &mut Content) {
        let rgb = |paint: &Paint| match paint {
            Paint::Color(c) => Some([c.red, c.green, c.blue].map(|c| f32::from(c) / 255.0)),
            _ => None,
        };
        let fill = path.fill().and_then(|f| rgb(f.paint()));
        let stroke = path.stroke().and_then(|s| Some((s, rgb(s.paint())?)));
        if fill.is_none() && stroke.is_none() {
            return;
        }
        if let Some([r, g, b]) = fill {
            content.set_fill_rgb(r, g, b);
        }
        if let Some((stroke, [r, g, b])) = stroke {
            let (sx, _) = at.get_scale();
            content.set_stroke_rgb(r, g, b);
            content.set_line_width(stroke.width().get() * sx);
            content.set_line_join(LineJoinStyle::RoundJoin);
            content.set_line_cap(LineCapStyle::ButtCap);
            let dash = stroke.dasharray().unwrap_or(&[]).iter().map(|x| x * sx);
            content.set_dash_pattern(dash, 0.0);
        }
        outline(path.data(), at, content);
        let even_odd = path.fill().is_some_and(|f| f.rule() == usvg::FillRule::EvenOdd);
        match (fill.is_some(), stroke.is_some(), even_odd) {
            (true, true, _) => content.fill_nonzero_and_stroke(),
            (true, false, true) => content.fill_even_odd(),
            (true, false, false) => content.fill_nonzero(),
            _ => content.stroke(),
        };
    }

    fn outline(path: &tiny_skia::Path, at: Transform, content: &mut Content) {
        let Some(path) = path.clone().transform(at) else { return };
        let mut last = tiny_skia::Point::zero();
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(p) => {
                    content.move_to(p.x, p.y);
                    last = p;
                }
                PathSegment::LineTo(p) => {
                    content.line_to(p.x, p.y);
                    last = p;
                }
                PathSegment::QuadTo(c, p) => {
                    // A parabola is a cubic whose handles are two thirds of the way.
                    let third = |a: f32, c: f32| a + 2.0 / 3.0 * (c - a);
                    content.cubic_to(
                        third(last.x, c.x),
                        third(last.y, c.y),
                        third(p.x, c.x),
                        third(p.y, c.y),
                        p.x,
                        p.y,
                    );
                    last = p;
                }
                PathSegment::CubicTo(c, d, p) => {
                    content.cubic_to(c.x, c.y, d.x, d.y, p.x, p.y);
                    last = p;
                }
                PathSegment::Close => {
                    content.close_path();
                }
            }
        }
    }
}

pub use renderers::{pdf, png};
