//! The command: what it prints, refuses and writes, its help and its examples.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used)]

mod advise;
mod cli;
mod dataset;
mod dataset_spectra;
mod examples;
mod figures;
mod help;
mod honest_errors;
mod inputs;
mod library;
mod manifold;
mod quantities;
mod readme;
#[path = "../../../../tests/it/reference.rs"]
mod reference;
mod schedule;
mod schema;
mod simulate;
mod solve;
mod steps;
mod tables;
mod training;
mod validate;
