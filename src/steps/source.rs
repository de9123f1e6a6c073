//! Where a grid comes from: its name, a schedule, or a file.

use super::data::Data;
use super::frame::{Ask, follows};
use super::grids::{self, GRIDS, Named};
use super::level::Level;
use super::parameters::{self, Sampler};
use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::models::Values;
use crate::numerics::Estimate;
use crate::process::Noise;
use crate::schedule::{CATALOGUE, Schedule};
use crate::suggest::did_you_mean;
use std::path::Path;
use std::sync::Arc;

/// What the text of --grid is.
pub(super) enum Source {
    Named(&'static Named),
    Schedule(Arc<Schedule>),
    File(Vec<Level>),
    /// The levels of a sampler on a schedule, the one at which it ends included.
    Sampler(Vec<Level>),
}

impl Source {
    /// Reads the name of a grid or of a schedule, or the file of that name; `schedule` is the one that was given
    /// beside it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is none, [`Error::File`] for a file that is no grid.
    pub(super) fn read(text: &str, schedule: Option<&Arc<Schedule>>) -> Result<Self> {
        if let Some(named) = GRIDS.iter().find(|grid| grid.name == text) {
            return Ok(Self::Named(named));
        }
        if let Some(schedule) = schedule.filter(|own| text == "schedule" || text == own.name()) {
            return match schedule.inference() {
                None => Ok(Self::Schedule(Arc::clone(schedule))),
                Some(levels) => {
                    let at = |level: &Estimate| Noise::at_log_snr(level.value).map(Level::of);
                    Ok(Self::Sampler(levels.iter().map(at).collect::<Result<_>>()?))
                }
            };
        }
        if CATALOGUE.iter().any(|family| family.name == text) {
            return Ok(Self::Schedule(Arc::new(Schedule::named(text, &[])?)));
        }
        let path = Path::new(text);
        if path.exists() || text.contains(['/', '\\', '.']) {
            return Ok(Self::File(file(path)?));
        }
        let names = || GRIDS.iter().map(|g| g.name).chain(CATALOGUE.iter().map(|f| f.name));
        let known: Vec<&str> = names().collect();
        let hint = did_you_mean(text, names());
        let expected = format!("is no grid and no file{hint} (grids: {})", known.join(", "));
        Err(Error::argument("--grid", text, expected))
    }

    /// The levels, where they are what was given.
    fn own(&self, sampler: Sampler) -> Option<&[Level]> {
        match self {
            Self::File(levels) => Some(levels),
            // Its last step, to no noise at all, is not of ancestral sampling.
            Self::Sampler(levels) => match levels.split_last() {
                Some((last, before))
                    if sampler == Sampler::Ancestral
                        && last.snr.is_infinite()
                        && before.len() > 1 =>
                {
                    Some(before)
                }
                _ => Some(levels),
            },
            Self::Named(_) | Self::Schedule(_) => None,
        }
    }

    /// The ends of the grid and its number of steps.
    ///
    /// # Errors
    /// Ends or steps that are missing, or given twice.
    pub(super) fn frame(&self, values: &Values) -> Result<([Level; 2], usize)> {
        let (given, steps) = (parameters::given_ends(values)?, parameters::steps(values)?);
        if let Some(levels) = self.own(parameters::sampler(values)) {
            let own = levels.len() - 1;
            let what = if matches!(self, Self::File(_)) { "file" } else { "sampler" };
            if given.is_some() {
                return Err(Error::Usage(format!(
                    "the {what} has its own ends: leave --snr and --sigma-noise out"
                )));
            }
            if let Some(steps) = steps.filter(|steps| *steps != own) {
                let expected = format!("the {what} has {own}: leave it out");
                return Err(Error::argument("--steps", steps, expected));
            }
            return Ok(([levels[0], levels[own]], own));
        }
        let ends = match (given, self) {
            (Some(ends), _) => ends,
            (None, Self::Schedule(schedule)) => {
                [Level::of(schedule.horizon()), Level::of(schedule.start())]
            }
            (None, _) => {
                return Err(Error::Usage(
                    "the ends of the grid are missing: give --snr A:B or --sigma-noise A:B, as in --sigma-noise 0.002:80".into(),
                ));
            }
        };
        let steps =
            steps.ok_or_else(|| Error::Usage("--steps is required: the number of steps".into()))?;
        Ok((ends, steps))
    }

    /// Its levels from the noisiest to the cleanest.
    ///
    /// # Errors
    /// Wrong arguments, failed numerics.
    pub(super) fn levels(
        &self,
        data: &Data<'_>,
        sampler: Sampler,
        values: &Values,
    ) -> Result<Vec<Level>> {
        let (ends, steps) = self.frame(values)?;
        self.at(&Ask { data, sampler, ends, steps, values })
    }

    /// The same for a number of steps and ends that are known.
    pub(super) fn at(&self, ask: &Ask<'_>) -> Result<Vec<Level>> {
        match self {
            Self::Named(named) => grids::levels(named, ask),
            Self::File(_) | Self::Sampler(_) => {
                Ok(self.own(ask.sampler).map_or_else(Vec::new, <[Level]>::to_vec))
            }
            Self::Schedule(schedule) => even_in(schedule, ask),
        }
    }

    /// What is to be said of it: what a name stands for.
    pub(super) fn said(&self, sampler: Sampler) -> Option<String> {
        if let Self::Sampler(levels) = self
            && sampler == Sampler::Ancestral
            && levels.last().is_some_and(|last| last.snr.is_infinite())
        {
            return Some(
                "the sampler's last step ends without noise: ancestral sampling is counted up to its last noisy level".into(),
            );
        }
        let Self::Named(named) = self else { return None };
        let source =
            if named.source.is_empty() { String::new() } else { format!(" [{}]", named.source) };
        Some(format!("grid {}: {}{source}", named.name, named.about))
    }

    /// Whether it is the one that costs least.
    pub(super) fn is_optimal(&self) -> bool {
        matches!(self, Self::Named(named) if named.name == GRIDS[0].name)
    }
}

/// Even in the first coordinate that a schedule counts its noise in.
fn even_in(schedule: &Schedule, ask: &Ask<'_>) -> Result<Vec<Level>> {
    let columns = schedule.columns();
    let Some(own) = columns.first() else {
        return Err(Error::Usage(format!("{} has no coordinate", schedule.name())));
    };
    let at = |level: Level| {
        let position = schedule.position(level.noise()?);
        let answer = position.get(own.name).cloned();
        answer
            .ok_or_else(|| Error::Usage(format!("{} has no {}", schedule.name(), own.name)))?
            .required()
    };
    let (a, b) = (at(ask.ends[0])?.value, at(ask.ends[1])?.value);
    let level = |k: usize| {
        let place = a + (b - a) * (k as f64 / ask.steps as f64);
        schedule.noise_at(own.name, place).map(Level::of)
    };
    let inner: Vec<Level> = (1..ask.steps).map(level).collect::<Result<_>>()?;
    Ok([ask.ends[0]].into_iter().chain(inner).chain([ask.ends[1]]).collect())
}

/// A grid from the column snr, sigma or t of a file, in either order.
fn file(path: &Path) -> Result<Vec<Level>> {
    let columns = Columns::read(path)?;
    let found: Vec<&str> =
        ["snr", "sigma", "t"].into_iter().filter(|name| columns.has(name)).collect();
    let [name] = found[..] else {
        let message = format!(
            "needs one column snr, sigma or t, not {} of them (it has {})",
            found.len(),
            columns.names().join(", ")
        );
        return Err(columns.error(None, message));
    };
    let fail = |k: usize, message: String| {
        Err(columns.error(Some(format!("column {name}, entry {}", k + 1)), message))
    };
    let mut levels = Vec::new();
    let mut values = Vec::new();
    for (k, value) in columns.numbers(name)?.into_iter().enumerate() {
        let Some(value) = value else { return fail(k, "is empty".into()) };
        if value < 0.0 {
            return fail(k, format!("{value} is below 0"));
        }
        levels.push(match name {
            "snr" => Level::at_snr(value),
            "sigma" => Level::at_sigma(value),
            _ => Level::at_time(value)?,
        });
        values.push(value);
    }
    if levels.len() < 2 {
        let message = format!("has {} levels: a grid has two or more", levels.len());
        return Err(columns.error(None, message));
    }
    if !follows(&levels[..2]) {
        levels.reverse();
        values.reverse();
    }
    if let Some(k) = levels.windows(2).position(|pair| !follows(pair)) {
        let message = format!(
            "{name} is not monotone: {} and {} follow each other in a grid that {}",
            values[k],
            values[k + 1],
            if values[0] < values[1] { "rises" } else { "falls" }
        );
        return Err(columns.error(Some(format!("column {name}")), message));
    }
    Ok(levels)
}
