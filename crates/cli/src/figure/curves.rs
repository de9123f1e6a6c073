//! Curves: which rows make a series, what it is called, and where the transitions are.

use super::Drawing;
use super::columns::{Group, grouped, series_columns, symbol, text, x_column, y_columns};
use super::options::Options;
use super::shading::{bands, transitions};
use super::source::Source;
use regimes::error::Result;
use regimes::table::shared_conventions;
use regimes_figure::axis::AxisSpec;
use regimes_figure::label::Label;
use regimes_figure::style::{self, Names};
use regimes_figure::{Figure, Lines, Mark, Panel, Point, Series};
use regimes_output::{Cell, Column, Kind, Summary};
use std::collections::BTreeSet;

/// The picture of curves.
pub(super) fn drawing(
    sources: &[Source<'_>],
    options: &Options,
    height: f64,
    summary: &mut Summary,
) -> Result<Drawing> {
    let mut groups = Vec::new();
    let mut xs = Vec::new();
    for (k, source) in sources.iter().enumerate() {
        let x = x_column(source, options)?;
        let ys = y_columns(source, options, x)?;
        let split = series_columns(source, options, x, &ys)?;
        xs.push(x);
        for &y in &ys {
            source.judge(y, summary);
            groups.extend(grouped(k, source, y, &split));
        }
    }
    let (x_column, first) = (&sources[0].columns[xs[0]], &groups[0]);
    let y_column = &sources[0].columns[first.y];
    let names = names(sources, &groups);
    let (styles, keys) = style::assign(&names);
    let series: Vec<Series> = groups
        .iter()
        .zip(&names)
        .zip(&styles)
        .map(|((group, names), style)| {
            let points = points(&sources[group.source], group, xs[group.source]);
            let label = [names.what.as_str(), names.parameters.as_str()]
                .into_iter()
                .filter(|n| !n.is_empty())
                .collect::<Vec<_>>()
                .join(", ");
            Series { label: Label::new(&label), mark: names.mark, style: *style, points }
        })
        .collect();
    let mut lines = Lines {
        x: AxisSpec {
            label: axis_label(options.x_label.as_deref(), &[x_column]),
            scale: options.scale("x"),
            range: options.x_range,
        },
        y: AxisSpec {
            label: axis_label(
                options.y_label.as_deref(),
                &groups
                    .iter()
                    .filter(|g| g.source == first.source)
                    .map(|g| &sources[g.source].columns[g.y])
                    .collect::<Vec<_>>(),
            ),
            scale: options.scale("y"),
            range: options.y_range,
        },
        series,
        keys,
        markers: Vec::new(),
        regimes: Vec::new(),
        bands: Vec::new(),
    };
    let drawn_from: Vec<(usize, usize)> =
        groups.iter().map(|g| (g.source, g.rows.first().copied().unwrap_or(0))).collect();
    transitions(sources, &drawn_from, &x_column.name, options, &mut lines)?;
    if options.shading {
        lines.bands = bands(sources, &groups, &lines);
    }
    let single = groups.iter().all(|g| sources[g.source].columns[g.y].name == y_column.name);
    let y_name = if single { y_column.name.clone() } else { "value".to_owned() };
    Ok(Drawing {
        names: (x_column.name.clone(), y_name, None),
        figure: Figure {
            title: Label::new(&options.title),
            width: options.width,
            height,
            panel: Panel::Lines(lines),
        },
        notes: notes(sources, summary),
        conventions: shared_conventions(sources.iter().map(|source| &source.conventions)),
    })
}

/// What to say beside the picture: of the models, and why values are missing.
pub(super) fn notes(sources: &[Source<'_>], summary: &Summary) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for note in sources.iter().flat_map(|s| &s.notes).chain(&summary.remarks) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes
}

/// Names of the series: parameters that differ between them, and what they are where that differs.
fn names(sources: &[Source<'_>], groups: &[Group]) -> Vec<Names> {
    let differs = |name: &str| {
        let values: BTreeSet<&str> = groups
            .iter()
            .flat_map(|g| g.parameters.iter().filter(|(n, _)| n == name))
            .map(|(_, value)| value.as_str())
            .collect();
        values.len() > 1
    };
    let column = |g: &Group| &sources[g.source].columns[g.y];
    // Columns of one source are told apart; sources by their labels.
    let several = groups.iter().any(|g| groups.iter().any(|h| h.source == g.source && h.y != g.y));
    let same_symbol = |g: &Group| {
        groups
            .iter()
            .any(|h| h.source == g.source && h.y != g.y && column(h).symbol == column(g).symbol)
    };
    groups
        .iter()
        .map(|g| {
            let source = &sources[g.source];
            let parameters: Vec<&str> = g
                .parameters
                .iter()
                .filter(|(name, _)| differs(name))
                .map(|(_, value)| value.as_str())
                .collect();
            let mut what: Vec<String> = Vec::new();
            if several {
                let c = column(g);
                let criterion = c.name.rsplit('.').next().unwrap_or("");
                what.push(if same_symbol(g) {
                    format!("${}$, {criterion}", symbol(c))
                } else {
                    format!("${}$", symbol(c))
                });
            }
            if !source.label.is_empty() {
                what.push(source.label.clone());
            }
            Names {
                parameters: parameters.join(", "),
                what: what.join(", "),
                mark: source.mark.unwrap_or_else(|| {
                    if column(g).kind == Kind::Sampled { Mark::Points } else { Mark::Line }
                }),
            }
        })
        .collect()
}

fn points(source: &Source<'_>, group: &Group, x: usize) -> Vec<Point> {
    let find = |name: &str| source.columns.iter().position(|c| c.name == name);
    let name = &source.columns[group.y].name;
    let own = |suffix: &str| {
        [format!("{name}_{suffix}"), format!("{name}.{suffix}")].iter().find_map(|n| find(n))
    };
    let next = |suffix: &str| {
        let after = source.columns.get(group.y + 1)?;
        (after.name == suffix).then_some(group.y + 1)
    };
    let beside = |suffix: &str| own(suffix).or_else(|| next(suffix));
    let (error, stderr) = (beside("error"), beside("stderr"));
    let (branch, snr) = (find("branch"), find("snr"));
    let mut points: Vec<(Point, Option<f64>, String)> = group
        .rows
        .iter()
        .filter_map(|k| {
            let cells = &source.rows[*k].cells;
            let value = |c: Option<usize>| c.and_then(|c| cells[c].value());
            let cell = &cells[group.y];
            let y = match cell.value() {
                Some(y) if y.is_finite() => Ok(y),
                Some(y) => Err(format!("{y} cannot be drawn")),
                None => Err(cell.reason().unwrap_or("no value").to_owned()),
            };
            let point = Point {
                x: cells[x].value()?,
                y,
                error: cell.error().or(value(error)),
                stderr: match cell {
                    Cell::Sampled(_, stderr) => *stderr,
                    _ => value(stderr),
                },
                jump: false,
            };
            Some((point, value(snr), branch.map_or_else(String::new, |b| text(&cells[b]))))
        })
        .collect();
    points.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
    for k in 1..points.len() {
        let (left, right) = (&points[k - 1], &points[k]);
        let apart = jumps((left.1, &left.2), (right.1, &right.2));
        points[k].0.jump = apart && leaps(&points, k);
    }
    points.into_iter().map(|(point, ..)| point).collect()
}

/// Whether two neighbours are on branches that do not meet. Coming from the noise, the uninformed
/// branch goes on from the only one, and the informed one ends in the only one.
fn jumps(a: (Option<f64>, &str), b: (Option<f64>, &str)) -> bool {
    if a.1 == b.1 {
        return false;
    }
    let forward = a.0 <= b.0;
    let (noisier, other) = if forward { (a.1, b.1) } else { (b.1, a.1) };
    !matches!((noisier, other), ("only", "uninformed") | ("informed", "only"))
}

/// Whether the step before point `k` stands out from the steps around it: at a first-order
/// transition some quantities jump, and others, such as the information, only change their slope.
fn leaps(points: &[(Point, Option<f64>, String)], k: usize) -> bool {
    const FACTOR: f64 = 3.0;
    let step = |k: usize| {
        let (a, b) = (points.get(k.checked_sub(1)?)?, points.get(k)?);
        Some((b.0.y.clone().ok()? - a.0.y.clone().ok()?).abs())
    };
    match (step(k - 1), step(k), step(k + 1)) {
        (Some(before), Some(here), Some(after)) => here > FACTOR * before.max(after),
        // Without neighbours nothing speaks for a continuous curve.
        _ => true,
    }
}

fn axis_label(asked: Option<&str>, columns: &[&Column]) -> Label {
    if let Some(label) = asked {
        return Label::new(label);
    }
    let mut symbols: Vec<&str> = Vec::new();
    for column in columns {
        if !symbols.contains(&symbol(column)) {
            symbols.push(symbol(column));
        }
    }
    let parts: Vec<String> = symbols.iter().map(|s| format!("${s}$")).collect();
    Label::new(&parts.join(", "))
}
