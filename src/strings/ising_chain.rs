//! The one-dimensional Ising chain.

use super::independent::length;
use super::markov_chain::Markov;
use super::noise::CORRUPTION;
use super::noised;
use crate::models::Entry;
use crate::models::parameter::{Domain, OPTIONAL_DIMENSION, Parameter};
use crate::process::Process;
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

/// The entry.
pub(super) const ENTRY: Entry = Entry {
    name: "ising-chain",
    about: "spins of a one-dimensional Ising chain",
    parameters: &[OPTIONAL_DIMENSION, TEMPERATURE, CORRUPTION],
    process: Process::Tokens,
    classes: false,
    levels: false,
    latent: false,
    example: "--temperature 1 --alpha 0.1",
    build: |values| {
        let chain = Chain::ising(1.0 / values.required("temperature")?);
        noised(ENTRY.name, Markov::new(chain, length(values)), values)
    },
};
