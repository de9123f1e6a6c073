//! Which samples are memorised first.

use super::line::{Line, TIME};
use super::subject::Subject;
use crate::ask::Computed;
use crate::ask::dataset;
use crate::error::Result;
use crate::number::exact_text;
use crate::schedule::Beside;
use crate::table::Cell;

const QUESTION: &str = "Which samples are memorised first?";
const OWN: &str = "t_C.leave-one-out";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let top = subject.asked.top;
    let beside = subject.schedule().map(Beside::new);
    let plan = dataset::risk::plan(subject.data, subject.options, top, beside)?;
    let table = Computed::new(plan, String::new, &|_| ())?;
    let mut order: Vec<usize> = (0..table.rows.len()).collect();
    // The table has copies first; here what collapses at the most noise comes first.
    order.sort_by(|a, b| time(&table, *b).total_cmp(&time(&table, *a)));
    let named: Vec<String> = order.iter().map(|k| one(subject, &table, *k)).collect();
    // The summary of the groups stands among the notes.
    let groups = table.head.notes.iter().find_map(|note| note.split_once(" of several samples"));
    let several = groups.map(|(before, _)| format!(" {before} of several samples."));
    let first = order.first().and_then(|k| table.column(OWN).ok()?.get(*k).copied());
    let value = first.map_or(Cell::EMPTY, Clone::clone);
    Ok(vec![Line {
        question: QUESTION.into(),
        answer: format!("{}.{}", named.join("; "), several.unwrap_or_default()),
        quantity: OWN,
        value,
        unit: TIME,
        criterion: "t_C.leave-one-out [D81] of each sample: the noise at which it and its copies outweigh all others",
        why: "copies can be removed, and the table has them first; of single samples the outliers and members of rare classes collapse earliest".into(),
        command: subject.risk_command(top),
    }])
}

/// When the sample of row `k` collapses; never is least.
fn time(table: &Computed, k: usize) -> f64 {
    let of = |name: &str| table.column(name).ok()?.get(k)?.value();
    of(OWN).or_else(|| of("t_C.gaussian")).unwrap_or(f64::NEG_INFINITY)
}

/// Row `k` of the table of risk, in words.
fn one(subject: &Subject<'_>, table: &Computed, k: usize) -> String {
    let cell = |name: &str| table.column(name).ok().and_then(|cells| cells.get(k).copied());
    let number = |name: &str| cell(name).and_then(Cell::value);
    let text = |name: &str| match cell(name) {
        Some(Cell::Text(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    };
    let mut words = format!("row {}", exact_text(number("sample").unwrap_or(f64::NAN)));
    if let Some(label) = text("label") {
        words.push_str(&format!(" ({label})"));
    }
    if let (Some(copies), Some(members)) = (number("copies").filter(|k| *k > 1.0), text("members"))
    {
        let rows = if copies == 2.0 { "row" } else { "rows" };
        words.push_str(&format!(", {} times with {rows} {members}", exact_text(copies)));
    }
    let gaussian = || number("t_C.gaussian");
    match number(OWN).or_else(gaussian) {
        Some(t) => format!("{words}, {}", subject.place(t)),
        None => {
            let reason =
                cell("t_C.gaussian").and_then(|cell| cell.reason()).unwrap_or("no transition");
            format!("{words}: {reason}")
        }
    }
}
