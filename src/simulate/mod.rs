//! Simulation with the exact score: samples in, measured curves with standard errors out.
//!
//! Nothing here knows the theory that it tests: this layer sees models only through their samples
//! (and, where asked, their own score), never [`crate::rem`], [`crate::replica`] or
//! [`crate::transitions`]. An experiment computes independent [`blocks`]; its standard errors come
//! from their scatter, and its random numbers are named by seed, purpose, block and part, so that
//! results depend neither on the number of threads nor on where a killed run was resumed.

mod averaged;
pub mod blocks;
pub mod clones;
pub mod collapse;
pub mod data;
pub mod dynamics;
pub mod entropy;
mod experiments;
mod frame;
pub mod guidance;
mod layout;
mod learned;
pub mod levels;
mod list;
mod origin;
mod packed;
mod plan;
mod points;
mod products;
mod real;
mod run;
mod samples;
pub mod score;
mod settings;
pub mod source;
mod strings;
pub mod tally;
pub mod training;
pub mod uturn;
mod work;

pub use blocks::{Looks, Measured, Unit};
pub use data::DataSet;
pub use dynamics::Scheme;
pub use experiments::Experiment;
pub use list::EXPERIMENTS;
pub use plan::{Subject, plan};
pub use points::Points;
pub use real::Real;
pub use run::DATA;
pub use score::{Seen, see};
pub use source::Source;
pub use tally::Tally;
pub use work::{Block, Heard, Runner, Work};
