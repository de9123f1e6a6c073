//! A curve of a model over noise levels and parameters.

use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::process::Process;
use crate::quantities::levels::is_sampled;
use crate::quantities::strings::LEVEL;
use crate::quantities::{
    self, Curve, Point, SampleSize, accuracy, copies, glass, measured, noise, sample_size,
};
use crate::schedule::{Beside, Schedule};
use crate::strings::conventions;
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use std::sync::Arc;

/// Everything that may be given to compute a curve of a kind of data, on a schedule too.
pub fn parameters(quantity: &'static Curve, entry: &Entry) -> Vec<Parameter> {
    let mut all = quantity.all_parameters(entry);
    if quantity.process == Process::Gaussian {
        all.extend(noise::ON_A_SCHEDULE);
    }
    all
}

/// The table of a curve; over the levels of a schedule, if there is one, in its coordinates too.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    quantity: &'static Curve,
    entry: &'static Entry,
    typed: &T,
    schedule: Option<Arc<Schedule>>,
) -> Result<Plan<'static>> {
    let request = Request::read(typed, &parameters(quantity, entry))?;
    let (request, on_levels) = noise::on_schedule(request, schedule.as_deref())?;
    let request = Arc::new(request);
    noise::given_once(quantity.process, &request)?;
    if quantity.samples {
        sample_size::exactly_one(&request)?;
    }
    let models = Models::new(entry, Arc::clone(&request))?;
    copies::checked(&request, models.first_sound()?.map(|model| model.dimension()))?;
    if quantity.samples {
        // A finite n in infinite dimension must fail before the first row.
        let dimensions = request.axis("d").map_or(Vec::new(), |axis| axis.values.clone());
        let first = models.first_sound()?.map(|model| model.dimension());
        for d in dimensions.into_iter().chain(first) {
            SampleSize::of(&request.at(0), d)?;
        }
    }
    let beside = schedule.map(Beside::new);
    let spread = models.first_sound()?.is_some_and(|model| measured::has_errors(model.as_ref()));
    let curve = Table { quantity, entry, request, models, beside, spread };
    let command = format!("curve {}", quantity.name);
    let mut head = Head::new(&command, entry.name, curve.columns(), curve.request.rows()?);
    if quantity.process.is_of_tokens() {
        conventions(&mut head);
    }
    head.axes = curve.request.swept();
    head.notes = curve.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    if let Some(beside) = &curve.beside {
        head.notes.extend(beside.notes());
    }
    // Levels of a schedule are swept under their own name.
    if on_levels {
        head.axes.retain(|(name, _)| name != "snr");
    }
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
    beside: Option<Beside>,
    /// Whether values have standard errors, those of measured losses.
    spread: bool,
}

impl Table {
    /// The model's own parameters and those of the quantity, d first.
    fn parameters(&self) -> Vec<Parameter> {
        let given = |p: &&Parameter| {
            p.name != "d"
                && (self.request.axis(p.name).is_some()
                    || self.request.fixed.text(p.name).is_some())
        };
        let swept = |p: &&Parameter| p.name == LEVEL.name && self.request.axis(p.name).is_some();
        let own = self.quantity.parameters.iter().filter(swept);
        let copies = copies::PARAMETERS.iter().filter(given);
        self.entry.parameters.iter().filter(given).chain(copies).chain(own).copied().collect()
    }

    /// The accuracy that was asked for. Sampled averages without such a wish state their errors and
    /// miss nothing.
    fn tolerance(&self) -> Option<f64> {
        let sampled = || {
            let model = self.models.first().ok()?;
            if model.losses().is_some() {
                return Some(f64::INFINITY);
            }
            let own = self.quantity.parameters.iter().any(|p| p.name == "seed");
            let sampled = (own && is_sampled(model.as_ref()))
                || accuracy::classes_are_sampled(model.as_ref());
            sampled.then_some(f64::INFINITY)
        };
        accuracy::asked(&self.request).or_else(sampled)
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![quantities::dimension(self.entry)];
        if self.quantity.samples {
            columns.extend(SampleSize::columns());
        }
        for p in self.parameters() {
            columns.push(parameter_column(&p));
        }
        columns.extend(noise::columns_of(self.quantity.process));
        // σ of the noise would stand beside that of the data.
        columns.extend(self.beside.iter().flat_map(|b| b.level_columns().into_iter().skip(1)));
        let mut own = (self.quantity.columns)();
        if let Some(tolerance) = self.tolerance() {
            for column in &mut own {
                column.tolerance = column.tolerance.max(tolerance);
            }
        }
        let spread = |column: &Column| measured::column(&format!("{}_stderr", column.name));
        let spreads: Vec<Column> = own.iter().filter(|_| self.spread).map(spread).collect();
        columns.extend(own);
        columns.extend(spreads);
        columns
    }

    fn row(&self, index: usize) -> Result<Row> {
        let values = self.request.at(index);
        let model = self.models.at(index)?;
        let noise = noise::level(self.quantity.process, &values)?;
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
        row.cells.extend(noise::cells_of(self.quantity.process, noise, &values));
        let beside = self.beside.iter().zip(noise);
        row.cells.extend(beside.flat_map(|(b, noise)| b.level_cells(noise).into_iter().skip(1)));
        let point = Point { noise, size, values: &values };
        row.notes.extend(glass::doubt(model.as_ref(), &point)?);
        let cells_of = |model: &dyn Model| (self.quantity.cells)(model, &point);
        let cells = cells_of(model.as_ref()).and_then(|cells| {
            let spreads = measured::spreads(model.as_ref(), &cells, self.spread, &cells_of)?;
            Ok((cells, spreads))
        });
        match cells {
            Ok((cells, spreads)) => {
                row.cells.extend(cells);
                if self.spread {
                    row.cells.extend(spreads.into_iter().map(|s| s.unwrap_or(Cell::EMPTY)));
                }
            }
            Err(error @ Error::Numerics(_)) => row.fail_rest(&self.columns(), &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    }
}
