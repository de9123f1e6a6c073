//! Where output goes: its format, the width of its page, progress beside it.

use clap::ArgMatches;
use regimes::error::{Error, Result};
use regimes_output::destination::is_stream;
use regimes_output::text::{Text, WIDTH};
use regimes_output::{FORMATS, Format, Plan, Summary, Target, format, write};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use terminal_size::{Width, terminal_size_of};

/// Time between two reports of what takes long.
const BETWEEN_REPORTS: Duration = Duration::from_millis(500);

/// The widest page that is read with ease.
const WIDEST: usize = 100;

/// The narrowest that still holds a number, its error and its source.
const NARROWEST: usize = 40;

/// Columns of a page on `target`.
pub(super) fn width(target: &Target) -> usize {
    match (target, terminal_size_of(std::io::stdout())) {
        (Target::Stdout, Some((Width(columns), _))) => {
            usize::from(columns).clamp(NARROWEST, WIDEST)
        }
        _ => WIDTH,
    }
}

/// Computes and writes a table; text is fitted to what the table holds.
///
/// # Errors
/// The first error of a row; [`regimes::Error::Output`] if writing fails.
pub(super) fn write_table(
    plan: Plan<'_>,
    format: &dyn Format,
    target: &Target,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Summary> {
    if format.name() != "text" {
        return write(&plan, format, target, progress);
    }
    let (plan, text) = Text::fitted(plan, width(target), progress)?;
    write(&plan, &text, target, progress)
}

/// The format asked for, else the one that the target suggests.
///
/// # Errors
/// An unknown one, or none that goes with the target.
pub(super) fn chosen_format(
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
        let known = regimes::suggest::among(name, known.iter().copied());
        let expected = format!("must be one of {known}");
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
        // What is piped is csv, whatever it is piped through.
        if let Some(piped) = format("csv").filter(|_| is_stream(path)) {
            return Ok(piped);
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
/// for long sweeps; `found` of them were there at the start.
pub(super) fn progress(
    found: usize,
    rows: usize,
    what: &'static str,
    quiet: bool,
) -> impl Fn(usize) + Sync {
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
            // Nothing is known of the time left before something is done.
            let rate = start.elapsed().as_secs_f64() / done.saturating_sub(found) as f64;
            let left = rate * rows.saturating_sub(done) as f64;
            let left =
                if left.is_finite() { format!(", {left:.0} s left ") } else { String::new() };
            let ending = if finished { "\n" } else { "" };
            let _ = write!(std::io::stderr(), "\r{done} of {rows} {what}{left}{ending}");
        }
    }
}

/// Runs `work` and meanwhile has `report` called now and then, so that a long step is not silence.
pub(super) fn while_reporting<R>(report: &(dyn Fn() + Sync), work: impl FnOnce() -> R) -> R {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::thread::park_timeout(BETWEEN_REPORTS);
                report();
            }
        });
        // However the work ends, so does the watch.
        let _ending = Ending { done: &done, watch: watch.thread().clone() };
        work()
    })
}

/// Ends a watch when it is dropped.
struct Ending<'a> {
    done: &'a AtomicBool,
    watch: std::thread::Thread,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        self.watch.unpark();
    }
}

/// Text that is not a table, to where it is asked for.
///
/// # Errors
/// [`Error::Output`] if it cannot be written.
pub(super) fn print_text(text: &str, target: &Target) -> Result<()> {
    match target {
        Target::Stdout => {
            let failed = |source| Error::Output { target: "standard output".into(), source };
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
        }
        Target::File(path) => {
            regimes_output::stream::to_file(path, |out| out.fill(text.as_bytes()))
        }
    }
}
