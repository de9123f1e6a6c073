//! What becomes of the tokens, and how many are kept.

use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Values};
use crate::tokens::Corruption;

/// What becomes of a token that is not kept.
pub const CORRUPTION: Parameter = Parameter::optional(
    "corruption",
    "",
    "what becomes of tokens: masked, or uniform (drawn again from the alphabet)",
    Domain::Name(&["masked", "uniform"]),
)
.by_default("masked");

/// ᾱ.
pub const KEPT: Parameter = Parameter {
    name: "kept",
    symbol: "ᾱ",
    latex: "\\bar\\alpha",
    aliases: &[],
    help: "probability that a token was never hit: 1 is the data, 0 all noise",
    domain: Domain::Fraction,
    default: None,
    required: false,
};

/// The corruption of a row.
///
/// # Errors
/// A name that is none.
pub fn corruption(values: &Values) -> Result<Corruption> {
    if of_the_gaussian(values) {
        let expected = "goes with --grammar annealed alone; strings are masked or uniform";
        return Err(Error::argument("--corruption", "gaussian", expected));
    }
    let name = CORRUPTION.named(values.text(CORRUPTION.name).unwrap_or("masked"))?;
    Ok(if name == Corruption::Uniform.name() { Corruption::Uniform } else { Corruption::Masked })
}

/// Whether the noise is Gaussian, of models that can have that too.
pub fn of_the_gaussian(values: &Values) -> bool {
    values.text(CORRUPTION.name) == Some("gaussian")
}

/// ε, the noise of a leaf's belief.
pub const EPSILON: Parameter = Parameter {
    name: "epsilon",
    symbol: "ε",
    latex: "\\epsilon",
    aliases: &["ε"],
    help: "every leaf is believed with 1 - ε + ε/v",
    ..KEPT
};
