//! Curves: shading, lines that break where values are missing or jump, points with error bars.

use super::frame::Frame;
use super::label::Label;
use super::legend::{self, LEADING};
use super::palette::COLOURS;
use super::scene::{Anchor, Area, Item, Scene, Stroke, Text};
use super::strip::{ROW, Strip};
use super::{FigureError, LABEL_SIZE, Lines, Mark, Series, TICK_SIZE};

/// Part of the span of y left free above and below the data.
const PADDING: f64 = 0.05;
/// Width of error bars and of transition lines.
const BAR: f64 = 0.7;
const TRANSITION: f64 = 0.7;
/// Dashes of transition lines.
const DASH: &[f64] = &[2.6, 2.0];
/// Half the width of an error bar's ends.
const CAP: f64 = 1.4;
/// Spacing of the points that stand for a line when a place for the legend is sought.
const SAMPLING: f64 = 1.5;

/// Lays out curves.
pub(super) fn draw(lines: &Lines, title: &Label, scene: &mut Scene) -> Result<(), FigureError> {
    let visible = |s: &Series| s.points.clone().into_iter().filter(|p| p.y.is_ok());
    let xs = lines.series.iter().flat_map(visible).map(|p| p.x);
    let bands = || lines.bands.iter().flat_map(|b| b.lower.iter().chain(&b.upper));
    let hint = "; see the notes for the reasons";
    let x_range = lines
        .x
        .ends(xs.chain(bands().map(|p| p[0])), 0.0)
        .ok_or(FigureError::Empty { axis: "x", hint })?;
    let in_range = |x: f64| (x_range[0]..=x_range[1]).contains(&x);
    let ys = lines.series.iter().flat_map(visible).filter(|p| in_range(p.x)).flat_map(|p| {
        let y = p.y.unwrap_or(f64::NAN);
        let bar = p.stderr.unwrap_or(0.0);
        [y, y - bar, y + bar]
    });
    let y_range = lines.y.ends(ys, PADDING).ok_or(FigureError::Empty { axis: "y", hint })?;
    let size = [scene.width, scene.height];
    let above = if title.is_empty() { 2.0 } else { 4.0 + LABEL_SIZE };
    let place = |top: f64| Frame::place((&lines.x, x_range), (&lines.y, y_range), size, top, 2.0);
    // The height of what stands above depends on the width of the plot, which does not depend on it.
    let probe = place(above)?;
    let strip = Strip::new(&lines.markers, &lines.regimes, &probe.x);
    let strip_height = ROW * strip.rows as f64;
    let entries = legend::entries(&lines.keys);
    let mut frame = place(above + strip_height)?;
    let inside = legend::place(&entries, &frame.area, &obstacles(lines, &frame));
    if inside.is_none() && !entries.is_empty() {
        let height = legend::height_above(&entries, frame.area.width());
        frame = place(above + strip_height + height + 0.3 * LEADING)?;
    }
    let facts = frame.facts();
    scene.open("plot", facts);
    shade(lines, &frame, scene);
    transitions(lines, &frame, scene);
    for series in &lines.series {
        draw_series(series, &frame, scene);
    }
    frame.draw(&lines.x.label, &lines.y.label, scene);
    strip.draw(frame.area.top - 1.0, scene);
    names(lines, &frame, inside, scene);
    match inside {
        Some(area) => legend::draw(&entries, &area, scene),
        None => {
            let ends = [frame.area.left, frame.area.right];
            let bottom = frame.area.top - strip_height - 0.3 * LEADING;
            legend::draw_above(&entries, ends, bottom, scene);
        }
    }
    scene.close();
    let middle = 0.5 * (frame.area.left + frame.area.right);
    scene.text(title.clone(), [middle, 2.0 + LABEL_SIZE], Anchor::Middle, LABEL_SIZE);
    Ok(())
}

/// Fills of the regimes behind everything.
fn shade(lines: &Lines, frame: &Frame, scene: &mut Scene) {
    let Area { left, top, right, bottom } = frame.area;
    let clip = Some(frame.area);
    scene.items.push(Item::Group { class: "regimes", facts: Vec::new(), clip, crisp: false });
    for regime in &lines.regimes {
        let [a, b] = regime
            .span
            .map(|x| frame.x.place(x.clamp(frame.x.range[0], frame.x.range[1])).clamp(left, right));
        scene.fill(&Area { left: a, right: b, top, bottom }, regime.fill, None);
    }
    for band in &lines.bands {
        let ends = [frame.x.range[0], frame.x.range[1]];
        let edge = |points: &[[f64; 2]], limit: f64| -> Vec<[f64; 2]> {
            if points.is_empty() {
                ends.iter().map(|x| [frame.x.place(*x), limit]).collect()
            } else {
                points.iter().map(|p| frame.at(*p)).collect()
            }
        };
        let mut outline = edge(&band.lower, bottom);
        outline.extend(edge(&band.upper, top).into_iter().rev());
        scene.items.push(Item::Path {
            parts: vec![outline],
            closed: true,
            stroke: None,
            fill: Some(band.fill.to_owned()),
        });
    }
    scene.close();
}

/// Names of regimes in the plane, where their bands are widest and the legend is not.
fn names(lines: &Lines, frame: &Frame, legend: Option<Area>, scene: &mut Scene) {
    for band in lines.bands.iter().filter(|b| !b.label.is_empty()) {
        let limit = |points: &[[f64; 2]], x: f64, edge: f64| interpolate(points, x).unwrap_or(edge);
        let [low, high] = frame.y.range;
        let best = (1..20)
            .filter_map(|k| {
                let u = f64::from(k) / 20.0;
                let [a, b] = frame.x.range.map(|x| frame.x.scale.even(x));
                let x = frame.x.scale.value(a + u * (b - a));
                let ends = [limit(&band.lower, x, low), limit(&band.upper, x, high)];
                let [p, q] = ends.map(|y| frame.y.place(y.clamp(low, high)));
                let text = Text {
                    label: band.label.clone(),
                    at: [frame.x.place(x), 0.5 * (p + q) + 0.36 * TICK_SIZE],
                    anchor: Anchor::Middle,
                    size: TICK_SIZE,
                    colour: "#555555".to_owned(),
                    turn: 0.0,
                };
                let area = text.area().grown(2.0);
                let free = frame.area.holds(&area) && legend.is_none_or(|l| !l.meets(&area));
                // The middle of the plot is the better place.
                let room = (p - q) * (1.0 - (u - 0.5).abs());
                (free && room > 1.5 * TICK_SIZE).then_some((room, text))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, text)) = best {
            scene.items.push(Item::Text(text));
        }
    }
}

fn interpolate(points: &[[f64; 2]], x: f64) -> Option<f64> {
    points.windows(2).find_map(|w| {
        let [[a, p], [b, q]] = [w[0], w[1]];
        (a.min(b)..=a.max(b))
            .contains(&x)
            .then(|| if a == b { p } else { p + (x - a) / (b - a) * (q - p) })
    })
}

fn transitions(lines: &Lines, frame: &Frame, scene: &mut Scene) {
    for marker in lines.markers.iter().filter(|m| frame.x.shows(m.x)) {
        let x = frame.x.place(marker.x);
        let colour = COLOURS[marker.colour % COLOURS.len()].to_owned();
        let value = regimes_output::number::exact_text(marker.x);
        scene.open("transition", vec![("name", marker.label.text()), ("x", value)]);
        scene.line(
            vec![[x, frame.area.bottom], [x, frame.area.top]],
            Stroke { colour, width: TRANSITION, dash: DASH },
        );
        scene.close();
    }
}

/// The parts of a line between missing values and jumps.
pub(super) fn parts(series: &Series, frame: &Frame) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for point in &series.points {
        let drawn = point.y.as_ref().ok().filter(|y| frame.y.scale.takes(**y));
        let here = drawn.filter(|_| frame.x.scale.takes(point.x)).map(|y| [point.x, *y]);
        if (here.is_none() || point.jump) && parts.last().is_some_and(|p| !p.is_empty()) {
            parts.push(Vec::new());
        }
        if let (Some(at), Some(part)) = (here, parts.last_mut()) {
            part.push(frame.at(at));
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

fn draw_series(series: &Series, frame: &Frame, scene: &mut Scene) {
    let facts = vec![("name", series.label.text()), ("mark", series.mark.name().to_owned())];
    let clip = Some(frame.area.grown(if series.mark == Mark::Line { 0.0 } else { 2.5 }));
    scene.items.push(Item::Group { class: "series", facts, clip, crisp: false });
    if series.mark != Mark::Points {
        let parts = parts(series, frame);
        let stroke = legend::stroke(series.style);
        // A point between two gaps would leave no trace as a line.
        for part in parts.iter().filter(|p| p.len() == 1) {
            scene.items.push(legend::mark(part[0], series.style));
        }
        let parts: Vec<_> = parts.into_iter().filter(|p| p.len() > 1).collect();
        if !parts.is_empty() {
            scene.items.push(Item::Path { parts, closed: false, stroke: Some(stroke), fill: None });
        }
    }
    if series.mark != Mark::Line {
        for point in &series.points {
            let Ok(y) = point.y else { continue };
            if !frame.x.shows(point.x) || !frame.y.shows(y) {
                continue;
            }
            if let Some(bar) = point.stderr {
                error_bar(point.x, y, bar, series.style.colour, frame, scene);
            }
            scene.items.push(legend::mark(frame.at([point.x, y]), series.style));
        }
    }
    scene.close();
}

/// A bar of one standard error to both sides.
fn error_bar(x: f64, y: f64, bar: f64, colour: usize, frame: &Frame, scene: &mut Scene) {
    let [low, high] = frame.y.range;
    let ends = [y - bar, y + bar].map(|y| frame.y.place(y.clamp(low, high)));
    let x = frame.x.place(x);
    let stroke = Stroke::full(COLOURS[colour % COLOURS.len()], BAR);
    let parts = vec![
        vec![[x, ends[0]], [x, ends[1]]],
        vec![[x - CAP, ends[0]], [x + CAP, ends[0]]],
        vec![[x - CAP, ends[1]], [x + CAP, ends[1]]],
    ];
    scene.open("bar", Vec::new());
    scene.items.push(Item::Path { parts, closed: false, stroke: Some(stroke), fill: None });
    scene.close();
}

/// Places that the legend must not cover: points along every line, and the transition lines.
fn obstacles(lines: &Lines, frame: &Frame) -> Vec<[f64; 2]> {
    let mut all = Vec::new();
    let mut walk = |a: [f64; 2], b: [f64; 2]| {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let steps = (length / SAMPLING).ceil().clamp(1.0, 1e4) as usize;
        for k in 0..=steps {
            let u = k as f64 / steps as f64;
            all.push([a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])]);
        }
    };
    for series in &lines.series {
        for part in parts(series, frame) {
            if series.mark == Mark::Points || part.len() == 1 {
                part.iter().for_each(|p| walk(*p, *p));
            } else {
                part.windows(2).for_each(|w| walk(w[0], w[1]));
            }
        }
        for point in series.points.iter().filter(|_| series.mark != Mark::Line) {
            if let (Ok(y), Some(bar)) = (&point.y, point.stderr) {
                walk(frame.at([point.x, y - bar]), frame.at([point.x, y + bar]));
            }
        }
    }
    for marker in lines.markers.iter().filter(|m| frame.x.shows(m.x)) {
        let x = frame.x.place(marker.x);
        walk([x, frame.area.top], [x, frame.area.bottom]);
    }
    for band in &lines.bands {
        for edge in [&band.lower, &band.upper] {
            edge.windows(2).for_each(|w| walk(frame.at(w[0]), frame.at(w[1])));
        }
    }
    all
}
