//! First-order transitions, spinodals and weak recovery along the snr axis.

use super::Replica;
use crate::channel::Effort;
use crate::error::{Error, Result};
use crate::numerics::{Estimate, roots};
use std::cell::RefCell;

/// A limit of metastability: two stationary points merge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spinodal {
    /// log snr where they merge.
    pub log_snr: Estimate,
    /// v where they merge.
    pub variance: Estimate,
}

/// An snr at which the equilibrium jumps from one branch to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstOrder {
    /// log snr where the two potentials are equal.
    pub log_snr: Estimate,
    /// v on the informed side.
    pub informed: Estimate,
    /// v on the uninformed side.
    pub uninformed: Estimate,
    /// Information per dimension there, in nats.
    pub information: Estimate,
}
