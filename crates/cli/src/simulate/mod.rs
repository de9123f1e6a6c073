//! `simulate EXPERIMENT MODEL`: measured curves with standard errors, from samples of a model.

mod kept;

use super::context::{Context, below, entry};
use super::request::{argument, with_parameters};
use super::verb::{Act, Verb, grouping};
use super::{examples, kinds, samples};
use clap::{ArgMatches, Command};
use regimes::catalogue;
use regimes::error::Result;
use regimes::models::Entry;
use regimes::process::Process;
use regimes::simulate::{self, DATA, EXPERIMENTS, Experiment, Subject, training};
use regimes_output::Plan;
use std::ffi::OsString;
use std::path::Path;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| {
            let (experiment, inner) = below(matches)?;
            if experiment == training::NAME {
                return Ok(context.named(training::training_plan(inner)?).into());
            }
            let (model, inner) = below(inner)?;
            Ok(plan(experiment, model, inner, context)?.keeping_rows().into())
        },
        "--checkpoint FILE keeps the results of a simulation",
    ),
};

fn head() -> Command {
    grouping("simulate", "EXPERIMENT")
        .about("exact-score simulation: clones, excess entropy, collapse times, energy levels, with standard errors")
        .after_help(
            "Example: regimes simulate clones clusters --d 256 --n 2000 --t 1:6:#11",
        )
}

fn fill(parent: Command) -> Command {
    let parent = EXPERIMENTS.iter().fold(parent, |parent, experiment| {
        let child = grouping(experiment.name, "MODEL").about(experiment.about);
        // Levels are drawn, which a file cannot be.
        let child = if experiment.stored {
            let file = Command::new(DATA)
                .about("the samples in a file; a path in place of a model means the same")
                .after_help(format!(
                    "Example: regimes simulate {} samples.npy {}",
                    experiment.name, experiment.example
                ));
            child.subcommand(with_settings(samples::with_selection(file), experiment, None))
        } else {
            child
        };
        // Of measured losses no samples are drawn.
        parent.subcommand(kinds::below(child, |entry| {
            if !experiment.takes(entry) || entry.is_measured() {
                return None;
            }
            let model = Command::new(entry.name).about(entry.about).after_help(format!(
                "Example: regimes simulate {} {} {}",
                experiment.name,
                example_model(entry, experiment),
                match entry.process {
                    Process::Gaussian => experiment.example,
                    Process::Tokens | Process::Beliefs => "--kept 0.1:0.9:#5 --points 64",
                }
            ));
            Some(with_settings(model, experiment, Some(entry)))
        }))
    });
    examples::inherited(parent.subcommand(of_training()))
}

/// Learned scores, which need no model but a spectrum.
fn of_training() -> Command {
    let command = Command::new(training::NAME)
        .about("train and test loss of scores that random features learn, by diagonalisation")
        .after_help("Examples:\n  regimes simulate training --activation tanh --d 20 --psi-n 4 --psi-p 8 --t 0.1 --tau 1,100 --blocks 3\n  regimes simulate training --activation tanh --d 20 --psi-n 4 --psi-p 8 --t 0.1 --learning-rate 400 --steps 10,100 --blocks 3");
    with_parameters(command, &training::training_parameters())
}

/// Puts the word for files before a path that stands where a model's name would.
pub(crate) fn with_data_files(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let experiment = |word: &OsString| EXPERIMENTS.iter().any(|e| e.stored && word == e.name);
    let Some(at) = arguments.windows(2).position(|w| w[0] == "simulate" && experiment(&w[1]))
    else {
        return arguments;
    };
    let is_path = arguments.get(at + 2).is_some_and(|word| {
        let text = word.to_string_lossy();
        let named = text == DATA || text == "help" || text.starts_with('-');
        // A misspelt model has no ending and is no file.
        let path = Path::new(word);
        !named
            && catalogue::names().all(|name| text != name)
            && (path.extension().is_some() || path.exists())
    });
    if is_path {
        arguments.insert(at + 2, DATA.into());
    }
    arguments
}

/// What may be swept in an experiment, and how it is run.
fn with_settings(command: Command, experiment: &Experiment, entry: Option<&Entry>) -> Command {
    let command = with_parameters(command, &experiment.parameters(entry));
    with_parameters(command, &experiment.settings_of(entry)).arg(argument(&kept::CHECKPOINT))
}

/// The model's part of an example.
fn example_model(entry: &Entry, experiment: &Experiment) -> String {
    // Simulated sizes are smaller than those of the theory's examples.
    let model = examples::with_dimension(entry).replace("--d 1024", "--d 64");
    let size = if experiment.sampled() { " --n 500" } else { "" };
    format!("{} {model}{size}", entry.name)
}

/// Runs the simulation and prepares its table.
///
/// # Errors
/// Wrong arguments; failed numerics; a checkpoint of another simulation.
fn plan(name: &str, model: &str, matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let open = || samples::selected(matches);
    let subject = if model == DATA {
        Subject::Data(&open)
    } else {
        let entry = entry(model, matches)?;
        let experiment = Experiment::find(name)?;
        kinds::heed(entry, matches, |entry| {
            let settings = experiment.settings_of(Some(entry));
            let all = experiment.parameters(Some(entry)).into_iter().chain(settings);
            all.map(|p| p.name).collect()
        })?;
        Subject::Model(entry)
    };
    let runner = |work: &simulate::Work<'_>| kept::run(work, matches, &context.command_line);
    Ok(context.named(simulate::plan(Experiment::find(name)?, &subject, matches, &runner)?))
}
