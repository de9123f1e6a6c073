//! Heat maps: cells, contour lines with their levels, a colour bar, lines on top.

use super::axis::{Axis, Scale};
use super::frame::{Frame, scaled, turned, widest};
use super::label::Label;
use super::legend::{self, Entry, LEADING, Sample};
use super::palette::{ABSENT, heat, hex, luminance};
use super::scene::{Anchor, Area, Item, Scene, Stroke, Text};
use super::ticks::Ticks;
use super::{FigureError, HeatMap, LABEL_SIZE, TICK_SIZE, contour};

/// Width of the colour bar, and between it and the plot.
const BAR: f64 = 9.0;
const BAR_GAP: f64 = 7.0;
/// Steps of the colour bar.
const STEPS: usize = 96;
/// Neighbouring cells overlap by this much, so that no seam shows.
const OVERLAP: f64 = 0.2;
/// Width of contour lines and of lines on top.
const CONTOUR: f64 = 0.6;
const OVERLAY: f64 = 1.6;
/// Size of the levels' labels.
const LEVEL_SIZE: f64 = 6.0;
/// Digits of a level that was asked for.
const LEVEL_DIGITS: usize = 3;
/// Height of the points of the colour bar where values lie beyond its ends.
const BEYOND: f64 = 5.0;
/// Labelled ticks of the colour bar, and round levels of contours.
const LEVELS: usize = 8;

/// Lays out a heat map.
pub(super) fn draw(map: &HeatMap, title: &Label, scene: &mut Scene) -> Result<(), FigureError> {
    let empty = |axis| FigureError::Empty { axis, hint: "; see the notes for the reasons" };
    let (x_edges, y_edges) = (edges(&map.xs, map.x.scale), edges(&map.ys, map.y.scale));
    // From node to node, so that contour lines reach the frame; the outer cells are cut in half.
    let x_range = map.x.ends(map.xs.iter().copied(), 0.0).ok_or(empty("x"))?;
    let y_range = map.y.ends(map.ys.iter().copied(), 0.0).ok_or(empty("y"))?;
    let shown = || map.values.iter().flatten().filter_map(|z| z.as_ref().ok().copied());
    let z_range = map.z.ends(shown(), 0.0).ok_or(empty("z"))?;
    let z_ticks = map.z.scale.ticks(z_range[0], z_range[1], LEVELS);
    let beside = BAR_GAP + BAR + 3.0 + widest(&z_ticks) + 3.0 + LABEL_SIZE;
    let entries = entries(map);
    let above = if title.is_empty() { 2.0 } else { 4.0 + LABEL_SIZE };
    let size = [scene.width, scene.height];
    let place = |top| Frame::place((&map.x, x_range), (&map.y, y_range), size, top, beside);
    let probe = place(above)?;
    let height = match entries.len() {
        0 => 0.0,
        _ => legend::height_above(&entries, probe.area.width() + beside) + 0.3 * LEADING,
    };
    let frame = place(above + height)?;
    let colours = Axis { scale: map.z.scale, range: z_range, paper: [0.0, 1.0] };
    scene.open("plot", frame.facts());
    cells(map, &frame, &colours, [&x_edges, &y_edges], scene);
    contours(map, &frame, &colours, &z_ticks, scene);
    for (label, parts) in &map.overlays {
        let facts = vec![("name", label.text())];
        let clip = Some(frame.area);
        scene.items.push(Item::Group { class: "overlay", facts, clip, crisp: false });
        let places: Vec<Vec<[f64; 2]>> =
            parts.iter().map(|part| part.iter().map(|p| frame.at(*p)).collect()).collect();
        for stroke in overlay_strokes() {
            let (parts, stroke) = (places.clone(), Some(stroke));
            scene.items.push(Item::Path { parts, closed: false, stroke, fill: None });
        }
        scene.close();
    }
    frame.draw(&map.x.label, &map.y.label, scene);
    if !entries.is_empty() {
        let ends = [frame.area.left, frame.area.right + beside];
        legend::draw_above(&entries, ends, frame.area.top - 0.3 * LEADING, scene);
    }
    scene.close();
    bar(map, &frame.area, &colours, &z_ticks, scene);
    let middle = 0.5 * scene.width;
    scene.text(title.clone(), [middle, 2.0 + LABEL_SIZE], Anchor::Middle, LABEL_SIZE);
    Ok(())
}

/// A line on top: white around red, to be seen on every colour of the map.
fn overlay_strokes() -> [Stroke; 2] {
    [Stroke::full("#ffffff", OVERLAY + 1.2), Stroke::full("#d55e00", OVERLAY)]
}

fn entries(map: &HeatMap) -> Vec<Entry> {
    let mut entries = Vec::new();
    if map.values.iter().flatten().any(Result::is_err) && !map.absent.is_empty() {
        let sample = Sample::Patch(ABSENT.to_owned());
        entries.push(Entry { sample, label: map.absent.clone() });
    }
    for (label, _) in map.overlays.iter().filter(|(label, _)| !label.is_empty()) {
        let [_, stroke] = overlay_strokes();
        entries.push(Entry { sample: Sample::Line(stroke), label: label.clone() });
    }
    entries
}

/// Where cells end: halfway between their centres on the axis, and as far beyond the outer ones.
fn edges(centres: &[f64], scale: Scale) -> Vec<f64> {
    let u: Vec<f64> = centres.iter().map(|x| scale.even(*x)).collect();
    let (Some(first), Some(last)) = (u.first(), u.last()) else { return Vec::new() };
    if u.len() == 1 {
        return vec![scale.value(first - 0.5), scale.value(last + 0.5)];
    }
    let mut edges = vec![first - 0.5 * (u[1] - first)];
    edges.extend(u.windows(2).map(|w| 0.5 * (w[0] + w[1])));
    edges.push(last + 0.5 * (last - u[u.len() - 2]));
    edges.into_iter().map(|x| scale.value(x)).collect()
}

fn colour(z: f64, colours: &Axis) -> [u8; 3] {
    heat(colours.place(z.clamp(colours.range[0], colours.range[1])))
}

fn cells(
    map: &HeatMap,
    frame: &Frame,
    colours: &Axis,
    [x_edges, y_edges]: [&[f64]; 2],
    scene: &mut Scene,
) {
    let z_axis = format!(
        "{} {} {}",
        map.z.scale.name(),
        crate::output::number::exact_text(colours.range[0]),
        crate::output::number::exact_text(colours.range[1])
    );
    let (facts, clip) = (vec![("z-axis", z_axis)], Some(frame.area));
    scene.items.push(Item::Group { class: "cells", facts, clip, crisp: true });
    for (row, ends) in map.values.iter().zip(y_edges.windows(2)) {
        let [bottom, top] = [ends[0], ends[1]].map(|y| frame.y.place(y));
        for (value, ends) in row.iter().zip(x_edges.windows(2)) {
            let [left, right] = [ends[0], ends[1]].map(|x| frame.x.place(x));
            let fill = match value {
                Ok(z) => hex(colour(*z, colours)),
                Err(_) => ABSENT.to_owned(),
            };
            let area = Area { left, top: top - OVERLAP, right: right + OVERLAP, bottom };
            scene.fill(&area, &fill, None);
        }
    }
    scene.close();
}

/// Contour lines with their levels, which interrupt them.
fn contours(map: &HeatMap, frame: &Frame, colours: &Axis, ticks: &Ticks, scene: &mut Scene) {
    let u: Vec<f64> = map.xs.iter().map(|x| map.x.scale.even(*x)).collect();
    let v: Vec<f64> = map.ys.iter().map(|y| map.y.scale.even(*y)).collect();
    let z: Vec<Vec<Option<f64>>> = map
        .values
        .iter()
        .map(|row| {
            let even = |z: &Result<f64, String>| {
                z.as_ref().ok().filter(|z| map.z.scale.takes(**z)).map(|z| map.z.scale.even(*z))
            };
            row.iter().map(even).collect()
        })
        .collect();
    let unit = 10f64.powi(ticks.exponent);
    let levels: Vec<(f64, Label)> = match &map.levels {
        Some(levels) => level_labels(levels, unit),
        None => ticks.major.clone(),
    };
    // Labels keep away from the lines on top, and from one another.
    let mut taken: Vec<Area> = Vec::new();
    for part in map.overlays.iter().flat_map(|(_, parts)| parts) {
        let places: Vec<[f64; 2]> = part.iter().map(|p| frame.at(*p)).collect();
        let steps = (length(&places) / OVERLAY).ceil().clamp(1.0, 1e4) as usize;
        let step = length(&places) / steps as f64;
        for [x, y] in (0..=steps).filter_map(|k| along(&places, k as f64 * step)) {
            taken.push(Area { left: x, top: y, right: x, bottom: y }.grown(OVERLAY + 1.0));
        }
    }
    for (level, label) in levels {
        let facts = vec![("level", crate::output::number::exact_text(level))];
        let clip = Some(frame.area);
        scene.items.push(Item::Group { class: "contour", facts, clip, crisp: false });
        let ink = if luminance(colour(level, colours)) > 0.35 { "#000000" } else { "#ffffff" };
        let mut found: Vec<Vec<[f64; 2]>> = contour::lines(&u, &v, &z, map.z.scale.even(level))
            .into_iter()
            .map(|line| {
                let value = |p: [f64; 2]| [map.x.scale.value(p[0]), map.y.scale.value(p[1])];
                line.into_iter().map(|p| frame.at(value(p))).collect()
            })
            .collect();
        found.sort_by(|a, b| length(b).total_cmp(&length(a)));
        let mut texts = Vec::new();
        for (k, line) in found.into_iter().enumerate() {
            let text =
                if k == 0 { level_text(&label, &line, &frame.area, &taken, ink) } else { None };
            let parts = match &text {
                Some(text) => outside(&line, &text.area().grown(1.2)),
                None => vec![line],
            };
            let stroke = Some(Stroke::full(ink, CONTOUR));
            scene.items.push(Item::Path { parts, closed: false, stroke, fill: None });
            if let Some(text) = text {
                taken.push(text.area().grown(3.0));
                texts.push(text);
            }
        }
        scene.items.extend(texts.into_iter().map(Item::Text));
        scene.close();
    }
}

/// Levels as they are asked for: all in powers of ten where one of them needs it.
fn level_labels(levels: &[f64], unit: f64) -> Vec<(f64, Label)> {
    let text = |z: f64| crate::output::number::parameter(z / unit, LEVEL_DIGITS);
    let powers = levels.iter().any(|z| text(*z).contains('e'));
    let label = |z: f64| {
        let scientific = format!("{:.*e}", LEVEL_DIGITS - 1, z / unit);
        let Some((mantissa, power)) = scientific.split_once('e').filter(|_| powers && z != 0.0)
        else {
            return text(z);
        };
        let mantissa = match mantissa.split_once('.') {
            Some((whole, rest)) if rest.bytes().all(|c| c == b'0') => whole,
            Some(_) => mantissa.trim_end_matches('0'),
            None => mantissa,
        };
        match mantissa {
            "1" => format!("10^{{{power}}}"),
            "-1" => format!("-10^{{{power}}}"),
            _ => format!("{mantissa}×10^{{{power}}}"),
        }
    };
    levels.iter().map(|z| (*z, Label::symbol(&label(*z)))).collect()
}

fn length(line: &[[f64; 2]]) -> f64 {
    line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
}

/// The label of a level on its line, as near the middle as it keeps away from other labels and edges.
fn level_text(
    label: &Label,
    line: &[[f64; 2]],
    plot: &Area,
    taken: &[Area],
    ink: &str,
) -> Option<Text> {
    let width = label.width(LEVEL_SIZE);
    if length(line) < 3.0 * width {
        return None;
    }
    let total = length(line);
    let mut order: Vec<usize> = (2..39).collect();
    order.sort_by_key(|k| k.abs_diff(20));
    order.into_iter().find_map(|k| {
        let middle = along(line, total * k as f64 / 40.0)?;
        let text = Text {
            label: label.clone(),
            at: [middle[0], middle[1] + 0.36 * LEVEL_SIZE],
            anchor: Anchor::Middle,
            size: LEVEL_SIZE,
            colour: ink.to_owned(),
            turn: 0.0,
        };
        let area = text.area();
        (plot.holds(&area.grown(4.0)) && taken.iter().all(|t| !t.meets(&area))).then_some(text)
    })
}

/// The place at a distance from the start of a line.
fn along(line: &[[f64; 2]], mut distance: f64) -> Option<[f64; 2]> {
    for w in line.windows(2) {
        let step = (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]);
        if distance <= step && step > 0.0 {
            let u = distance / step;
            return Some([w[0][0] + u * (w[1][0] - w[0][0]), w[0][1] + u * (w[1][1] - w[0][1])]);
        }
        distance -= step;
    }
    None
}

/// The parts of a line outside an area, cut finely.
fn outside(line: &[[f64; 2]], area: &Area) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    let mut push = |p: [f64; 2]| {
        if area.has(p) {
            if parts.last().is_some_and(|part| !part.is_empty()) {
                parts.push(Vec::new());
            }
        } else if let Some(part) = parts.last_mut() {
            part.push(p);
        }
    };
    for w in line.windows(2) {
        push(w[0]);
        let near = area.meets(&Area {
            left: w[0][0].min(w[1][0]),
            right: w[0][0].max(w[1][0]),
            top: w[0][1].min(w[1][1]),
            bottom: w[0][1].max(w[1][1]),
        });
        let cuts = if near { 1 + (length(w) / 0.5) as usize } else { 1 };
        for k in 1..cuts {
            let u = k as f64 / cuts as f64;
            push([w[0][0] + u * (w[1][0] - w[0][0]), w[0][1] + u * (w[1][1] - w[0][1])]);
        }
    }
    if let Some(last) = line.last() {
        push(*last);
    }
    parts.retain(|p| p.len() > 1);
    parts
}

/// The colour bar beside the plot.
fn bar(map: &HeatMap, plot: &Area, colours: &Axis, ticks: &Ticks, scene: &mut Scene) {
    let left = plot.right + BAR_GAP;
    let area = Area { left, right: left + BAR, ..*plot };
    let up = Axis { paper: [area.bottom, area.top], ..*colours };
    scene.items.push(Item::Group {
        class: "colour-bar",
        facts: vec![("z-axis", up.fact())],
        clip: Some(area),
        crisp: true,
    });
    for k in 0..STEPS {
        let [low, high] = [k, k + 1].map(|k| k as f64 / STEPS as f64);
        let step = Area {
            top: area.bottom - high * area.height() - OVERLAP,
            bottom: area.bottom - low * area.height(),
            ..area
        };
        scene.fill(&step, &hex(heat(0.5 * (low + high))), None);
    }
    scene.close();
    let Area { left, top, right, bottom } = area;
    scene.open("frame", Vec::new());
    scene.line(
        vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top], [right, top]],
        Stroke::full("#000000", 0.6),
    );
    // A bar that ends in a point says that values beyond are shown in its last colour.
    let values = || map.values.iter().flatten().filter_map(|z| z.as_ref().ok());
    let beyond = [
        (values().any(|z| *z < up.range[0]), bottom, bottom + BEYOND, 0.0),
        (values().any(|z| *z > up.range[1]), top, top - BEYOND, 1.0),
    ];
    for (_, base, tip, share) in beyond.into_iter().filter(|(some, ..)| *some) {
        scene.items.push(Item::Path {
            parts: vec![vec![[left, base], [0.5 * (left + right), tip], [right, base]]],
            closed: true,
            stroke: Some(Stroke::full("#000000", 0.6)),
            fill: Some(hex(heat(share))),
        });
    }
    for (z, _) in &ticks.major {
        let y = up.place(*z);
        scene.line(vec![[right, y], [right - 2.5, y]], Stroke::full("#000000", 0.6));
    }
    scene.close();
    for (z, label) in &ticks.major {
        let at = [right + 3.0, up.place(*z) + 0.36 * TICK_SIZE];
        scene.text(label.clone(), at, Anchor::Start, TICK_SIZE);
    }
    let beside = right + 3.0 + widest(ticks) + 3.0 + 0.78 * LABEL_SIZE;
    turned(scaled(&map.z.label, ticks), [beside, 0.5 * (top + bottom)], scene);
}
