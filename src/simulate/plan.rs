//! A simulation as it is asked for: an experiment, what it is done to, and its table.

use super::experiments::Experiment;
use super::layout::Layout;
use super::origin::Origin;
use super::run::Simulation;
use super::settings::Settings;
use super::strings;
use super::work::Runner;
use crate::dataset::Chosen;
use crate::dataset::chosen::{OF_A_FILE, OF_SAMPLES};
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::quantities::{noise, sample_size};
use crate::sweep::{Models, Request, Typed};
use crate::table::{Head, Plan};
use std::sync::Arc;

/// What is simulated.
pub enum Subject<'a> {
    /// Samples drawn from a model.
    Model(&'static Entry),
    /// Given samples, opened once all else was found right.
    Data(&'a dyn Fn() -> Result<Chosen<'a>>),
}

/// Runs the simulation by `runner` and prepares its table.
///
/// # Errors
/// Wrong arguments; failed numerics; whatever `runner` finds wrong.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    experiment: &'static Experiment,
    subject: &Subject<'_>,
    typed: &T,
    runner: &Runner<'_>,
) -> Result<Plan<'static>> {
    let entry = match subject {
        Subject::Model(entry) => Some(*entry),
        Subject::Data(_) => None,
    };
    if let Some(entry) = entry.filter(|entry| entry.process.is_of_tokens()) {
        if !experiment.takes(entry) {
            let expected = format!("has tokens and no {} here: take entropy", experiment.name);
            return Err(Error::argument("model", entry.name, expected));
        }
        return strings::plan(experiment, entry, typed, runner);
    }
    if entry.is_none() && !experiment.stored {
        let message = format!("{} draws its samples: it needs a model", experiment.name);
        return Err(Error::Usage(message));
    }
    let request = Arc::new(Request::read(typed, &experiment.parameters(entry))?);
    let settings = Settings::read(typed, experiment.settings)?;
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
            let expected = "a file has no score but that of its samples";
            return Err(Error::argument("--score", "exact", expected));
        }
    } else if entry.is_some() {
        sample_size::exactly_one(&request)?;
    }
    let mut chosen = Vec::new();
    let origin = match subject {
        Subject::Model(entry) => Origin::Model(entry, Models::new(entry, Arc::clone(&request))?),
        Subject::Data(open) => {
            let data = open()?;
            chosen.push(("file".to_owned(), data.path.to_string_lossy().into_owned()));
            for name in OF_A_FILE.iter().chain(&OF_SAMPLES).map(|p| p.name) {
                chosen.extend(typed.text(name).map(|text| (name.to_owned(), text.to_owned())));
            }
            Origin::Data(data)
        }
    };
    let layout = Layout::new(&request)?;
    let simulation = Simulation { experiment, entry, request, settings, origin, chosen, layout };
    let table = simulation.simulate(runner)?;
    let mut columns = simulation.columns();
    columns.extend(table.columns);
    let command = format!("simulate {}", experiment.name);
    let mut head = Head::new(&command, &simulation.origin.name(), columns, table.rows.len());
    let swept = simulation.request.swept();
    if swept.iter().map(|(_, count)| count).product::<usize>() == table.rows.len() {
        head.axes = swept;
    }
    if let Some(model) = simulation.origin.model(0)? {
        head.notes = model.notes();
    }
    head.notes.extend(simulation.origin.remarks().iter().cloned());
    head.notes.extend(simulation.notes(table.looks));
    let rows = table.rows;
    // Every row is computed: a simulation is not worth writing in pieces.
    let missing = |index| Error::Usage(format!("there is no row {index}"));
    let row = move |index: usize| rows.get(index).cloned().ok_or_else(|| missing(index));
    Ok(Plan { head, row: Box::new(row) })
}
