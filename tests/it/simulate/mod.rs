//! Simulations, held against direct sums, against closed forms, and against the theory.
mod kernel;
mod precision;
mod samples;
mod tables;
mod theory;
