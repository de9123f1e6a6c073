//! Typed text to points: what a person writes of a model's parameters becomes the combinations to compute.
//!
//! Every face (a command line, keyword arguments, a page) has names with texts; this layer reads the
//! texts as numbers, lists, ranges or files, and gives their product row by row.
//!
//! ```
//! use regimes::models::parameter::{DIMENSION, SIGMA};
//! use regimes::sweep::{Named, Request};
//!
//! let parameters = [DIMENSION, SIGMA];
//! let typed = Named::new(&[("sigma", "0:1:#3"), ("d", "64,256")], &parameters)?;
//! let request = Request::read(&typed, &parameters)?;
//! assert_eq!(request.rows()?, 6);
//! // What is written last runs fastest.
//! let second = request.at(1);
//! assert_eq!((second.number("sigma"), second.number("d")), (Some(0.0), Some(256.0)));
//! # Ok::<(), regimes::Error>(())
//! ```

mod axis;
mod cells;
mod models;
mod request;
mod typed;
mod values;
mod vector;

pub use axis::Axis;
pub use cells::{parameter_cell, parameter_column};
pub use models::Models;
pub use request::Request;
pub use typed::{Entered, Named, Typed, listed, spelt};
pub use values::{LARGEST_SWEEP, between, numbers, split};

use crate::models::Parameter;

/// How messages name a parameter.
fn flag(parameter: &Parameter) -> String {
    format!("--{}", parameter.name)
}
