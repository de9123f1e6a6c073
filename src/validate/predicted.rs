//! The predicted curve at the measured points.

use super::measured::Point;
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Value, Values};
use crate::models::{Entry, Model};
use crate::quantities::{Curve, Point as At, SampleSize};
use crate::sweep::Request;
use crate::table::{Cell, Column, Kind};
use rayon::prelude::*;
use std::collections::HashMap;

/// A curve that can be evaluated wherever it was measured.
pub(super) struct Prediction<'a> {
    pub(super) quantity: &'static Curve,
    pub(super) entry: &'static Entry,
    pub(super) request: &'a Request,
    /// Every parameter that the model and the quantity have.
    pub(super) parameters: &'a [Parameter],
    /// Which of the quantity's columns is compared.
    pub(super) column: usize,
}

/// The columns of a curve that come with an error, and can be compared.
pub(super) fn comparable(curve: &Curve) -> Vec<(usize, Column)> {
    let columns = (curve.columns)().into_iter().enumerate();
    columns.filter(|(_, column)| column.kind == Kind::Estimate).collect()
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
        let at = At { noise: Some(point.noise), size, values: &values };
        let mut cells = (self.quantity.cells)(model, &at)?;
        Ok(match cells.swap_remove(self.column) {
            Cell::Failed(_, Some(best)) => Answer::Value(best),
            Cell::Failed(reason, None) => return Err(Error::Usage(reason)),
            other => other.answer().unwrap_or_else(|| Answer::absent("no value")),
        })
    }
}
