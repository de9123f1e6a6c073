//! `merge PART...`: the table whose shards these are, as one run would have written it.

use super::verb::{Act, Verb};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use regimes::error::{Error, Result};
use regimes_output::Plan;
use regimes_output::journal::Journal;
use std::path::Path;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(|matches, context| Ok(plan(matches, context.digits)?.into()), ""),
};

fn head() -> Command {
    Command::new("merge")
        .about("join the shards of a table, to the bytes of a single run")
        .after_help(
            "Each of N machines runs the same command with its own --shard i/N --output PART (and --resume).\n\nExample: regimes merge table.1of2 table.2of2 --output table.csv",
        )
}

fn fill(command: Command) -> Command {
    command.arg(
        Arg::new("part")
            .value_name("PART")
            .value_hint(ValueHint::FilePath)
            .required(true)
            .num_args(1..)
            .action(ArgAction::Append)
            .help("files written by --shard i/N, all N of them in any order"),
    )
}

/// Reads the shards and joins them; nothing is computed.
///
/// # Errors
/// [`Error::File`] for a file that is no shard, of another run, given twice or not complete;
/// [`Error::Usage`] for a shard that is missing.
pub(super) fn plan<'a>(matches: &ArgMatches, digits: Option<usize>) -> Result<Plan<'a>> {
    let mut shards: Vec<Journal> = Vec::new();
    for part in matches.get_many::<String>("part").into_iter().flatten() {
        let journal = Journal::read(Path::new(part))?;
        if let Some(first) = shards.first() {
            let count = |journal: &Journal| journal.run().shard.count();
            let split = (count(first) != count(&journal)).then(|| {
                format!("it is one of {} shards, not of {}", count(&journal), count(first))
            });
            if let Some(difference) = split.or_else(|| first.run().difference(journal.run())) {
                return Err(journal.error(format!(
                    "is of another run than {}: {difference}",
                    first.path().display()
                )));
            }
        }
        let shard = journal.run().shard;
        if let Some(twin) = shards.iter().find(|s| s.run().shard == shard) {
            return Err(journal.error(format!(
                "is shard {shard}, and so is {}: give each shard once",
                twin.path().display()
            )));
        }
        if !journal.complete() {
            return Err(journal.error(format!(
                "shard {shard} has {} of its {} rows: run its command again",
                journal.found(),
                journal.wanted()
            )));
        }
        shards.push(journal);
    }
    shards.sort_by_key(|journal| journal.run().shard.number());
    let Some(first) = shards.first().map(Journal::run) else {
        return Err(Error::Usage("merge needs the files written by --shard".into()));
    };
    let count = first.shard.count();
    let missing: Vec<String> = (1..=count)
        .filter(|number| shards.iter().all(|s| s.run().shard.number() != *number))
        .map(|number| format!("{number}/{count}"))
        .collect();
    if let Some(number) = missing.first() {
        let named = missing.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = missing.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return Err(Error::Usage(format!(
            "shard {named}{more} is missing: run `{} --shard {number} --output PART` and give merge all {count} files",
            first.head.command_line
        )));
    }
    let mut head = first.head.clone();
    head.digits = digits.or(head.digits);
    Ok(Plan { head, row: Box::new(move |index| shards[index % count].row(index)) })
}

/// Missing shards named in a message, at most.
const NAMED: usize = 8;
