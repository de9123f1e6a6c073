//! The lines of the page, and the table that they make.

use super::subject::Subject;
use crate::error::Error;
use crate::schedule::Beside;
use crate::table::{Cell, Column, Plan, Row};
use std::borrow::Cow;

/// One question with its answer.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The question.
    pub(super) question: String,
    /// The answer in words.
    pub(super) answer: String,
    /// What the number is called in the table that its command prints.
    pub(super) quantity: &'static str,
    /// The number.
    pub(super) value: Cell,
    /// Its unit.
    pub(super) unit: Cow<'static, str>,
    /// What decides, and where it is from.
    pub(super) criterion: &'static str,
    /// Why this and nothing else.
    pub(super) why: String,
    /// What prints the number.
    pub(super) command: String,
}

/// Unit of what has a place on a schedule.
pub(super) const TIME: Cow<'static, str> = Cow::Borrowed("OU time");

impl Line {
    /// A question that has no answer, and why.
    pub(super) fn unanswered(question: impl Into<String>, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            question: question.into(),
            answer: format!("No answer: {reason}."),
            quantity: "",
            value: Cell::Missing(reason.into()),
            unit: "".into(),
            criterion: "",
            why: String::new(),
            command: String::new(),
        }
    }

    /// The same of a question behind the line that failed.
    pub(super) fn failed(question: impl Into<String>, error: &Error) -> Self {
        Self::unanswered(question, error.to_string())
    }
}

/// The page as a table: a row for each line.
pub(super) fn page(subject: &Subject<'_>, lines: Vec<Line>) -> Plan<'static> {
    let beside = subject.schedule().map(Beside::new);
    let mut columns = vec![
        Column::text("question"),
        Column::text("answer"),
        Column::text("quantity"),
        Column::sampled("value", "value", "see unit", "").flat(),
        Column::text("unit"),
    ];
    columns.extend(beside.iter().flat_map(Beside::level_columns));
    columns.extend(["criterion", "why", "command"].map(Column::text));
    let mut head = subject.data.head(columns, lines.len());
    head.command = "advise".into();
    head.page = true;
    head.notes.extend(beside.iter().flat_map(Beside::notes));
    let row = move |k: usize| {
        let line: &Line = &lines[k];
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut cells = vec![
            text(&line.question),
            text(&line.answer),
            text(line.quantity),
            line.value.clone(),
            text(&line.unit),
        ];
        if let Some(beside) = &beside {
            if line.unit == TIME {
                cells.extend(beside.cells(&line.value));
            } else {
                cells.extend(beside.level_columns().iter().map(|_| Cell::EMPTY));
            }
        }
        cells.extend([text(line.criterion), text(&line.why), text(&line.command)]);
        Ok(Row { cells, notes: Vec::new() })
    };
    Plan { head, row: Box::new(row) }
}
