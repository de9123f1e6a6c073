//! `curve QUANTITY MODEL`: a quantity over noise levels.

use super::context::{Context, below, entry};
use super::examples;
use super::kinds;
use super::request::with_parameters;
use super::resume;
use super::schedules;
use super::verb::{Act, Verb, grouping};
use clap::{ArgMatches, Command};
use regimes::ask::{self, spectrum};
use regimes::catalogue;
use regimes::error::{Error, Result};
use regimes::models::{CATALOGUE, Entry};
use regimes::quantities::Curve;
use regimes::steps;
use regimes::training;
use regimes_output::Plan;
use std::sync::Arc;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (quantity, inner) = below(matches)?;
        if quantity == TRAINING_LOSS {
            return Ok(context.named(training::tables::losses(inner)?));
        }
        let (model, inner) = below(inner)?;
        plan(quantity, entry(model, inner)?, inner, context)
    }),
};

fn head() -> Command {
    grouping("curve", "QUANTITY")
        .about("a curve over the noise level: cloning probability, information, entropies, potential, spectrum")
        .after_help("Example: regimes curve phi clusters --d 256,1024 --mu 1 --sigma 1 --t 0.5:8:#40")
}

fn fill(parent: Command) -> Command {
    let parent = Curve::names().into_iter().fold(parent, |parent, name| {
        let child = grouping(name, "MODEL").about(Curve::abouts(name));
        parent.subcommand(kinds::below(child, |entry| {
            let quantity = Curve::find(name, entry)?;
            let own = if quantity.example.contains("--n ") {
                examples::with_dimension(entry)
            } else {
                examples::without_samples(entry).to_owned()
            };
            let model = Command::new(entry.name).about(entry.about).after_help(format!(
                "Example: regimes curve {} {} {own} {}",
                quantity.name, entry.name, quantity.example
            ));
            let model = with_parameters(model, &ask::curve::parameters(quantity, entry));
            Some(schedules::of_kind(model, entry))
        }))
    });
    let parent = parent.subcommand(of_spectra()).subcommand(of_steps());
    examples::inherited(parent.subcommand(of_training()))
}

/// The curve that needs no model: losses of a learned score over its training time.
const TRAINING_LOSS: &str = "training-loss";

fn of_training() -> Command {
    let command = Command::new(TRAINING_LOSS)
        .about("train and test loss of a learned score over its training time, as `training losses` has them")
        .after_help("Example: regimes curve training-loss --activation tanh --psi-n 8 --psi-p 64 --t 0.1 --tau 0.1:1e5:*10");
    with_parameters(command, &training::parameters::of_losses())
}

fn of_spectra() -> Command {
    let parent = grouping(spectrum::NAME, "MODEL")
        .about("eigenvalues of the data covariance: bulk, atoms, class spikes; with --n as a sample shows them");
    CATALOGUE.iter().fold(parent, |parent, entry| {
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes curve spectrum {} {}",
            entry.name,
            examples::without_samples(entry)
        ));
        parent.subcommand(with_parameters(child, &spectrum::parameters(entry)))
    })
}

fn of_steps() -> Command {
    let parent = grouping(steps::STEP_COST, "MODEL")
        .about("where along its path the cost of a sampler's steps arises: a point for every step");
    CATALOGUE.iter().fold(parent, |parent, entry| {
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes curve {} {} {} --grid geometric --steps 10 --snr 0.01:10",
            steps::STEP_COST,
            entry.name,
            examples::without_samples(entry)
        ));
        let child = with_parameters(child, &steps::parameters(entry));
        parent.subcommand(schedules::with_schedule(child, "schedule"))
    })
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
fn plan(
    name: &str,
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'static>> {
    if name == spectrum::NAME {
        return Ok(context.named(spectrum::plan(entry, matches)?));
    }
    kinds::heed(entry, matches, |entry| {
        let curve = Curve::find(name, entry);
        curve.map_or_else(Vec::new, |c| kinds::flags(entry, &ask::curve::parameters(c, entry)))
    })?;
    let schedule = schedules::single(entry, matches, "curve")?.map(Arc::new);
    if name == steps::STEP_COST {
        return Ok(context.named(steps::curve(entry, matches, schedule)?));
    }
    let Some(quantity) = Curve::find(name, entry) else {
        // What has two kinds is Gaussian where nothing is said.
        let other = catalogue::kinds(entry.name).any(|kind| Curve::find(name, kind).is_some());
        let hint = if other { ": name another --corruption, masked or uniform" } else { "" };
        return Err(Error::Usage(format!("there is no curve {name} of {}{hint}", entry.name)));
    };
    Ok(context.named(ask::curve::plan(quantity, entry, matches, schedule)?))
}
