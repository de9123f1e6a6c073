//! Where strings collapse and choose their class, over a sweep; on a schedule in its time too.

use super::annealed;
use super::hierarchy::{ANNEALED, GRAMMAR};
use super::noise::corruption;
use super::schedules::Schedule;
use super::table::{Checked, conventions};
use super::transitions::{bayes, class_entropy, collapse, half_retention};
use super::{Entry, Strings};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::quantities::{SampleSize, sample_size};
use crate::sweep::{Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::tokens::Corruption;

/// The schedule on which noise levels are shown as times too.
pub const SCHEDULE: Parameter = Parameter::of_text(
    "schedule",
    "NAME",
    "schedule of ᾱ: linear, loglinear:E, llada:E, mdlm-cosine:E, mdlm-cosinesqr:E, md4-cosine, geometric:A,B, mdlm-linear:A,B",
);

/// A transition of strings.
struct Transition {
    name: &'static str,
    source: &'static str,
    has: fn(&Entry) -> bool,
    at: fn(&dyn Strings, Corruption, &SampleSize) -> Result<Answer>,
}

/// Every transition; a new one is an entry here.
const ALL: &[Transition] = &[
    Transition {
        name: "S.half-retention",
        source: "SFW24",
        has: |entry| entry.levels,
        at: |strings, corruption, _| half_retention(strings, corruption),
    },
    Transition {
        name: "S.bayes",
        source: "ABBM26",
        has: |entry| entry.classes && !entry.levels,
        at: |strings, corruption, _| bayes(strings, corruption),
    },
    Transition {
        name: "S.class-entropy",
        source: "ABBM26",
        has: |entry| entry.classes && !entry.levels,
        at: |strings, corruption, _| class_entropy(strings, corruption),
    },
    Transition {
        name: "C.asymptotic",
        source: "BBDM24 Eq. 5",
        has: |_| true,
        at: |strings, corruption, size| collapse(strings, corruption, size.alpha, false),
    },
    Transition {
        name: "C.class-bit",
        source: "BBDM24 Eq. 5, class information added",
        has: |entry| entry.classes && !entry.levels,
        at: |strings, corruption, size| collapse(strings, corruption, size.alpha, true),
    },
];

/// What may be given, the schedule apart.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend(sample_size::PARAMETERS);
    all
}

/// The table of all transitions of a model.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    schedule: Option<&str>,
) -> Result<Plan<'static>> {
    let schedule = schedule.map(Schedule::named).transpose()?;
    let grammar = || typed.text(GRAMMAR.name).unwrap_or(ANNEALED);
    if entry.levels && grammar() == ANNEALED {
        if schedule.is_some() {
            let message = "the annealed map stands on no schedule of tokens: leave --schedule out, or name another --grammar";
            return Err(Error::Usage(message.into()));
        }
        return annealed::plan(typed);
    }
    let request = Request::read(typed, &parameters(entry))?;
    sample_size::exactly_one(&request)?;
    let checked = Checked::new(entry, &request, true)?;
    let mut columns = vec![Column::number("d", "d", "tokens")];
    columns.extend(SampleSize::columns());
    columns.extend(checked.shown.iter().map(parameter_column));
    let transitions: Vec<&Transition> =
        ALL.iter().filter(|transition| (transition.has)(entry)).collect();
    for transition in &transitions {
        let Transition { name, source, .. } = transition;
        let symbol = if name.starts_with('S') { "ᾱ_S" } else { "ᾱ_C" };
        columns.push(Column::estimate(
            format!("kept_{name}"),
            symbol,
            "probability",
            source,
            TIME_TOLERANCE,
        ));
        if let Some(schedule) = &schedule {
            let (symbol, unit) = (symbol.replace('ᾱ', "t"), format!("time of {}", schedule.name()));
            columns.push(Column::estimate(
                format!("t_{name}"),
                &symbol,
                unit,
                schedule.source(),
                TIME_TOLERANCE,
            ));
        }
    }
    let mut head = Head::new("times", entry.name, columns.clone(), request.rows()?);
    conventions(&mut head);
    head.axes = request.swept();
    head.notes = checked.notes;
    let row = move |index: usize| {
        let values = request.at(index);
        let strings = (entry.build)(&values)?;
        let size = SampleSize::of(&values, strings.length())?;
        let mut row = Row { cells: vec![Cell::Number(strings.length())], notes: Vec::new() };
        row.cells.extend(size.cells());
        row.cells.extend(checked.shown.iter().map(|p| parameter_cell(&values, p.name)));
        let corruption = corruption(&values)?;
        for transition in &transitions {
            let found = match (transition.at)(strings.as_ref(), corruption, &size) {
                Ok(answer) => Ok(answer),
                Err(error @ Error::Numerics(_)) => Err(error),
                Err(other) => return Err(other),
            };
            let time = schedule.map(|schedule| match &found {
                Ok(answer) => Cell::from(Ok(answer.clone().and_then(|kept| schedule.time(kept)))),
                Err(error) => Cell::Failed(error.to_string(), None),
            });
            row.cells.push(found.into());
            row.cells.extend(time);
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}
