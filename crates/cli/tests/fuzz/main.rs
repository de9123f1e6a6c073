//! Whatever is typed or read, there is an answer or an error: no panic, no hang, no memory asked for
//! because a file says so.
//!
//! Inputs are made from the grammar of each kind and then damaged. `REGIMES_FUZZ=1000000` runs that
//! many in all, `REGIMES_FUZZ_SEED` chooses others, `REGIMES_FUZZ_AT=INDEX` repeats a single one of
//! the kind whose test is run. A failure prints the seed, the index and the input.
#![allow(missing_docs, dead_code, clippy::unwrap_used)]

mod command_lines;
mod drive;
#[path = "../it/examples.rs"]
mod examples;
mod expressions;
mod files;
mod mutate;
mod regressions;
mod specifications;
mod worker;
