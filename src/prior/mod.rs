//! Scalar priors: what one coordinate tells through Gaussian noise.

pub mod binary;

pub use binary::Binary;
