//! Tables of several rows: how wide each column is, what all rows share, what needs a line of its own,
//! where a table is cut that is wider than the page.

use super::super::Plan;
use super::super::markdown::is_spread;
use super::super::table::{Head, Kind, Row};
use super::words::{at_point, hanging, joined, left, right, width_of};
use crate::error::Result;
use rayon::prelude::*;

/// Rows looked at before the first is written: a longer table is not for reading.
const LOOKED_AT: usize = 512;

/// Text at least this wide may move to a line of its own.
const WIDE_TEXT: usize = 24;

/// Where a column of the table goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the decimal point, and from there on.
    Beside(usize, usize),
    /// A line of its own below the row.
    Below,
    /// Said once above the table.
    Above,
}

/// The layout of a table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Empty where nothing was looked at.
    places: Vec<Place>,
    /// What all rows share.
    shared: Vec<String>,
    /// The part of the table that holds each column, where it is too wide for one; [`EVERY`] names the
    /// rows. Empty where it is not.
    folds: Vec<usize>,
    /// The rows, for the parts that follow the first.
    rows: Vec<Row>,
}

/// A column that stands in every part of a table.
const EVERY: usize = usize::MAX;

/// A name in two lines: `t_S.spectral` as t_S above spectral.
fn name_lines(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or(("", name))
}

fn shown(head: &Head, row: &Row, k: usize) -> String {
    super::super::markdown::shown(head, row, k, super::digits(head), "–")
}

/// Computes the first rows, and a layout that fits them.
///
/// # Errors
/// The first error of a row.
pub(super) fn fitted<'a>(
    plan: Plan<'a>,
    width: usize,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(Plan<'a>, Layout)> {
    let count = plan.head.rows.min(LOOKED_AT);
    let done = std::sync::atomic::AtomicUsize::new(0);
    let computed: Vec<Result<Row>> = (0..count)
        .into_par_iter()
        .map(|index| {
            let row = (plan.row)(index);
            progress(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            row
        })
        .collect();
    let rows = computed.into_iter().collect::<Result<Vec<Row>>>()?;
    let layout = Layout::of(&plan.head, &rows, width);
    let rest = plan.row;
    // What was computed is not computed again.
    let row = Box::new(move |index: usize| match rows.get(index) {
        Some(row) => Ok(row.clone()),
        None => rest(index),
    });
    Ok((Plan { row, ..plan }, layout))
}

impl Layout {
    /// Before anything is known of the rows.
    pub(super) const UNKNOWN: Self =
        Self { places: Vec::new(), shared: Vec::new(), folds: Vec::new(), rows: Vec::new() };

    fn of(head: &Head, rows: &[Row], width: usize) -> Self {
        let complete = rows.len() == head.rows && rows.len() > 1;
        // Parameters come before what is computed from them.
        let parameters = head
            .columns
            .iter()
            .position(|c| c.kind.spread().is_some() || !c.source.is_empty())
            .unwrap_or(head.columns.len());
        let (mut places, mut shared) = (Vec::new(), Vec::new());
        for (k, column) in head.columns.iter().enumerate() {
            let texts: Vec<String> = rows.iter().map(|row| shown(head, row, k)).collect();
            let same = texts.windows(2).all(|pair| pair[0] == pair[1]);
            if complete && same && k < parameters && !is_spread(column) {
                shared.push(format!("{} = {}", column.name, texts[0]));
                places.push(Place::Above);
                continue;
            }
            let cut = |of: fn((&str, &str)) -> usize| {
                texts.iter().map(|text| of(at_point(text))).max().unwrap_or(0)
            };
            places.push(if column.kind == Kind::Text {
                Place::Beside(texts.iter().map(|t| width_of(t)).max().unwrap_or(0), 0)
            } else {
                Place::Beside(cut(|(a, _)| width_of(a)), cut(|(_, b)| width_of(b)))
            });
        }
        let mut layout = Self { places, shared, folds: Vec::new(), rows: Vec::new() };
        while layout.total(head) > width {
            let wide = |k: &usize| {
                head.columns[*k].kind == Kind::Text
                    && layout.places[*k] != Place::Below
                    && layout.width(head, *k) >= WIDE_TEXT
            };
            let widest = (0..layout.places.len()).filter(wide);
            match widest.max_by_key(|k| layout.width(head, *k)) {
                Some(k) => layout.places[k] = Place::Below,
                None => break,
            }
        }
        if complete && layout.total(head) > width {
            layout.fold(head, parameters, width);
            layout.rows = rows.to_vec();
        }
        layout
    }

    /// Cuts the table into parts that fit the page; the parameters stand in each.
    fn fold(&mut self, head: &Head, parameters: usize, width: usize) {
        let wide = |k: usize| if self.width(head, k) > 0 { self.width(head, k) + 2 } else { 0 };
        let names: usize = (0..parameters).map(wide).sum();
        let (mut part, mut filled) = (0, names);
        let mut folds = vec![EVERY; head.columns.len()];
        for (k, fold) in folds.iter_mut().enumerate().skip(parameters) {
            // Every part has a column of its own, however wide.
            if filled > names && filled + wide(k) > width + 2 {
                (part, filled) = (part + 1, names);
            }
            filled += wide(k);
            *fold = part;
        }
        self.folds = folds;
    }

    /// Whether column `k` stands in a part of the table.
    fn stands_in(&self, k: usize, part: usize) -> bool {
        self.folds.get(k).is_none_or(|fold| *fold == part || *fold == EVERY)
    }

    /// Width of column `k`; 0 where it has no place in the row.
    fn width(&self, head: &Head, k: usize) -> usize {
        let (group, leaf) = name_lines(&head.columns[k].name);
        let name = width_of(group).max(width_of(leaf));
        match self.places.get(k) {
            Some(Place::Beside(before, after)) => name.max(before + after),
            Some(_) => 0,
            // Sign, point, and an exponent where the number is far from one.
            None if head.columns[k].kind == Kind::Text => name.max(WIDE_TEXT),
            None => name.max(super::digits(head) + 6),
        }
    }

    fn total(&self, head: &Head) -> usize {
        let widths = (0..head.columns.len()).map(|k| self.width(head, k)).filter(|w| *w > 0);
        widths.map(|w| w + 2).sum::<usize>().saturating_sub(2)
    }

    fn below(&self, k: usize) -> bool {
        self.places.get(k) == Some(&Place::Below)
    }

    /// One line of the table from a text for each column.
    fn line(&self, head: &Head, part: usize, text: impl Fn(usize) -> String, out: &mut Vec<u8>) {
        let mut cells = Vec::new();
        for (k, column) in head.columns.iter().enumerate() {
            let width = self.width(head, k);
            if width > 0 && self.stands_in(k, part) {
                let text = text(k);
                cells.push(if column.kind == Kind::Text {
                    left(&text, width)
                } else {
                    right(&text, width)
                });
            }
        }
        out.extend_from_slice(cells.join("  ").trim_end().as_bytes());
        out.push(b'\n');
    }

    /// The unit of column `k` where it fits below the name.
    fn unit<'h>(&self, head: &'h Head, k: usize) -> Option<&'h str> {
        let unit: &str = &head.columns[k].unit;
        (width_of(unit) <= self.width(head, k)).then_some(unit)
    }

    /// What all rows share, the names of the columns, and their units.
    pub(super) fn heading(&self, head: &Head, width: usize, out: &mut Vec<u8>) {
        if !self.shared.is_empty() {
            for line in joined(&self.shared, ", ", width) {
                out.extend_from_slice(format!("{line}\n").as_bytes());
            }
            out.push(b'\n');
        }
        self.names(head, 0, out);
        for (_, column) in head.columns.iter().enumerate().filter(|(k, _)| self.below(*k)) {
            out.extend_from_slice(format!("    {}\n", column.name).as_bytes());
        }
        out.push(b'\n');
    }

    /// The names of the columns of a part, and their units.
    fn names(&self, head: &Head, part: usize, out: &mut Vec<u8>) {
        let lines = |k: usize| name_lines(&head.columns[k].name);
        let units = |k: usize| self.unit(head, k).unwrap_or("");
        let any = |said: &dyn Fn(usize) -> bool| {
            (0..head.columns.len())
                .any(|k| self.width(head, k) > 0 && self.stands_in(k, part) && said(k))
        };
        if any(&|k| !lines(k).0.is_empty()) {
            self.line(head, part, |k| lines(k).0.to_owned(), out);
        }
        self.line(head, part, |k| lines(k).1.to_owned(), out);
        if any(&|k| !units(k).is_empty()) {
            self.line(head, part, |k| units(k).to_owned(), out);
        }
    }

    /// One row, of a table in parts its first part.
    pub(super) fn row(&self, head: &Head, row: &Row, width: usize, out: &mut Vec<u8>) {
        self.cells(head, 0, row, out);
        for k in (0..row.cells.len()).filter(|k| self.below(*k)) {
            for line in hanging("    ", &shown(head, row, k), width) {
                out.extend_from_slice(format!("{line}\n").as_bytes());
            }
        }
    }

    fn cells(&self, head: &Head, part: usize, row: &Row, out: &mut Vec<u8>) {
        let text = |k: usize| {
            let text = shown(head, row, k);
            match self.places.get(k) {
                Some(Place::Beside(_, after)) if head.columns[k].kind != Kind::Text => {
                    let (whole, rest) = at_point(&text);
                    format!("{whole}{}", left(rest, *after))
                }
                _ => text,
            }
        };
        self.line(head, part, text, out);
    }

    /// The parts of the table that follow the first.
    pub(super) fn other_parts(&self, head: &Head, out: &mut Vec<u8>) {
        let last = self.folds.iter().copied().filter(|fold| *fold != EVERY).max().unwrap_or(0);
        for part in 1..=last {
            out.push(b'\n');
            self.names(head, part, out);
            out.push(b'\n');
            for row in &self.rows {
                self.cells(head, part, row, out);
            }
        }
    }

    /// Units that are too long to stand below a name.
    pub(super) fn units(&self, head: &Head, width: usize) -> Vec<String> {
        let mut long: Vec<(&str, Vec<&str>)> = Vec::new();
        for (k, column) in head.columns.iter().enumerate() {
            if self.width(head, k) == 0 || self.unit(head, k).is_some() {
                continue;
            }
            match long.iter_mut().find(|(unit, _)| **unit == *column.unit) {
                Some((_, names)) => names.push(&column.name),
                None => long.push((&column.unit, vec![&column.name])),
            }
        }
        let pieces: Vec<String> =
            long.iter().map(|(unit, names)| format!("{}: {unit}", names.join(", "))).collect();
        joined(&pieces, "; ", width)
    }
}
