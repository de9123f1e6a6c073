//! `simulate EXPERIMENT MODEL`: measured curves with standard errors, from samples of a model.

mod experiments;
mod layout;
mod origin;
mod settings;

use super::request::{Request, parameter_cell, parameter_column, with_parameters};
use super::sample_size::{self, SampleSize};
use super::{Context, head, noise};
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::models::{CATALOGUE, Entry};
use crate::numerics::Estimate;
use crate::output::{Cell, Column, Plan, Row};
use crate::process::Noise;
use crate::simulate::{Checkpoint, DataSet, Real, Source, blocks};
use clap::{ArgMatches, Command};
use experiments::{EXPERIMENTS, Experiment, Results, Run};
use layout::Layout;
use origin::Origin;
use settings::Settings;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

/// Fewer blocks than these get a remark on how good their standard errors are.
const FEW_BLOCKS: usize = 10;

/// The command's definition.
pub(crate) fn command() -> Command {
    let parent = Command::new("simulate")
        .about("exact-score simulation: clones, excess entropy, collapse times, energy levels, with standard errors")
        .after_help(
            "Example: regimes simulate clones clusters --d 256 --n 2000 --t 1:6:#11 --route jump",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("EXPERIMENT");
    EXPERIMENTS.iter().fold(parent, |parent, experiment| {
        let child = Command::new(experiment.name)
            .about(experiment.about)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand_value_name("MODEL");
        // Levels are drawn, which a file cannot be.
        let child = if experiment.stored {
            let file = Command::new(origin::DATA)
                .about("the samples in a file; a path in place of a model means the same")
                .after_help(format!(
                    "Example: regimes simulate {} samples.npy {}",
                    experiment.name, experiment.example
                ));
            let file = with_parameters(file, &origin::PARAMETERS);
            let file =
                with_parameters(file, if experiment.curve { &noise::PARAMETERS[..] } else { &[] });
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
    })
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
        None => origin::PARAMETERS.to_vec(),
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
    let simulation = Simulation { experiment, entry, request, settings, origin, layout };
    let table = match simulation.settings.double {
        false => simulation.table::<f32>(matches)?,
        true => simulation.table::<f64>(matches)?,
    };
    let mut columns = simulation.columns();
    columns.extend(table.columns);
    let command = format!("simulate {name}");
    let mut head = head(context, &command, &simulation.origin.name(), columns, table.rows.len());
    if let Some(model) = simulation.origin.model(0)? {
        head.notes = model.notes();
    }
    head.notes.extend(simulation.notes());
    let rows = table.rows;
    // Every row is computed: a simulation is not worth writing in pieces.
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            rows.get(index).cloned().ok_or_else(|| Error::Usage(format!("there is no row {index}")))
        }),
    })
}

/// A validated query.
struct Simulation {
    experiment: &'static Experiment,
    entry: Option<&'static Entry>,
    request: Arc<Request>,
    settings: Settings,
    origin: Origin,
    layout: Layout,
}

/// What an experiment adds to the parameters.
struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl Simulation {
    /// The number of samples of a combination, a whole number that fits into memory.
    fn size<T: Real>(&self, combination: usize) -> Result<SampleSize> {
        let row = self.layout.row(combination, 0);
        let dimension = self.origin.dimension(row)?;
        let n = match self.origin.samples() {
            Some(n) => n,
            None => SampleSize::of(&self.request.at(row), dimension)?.n.round(),
        };
        if !(2.0..=1e15).contains(&n) {
            let n = if n.is_finite() { n } else { f64::INFINITY };
            let expected = "a simulation needs from 2 to 1e15 samples; `curve excess-entropy --order exact` takes any n";
            return Err(Error::argument("n", n, expected));
        }
        if self.experiment.stored {
            origin::fits::<T>(n, dimension, self.settings.memory)?;
        }
        let log_n = Estimate::exact(n).ln();
        Ok(SampleSize { n, log_n: log_n.value, alpha: log_n / dimension })
    }

    /// Noise levels of a combination, which must lie between the data and pure noise.
    fn times(&self) -> Result<Vec<Noise>> {
        if !self.experiment.curve {
            return Ok(Vec::new());
        }
        (0..self.layout.times())
            .map(|k| {
                let noise = noise::of(&self.request.at(self.layout.row(0, k)))?;
                if noise.time() > 0.0 && noise.time().is_finite() {
                    Ok(noise)
                } else {
                    let expected = "a simulated point needs 0 < t < ∞";
                    Err(Error::argument("t", noise.time(), expected))
                }
            })
            .collect()
    }

    /// Runs every block of every combination.
    fn table<T: Real>(&self, matches: &ArgMatches) -> Result<Table> {
        let times = self.times()?;
        let settings = &self.settings;
        let mut sizes = Vec::new();
        let mut largest: f64 = 0.0;
        for combination in 0..self.layout.combinations() {
            let dimension = self.origin.dimension(self.layout.row(combination, 0))?;
            if dimension.is_infinite() {
                return Err(Error::argument("--d", "inf", "a simulation needs a finite dimension"));
            }
            if settings.exact {
                sizes.push(None);
            } else {
                let size = self.size::<T>(combination)?;
                if self.experiment.stored {
                    largest = largest.max(DataSet::<T>::bytes(size.n, dimension));
                }
                sizes.push(Some(size));
            }
        }
        let data = self.origin.load::<T>()?;
        let count = self.layout.combinations() * settings.blocks;
        let checkpoint = matches
            .get_one::<String>(settings::CHECKPOINT.name)
            .map(|path| -> Result<Checkpoint> {
                Ok(Checkpoint::new(Path::new(path), self.parameters_of_results()?))
            })
            .transpose()?;
        let progress = super::progress(0, count, "blocks", matches.get_flag("quiet"));
        let results = blocks::run(count, largest, checkpoint, &progress, &|unit| {
            let combination = unit / settings.blocks;
            let model = self.origin.model(self.layout.row(combination, 0))?;
            let n = sizes[combination].map_or(0, |size| size.n as usize);
            let source = match (&data, &model) {
                (Some(data), _) => Source::Data(data),
                (None, Some(model)) => Source::Model(model.as_ref(), n),
                (None, None) => return Err(Error::Usage("there are no samples".into())),
            };
            let run: Run<'_, T> =
                Run { model: model.as_deref(), source, n, times: &times, settings };
            experiments::block(self.experiment.kind, &run, unit as u64)
        })?;
        let mut rows = Vec::new();
        for (combination, blocks) in results.chunks(settings.blocks).enumerate() {
            let first = self.layout.row(combination, 0);
            let results = Results {
                blocks,
                times: times.len(),
                dimension: self.origin.dimension(first)?,
                alpha: sizes[combination].map_or(f64::NAN, |size| size.alpha.value),
                classes: self.origin.classes(first)?,
            };
            for (time, cells) in (self.experiment.rows)(settings, &results) {
                let index = self.layout.row(combination, time);
                rows.push((index, self.row(index, sizes[combination], &times, time, cells)?));
            }
        }
        // In the order in which the parameters were written; a stable sort keeps the rows of one.
        rows.sort_by_key(|(index, _)| *index);
        Ok(Table {
            columns: (self.experiment.columns)(settings),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        })
    }

    /// Parameters of the model beside d, where they were given.
    fn model_parameters(&self) -> Vec<Parameter> {
        let given = |p: &&Parameter| {
            p.name != "d"
                && (self.request.axis(p.name).is_some()
                    || self.request.fixed.text(p.name).is_some())
        };
        let own = self.entry.map_or(&[][..], |entry| entry.parameters);
        own.iter().filter(given).copied().collect()
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::number("d", "d", "")];
        if !self.settings.exact {
            columns.extend(SampleSize::columns());
        }
        columns.extend(self.model_parameters().iter().map(parameter_column));
        if self.experiment.curve {
            columns.extend(noise::columns());
        }
        columns
    }

    fn row(
        &self,
        index: usize,
        size: Option<SampleSize>,
        times: &[Noise],
        time: usize,
        cells: Vec<Cell>,
    ) -> Result<Row> {
        let values = self.request.at(index);
        let dimension = self.origin.dimension(index)?;
        let mut row = Row { cells: vec![Cell::Number(dimension)], notes: Vec::new() };
        if let Some(size) = &size {
            row.cells.extend(size.cells());
        }
        for p in self.model_parameters() {
            row.cells.push(parameter_cell(&values, p.name));
        }
        if let Some(noise) = times.get(time) {
            row.cells.extend(noise::cells(*noise, &values));
        }
        row.cells.extend(cells);
        Ok(row)
    }

    fn notes(&self) -> Vec<String> {
        let s = &self.settings;
        let what = self.experiment.points;
        let mut notes = vec![format!(
            "standard errors from {} independent blocks of {} {what}{}; seed {}, {}",
            s.blocks,
            s.points,
            match (s.exact, &self.origin) {
                (true, _) => "",
                (false, Origin::Model(..)) => ", each with its own data set",
                (false, Origin::Data(_)) => ", all with the samples of the file",
            },
            s.seed.0,
            if s.double { "f64" } else { "f32 products, f64 sums" },
        )];
        if s.blocks < FEW_BLOCKS {
            let doubt = 100.0 / (2.0 * (s.blocks as f64 - 1.0)).sqrt();
            notes.push(format!(
                "the standard errors of so few blocks are themselves good to {doubt:.0} % only"
            ));
        }
        notes.extend((self.experiment.notes)(s));
        notes
    }

    /// Everything that the results depend on, by name.
    fn parameters_of_results(&self) -> Result<Vec<(String, String)>> {
        let mut all = vec![
            ("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("experiment".to_owned(), self.experiment.name.to_owned()),
            ("model".to_owned(), self.entry.map_or(origin::DATA, |entry| entry.name).to_owned()),
        ];
        for axis in &self.request.axes {
            all.push((axis.parameter.name.to_owned(), axis.typed().join(",")));
        }
        for (name, value) in self.request.fixed.iter() {
            all.push((name.to_owned(), settings::fingerprint(name, value)?));
        }
        if let Some(labels) = self.origin.labels() {
            let bytes: Vec<u8> = labels.iter().flat_map(|k| k.to_le_bytes()).collect();
            all.retain(|(name, _)| name != "labels");
            all.push(("labels".to_owned(), crate::inputs::fingerprint(&bytes)));
        }
        all.extend(self.settings.parameters());
        Ok(all)
    }
}
