//! `quantities [MODEL]`: every named quantity, what it is, and which models have it.

use super::context::Context;
use super::known::known;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command};
use regimes::error::Result;
use regimes::{ask, catalogue};
use regimes_output::Plan;

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
    command.arg(known(model, catalogue::names()))
}

/// Reads the query and prepares its table.
///
/// # Errors
/// A model that does not exist.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let model = matches.get_one::<String>("model").map(String::as_str);
    Ok(context.named(ask::quantities::plan(model)?))
}
