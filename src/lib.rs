//! Theory calculator for the dynamical regimes of diffusion models.
//!
//! A diffusion model run backward with the exact empirical score passes three regimes: noise, then
//! commitment to a class (speciation, t_S), then collapse onto a training sample (memorisation,
//! t_C). This crate computes both times, and the curves around them, from a model of the data.
//! Every number carries a bound on its numerical error; natural logarithms and nats throughout.

pub mod answer;
pub mod ask;
pub mod catalogue;
pub mod channel;
pub mod classes;
pub mod dataset;
pub mod document;
pub mod error;
pub mod explain;
pub mod glass;
pub mod guidance;
pub mod inputs;
pub mod memory;
pub mod models;
pub mod number;
pub mod prior;
pub mod process;
pub mod quantities;
pub mod references;
pub mod rem;
pub mod replica;
pub mod schedule;
pub mod simulate;
pub mod solve;
pub mod spectrum;
pub mod steps;
pub mod strings;
pub mod suggest;
pub mod sweep;
pub mod table;
pub mod tokens;
pub mod training;
pub mod transitions;
pub mod validate;

pub use regimes_numerics as numerics;
pub use regimes_symbolic as symbolic;

pub use answer::Answer;
pub use ask::ask;
pub use error::{Error, Result};
pub use numerics::Estimate;
pub use process::Noise;

/// The README's example of the library, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The example of docs/adding-a-model.md, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/adding-a-model.md")]
struct AddingAModel;

/// The example of docs/adding-a-quantity.md, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/adding-a-quantity.md")]
struct AddingAQuantity;
