//! Which columns of a table go along x and y, and which tell series apart.

use super::column;
use super::options::Options;
use super::source::{SIGMA_NOISE, Source};
use regimes::error::{Error, Result};
use regimes_output::number::parameter;
use regimes_output::{Cell, Column, Kind, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Coordinates of curves, in the order of preference.
const COORDINATES: [&str; 2] = ["t", "snr"];

/// Rows of one series of a source.
pub(super) struct Group {
    pub(super) source: usize,
    /// Column along y.
    pub(super) y: usize,
    pub(super) rows: Vec<usize>,
    /// Parameters that tell it from the others: column names and values.
    pub(super) parameters: Vec<(String, String)>,
}

/// What can be plotted along y by itself.
pub(super) fn is_output(column: &Column) -> bool {
    let spread = column.name.ends_with("error") || column.name.ends_with("stderr");
    let sourced = column.kind == Kind::Number && !column.source.is_empty();
    !spread && (sourced || matches!(column.kind, Kind::Estimate | Kind::Sampled))
}

/// Distinct values of a column.
fn distinct(source: &Source<'_>, column: usize) -> usize {
    source.rows.iter().map(|row| text(&row.cells[column])).collect::<BTreeSet<_>>().len()
}

/// A cell as text that tells it from others.
pub(super) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(x) => x.clone(),
        other => other.value().map_or_else(String::new, |x| format!("{x:e}")),
    }
}

/// Digits of parameters in the legend.
const DIGITS: usize = 4;

/// A parameter as the legend says it.
pub(super) fn shown(column: &Column, cell: &Cell) -> String {
    match cell {
        Cell::Text(x) => x.clone(),
        other => {
            let value = other.value().map_or_else(
                || "none".to_owned(),
                |x| parameter(x, DIGITS).replace("inf", "∞").replace('-', "−"),
            );
            format!("${}$ = {value}", symbol(column))
        }
    }
}

pub(super) fn symbol(column: &Column) -> &str {
    if column.symbol.is_empty() { &column.name } else { &column.symbol }
}

/// The name of a column, where it was written like one of a table.
fn aliased(name: &str) -> String {
    if name.replace('_', "-") == SIGMA_NOISE { SIGMA_NOISE.to_owned() } else { name.to_owned() }
}

/// Refuses a column along x that has one value in all of several rows.
fn varying(source: &Source<'_>, x: usize) -> Result<()> {
    if source.rows.len() < 2 || distinct(source, x) > 1 {
        return Ok(());
    }
    let name = &source.columns[x].name;
    let value = shown(&source.columns[x], &source.rows[0].cells[x]).replace('$', "");
    let swept: Vec<&str> = (0..source.columns.len())
        .filter(|k| !is_output(&source.columns[*k]) && distinct(source, *k) > 1)
        .map(|k| source.columns[k].name.as_str())
        .filter(|name| !name.ends_with("error") && !name.ends_with("stderr"))
        .collect();
    let expected = if name == "sigma" && swept.contains(&"t") {
        format!(
            "is the width of the classes, and {value} in every row; the noise level is {SIGMA_NOISE}"
        )
    } else {
        format!("there is only {value} in every row; what varies: {}", swept.join(", "))
    };
    Err(Error::argument("--x", name, expected))
}

/// The name by which a column's argument is typed.
fn flag_of(column: &Column) -> String {
    column.name.replace('_', "-")
}

pub(super) fn x_column(source: &Source<'_>, options: &Options) -> Result<usize> {
    if let Some(name) = source.x.as_ref().or(options.x.as_ref()) {
        let found = column(source, "x", &aliased(name))?;
        if source.columns[found].kind == Kind::Text {
            return Err(Error::argument("--x", name, "must be a column of numbers, not of text"));
        }
        if source.x.is_none() {
            varying(source, found)?;
        }
        return Ok(found);
    }
    let typed = |c: &Column| source.typed.contains(&flag_of(c));
    let varies = |k: &usize| {
        source.columns[*k].kind == Kind::Number
            && !is_output(&source.columns[*k])
            && distinct(source, *k) > 1
    };
    let all = || (0..source.columns.len()).filter(varies);
    let by_name = |name: &str| all().find(|k| source.columns[*k].name == name);
    let coordinate = COORDINATES
        .iter()
        .filter(|name| source.typed.iter().any(|t| t == *name))
        .chain(&COORDINATES)
        .find_map(|name| by_name(name));
    coordinate
        .or_else(|| {
            let of_typed = all().filter(|k| typed(&source.columns[*k]));
            // The longest sweep, the first of equals.
            of_typed.rev().max_by_key(|k| distinct(source, *k))
        })
        .or_else(|| all().next())
        .or_else(|| (0..source.columns.len()).find(|k| is_output(&source.columns[*k]) && distinct(source, *k) > 1))
        .ok_or_else(|| {
            Error::Usage(
                "nothing is swept, so there is no x axis: give a parameter several values, as in --d 256:4096:*9, or name a column with --x"
                    .into(),
            )
        })
}

pub(super) fn y_columns(source: &Source<'_>, options: &Options, x: usize) -> Result<Vec<usize>> {
    if let Some(name) = &source.y {
        return Ok(vec![column(source, "y", name)?]);
    }
    if !options.y.is_empty() {
        let found: Vec<usize> =
            options.y.iter().map(|name| column(source, "y", name)).collect::<Result<_>>()?;
        if let Some(k) = found.iter().find(|k| source.columns[**k].kind == Kind::Text) {
            let name = &source.columns[*k].name;
            return Err(Error::argument("--y", name, "must be a column of numbers, not of text"));
        }
        return Ok(found);
    }
    let outputs: Vec<usize> =
        (0..source.columns.len()).filter(|k| *k != x && is_output(&source.columns[*k])).collect();
    let starts = |prefix: &str| {
        outputs.iter().copied().find(|k| source.columns[*k].name.starts_with(prefix))
    };
    let times: Vec<usize> = [starts("t_S."), starts("t_C.")].into_iter().flatten().collect();
    if !times.is_empty() {
        return Ok(times);
    }
    outputs.first().map(|k| vec![*k]).ok_or_else(|| {
        let known: Vec<&str> = source.columns.iter().map(|c| c.name.as_str()).collect();
        Error::Usage(format!("name the column to draw with --y: {}", known.join(", ")))
    })
}

/// Columns that tell series apart: those asked for, else as many as make every x unique.
pub(super) fn series_columns(
    source: &Source<'_>,
    options: &Options,
    x: usize,
    ys: &[usize],
) -> Result<Vec<usize>> {
    if let Some(names) = &options.series {
        return names.iter().map(|name| column(source, "series", name)).collect();
    }
    let typed = |k: &usize| source.typed.contains(&flag_of(&source.columns[*k]));
    let mut candidates: Vec<usize> = (0..source.columns.len())
        .filter(|k| *k != x && !ys.contains(k) && !is_output(&source.columns[*k]))
        .filter(|k| matches!(source.columns[*k].kind, Kind::Number | Kind::Text))
        .filter(|k| {
            !["t", "snr", "branch", SIGMA_NOISE].contains(&source.columns[*k].name.as_str())
        })
        .collect();
    candidates.sort_by_key(|k| !typed(k));
    let mut split: Vec<usize> = Vec::new();
    let classes = |columns: &[usize]| {
        let key = |row: &Row| columns.iter().map(|k| text(&row.cells[*k])).collect::<Vec<_>>();
        source.rows.iter().map(key).collect::<BTreeSet<_>>().len()
    };
    for candidate in candidates {
        let mut with = split.clone();
        with.push(x);
        if classes(&with) == source.rows.len() {
            break;
        }
        let told = classes(&with);
        with.push(candidate);
        // What x and the others determine tells nothing more.
        if classes(&with) > told {
            split.push(candidate);
        }
    }
    split.sort_unstable();
    Ok(split)
}

pub(super) fn grouped(index: usize, source: &Source<'_>, y: usize, split: &[usize]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (k, row) in source.rows.iter().enumerate() {
        let key: Vec<String> = split.iter().map(|c| text(&row.cells[*c])).collect();
        let place = *places.entry(key).or_insert_with(|| {
            let parameters = split
                .iter()
                .map(|c| {
                    (source.columns[*c].name.clone(), shown(&source.columns[*c], &row.cells[*c]))
                })
                .collect();
            groups.push(Group { source: index, y, rows: Vec::new(), parameters });
            groups.len() - 1
        });
        groups[place].rows.push(k);
    }
    groups
}
