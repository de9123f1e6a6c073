//! `solve MODEL --for PARAM --such-that "t_C=0.5"`: the parameter that makes a predicted quantity
//! take a value.

use super::context::{Context, below, entry};
use super::examples;
use super::kinds;
use super::known::known;
use super::request::with_parameters;
use super::resume;
use super::schedules;
use super::verb::{Act, Verb, grouping};
use clap::{Arg, ArgMatches, Command};
use regimes::error::Result;
use regimes::models::Entry;
use regimes::process::Process;
use regimes::solve::{self, Question};
use regimes_output::Plan;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (model, inner) = below(matches)?;
        plan(entry(model, inner)?, inner, context)
    }),
};

fn head() -> Command {
    grouping("solve", "MODEL")
        .about("the parameter that makes a predicted quantity take a value, or two of them meet")
        .after_help("Example: regimes solve clusters --d 256 --for n --such-that \"t_C=0.5\"")
}

fn fill(parent: Command) -> Command {
    kinds::below(parent, |entry| {
        let child = Command::new(entry.name).about(entry.about);
        let child = with_parameters(child, &solve::parameters(entry));
        let child = schedules::of_kind(child, entry);
        Some(
            child
                .arg(known(
                    Arg::new("for").long("for").value_name("PARAM").required(true).help(
                        "the parameter to solve for, such as n, alpha, d, sigma, beta or t",
                    ),
                    solve::parameters(entry)
                        .iter()
                        .filter(|p| p.domain.is_number())
                        .map(|p| p.name),
                ))
                .arg(
                    Arg::new("such-that")
                        .long("such-that")
                        .value_name("EQUATION")
                        .required(true)
                        .help("such as \"t_C=0.5\", \"t_C=sigma:0.01\", \"t_S.cloning=t_C\" or \"phi=0.9\"; t_S is t_S.spectral, t_C is t_C.asymptotic"),
                )
                .arg(
                    Arg::new("between")
                        .long("between")
                        .value_name("LOW:HIGH")
                        .allow_hyphen_values(true)
                        .help("where to search [default: all that makes sense]"),
                )
                .after_help(format!(
                    "Example: regimes solve {} {} --for alpha --such-that \"{}=0.5\"",
                    entry.name,
                    examples::without_samples(entry),
                    if entry.process == Process::Gaussian { "t_C" } else { "kept_C" }
                )),
        )
    })
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
fn plan(entry: &'static Entry, matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    kinds::heed(entry, matches, |entry| kinds::flags(entry, &solve::parameters(entry)))?;
    let schedule = schedules::single(entry, matches, "solve")?;
    let question = Question {
        schedule: schedule.as_ref(),
        unknown: text("for").unwrap_or(""),
        such_that: text("such-that").unwrap_or(""),
        between: text("between"),
    };
    Ok(context.named(solve::plan(entry, matches, &question)?))
}
