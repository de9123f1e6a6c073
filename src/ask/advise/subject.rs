//! What the lines speak of: the data, their times, the schedule, and how all of it was typed.

use super::Asked;
use super::{BLOCKS, OF_A_FILE, OF_SAMPLES, QUERIES, SEED, STEPS, dataset};
use crate::Answer;
use crate::ask::dataset::{Data, Options};
use crate::ask::given::of_schedules;
use crate::ask::{Computed, Query, Value, ask, shell};
use crate::dataset::Source;
use crate::error::Result;
use crate::models::parameter::Parameter;
use crate::number::{exact_text, readable};
use crate::process::Noise;
use crate::schedule::{Beside, Schedule, Solver};
use crate::sweep::{Named, Typed};
use crate::table::Cell;
use std::sync::Arc;

/// Significant digits of numbers in words.
pub(super) const DIGITS: usize = 4;

/// The file between the two commands of a line about Gaussian data.
const SPECTRUM: &str = "spectrum.csv";

/// What the lines speak of.
pub(super) struct Subject<'a> {
    pub(super) data: &'a Data<'a>,
    pub(super) options: &'a Options,
    pub(super) asked: Asked,
    /// The table of `dataset`, one row.
    times: Computed,
    /// Eigenvalues, as `dataset --spectrum` prints them.
    eigenvalues: Arc<[f64]>,
    typed: Flags,
}

/// What was typed, as flags.
struct Flags {
    file: String,
    selection: String,
    schedule: String,
    /// Of the table of times alone.
    times: String,
    seed: String,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        data: &'a Data<'a>,
        options: &'a Options,
        asked: Asked,
        typed: &Named<'_>,
    ) -> Result<Self> {
        let beside = asked.schedule.clone().map(Beside::new);
        let plan = dataset::report::plan(data, options, beside)?;
        let times = Computed::new(plan, String::new, &|_| ())?;
        let eigenvalues = data.spectrum()?.values.as_slice().into();
        let flags = |all: &[Parameter]| -> String {
            let one = |p: &Parameter| Some(format!(" --{} {}", p.name, shell(typed.text(p.name)?)));
            all.iter().filter_map(one).collect()
        };
        let schedule = match asked.schedule.as_deref().filter(|_| asked.whole) {
            Some(whole) => whole_flags(whole),
            None => {
                let own: Vec<Parameter> = of_schedules().collect();
                let steps = typed.text(STEPS.name);
                let steps = steps.map(|k| format!(" --{} {}", super::INFERENCE_STEPS, shell(k)));
                flags(&own) + &steps.unwrap_or_default()
            }
        };
        let parts: Vec<Parameter> = OF_A_FILE.into_iter().chain(OF_SAMPLES).collect();
        let typed = Flags {
            file: typed.text("file").map_or_else(|| "array".into(), shell),
            selection: flags(&parts),
            schedule,
            times: flags(&[QUERIES, BLOCKS]),
            seed: flags(&[SEED]),
        };
        Ok(Self { data, options, asked, times, eigenvalues, typed })
    }

    /// The schedule, if there is one.
    pub(super) fn schedule(&self) -> Option<Arc<Schedule>> {
        self.asked.schedule.clone()
    }

    /// Samples in the file.
    pub(super) fn samples(&self) -> f64 {
        self.data.selection.samples() as f64
    }

    /// Samples that the network is trained on.
    pub(super) fn trained_on(&self) -> f64 {
        self.asked.n.unwrap_or(self.samples())
    }

    /// Whether the sampler is stochastic: as was said, else as the schedule's class samples.
    pub(super) fn ancestral(&self) -> bool {
        self.solver() == Solver::Ancestral
    }

    /// What happens between two levels.
    pub(super) fn solver(&self) -> Solver {
        let own = || self.asked.schedule.as_deref().map_or_else(Solver::default, Schedule::solver);
        match self.asked.ancestral {
            Some(true) => Solver::Ancestral,
            Some(false) => Solver::FirstOrder,
            None => own(),
        }
    }

    /// The cell of the table of times called `name`; nothing where it has no such column.
    pub(super) fn cell(&self, name: &str) -> Option<&Cell> {
        self.times.column(name).ok()?.first().copied()
    }

    /// Remarks on the row of times.
    pub(super) fn remarks(&self) -> impl Iterator<Item = &str> {
        self.times.rows.iter().flat_map(|row| row.notes.iter().map(String::as_str))
    }

    /// The command that prints the times.
    pub(super) fn times_command(&self) -> String {
        let Flags { file, selection, schedule, times, seed } = &self.typed;
        format!("regimes dataset {file}{selection}{times}{seed}{schedule}")
    }

    /// The command that lists the samples at risk.
    pub(super) fn risk_command(&self, top: usize) -> String {
        let Flags { file, selection, schedule, seed, .. } = &self.typed;
        format!("regimes dataset {file}{selection} --risk --top {top}{seed}{schedule}")
    }

    /// A question about Gaussian data of the measured spectrum, which is also asked of the schedule where `scheduled`;
    /// and the commands that put it: `before` the model's name, `after` its flags.
    pub(super) fn gaussian(
        &self,
        command: &str,
        flags: &[(&str, &str)],
        scheduled: bool,
    ) -> Result<(Query, String)> {
        let values = Value::Numbers(Arc::clone(&self.eigenvalues));
        let mut query = ask("gaussian")?.know("eigenvalues", values);
        let Flags { file, selection, schedule, .. } = &self.typed;
        let mut line = format!(
            "regimes dataset {file}{selection} --spectrum --output {SPECTRUM} && regimes {command} gaussian --eigenvalues {SPECTRUM}"
        );
        for (name, value) in flags {
            query = query.set(name, value);
            line.push_str(&format!(" --{name} {}", shell(value)));
        }
        if scheduled {
            line.push_str(schedule);
            query = self.schedule().into_iter().fold(query, Query::on);
        }
        Ok((query, line))
    }

    /// A question about a model, on the schedule, and the command that puts it.
    pub(super) fn model(
        &self,
        command: &str,
        model: &str,
        flags: &[(&str, String)],
    ) -> Result<(Query, String)> {
        let mut query = ask(model)?;
        let mut line = format!("regimes {command} {model}");
        for (name, value) in flags {
            query = query.set(name, value);
            line.push_str(&format!(" --{name} {}", shell(value)));
        }
        line.push_str(&self.typed.schedule);
        Ok((self.schedule().into_iter().fold(query, Query::on), line))
    }

    /// Where a time of the process stands, in the coordinates of whoever asked.
    pub(super) fn place(&self, t: f64) -> String {
        let Ok(noise) = Noise::at_time(t) else { return format!("t = {}", readable(t, DIGITS)) };
        let sigma = format!("σ = {}", readable(noise.sigma(), DIGITS));
        let Some(schedule) = self.asked.schedule.as_deref() else {
            return format!("at t = {} ({sigma})", readable(t, DIGITS));
        };
        let name = schedule.name();
        let (mut inference, mut pieces) = (None, Vec::new());
        for (column, answer) in schedule.position(noise).coordinates {
            match (column.name, answer) {
                ("inference_step", answer) => inference = Some(answer),
                (_, Answer::Absent(_)) if t > schedule.horizon().time() => {
                    return format!("before sampling begins ({sigma}, more noise than {name} has)");
                }
                (_, Answer::Absent(_)) => {
                    return format!("below the least noise of {name} ({sigma})");
                }
                ("sigma", _) => {}
                (name, Answer::Value(at)) => {
                    pieces.push(format!("{name} {}", readable(at.value, DIGITS)));
                }
            }
        }
        pieces.push(sigma);
        let pieces = pieces.join(", ");
        let levels = schedule.inference().unwrap_or_default();
        let (Some(inference), Some(first)) = (inference, levels.first()) else {
            return format!("at {pieces}");
        };
        let count = levels.len() - 1;
        match inference {
            Answer::Value(at) => format!("after {:.1} of {} ({pieces})", at.value, steps(count)),
            Answer::Absent(_) if noise.log_snr() < first.value => {
                format!("before the first of {} ({pieces})", steps(count))
            }
            Answer::Absent(_) => format!("within the last of {} ({pieces})", steps(count)),
        }
    }

    /// How many of the sampler's steps begin below the noise of a time, of how many there are.
    pub(super) fn steps_below(&self, t: f64) -> Option<(usize, usize)> {
        let schedule = self.asked.schedule.as_deref()?;
        let levels = schedule.inference()?;
        let own = Noise::at_time(t).ok()?.log_snr();
        let (_, begin) = levels.split_last()?;
        Some((begin.iter().filter(|level| level.value >= own).count(), begin.len()))
    }
}

/// A number of steps in words.
pub(super) fn steps(count: usize) -> String {
    if count == 1 { "1 step".into() } else { format!("{count} steps") }
}

/// A schedule that was given whole, as flags.
fn whole_flags(schedule: &Schedule) -> String {
    let parameters = schedule.parameters().iter();
    let own = parameters.map(|(name, value)| format!(" --{name} {}", exact_text(*value)));
    format!(" --schedule {}{}", schedule.name(), own.collect::<String>())
}
