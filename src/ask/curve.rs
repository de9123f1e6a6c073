//! A curve of a model over noise levels and parameters.

use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::quantities::levels::is_sampled;
use crate::quantities::{Curve, Point, SampleSize, accuracy, noise, sample_size};
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use std::sync::Arc;

/// The table of a curve.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    quantity: &'static Curve,
    entry: &'static Entry,
    typed: &T,
) -> Result<Plan<'static>> {
    let request = Arc::new(Request::read(typed, &quantity.all_parameters(entry))?);
    noise::exactly_one(&request)?;
    if quantity.samples {
        sample_size::exactly_one(&request)?;
    }
    let models = Models::new(entry, Arc::clone(&request))?;
    if quantity.samples {
        // A finite n in infinite dimension must fail before the first row.
        let dimensions = request.axis("d").map_or(Vec::new(), |axis| axis.values.clone());
        let first = models.first_sound()?.map(|model| model.dimension());
        for d in dimensions.into_iter().chain(first) {
            SampleSize::of(&request.at(0), d)?;
        }
    }
    let curve = Table { quantity, entry, request, models };
    let command = format!("curve {}", quantity.name);
    let mut head = Head::new(&command, entry.name, curve.columns(), curve.request.rows()?);
    head.axes = curve.request.swept();
    head.notes = curve.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    if let Some(order) = curve.request.fixed.text("order") {
        head.conventions.push(("order".into(), order.to_owned()));
    }
    Ok(Plan { head, row: Box::new(move |index| curve.row(index)) })
}

struct Table {
    quantity: &'static Curve,
    entry: &'static Entry,
    request: Arc<Request>,
    models: Models,
}

impl Table {
    /// The model's own parameters and those of the quantity, d first.
    fn parameters(&self) -> Vec<Parameter> {
        let given = |p: &&Parameter| {
            p.name != "d"
                && (self.request.axis(p.name).is_some()
                    || self.request.fixed.text(p.name).is_some())
        };
        self.entry.parameters.iter().filter(given).copied().collect()
    }

    /// The accuracy that was asked for. Sampled averages without such a wish state their errors and
    /// miss nothing.
    fn tolerance(&self) -> Option<f64> {
        let sampled = || {
            let model = self.models.first().ok()?;
            let own = self.quantity.parameters.iter().any(|p| p.name == "seed");
            let sampled = (own && is_sampled(model.as_ref()))
                || accuracy::classes_are_sampled(model.as_ref());
            sampled.then_some(f64::INFINITY)
        };
        accuracy::asked(&self.request).or_else(sampled)
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::number("d", "d", "")];
        if self.quantity.samples {
            columns.extend(SampleSize::columns());
        }
        for p in self.parameters() {
            columns.push(parameter_column(&p));
        }
        columns.extend(noise::columns());
        let mut own = (self.quantity.columns)();
        if let Some(tolerance) = self.tolerance() {
            for column in &mut own {
                column.tolerance = column.tolerance.max(tolerance);
            }
        }
        columns.extend(own);
        columns
    }

    fn row(&self, index: usize) -> Result<Row> {
        let values = self.request.at(index);
        let model = self.models.at(index)?;
        let noise = noise::of(&values)?;
        let mut row = Row { cells: vec![Cell::Number(model.dimension())], notes: Vec::new() };
        let mut size = None;
        if self.quantity.samples {
            let of = SampleSize::of(&values, model.dimension())?;
            row.cells.extend(of.cells());
            size = Some(of);
        }
        for p in self.parameters() {
            row.cells.push(parameter_cell(&values, p.name));
        }
        row.cells.extend(noise::cells(noise, &values));
        let point = Point { noise: Some(noise), size, values: &values };
        match (self.quantity.cells)(model.as_ref(), &point) {
            Ok(cells) => row.cells.extend(cells),
            Err(error @ Error::Numerics(_)) => row.fail_rest(&self.columns(), &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    }
}
