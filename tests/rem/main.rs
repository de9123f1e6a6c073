//! The random energy model layer against published numbers, independent routes and its identities.

mod large_deviations;
