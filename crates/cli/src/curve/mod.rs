//! `curve QUANTITY MODEL`: a quantity over noise levels.

mod spectrum;

use super::accuracy;
use super::context::{Context, below, entry, head as table_head};
use super::examples;
use super::noise;
use super::request::{Models, Request, parameter_cell, parameter_column, with_parameters};
use super::resume;
use super::sample_size::{self, SampleSize};
use super::verb::{Act, Verb};
use clap::{ArgMatches, Command};
use regimes::error::{Error, Result};
use regimes::models::parameter::Parameter;
use regimes::models::{CATALOGUE, Entry};
use regimes::quantities::levels::is_sampled;
use regimes::quantities::{Curve, Point};
use regimes::table::{flattened, flattened_cells};
use regimes_output::{Cell, Column, Plan, Row};
use std::sync::Arc;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (quantity, inner) = below(matches)?;
        let (model, inner) = below(inner)?;
        plan(quantity, entry(model)?, inner, context)
    }),
};

fn head() -> Command {
    Command::new("curve")
        .about("a curve over the noise level: cloning probability, information, entropies, potential, spectrum")
        .after_help("Example: regimes curve phi clusters --d 256,1024 --mu 1 --sigma 1 --t 0.5:8:#40")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("QUANTITY")
}

fn fill(parent: Command) -> Command {
    let parent = Curve::names().into_iter().fold(parent, |parent, name| {
        let child = Command::new(name)
            .about(Curve::abouts(name))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand_value_name("MODEL");
        let pairs = CATALOGUE.iter().filter_map(|entry| Some((entry, Curve::find(name, entry)?)));
        parent.subcommand(pairs.fold(child, |child, (entry, quantity)| {
            let own = if quantity.example.contains("--n ") {
                examples::with_dimension(entry)
            } else {
                examples::without_samples(entry).to_owned()
            };
            let model = Command::new(entry.name).about(entry.about).after_help(format!(
                "Example: regimes curve {} {} {own} {}",
                quantity.name, entry.name, quantity.example
            ));
            let model = with_parameters(model, &quantity.all_parameters(entry));
            child.subcommand(model)
        }))
    });
    examples::inherited(parent.subcommand(spectrum::command()))
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn plan<'a>(
    name: &str,
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'a>> {
    if name == spectrum::NAME {
        return spectrum::plan(entry, matches, context);
    }
    let Some(quantity) = Curve::find(name, entry) else {
        return Err(Error::Usage(format!("there is no curve {name} of {}", entry.name)));
    };
    let request = Arc::new(Request::read(matches, &quantity.all_parameters(entry))?);
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
    let mut head = table_head(
        context,
        &format!("curve {name}"),
        entry.name,
        curve.columns(),
        curve.request.rows()?,
    );
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
        let mut own = flattened((self.quantity.columns)());
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
            Ok(cells) => row.cells.extend(flattened_cells(&(self.quantity.columns)(), cells)),
            Err(error @ Error::Numerics(_)) => row.fail_rest(&self.columns(), &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    }
}
