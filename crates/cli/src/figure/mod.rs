//! `figure`: curves and tables as pictures for a paper, with their data beside them.

mod columns;
mod curves;
mod map;
mod options;
mod shading;
mod source;
mod transitions;
mod write;

use crate::context::{Context, MISSED_TOLERANCE, say, whole};
use crate::verb::{Act, Surroundings, Verb};
use crate::{curve, schedule, simulate, table, times, training};
use clap::{Arg, ArgMatches, Command};
use options::Options;
use regimes::document::Document;
use regimes::error::{Error, Result};
use regimes::table::Conventions;
use regimes_figure::Figure;
use regimes_output::Summary;
use source::Source;
use std::path::Path;

/// Height over width of a figure of one column, and of two.
const NARROW: f64 = 0.76;
const WIDE: f64 = 0.5;
/// Inches from which a figure counts as wide.
const ONE_AND_A_HALF: f64 = 5.0;

/// Commands whose tables can be drawn.
const DRAWN: [&str; 5] = ["curve", "times", "schedule", "simulate", "training"];

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Own(|matches, around| {
        let quiet = around.common.get_flag("quiet");
        run(matches, around, quiet)
    }),
};

fn head() -> Command {
    Command::new("figure")
        .about("a curve or a table as a picture for a paper: .svg, .png or .pdf, with its data as csv beside it")
        .after_help(
            "The same arguments as the command itself, or a specification with a section [figure].\n\n\
             Examples:\n  regimes figure curve phi clusters --d 256,1024 --t 0.5:8:#80 -o cloning.svg\n  \
             regimes figure times linear-manifold --embedding iid-p --alpha 0.25,0.5,1 --beta 0.05:1:#40 --y t_C.asymptotic -o t_C.pdf\n  \
             regimes figure times manifold --activation tanh --beta 0.1:1:#24 --alpha 0.05:1:#24 --heat -o map.svg\n  \
             regimes figure tables/figures/bbdm24-figure-2.toml --output bbdm24.png --dpi 600",
        )
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let command = command
        .arg(Arg::new("spec").value_name("SPEC.toml").help(
            "a specification as for `table`, with a section [figure] and [[points]] from csv files",
        ))
        .arg(
            Arg::new("dpi")
                .long("dpi")
                .global(true)
                .value_name("COUNT")
                .help_heading("Figure")
                .help("pixels per inch of .png [default: 300]"),
        );
    [curve::VERB, times::VERB, schedule::VERB, simulate::VERB, training::VERB]
        .iter()
        .map(Verb::whole)
        .fold(options::with_flags(command), Command::subcommand)
}

/// What is to be drawn, and what to say of it.
struct Drawing {
    figure: Figure,
    /// Names of the axes' columns, and of a heat map's values.
    names: (String, String, Option<String>),
    notes: Vec<String>,
    conventions: Conventions,
}

/// Draws the figure; returns the exit status.
///
/// # Errors
/// Wrong arguments, failed numerics, output that cannot be written.
pub(super) fn run(matches: &ArgMatches, around: &Surroundings<'_>, quiet: bool) -> Result<u8> {
    let Surroundings { target, command_line, program, .. } = *around;
    let kind = write::kind(matches, target)?;
    let dpi = whole(matches, "dpi", 2400)?.map_or(300.0, |dpi| dpi as f64);
    let context = Context { command_line: command_line.to_owned(), digits: None, program };
    let mut summary = Summary::default();
    let drawing = match matches.subcommand() {
        Some((command, _)) => {
            let options = Options::from_flags(matches_of(matches))?;
            // Everything is checked before anything long is computed.
            let plan = (program.plan)(matches, &context)?;
            let source = source::computed(&plan, matches, quiet)?;
            debug_assert!(DRAWN.contains(&command));
            drawing(vec![source], &options, &mut summary)?
        }
        None => specification(matches, &context, quiet, &mut summary)?,
    };
    write::write(&drawing, kind, dpi, target, command_line)?;
    if !quiet {
        for note in &summary.remarks {
            say(&format!("note: {note}"));
        }
    }
    if summary.missed_tolerance {
        let what = summary.first_failure.unwrap_or_default();
        say(&format!("warning: a value did not reach its tolerance ({what})"));
        return Ok(MISSED_TOLERANCE);
    }
    Ok(0)
}

/// The matches that hold the figure's flags: clap hands global ones down to the innermost command.
fn matches_of(matches: &ArgMatches) -> &ArgMatches {
    let mut inner = matches;
    while let Some((_, next)) = inner.subcommand() {
        inner = next;
    }
    inner
}

/// A figure from a file.
fn specification(
    matches: &ArgMatches,
    context: &Context,
    quiet: bool,
    summary: &mut Summary,
) -> Result<Drawing> {
    let Some(path) = matches.get_one::<String>("spec") else {
        return Err(Error::Usage(format!(
            "figure needs a SPEC.toml or one of {}: try --help",
            DRAWN.join(", ")
        )));
    };
    let file = Path::new(path);
    if !file.exists() && file.extension().is_none() {
        let hint = regimes::suggest::did_you_mean(path, DRAWN);
        let expected = format!("is neither a specification nor one of {}{hint}", DRAWN.join(", "));
        return Err(Error::argument("figure", path, expected));
    }
    let document = Document::read(file)?;
    let root = document.root();
    document.table(root, &table::KEYS)?;
    let options = match document.get(root, "figure") {
        Some(node) => Options::from_spec(&document, node)?,
        None => Options::from_flags(matches)?,
    };
    let mut sources: Vec<Source<'_>> = Vec::new();
    if let Some(list) = document.get(root, "block") {
        let blocks = table::blocks(&document, list, &table::DRAWN_KEYS, context)?;
        for (node, block) in document.list(list)?.iter().zip(&blocks) {
            sources.push(source::block(&document, node, block, quiet)?);
        }
    }
    if let Some(list) = document.get(root, "points") {
        for node in document.list(list)? {
            sources.push(source::points(&document, node)?);
        }
    }
    if sources.is_empty() {
        return Err(document.error(root, "needs at least one [[block]] or [[points]]"));
    }
    let mut drawing = drawing(sources, &options, summary).map_err(|error| match error {
        Error::Argument { .. } | Error::Usage(_) => {
            let node = document.get(root, "figure").unwrap_or(root);
            document.error(node, error.to_string())
        }
        other => other,
    })?;
    for key in ["source", "title"] {
        if let Some(node) = document.get(root, key) {
            drawing.notes.insert(0, document.text(node)?.to_owned());
        }
    }
    Ok(drawing)
}

/// The picture of some tables.
fn drawing(
    mut sources: Vec<Source<'_>>,
    options: &Options,
    summary: &mut Summary,
) -> Result<Drawing> {
    for source in &mut sources {
        source.add_sigma_noise(options.x.iter().chain(&options.y));
    }
    let sources = &sources;
    let shape = if options.width > ONE_AND_A_HALF { WIDE } else { NARROW };
    let height = options.height.unwrap_or(shape * options.width);
    match &options.heat {
        Some(value) => map::drawing(sources, options, value, height, summary),
        None => curves::drawing(sources, options, height, summary),
    }
}

/// The column of a table called `name`, or the first whose name goes on after a dot.
fn column(source: &Source<'_>, flag: &str, name: &str) -> Result<usize> {
    let all = &source.columns;
    let found = all.iter().position(|c| c.name == name).or_else(|| {
        let longer = format!("{name}.");
        all.iter().position(|c| c.name.starts_with(&longer))
    });
    found.ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
        let hint = regimes::suggest::did_you_mean(name, known.iter().copied());
        let expected = format!("there is no such column{hint} (known: {})", known.join(", "));
        Error::argument(format!("--{flag}"), name, expected)
    })
}
