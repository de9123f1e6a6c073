//! Strings of tokens under masked and uniform noise: the models and their transitions.
//!
//! The noise coordinate is ᾱ, the probability that a token was never hit: `kept`. A new model is its file
//! and a line in [`CATALOGUE`].

mod conventions;
mod curie_weiss;
pub mod hierarchy;
mod independent;
mod ising_chain;
mod markov_chain;
pub mod noise;
mod noised;
mod product_classes;
pub mod schedules;
pub mod transitions;

pub use conventions::conventions;
use noised::noised;

use crate::models::Entry;
pub(crate) use crate::tokens::Strings;
pub(crate) use crate::tokens::strings::finite_length;

/// Every kind of strings.
pub const CATALOGUE: &[Entry] = &[
    independent::ENTRY,
    markov_chain::ENTRY,
    ising_chain::ENTRY,
    product_classes::ENTRY,
    curie_weiss::ENTRY,
    hierarchy::ENTRY,
];
