//! `guidance MODEL --omega W`: what classifier-free guidance generates, and when it acts.

use super::context::{Context, below, entry};
use super::examples;
use super::request::with_parameters;
use super::resume;
use super::schedules;
use super::verb::{Act, Verb, grouping};
use clap::{ArgMatches, Command};
use regimes::ask;
use regimes::error::Result;
use regimes::models::{CATALOGUE, Entry};
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
    grouping("guidance", "MODEL")
        .about("what classifier-free guidance generates along the class's mean, and when it acts")
        .after_help("Examples:\n  regimes guidance clusters --d 256 --omega 0:5:#11 --sampler ode\n  regimes guidance clusters --d 1024 --guidance-scale 3 --window 4:2 --schedule ddpm-linear")
}

fn fill(parent: Command) -> Command {
    CATALOGUE.iter().filter(|entry| entry.classes).fold(parent, |parent, entry| {
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes guidance {} {} --omega 1,3",
            entry.name,
            examples::without_samples(entry)
        ));
        let child = with_parameters(child, &ask::guidance::parameters(entry));
        parent.subcommand(schedules::with_schedule(child, "schedule"))
    })
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
fn plan(entry: &'static Entry, matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let beside = schedules::one(matches, "guidance")?;
    Ok(context.named(ask::guidance::plan(entry, matches, beside)?))
}
