//! The samples that are memorised first, a row for each group of copies.

use super::{Data, Options};
use crate::dataset::risk::{self, AtRisk};
use crate::error::Result;
use crate::schedule::Beside;
use crate::table::{Cell, Column, Plan, Row};

/// Members of a group that are listed.
const LISTED: usize = 12;

/// Ranks the samples, and prepares the table.
pub(in crate::ask) fn plan(
    data: &Data<'_>,
    options: &Options,
    top: usize,
    beside: Option<Beside>,
) -> Result<Plan<'static>> {
    data.resolved(&data.moments())?;
    let selection = &data.selection;
    let ranked = risk::rank(selection, &data.found.groups, top, options.seed, data.heard)
        .map_err(|e| data.named(e))?;
    let labelled = selection.labelling().filter(|labelling| labelling.names.len() > 1);
    let mut columns = vec![
        Column::number("rank", "rank", ""),
        Column::number("sample", "μ", "row of the file, from 0"),
    ];
    columns.extend(labelled.map(|_| Column::text("label")));
    columns.extend([
        Column::number("copies", "K", "with this one"),
        Column::number("exact", "K_exact", "with this one"),
        Column::text("members"),
        Column::number("radius", "|a|/rms", "about its centre"),
    ]);
    let mut times = |name: &str, source: &str| {
        columns.push(Column::sampled(name, "t_C", "OU time", source));
        columns.extend(beside.iter().flat_map(|beside| beside.columns(name)));
    };
    times("t_C.gaussian", "BBDM24 Eq. 5");
    times("t_C.leave-one-out", "D81");
    let rows: Vec<Row> = ranked
        .first
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let sample = one.members[0];
            let mut cells = vec![
                Cell::Number((place + 1) as f64),
                Cell::Number(selection.row_in_file(sample) as f64),
            ];
            cells.extend(labelled.map(|labelling| {
                Cell::Text(labelling.names[labelling.class_of[sample] as usize].clone())
            }));
            cells.push(Cell::Number(one.members.len() as f64));
            cells.push(Cell::Number(one.exact as f64));
            cells.push(members(one, &|k| selection.row_in_file(k)));
            cells.push(Cell::Number(one.radius));
            let gaussian = match &one.gaussian {
                Ok(time) => Cell::Sampled(*time, None),
                Err(reason) => Cell::Missing(reason.clone().into()),
            };
            let own = match &one.own {
                Ok((time, stderr)) => Cell::Sampled(*time, Some(*stderr)),
                Err(reason) => Cell::Missing(reason.clone().into()),
            };
            for cell in [gaussian, own] {
                let on_schedule = beside.as_ref().map(|beside| beside.cells(&cell));
                cells.push(cell);
                cells.extend(on_schedule.into_iter().flatten());
            }
            Row { cells, notes: Vec::new() }
        })
        .collect();
    let mut head = data.head(columns, rows.len());
    head.notes.extend(beside.iter().flat_map(Beside::notes));
    let (groups, several) = ranked.groups;
    head.notes.push(format!(
        "{groups} groups of copies, {several} of several samples: exact ones, and near ones at a squared distance of at most {:.4e}, a quarter of the noise variance at collapse",
        ranked.near
    ));
    if !ranked.all_seen {
        head.notes.push(
            "too many samples lie that near to each other to be copies: only exact copies are grouped".into(),
        );
    }
    head.notes.push(
        "copies first, then single samples, each ranked by t_C.gaussian, where a Gaussian of the data's covariance (with labels: about the mean of the class, whose samples alone count) is outweighed by the sample and its copies; those shown are measured, t_C.leave-one-out: the mean of log(Z_others/Z_own) over 48 noises is zero, and ordered by it".into(),
    );
    if labelled.is_some() {
        head.notes.push("t_C.leave-one-out is against the samples of all classes".into());
    }
    Ok(Plan { head, row: Box::new(move |index| Ok(rows[index].clone())) })
}

/// The other samples of a group, as a short list.
fn members(one: &AtRisk, row: &dyn Fn(usize) -> usize) -> Cell {
    let others = &one.members[1..];
    if others.is_empty() {
        return Cell::Text(String::new());
    }
    let shown: Vec<String> = others.iter().take(LISTED).map(|k| row(*k).to_string()).collect();
    let more = if others.len() > LISTED { " …" } else { "" };
    Cell::Text(format!("{}{more}", shown.join(" ")))
}
