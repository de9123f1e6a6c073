//! The command line. Only this layer reads arguments, prints, or chooses an exit status.

mod accuracy;
mod curve;
mod dataset;
mod explain;
mod figure;
mod level_times;
mod noise;
mod phases;
mod request;
mod sample_size;
mod schedule;
mod schedules;
mod simulate;
mod solve;
mod table;
mod times;
mod validate;
mod values;
mod verify;

use crate::error::{Error, Result};
use crate::models::{CATALOGUE, Entry};
use crate::output::table::conventions;
use crate::output::{Column, FORMATS, Format, Head, Plan, Target, format, write};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Exit status for numerics that did not reach their tolerance.
const MISSED_TOLERANCE: u8 = 3;

/// Exit status of a strict comparison whose curves disagree.
const DISAGREES: u8 = 1;

/// What a table needs to know of the run that makes it.
#[derive(Clone, Debug)]
struct Context {
    command_line: String,
    digits: usize,
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
    Command::new("regimes")
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
        .arg(
            Arg::new("format")
                .long("format")
                .global(true)
                .value_name("FORMAT")
                .help(format!("{} [default: text on a terminal, csv when piped]", formats.join(", "))),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .global(true)
                .value_name("FILE")
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
        let without_result = ["--output", "-o", "--threads", "--checkpoint"];
        if std::mem::take(&mut skip) || word == "--quiet" || word == "-q" {
            continue;
        }
        if without_result.contains(&word.as_ref()) {
            skip = true;
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
    if let Some(threads) = whole(matches, "threads", 1024)? {
        // Fails only if a pool exists already, which a second call in one process may find.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let target = match matches.get_one::<String>("output") {
        Some(path) => Target::File(PathBuf::from(path)),
        None => Target::Stdout,
    };
    if let Some(("figure", inner)) = matches.subcommand() {
        return figure::run(inner, &target, command_line, quiet);
    }
    let explains = matches.subcommand_name() == Some("explain");
    let format = chosen_format(matches, &target, explains)?;
    let default_digits = if format.name() == "text" { 10 } else { 6 };
    let digits = whole(matches, "digits", 17)?.unwrap_or(default_digits);
    let context = Context { command_line: command_line.to_owned(), digits };
    if let Some(("explain", inner)) = matches.subcommand() {
        let text = explain::explain(inner, &context)?;
        return print_text(&text, &target).map(|()| 0);
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
        _ => plan(matches, &context)?,
    };
    let summary = write(&plan, format, &target, &progress(plan.head.rows, "rows", quiet))?;
    if !quiet && format.name() != "text" && format.name() != "md" {
        for remark in &summary.remarks {
            say(&format!("note: {remark}"));
        }
    }
    if let Some(failures) = failures {
        let (failed, all) = (failures.load(std::sync::atomic::Ordering::Relaxed), plan.head.rows);
        say(&format!("{} of {all} hold", all - failed));
        return Ok(u8::from(failed > 0));
    }
    if summary.missed_tolerance {
        let what = summary.first_failure.unwrap_or_default();
        say(&format!("warning: a value did not reach its tolerance ({what})"));
        return Ok(MISSED_TOLERANCE);
    }
    Ok(if disagrees { DISAGREES } else { 0 })
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

/// The table that a command line describes.
fn plan<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
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
            let expected = format!("must be a whole number from 1 to {most}");
            Err(Error::argument(format!("--{name}"), format!("{text:?}"), expected))
        }
    }
}

fn chosen_format(
    matches: &ArgMatches,
    target: &Target,
    explains: bool,
) -> Result<&'static dyn Format> {
    let known: Vec<&str> = FORMATS.iter().map(|f| f.name()).collect();
    let terminal = std::io::stdout().is_terminal();
    if let Some(name) = matches.get_one::<String>("format") {
        if explains && name != "text" {
            return Err(Error::argument(
                "--format",
                name,
                "explain writes text; --latex for LaTeX",
            ));
        }
        let hint = crate::suggest::did_you_mean(name, known.iter().copied());
        let expected = format!("must be one of {}{hint}", known.join(", "));
        let found = format(name).ok_or_else(|| Error::argument("--format", name, expected))?;
        if name == "npy" && *target == Target::Stdout && terminal {
            let expected = "is binary: pipe it or give --output FILE.npy";
            return Err(Error::argument("--format", name, expected));
        }
        return Ok(found);
    }
    if let Target::File(path) = target {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let by_ending = match ending.as_deref() {
            Some("txt") => format("text"),
            Some(ending) => format(ending),
            None => None,
        };
        if let Some(found) = by_ending {
            return Ok(found);
        }
        if explains {
            return Ok(FORMATS[0]);
        }
        let expected = format!(
            "its ending names no format: end it in one of {} or add --format",
            known.join(", ")
        );
        return Err(Error::argument("--output", path.display(), expected));
    }
    let name = if terminal { "text" } else { "csv" };
    format(name).ok_or_else(|| Error::Usage(format!("there is no format {name}")))
}

/// Reports rows, or blocks, done on standard error with the time left, at most a few times a second,
/// for long sweeps.
fn progress(rows: usize, what: &'static str, quiet: bool) -> impl Fn(usize) + Sync {
    let start = std::time::Instant::now();
    let last = std::sync::Mutex::new(start);
    let shown = !quiet && std::io::stderr().is_terminal();
    move |done: usize| {
        let Ok(mut last) = last.lock() else { return };
        if !shown || start.elapsed().as_secs_f64() < 1.0 {
            return;
        }
        let finished = done >= rows;
        if finished || last.elapsed().as_millis() > 200 {
            *last = std::time::Instant::now();
            let left = start.elapsed().as_secs_f64() * (rows - done) as f64 / done.max(1) as f64;
            let ending = if finished { "\n" } else { "" };
            let _ =
                write!(std::io::stderr(), "\r{done} of {rows} {what}, {left:.0} s left {ending}");
        }
    }
}

fn print_text(text: &str, target: &Target) -> Result<()> {
    match target {
        Target::Stdout => {
            let failed = |source| Error::Output { target: "standard output".into(), source };
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
        }
        Target::File(path) => crate::output::stream::to_file(path, |out| {
            out.write_all(text.as_bytes())
                .map_err(|source| Error::Output { target: path.display().to_string(), source })
        }),
    }
}
