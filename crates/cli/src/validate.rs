//! `validate FILE --against QUANTITY MODEL`: a measured curve beside the predicted one.

use super::context::{Context, below, entry};
use super::examples;
use super::known::known;
use super::request::{argument, with_parameters};
use super::verb::{Act, Made, Verb, Verdict, grouping};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use regimes::dataset::columns::Columns;
use regimes::error::Result;
use regimes::models::CATALOGUE;
use regimes::quantities::Curve;
use regimes::sweep::Typed;
use regimes::training::tables;
use regimes::validate::{self, AGAINST, OPTIONS, SHARED};
use std::path::Path;

/// The word for scores that random features learn, in a model's place.
const LEARNED: &str = "training";

/// The command's definition.
pub(crate) const VERB: Verb =
    Verb { head, fill, act: Act::Whole(made, "its rows are computed together") };

fn head() -> Command {
    grouping("validate", "MODEL")
        .about("hold a measured curve against the predicted one: deviations, χ², runs, verdict, fits")
        .long_about(
            "Holds a measured curve against the predicted one: the deviation of every point in standard \
             errors, χ² with its probability, the largest deviation, signed runs, and a verdict.\n\n\
             FILE is csv, npy or npz. Columns t, value and stderr by name (see the flags), or an array of \
             two or three rows; outcomes 0 or 1 in a column outcome, one a row, or in an array outcomes of \
             an npz archive, a row for each t. Columns named like parameters (d, n, mu, ...) give them row \
             by row unless a flag does.",
        )
        .after_help(
            "Examples:\n  regimes validate phi.csv --against phi clusters --d 256 --mu 1 --sigma 1\n  regimes validate fe.csv --against excess-entropy clusters --d 256 --n 20000 --order exact --fit sigma",
        )
}

fn fill(command: Command) -> Command {
    // Curves of tokens have no levels to be measured at here.
    let has = |name: &&str| CATALOGUE.iter().any(|entry| Curve::find(name, entry).is_some());
    let names: Vec<&str> = Curve::names().into_iter().filter(has).collect();
    let measured = Arg::new("measured").value_name("FILE").required(true);
    let measured = measured.value_hint(ValueHint::FilePath).help("the measured curve");
    let command = command.arg(measured);
    let command = OPTIONS.iter().fold(command, |command, option| {
        let arg = argument(option).global(true);
        command.arg(if option.name == AGAINST.name {
            let help = format!("{}: {}", option.help, names.join(", "));
            known(arg.help(help), names.iter().copied())
        } else {
            arg
        })
    });
    let command = command.arg(
        Arg::new("strict")
            .long("strict")
            .action(ArgAction::SetTrue)
            .global(true)
            .help("exit with status 1 if the curves disagree"),
    );
    let command = command.arg(
        Arg::new(SHARED).long(SHARED).action(ArgAction::SetTrue).global(true).help(
            "the points share their noise, as those of one data set do [default: for this program's own]",
        ),
    );
    let training = Command::new(LEARNED)
        .about("losses of a learned score, columns train and test over tau, ridge or steps")
        .after_help("Example: regimes validate learned.csv training --activation tanh --psi-n 4 --psi-p 16 --t 0.1");
    let command = command.subcommand(with_parameters(training, &tables::of_comparison()));
    CATALOGUE.iter().fold(command, |command, entry| {
        let quantity = if entry.classes && !entry.latent { "phi" } else { "information" };
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes validate {quantity}.csv --against {quantity} {} {}",
            entry.name,
            examples::without_samples(entry)
        ));
        command.subcommand(with_parameters(child, &validate::parameters(entry)))
    })
}

/// The comparison; where curves that disagree are a failure, whether they do.
fn made(matches: &ArgMatches, context: &Context) -> Result<Made> {
    let (model, inner) = below(matches)?;
    let columns = || Columns::read(Path::new(matches.text("measured").unwrap_or_default()));
    let shared = inner.get_flag(SHARED);
    let compared = if model == LEARNED {
        tables::compared(columns, inner, shared)?
    } else {
        validate::plan(columns, inner, entry(model, inner)?, shared)?
    };
    let verdict = Verdict::Disagrees(!compared.agrees && inner.get_flag("strict"));
    Ok(Made { plan: context.named(compared.plan), verdict })
}
