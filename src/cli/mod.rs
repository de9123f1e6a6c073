//! The command line. Only this layer reads arguments, prints, or chooses an exit status.

mod accuracy;
mod choices;
mod completions;
mod curve;
mod dataset;
pub mod examples;
mod explain;
mod figure;
mod known;
mod level_times;
pub mod man;
mod merge;
mod noise;
mod page;
mod phases;
mod request;
mod resume;
mod sample_size;
mod schedule;
mod schedules;
mod schema;
mod simulate;
mod solve;
mod table;
mod threads;
mod times;
mod validate;
mod values;
mod verify;

use crate::error::{Error, Result};
use crate::models::{CATALOGUE, Entry};
use crate::output::table::conventions;
use crate::output::{Column, FORMATS, Head, Plan, Target};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use page::{chosen_format, print_text, progress};
use resume::Kept;
use std::ffi::OsString;
use std::io::Write;

/// Exit status for numerics that did not reach their tolerance.
const MISSED_TOLERANCE: u8 = 3;

/// Exit status of a strict comparison whose curves disagree.
const DISAGREES: u8 = 1;

/// What a table needs to know of the run that makes it.
#[derive(Clone, Debug)]
struct Context {
    command_line: String,
    digits: Option<usize>,
}

/// A new table head with the crate's conventions.
fn head(context: &Context, command: &str, model: &str, columns: Vec<Column>, rows: usize) -> Head {
    Head {
        command: command.to_owned(),
        model: model.to_owned(),
        command_line: context.command_line.clone(),
        title: None,
        conventions: conventions(),
        columns,
        notes: Vec::new(),
        summary: Vec::new(),
        rows,
        digits: context.digits,
        row_notes: true,
    }
}

/// The whole command line.
pub fn definition() -> Command {
    let formats: Vec<&str> = FORMATS.iter().map(|f| f.name()).collect();
    let command = Command::new("regimes")
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
                .value_name("FORMAT")
                .help(format!("{} [default: text on a terminal, csv when piped]", formats.join(", "))),
            formats,
        ))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .global(true)
                .value_name("FILE")
                .value_hint(ValueHint::AnyPath)
                .help("write to a file, whole or not at all; its ending chooses the format"),
        )
        .arg(
            Arg::new("digits")
                .long("digits")
                .global(true)
                .value_name("COUNT")
                .help("significant digits in text, md and tex [default: 10, 6, 6]"),
        )
        .arg(
            Arg::new("threads")
                .long("threads")
                .global(true)
                .value_name("COUNT")
                .help("threads to compute with [default: all cores]; the result is the same"),
        )
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .global(true)
                .action(ArgAction::SetTrue)
                .help("no progress and no notes on standard error"),
        )
        .subcommand(times::command())
        .subcommand(curve::command())
        .subcommand(solve::command())
        .subcommand(schedule::command())
        .subcommand(table::command())
        .subcommand(simulate::command())
        .subcommand(explain::command())
        .subcommand(dataset::command())
        .subcommand(validate::command())
        .subcommand(verify::command())
        .subcommand(figure::command())
        .subcommand(merge::command())
        .subcommand(completions::command())
        .subcommand(man::command())
        .subcommand(schema::command());
    examples::inherited(resume::with_flags(command))
}

/// Runs the program on `arguments` (the first is its own name); returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let words = simulate::with_data_files(arguments.clone());
    let matches = match definition().try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
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

/// The only place that writes to standard error; a closed one is nobody's fault.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// What was typed, quoted for a shell, without the flags that do not change the result.
fn command_line(arguments: &[OsString]) -> String {
    let mut words = vec!["regimes".to_owned()];
    let mut skip = false;
    for argument in arguments.iter().skip(1) {
        let word = argument.to_string_lossy();
        let without_result = ["--output", "--threads", "--checkpoint", "--shard", "--format"];
        if std::mem::take(&mut skip) || ["--quiet", "--resume"].contains(&word.as_ref()) {
            continue;
        }
        if without_result.contains(&word.as_ref()) {
            skip = true;
            continue;
        }
        // -q, -oFILE and both in one word.
        if let Some(short) = word.strip_prefix('-').map(|short| short.trim_start_matches('q'))
            && (short.is_empty() && word.len() > 1 || short.starts_with('o'))
        {
            skip = short == "o";
            continue;
        }
        if without_result.iter().any(|flag| word.starts_with(&format!("{flag}="))) {
            continue;
        }
        let plain = |c: char| c.is_alphanumeric() || "-_=.,:/+^@%".contains(c);
        words.push(if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        });
    }
    words.join(" ")
}

fn execute(matches: &ArgMatches, command_line: &str) -> Result<u8> {
    let quiet = matches.get_flag("quiet");
    threads::start(whole(matches, "threads", usize::MAX)?, quiet)?;
    let target = match matches.get_one::<String>("output") {
        Some(path) => Target::new(path),
        None => Target::Stdout,
    };
    match matches.subcommand() {
        Some(("completions", inner)) => {
            return print_text(&completions::script(inner)?, &target).map(|()| 0);
        }
        Some(("man", _)) => return man::write(&target).map(|()| 0),
        Some(("schema", _)) => return print_text(schema::SCHEMA, &target).map(|()| 0),
        Some(("figure", inner)) => {
            // There is nothing to go on from: pictures refuse --resume and --shard.
            Kept::read(matches, &target)?;
            return figure::run(inner, &target, command_line, quiet);
        }
        _ => {}
    }
    let explains = matches.subcommand_name() == Some("explain");
    let kept = Kept::read(matches, &target)?;
    let format = match &kept {
        Some(kept) if kept.shard_only() => FORMATS[0],
        _ => chosen_format(matches, &target, explains)?,
    };
    let digits = whole(matches, "digits", 17)?.or(explains.then(|| format.digits()));
    let context = Context { command_line: command_line.to_owned(), digits };
    if let Some(("explain", inner)) = matches.subcommand() {
        let explained = explain::explain(inner, &context)?;
        print_text(&explained.text, &target)?;
        return Ok(explained.failure.map_or(0, |what| missed(&what)));
    }
    let (mut disagrees, mut failures) = (false, None);
    let plan = match matches.subcommand() {
        Some(("validate", inner)) => {
            let (plan, verdict) = validation(inner, &context)?;
            disagrees = verdict;
            plan
        }
        Some(("verify", inner)) => {
            let (plan, counter) = verify::plan(inner, &context)?;
            failures = Some(counter);
            plan
        }
        Some(("merge", inner)) => merge::plan(inner, digits)?,
        _ => plan(matches, &context)?,
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
    if let Some(failures) = failures {
        let (failed, all) = (failures.load(std::sync::atomic::Ordering::Relaxed), rows);
        say(&format!("{} of {all} hold", all - failed));
        return Ok(u8::from(failed > 0));
    }
    if summary.missed_tolerance {
        let what = summary.first_failure.unwrap_or_default();
        return Ok(missed(&what));
    }
    Ok(if disagrees { DISAGREES } else { 0 })
}

/// Says what missed its tolerance; the exit status.
fn missed(what: &str) -> u8 {
    say(&format!("warning: a value did not reach its tolerance ({what})"));
    MISSED_TOLERANCE
}

/// A comparison, and whether its verdict is to end in an error.
fn validation<'a>(matches: &ArgMatches, context: &Context) -> Result<(Plan<'a>, bool)> {
    match matches.subcommand() {
        Some((model, inner)) => validate::plan(matches, inner, entry(model)?, context),
        None => Err(Error::Usage("validate needs a MODEL".into())),
    }
}

/// The model called `name`.
fn entry(name: &str) -> Result<&'static Entry> {
    CATALOGUE
        .iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| Error::Usage(format!("there is no model {name}")))
}

/// The table that a command line describes; what fails in a row is said in the row.
fn plan<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
    described(matches, context).map(Plan::keeping_rows)
}

fn described<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
    match matches.subcommand() {
        Some(("times", inner)) => match inner.subcommand() {
            Some((model, inner)) => times::plan(entry(model)?, inner, context),
            None => Err(Error::Usage("times needs a MODEL".into())),
        },
        Some(("curve", inner)) => match inner.subcommand() {
            Some((quantity, inner)) => match inner.subcommand() {
                Some((model, inner)) => curve::plan(quantity, entry(model)?, inner, context),
                None => Err(Error::Usage("curve needs a MODEL".into())),
            },
            None => Err(Error::Usage("curve needs a QUANTITY".into())),
        },
        Some(("solve", inner)) => match inner.subcommand() {
            Some((model, inner)) => solve::plan(entry(model)?, inner, context),
            None => Err(Error::Usage("solve needs a MODEL".into())),
        },
        Some(("simulate", inner)) => match inner.subcommand() {
            Some((experiment, inner)) => match inner.subcommand() {
                Some((model, inner)) => simulate::plan(experiment, model, inner, context),
                None => Err(Error::Usage("simulate needs a MODEL".into())),
            },
            None => Err(Error::Usage("simulate needs an EXPERIMENT".into())),
        },
        Some(("schedule", inner)) => schedule::plan(inner, context),
        Some(("dataset", inner)) => dataset::plan(inner, context),
        Some(("table", inner)) => table::plan(inner, context),
        _ => Err(Error::Usage("a command is missing: try --help".into())),
    }
}

/// A whole number from 1 to `most`.
fn whole(matches: &ArgMatches, name: &str, most: usize) -> Result<Option<usize>> {
    let Some(text) = matches.get_one::<String>(name) else { return Ok(None) };
    match text.parse::<usize>() {
        Ok(count) if (1..=most).contains(&count) => Ok(Some(count)),
        _ => {
            let most = if most == usize::MAX { "".into() } else { format!(" to {most}") };
            let expected = format!("must be a whole number from 1{most}");
            Err(Error::argument(format!("--{name}"), format!("{text:?}"), expected))
        }
    }
}
