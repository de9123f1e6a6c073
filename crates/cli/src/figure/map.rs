//! Heat maps: the grid of two swept parameters, and lines over it.

use super::curves::notes;
use super::options::Options;
use super::source::Source;
use super::{Drawing, column};
use regimes::error::{Error, Result};
use regimes::table::shared_conventions;
use regimes_figure::axis::AxisSpec;
use regimes_figure::contour;
use regimes_figure::label::Label;
use regimes_figure::{Figure, HeatMap, Panel};
use regimes_output::{Cell, Column, Kind, Summary};
use std::collections::BTreeSet;

/// A value of every cell of the grid, or why there is none.
type Values = Vec<Vec<std::result::Result<f64, String>>>;

/// The picture of a map. `value` names the column, empty for the first that is computed.
pub(super) fn drawing(
    sources: &[Source<'_>],
    options: &Options,
    value: &str,
    height: f64,
    summary: &mut Summary,
) -> Result<Drawing> {
    let source = &sources[0];
    let [x, y] = axes(source, options)?;
    let z = if value.is_empty() { first_output(source)? } else { column(source, "heat", value)? };
    let numbers = |k: usize| -> Vec<f64> {
        let mut all: Vec<f64> = source.rows.iter().filter_map(|r| r.cells[k].value()).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    };
    let grid = Grid { source, x, y, xs: numbers(x), ys: numbers(y) };
    if grid.xs.len() < 2 || grid.ys.len() < 2 {
        let [x, y] = [x, y].map(|k| &source.columns[k].name);
        return Err(Error::Usage(format!(
            "a heat map needs several values along both axes, {x} and {y}: name them with --x and --y"
        )));
    }
    let (values, errors) = grid.values(z)?;
    source.judge(z, summary);
    let mut overlays = Vec::new();
    if let Some([a, b]) = &options.equal {
        let (a, b) = (column(source, "equal", a)?, column(source, "equal", b)?);
        overlays.push((Label::new(&options.equal_label), grid.equal(options, a, b)?));
    }
    for line in &sources[1..] {
        let places = match &line.level {
            Some(level) => grid.level_line(options, z, line, level)?,
            None => points(line, options, [x, y], source)?,
        };
        overlays.push((Label::new(&line.label), places));
    }
    let axis = |label: &Option<String>, k: usize, name: &str, range| AxisSpec {
        label: label
            .as_deref()
            .map_or_else(|| Label::symbol(symbol(&source.columns[k])), Label::new),
        scale: options.scale(name),
        range,
    };
    let missing = values.iter().flatten().any(std::result::Result::is_err);
    let absent = options.absent.as_deref().unwrap_or(if missing { "no transition" } else { "" });
    let map = HeatMap {
        x: axis(&options.x_label, x, "x", options.x_range),
        y: axis(&options.y_label, y, "y", options.y_range),
        z: axis(&options.value_label, z, "value", options.value_range),
        values,
        errors,
        levels: options.contours.clone(),
        absent: Label::new(absent),
        overlays,
        xs: grid.xs,
        ys: grid.ys,
    };
    let names = [x, y, z].map(|k| source.columns[k].name.clone());
    let [x, y, z] = names;
    Ok(Drawing {
        names: (x, y, Some(z)),
        figure: Figure {
            title: Label::new(&options.title),
            width: options.width,
            height,
            panel: Panel::Heat(map),
        },
        notes: notes(sources, summary),
        conventions: shared_conventions(sources.iter().map(|source| &source.conventions)),
    })
}

fn symbol(column: &Column) -> &str {
    if column.symbol.is_empty() { &column.name } else { &column.symbol }
}

fn first_output(source: &Source<'_>) -> Result<usize> {
    let output = |c: &Column| matches!(c.kind, Kind::Estimate | Kind::Sampled);
    let collapse = source.columns.iter().position(|c| output(c) && c.name.starts_with("t_C."));
    collapse
        .or_else(|| source.columns.iter().position(output))
        .or_else(|| source.columns.iter().position(|c| !c.source.is_empty()))
        .ok_or_else(|| Error::Usage("name the column to show with --heat=COLUMN".into()))
}

/// The columns along x and y: those named, else the two longest sweeps that were typed.
fn axes(source: &Source<'_>, options: &Options) -> Result<[usize; 2]> {
    let named = |name: &Option<String>, flag: &str| {
        name.as_ref().map(|n| column(source, flag, n)).transpose()
    };
    let (x, y) = (named(&options.x, "x")?, named(&options.y.first().cloned(), "y")?);
    let count = |k: usize| {
        let bits = |c: &Cell| c.value().map(f64::to_bits);
        source.rows.iter().map(|r| bits(&r.cells[k])).collect::<BTreeSet<_>>().len()
    };
    let mut swept: Vec<usize> = (0..source.columns.len())
        .filter(|k| source.columns[*k].kind == Kind::Number && count(*k) > 1)
        .filter(|k| source.typed.contains(&source.columns[*k].name.replace('_', "-")))
        .filter(|k| Some(*k) != x && Some(*k) != y)
        .collect();
    let written = |k: usize| {
        let flag = source.columns[k].name.replace('_', "-");
        source.typed.iter().position(|t| *t == flag)
    };
    swept.sort_by_key(|k| (std::cmp::Reverse(count(*k)), written(*k)));
    let mut rest = swept.into_iter();
    match (x.or_else(|| rest.next()), y.or_else(|| rest.next())) {
        (Some(x), Some(y)) if x != y => Ok([x, y]),
        _ => Err(Error::Usage(
            "a heat map needs two swept parameters, as in --beta 0.1:1:#20 --alpha 0.1:1:#20"
                .into(),
        )),
    }
}

struct Grid<'a> {
    source: &'a Source<'a>,
    x: usize,
    y: usize,
    xs: Vec<f64>,
    ys: Vec<f64>,
}

impl Grid<'_> {
    /// A column on the grid, with the bounds on its errors.
    #[allow(clippy::type_complexity)]
    fn values(&self, z: usize) -> Result<(Values, Vec<Vec<Option<f64>>>)> {
        let mut values = vec![vec![None; self.xs.len()]; self.ys.len()];
        let mut errors = vec![vec![None; self.xs.len()]; self.ys.len()];
        for row in &self.source.rows {
            let place = |list: &[f64], k: usize| {
                let value = row.cells[k].value()?;
                list.binary_search_by(|x| x.total_cmp(&value)).ok()
            };
            let (Some(i), Some(j)) = (place(&self.xs, self.x), place(&self.ys, self.y)) else {
                continue;
            };
            if values[j][i].is_some() {
                let [x, y] = [self.x, self.y].map(|k| &self.source.columns[k].name);
                return Err(Error::Usage(format!(
                    "more is swept than {x} and {y}: a heat map shows one value for each pair"
                )));
            }
            let cell = &row.cells[z];
            errors[j][i] = cell.error();
            values[j][i] = Some(match cell.value() {
                Some(value) if value.is_finite() => Ok(value),
                Some(value) => Err(format!("{value} cannot be drawn")),
                None => Err(cell.reason().unwrap_or("no value").to_owned()),
            });
        }
        let fill = |v: Option<_>| v.unwrap_or_else(|| Err("not computed".to_owned()));
        let values = values.into_iter().map(|row| row.into_iter().map(fill).collect()).collect();
        Ok((values, errors))
    }

    /// Where two columns are equal, between the nodes of the grid.
    fn equal(&self, options: &Options, a: usize, b: usize) -> Result<Vec<Vec<[f64; 2]>>> {
        let ((a, _), (b, _)) = (self.values(a)?, self.values(b)?);
        Ok(self.meet(options, &a, &b))
    }

    /// Where the map has the value that a line gives at the same x, between the nodes of the grid.
    fn level_line(
        &self,
        options: &Options,
        z: usize,
        line: &Source<'_>,
        level: &str,
    ) -> Result<Vec<Vec<[f64; 2]>>> {
        let name = line.x.clone().unwrap_or_else(|| self.source.columns[self.x].name.clone());
        let (x, level) = (column(line, "x", &name)?, column(line, "level", level)?);
        let mut known: Vec<[f64; 2]> = line
            .rows
            .iter()
            .filter_map(|r| Some([r.cells[x].value()?, r.cells[level].value()?]))
            .filter(|p| p[1] > 0.0)
            .collect();
        known.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let at = |x: f64| {
            known.windows(2).find(|w| (w[0][0]..=w[1][0]).contains(&x)).map(|w| {
                let u = (x - w[0][0]) / (w[1][0] - w[0][0]);
                (w[0][1].ln() + u * (w[1][1] / w[0][1]).ln()).exp()
            })
        };
        let row: Vec<_> =
            self.xs.iter().map(|x| at(*x).ok_or_else(|| "beyond the line".to_owned())).collect();
        let (values, _) = self.values(z)?;
        Ok(self.meet(options, &values, &vec![row; self.ys.len()]))
    }

    /// Where two fields on the grid are equal.
    fn meet(&self, options: &Options, a: &Values, b: &Values) -> Vec<Vec<[f64; 2]>> {
        // Times span decades: their ratio interpolates better than their difference.
        let both = |a: &std::result::Result<f64, String>, b: &std::result::Result<f64, String>| {
            let (a, b) = (a.as_ref().ok()?, b.as_ref().ok()?);
            (*a > 0.0 && *b > 0.0).then(|| (a / b).ln())
        };
        let difference: Vec<Vec<Option<f64>>> = a
            .iter()
            .zip(b)
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| both(a, b)).collect())
            .collect();
        let (x, y) = (options.scale("x"), options.scale("y"));
        let u: Vec<f64> = self.xs.iter().map(|v| x.even(*v)).collect();
        let v: Vec<f64> = self.ys.iter().map(|v| y.even(*v)).collect();
        let lines = contour::lines(&u, &v, &difference, 0.0);
        let back = |line: Vec<[f64; 2]>| {
            line.into_iter().map(|p| [x.value(p[0]), y.value(p[1])]).collect()
        };
        lines.into_iter().map(back).collect()
    }
}

/// A further source as a line over the map.
fn points(
    line: &Source<'_>,
    options: &Options,
    axes: [usize; 2],
    map: &Source<'_>,
) -> Result<Vec<Vec<[f64; 2]>>> {
    let name =
        |own: &Option<String>, k: usize| own.clone().unwrap_or_else(|| map.columns[k].name.clone());
    let x = column(line, "x", &name(&line.x, axes[0]))?;
    let y = column(line, "y", &name(&line.y, axes[1]))?;
    let mut parts: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for row in &line.rows {
        match (row.cells[x].value(), row.cells[y].value()) {
            (Some(x), Some(y)) if options.scale("x").takes(x) && options.scale("y").takes(y) => {
                if let Some(part) = parts.last_mut() {
                    part.push([x, y]);
                }
            }
            // Missing values break the line.
            _ if parts.last().is_some_and(|p| !p.is_empty()) => parts.push(Vec::new()),
            _ => {}
        }
    }
    parts.retain(|p| p.len() > 1);
    Ok(parts)
}
