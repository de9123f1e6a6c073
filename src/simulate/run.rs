//! One simulation: its blocks, held against memory before they run, and its table.

use super::experiments::{self, Experiment, Results, Run};
use super::layout::Layout;
use super::origin::{self, Origin};
use super::settings::Settings;
use super::work::{Heard, Runner, Work};
use super::{DataSet, Looks, Real, Source, Unit, blocks, levels};
use crate::error::{Error, Result};
use crate::memory;
use crate::models::parameter::Parameter;
use crate::models::{Entry, Value};
use crate::number::exact_text;
use crate::numerics::Estimate;
use crate::numerics::random::{MOST_BLOCKS, MOST_PARTS};
use crate::process::Noise;
use crate::quantities::{SampleSize, noise};
use crate::sweep::{Request, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Row};
use std::ops::Range;
use std::sync::Arc;

/// What a row of a dozen cells takes, with its notes.
const BYTES_OF_A_ROW: f64 = 800.0;

/// Fewer blocks than these get a remark on how good their standard errors are.
const FEW_BLOCKS: usize = 10;

/// Which precision the products had.
fn precision(double: bool, looks: Looks) -> String {
    let share = 100.0 * looks.single / looks.all.max(1.0);
    if double {
        "f64".into()
    } else if looks.single == looks.all {
        "f32 products, f64 sums".into()
    } else if looks.single == 0.0 {
        "f64, since f32 would not do beside this noise".into()
    } else {
        format!("f32 products for {share:.0} % of the points, f64 where f32 would not do, f64 sums")
    }
}

/// A validated query.
pub(super) struct Simulation<'a> {
    pub(super) experiment: &'static Experiment,
    pub(super) entry: Option<&'static Entry>,
    pub(super) request: Arc<Request>,
    pub(super) settings: Settings,
    pub(super) origin: Origin<'a>,
    /// The data and what was chosen from them, as typed.
    pub(super) chosen: Vec<(String, String)>,
    pub(super) layout: Layout,
}

/// What given samples are called where a model's name would stand.
pub const DATA: &str = "data";

/// What an experiment adds to the parameters.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) looks: Looks,
}

/// One combination of parameters.
struct Job {
    /// The number of its samples, where it has some.
    size: Option<SampleSize>,
    /// Memory that a block takes.
    bytes: f64,
    /// How often a block says that it goes on.
    steps: usize,
}

impl Simulation<'_> {
    /// Runs in the precision that was asked for, or in double precision where samples in a file need
    /// it; those of models are held against the noise block by block.
    pub(super) fn simulate(&self, runner: &Runner<'_>) -> Result<Table> {
        if self.settings.double {
            let times = self.times()?;
            self.jobs::<f64>(&times)?;
            return self.table::<f64>(runner, self.origin.load()?.as_ref());
        }
        let times = self.times()?;
        self.jobs::<f32>(&times)?;
        let Some(data) = self.origin.load::<f32>()? else {
            return self.table::<f32>(runner, None);
        };
        if data.is_sharp(experiments::least(self.experiment.kind, &self.settings, &times)?) {
            return self.table(runner, Some(&data));
        }
        drop(data);
        self.jobs::<f64>(&times)?;
        self.table::<f64>(runner, self.origin.load()?.as_ref())
    }

    /// The number of samples of a combination, a whole number that fits into memory.
    fn size<T: Real>(&self, combination: usize) -> Result<SampleSize> {
        let row = self.layout.row(combination, 0);
        let dimension = self.origin.dimension(row)?;
        let n = match self.origin.samples() {
            Some(n) => n,
            None => SampleSize::of(&self.request.at(row), dimension)?.n.round(),
        };
        if !(2.0..=levels::MOST_SAMPLES).contains(&n) {
            let n = if n.is_finite() { n } else { f64::INFINITY };
            let expected = format!(
                "a simulation needs from 2 to {:.1e} samples, for which it has random numbers; `curve excess-entropy --order exact` takes any n",
                levels::MOST_SAMPLES
            );
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

    /// What every combination is, each held against the memory that it takes.
    fn jobs<T: Real>(&self, times: &[Noise]) -> Result<Vec<Job>> {
        let (kind, settings) = (self.experiment.kind, &self.settings);
        let combinations = self.layout.combinations();
        let streams = combinations as f64 * settings.blocks as f64;
        if streams > MOST_BLOCKS as f64 {
            let expected = format!(
                "{combinations} combinations of parameters make {streams:.1e} blocks, more than the {MOST_BLOCKS} that there are random numbers for"
            );
            return Err(Error::argument("--blocks", settings.blocks, expected));
        }
        let parts = 2.0 * settings.points as f64 * times.len().max(1) as f64;
        if parts > MOST_PARTS as f64 {
            let expected = format!(
                "at {} times these are more than there are random numbers for: at most {:.0}",
                times.len(),
                MOST_PARTS as f64 / (2.0 * times.len().max(1) as f64)
            );
            return Err(Error::argument("--points", settings.points, expected));
        }
        let width = experiments::width(kind, settings, times.len()) as f64;
        let driver = if settings.show == "histories" {
            "--blocks, --points or --steps"
        } else {
            "--blocks, --points or list of times"
        };
        memory::fits("the results of all blocks", 8.0 * width * streams, driver)?;
        let rows = match settings.show {
            "histogram" => settings.bins as f64 * combinations as f64,
            "histories" => (settings.points * (settings.scheme.steps + 1)) as f64 * streams,
            _ => (times.len().max(1) * combinations) as f64,
        };
        let driver = if settings.show == "histogram" { "--bins" } else { driver };
        memory::fits("the table", BYTES_OF_A_ROW * rows, driver)?;
        experiments::least(kind, settings, times)?;
        (0..combinations)
            .map(|combination| {
                let row = self.layout.row(combination, 0);
                let d = self.origin.dimension(row)?;
                if d.is_infinite() {
                    let expected = "a simulation needs a finite dimension";
                    return Err(Error::argument("--d", "inf", expected));
                }
                let size = if settings.exact { None } else { Some(self.size::<T>(combination)?) };
                let n = size.map_or(2.0, |size| size.n);
                let points = experiments::bytes(kind, settings, times.len(), d);
                memory::fits("the points of one block", points, "--points or --d")?;
                let stored = self.experiment.stored && !settings.exact;
                let samples = if stored { DataSet::<T>::bytes(n, d) } else { 0.0 };
                let latent = 8.0 * d * d * self.request.at(row).number("beta").unwrap_or(0.0);
                let steps = experiments::steps(kind, settings, times, (n, d));
                Ok(Job { size, bytes: points + samples + latent, steps })
            })
            .collect()
    }

    /// Runs every block of every combination, from the data in a file if there are some.
    fn table<T: Real>(&self, runner: &Runner<'_>, data: Option<&DataSet<T>>) -> Result<Table> {
        let times = self.times()?;
        let settings = &self.settings;
        let jobs = self.jobs::<T>(&times)?;
        let count = jobs.len() * settings.blocks;
        let bytes = jobs.iter().map(|job| job.bytes).fold(0.0, f64::max);
        // Blocks are told from the steps that they are made of.
        let steps = |blocks: Range<usize>| -> usize {
            blocks.fold(0, |sum, unit| {
                let steps = jobs[unit / settings.blocks].steps.max(1);
                usize::saturating_add(sum, steps)
            })
        };
        let block = |block: usize, heard: &Heard<'_>| {
            let combination = block / settings.blocks;
            let model = self.origin.model(self.layout.row(combination, 0))?;
            let n = jobs[combination].size.map_or(0, |size| size.n as usize);
            let source = match (data, &model) {
                (Some(data), _) => Source::Data(data),
                (None, Some(model)) => Source::Model(model.as_ref(), n),
                (None, None) => return Err(Error::Usage("there are no samples".into())),
            };
            let run: Run<'_, T> =
                Run { model: model.as_deref(), source, n, times: &times, settings };
            let unit = Unit { seed: settings.seed, block: block as u64, heard };
            experiments::block(self.experiment.kind, &run, unit)
        };
        let results = runner(&Work {
            command: format!("simulate {}", self.experiment.name),
            model: self.entry.map_or(DATA, |entry| entry.name),
            settings: depends_on(&self.request, &self.chosen, settings),
            width: experiments::width(self.experiment.kind, settings, times.len()),
            count,
            at_once: blocks::side_by_side(bytes),
            steps: &steps,
            block: &block,
        })?;
        let mut rows = Vec::new();
        for (combination, blocks) in results.chunks(settings.blocks).enumerate() {
            let first = self.layout.row(combination, 0);
            let size = jobs[combination].size;
            let results = Results {
                blocks,
                times: times.len(),
                dimension: self.origin.dimension(first)?,
                alpha: size.map_or(f64::NAN, |size| size.alpha.value),
                classes: self.origin.classes(first)?,
            };
            for (time, cells) in (self.experiment.rows)(settings, &results) {
                let index = self.layout.row(combination, time);
                rows.push((index, self.row(index, size, &times, time, cells)?));
            }
        }
        // In the order in which the parameters were written; a stable sort keeps the rows of one.
        rows.sort_by_key(|(index, _)| *index);
        Ok(Table {
            columns: (self.experiment.columns)(settings),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            looks: Looks::of(&results),
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

    pub(super) fn columns(&self) -> Vec<Column> {
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

    pub(super) fn notes(&self, looks: Looks) -> Vec<String> {
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
            precision(s.double, looks),
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
}

/// Everything that the results of blocks depend on, by name.
pub(super) fn depends_on(
    request: &Request,
    chosen: &[(String, String)],
    settings: &Settings,
) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for axis in &request.axes {
        let values = axis.typed();
        all.push((axis.parameter.name.to_owned(), values.join(",")));
    }
    for (name, value) in request.fixed.iter() {
        let list = |list: &[f64]| list.iter().map(|x| exact_text(*x)).collect::<Vec<_>>();
        let text = match value {
            Value::Text(text) => text.to_string(),
            Value::Number(x) => exact_text(*x),
            Value::Vector(numbers) => list(numbers).join(","),
        };
        all.push((name.to_owned(), text));
    }
    all.extend(chosen.iter().cloned());
    all.extend(settings.parameters());
    all
}
