//! What the steps of a sampler cost, and how to place them better.
//!
//! Ancestral sampling has an exact cost for all data whose information is known ([`ancestral`]); deterministic
//! sampling of Gaussian data has a closed form ([`deterministic`]). Grids have names ([`grids`]), the best one
//! among them ([`optimal`]).

mod along;
pub mod ancestral;
pub mod data;
pub mod deterministic;
mod frame;
pub mod grids;
mod inverse;
pub mod level;
mod levels;
pub mod optimal;
mod parameters;
mod path;
mod source;
mod summary;
mod unmask;

pub use along::STEP_COST;
pub use ancestral::{Cost, Start, cost};
pub use data::Data;
pub use frame::Ask;
pub use level::Level;
pub use optimal::Optimal;
pub use parameters::Sampler;

use crate::error::{Error, Result};
use crate::models::{Entry, Parameter, Values};
use crate::process::Process;
use crate::schedule::Schedule;
use crate::sweep::{Models, Request, Typed};
use crate::table::{Head, Plan};
use parameters::{GRID, order, sampler};
use source::Source;
use std::sync::Arc;

/// The word that asks for the levels of the grid instead of its cost.
pub const LEVELS: &str = "levels";

/// Everything that may be given for a kind of data.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    match entry.process {
        Process::Gaussian => parameters::parameters(entry),
        Process::Tokens | Process::Beliefs => unmask::parameters(entry),
    }
}

/// The table of a sampler's steps: a row for each combination of what is given, or with `levels` a row for each
/// level of the one grid, on a schedule too, if there is one.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    levels: bool,
    schedule: Option<Arc<Schedule>>,
) -> Result<Plan<'static>> {
    if entry.process.is_of_tokens() {
        return unmask::plan(entry, typed, levels);
    }
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    let query = Query::new(entry, request, schedule)?;
    let notes = query.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    let measured = query.measured()?;
    let mut plan = if levels { levels::plan(query)? } else { summary::plan(query)? };
    plan.head.notes.splice(0..0, notes);
    state_errors(&mut plan, measured);
    Ok(plan)
}

/// Where along the path of ancestral sampling its cost arises: a row for every step of every grid.
///
/// # Errors
/// As [`plan`].
pub fn curve<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    schedule: Option<Arc<Schedule>>,
) -> Result<Plan<'static>> {
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    let query = Query::new(entry, request, schedule)?;
    let notes = query.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    let measured = query.measured()?;
    let mut plan = along::plan(query)?;
    plan.head.notes.splice(0..0, notes);
    state_errors(&mut plan, measured);
    Ok(plan)
}

/// What follows from measured losses states its error, whatever it is.
fn state_errors(plan: &mut Plan<'_>, measured: bool) {
    for column in plan.head.columns.iter_mut().filter(|_| measured) {
        column.tolerance = f64::INFINITY;
    }
}

/// What was asked.
struct Query {
    entry: &'static Entry,
    request: Arc<Request>,
    models: Models,
    schedule: Option<Arc<Schedule>>,
    /// Every text of --grid with what it is.
    sources: Vec<(String, Source)>,
}

impl Query {
    fn new(
        entry: &'static Entry,
        request: Arc<Request>,
        schedule: Option<Arc<Schedule>>,
    ) -> Result<Self> {
        let texts = match request.axis(GRID.name) {
            Some(axis) => axis.typed(),
            None => request.fixed.text(GRID.name).map(str::to_owned).into_iter().collect(),
        };
        let read = |text: String| {
            let source = Source::read(&text, schedule.as_ref())?;
            Ok((text, source))
        };
        let sources = texts.into_iter().map(read).collect::<Result<_>>()?;
        let models = Models::new(entry, Arc::clone(&request))?;
        let query = Self { entry, request, models, schedule, sources };
        query.check()?;
        Ok(query)
    }

    /// Ends and steps of every row, and one step of every grid: whatever is refused is refused now.
    fn check(&self) -> Result<()> {
        for index in 0..self.request.rows()?.min(CHECKED) {
            let values = self.request.at(index);
            let source = self.source(&values)?;
            let (ends, _) = source.frame(&values)?;
            let sampler = sampler(&values);
            if sampler == Sampler::Ancestral && ends[1].snr.is_infinite() {
                return Err(Error::Usage(
                    "the grid ends without noise, where a step of ancestral sampling costs infinitely much: end it at a finite snr (--snr A:B)".into(),
                ));
            }
            let model = match self.models.at(index) {
                Ok(model) => model,
                Err(Error::Numerics(_)) => continue,
                Err(other) => return Err(other),
            };
            if let Ok(crate::Answer::Value(data)) = Data::new(model.as_ref(), order(&values)) {
                match source.at(&Ask { data: &data, sampler, ends, steps: 1, values: &values }) {
                    Ok(_) | Err(Error::Numerics(_)) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(())
    }

    /// Whether the data are known by measured losses.
    fn measured(&self) -> Result<bool> {
        Ok(self.models.first_sound()?.is_some_and(|model| model.losses().is_some()))
    }

    /// The grid of a row.
    fn source(&self, values: &Values) -> Result<&Source> {
        let text = values.text(GRID.name).unwrap_or_default();
        let found = self.sources.iter().find(|(known, _)| known == text);
        found.map(|(_, source)| source).ok_or_else(|| Error::Usage("--grid is missing".into()))
    }

    /// The head of a table with what all of its rows share.
    fn head(&self, columns: Vec<crate::table::Column>, rows: usize) -> Head {
        let mut head = Head::new("steps", self.entry.name, columns, rows);
        for name in ["sampler", "start", "order"] {
            if let Some(text) = self.request.fixed.text(name) {
                head.conventions.push((name.into(), text.to_owned()));
            }
        }
        let sampler = sampler(&self.request.fixed);
        let sources = self.sources.iter().filter_map(|(_, source)| source.said(sampler));
        head.notes.extend(sources);
        head
    }
}

/// Rows that are looked at before the first is computed.
const CHECKED: usize = 10_000;
