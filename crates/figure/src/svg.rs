//! A scene as SVG: physical size, real text, the same bytes each time.

use super::font::FAMILIES;
use super::label::{Label, Level};
use super::palette::Shape;
use super::scene::{Anchor, Area, Item, Scene, Stroke, Text};
use std::fmt::Write;

/// Decimals of coordinates: a thousandth of a point.
const DECIMALS: usize = 3;

/// The picture; `title` and `description` tell what it is and what made it.
pub fn write(scene: &Scene, title: &str, description: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {} {}\" font-family=\"{FAMILIES}\" fill=\"none\">",
        number(scene.width / 72.0),
        number(scene.height / 72.0),
        number(scene.width),
        number(scene.height)
    );
    if !title.is_empty() {
        let _ = writeln!(out, "<title>{}</title>", escaped(title));
    }
    let _ = writeln!(out, "<desc>{}</desc>", escaped(description));
    let _ = writeln!(
        out,
        "<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>",
        number(scene.width),
        number(scene.height)
    );
    let mut clips = 0;
    for item in &scene.items {
        match item {
            Item::Path { parts, closed, stroke, fill } => {
                let _ = writeln!(
                    out,
                    "<path d=\"{}\"{}{}/>",
                    path(parts, *closed),
                    stroke.as_ref().map(stroked).unwrap_or_default(),
                    fill.as_ref().map(|f| format!(" fill=\"{f}\"")).unwrap_or_default()
                );
            }
            Item::Mark { at: [x, y], shape, radius, stroke, fill } => {
                let _ = writeln!(
                    out,
                    "<path transform=\"translate({} {})\" d=\"{}\"{} fill=\"{fill}\"/>",
                    number(*x),
                    number(*y),
                    outline(*shape, *radius),
                    stroked(stroke)
                );
            }
            Item::Text(text) => set(text, &mut out),
            Item::Group { class, facts, clip, crisp } => {
                if let Some(area) = clip {
                    clips += 1;
                    let _ = writeln!(
                        out,
                        "<clipPath id=\"clip-{clips}\"><path d=\"{}\"/></clipPath>",
                        path(&[corners(area)], true)
                    );
                }
                let _ = write!(out, "<g class=\"{class}\"");
                for (name, value) in facts {
                    let _ = write!(out, " data-{name}=\"{}\"", escaped(value));
                }
                if clip.is_some() {
                    let _ = write!(out, " clip-path=\"url(#clip-{clips})\"");
                }
                if *crisp {
                    out.push_str(" shape-rendering=\"crispEdges\"");
                }
                out.push_str(">\n");
            }
            Item::End => out.push_str("</g>\n"),
        }
    }
    out.push_str("</svg>\n");
    out
}

fn corners(area: &Area) -> Vec<[f64; 2]> {
    let Area { left, top, right, bottom } = *area;
    vec![[left, top], [right, top], [right, bottom], [left, bottom]]
}

/// A coordinate without trailing zeros.
pub fn number(x: f64) -> String {
    let text = format!("{x:.DECIMALS$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

fn escaped(text: &str) -> String {
    // Characters that XML forbids would make the file unreadable.
    text.chars().filter(|c| !c.is_control() || *c == '\n').fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

fn path(parts: &[Vec<[f64; 2]>], closed: bool) -> String {
    let mut d = String::new();
    for part in parts {
        for (k, [x, y]) in part.iter().enumerate() {
            let command = if k == 0 { 'M' } else { 'L' };
            let _ = write!(d, "{command}{} {}", number(*x), number(*y));
        }
        if closed {
            d.push('Z');
        }
    }
    d
}

fn stroked(stroke: &Stroke) -> String {
    let mut text = format!(
        " stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
        stroke.colour,
        number(stroke.width)
    );
    if !stroke.dash.is_empty() {
        let dash: Vec<String> = stroke.dash.iter().map(|x| number(*x)).collect();
        let _ = write!(text, " stroke-dasharray=\"{}\"", dash.join(" "));
    }
    text
}

/// The outline of a point around the origin; areas of one radius look alike in size.
fn outline(shape: Shape, r: f64) -> String {
    let polygon = |corners: &[[f64; 2]]| path(&[corners.to_vec()], true);
    match shape {
        Shape::Circle => {
            let r = number(r);
            format!("M-{r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 -{r} 0Z")
        }
        Shape::Square => {
            let a = 0.89 * r;
            polygon(&[[-a, -a], [a, -a], [a, a], [-a, a]])
        }
        Shape::Diamond => {
            let a = 1.25 * r;
            polygon(&[[0.0, -a], [a, 0.0], [0.0, a], [-a, 0.0]])
        }
        Shape::Up => polygon(&[[0.0, -1.3 * r], [1.15 * r, 0.75 * r], [-1.15 * r, 0.75 * r]]),
        Shape::Down => polygon(&[[0.0, 1.3 * r], [1.15 * r, -0.75 * r], [-1.15 * r, -0.75 * r]]),
    }
}

fn set(text: &Text, out: &mut String) {
    let [x, y] = text.at;
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{}\"",
        number(x),
        number(y),
        number(text.size),
        text.colour
    );
    if text.turn != 0.0 {
        let _ =
            write!(out, " transform=\"rotate({} {} {})\"", number(text.turn), number(x), number(y));
    }
    out.push('>');
    runs(&text.label, text.size, out);
    out.push_str("</text>\n");
}

fn runs(label: &Label, size: f64, out: &mut String) {
    let mut below = 0.0;
    for run in &label.runs {
        // Blanks at the edges of a run would be dropped.
        let content = escaped(&run.text.replace(' ', "\u{a0}"));
        let shift = run.drop(size) - below;
        below = run.drop(size);
        if !run.italic && run.level == Level::Base && shift == 0.0 {
            out.push_str(&content);
            continue;
        }
        out.push_str("<tspan");
        if run.italic {
            out.push_str(" font-style=\"italic\"");
        }
        if run.level != Level::Base {
            let _ = write!(out, " font-size=\"{}\"", number(run.size(size)));
        }
        if shift != 0.0 {
            let _ = write!(out, " dy=\"{}\"", number(shift));
        }
        let _ = write!(out, ">{content}</tspan>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_coordinates_are_short() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.000_01), "0");
        assert_eq!(number(100.0), "100");
        assert_eq!(number(2.5004), "2.5");
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }
}
