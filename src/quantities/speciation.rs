//! Speciation times t_S, by criterion.

use super::{Point, Quantity};
use crate::error::Result;
use crate::models::{Entry, Model};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::table::{Cell, Column};
use crate::transitions::speciation::Criterion;

impl Quantity for Criterion {
    fn name(&self) -> String {
        format!("t_S.{}", self.name)
    }

    fn about(&self) -> &'static str {
        self.definition
    }

    fn has(&self, entry: &Entry) -> bool {
        self.applies(entry)
    }

    fn samples(&self) -> bool {
        false
    }

    fn several_classes(&self) -> bool {
        !self.applies_to_one_class()
    }

    fn columns(&self) -> Vec<Column> {
        vec![Column::estimate(Quantity::name(self), "t_S", "OU time", self.source, TIME_TOLERANCE)]
    }

    fn cells(&self, model: &dyn Model, _: &Point<'_>) -> Result<Vec<Cell>> {
        Ok(vec![(self.time)(model).into()])
    }
}
