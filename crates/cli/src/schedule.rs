//! `schedule`: noise levels in every coordinate, and where named schedules reach them.

use super::context::Context;
use super::known::known;
use super::request::{argument, with_parameters};
use super::resume;
use super::schedules;
use super::verb::{Act, Verb};
use clap::{ArgMatches, Command};
use regimes::ask::levels::{self, COORDINATES, TO};
use regimes::error::{Error, Result};
use regimes::schedule::CATALOGUE;
use regimes::schedule::chosen::SCHEDULE;
use regimes::strings::schedules as strings;
use regimes::sweep::Typed;
use regimes_output::Plan;
use std::sync::Arc;

/// The command's definition.
pub(crate) const VERB: Verb =
    Verb { head, fill: |command| resume::with_flags(fill(command)), act: Act::Rows(plan) };

fn head() -> Command {
    Command::new("schedule")
        .about("convert noise levels: t, snr, σ, ᾱ, log-SNR, step index, flow time")
        .after_help(
            "Examples:\n  regimes schedule --t \"0.5*log(7.66)\" --name ddpm-linear\n  regimes schedule --step 0:999:111 --name sd-scaled-linear\n  regimes schedule --t 1,2,3 --name all\n  regimes schedule --num-inference-steps 10 --timestep-spacing trailing --name sd-scaled-linear\n  regimes schedule --step 500 --name ddpm-linear --to flow,edm",
        )
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let names = CATALOGUE.iter().map(|family| family.name).chain(["all"]);
    let to = known(argument(&TO), names);
    let command = with_parameters(command, &COORDINATES).arg(to).arg(argument(&strings::KEPT));
    schedules::with_schedule(command, "name")
}

/// Reads the query and prepares its table.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    if matches.text(strings::KEPT.name).is_some() {
        let own = COORDINATES.iter().chain([&TO]).map(|p| p.name);
        if let Some(other) = own
            .chain(schedules::names())
            .filter(|name| *name != SCHEDULE)
            .find(|name| matches.text(name).is_some())
        {
            let message = format!(
                "--{other} does not go with --kept: a schedule of tokens has ᾱ and its time alone"
            );
            return Err(Error::Usage(message));
        }
        return Ok(
            context.named(strings::plan(matches, matches.text(SCHEDULE).unwrap_or_default())?)
        );
    }
    let schedules = schedules::chosen(matches)?.into_iter().map(Arc::new).collect();
    Ok(context.named(levels::plan(matches, schedules)?))
}
