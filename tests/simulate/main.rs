//! Simulations, held against direct sums, against closed forms, and against the theory.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod checkpoint;
mod command_line;
mod kernel;
mod precision;
mod samples;
mod tables;
mod theory;
