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
//!
//! // Strings of tokens have ᾱ, the share of tokens that is kept, in the place of a time.
//! let tokens = regimes::ask("tokens")?.set("tokens", "uniform:4").set("d", 32);
//! let kept = tokens.clone().set("n", 1000).times()?.value("kept_C.asymptotic")?;
//! assert!((kept[0].unwrap() - 1000f64.ln() / (32.0 * 4f64.ln())).abs() < 1e-12);
//! let log_n = tokens.solve("log-n", "kept_C=0.5")?.value("log_n")?;
//! assert!((log_n[0].unwrap() - 16.0 * 4f64.ln()).abs() < 1e-12);
//! # Ok::<(), regimes::Error>(())
//! ```

pub mod advise;
mod annealed;
mod bounds;
mod computed;
pub mod curve;
pub mod dataset;
mod given;
pub mod guidance;
pub mod levels;
pub mod quantities;
mod query;
mod questions;
mod samples;
pub mod spectrum;
pub mod times;
mod training;

pub use bounds::Bounds;
pub use computed::Computed;
pub use given::{Value, shell};
pub use levels::Levels;
pub use query::{Query, ask};
pub use samples::Samples;
pub use training::Training;
