//! `schema`: the JSON Schema of everything that `--format json` writes.

use clap::Command;

/// The schema, as docs/output.md explains it.
pub(super) const SCHEMA: &str = include_str!("../../../docs/schema/output.schema.json");

/// The command's definition.
pub(super) fn command() -> Command {
    Command::new("schema")
        .about("the JSON Schema (2020-12) of what --format json writes")
        .after_help("Example: regimes schema")
}
