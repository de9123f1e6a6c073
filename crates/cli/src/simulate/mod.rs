//! `simulate EXPERIMENT MODEL`: measured curves with standard errors, from samples of a model.

mod experiments;
mod layout;
mod origin;
mod run;
mod settings;

use super::context::{Context, below, head as table_head};
use super::request::{Request, with_parameters};
use super::verb::{Act, Verb, grouping};
use super::{examples, noise, sample_size, samples};
use clap::{ArgMatches, Command};
use experiments::{EXPERIMENTS, Experiment};
use layout::Layout;
use origin::Origin;
use regimes::error::{Error, Result};
use regimes::models::parameter::Parameter;
use regimes::models::{CATALOGUE, Entry};
use regimes_output::Plan;
use run::Simulation;
use settings::Settings;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| {
            let (experiment, inner) = below(matches)?;
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
            let file = Command::new(origin::DATA)
                .about("the samples in a file; a path in place of a model means the same")
                .after_help(format!(
                    "Example: regimes simulate {} samples.npy {}",
                    experiment.name, experiment.example
                ));
            let file =
                with_parameters(samples::with_selection(file), &parameters(experiment, None));
            child.subcommand(with_parameters(file, experiment.settings))
        } else {
            child
        };
        parent.subcommand(CATALOGUE.iter().fold(child, |child, entry| {
            let model = Command::new(entry.name).about(entry.about).after_help(format!(
                "Example: regimes simulate {} {} {}",
                experiment.name,
                experiment.example_model(entry),
                experiment.example
            ));
            let model = with_parameters(model, &parameters(experiment, Some(entry)));
            child.subcommand(with_parameters(model, experiment.settings))
        }))
    });
    examples::inherited(parent)
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
        let named = text == origin::DATA || text == "help" || text.starts_with('-');
        // A misspelt model has no ending and is no file.
        let path = Path::new(word);
        !named
            && CATALOGUE.iter().all(|entry| text != entry.name)
            && (path.extension().is_some() || path.exists())
    });
    if is_path {
        arguments.insert(at + 2, origin::DATA.into());
    }
    arguments
}

/// The parameters that may be swept.
fn parameters(experiment: &Experiment, entry: Option<&Entry>) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = match entry {
        Some(entry) => entry.parameters.iter().copied().chain(sample_size::PARAMETERS).collect(),
        None => Vec::new(),
    };
    if experiment.curve {
        all.extend(noise::PARAMETERS);
    }
    all
}

/// Everything that may be swept in an experiment that measures a curve; none for others.
pub(crate) fn curve_parameters(name: &str, entry: &Entry) -> Option<Vec<Parameter>> {
    let experiment = EXPERIMENTS.iter().find(|e| e.name == name && e.curve)?;
    Some(parameters(experiment, Some(entry)))
}

/// Runs the simulation and prepares its table.
///
/// # Errors
/// Wrong arguments; failed numerics; a checkpoint of another simulation.
pub(crate) fn plan<'a>(
    name: &str,
    model: &str,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'a>> {
    let Some(experiment) = EXPERIMENTS.iter().find(|e| e.name == name) else {
        return Err(Error::Usage(format!("there is no experiment {name}")));
    };
    let entry = CATALOGUE.iter().find(|entry| entry.name == model);
    let request = Arc::new(Request::read(matches, &parameters(experiment, entry))?);
    let settings = Settings::read(matches, experiment.settings)?;
    if experiment.curve {
        noise::exactly_one(&request)?;
    }
    if settings.exact {
        if sample_size::PARAMETERS.iter().any(|p| request.axis(p.name).is_some()) {
            return Err(Error::Usage(
                "the exact score knows no samples: leave out --n, --log-n and --alpha".into(),
            ));
        }
        if entry.is_none() {
            return Err(Error::argument(
                "--score",
                "exact",
                "a file has no score but that of its samples",
            ));
        }
    } else if entry.is_some() {
        sample_size::exactly_one(&request)?;
    }
    let origin = Origin::new(entry, &request, matches)?;
    let layout = Layout::new(&request)?;
    let command_line = context.command_line.clone();
    let chosen = if entry.is_none() { samples::typed(matches) } else { Vec::new() };
    let simulation =
        Simulation { experiment, entry, request, settings, origin, chosen, layout, command_line };
    let table = simulation.simulate(matches)?;
    let mut columns = simulation.columns();
    columns.extend(table.columns);
    let command = format!("simulate {name}");
    let mut head =
        table_head(context, &command, &simulation.origin.name(), columns, table.rows.len());
    if let Some(model) = simulation.origin.model(0)? {
        head.notes = model.notes();
    }
    head.notes.extend(simulation.origin.remarks().iter().cloned());
    head.notes.extend(simulation.notes(table.looks));
    let rows = table.rows;
    // Every row is computed: a simulation is not worth writing in pieces.
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            rows.get(index).cloned().ok_or_else(|| Error::Usage(format!("there is no row {index}")))
        }),
    })
}
