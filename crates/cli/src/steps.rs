//! `steps MODEL --grid NAME --steps K`: what the steps of a sampler cost, and how to place them better.

use super::context::{Context, below, entry};
use super::examples;
use super::kinds;
use super::request::with_parameters;
use super::resume;
use super::schedules;
use super::verb::{Act, Verb, grouping};
use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::error::Result;
use regimes::models::Entry;
use regimes::process::Process;
use regimes::steps;
use regimes_output::Plan;
use std::sync::Arc;

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
    grouping("steps", "MODEL")
        .about("what the steps of a sampler cost, and the grid on which they cost least")
        .after_help("Examples:\n  regimes steps gaussian --grid geometric,karras,optimal --steps 10,50 --snr 0.001:50\n  regimes steps clusters --d 64 --grid optimal --steps 20 --sigma-noise 0.02:80 --levels")
}

fn fill(parent: Command) -> Command {
    kinds::below(parent, |entry| {
        let grid = match entry.process {
            Process::Gaussian => "--grid geometric --steps 10 --snr 0.01:10",
            Process::Tokens | Process::Beliefs => "--grid uniform,optimal --steps 8",
        };
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes steps {} {} {grid}",
            entry.name,
            examples::without_samples(entry)
        ));
        let child = with_parameters(child, &steps::parameters(entry)).arg(
            Arg::new(flag(entry))
                .long(flag(entry))
                .action(ArgAction::SetTrue)
                .help("the levels of the grid in every coordinate, and the cost of every step"),
        );
        Some(schedules::of_kind(child, entry))
    })
}

/// What asks for the levels of the grid: trees of tokens have levels of their own.
fn flag(entry: &Entry) -> &'static str {
    let taken = entry.parameters.iter().any(|p| p.name == steps::LEVELS);
    if taken { "grid-levels" } else { steps::LEVELS }
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
fn plan(entry: &'static Entry, matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    kinds::heed(entry, matches, |entry| kinds::flags(entry, &steps::parameters(entry)))?;
    let schedule = schedules::single(entry, matches, "steps")?.map(Arc::new);
    let levels = matches.get_flag(flag(entry));
    Ok(context.named(steps::plan(entry, matches, levels, schedule)?))
}
