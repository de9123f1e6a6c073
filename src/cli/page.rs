//! What the text format needs to know of the terminal.

use crate::error::Result;
use crate::output::text::{Text, WIDTH};
use crate::output::{Format, Plan, Target};
use clap::ArgMatches;
use terminal_size::{Width, terminal_size_of};

/// The widest page that is read with ease.
const WIDEST: usize = 100;

/// The narrowest that still holds a number, its error and its source.
const NARROWEST: usize = 40;

/// Digits of a table, whose numbers are to be compared.
const TABLE_DIGITS: usize = 6;

/// Columns of a page on `target`.
pub(super) fn width(target: &Target) -> usize {
    match (target, terminal_size_of(std::io::stdout())) {
        (Target::Stdout, Some((Width(columns), _))) => {
            usize::from(columns).clamp(NARROWEST, WIDEST)
        }
        _ => WIDTH,
    }
}

/// The table, and the format fitted to it if that is text.
///
/// # Errors
/// The first error of a row.
pub(super) fn for_reading<'a>(
    mut plan: Plan<'a>,
    matches: &ArgMatches,
    format: &dyn Format,
    target: &Target,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(Plan<'a>, Option<Text>)> {
    if format.name() != "text" {
        return Ok((plan, None));
    }
    // A specification says how many digits its table has.
    let said = matches.contains_id("digits") || matches.subcommand_name() == Some("table");
    if plan.head.rows != 1 && !said {
        plan.head.digits = TABLE_DIGITS;
    }
    Text::fitted(plan, width(target), progress).map(|(plan, text)| (plan, Some(text)))
}
