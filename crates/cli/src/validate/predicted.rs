//! The predicted curve at the measured points.

use super::super::curve::{Point as CurvePoint, Quantity};
use super::super::request::Request;
use super::super::sample_size::SampleSize;
use super::measured::Point;
use rayon::prelude::*;
use regimes::Answer;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Parameter, Value, Values};
use regimes::models::{Entry, Model};
use regimes_output::{Cell, Column, Kind};
use std::collections::HashMap;

/// A curve that can be evaluated wherever it was measured.
pub(super) struct Prediction<'a> {
    pub(super) quantity: &'static Quantity,
    pub(super) entry: &'static Entry,
    pub(super) request: &'a Request,
    /// Every parameter that the model and the quantity have.
    pub(super) parameters: &'a [Parameter],
    /// Which of the quantity's columns is compared.
    pub(super) column: usize,
}

/// The columns of a quantity that come with an error, and can be compared.
pub(super) fn comparable(quantity: &Quantity) -> Vec<(usize, Column)> {
    let columns = (quantity.columns)();
    let with_error = |k: usize| {
        columns[k].kind == Kind::Estimate
            || columns.get(k + 1).is_some_and(|next| is_error(&next.name))
    };
    let numbers = |k: &usize| columns[*k].kind != Kind::Text && !is_error(&columns[*k].name);
    (0..columns.len())
        .filter(numbers)
        .filter(|k| with_error(*k))
        .map(|k| (k, columns[k].clone()))
        .collect()
}

fn is_error(name: &str) -> bool {
    name == "error" || name.ends_with("_error")
}

impl Prediction<'_> {
    /// The predictions at `points`, with the parameters `changed` in place of their values.
    ///
    /// # Errors
    /// [`Error::Argument`] for parameters outside their domain; failed numerics.
    pub(super) fn at(
        &self,
        points: &[Point],
        changed: &[(&'static str, f64)],
    ) -> Result<Vec<Answer>> {
        let mut models: HashMap<Vec<u64>, Box<dyn Model>> = HashMap::new();
        let mut rows: Vec<(Vec<u64>, Values)> = Vec::with_capacity(points.len());
        for point in points {
            let mut values = self.request.at(0);
            for &(name, value) in point.parameters.iter().chain(changed) {
                let parameter = self.parameters.iter().find(|p| p.name == name);
                let checked = parameter.map_or(Ok(value), |p| p.check(value))?;
                values.set(name, Value::Number(checked));
            }
            let key: Vec<u64> = values
                .iter()
                .filter_map(|(_, value)| match value {
                    Value::Number(x) => Some(x.to_bits()),
                    _ => None,
                })
                .collect();
            if !models.contains_key(&key) {
                models.insert(key.clone(), (self.entry.build)(&values)?);
            }
            rows.push((key, values));
        }
        rows.par_iter()
            .zip(points)
            .map(|((key, values), point)| self.one(models[key].as_ref(), values, point))
            .collect()
    }

    fn one(&self, model: &dyn Model, values: &Values, point: &Point) -> Result<Answer> {
        let mut values = values.clone();
        values.set("t", Value::Number(point.noise.time()));
        let size = if self.quantity.samples {
            Some(SampleSize::of(&values, model.dimension())?)
        } else {
            None
        };
        let at = CurvePoint { noise: point.noise, size, values: &values };
        let cells = (self.quantity.cells)(model, &at)?;
        Ok(match &cells[self.column] {
            Cell::Estimate(estimate) => Answer::Value(*estimate),
            Cell::Number(value) => {
                let error = cells.get(self.column + 1).and_then(Cell::value).unwrap_or(0.0);
                Answer::Value(regimes::numerics::Estimate::new(*value, error))
            }
            Cell::Failed(_, Some(best)) => Answer::Value(*best),
            Cell::Failed(reason, None) => return Err(Error::Usage(reason.clone())),
            other => Answer::absent(other.reason().unwrap_or("no value").to_owned()),
        })
    }
}
