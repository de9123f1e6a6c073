//! Which fractions of the tokens are revealed after each step.

use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::models::parameter::Values;
use crate::steps::parameters::steps;
use crate::strings::schedules::{FAMILIES, Schedule};
use crate::suggest::did_you_mean;
use std::path::Path;

/// The fractions revealed at every step.
pub(super) enum Grid {
    Optimal,
    Schedule(Schedule),
    File(Vec<f64>),
}

impl Grid {
    pub(super) fn read(text: &str) -> Result<Self> {
        let (name, rest) = text.split_once(':').map_or((text, ""), |(name, rest)| (name, rest));
        let own = ["optimal", "uniform"];
        match name {
            "optimal" if rest.is_empty() => Ok(Self::Optimal),
            "uniform" if rest.is_empty() => Schedule::named("linear").map(Self::Schedule),
            name if FAMILIES.iter().any(|family| family.name == name) => {
                let schedule = Schedule::named(text).map_err(|error| match error {
                    Error::Argument { value, expected, .. } => {
                        Error::argument("--grid", value, expected)
                    }
                    other => other,
                });
                schedule.map(Self::Schedule)
            }
            _ if Path::new(text).exists() || text.contains(['/', '\\', '.']) => {
                file(Path::new(text)).map(Self::File)
            }
            _ => {
                let names = || own.into_iter().chain(FAMILIES.iter().map(|family| family.name));
                let (hint, known) = (did_you_mean(text, names()), names().collect::<Vec<_>>());
                let expected = format!("is no grid{hint} (grids: {})", known.join(", "));
                Err(Error::argument("--grid", text, expected))
            }
        }
    }

    /// The number of steps: its own, or that which must be given.
    pub(super) fn steps(&self, values: &Values) -> Result<usize> {
        match (self, steps(values)?) {
            (Self::File(own), given) => {
                let own = own.len() - 1;
                match given.filter(|given| *given != own) {
                    Some(given) => {
                        let expected = format!("the file has {own}: leave it out");
                        Err(Error::argument("--steps", given, expected))
                    }
                    None => Ok(own),
                }
            }
            (_, Some(given)) => Ok(given),
            (_, None) => Err(Error::Usage("--steps is required: the number of steps".into())),
        }
    }

    /// From nothing to everything, whatever a schedule leaves at its ends.
    pub(super) fn fractions(schedule: Schedule, steps: usize) -> Vec<f64> {
        let at = |k: usize| match k {
            0 => 0.0,
            k if k == steps => 1.0,
            k => schedule.kept(1.0 - k as f64 / steps as f64),
        };
        (0..=steps).map(at).collect()
    }
}

/// A grid from the column kept of a file.
fn file(path: &Path) -> Result<Vec<f64>> {
    let columns = Columns::read(path)?;
    let mut fractions = Vec::new();
    for (k, value) in columns.numbers("kept")?.into_iter().enumerate() {
        let last = fractions.last().copied().unwrap_or(-1.0);
        match value {
            Some(x) if x > last && x <= 1.0 && (k > 0 || x == 0.0) => fractions.push(x),
            _ => {
                let message = "must rise from 0 to 1".to_owned();
                return Err(columns.error(Some(format!("column kept, entry {}", k + 1)), message));
            }
        }
    }
    if fractions.len() < 2 || fractions.last() != Some(&1.0) {
        return Err(columns.error(Some("column kept".into()), "must rise from 0 to 1".to_owned()));
    }
    Ok(fractions)
}
