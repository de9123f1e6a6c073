//! `advise FILE`: one page for whoever trains or samples a model of a data set.

use super::context::Context;
use super::dataset::Progress;
use super::request::with_parameters;
use super::verb::{Act, Verb};
use super::{samples, schedules};
use clap::{ArgMatches, Command};
use regimes::ask::advise::{self, OPTIONS};
use regimes::error::Result;
use regimes_output::Plan;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| {
        let command = with_parameters(samples::with_selection(command), &OPTIONS);
        schedules::with_schedule(command, "schedule")
    },
    act: Act::Whole(
        |matches, context| Ok(plan(matches, context)?.into()),
        "its lines are computed together",
    ),
};

fn head() -> Command {
    Command::new("advise")
        .about("one page of advice for a data set, a scheduler and a number of steps")
        .long_about(
            "One page of advice for a data set, a scheduler and a number of steps: whether the scale of the data \
             is the one that the schedule expects, when classes are decided, where guidance acts, from where on \
             training samples are copied, how many samples would be enough, which samples are memorised first, what \
             the steps cost and how they are placed better.\n\n\
             Every line names its criterion, why that one, and the command that prints its number. FILE and the flags \
             that choose a part of it are those of dataset; --config takes a diffusers scheduler_config.json. Without \
             a schedule the times are in OU time, and what depends on a sampler is left open.",
        )
        .after_help(
            "Examples:\n  regimes advise images.npy --scale 2/255 --schedule ddpm-linear --steps 30\n  regimes advise train-images-idx3-ubyte --labels train-labels-idx1-ubyte --classes 1,8 --per-class 500 --scale 1/255 --n 60000 --schedule edm --steps 18 --queries 100 --blocks 0",
        )
        .arg_required_else_help(true)
}

/// Reads the data and writes the page.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let progress = Progress::new(matches.get_flag("quiet"));
    let heard = |what: &str, share: f64| progress.at(what, share);
    let chosen = || samples::selected(matches);
    Ok(context.named(advise::plan(chosen, matches, None, &heard)?))
}
