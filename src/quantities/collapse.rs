//! Collapse times t_C, by order.

use super::{Point, Quantity};
use crate::Answer;
use crate::error::Result;
use crate::models::{Entry, Model, Order};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::process::Noise;
use crate::table::{Cell, Column};
use crate::transitions::collapse::collapse_time;

/// Every order.
pub static ORDERS: [Order; 2] = Order::ALL;

/// The order of the collapse time called `name`.
pub fn order(name: &str) -> Option<Order> {
    ORDERS.into_iter().find(|order| Quantity::name(order) == name)
}

impl Quantity for Order {
    fn name(&self) -> String {
        format!("t_C.{}", Order::name(*self))
    }

    fn about(&self) -> &'static str {
        match self {
            Self::Asymptotic => "I(a; x_t)/d = log n/d, to leading order in d",
            Self::ClassBit => "the same, the information on the class included",
        }
    }

    fn has(&self, entry: &Entry) -> bool {
        self.is_of_one_class() || entry.classes
    }

    fn samples(&self) -> bool {
        true
    }

    fn several_classes(&self) -> bool {
        !self.is_of_one_class()
    }

    fn columns(&self) -> Vec<Column> {
        let (name, source) = (Quantity::name(self), self.source());
        vec![Column::estimate(name, "t_C", "OU time", source, TIME_TOLERANCE)]
    }

    fn is_collapse(&self) -> bool {
        true
    }

    /// log n = I(a; x_t) `[BBDM24 Eq. 5]`.
    fn alpha_at(&self, model: &dyn Model, at: f64) -> Result<Option<Answer>> {
        let there = at.is_finite() && at > 0.0;
        let noise = there.then(|| Noise::at_time(at)).transpose()?;
        noise.map(|noise| model.information(noise, *self)).transpose()
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        let alpha = point.size()?.alpha;
        Ok(vec![collapse_time(model, alpha, *self, point.bandwidth()).into()])
    }
}
