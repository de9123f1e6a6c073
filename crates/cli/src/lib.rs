//! The command line. Only this layer reads arguments, prints, or chooses an exit status.

mod advise;
mod choices;
mod completions;
mod context;
mod curve;
mod dataset;
pub mod examples;
mod explain;
mod figure;
mod guidance;
mod kinds;
mod known;
pub mod man;
mod merge;
mod page;
mod quantities;
mod request;
mod resume;
mod samples;
mod schedule;
mod schedules;
mod schema;
mod simulate;
mod solve;
mod steps;
mod table;
mod threads;
mod times;
mod training;
mod validate;
mod verb;
mod verify;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use context::{COMMON, Context, MISUSED, Program, command_line, missed, say, whole};
use page::progress;
use regimes::error::{Error, Result};
pub(crate) use regimes::quantities::{accuracy, noise};
use regimes_output::{FORMATS, Plan, Target};
use resume::Kept;
use std::ffi::OsString;
use std::sync::atomic::Ordering;
pub use threads::most_threads;
use verb::{Act, Made, Surroundings, Verb, Verdict};

/// Exit status of a strict comparison whose curves disagree.
const DISAGREES: u8 = 1;

/// Every command, in the order in which the help shows them.
const VERBS: &[Verb] = &[
    times::VERB,
    curve::VERB,
    solve::VERB,
    steps::VERB,
    training::VERB,
    guidance::VERB,
    schedule::VERB,
    table::VERB,
    simulate::VERB,
    explain::VERB,
    quantities::VERB,
    dataset::VERB,
    advise::VERB,
    validate::VERB,
    verify::VERB,
    figure::VERB,
    merge::VERB,
    completions::VERB,
    man::VERB,
    schema::VERB,
];

/// The program, as those of its commands see it that run others.
static PROGRAM: Program =
    Program { definition, on_demand, plan: |matches, context| plan(matches, context) };

/// The whole command line, every flag of it.
pub fn definition() -> Command {
    VERBS.iter().fold(top(), |top, verb| top.subcommand(verb.whole()))
}

/// The same, where the flags of a command are made when it is entered: they are most of the work.
fn on_demand() -> Command {
    VERBS.iter().fold(top(), |top, verb| top.subcommand((verb.head)().defer(verb.fill)))
}

/// The program without its commands.
fn top() -> Command {
    let formats: Vec<&str> = FORMATS.iter().map(|f| f.name()).collect();
    let program = Command::new("regimes")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Theory calculator for the dynamical regimes of diffusion models")
        .long_about(
            "Theory calculator for the dynamical regimes of diffusion models: speciation times t_S, \
             collapse times t_C and the curves around them, each with a bound on its numerical error.\n\n\
             Numbers may be expressions (log(20000)/256), lists (1,2,5), ranges (0:1:0.1), evenly spaced \
             (0:1:#11) or log-spaced (1:1000:*4); several of them make a table.",
        )
        .after_help(
            "Examples:\n  regimes times clusters --d 1024 --n 20000 --mu 1 --sigma 1\n  regimes curve phi clusters --d 256 --t 0.5:8:#40 --format csv\n  regimes explain t_S.cloning clusters --d 1024",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(known::known(
            Arg::new("format")
                .long("format")
                .global(true)
                .help_heading(COMMON)
                .value_name("FORMAT")
                .help(format!("{} [default: text on a terminal, csv when piped]", formats.join(", "))),
            formats,
        ))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .global(true)
                .help_heading(COMMON)
                .value_name("FILE")
                .value_hint(ValueHint::AnyPath)
                .help("write to a file, whole or not at all; its ending chooses the format"),
        )
        .arg(
            Arg::new("columns")
                .long("columns")
                .global(true)
                .help_heading(COMMON)
                .value_name("LIST")
                .help("columns of the table, in this order; t_S means all that begin with it"),
        )
        .arg(
            Arg::new("digits")
                .long("digits")
                .global(true)
                .help_heading(COMMON)
                .value_name("COUNT")
                .help("significant digits in text, md and tex [default: 10, 6, 6]"),
        )
        .arg(
            Arg::new("threads")
                .long("threads")
                .global(true)
                .help_heading(COMMON)
                .value_name("COUNT")
                .help("threads to compute with [default: all cores]; the result is the same"),
        )
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .global(true)
                .help_heading(COMMON)
                .action(ArgAction::SetTrue)
                .help("no progress and no notes on standard error"),
        );
    resume::with_hidden_flags(program)
}

/// Runs the program on `arguments` (the first is its own name); returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(status) = completions::answered(&arguments, definition) {
        return status;
    }
    let words = simulate::with_data_files(arguments.clone());
    let matches = match on_demand().try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(MISUSED);
            // A closed pipe is no reason to fail again.
            let _ = error.print();
            if let Some(names) = choices::instead(&error, &definition(), &words) {
                say(&names);
            }
            return status;
        }
    };
    match execute(&matches, &command_line(&arguments)) {
        Ok(status) => status,
        Err(Error::Output { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            say(&format!("error: {error}"));
            error.exit_code()
        }
    }
}

/// What clap understood of `arguments`.
fn understood(arguments: &[OsString]) -> Result<ArgMatches> {
    let words = simulate::with_data_files(arguments.to_vec());
    let matches = on_demand().try_get_matches_from(&words);
    matches.map_err(|error| Error::Usage(error.render().to_string().trim_end().to_owned()))
}

/// Runs the program on `arguments` as [`run`] does, for a program that says itself what goes wrong.
///
/// # Errors
/// Wrong arguments; failed numerics; output that cannot be written.
pub fn answer(arguments: &[OsString]) -> Result<u8> {
    execute(&understood(arguments)?, &command_line(arguments))
}

/// The table that `arguments` describe, before its rows are computed.
///
/// # Errors
/// Wrong arguments; a command that makes no table.
pub fn plan_of(arguments: &[OsString]) -> Result<Plan<'static>> {
    let matches = understood(arguments)?;
    let command_line = command_line(arguments);
    plan(&matches, &Context { command_line, digits: None, program: &PROGRAM })
}

fn execute(matches: &ArgMatches, command_line: &str) -> Result<u8> {
    let quiet = matches.get_flag("quiet");
    threads::start(whole(matches, "threads", usize::MAX)?, quiet)?;
    let target = match matches.get_one::<String>("output") {
        Some(path) => Target::new(path),
        None => Target::Stdout,
    };
    let (verb, inner) = entered(matches)?;
    let kept = Kept::read(matches, (verb, inner), of_rows, &target)?;
    let make = match verb.act {
        Act::Own(run) => {
            if matches.get_one::<String>("columns").is_some() {
                let message = format!("--columns goes with tables, not with {}", verb.name());
                return Err(Error::Usage(message));
            }
            let (target, common) = (&target, matches);
            let program = &PROGRAM;
            return run(inner, &Surroundings { command_line, target, common, program });
        }
        Act::Rows(_) | Act::Whole(..) => verb,
    };
    let format = match &kept {
        Some(kept) if kept.shard_only() => FORMATS[0],
        _ => page::chosen_format(matches, &target, false)?,
    };
    let digits = whole(matches, "digits", 17)?;
    let context = Context { command_line: command_line.to_owned(), digits, program: &PROGRAM };
    let Made { plan, verdict } = make.table(inner, &context)?;
    let plan = match matches.get_one::<String>("columns") {
        Some(list) => plan.with_columns(list)?,
        None => plan,
    };
    let rows = plan.head.rows;
    let summary = match &kept {
        Some(kept) => kept.write(&plan, format, quiet)?,
        None => {
            let heard = progress(0, rows, "rows", quiet);
            page::write_table(plan, format, &target, &heard)?
        }
    };
    if !quiet && format.name() != "text" && format.name() != "md" {
        for remark in &summary.remarks {
            say(&format!("note: {remark}"));
        }
    }
    if let Verdict::Failures(failures) = verdict {
        let failed = failures.load(Ordering::Relaxed);
        say(&format!("{} of {rows} hold", rows - failed));
        return Ok(u8::from(failed > 0));
    }
    if summary.missed_tolerance {
        return Ok(missed(&summary.first_failure.unwrap_or_default()));
    }
    Ok(if matches!(verdict, Verdict::Disagrees(true)) { DISAGREES } else { 0 })
}

/// The command called `name`.
fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name() == name)
}

/// Names of the commands whose rows are computed one by one.
fn of_rows() -> Vec<String> {
    VERBS.iter().filter(|v| matches!(v.act, Act::Rows(_))).map(Verb::name).collect()
}

/// The command that was entered, and its arguments.
fn entered(matches: &ArgMatches) -> Result<(&'static Verb, &ArgMatches)> {
    matches
        .subcommand()
        .and_then(|(name, inner)| Some((find(name)?, inner)))
        .ok_or_else(|| Error::Usage("a command is missing: try --help".into()))
}

/// The table that a command line describes; what fails in a row is said in the row.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let (verb, inner) = entered(matches)?;
    Ok(verb.table(inner, context)?.plan)
}
