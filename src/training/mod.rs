//! When training memorises: the score learned by random features.
//!
//! The exact score's theory says what a perfect network would do; this says what a network does that learns by
//! gradient flow from n samples with p random features at one noise level, in the limit of large dimension at
//! fixed n/d and p/d. Features of noisy data act like linear ones with two kinds of noise ([`coefficients`]); their
//! covariance has a resolvent that solves a few equations ([`ensemble`]), a spectrum of bands and an atom
//! ([`bands`]), and the losses at any training time are contour integrals of it ([`contour`], [`losses`]). From
//! them follow the best time to stop and the time at which memorisation sets in ([`stopping`]).

mod axis;
pub mod bands;
pub mod coefficients;
pub mod contour;
mod edges;
pub mod ensemble;
pub mod learner;
pub mod linear;
pub mod losses;
pub mod parameters;
pub mod population;
mod scan;
pub mod setting;
pub mod stopping;
pub mod tables;
pub mod two_point;
pub mod wide;

pub use coefficients::Coefficients;
pub use learner::Learner;
pub use losses::{Losses, Training};
pub use population::Population;
