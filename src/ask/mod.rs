//! One door to the theory: a model by its name, what is given of it as text, and a table back.
//!
//! A program, a notebook, a page and the command line ask in the same words and get the same numbers.
//!
//! ```
//! let clusters = regimes::ask("clusters")?.set("d", "256,1024").set("n", 20_000);
//! let times = clusters.times()?;
//! assert_eq!(times.rows.len(), 2);
//! let speciation = times.value("t_S.spectral")?[1].unwrap();
//! assert!((speciation - 3.4662239).abs() < 1e-7);
//!
//! // Any quantity by name; sweeps as on the command line.
//! let phi = regimes::ask("clusters")?.set("d", 256).set("t", "0.5:8:#4").curve("phi")?;
//! assert!(phi.value("phi")?.iter().all(|phi| phi.is_some_and(|phi| (0.5..=1.0).contains(&phi))));
//! # Ok::<(), regimes::Error>(())
//! ```

pub mod advise;
mod bounds;
mod computed;
pub mod curve;
pub mod dataset;
mod given;
pub mod guidance;
pub mod levels;
pub mod quantities;
mod query;
mod samples;
pub mod spectrum;
mod strings;
pub mod times;
mod training;

pub use bounds::Bounds;
pub use computed::Computed;
pub use given::{Value, shell};
pub use levels::Levels;
pub use query::{Query, ask};
pub use samples::Samples;
pub use strings::Strings;
pub use training::Training;
