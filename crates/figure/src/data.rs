//! What a figure shows as a table, for the csv beside it: a row for each thing drawn.

use super::{Figure, HeatMap, Lines, Panel};
use regimes_output::{Cell, Column, Row};

/// The columns, for axes called `x` and `y`, and values of a heat map called `z`.
pub fn columns(x: &str, y: &str, z: Option<&str>) -> Vec<Column> {
    let mut columns = vec![Column::text("series"), Column::text("mark")];
    columns.push(Column::number(x, x, ""));
    columns.push(Column::number(y, y, ""));
    columns.extend(z.map(|z| Column::number(z, z, "")));
    columns.push(Column::number("error", "error", "bound"));
    columns.push(Column::number("stderr", "s.e.", "standard error"));
    columns
}

/// The rows: points of series, transition times, edges of regimes, cells, lines on top.
pub fn rows(figure: &Figure) -> Vec<Row> {
    match &figure.panel {
        Panel::Lines(lines) => of_lines(lines),
        Panel::Heat(map) => of_map(map),
    }
}

/// An empty field; a missing value has its reason in the notes.
fn empty() -> Cell {
    Cell::Text(String::new())
}

fn number(x: Option<f64>) -> Cell {
    x.filter(|x| x.is_finite()).map_or_else(empty, Cell::Number)
}

fn row(series: String, mark: &str, cells: Vec<Cell>, notes: Vec<String>) -> Row {
    let mut all = vec![Cell::Text(series), Cell::Text(mark.to_owned())];
    all.extend(cells);
    Row { cells: all, notes }
}

fn of_lines(lines: &Lines) -> Vec<Row> {
    let mut rows = Vec::new();
    for series in &lines.series {
        for point in &series.points {
            let mut notes = Vec::new();
            if let Err(reason) = &point.y {
                notes.push(reason.clone());
            }
            if point.jump {
                notes.push("the curve jumps before this point".to_owned());
            }
            let y = number(point.y.as_ref().ok().copied());
            let cells = vec![number(Some(point.x)), y, number(point.error), number(point.stderr)];
            rows.push(row(series.label.text(), series.mark.name(), cells, notes));
        }
    }
    for marker in &lines.markers {
        let cells = vec![Cell::Number(marker.x), empty(), empty(), empty()];
        rows.push(row(marker.label.text(), "transition", cells, Vec::new()));
    }
    for regime in &lines.regimes {
        for end in regime.span.into_iter().filter(|x| x.is_finite()) {
            let cells = vec![Cell::Number(end), empty(), empty(), empty()];
            rows.push(row(regime.name.to_owned(), "regime", cells, Vec::new()));
        }
    }
    rows
}

fn of_map(map: &HeatMap) -> Vec<Row> {
    let mut rows = Vec::new();
    for ((y, values), errors) in map.ys.iter().zip(&map.values).zip(&map.errors) {
        for ((x, value), error) in map.xs.iter().zip(values).zip(errors) {
            let z = number(value.as_ref().ok().copied());
            let cells = vec![Cell::Number(*x), Cell::Number(*y), z, number(*error), empty()];
            let notes = value.as_ref().err().cloned().into_iter().collect();
            rows.push(row(map.z.label.text(), "cell", cells, notes));
        }
    }
    for (label, parts) in &map.overlays {
        for [x, y] in parts.iter().flatten() {
            let cells = vec![Cell::Number(*x), Cell::Number(*y), empty(), empty(), empty()];
            rows.push(row(label.text(), "line", cells, Vec::new()));
        }
    }
    rows
}
