//! `quantities [MODEL]`: every named quantity, what it is, and which models have it.

use super::context::entry;
use super::known::known;
use super::verb::{Act, Verb};
use clap::{Arg, Command};
use regimes::ask::named;
use regimes::models::CATALOGUE;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| {
            let of = matches.get_one::<String>("model").map(|name| entry(name)).transpose()?;
            Ok(context.named(named::plan(of)).into())
        },
        "",
    ),
};

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
