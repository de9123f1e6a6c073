//! The theory against published numbers, closed forms, independent routes and its own identities. The
//! first word of every test says which.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used, clippy::print_stdout)]

mod binary;
mod branches;
mod classes;
mod dataset_files;
mod dataset_formats;
mod dataset_text;
mod efforts;
mod equilibrium;
mod finite_size;
mod glass;
mod grammar;
mod guidance;
mod independent;
mod losses;
mod manifold;
mod quantities;
mod random_activations;
mod rare_events;
mod reference;
mod rem;
mod replica;
mod risk;
mod scales;
mod schedule;
mod simulate;
mod steps;
mod strings;
mod sweep;
mod symbolic;
mod tidy;
mod times;
mod token_simulation;
mod tokens;
mod training;
mod unmask;
mod uturn;
mod windows;
