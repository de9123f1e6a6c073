//! Theory calculator for the dynamical regimes of diffusion models.
//!
//! A diffusion model run backward with the exact empirical score passes three regimes: noise, then
//! commitment to a class (speciation, t_S), then collapse onto a training sample (memorisation,
//! t_C). This crate computes both times, and the curves around them, from a model of the data.
//! Every number carries a bound on its numerical error; natural logarithms and nats throughout.

pub mod answer;
pub mod channel;
pub mod error;
pub mod numerics;
pub mod prior;
pub mod process;
pub mod replica;
pub mod symbolic;

pub use answer::Answer;
pub use error::{Error, Result};
pub use numerics::Estimate;
pub use process::Noise;
