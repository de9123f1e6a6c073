//! The one-dimensional Ising chain.

use super::Entry;
use super::independent::length;
use super::markov_chain::Markov;
use super::noise::CORRUPTION;
use crate::models::parameter::{Domain, OPTIONAL_DIMENSION, Parameter};
use crate::tokens::Chain;

const TEMPERATURE: Parameter = Parameter {
    name: "temperature",
    symbol: "T",
    latex: "T",
    aliases: &["T"],
    help: "temperature in units of the coupling: neighbours agree with probability 1/(1 + e^(-2/T))",
    domain: Domain::Positive,
    default: None,
    required: true,
};

/// The command line's entry.
pub(super) const ENTRY: Entry = Entry {
    name: "ising-chain",
    about: "spins of a one-dimensional Ising chain",
    parameters: &[OPTIONAL_DIMENSION, TEMPERATURE, CORRUPTION],
    classes: false,
    levels: false,
    example: "--temperature 1 --alpha 0.1",
    build: |values| {
        let chain = Chain::ising(1.0 / values.required("temperature")?);
        Ok(Box::new(Markov::new(chain, length(values))))
    },
};
