//! Where the data of a figure come from: tables computed now, and files of earlier results.

use super::super::table::Block;
use super::transitions::{self, Transitions};
use clap::ArgMatches;
use clap::parser::ValueSource;
use rayon::prelude::*;
use regimes::dataset::columns::Columns;
use regimes::document::{Document, Node};
use regimes::error::{Error, Result};
use regimes::process::Noise;
use regimes::table::Conventions;
use regimes_figure::Mark;
use regimes_figure::label::unreadable;
use regimes_output::{Cell, Column, Head, Plan, Row, Summary};
use std::path::Path;

/// More rows than this make no figure.
const MOST_ROWS: usize = 1_000_000;

/// A table in memory.
pub(super) struct Source<'a> {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    /// Remarks that hold for every row.
    pub(super) notes: Vec<String>,
    /// What it says of the process; a file says nothing.
    pub(super) conventions: Conventions,
    /// Names of the arguments that were given, which tell series better than what follows from them.
    pub(super) typed: Vec<String>,
    /// What it is, for the legend.
    pub(super) label: String,
    pub(super) mark: Option<Mark>,
    /// The transition times behind its curves.
    pub(super) transitions: Option<Transitions<'a>>,
    /// Columns along x and y, where they are not those of the figure.
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
    /// Over a heat map: a column whose value the map has along the line.
    pub(super) level: Option<String>,
}

/// Name of the column of σ_VE, by the flag that sweeps it: `sigma` is the width of classes.
pub(super) const SIGMA_NOISE: &str = "sigma-noise";

impl Source<'_> {
    /// Adds the column of the noise level σ_VE, if one of `names` asks for it and times are there.
    pub(super) fn add_sigma_noise<'n>(&mut self, names: impl IntoIterator<Item = &'n String>) {
        let asks = |name: &String| name.replace('_', "-") == SIGMA_NOISE;
        let wanted = names.into_iter().any(asks) || self.x.iter().chain(&self.y).any(asks);
        let find = |name: &str| self.columns.iter().position(|c| c.name == name);
        let (Some(t), None, true) = (find("t"), find(SIGMA_NOISE), wanted) else {
            return;
        };
        self.columns.push(Column::number(SIGMA_NOISE, "σ_VE", "unit of the data"));
        for row in &mut self.rows {
            let noise = row.cells[t].value().and_then(|t| Noise::at_time(t).ok());
            row.cells.push(noise.map_or_else(
                || Cell::Missing("no time".into()),
                |noise| Cell::Number(noise.sigma()),
            ));
        }
    }

    /// Adds to `summary` what is to be said of a column that is drawn, and of the bound beside it.
    pub(super) fn judge(&self, column: usize, summary: &mut Summary) {
        let bound = |k: &usize| {
            let c = &self.columns[*k];
            c.name == "error" || c.name == format!("{}_error", self.columns[column].name)
        };
        let places: Vec<usize> = std::iter::once(column)
            .chain((column + 1..self.columns.len().min(column + 2)).filter(bound))
            .collect();
        let columns: Vec<Column> = places.iter().map(|k| self.columns[*k].clone()).collect();
        for row in &self.rows {
            let cells = places.iter().map(|k| row.cells[*k].clone()).collect();
            summary.add(&columns, &Row { cells, notes: row.notes.clone() });
        }
    }
}

/// Computes all rows of a plan.
fn rows(plan: &Plan<'_>, progress: &(dyn Fn(usize) + Sync)) -> Result<Vec<Row>> {
    if plan.head.rows > MOST_ROWS {
        return Err(Error::Usage(format!(
            "the figure would have {} points, more than {MOST_ROWS}: sweep fewer values",
            plan.head.rows
        )));
    }
    let done = std::sync::atomic::AtomicUsize::new(0);
    (0..plan.head.rows)
        .into_par_iter()
        .map(|index| {
            let row = (plan.row)(index);
            progress(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            row
        })
        .collect()
}

/// The rows of a command, and what they say of their accuracy.
pub(super) fn computed<'a>(
    plan: &Plan<'_>,
    matches: &ArgMatches,
    quiet: bool,
) -> Result<Source<'a>> {
    let progress = crate::page::progress(0, plan.head.rows, "points", quiet);
    Ok(Source {
        columns: plan.head.columns.clone(),
        rows: rows(plan, &progress)?,
        notes: plan.head.notes.clone(),
        conventions: plan.head.conventions.clone(),
        typed: typed(matches),
        label: String::new(),
        mark: sampled(&plan.head).then_some(Mark::Points),
        transitions: transitions::of(matches)?,
        x: None,
        y: None,
        level: None,
    })
}

/// A block of a specification.
pub(super) fn block<'a>(
    document: &Document,
    node: &Node,
    block: &Block<'_>,
    quiet: bool,
) -> Result<Source<'a>> {
    let source = computed(&block.plan, &block.matches, quiet)?;
    let text = |key: &str| document.get(node, key).map(|n| document.text(n)).transpose();
    let mark = match text("mark")? {
        None => source.mark,
        Some("line") => Some(Mark::Line),
        Some("points") => Some(Mark::Points),
        Some("both") => Some(Mark::Both),
        Some(other) => {
            let node = document.get(node, "mark").unwrap_or(node);
            return Err(document.error(node, format!("must be line, points or both, not {other}")));
        }
    };
    let owned = |key: &str| -> Result<Option<String>> { Ok(text(key)?.map(str::to_owned)) };
    let (x, y, level) = (owned("x")?, owned("y")?, owned("level")?);
    Ok(Source { label: label(document, node)?, mark, x, y, level, ..source })
}

/// The label of a block or of points, empty where there is none.
fn label(document: &Document, node: &Node) -> Result<String> {
    let Some(node) = document.get(node, "label") else { return Ok(String::new()) };
    let text = document.text(node)?;
    match unreadable(text) {
        Some(why) => Err(document.error(node, why)),
        None => Ok(text.to_owned()),
    }
}

/// Simulated curves are points.
fn sampled(head: &Head) -> bool {
    head.command.starts_with("simulate")
}

/// Names of the arguments given on the innermost command line, in the order written.
fn typed(matches: &ArgMatches) -> Vec<String> {
    let mut inner = matches;
    while let Some((_, next)) = inner.subcommand() {
        inner = next;
    }
    let mut names: Vec<String> = inner
        .ids()
        .map(|id| id.as_str().to_owned())
        .filter(|id| inner.value_source(id) == Some(ValueSource::CommandLine))
        .collect();
    names.sort_by_key(|id| inner.index_of(id));
    names
}

/// `[[points]]`: columns of a csv file beside the specification.
///
/// # Errors
/// [`Error::File`] for the specification or the file.
pub(super) fn points<'a>(document: &Document, node: &Node) -> Result<Source<'a>> {
    let keys = ["file", "x", "y", "level", "stderr", "series", "where", "label", "mark"];
    document.table(node, &keys)?;
    let text = |key: &str| document.get(node, key).map(|n| document.text(n)).transpose();
    let needed = |key: &str| {
        text(key)?.ok_or_else(|| document.error(node, format!("needs {key}, the name of a column")))
    };
    let name = text("file")?.ok_or_else(|| document.error(node, "needs file = \"NAME.csv\""))?;
    let folder = document.path().parent().unwrap_or(Path::new("."));
    let file = Columns::read(&folder.join(name))?;
    let level = text("level")?;
    let (x, y) = (needed("x")?, level.map_or_else(|| needed("y"), Ok)?);
    let stderr = text("stderr")?;
    let series: Vec<&str> = match document.get(node, "series") {
        None => Vec::new(),
        Some(list) => match list.content() {
            regimes::document::Content::Text(one) => vec![one.as_str()],
            _ => document.list(list)?.iter().map(|n| document.text(n)).collect::<Result<_>>()?,
        },
    };
    let mut keep: Vec<(Vec<Option<f64>>, f64)> = Vec::new();
    if let Some(conditions) = document.get(node, "where") {
        for (name, value) in document.table(conditions, &[])? {
            keep.push((file.numbers(name)?, document.number(value)?));
        }
    }
    let mut columns: Vec<Column> = series.iter().map(|s| Column::number(s, s, "")).collect();
    columns.push(Column::number(x, x, ""));
    columns.push(Column::sampled(y, y, "", ""));
    let parameters: Vec<Vec<Option<f64>>> =
        series.iter().map(|s| file.numbers(s)).collect::<Result<_>>()?;
    let (xs, ys) = (file.numbers(x)?, file.numbers(y)?);
    let bars = stderr.map(|s| file.numbers(s)).transpose()?;
    let number = |value: Option<f64>| {
        value.map_or_else(|| Cell::Missing("no value in the file".into()), Cell::Number)
    };
    let rows = (0..xs.len())
        .filter(|k| keep.iter().all(|(column, value)| column[*k] == Some(*value)))
        .map(|k| {
            let mut cells: Vec<Cell> = parameters.iter().map(|c| number(c[k])).collect();
            cells.push(number(xs[k]));
            let bar = bars.as_ref().and_then(|b| b[k]);
            cells.push(match ys[k] {
                Some(y) => Cell::Sampled(y, bar),
                None => Cell::Missing("no value in the file".into()),
            });
            Row { cells, notes: Vec::new() }
        })
        .collect::<Vec<Row>>();
    if rows.is_empty() {
        return Err(document.error(node, "no row of the file meets the conditions"));
    }
    let mark = match text("mark")? {
        None | Some("points") => Mark::Points,
        Some("line") => Mark::Line,
        Some("both") => Mark::Both,
        Some(other) => {
            return Err(
                document.error(node, format!("mark must be line, points or both, not {other}"))
            );
        }
    };
    Ok(Source {
        columns,
        rows,
        notes: Vec::new(),
        conventions: Conventions::new(),
        typed: series.iter().map(|s| (*s).to_owned()).collect(),
        label: label(document, node)?,
        mark: Some(mark),
        transitions: None,
        x: Some(x.to_owned()),
        y: Some(y.to_owned()),
        level: level.map(str::to_owned),
    })
}
