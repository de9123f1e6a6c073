//! The glass dictionary of collapse: samples are configurations, the noisy point is the disorder `[D81]`.
//!
//! For Gaussian data everything follows from two numbers of the noise level, the information I = E i of the
//! information density i(a; x) = log P(x|a)/P(x) and its dispersion V = Var i. Collapse is I = log n; its
//! window is √V/|dI/dt| wide ([`window`]); within it own weight and entropy of the index are functions of
//! z = (log n − I)/√V alone ([`laws`]). Energies have their complexity in [`crate::rem::large_deviations`],
//! overlaps in [`overlap`], the weights seen from a fresh point in [`fresh`], what
//! they leave of the score's Jacobian in [`geometry`].

pub mod fresh;
pub mod geometry;
pub mod laws;
pub mod overlap;
pub mod window;

pub use laws::{FiniteSize, Law};
