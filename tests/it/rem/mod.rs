//! The random energy model layer against published numbers, independent routes and its identities.

mod anisotropic;
mod copies;
mod finite;
mod large_deviations;
pub mod levels;
mod simulation;
mod small;
