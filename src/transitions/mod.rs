//! The transitions between the dynamical regimes, written once for all data models.

pub mod collapse;
pub mod ladder;
pub mod potential;
pub mod speciation;
