//! How transition times and noise levels look on a schedule.

use super::{Column as Coordinate, Schedule};
use crate::Answer;
use crate::numerics::Estimate;
use crate::process::Noise;
use crate::table::{Cell, Column};
use std::sync::Arc;

/// A schedule beside transition times: σ and the schedule's own coordinates for each of them.
pub struct Beside {
    schedule: Arc<Schedule>,
}

impl Beside {
    /// Wraps the schedule of a `times` query.
    pub fn new(schedule: impl Into<Arc<Schedule>>) -> Self {
        Self { schedule: schedule.into() }
    }

    /// The schedule.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Remarks on the schedule: its parameters and its horizon.
    pub fn notes(&self) -> Vec<String> {
        Self::notes_of(&self.schedule)
    }

    /// Remarks on any schedule.
    pub fn notes_of(schedule: &Schedule) -> Vec<String> {
        let parameters: Vec<String> =
            schedule.parameters().iter().map(|(name, value)| format!("{name} {value}")).collect();
        let mut notes = vec![format!(
            "schedule {} ({}), horizon t_max = {:.4}",
            schedule.name(),
            parameters.join(", "),
            schedule.horizon().time()
        )];
        notes.extend(schedule.notes().iter().cloned());
        notes
    }

    /// Columns of a noise level: σ and the schedule's own coordinates.
    pub fn level_columns(&self) -> Vec<Column> {
        let own = self.own().map(|c| Column::number(c.name, c.symbol, c.unit));
        std::iter::once(Column::number("sigma", "σ_VE", "unit of the data")).chain(own).collect()
    }

    /// Their cells.
    pub fn level_cells(&self, noise: Noise) -> Vec<Cell> {
        self.cells(&Cell::Number(noise.time()))
    }

    /// Columns for the transition called `name`.
    pub fn columns(&self, name: &str) -> Vec<Column> {
        let mut columns =
            vec![Column::number(&format!("{name}.sigma"), "σ_VE", "unit of the data")];
        for own in self.own() {
            columns.push(Column::number(&format!("{name}.{}", own.name), own.symbol, own.unit));
        }
        columns
    }

    /// Their cells at a transition time.
    pub fn cells(&self, time: &Cell) -> Vec<Cell> {
        let absent = || Cell::Missing("no transition".into());
        let Some(noise) = time.value().and_then(|t| Noise::at_time(t).ok()) else {
            return std::iter::repeat_with(absent).take(1 + self.own().count()).collect();
        };
        let position = self.schedule.position(noise);
        let own = self.own().map(|column| match position.get(column.name) {
            Some(Answer::Value(Estimate { value, .. })) => Cell::Number(*value),
            Some(Answer::Absent(reason)) => Cell::Missing(reason.clone()),
            None => absent(),
        });
        std::iter::once(Cell::Number(noise.sigma())).chain(own).collect()
    }

    /// The warning a t_S beyond the horizon deserves.
    pub fn warning(&self, name: &str, time: &Cell) -> Option<String> {
        let t = time.value()?;
        let horizon = self.schedule.horizon().time();
        (t > horizon).then(|| {
            format!(
                "{name} = {t:.4} lies beyond the horizon t_max = {horizon:.4} of {}: class information survives its last step",
                self.schedule.name()
            )
        })
    }

    /// The schedule's coordinates without σ, which every schedule shares.
    fn own(&self) -> impl Iterator<Item = Coordinate> + '_ {
        self.schedule.columns().into_iter().filter(|column| column.name != "sigma")
    }
}
