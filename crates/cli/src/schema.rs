//! `schema`: the JSON Schema of everything that `--format json` writes.

use super::page::print_text;
use super::verb::{Act, Verb};
use clap::Command;

/// The schema, as docs/output.md explains it.
const SCHEMA: &str = include_str!("../../../docs/schema/output.schema.json");

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| command,
    act: Act::Own(|_, around| print_text(SCHEMA, around.target).map(|()| 0)),
};

fn head() -> Command {
    Command::new("schema")
        .about("the JSON Schema (2020-12) of what --format json writes")
        .after_help("Example: regimes schema")
}
