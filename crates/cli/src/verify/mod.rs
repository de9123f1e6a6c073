//! `verify`: recompute the numbers of the literature, and identities between routes.

mod entries;

use super::context::{Context, head as table_head};
use super::known::known;
use super::verb::{Act, Made, Verb, Verdict};
use clap::{Arg, ArgMatches, Command};
use entries::{Basis, Entry, Expected, Rounding};
use regimes::error::{Error, Result};
use regimes_output::{Cell, Column, Plan, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Deviation allowed beyond the stated error where the entry names none: an expression of a few
/// operations is rounded too.
const ROUNDED: f64 = 1e-12;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| {
            let (plan, failures) = plan(matches, context)?;
            Ok(Made { plan, verdict: Verdict::Failures(failures) })
        },
        "",
    ),
};

fn head() -> Command {
    Command::new("verify")
        .about("recompute every published number that the program reproduces; exit 1 if one fails")
        .after_help("Example: regimes verify BBDM24")
}

fn fill(command: Command) -> Command {
    command.arg(known(
        Arg::new("source")
            .value_name("SOURCE")
            .help("only entries whose source begins with this, such as BBDM24"),
        regimes::references::keys(),
    ))
}

/// Reads the entries and prepares their table; the counter holds the failures once it is written.
///
/// # Errors
/// A source that no entry has.
pub(super) fn plan<'a>(
    matches: &ArgMatches,
    context: &Context,
) -> Result<(Plan<'a>, Arc<AtomicUsize>)> {
    let mut entries = entries::all()?;
    if let Some(source) = matches.get_one::<String>("source") {
        let known: std::collections::BTreeSet<String> =
            entries.iter().filter_map(|e| e.source.split(' ').next().map(str::to_owned)).collect();
        entries.retain(|e| e.source.starts_with(source.as_str()));
        if entries.is_empty() {
            let known: Vec<String> = known.into_iter().collect();
            let expected = format!("must begin like one of {}", known.join(", "));
            return Err(Error::argument("SOURCE", source, expected));
        }
    }
    let columns = vec![
        Column::text("what"),
        Column::text("source"),
        Column::text("basis"),
        Column::estimate("ours", "ours", "", "", f64::INFINITY),
        Column::number("theirs", "theirs", ""),
        Column::number("deviation", "|ours − theirs|", ""),
        Column::number("allowed", "allowed", ""),
        Column::text("verdict"),
        Column::text("why"),
        Column::text("query"),
    ];
    let mut head = table_head(context, "verify", "", columns, entries.len());
    head.notes.push(
        "basis: a number that is printed, a published formula evaluated here, or a second route of this program; \
         allowed: the digits printed, or the stated error bound where a formula or another route is exact"
            .into(),
    );
    let failures = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&failures);
    let context = context.clone();
    let row = move |index: usize| {
        let checked = check(&entries[index], &context);
        if !checked.holds {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        Ok(checked.row(&entries[index]))
    };
    Ok((Plan { head, row: Box::new(row) }, failures))
}

/// What became of an entry.
struct Checked {
    ours: Cell,
    theirs: Cell,
    deviation: Option<f64>,
    allowed: Option<f64>,
    holds: bool,
    /// Why the deviation is allowed, where the entry itself does not say.
    why: String,
}

impl Checked {
    fn row(self, entry: &Entry) -> Row {
        let or_none = |x: Option<f64>| {
            x.map_or(Cell::Missing("not a comparison of numbers".into()), Cell::Number)
        };
        Row {
            cells: vec![
                Cell::Text(entry.what.clone()),
                Cell::Text(entry.source.clone()),
                Cell::Text(entry.basis.name().into()),
                self.ours,
                self.theirs,
                or_none(self.deviation),
                or_none(self.allowed),
                Cell::Text(if self.holds { "holds" } else { "FAILS" }.into()),
                Cell::Text(
                    [Some(&self.why), entry.remark.as_ref()]
                        .into_iter()
                        .flatten()
                        .filter(|w| !w.is_empty())
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .join("; "),
                ),
                Cell::Text(format!("regimes {}", entry.query)),
            ],
            notes: Vec::new(),
        }
    }
}

/// One cell of the table that a command line makes.
fn cell(query: &str, column: &str, row: usize, context: &Context) -> Result<Cell> {
    let words = std::iter::once("regimes").chain(query.split_whitespace());
    let matches = (context.program.on_demand)()
        .try_get_matches_from(words)
        .map_err(|error| Error::Usage(error.render().to_string()))?;
    let plan = (context.program.plan)(&matches, context)?;
    let place = plan.head.columns.iter().position(|c| c.name == column);
    let place = place.ok_or_else(|| Error::Usage(format!("{query}: no column {column}")))?;
    if row >= plan.head.rows {
        return Err(Error::Usage(format!("{query}: no row {row}")));
    }
    Ok((plan.row)(row)?.cells.swap_remove(place))
}

fn check(entry: &Entry, context: &Context) -> Checked {
    let uncompared = |ours: Cell, theirs: Cell, holds: bool, why: String| Checked {
        ours,
        theirs,
        deviation: None,
        allowed: None,
        holds,
        why,
    };
    let failed = |error: &Error| {
        let theirs = Cell::Missing("not compared".into());
        uncompared(
            Cell::Failed(error.to_string(), None),
            theirs,
            false,
            "there is no number".into(),
        )
    };
    let ours = match cell(&entry.query, &entry.column, entry.row, context) {
        Ok(cell) => cell,
        Err(error) => return failed(&error),
    };
    let value = match (&entry.expected, ours.value()) {
        (Expected::Absent, _) => {
            let why = ours.reason().unwrap_or("there is a value").to_owned();
            let holds = matches!(ours, Cell::Missing(_));
            return uncompared(ours, Cell::Text("none".into()), holds, why);
        }
        (_, Some(value)) => value,
        (_, None) => {
            let why = ours.reason().unwrap_or("there is no value").to_owned();
            return uncompared(ours, Cell::Missing("not compared".into()), false, why);
        }
    };
    let compared = |theirs: Cell, deviation: f64, allowed: f64, why: &str| Checked {
        ours: ours.clone(),
        theirs,
        deviation: Some(deviation),
        allowed: Some(allowed),
        holds: deviation <= allowed,
        why: why.to_owned(),
    };
    let stated = ours.error().unwrap_or(0.0);
    let rounded = ROUNDED * value.abs().max(1.0) + stated;
    match &entry.expected {
        Expected::Value(theirs) if entry.rounding == Some(Rounding::Up) => {
            let checked =
                compared(Cell::Number(*theirs), (value - theirs).abs(), 1.0, "the paper rounds up");
            // Within its error, ours must round to theirs.
            let holds = (value - stated).ceil() <= *theirs && *theirs <= (value + stated).ceil();
            Checked { holds, ..checked }
        }
        Expected::Value(theirs) => {
            let why = match (entry.basis, entry.tolerance) {
                (Basis::Printed, Some(_)) => "to the digits printed",
                (_, Some(_)) => "to the accuracy of the number compared with",
                _ => "within the stated error",
            };
            let allowed = entry.tolerance.map_or(rounded, |t| t + stated);
            compared(Cell::Number(*theirs), (value - theirs).abs(), allowed, why)
        }
        Expected::Range(low, high) => {
            let outside = (low - value).max(value - high).max(0.0);
            compared(Cell::Text(format!("{low} to {high}")), outside, stated, "anywhere between")
        }
        Expected::Same(query, column) => match cell(query, column, 0, context) {
            Ok(other) => match other.value() {
                Some(theirs) => {
                    let allowed = entry.tolerance.map_or(rounded, |t| t + stated);
                    let allowed = allowed + other.error().unwrap_or(0.0);
                    let why = format!("regimes {query}");
                    compared(Cell::Number(theirs), (value - theirs).abs(), allowed, &why)
                }
                None => failed(&Error::Usage(format!("{query}: no value"))),
            },
            Err(error) => failed(&error),
        },
        // Answered above.
        Expected::Absent => failed(&Error::Usage(entry.what.clone())),
    }
}
