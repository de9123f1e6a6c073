//! `quantities [MODEL]`: every named quantity, what it is, and which models have it.

use super::context::{Context, entry, head as table_head};
use super::known::known;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command};
use regimes::error::Result;
use regimes::models::{CATALOGUE, Entry};
use regimes::quantities::{self, Quantity};
use regimes::table::Kind;
use regimes_output::{Cell, Column, Plan, Row};

/// The command's definition.
pub(crate) const VERB: Verb =
    Verb { head, fill, act: Act::Whole(|matches, context| Ok(plan(matches, context)?.into()), "") };

fn head() -> Command {
    Command::new("quantities")
        .about("every named quantity: symbol, unit, source, the models that have it, its meaning")
        .after_help(
            "Its names are those of columns: what times and curve print, explain explains, solve solves for and validate compares with.\n\nExample: regimes quantities clusters",
        )
}

fn fill(command: Command) -> Command {
    let model = Arg::new("model").value_name("MODEL").help("only what this model has");
    command.arg(known(model, CATALOGUE.iter().map(|entry| entry.name)))
}

/// Reads the query and prepares its table.
///
/// # Errors
/// A model that does not exist.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let name = matches.get_one::<String>("model").map_or("", String::as_str);
    let of = if name.is_empty() { None } else { Some(entry(name)?) };
    let rows: Vec<Row> = quantities::all()
        .filter(|quantity| of.is_none_or(|entry| quantity.has(entry)))
        .flat_map(|quantity| rows(quantity, of))
        .collect();
    let columns = ["name", "symbol", "unit", "source", "command", "models", "meaning"];
    let columns: Vec<Column> = columns.iter().map(|name| Column::text(name)).collect();
    let mut head = table_head(context, "quantities", name, columns, rows.len());
    head.row_notes = false;
    Ok(Plan { head, row: Box::new(move |index| Ok(rows[index].clone())) })
}

/// A row for each column of a quantity that is computed.
fn rows(quantity: &dyn Quantity, of: Option<&'static Entry>) -> Vec<Row> {
    let computed = quantity.columns().into_iter().filter(|c| c.kind == Kind::Estimate);
    let models: Vec<&str> = CATALOGUE
        .iter()
        .filter(|entry| quantity.has(entry) && of.is_none_or(|of| of.name == entry.name))
        .map(|entry| entry.name)
        .collect();
    let command = match quantity.asked_for() {
        _ if quantity.noise() => format!("curve {}", quantity.name()),
        Some(word) => format!("times --{word}"),
        None => "times".into(),
    };
    computed
        .map(|column| {
            let cells = [
                column.name,
                column.symbol,
                column.unit.into_owned(),
                column.source,
                command.clone(),
                models.join(", "),
                quantity.about().to_owned(),
            ];
            Row { cells: cells.into_iter().map(Cell::Text).collect(), notes: Vec::new() }
        })
        .collect()
}
